//! `lti.login`: logins on their way to the platform and back.

use std::sync::Arc;

use openbadges::time::Timestamp;
use sqlx::Row;

use super::{Store, StoreError, gathering::Turn, platform::read_platform, seconds, values::Values};
use crate::platform::Platform;

/// SHA-256 of a secret that travels.
pub type Hash = [u8; 32];

/// A login to be remembered.
#[derive(Clone, Debug)]
pub struct NewLogin<'a> {
    /// Of the state.
    pub state_hash: Hash,
    /// Of the nonce.
    pub nonce_hash: Hash,
    /// Of the secret that only this browser knows.
    pub browser_hash: Hash,
    /// `iss` of the login request.
    pub issuer: &'a str,
    /// `client_id`, which platforms may leave out.
    pub client_id: Option<&'a str>,
    /// What the platform wants back, opaque.
    pub login_hint: &'a str,
    /// The same, for the message.
    pub message_hint: Option<&'a str>,
    /// Where the launch is to lead, unsigned.
    pub target_link_uri: &'a str,
    /// `lti_deployment_id`, unsigned.
    pub deployment_hint: Option<&'a str>,
    /// `lti_storage_target`.
    pub storage_target: Option<&'a str>,
    /// When the person has taken too long.
    pub expires_at: Timestamp,
}

/// A remembered login and the platform it went to.
#[derive(Clone, Debug)]
pub struct LoginRow {
    /// The platform.
    pub platform: Arc<Platform>,
    /// The deployments that may launch.
    pub deployments: Vec<String>,
    /// Whether others may launch too and are remembered.
    pub approves_deployments: bool,
    /// As in [`NewLogin`].
    pub nonce_hash: Vec<u8>,
    /// As in [`NewLogin`].
    pub browser_hash: Vec<u8>,
    /// As in [`NewLogin`].
    pub login_hint: String,
    /// As in [`NewLogin`].
    pub message_hint: Option<String>,
    /// As in [`NewLogin`].
    pub target_link_uri: String,
    /// As in [`NewLogin`].
    pub deployment_hint: Option<String>,
    /// As in [`NewLogin`].
    pub storage_target: Option<String>,
    /// Whether a launch has used it already.
    pub is_claimed: bool,
    /// Whether a custom parameter of the platform's launches says where people belong.
    pub tells_populations: bool,
}

/// What a login needs of its platform.
#[derive(Debug)]
pub(super) struct Found {
    platform: Arc<Platform>,
    deployments: Vec<String>,
    approves_deployments: bool,
    tells_populations: bool,
}

/// A login that waits for others.
#[derive(Debug)]
pub(super) struct OwnedLogin {
    state_hash: Hash,
    nonce_hash: Hash,
    browser_hash: Hash,
    issuer: String,
    client_id: Option<String>,
    login_hint: String,
    message_hint: Option<String>,
    target_link_uri: String,
    deployment_hint: Option<String>,
    storage_target: Option<String>,
    expires_at: Timestamp,
}

impl OwnedLogin {
    fn of(login: &NewLogin<'_>) -> Self {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Self {
            state_hash: login.state_hash,
            nonce_hash: login.nonce_hash,
            browser_hash: login.browser_hash,
            issuer: login.issuer.to_owned(),
            client_id: owned(login.client_id),
            login_hint: login.login_hint.to_owned(),
            message_hint: owned(login.message_hint),
            target_link_uri: login.target_link_uri.to_owned(),
            deployment_hint: owned(login.deployment_hint),
            storage_target: owned(login.storage_target),
            expires_at: login.expires_at,
        }
    }

    fn borrow(&self) -> NewLogin<'_> {
        NewLogin {
            state_hash: self.state_hash,
            nonce_hash: self.nonce_hash,
            browser_hash: self.browser_hash,
            issuer: &self.issuer,
            client_id: self.client_id.as_deref(),
            login_hint: &self.login_hint,
            message_hint: self.message_hint.as_deref(),
            target_link_uri: &self.target_link_uri,
            deployment_hint: self.deployment_hint.as_deref(),
            storage_target: self.storage_target.as_deref(),
            expires_at: self.expires_at,
        }
    }
}

impl Found {
    /// The login as it is remembered now.
    fn row(self, login: &NewLogin<'_>) -> LoginRow {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        LoginRow {
            platform: self.platform,
            deployments: self.deployments,
            approves_deployments: self.approves_deployments,
            nonce_hash: login.nonce_hash.to_vec(),
            browser_hash: login.browser_hash.to_vec(),
            login_hint: login.login_hint.to_owned(),
            message_hint: owned(login.message_hint),
            target_link_uri: login.target_link_uri.to_owned(),
            deployment_hint: owned(login.deployment_hint),
            storage_target: owned(login.storage_target),
            is_claimed: false,
            tells_populations: self.tells_populations,
        }
    }
}

impl Store {
    /// Finds the active platform of a login and remembers the login, which is then as [`find_login`](Store::find_login) will find it;
    /// `None` if no such platform is registered, or several and the client id is missing. Logins that begin at once share a statement.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn insert_login(&self, login: &NewLogin<'_>) -> Result<Option<LoginRow>, StoreError> {
        let found = match self.logins.turn(|| OwnedLogin::of(login)).await {
            Some(Turn::Answer(found)) => found,
            Some(Turn::Lead(mut lead)) => {
                let others: Vec<NewLogin<'_>> = lead.others.iter().map(|other| other.asks.borrow()).collect();
                let all: Vec<&NewLogin<'_>> = std::iter::once(login).chain(&others).collect();
                let mut found = self.insert_logins(&all).await?.into_iter();
                let own = found.next().flatten();
                for (other, found) in lead.others.drain(..).zip(found) {
                    other.answer(found);
                }
                own
            }
            None => self.insert_logins(&[login]).await?.into_iter().next().flatten(),
        };
        Ok(found.map(|found| found.row(login)))
    }

    /// What was found for each of these logins, in their order; those for which something was are remembered.
    async fn insert_logins(&self, logins: &[&NewLogin<'_>]) -> Result<Vec<Option<Found>>, StoreError> {
        let mut values = Values::reserve(11, 1024);
        values
            .add(logins.iter().map(|login| login.issuer).collect::<Vec<_>>())
            .add(logins.iter().map(|login| login.client_id).collect::<Vec<_>>())
            .add(logins.iter().map(|login| login.state_hash.as_slice()).collect::<Vec<_>>())
            .add(logins.iter().map(|login| login.nonce_hash.as_slice()).collect::<Vec<_>>())
            .add(logins.iter().map(|login| login.browser_hash.as_slice()).collect::<Vec<_>>())
            .add(logins.iter().map(|login| login.login_hint).collect::<Vec<_>>())
            .add(logins.iter().map(|login| login.message_hint).collect::<Vec<_>>())
            .add(logins.iter().map(|login| login.target_link_uri).collect::<Vec<_>>())
            .add(logins.iter().map(|login| login.deployment_hint).collect::<Vec<_>>())
            .add(logins.iter().map(|login| login.storage_target).collect::<Vec<_>>())
            .add(logins.iter().map(|login| seconds(login.expires_at)).collect::<Vec<_>>());
        let rows = values.query(include_str!("insert_logins.sql"))?.fetch_all(&self.pool).await?;
        let mut found: Vec<Option<Found>> = logins.iter().map(|_| None).collect();
        for row in rows {
            let place = usize::try_from(row.try_get::<i64, _>("place")? - 1).ok();
            let place = place.and_then(|place| found.get_mut(place)).ok_or(StoreError::Damaged("place"))?;
            *place = Some(Found {
                platform: read_platform(&row)?,
                deployments: row.try_get("deployments")?,
                approves_deployments: row.try_get("approves_deployments")?,
                tells_populations: row.try_get::<Option<&str>, _>("population_parameter")?.is_some(),
            });
        }
        Ok(found)
    }

    /// The login with that state, unless it has expired.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_login(
        &self,
        state_hash: &Hash,
        now: Timestamp,
    ) -> Result<Option<LoginRow>, StoreError> {
        let row = sqlx::query(
            "select registration.*, login.nonce_hash, login.browser_hash, login.login_hint, login.message_hint, login.target_link_uri,
                    login.deployment_hint, login.storage_target, login.claimed_at is not null as is_claimed,
                    array(select deployment_id from lti.deployment d where d.registration_id = login.registration_id) as deployments
             from lti.login join lti.registration using (registration_id)
             where login.state_hash = $1 and login.expires_at > to_timestamp($2) and registration.status = 'active'",
        )
        .bind(state_hash.as_slice())
        .bind(seconds(now))
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(LoginRow {
            platform: read_platform(&row)?,
            deployments: row.try_get("deployments")?,
            approves_deployments: row.try_get("approves_deployments")?,
            nonce_hash: row.try_get("nonce_hash")?,
            browser_hash: row.try_get("browser_hash")?,
            login_hint: row.try_get("login_hint")?,
            message_hint: row.try_get("message_hint")?,
            target_link_uri: row.try_get("target_link_uri")?,
            deployment_hint: row.try_get("deployment_hint")?,
            storage_target: row.try_get("storage_target")?,
            is_claimed: row.try_get("is_claimed")?,
            tells_populations: row.try_get::<Option<&str>, _>("population_parameter")?.is_some(),
        }))
    }

    /// Binds a login that is not used yet to another secret of its browser.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn update_browser_hash(
        &self,
        state_hash: &Hash,
        browser_hash: &Hash,
    ) -> Result<(), StoreError> {
        sqlx::query("update lti.login set browser_hash = $2 where state_hash = $1 and claimed_at is null")
            .bind(state_hash.as_slice())
            .bind(browser_hash.as_slice())
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}
