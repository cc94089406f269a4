//! `lti.canvas_key`, `lti.canvas_user` and `lti.canvas_stranger`: how a Canvas's API is asked, sealed, who is who there, and who is nobody.

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

/// Somebody whom Canvas did not know in a course.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StrangerRow {
    /// How often in a row.
    pub misses: i32,
    /// When they are asked for again.
    pub ask_at: Timestamp,
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
            "with strangers as (
               -- Another person of that Canvas may see more.
               delete from lti.canvas_stranger using lti.course c where c.course_id = canvas_stranger.course_id and c.registration_id = $1)
             insert into lti.canvas_key as k (registration_id, sealed) values ($1, $2)
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

    /// Of these people those whom Canvas did not know in the course when they were asked for last.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_canvas_strangers(
        &self,
        course_id: Uuid,
        user_ids: &[&str],
    ) -> Result<HashMap<String, StrangerRow>, StoreError> {
        let rows = sqlx::query_as::<_, (String, i32, i64)>(
            "select user_id, misses, extract(epoch from ask_at)::bigint from lti.canvas_stranger where course_id = $1 and user_id = any ($2)",
        )
        .bind(course_id)
        .bind(user_ids)
        .fetch_all(&self.pool)
        .await?;
        let read = |(user_id, misses, ask_at)| {
            (user_id, StrangerRow { misses, ask_at: Timestamp::from_unix_seconds(ask_at) })
        };
        Ok(rows.into_iter().map(read).collect())
    }

    /// Remembers whom Canvas does not know.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn update_canvas_strangers(
        &self,
        course_id: Uuid,
        strangers: &[(String, StrangerRow)],
    ) -> Result<(), StoreError> {
        sqlx::query(
            "insert into lti.canvas_stranger as s (course_id, user_id, misses, ask_at)
             select $1, user_id, misses, to_timestamp(ask_at) from unnest($2::text[], $3::int[], $4::double precision[]) as missed (user_id, misses, ask_at)
             order by user_id
             on conflict (course_id, user_id) do update set misses = excluded.misses, ask_at = excluded.ask_at",
        )
        .bind(course_id)
        .bind(strangers.iter().map(|(user_id, _)| user_id.as_str()).collect::<Vec<_>>())
        .bind(strangers.iter().map(|(_, stranger)| stranger.misses).collect::<Vec<_>>())
        .bind(strangers.iter().map(|(_, stranger)| seconds(stranger.ask_at)).collect::<Vec<_>>())
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}
