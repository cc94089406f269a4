//! `lti.login`: logins on their way to the platform and back.

use std::sync::Arc;

use openbadges::time::Timestamp;
use sqlx::Row;

use super::{Store, StoreError, platform::read_platform, seconds, values::Values};
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

impl Store {
    /// Finds the active platform of a login and remembers the login, which is then as [`find_login`](Store::find_login) will find it;
    /// `None` if no such platform is registered, or several and the client id is missing.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn insert_login(&self, login: &NewLogin<'_>) -> Result<Option<LoginRow>, StoreError> {
        let mut values = Values::reserve(11, 1024);
        values
            .add(login.issuer)
            .add(login.client_id)
            .add(login.state_hash.as_slice())
            .add(login.nonce_hash.as_slice())
            .add(login.browser_hash.as_slice())
            .add(login.login_hint)
            .add(login.message_hint)
            .add(login.target_link_uri)
            .add(login.deployment_hint)
            .add(login.storage_target)
            .add(seconds(login.expires_at));
        let query = values.query(
            "with matching as (
               select registration_id, issuer, client_id, authorization_endpoint, token_endpoint, token_audience, jwks_url, id_token_algorithm,
                      approves_deployments, population_parameter
               from lti.registration where issuer = $1 and ($2::text is null or client_id = $2) and status = 'active'
             ), only_one as (select * from matching where (select count(*) from matching) = 1
             ), remembered as (
               insert into lti.login (registration_id, state_hash, nonce_hash, browser_hash, login_hint, message_hint,
                                      target_link_uri, deployment_hint, storage_target, expires_at)
               select registration_id, $3, $4, $5, $6, $7, $8, $9, $10, to_timestamp($11) from only_one)
             select *, array(select deployment_id from lti.deployment d where d.registration_id = only_one.registration_id) as deployments
             from only_one",
        )?;
        let row = query.fetch_optional(&self.pool).await?;
        let Some(row) = row else { return Ok(None) };
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Ok(Some(LoginRow {
            platform: read_platform(&row)?,
            deployments: row.try_get("deployments")?,
            approves_deployments: row.try_get("approves_deployments")?,
            nonce_hash: login.nonce_hash.to_vec(),
            browser_hash: login.browser_hash.to_vec(),
            login_hint: login.login_hint.to_owned(),
            message_hint: owned(login.message_hint),
            target_link_uri: login.target_link_uri.to_owned(),
            deployment_hint: owned(login.deployment_hint),
            storage_target: owned(login.storage_target),
            is_claimed: false,
            tells_populations: row.try_get::<Option<&str>, _>("population_parameter")?.is_some(),
        }))
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
