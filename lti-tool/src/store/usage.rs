//! `badges.usage_daily`: how often a badge was used, by day. Not by whom.

use uuid::Uuid;

use super::{Store, StoreError};

impl Store {
    /// Adds to the counters of today, as days go in UTC: an achievement, what was done with it, how often.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing was added.
    pub async fn add_usage(&self, uses: &[(Uuid, &'static str, i64)]) -> Result<(), StoreError> {
        sqlx::query(
            "select badges.count_usage(achievement_id, event, uses, (now() at time zone 'UTC')::date)
             from unnest($1::uuid[], $2::text[], $3::bigint[]) counted (achievement_id, event, uses)",
        )
        .bind(uses.iter().map(|(achievement_id, _, _)| *achievement_id).collect::<Vec<_>>())
        .bind(uses.iter().map(|(_, event, _)| *event).collect::<Vec<_>>())
        .bind(uses.iter().map(|(_, _, uses)| *uses).collect::<Vec<_>>())
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}
