//! Access tokens for the platform's services, by a signed assertion.
//!
//! Specification: <https://www.imsglobal.org/spec/security/v1p0/#using-json-web-tokens-with-oauth-2-0-client-credentials-grant>. The
//! assertion lives 60 seconds and has a `jti` of its own. Tokens are cached per registration and scope for as long as the platform says,
//! less a margin, and forgotten when a service answers 401; all replicas share them ([`shared`]), and of all requests that need a new one,
//! one asks. A platform that wants us to wait (429) is not asked again before. The answer's media type is ignored: Moodle sends JSON as
//! `text/html`.

pub mod shared;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use openbadges::time::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use self::shared::SharedTokens;
use super::Platform;
use crate::{
    clock::{Chance, Clock, later, uuid_from},
    keys::{KeyringHandle, SignError},
    outbound::{Answer, Outbound, OutboundError},
    store::StoreError,
};

/// Life of a client assertion.
const ASSERTION_SECONDS: i64 = 60;
/// A token is renewed this long before it ends.
const MARGIN_SECONDS: i64 = 30;
/// Life of a token whose platform does not say.
const DEFAULT_LIFE_SECONDS: i64 = 300;

/// How long a platform is left alone that wants fewer requests and does not say for how long.
const DEFAULT_WAIT_SECONDS: u32 = 5;
/// How long a platform is left alone that did not answer at all.
const SILENCE_SECONDS: i64 = 2;
/// How much longer than one request a replica has the right to ask for all others.
const LEASE_MARGIN_SECONDS: i64 = 2;
/// The longest wait that a platform may ask for.
const LONGEST_WAIT_SECONDS: u32 = 300;

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
    /// The platform wants fewer requests.
    #[error("the platform's token endpoint asks to wait for {seconds} seconds")]
    Busy {
        /// From now on.
        seconds: u32,
    },
    /// The platform did not answer a moment ago.
    #[error("the platform's token endpoint did not answer a moment ago")]
    Silent,
    /// The answer holds no token.
    #[error("the platform's answer holds no access token")]
    NoToken,
    /// The assertion cannot be signed.
    #[error("the client assertion cannot be signed")]
    Sign(#[from] SignError),
    /// The database.
    #[error("the shared access tokens cannot be reached")]
    Store(#[from] StoreError),
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

/// A token while it is used.
#[derive(Clone)]
pub(super) struct AccessToken {
    pub(super) secret: Arc<str>,
    /// As it lies in the database, to be found there again.
    pub(super) sealed: Arc<[u8]>,
    pub(super) renew_at: Timestamp,
}

/// What this process knows of one registration and scope.
#[derive(Default)]
struct Known {
    token: Option<AccessToken>,
    /// The platform was silent: those who waited for that answer do not each wait for another.
    silent_until: Option<Timestamp>,
}

type Slot = Arc<tokio::sync::Mutex<Known>>;

/// The cache. In each process one request at a time for a registration and a scope, the others wait for it; across processes the
/// database sees to that.
pub struct AccessTokens {
    outbound: Outbound,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
    keyring: KeyringHandle,
    shared: Option<SharedTokens>,
    slots: Mutex<HashMap<(Uuid, &'static str), Slot>>,
}

impl std::fmt::Debug for AccessTokens {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("AccessTokens").finish_non_exhaustive()
    }
}

impl AccessTokens {
    /// An empty cache that signs with `keyring`; without `shared`, this process has its tokens for itself.
    #[must_use]
    pub fn new(
        outbound: Outbound,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Chance>,
        keyring: KeyringHandle,
        shared: Option<SharedTokens>,
    ) -> Self {
        Self { outbound, clock, chance, keyring, shared, slots: Mutex::default() }
    }

    /// A token of `platform` for `scope`.
    ///
    /// # Errors
    /// [`TokenError`] if the platform does not give one.
    pub async fn find(&self, platform: &Platform, scope: &'static str) -> Result<Arc<str>, TokenError> {
        let slot = self.slot(platform.registration_id, scope);
        let mut known = slot.lock().await;
        let now = self.clock.now();
        if let Some(token) = known.token.as_ref().filter(|token| now < token.renew_at) {
            return Ok(Arc::clone(&token.secret));
        }
        if known.silent_until.is_some_and(|until| now < until) {
            return Err(TokenError::Silent);
        }
        let asked = match &self.shared {
            Some(shared) => {
                let ask = self.request(platform, scope, now);
                let lease_seconds = self.outbound.longest_answer_seconds() + LEASE_MARGIN_SECONDS;
                shared.find_or_ask(platform.registration_id, scope, &*self.clock, lease_seconds, ask).await
            }
            None => self.request(platform, scope, now).await,
        };
        let silent = matches!(asked, Err(TokenError::Unreachable(_)));
        known.silent_until = silent.then(|| later(self.clock.now(), SILENCE_SECONDS));
        let token = asked?;
        let secret = Arc::clone(&token.secret);
        known.token = Some(token);
        Ok(secret)
    }

    /// Forgets a token that a service refused, here and for all replicas, unless a newer one is there already.
    pub async fn forget(&self, platform: &Platform, scope: &'static str, refused: &str) {
        let slot = self.slot(platform.registration_id, scope);
        let mut known = slot.lock().await;
        let Some(token) = known.token.take_if(|token| &*token.secret == refused) else { return };
        if let Some(shared) = &self.shared {
            shared.forget(platform.registration_id, scope, &token).await;
        }
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
        read(&self.outbound.post_form(&platform.token_endpoint, &form).await?, now)
    }
}

/// The token in an answer of the token endpoint (<https://www.rfc-editor.org/rfc/rfc6749#section-5.1>).
fn read(answer: &Answer, now: Timestamp) -> Result<AccessToken, TokenError> {
    let wire: Option<TokenWire> = serde_json::from_str(&answer.body).ok();
    match (answer.status, answer.retry_after_seconds) {
        (200, _) => {}
        (429, wait) => return Err(busy(wait.unwrap_or(DEFAULT_WAIT_SECONDS))),
        (503, Some(wait)) => return Err(busy(wait)),
        (status, _) => {
            let error = wire
                .and_then(|wire| wire.error)
                .filter(|error| is_error_code(error))
                .unwrap_or_else(|| "none".to_owned());
            return Err(TokenError::Refused { status, error });
        }
    }
    let wire = wire.ok_or(TokenError::NoToken)?;
    let secret = wire.access_token.filter(|token| !token.is_empty()).ok_or(TokenError::NoToken)?;
    #[expect(
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        reason = "a float cast to an integer saturates, and whole seconds are enough"
    )]
    let life = wire.expires_in.map_or(DEFAULT_LIFE_SECONDS, |seconds| seconds as i64).clamp(0, 86_400);
    let renew_at = later(now, (life - MARGIN_SECONDS).max(life / 2));
    Ok(AccessToken { secret: secret.into(), sealed: Arc::new([]), renew_at })
}

fn busy(seconds: u32) -> TokenError {
    TokenError::Busy { seconds: seconds.clamp(1, LONGEST_WAIT_SECONDS) }
}

/// Whether a platform's text is an OAuth error code; anything else stays out of the log.
fn is_error_code(text: &str) -> bool {
    (1..=40).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

#[cfg(test)]
mod tests;
