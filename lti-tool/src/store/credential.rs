//! The public look at one credential.

use sqlx::{Row, types::Json};

use super::{Store, StoreError};

/// A stored credential and whether it still counts.
#[derive(Clone, Debug)]
pub struct CredentialRow {
    /// Exactly as it was signed.
    pub credential: String,
    /// Why it was revoked, if it was.
    pub revocation_reason: Option<String>,
    /// What the database says of it now, one entry a check; empty unless asked for.
    pub checks: Vec<CheckRow>,
    /// `valid`, `revoked` and so on; empty unless asked for.
    pub outcome: String,
}

/// One check of `badges.verify_checks`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
pub struct CheckRow {
    /// Which check.
    pub name: String,
    /// `passed`, `failed`, `skipped` or `unknown`.
    pub result: String,
    /// What was found, a sentence.
    pub detail: Option<String>,
}

impl Store {
    /// The credential with that id, for machines.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_credential(&self, credential_id: &str) -> Result<Option<CredentialRow>, StoreError> {
        let row = sqlx::query(
            "select credential, reason from badges.assertion left join badges.revocation using (assertion_id) where credential_id = $1",
        )
        .bind(credential_id)
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(CredentialRow {
            credential: row.try_get("credential")?,
            revocation_reason: row.try_get("reason")?,
            checks: Vec::new(),
            outcome: String::new(),
        }))
    }

    /// The same with a verification of now, for people.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn verify_credential(&self, credential_id: &str) -> Result<Option<CredentialRow>, StoreError> {
        let row = sqlx::query(
            "select credential, reason, (badges.verify(credential)).outcome as outcome,
                    (select jsonb_agg(jsonb_build_object('name', name, 'result', result, 'detail', detail))
                     from badges.verify_checks(credential)) as checks
             from badges.assertion left join badges.revocation using (assertion_id) where credential_id = $1",
        )
        .bind(credential_id)
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let checks: Option<Json<Vec<CheckRow>>> = row.try_get("checks")?;
        Ok(Some(CredentialRow {
            credential: row.try_get("credential")?,
            revocation_reason: row.try_get("reason")?,
            checks: checks.map_or_else(Vec::new, |Json(checks)| checks),
            outcome: row.try_get("outcome")?,
        }))
    }
}
