//! The public look at one credential.

use sqlx::{Row, postgres::PgRow, types::Json};
use uuid::Uuid;

use super::{Store, StoreError};

/// A stored credential and whether it still counts.
#[derive(Clone, Debug)]
pub struct CredentialRow {
    /// Exactly as it was signed.
    pub credential: String,
    /// The version of the achievement that was awarded.
    pub achievement_id: Uuid,
    /// Who awarded it, by our own id.
    pub issuer_id: Uuid,
    /// Whether everybody with the address may see it: its holder shares it, or it was imported, so that its
    /// holder has no page here and has the address from the issuer.
    pub is_open: bool,
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

fn read_credential(row: &PgRow) -> Result<CredentialRow, StoreError> {
    Ok(CredentialRow {
        credential: row.try_get("credential")?,
        achievement_id: row.try_get("achievement_id")?,
        issuer_id: row.try_get("issuer_id")?,
        is_open: row.try_get("is_open")?,
        revocation_reason: row.try_get("reason")?,
        checks: Vec::new(),
        outcome: String::new(),
    })
}

impl Store {
    /// The credential with that id, without judging it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_credential(&self, credential_id: &str) -> Result<Option<CredentialRow>, StoreError> {
        let row = sqlx::query(
            "select s.credential, s.achievement_id, s.issuer_id, r.reason, s.provenance ->> 'source' is not distinct from 'import' or h.shared_at is not null as is_open
             from badges.assertion s left join badges.revocation r using (assertion_id) left join lti.holding h using (assertion_id)
             where s.credential_id = $1",
        )
        .bind(credential_id)
        .fetch_optional(&self.pool)
        .await?;
        row.as_ref().map(read_credential).transpose()
    }

    /// The same with a verification of now, for people.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn verify_credential(&self, credential_id: &str) -> Result<Option<CredentialRow>, StoreError> {
        let row = sqlx::query(
            "select s.credential, s.achievement_id, s.issuer_id, r.reason, s.provenance ->> 'source' is not distinct from 'import' or h.shared_at is not null as is_open,
                    badges.verify_outcome(s.credential) as outcome,
                    (select jsonb_agg(jsonb_build_object('name', name, 'result', result, 'detail', detail))
                     from badges.verify_checks(s.credential)) as checks
             from badges.assertion s left join badges.revocation r using (assertion_id) left join lti.holding h using (assertion_id)
             where s.credential_id = $1",
        )
        .bind(credential_id)
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let checks: Option<Json<Vec<CheckRow>>> = row.try_get("checks")?;
        Ok(Some(CredentialRow {
            checks: checks.map_or_else(Vec::new, |Json(checks)| checks),
            outcome: row.try_get("outcome")?,
            ..read_credential(&row)?
        }))
    }
}
