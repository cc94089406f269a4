//! `lti.registration` and `lti.deployment`: the platforms that may launch.

use sqlx::{Row, postgres::PgRow};
use url::Url;
use uuid::Uuid;

use super::{Store, StoreError};

/// A platform to be registered, checked by the caller.
#[derive(Clone, Debug)]
pub struct NewRegistration {
    /// For people.
    pub name: String,
    /// `iss`.
    pub issuer: String,
    /// Our id at the platform.
    pub client_id: String,
    /// Where people are sent.
    pub authorization_endpoint: Url,
    /// Where access tokens come from.
    pub token_endpoint: Url,
    /// Audience of client assertions, if not the token endpoint.
    pub token_audience: Option<String>,
    /// The platform's keys.
    pub jwks_url: Url,
    /// Algorithm of its `id_tokens`.
    pub id_token_algorithm: String,
    /// Deployments to let in; those known before stay.
    pub deployments: Vec<String>,
}

/// Whether a platform may launch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegistrationStatus {
    /// It may.
    Active,
    /// Nobody has approved it yet.
    Pending,
    /// An administrator took it back.
    Suspended,
}

impl RegistrationStatus {
    /// The word in the database and in logs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Pending => "pending",
            Self::Suspended => "suspended",
        }
    }

    /// Reads the word of the database.
    ///
    /// # Errors
    /// [`StoreError::Damaged`].
    pub(super) fn from_text(text: &str) -> Result<Self, StoreError> {
        [Self::Active, Self::Pending, Self::Suspended]
            .into_iter()
            .find(|status| status.as_str() == text)
            .ok_or(StoreError::Damaged("lti.registration.status"))
    }
}

/// A registered platform in a list.
#[derive(Clone, Debug)]
pub struct RegistrationRow {
    /// For people.
    pub name: String,
    /// `iss`.
    pub issuer: String,
    /// Our id at the platform.
    pub client_id: String,
    /// `active`, `pending` or `suspended`.
    pub status: String,
    /// Its deployments.
    pub deployments: Vec<String>,
}

impl Store {
    /// Registers a platform, or updates the one with the same issuer and client id; returns our id of it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn insert_registration(&self, new: &NewRegistration, actor: &str) -> Result<Uuid, StoreError> {
        let registration_id = sqlx::query_scalar(
            "with registered as (
               insert into lti.registration as r (name, issuer, client_id, authorization_endpoint, token_endpoint, token_audience,
                                                  jwks_url, id_token_algorithm)
               values ($1, $2, $3, $4, $5, $6, $7, $8)
               on conflict (issuer, client_id) do update set name = excluded.name, status = 'active',
                 authorization_endpoint = excluded.authorization_endpoint, token_endpoint = excluded.token_endpoint,
                 token_audience = excluded.token_audience, jwks_url = excluded.jwks_url, id_token_algorithm = excluded.id_token_algorithm
               returning r.registration_id
             ), deployed as (
               insert into lti.deployment (registration_id, deployment_id)
               select registration_id, deployment_id from registered, unnest($9::text[]) as deployment_id on conflict do nothing
             ), event as (
               insert into lti.admin_event (actor, action, subject, details) values ($10, 'platform-registered', $1 || ' (' || $2 || ')',
                 jsonb_build_object('name', $1::text, 'issuer', $2::text)))
             select registration_id from registered",
        )
        .bind(&new.name)
        .bind(&new.issuer)
        .bind(&new.client_id)
        .bind(new.authorization_endpoint.as_str())
        .bind(new.token_endpoint.as_str())
        .bind(&new.token_audience)
        .bind(new.jwks_url.as_str())
        .bind(&new.id_token_algorithm)
        .bind(&new.deployments)
        .bind(actor)
        .fetch_one(&self.pool)
        .await?;
        Ok(registration_id)
    }

    /// Our id of the platform with this issuer and client id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_registration(&self, issuer: &str, client_id: &str) -> Result<Option<Uuid>, StoreError> {
        let found = sqlx::query_scalar(
            "select registration_id from lti.registration where issuer = $1 and client_id = $2",
        )
        .bind(issuer)
        .bind(client_id)
        .fetch_optional(&self.pool)
        .await?;
        Ok(found)
    }

    /// All platforms by name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_registrations(&self) -> Result<Vec<RegistrationRow>, StoreError> {
        let rows = sqlx::query(
            "select name, issuer, client_id, status,
                    array(select deployment_id from lti.deployment d where d.registration_id = r.registration_id order by 1) as deployments
             from lti.registration r order by name, issuer, client_id",
        )
        .fetch_all(&self.pool)
        .await?;
        let read = |row: &PgRow| -> Result<RegistrationRow, StoreError> {
            Ok(RegistrationRow {
                name: row.try_get("name")?,
                issuer: row.try_get("issuer")?,
                client_id: row.try_get("client_id")?,
                status: row.try_get("status")?,
                deployments: row.try_get("deployments")?,
            })
        };
        rows.iter().map(read).collect()
    }
}
