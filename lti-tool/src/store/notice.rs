//! `lti.notice` and `lti.notice_handler`: what platforms told us, and where we asked them to.

use std::sync::Arc;

use openbadges::time::Timestamp;
use sqlx::Row;
use uuid::Uuid;

use super::{Store, StoreError, platform::read_platform, seconds};
use crate::platform::Platform;

/// A platform with what decides whether its notices are believed.
#[derive(Clone, Debug)]
pub struct NoticeSender {
    /// The platform.
    pub platform: Arc<Platform>,
    /// Its deployments.
    pub deployments: Vec<String>,
    /// Whether others of its deployments are approved too.
    pub approves_deployments: bool,
}

impl Store {
    /// The active platform with this issuer and client id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_notice_sender(
        &self,
        issuer: &str,
        client_id: &str,
    ) -> Result<Option<NoticeSender>, StoreError> {
        let row = sqlx::query(
            "select r.*, array(select deployment_id from lti.deployment d where d.registration_id = r.registration_id) as deployments
             from lti.registration r where issuer = $1 and client_id = $2 and status = 'active'",
        )
        .bind(issuer)
        .bind(client_id)
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(NoticeSender {
            platform: read_platform(&row)?,
            deployments: row.try_get("deployments")?,
            approves_deployments: row.try_get("approves_deployments")?,
        }))
    }

    /// Whether a notice has acted already.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn has_notice(&self, registration_id: Uuid, notice_id: &str) -> Result<bool, StoreError> {
        let found = sqlx::query("select from lti.notice where registration_id = $1 and notice_id = $2")
            .bind(registration_id)
            .bind(notice_id)
            .fetch_optional(&self.pool)
            .await?;
        Ok(found.is_some())
    }

    /// Remembers a notice; `false` if it was there before.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn insert_notice(
        &self,
        registration_id: Uuid,
        notice_id: &str,
        expires_at: Timestamp,
    ) -> Result<bool, StoreError> {
        let inserted = sqlx::query(
            "insert into lti.notice (registration_id, notice_id, expires_at) values ($1, $2, to_timestamp($3)) on conflict do nothing",
        )
        .bind(registration_id)
        .bind(notice_id)
        .bind(seconds(expires_at))
        .execute(&self.pool)
        .await?;
        Ok(inserted.rows_affected() == 1)
    }

    /// Claims the subscription of a deployment with this handler; `false` if it was made before.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn claim_subscription(
        &self,
        registration_id: Uuid,
        deployment_id: &str,
        handler_url: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let claimed = sqlx::query(
            "insert into lti.notice_handler as h (registration_id, deployment_id, handler_url, subscribed_at)
             values ($1, $2, $3, to_timestamp($4))
             on conflict (registration_id, deployment_id) do update set handler_url = excluded.handler_url, subscribed_at = excluded.subscribed_at
             where h.handler_url <> excluded.handler_url",
        )
        .bind(registration_id)
        .bind(deployment_id)
        .bind(handler_url)
        .bind(seconds(now))
        .execute(&self.pool)
        .await?;
        Ok(claimed.rows_affected() == 1)
    }

    /// Gives a claim back: the platform did not take the subscription.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn release_subscription(
        &self,
        registration_id: Uuid,
        deployment_id: &str,
    ) -> Result<(), StoreError> {
        sqlx::query("delete from lti.notice_handler where registration_id = $1 and deployment_id = $2")
            .bind(registration_id)
            .bind(deployment_id)
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}
