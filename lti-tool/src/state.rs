//! What every request shares: made once at the start, read only afterwards. Only the store is each thread's own, with the same database behind it.

use std::sync::{Arc, Mutex, PoisonError};

use openbadges::{model::Profile, time::Timestamp};
use url::Url;

use crate::{
    clock::{Chance, Clock},
    config::Config,
    course::image::painter::Painter,
    keys::{Keyring, KeyringHandle, seal::MasterKey},
    login::recent::RecentLogins,
    outbound::{Outbound, OutboundError},
    platform::{
        Platform,
        keys::PlatformKeys,
        service::ServiceClient,
        token::{AccessTokens, shared::SharedTokens},
    },
    store::Store,
    usage::UsageCounter,
};

/// How many documents of other sites are fetched at once for badges that strangers bring.
const MOST_FETCHES: usize = 32;

/// Clients, caches, keys and settings.
#[derive(Clone)]
pub struct AppState {
    /// The settings.
    pub config: Arc<Config>,
    /// The tool's origin.
    pub public_url: Url,
    /// The same as a text.
    origin: Arc<str>,
    /// The database.
    pub store: Store,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub chance: Arc<dyn Chance>,
    /// Our keys.
    pub keyring: KeyringHandle,
    /// What seals secrets in the database.
    pub master: Arc<MasterKey>,
    /// The platforms' keys.
    pub platform_keys: Arc<PlatformKeys>,
    /// Logins on their way to the platform and back.
    pub recent_logins: Arc<RecentLogins>,
    /// Our access tokens at the platforms.
    pub access_tokens: Arc<AccessTokens>,
    /// The HTTP client.
    pub outbound: Outbound,
    /// How many refusals are kept for the administrator.
    pub refusals: Arc<RefusalLimit>,
    /// Pictures of badges.
    pub painter: Arc<Painter>,
    /// Held while a status list is signed.
    pub list_signing: Arc<tokio::sync::Mutex<()>>,
    /// A turn for each document that is fetched for a stranger's badge.
    pub fetching: Arc<tokio::sync::Semaphore>,
    /// Uses of badges since they were written last.
    pub usage: Arc<UsageCounter>,
}

/// Lets only so many refusals a minute into the database: strangers can cause as many as they like.
#[derive(Debug, Default)]
pub struct RefusalLimit(Mutex<(i64, u32)>);

impl RefusalLimit {
    /// The most of one minute and replica.
    const MOST: u32 = 60;

    /// Whether one more may be kept.
    #[must_use]
    pub fn admits(&self, now: Timestamp) -> bool {
        let minute = now.as_unix_seconds() / 60;
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counted.0 != minute {
            *counted = (minute, 0);
        }
        counted.1 += 1;
        counted.1 <= Self::MOST
    }
}

impl std::fmt::Debug for AppState {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("AppState")
            .field("public_url", &self.public_url.as_str())
            .finish_non_exhaustive()
    }
}

impl AppState {
    /// Puts everything together.
    ///
    /// # Errors
    /// [`OutboundError`] if the HTTP client cannot be set up.
    pub fn new(
        config: Config,
        public_url: Url,
        store: Store,
        keyring: Keyring,
        master: Arc<MasterKey>,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Chance>,
    ) -> Result<Self, OutboundError> {
        let outbound = Outbound::new(&config.outbound)?;
        let keyring = KeyringHandle::new(keyring);
        Ok(Self {
            platform_keys: Arc::new(PlatformKeys::new(outbound.clone(), Arc::clone(&clock))),
            access_tokens: Arc::new(AccessTokens::new(
                outbound.clone(),
                Arc::clone(&clock),
                Arc::clone(&chance),
                keyring.clone(),
                Some(SharedTokens::new(store.clone(), Arc::clone(&master))),
            )),
            recent_logins: Arc::default(),
            painter: Painter::new(&config.images.fonts),
            config: Arc::new(config),
            origin: public_url.origin().ascii_serialization().into(),
            public_url,
            store,
            clock,
            chance,
            keyring,
            master,
            outbound,
            refusals: Arc::default(),
            list_signing: Arc::default(),
            fetching: Arc::new(tokio::sync::Semaphore::new(MOST_FETCHES)),
            usage: Arc::default(),
        })
    }

    /// The same for one of `threads` threads that answer requests.
    #[must_use]
    pub fn for_thread(&self, threads: usize) -> Self {
        Self { store: self.store.for_thread(threads), ..self.clone() }
    }

    /// The services of `platform`.
    #[must_use]
    pub fn services<'a>(&'a self, platform: &'a Platform) -> ServiceClient<'a> {
        ServiceClient::new(&self.outbound, &self.access_tokens, platform)
    }

    /// The issuer as every credential names it.
    #[must_use]
    pub fn issuer_profile(&self) -> Profile {
        issuer_profile(&self.config, &self.keyring.current().issuer.did)
    }

    /// An address of the tool; `path` begins with a slash.
    #[must_use]
    pub fn address(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }
}

/// The issuer's profile from the settings (<https://www.imsglobal.org/spec/ob/v3p0/#profile>).
#[must_use]
pub fn issuer_profile(config: &Config, did: &str) -> Profile {
    let mut profile = Profile::new(did, config.issuer.name.trim());
    let given = |text: &String| (!text.is_empty()).then(|| text.clone());
    profile.url = given(&config.issuer.url);
    profile.email = given(&config.issuer.email);
    profile
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_refusals_is_cut_and_the_next_minute_begins_anew() {
        let limit = RefusalLimit::default();
        let at = Timestamp::from_unix_seconds;
        assert_eq!((0..100).filter(|second| limit.admits(at(60_000 + second % 60))).count(), 60);
        assert!(limit.admits(at(60_060)));
    }
}
