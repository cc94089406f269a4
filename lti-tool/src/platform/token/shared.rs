//! The tokens that all replicas share: sealed in the database, one replica asking at a time.

use std::{future::Future, sync::Arc, time::Duration};

use openbadges::time::Timestamp;
use uuid::Uuid;

use super::{AccessToken, TokenError};
use crate::{
    clock::{Clock, later},
    keys::seal::MasterKey,
    store::{Store, access_token::AccessTokenRow},
};

/// Between two looks at a token that another replica asks for.
const LOOK: Duration = Duration::from_millis(100);

/// Where the shared tokens are, and the key that seals them.
#[derive(Clone, Debug)]
pub struct SharedTokens {
    store: Store,
    master: Arc<MasterKey>,
}

impl SharedTokens {
    /// The tokens in `store`, sealed with `master`.
    #[must_use]
    pub fn new(store: Store, master: Arc<MasterKey>) -> Self {
        Self { store, master }
    }

    /// The token that any replica got, or else what `ask` brings, while the others wait for it.
    ///
    /// Nobody holds a connection of the database while the platform thinks. Who asks has the right to for `lease_seconds`; whoever waits
    /// looks again and again, and takes over when that time has passed.
    pub(super) async fn find_or_ask(
        &self,
        registration_id: Uuid,
        scope: &str,
        clock: &dyn Clock,
        lease_seconds: i64,
        ask: impl Future<Output = Result<AccessToken, TokenError>>,
    ) -> Result<AccessToken, TokenError> {
        let lease = loop {
            let now = clock.now();
            let row = self.store.find_access_token(registration_id, scope).await?;
            if let Some(token) = self.usable(registration_id, scope, &row, now)? {
                return Ok(token);
            }
            let times = [now, later(now, lease_seconds)];
            let lease = self.store.lease_access_token(registration_id, scope, &row, times).await?;
            if let Some(lease) = lease {
                break lease;
            }
            tokio::time::sleep(LOOK).await;
        };
        match ask.await {
            Ok(token) => {
                let name = name(registration_id, scope);
                let Ok(sealed) = self.master.seal(&name, token.secret.as_bytes()) else { return Ok(token) };
                lease.store(&sealed, token.renew_at).await?;
                Ok(AccessToken { sealed: sealed.into(), ..token })
            }
            Err(TokenError::Busy { seconds }) => {
                lease.wait_until(later(clock.now(), seconds.into())).await?;
                Err(TokenError::Busy { seconds })
            }
            Err(error) => Err(error),
        }
    }

    /// Forgets a token for all replicas; if the database does not answer, the next one that is refused is forgotten.
    pub(super) async fn forget(&self, registration_id: Uuid, scope: &str, token: &AccessToken) {
        if let Err(error) = self.store.delete_access_token(registration_id, scope, &token.sealed).await {
            tracing::warn!(reason = %error, "a refused access token was not forgotten");
        }
    }

    /// The token of the row, if it is still good; one that was sealed with another master key is none.
    fn usable(
        &self,
        registration_id: Uuid,
        scope: &str,
        row: &AccessTokenRow,
        now: Timestamp,
    ) -> Result<Option<AccessToken>, TokenError> {
        if let Some(wait) = row.ask_again_at.filter(|moment| now < *moment) {
            let seconds = wait.as_unix_seconds() - now.as_unix_seconds();
            return Err(TokenError::Busy { seconds: u32::try_from(seconds).unwrap_or(u32::MAX) });
        }
        let Some((sealed, renew_at)) = row.token.as_ref().filter(|(_, renew_at)| now < *renew_at) else {
            return Ok(None);
        };
        let opened = self.master.open(&name(registration_id, scope), sealed).ok();
        let secret = opened.and_then(|text| std::str::from_utf8(&text).ok().map(Arc::from));
        Ok(secret.map(|secret| AccessToken { secret, sealed: sealed.as_slice().into(), renew_at: *renew_at }))
    }
}

/// What a sealed token is bound to.
fn name(registration_id: Uuid, scope: &str) -> String {
    format!("access token {registration_id} {scope}")
}
