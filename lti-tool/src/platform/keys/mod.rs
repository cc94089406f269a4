//! The platforms' public keys, cached.
//!
//! A key set stays as long as its `Cache-Control: max-age` says; an unknown `kid` fetches it once more, but not more often than every ten
//! seconds, so that forged tokens cannot make us hammer a platform (<https://www.imsglobal.org/spec/security/v1p0/#h_key-set-url>). One
//! fetch at a time per platform, which goes on when the person who waited for it is gone. If the platform does not answer, keys that expired
//! within the last hour still count.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use openbadges::time::Timestamp;
use tokio::sync::OwnedMutexGuard;
use url::Url;

use crate::{
    clock::Clock,
    lti::jwks::{PlatformKey, PlatformKeySet},
    outbound::{Outbound, OutboundError},
};

/// Between two fetches of one key set.
const REFETCH_SECONDS: i64 = 10;
/// When the platform says nothing about caching.
const DEFAULT_MAX_AGE_SECONDS: i64 = 600;
/// A day, however long the platform allows.
const LONGEST_MAX_AGE_SECONDS: i64 = 86_400;
/// How long expired keys outlive a platform that does not answer.
const STALE_SECONDS: i64 = 3600;

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// The platform has no such key.
    #[error("the platform has no key {0:?}")]
    UnknownKid(String),
    /// The key set cannot be had.
    #[error("the platform's keys cannot be fetched")]
    Unreachable(#[from] OutboundError),
    /// An HTTP error instead of a key set.
    #[error("the platform answers {0} instead of its keys")]
    Status(u16),
    /// It did not give its keys a moment ago, and is not asked again before some seconds have passed.
    #[error("the platform did not give its keys a moment ago")]
    Silent,
    /// The answer is something else.
    #[error("the platform's answer is not a key set")]
    NotAKeySet(#[from] serde_json::Error),
}

struct Cached {
    keys: PlatformKeySet,
    fresh_until: Timestamp,
}

/// One platform's key set: behind an asynchronous lock, so that one request fetches and the others wait for it.
#[derive(Default)]
struct Slot {
    cached: Option<Cached>,
    tried_at: Option<Timestamp>,
    /// Whether the last fetch brought nothing: then nobody can say that a key is unknown.
    has_failed: bool,
}

/// The cache.
pub struct PlatformKeys {
    outbound: Outbound,
    clock: Arc<dyn Clock>,
    slots: Mutex<HashMap<Url, Arc<tokio::sync::Mutex<Slot>>>>,
}

impl std::fmt::Debug for PlatformKeys {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("PlatformKeys").finish_non_exhaustive()
    }
}

impl PlatformKeys {
    /// An empty cache.
    #[must_use]
    pub fn new(outbound: Outbound, clock: Arc<dyn Clock>) -> Self {
        Self { outbound, clock, slots: Mutex::default() }
    }

    /// The key `kid` of the set at `url`.
    ///
    /// # Errors
    /// [`KeysError::UnknownKid`] if the platform does not have it, the others if that cannot be told.
    pub async fn find(&self, url: &Url, kid: &str) -> Result<Arc<PlatformKey>, KeysError> {
        let slot = self.slot(url);
        let mut slot = slot.lock_owned().await;
        let now = self.clock.now();
        if let Some(key) = slot.fresh(now).and_then(|keys| keys.find(kid)) {
            return Ok(key);
        }
        let may_fetch = slot
            .tried_at
            .is_none_or(|tried| now.as_unix_seconds() - tried.as_unix_seconds() >= REFETCH_SECONDS);
        let mut refusal = None;
        if may_fetch {
            let fetching = tokio::spawn(refresh(slot, self.outbound.clone(), url.clone(), now));
            let fetched = fetching.await.map_err(|_error: tokio::task::JoinError| KeysError::Silent)?;
            slot = fetched.0;
            refusal = fetched.1;
        }
        if let Some(key) = slot.stale(now).and_then(|keys| keys.find(kid)) {
            return Ok(key);
        }
        Err(match refusal {
            Some(refusal) => refusal,
            None if slot.has_failed => KeysError::Silent,
            None => KeysError::UnknownKid(kid.to_owned()),
        })
    }
}

impl PlatformKeys {
    fn slot(&self, url: &Url) -> Arc<tokio::sync::Mutex<Slot>> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        match slots.get(url) {
            Some(slot) => Arc::clone(slot),
            None => Arc::clone(slots.entry(url.clone()).or_default()),
        }
    }
}

/// Fetches the key set into its slot; gives the slot back, and why there is nothing new.
async fn refresh(
    mut slot: OwnedMutexGuard<Slot>,
    outbound: Outbound,
    url: Url,
    now: Timestamp,
) -> (OwnedMutexGuard<Slot>, Option<KeysError>) {
    slot.tried_at = Some(now);
    let fetched = fetch(&outbound, &url, now).await;
    slot.has_failed = fetched.is_err();
    let refusal = match fetched {
        Ok(cached) => {
            slot.cached = Some(cached);
            None
        }
        Err(error) => Some(error),
    };
    (slot, refusal)
}

async fn fetch(outbound: &Outbound, url: &Url, now: Timestamp) -> Result<Cached, KeysError> {
    let answer = outbound.fetch(url, "application/json", None).await?;
    if answer.status != 200 {
        return Err(KeysError::Status(answer.status));
    }
    let seconds = max_age_seconds(answer.cache_control.as_deref());
    Ok(Cached { keys: PlatformKeySet::parse(&answer.body)?, fresh_until: crate::clock::later(now, seconds) })
}

impl Slot {
    fn fresh(&self, now: Timestamp) -> Option<&PlatformKeySet> {
        self.cached.as_ref().filter(|cached| now < cached.fresh_until).map(|cached| &cached.keys)
    }

    fn stale(&self, now: Timestamp) -> Option<&PlatformKeySet> {
        let limit = |cached: &Cached| crate::clock::later(cached.fresh_until, STALE_SECONDS);
        self.cached.as_ref().filter(|cached| now < limit(cached)).map(|cached| &cached.keys)
    }
}

/// How long to keep an answer with this `Cache-Control` (<https://www.rfc-editor.org/rfc/rfc9111#section-5.2.2.1>).
fn max_age_seconds(cache_control: Option<&str>) -> i64 {
    let Some(header) = cache_control else { return DEFAULT_MAX_AGE_SECONDS };
    let mut directives = header.split(',').map(|directive| directive.trim().to_ascii_lowercase());
    if directives.clone().any(|directive| directive == "no-store" || directive == "no-cache") {
        return REFETCH_SECONDS;
    }
    let max_age = directives
        .find_map(|directive| directive.strip_prefix("max-age=")?.trim_matches('"').parse::<i64>().ok());
    max_age.unwrap_or(DEFAULT_MAX_AGE_SECONDS).clamp(REFETCH_SECONDS, LONGEST_MAX_AGE_SECONDS)
}

#[cfg(test)]
mod tests;
