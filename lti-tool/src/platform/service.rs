//! One call of a platform's service, whichever: with an access token, renewed once if the platform refuses it.
//!
//! <https://www.imsglobal.org/spec/security/v1p0/#using-json-web-tokens-with-oauth-2-0-client-credentials-grant>. What the services have in
//! common stands here: the token, the exact media types, the refusals. [`super::nrps`] and [`super::ags`] say what they ask for.

use reqwest::Method;
use url::Url;

use super::{
    Platform,
    token::{AccessTokens, TokenError},
};
use crate::outbound::{Answer, Call, Outbound, OutboundError};

/// The longest part of a platform's status line that is repeated.
const LONGEST_REASON: usize = 80;

/// Why a service gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// No access token.
    #[error("no access token for the service")]
    Token(#[from] TokenError),
    /// The service cannot be reached.
    #[error("the service cannot be reached")]
    Unreachable(#[from] OutboundError),
    /// The platform wants fewer requests (<https://www.rfc-editor.org/rfc/rfc6585#section-4>).
    #[error("the platform asks to wait: status {status}, for {retry_after_seconds:?} seconds")]
    Busy {
        /// 429 or 503.
        status: u16,
        /// How long, if it says so.
        retry_after_seconds: Option<u32>,
    },
    /// The platform refuses.
    #[error("the platform answers {status} {reason:?}")]
    Refused {
        /// HTTP status.
        status: u16,
        /// The words of its status line, without ids and what it quotes; empty if it has none.
        reason: String,
        /// The body, for those who know the platform; never for a log.
        body: PrivateText,
    },
}

/// A text of a platform that may hold personal data: it can be searched and never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct PrivateText(String);

impl std::fmt::Debug for PrivateText {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "PrivateText({} bytes)", self.0.len())
    }
}

impl PrivateText {
    /// Hides `text`.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// Whether the words stand in it, in any case.
    #[must_use]
    pub fn mentions(&self, words: &str) -> bool {
        self.0.to_ascii_lowercase().contains(words)
    }
}

/// Calls the services of one platform.
#[derive(Clone, Copy, Debug)]
pub struct ServiceClient<'a> {
    outbound: &'a Outbound,
    tokens: &'a AccessTokens,
    platform: &'a Platform,
}

/// What to send, besides the token.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    /// POST, PUT or DELETE.
    pub method: &'a Method,
    /// The scope that the token needs.
    pub scope: &'static str,
    /// `Accept`; none leaves it out.
    pub accept: Option<&'a str>,
    /// Media type and text of the body.
    pub body: Option<(&'a str, &'a str)>,
}

impl<'a> ServiceClient<'a> {
    /// A client for the services of `platform`.
    #[must_use]
    pub fn new(outbound: &'a Outbound, tokens: &'a AccessTokens, platform: &'a Platform) -> Self {
        Self { outbound, tokens, platform }
    }

    /// GET; the answer has status 200.
    ///
    /// # Errors
    /// [`ServiceError`].
    pub async fn fetch(
        &self,
        url: &Url,
        scope: &'static str,
        media_type: &str,
    ) -> Result<Answer, ServiceError> {
        self.with_token(url, scope, Request::Fetch(media_type)).await
    }

    /// Anything else; the answer has a status from 200 to 299.
    ///
    /// # Errors
    /// [`ServiceError`].
    pub async fn send(&self, url: &Url, message: &Message<'_>) -> Result<Answer, ServiceError> {
        self.with_token(url, message.scope, Request::Send(*message)).await
    }

    async fn with_token(
        &self,
        url: &Url,
        scope: &'static str,
        request: Request<'_>,
    ) -> Result<Answer, ServiceError> {
        let token = self.tokens.find(self.platform, scope).await?;
        let answer = self.call(url, request, &token).await?;
        if answer.status != 401 {
            return judged(answer);
        }
        self.tokens.forget(self.platform, scope, &token).await;
        let token = self.tokens.find(self.platform, scope).await?;
        judged(self.call(url, request, &token).await?)
    }

    async fn call(&self, url: &Url, request: Request<'_>, token: &str) -> Result<Answer, OutboundError> {
        match request {
            Request::Fetch(media_type) => self.outbound.fetch(url, media_type, Some(token)).await,
            Request::Send(Message { method, accept, body, .. }) => {
                self.outbound.send(&Call { method, url, accept, bearer: token, body }).await
            }
        }
    }
}

/// Either kind of call.
#[derive(Clone, Copy)]
enum Request<'a> {
    Fetch(&'a str),
    Send(Message<'a>),
}

fn judged(answer: Answer) -> Result<Answer, ServiceError> {
    match answer.status {
        200..=299 => Ok(answer),
        status @ (429 | 503) => {
            Err(ServiceError::Busy { status, retry_after_seconds: answer.retry_after_seconds })
        }
        status => Err(ServiceError::Refused {
            status,
            reason: answer.reason.as_deref().map(without_ids).unwrap_or_default(),
            body: PrivateText::new(&answer.body),
        }),
    }
}

/// The words of a status line that may stand in a log: Moodle quotes the whole score and names users and items by number there.
fn without_ids(reason: &str) -> String {
    let words = reason.split(['{', '[', '"', '<']).next().unwrap_or_default();
    let words = words.chars().filter(|letter| matches!(letter, ' '..='~')).take(LONGEST_REASON);
    let mut text = String::new();
    for letter in words {
        match letter {
            '0'..='9' if text.ends_with('#') => {}
            '0'..='9' => text.push('#'),
            letter => text.push(letter),
        }
    }
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_line_is_told_without_numbers_and_quotations() {
        assert_eq!(
            without_ids("Refusing score with an earlier timestamp for item 8 and user 41"),
            "Refusing score with an earlier timestamp for item # and user #"
        );
        assert_eq!(
            without_ids(r#"Incorrect score received{"userId": "3", "comment": "Ada"}"#),
            "Incorrect score received"
        );
        assert_eq!(without_ids("漢字"), "");
    }

    #[test]
    fn a_body_is_searched_and_never_printed() {
        let body = PrivateText::new("User Ada cannot be graded");
        assert!(body.mentions("cannot be graded") && !body.mentions("bob"));
        assert_eq!(format!("{body:?}"), "PrivateText(25 bytes)");
    }
}
