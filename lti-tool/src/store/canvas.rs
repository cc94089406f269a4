//! `lti.canvas_key` and `lti.canvas_user`: how a Canvas's API is asked, sealed, and who is who there.

use std::collections::HashMap;

use openbadges::time::Timestamp;
use sqlx::Row;
use uuid::Uuid;

use super::{Store, StoreError, seconds};

/// A sealed key, and the access token that was had with it last.
#[derive(Clone, Debug)]
pub struct CanvasKeyRow {
    /// The developer key with its refresh token.
    pub sealed: Vec<u8>,
    /// The access token, if it is good still.
    pub access_sealed: Option<Vec<u8>>,
}

impl Store {
    /// The key for a Canvas's API.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_canvas_key(
        &self,
        registration_id: Uuid,
        now: Timestamp,
    ) -> Result<Option<CanvasKeyRow>, StoreError> {
        let row = sqlx::query(
            "select sealed, case when renew_at > to_timestamp($2) then access_sealed end as access_sealed
             from lti.canvas_key where registration_id = $1",
        )
        .bind(registration_id)
        .bind(seconds(now))
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(CanvasKeyRow {
            sealed: row.try_get("sealed")?,
            access_sealed: row.try_get("access_sealed")?,
        }))
    }

    /// Keeps a sealed key, in the place of the one before.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn update_canvas_key(&self, registration_id: Uuid, sealed: &[u8]) -> Result<(), StoreError> {
        sqlx::query(
            "insert into lti.canvas_key as k (registration_id, sealed) values ($1, $2)
             on conflict (registration_id) do update
               set sealed = excluded.sealed, access_sealed = null, renew_at = null, created_at = now()",
        )
        .bind(registration_id)
        .bind(sealed)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Keeps a sealed access token for all replicas until `renew_at`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn update_canvas_access(
        &self,
        registration_id: Uuid,
        access_sealed: &[u8],
        renew_at: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "update lti.canvas_key set access_sealed = $2, renew_at = to_timestamp($3) where registration_id = $1",
        )
        .bind(registration_id)
        .bind(access_sealed)
        .bind(seconds(renew_at))
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Canvas's numbers of these people, as far as they were asked.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_canvas_users(
        &self,
        registration_id: Uuid,
        user_ids: &[&str],
    ) -> Result<HashMap<String, i64>, StoreError> {
        let rows = sqlx::query_as(
            "select user_id, canvas_id from lti.canvas_user where registration_id = $1 and user_id = any ($2)",
        )
        .bind(registration_id)
        .bind(user_ids)
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().collect())
    }

    /// Remembers Canvas's numbers of people.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn insert_canvas_users(
        &self,
        registration_id: Uuid,
        people: &[(String, i64)],
    ) -> Result<(), StoreError> {
        let (users, numbers): (Vec<&str>, Vec<i64>) =
            people.iter().map(|(user, number)| (user.as_str(), *number)).unzip();
        sqlx::query(
            "insert into lti.canvas_user (registration_id, user_id, canvas_id)
             select $1, user_id, canvas_id from unnest($2::text[], $3::bigint[]) as given (user_id, canvas_id) order by user_id
             on conflict (registration_id, user_id) do update set canvas_id = excluded.canvas_id",
        )
        .bind(registration_id)
        .bind(&users)
        .bind(&numbers)
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}
