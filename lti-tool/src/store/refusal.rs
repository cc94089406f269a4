//! `lti.refusal`: what went wrong between a platform and us, for the administrator. Nothing about people.

use openbadges::time::Timestamp;
use sqlx::{Row, postgres::PgRow};
use uuid::Uuid;

use super::{Store, StoreError, seconds};

/// A login, launch or registration that failed.
#[derive(Clone, Debug)]
pub struct RefusalRow {
    /// When.
    pub happened_at: Timestamp,
    /// The platform's name, if it is known.
    pub platform: Option<String>,
    /// Where: a path with names in the place of values.
    pub route: String,
    /// The key of the sentence that the person was shown; none in rows of long ago.
    pub sentence: Option<String>,
    /// The chain of causes.
    pub reason: String,
    /// What the person was shown.
    pub reference: String,
}

impl Store {
    /// Remembers a refusal.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn insert_refusal(
        &self,
        refusal: &RefusalRow,
        registration_id: Option<Uuid>,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "insert into lti.refusal (happened_at, registration_id, route, reason, reference, sentence)
             values (to_timestamp($1), $2, $3, $4, $5, $6)",
        )
        .bind(seconds(refusal.happened_at))
        .bind(registration_id)
        .bind(&refusal.route)
        .bind(&refusal.reason)
        .bind(&refusal.reference)
        .bind(&refusal.sentence)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// The last refusals, of one platform or of all and of none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_refusals(
        &self,
        registration_id: Option<Uuid>,
        limit: i64,
    ) -> Result<Vec<RefusalRow>, StoreError> {
        let rows = sqlx::query(
            "select extract(epoch from happened_at)::bigint as happened_at, name, route, reason, reference, sentence
             from lti.refusal left join lti.registration using (registration_id)
             where $1::uuid is null or registration_id = $1 order by refusal_id desc limit $2",
        )
        .bind(registration_id)
        .bind(limit)
        .fetch_all(&self.pool)
        .await?;
        let read = |row: &PgRow| -> Result<RefusalRow, StoreError> {
            Ok(RefusalRow {
                happened_at: Timestamp::from_unix_seconds(row.try_get("happened_at")?),
                platform: row.try_get("name")?,
                route: row.try_get("route")?,
                sentence: row.try_get("sentence")?,
                reason: row.try_get("reason")?,
                reference: row.try_get("reference")?,
            })
        };
        rows.iter().map(read).collect()
    }
}
