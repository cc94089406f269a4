//! Moodle's web services over REST, with a token (`webservice/rest/server.php`).
//!
//! Everything is sent as a form, so that the token stands in no address. Refusals come with status 200 and a member `exception`; a site
//! that is down for maintenance answers in HTML; a proxy before it may answer 429 or 503.

use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;
use zeroize::Zeroizing;

use crate::outbound::{Outbound, OutboundError};

/// The longest error code that is repeated.
const LONGEST_CODE: usize = 40;

/// Why Moodle gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum MoodleError {
    /// No answer.
    #[error("Moodle cannot be reached")]
    Unreachable(#[from] OutboundError),
    /// It wants fewer requests.
    #[error("Moodle asks to wait: status {status}")]
    Busy {
        /// 429 or 503.
        status: u16,
        /// For so long, if it says so.
        retry_after_seconds: Option<u32>,
    },
    /// Another status than 200.
    #[error("Moodle answers {0}")]
    Status(u16),
    /// HTML, XML or something that is no answer of this function.
    #[error("Moodle's answer is not the JSON of `{0}`")]
    NotJson(&'static str),
    /// An `exception`.
    #[error("Moodle refuses: `{0}`")]
    Refused(String),
}

/// A Moodle and our token there.
#[expect(missing_debug_implementations, reason = "holds a token, which must not reach a log")]
pub struct MoodleClient<'a> {
    outbound: &'a Outbound,
    endpoint: Url,
    token: Zeroizing<String>,
}

impl<'a> MoodleClient<'a> {
    /// The Moodle at `wwwroot`, which is also the issuer of its launches; `None` if that is no URL.
    #[must_use]
    pub fn new(outbound: &'a Outbound, wwwroot: &str, token: Zeroizing<String>) -> Option<Self> {
        let endpoint =
            format!("{}/webservice/rest/server.php", wwwroot.trim_end_matches('/')).parse().ok()?;
        Some(Self { outbound, endpoint, token })
    }

    /// Calls a function.
    ///
    /// # Errors
    /// [`MoodleError`].
    pub async fn call<T: DeserializeOwned>(
        &self,
        function: &'static str,
        parameters: &[(&str, &str)],
    ) -> Result<T, MoodleError> {
        let mut form =
            vec![("wstoken", self.token.as_str()), ("wsfunction", function), ("moodlewsrestformat", "json")];
        form.extend_from_slice(parameters);
        let answer = self.outbound.post_form(&self.endpoint, &form).await?;
        match answer.status {
            200 => read(function, &answer.body),
            status @ (429 | 503) => {
                Err(MoodleError::Busy { status, retry_after_seconds: answer.retry_after_seconds })
            }
            status => Err(MoodleError::Status(status)),
        }
    }
}

/// The answer in a body of status 200.
pub(super) fn read<T: DeserializeOwned>(function: &'static str, body: &str) -> Result<T, MoodleError> {
    let value: Value = serde_json::from_str(body).map_err(|_error| MoodleError::NotJson(function))?;
    if value.get("exception").is_some() {
        let code = value.get("errorcode").and_then(Value::as_str).unwrap_or("none");
        // The message may name people; the code is a word of Moodle's.
        let is_word = |letter: &char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '/' | '-');
        return Err(MoodleError::Refused(code.chars().filter(is_word).take(LONGEST_CODE).collect()));
    }
    serde_json::from_value(value).map_err(|_error| MoodleError::NotJson(function))
}
