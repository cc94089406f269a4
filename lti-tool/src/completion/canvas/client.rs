//! Canvas's REST API: pages, limits, and a token that is renewed (OAuth 2, <https://www.rfc-editor.org/rfc/rfc6749#section-6>).
//!
//! A page names the next one in `Link`, which is followed on the same origin only. Canvas slows callers down by 429, formerly by 403 with
//! words; a site under maintenance answers in HTML.

use std::collections::HashSet;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use url::Url;
use zeroize::{Zeroize, Zeroizing};

use super::wire::TokenWire;
use crate::{
    lti::link_header::{LinkError, next_page},
    outbound::{Answer, Outbound, OutboundError},
};

/// Rows of a page; Canvas takes no more.
const PAGE: &str = "100";
/// More pages than any course needs; ends a site that links on and on.
const MOST_PAGES: usize = 1000;
/// Of an access token that does not say how long it lives.
const LIFETIME_SECONDS: u32 = 3600;
/// Where codes are shown to a person instead of sent to a server (<https://developerdocs.instructure.com/services/canvas/oauth2/file.oauth>).
const OUT_OF_BAND: &str = "urn:ietf:wg:oauth:2.0:oob";

/// Why Canvas gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum CanvasError {
    /// No answer.
    #[error("Canvas cannot be reached")]
    Unreachable(#[from] OutboundError),
    /// It wants fewer requests.
    #[error("Canvas asks to wait: status {status}")]
    Busy {
        /// 403, 429 or 503.
        status: u16,
        /// For so long, if it says so.
        retry_after_seconds: Option<u32>,
    },
    /// The token is not good any more.
    #[error("Canvas does not take our access token")]
    Unauthorized,
    /// The developer key or the refresh token is not good.
    #[error("Canvas gives us no access token: status {0}")]
    NoToken(u16),
    /// A right is missing, or the course is not theirs.
    #[error("Canvas refuses: status {0}")]
    Refused(u16),
    /// Another status than 200.
    #[error("Canvas answers {0}")]
    Status(u16),
    /// HTML, or something that is no answer of this function.
    #[error("Canvas's answer is not the JSON of `{0}`")]
    NotJson(&'static str),
    /// The next page leads elsewhere.
    #[error("the list cannot be followed")]
    Link(#[from] LinkError),
    /// The list leads in a circle.
    #[error("the list does not end")]
    Endless,
}

/// A developer key of a Canvas, and the refresh token that a person gave us with it.
#[derive(Clone, Serialize, Deserialize)]
#[expect(missing_debug_implementations, reason = "holds secrets, which must not reach a log")]
pub struct CanvasKey {
    /// The site, such as `https://school.instructure.com`.
    pub site: String,
    /// The developer key's id.
    pub key_id: String,
    /// Its secret.
    pub secret: String,
    /// The refresh token.
    pub refresh_token: String,
}

impl Drop for CanvasKey {
    fn drop(&mut self) {
        self.secret.zeroize();
        self.refresh_token.zeroize();
    }
}

/// An access token.
pub(super) struct Access {
    pub(super) token: Zeroizing<String>,
    pub(super) lifetime_seconds: u32,
}

impl CanvasKey {
    /// An address of the site; `path` begins with a slash.
    pub(super) fn address(&self, path: &str) -> Result<Url, CanvasError> {
        let url = format!("{}{path}", self.site.trim_end_matches('/')).parse();
        url.map_err(|_error: url::ParseError| CanvasError::Link(LinkError::NotAUrl))
    }

    /// Where a person of the site gives us leave; what comes back is a code.
    #[must_use]
    pub fn leave_url(site: &str, key_id: &str) -> Option<Url> {
        let mut url: Url = format!("{}/login/oauth2/auth", site.trim_end_matches('/')).parse().ok()?;
        url.query_pairs_mut()
            .append_pair("client_id", key_id)
            .append_pair("response_type", "code")
            .append_pair("redirect_uri", OUT_OF_BAND)
            .append_pair("scope", &super::SCOPES.join(" "));
        Some(url)
    }

    /// Turns the code into a key that lasts.
    ///
    /// # Errors
    /// [`CanvasError`].
    pub async fn redeem(
        outbound: &Outbound,
        site: &str,
        key_id: &str,
        secret: &str,
        code: &str,
    ) -> Result<Self, CanvasError> {
        let mut key = Self {
            site: site.trim_end_matches('/').to_owned(),
            key_id: key_id.to_owned(),
            secret: secret.to_owned(),
            refresh_token: String::new(),
        };
        let grant = [("grant_type", "authorization_code"), ("redirect_uri", OUT_OF_BAND), ("code", code)];
        let answer = key.ask_for_token(outbound, &grant).await?;
        key.refresh_token = answer.refresh_token.ok_or(CanvasError::NotJson("login/oauth2/token"))?;
        Ok(key)
    }

    /// A new access token; the one before ends.
    pub(super) async fn renew(&self, outbound: &Outbound) -> Result<Access, CanvasError> {
        let grant = [("grant_type", "refresh_token"), ("refresh_token", self.refresh_token.as_str())];
        let answer = self.ask_for_token(outbound, &grant).await?;
        let lifetime_seconds = answer.expires_in.unwrap_or(LIFETIME_SECONDS);
        Ok(Access { token: Zeroizing::new(answer.access_token), lifetime_seconds })
    }

    async fn ask_for_token(
        &self,
        outbound: &Outbound,
        grant: &[(&str, &str)],
    ) -> Result<TokenWire, CanvasError> {
        let mut form = vec![("client_id", self.key_id.as_str()), ("client_secret", self.secret.as_str())];
        form.extend_from_slice(grant);
        let answer = outbound.post_form(&self.address("/login/oauth2/token")?, &form).await?;
        match answer.status {
            200 => read("login/oauth2/token", &answer.body),
            status @ (400 | 401 | 403) => Err(CanvasError::NoToken(status)),
            _ => Err(refusal(&answer)),
        }
    }
}

/// A Canvas and our token there.
pub(super) struct CanvasClient<'a> {
    pub(super) outbound: &'a Outbound,
    pub(super) key: &'a CanvasKey,
    pub(super) token: Zeroizing<String>,
}

impl CanvasClient<'_> {
    /// Every row of a list; `path` is below `/api/v1` and may have a query.
    pub(super) async fn list<T: DeserializeOwned>(
        &self,
        function: &'static str,
        path: &str,
    ) -> Result<Vec<T>, CanvasError> {
        let mut url = self.key.address(&format!("/api/v1{path}"))?;
        url.query_pairs_mut().append_pair("per_page", PAGE);
        let (mut rows, mut next, mut asked) = (Vec::new(), Some(url), HashSet::new());
        for _ in 0..MOST_PAGES {
            let Some(url) = next else { return Ok(rows) };
            if !asked.insert(url.clone()) {
                break;
            }
            let answer = self.ask(&url).await?;
            rows.extend(read::<Vec<T>>(function, &answer.body)?);
            next = next_page(&url, answer.links.iter().map(String::as_str))?;
        }
        Err(CanvasError::Endless)
    }

    /// One row; `None` if there is none.
    pub(super) async fn find<T: DeserializeOwned>(
        &self,
        function: &'static str,
        path: &str,
    ) -> Result<Option<T>, CanvasError> {
        match self.ask(&self.key.address(&format!("/api/v1{path}"))?).await {
            Ok(answer) => read(function, &answer.body).map(Some),
            Err(CanvasError::Refused(404)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn ask(&self, url: &Url) -> Result<Answer, CanvasError> {
        let answer = self.outbound.fetch(url, "application/json", Some(&self.token)).await?;
        if answer.status == 200 { Ok(answer) } else { Err(refusal(&answer)) }
    }
}

fn refusal(answer: &Answer) -> CanvasError {
    let retry_after_seconds = answer.retry_after_seconds;
    match answer.status {
        status @ (429 | 503) => CanvasError::Busy { status, retry_after_seconds },
        403 if answer.body.contains("Rate Limit Exceeded") => {
            CanvasError::Busy { status: 403, retry_after_seconds }
        }
        401 => CanvasError::Unauthorized,
        status @ (403 | 404) => CanvasError::Refused(status),
        status => CanvasError::Status(status),
    }
}

/// The answer in a body of status 200.
fn read<T: DeserializeOwned>(function: &'static str, body: &str) -> Result<T, CanvasError> {
    serde_json::from_str(body).map_err(|_error| CanvasError::NotJson(function))
}
