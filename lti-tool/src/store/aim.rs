//! What is aimed at: `badges.set_target`, `badges.enrol`.

use std::collections::HashSet;

use sqlx::{Row, postgres::PgRow};
use uuid::Uuid;

use super::{Store, StoreError};

/// A competency by the names that lists call it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownCompetency {
    /// The framework's address.
    pub framework: String,
    /// The framework's version, or empty.
    pub version: String,
    /// The competency's code.
    pub code: String,
    /// Our id.
    pub competency_id: Uuid,
}

/// How many are to hold a competency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetRow {
    /// The competency.
    pub competency_id: Uuid,
    /// At which level, from one.
    pub level: i32,
    /// By which day, `2027-03-31`.
    pub due_on: String,
    /// How many.
    pub people: i64,
}

/// Who takes part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnrolmentRow {
    /// In which programme.
    pub programme_id: Uuid,
    /// The person.
    pub recipient_id: Uuid,
    /// Since which day, `2026-04-01`.
    pub enrolled_on: String,
}

impl Store {
    /// Every competency of every framework.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_competencies(&self) -> Result<Vec<KnownCompetency>, StoreError> {
        let rows = sqlx::query(
            "select f.uri, f.version, c.code, c.competency_id from badges.competency c join badges.framework f using (framework_id)",
        )
        .fetch_all(&self.pool)
        .await?;
        let read = |row: &PgRow| {
            Ok(KnownCompetency {
                framework: row.try_get("uri")?,
                version: row.try_get("version")?,
                code: row.try_get("code")?,
                competency_id: row.try_get("competency_id")?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// Sets targets, all of them or none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn insert_targets(&self, issuer_did: &str, rows: &[TargetRow]) -> Result<(), StoreError> {
        let query = "select badges.set_target($1, competency_id, level, due_on::date, people)
             from unnest($2::uuid[], $3::int[], $4::text[], $5::bigint[]) as t (competency_id, level, due_on, people)";
        sqlx::query(query)
            .bind(issuer_did)
            .bind(rows.iter().map(|row| row.competency_id).collect::<Vec<_>>())
            .bind(rows.iter().map(|row| row.level).collect::<Vec<_>>())
            .bind(rows.iter().map(|row| row.due_on.as_str()).collect::<Vec<_>>())
            .bind(rows.iter().map(|row| row.people).collect::<Vec<_>>())
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Who is enrolled in what at this issuer: programme, person.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_enrolled(&self, issuer_did: &str) -> Result<HashSet<(Uuid, Uuid)>, StoreError> {
        let rows = sqlx::query(
            "select programme_id, recipient_id from badges.enrolment join badges.issuer using (issuer_id) where did = $1 and withdrawn_at is null",
        )
        .bind(issuer_did)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(|row| Ok((row.try_get("programme_id")?, row.try_get("recipient_id")?))).collect()
    }

    /// Enrols people, all of them or none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn insert_enrolments(&self, rows: &[EnrolmentRow]) -> Result<(), StoreError> {
        let query = "select badges.enrol(programme_id, recipient_id, enrolled_on::date)
             from unnest($1::uuid[], $2::uuid[], $3::text[]) as e (programme_id, recipient_id, enrolled_on)";
        sqlx::query(query)
            .bind(rows.iter().map(|row| row.programme_id).collect::<Vec<_>>())
            .bind(rows.iter().map(|row| row.recipient_id).collect::<Vec<_>>())
            .bind(rows.iter().map(|row| row.enrolled_on.as_str()).collect::<Vec<_>>())
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}
