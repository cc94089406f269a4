//! Anybody's badge, judged in the database, and `badges.document`: what other sites publish about theirs.

use sqlx::{Row, types::Json};
use uuid::Uuid;

use super::{Store, StoreError, credential::CheckRow};

/// What the database says of a badge that somebody brought.
#[derive(Clone, Debug, Default)]
pub struct JudgedRow {
    /// `valid`, `revoked` and so on.
    pub outcome: String,
    /// Every check, in order.
    pub checks: Vec<CheckRow>,
    /// The documents that a better answer needs.
    pub missing: Vec<String>,
    /// The achievement, if the badge was awarded here.
    pub achievement_id: Option<Uuid>,
}

impl Store {
    /// Judges a badge as it was received.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn judge(&self, unverified: &str) -> Result<JudgedRow, StoreError> {
        let row = sqlx::query(
            "select v.outcome, coalesce(v.missing, '{}') as missing, c.checks,
                    (select a.achievement_id from badges.assertion a where a.credential_id = v.credential_id) as achievement_id
             from badges.verify($1::text) v,
               (select jsonb_agg(jsonb_build_object('name', name, 'result', result, 'detail', detail)) as checks
                from badges.verify_checks($1::text)) c",
        )
        .bind(unverified)
        .fetch_one(&self.pool)
        .await?;
        let checks: Option<Json<Vec<CheckRow>>> = row.try_get("checks")?;
        Ok(JudgedRow {
            outcome: row.try_get("outcome")?,
            checks: checks.map_or_else(Vec::new, |Json(checks)| checks),
            missing: row.try_get("missing")?,
            achievement_id: row.try_get("achievement_id")?,
        })
    }

    /// The document at a URL, if it is at hand and has not expired.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_document(&self, url: &str) -> Result<Option<String>, StoreError> {
        let body = sqlx::query_scalar(
            "select body from badges.document where url = $1 and coalesce(expires_at > now(), true)",
        )
        .bind(url)
        .fetch_optional(&self.pool)
        .await?;
        Ok(body)
    }

    /// Keeps a document that another site publishes, for so many seconds.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_document(&self, url: &str, body: &str, lifetime_seconds: i32) -> Result<(), StoreError> {
        sqlx::query("select badges.put_document($1, $2, now() + make_interval(secs => $3), now())")
            .bind(url)
            .bind(body)
            .bind(f64::from(lifetime_seconds))
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Drops the documents that have expired.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn drop_expired_documents(&self) -> Result<(), StoreError> {
        sqlx::query("select badges.drop_document(url) from badges.document where expires_at < now()")
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}
