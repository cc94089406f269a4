//! Achievements as schema badges keeps them, those that belong to no course too.

use serde_json::Value;
use sqlx::Row;
use uuid::Uuid;

use super::{Store, StoreError};

impl Store {
    /// The newest version of the achievement with that address.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_achievement(&self, uri: &str) -> Result<Option<Value>, StoreError> {
        let body = sqlx::query_scalar(
            "select newest.body from badges.issuer i cross join lateral (
               select a.body, a.created_at from badges.achievement a where a.issuer_id = i.issuer_id and a.uri = $1
               order by a.version desc limit 1) newest
             order by newest.created_at desc limit 1",
        )
        .bind(uri)
        .fetch_optional(&self.pool);
        Ok(body.await?)
    }

    /// One version of an achievement, and whose it is by our own id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_achievement_version(
        &self,
        achievement_id: Uuid,
    ) -> Result<Option<(Value, Uuid)>, StoreError> {
        let row = sqlx::query("select body, issuer_id from badges.achievement where achievement_id = $1")
            .bind(achievement_id)
            .fetch_optional(&self.pool)
            .await?;
        row.map(|row| Ok((row.try_get("body")?, row.try_get("issuer_id")?))).transpose()
    }
}
