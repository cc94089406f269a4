//! Achievements as schema badges keeps them, those that belong to no course too.

use serde_json::Value;

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
}
