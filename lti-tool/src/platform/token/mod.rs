//! Access tokens for the platform's services, by a signed assertion.
//!
//! Specification: <https://www.imsglobal.org/spec/security/v1p0/#using-json-web-tokens-with-oauth-2-0-client-credentials-grant>. The
//! assertion lives 60 seconds and has a `jti` of its own. Tokens are cached per registration and scopes for as long as the platform says,
//! less a margin, and forgotten when a service answers 401. The answer's media type is ignored: Moodle sends JSON as `text/html`.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use openbadges::time::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Platform;
use crate::{
    clock::{Chance, Clock, later, uuid_from},
    keys::{KeyringHandle, SignError},
    outbound::{Outbound, OutboundError},
};

/// Life of a client assertion.
const ASSERTION_SECONDS: i64 = 60;
/// A token is renewed this long before it ends.
const MARGIN_SECONDS: i64 = 30;
/// Life of a token whose platform does not say.
const DEFAULT_LIFE_SECONDS: i64 = 300;

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The token endpoint cannot be reached.
    #[error("the platform's token endpoint cannot be reached")]
    Unreachable(#[from] OutboundError),
    /// The platform refuses.
    #[error("the platform refuses an access token: status {status}, error `{error}`")]
    Refused {
        /// HTTP status.
        status: u16,
        /// The OAuth error code, or "none" if it gives none.
        error: String,
    },
    /// The answer holds no token.
    #[error("the platform's answer holds no access token")]
    NoToken,
    /// The assertion cannot be signed.
    #[error("the client assertion cannot be signed")]
    Sign(#[from] SignError),
}

#[derive(Serialize)]
struct ClientAssertion<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    iat: i64,
    exp: i64,
    jti: String,
}

#[derive(Deserialize)]
struct TokenWire {
    access_token: Option<String>,
    #[serde(default)]
    expires_in: Option<f64>,
    #[serde(default)]
    error: Option<String>,
}

#[derive(Clone)]
struct AccessToken {
    secret: Arc<str>,
    renew_at: Timestamp,
}

type Slot = Arc<tokio::sync::Mutex<Option<AccessToken>>>;

/// The cache; one request for a token at a time per registration and scopes, the others wait for it.
pub struct AccessTokens {
    outbound: Outbound,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
    keyring: KeyringHandle,
    slots: Mutex<HashMap<(Uuid, &'static str), Slot>>,
}

impl std::fmt::Debug for AccessTokens {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("AccessTokens").finish_non_exhaustive()
    }
}

impl AccessTokens {
    /// An empty cache that signs with `keyring`.
    #[must_use]
    pub fn new(
        outbound: Outbound,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Chance>,
        keyring: KeyringHandle,
    ) -> Self {
        Self { outbound, clock, chance, keyring, slots: Mutex::default() }
    }

    /// A token of `platform` for `scope`.
    ///
    /// # Errors
    /// [`TokenError`] if the platform does not give one.
    pub async fn find(&self, platform: &Platform, scope: &'static str) -> Result<Arc<str>, TokenError> {
        let slot = self.slot(platform.registration_id, scope);
        let mut slot = slot.lock().await;
        let now = self.clock.now();
        if let Some(token) = slot.as_ref().filter(|token| now < token.renew_at) {
            return Ok(Arc::clone(&token.secret));
        }
        let token = self.request(platform, scope, now).await?;
        let secret = Arc::clone(&token.secret);
        *slot = Some(token);
        Ok(secret)
    }

    /// Forgets a token that a service refused.
    pub async fn forget(&self, platform: &Platform, scope: &'static str) {
        *self.slot(platform.registration_id, scope).lock().await = None;
    }

    fn slot(&self, registration_id: Uuid, scope: &'static str) -> Slot {
        Arc::clone(
            self.slots
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .entry((registration_id, scope))
                .or_default(),
        )
    }

    async fn request(
        &self,
        platform: &Platform,
        scope: &str,
        now: Timestamp,
    ) -> Result<AccessToken, TokenError> {
        let assertion = self.keyring.current().lti.sign(&ClientAssertion {
            iss: &platform.client_id,
            sub: &platform.client_id,
            aud: platform.token_audience.as_deref().unwrap_or(platform.token_endpoint.as_str()),
            iat: now.as_unix_seconds(),
            exp: now.as_unix_seconds() + ASSERTION_SECONDS,
            jti: uuid_from(&*self.chance).to_string(),
        })?;
        let form = [
            ("grant_type", "client_credentials"),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", &assertion),
            ("scope", scope),
        ];
        let answer = self.outbound.post_form(&platform.token_endpoint, &form).await?;
        read(answer.status, &answer.body, now)
    }
}

/// The token in an answer of the token endpoint (<https://www.rfc-editor.org/rfc/rfc6749#section-5.1>).
fn read(status: u16, body: &str, now: Timestamp) -> Result<AccessToken, TokenError> {
    let wire: Option<TokenWire> = serde_json::from_str(body).ok();
    if status != 200 {
        let error = wire
            .and_then(|wire| wire.error)
            .filter(|error| is_error_code(error))
            .unwrap_or_else(|| "none".to_owned());
        return Err(TokenError::Refused { status, error });
    }
    let wire = wire.ok_or(TokenError::NoToken)?;
    let secret = wire.access_token.filter(|token| !token.is_empty()).ok_or(TokenError::NoToken)?;
    #[expect(
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        reason = "a float cast to an integer saturates, and whole seconds are enough"
    )]
    let life = wire.expires_in.map_or(DEFAULT_LIFE_SECONDS, |seconds| seconds as i64).clamp(0, 86_400);
    Ok(AccessToken { secret: secret.into(), renew_at: later(now, (life - MARGIN_SECONDS).max(life / 2)) })
}

/// Whether a platform's text is an OAuth error code; anything else stays out of the log.
fn is_error_code(text: &str) -> bool {
    (1..=40).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

#[cfg(test)]
mod tests;
