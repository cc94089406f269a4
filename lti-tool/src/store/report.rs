//! Figures: `badges.report_*` for this installation's issuer, and what each of them is.

use openbadges::time::Timestamp;
use serde_json::Value;
use sqlx::Row;

use super::{Store, StoreError, seconds};
use crate::report::{AsOf, Report};

/// What a figure is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefinitionRow {
    /// Its short name, as in [`Report::name`].
    pub report: String,
    /// Title, formula, and what it is not, in the language asked for.
    pub title: String,
    /// How it is computed.
    pub formula: String,
    /// What it must not be taken for.
    pub is_not: String,
    /// Tables and columns.
    pub sources: Vec<String>,
}

/// A figure that was filed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FiledRow {
    /// Its short name.
    pub report: String,
    /// The date of the figures.
    pub as_of: Timestamp,
    /// When it was filed.
    pub filed_at: Timestamp,
    /// Whether the same is read today.
    pub is_same: bool,
}

/// One statement for each report: SQL is never put together.
fn statement(report: Report) -> &'static str {
    macro_rules! rows_of {
        ($function:literal) => {
            concat!(
                "select to_jsonb(r) from badges.",
                $function,
                "(to_timestamp($2), to_timestamp($3)) r where issuer_did = $1"
            )
        };
    }
    match report {
        Report::Participation => rows_of!("report_participation"),
        Report::Hours => rows_of!("report_hours"),
        Report::Coverage => rows_of!("report_coverage"),
        Report::Examinations => rows_of!("report_examinations"),
        Report::CertificationHealth => rows_of!("report_certification_health"),
        Report::Progression => rows_of!("report_progression"),
        Report::Movement => rows_of!("report_movement"),
        Report::Issuance => rows_of!("report_issuance"),
        // Whole months of counters: there is nothing that could be known later.
        Report::Usage => {
            "select to_jsonb(r) from badges.report_usage(least(to_timestamp($2), to_timestamp($3))) r where issuer_did = $1"
        }
    }
}

/// What is left of a second whose last moment is meant.
const REST_OF_SECOND: f64 = 0.999_999;

impl Store {
    /// The rows of a report, each an object of its columns. The seconds of `as_of` count whole.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_figures(
        &self,
        issuer_did: &str,
        report: Report,
        as_of: AsOf,
    ) -> Result<Vec<Value>, StoreError> {
        let rows = sqlx::query_scalar(statement(report))
            .bind(issuer_did)
            .bind(seconds(as_of.date) + REST_OF_SECOND)
            .bind(seconds(as_of.known_at) + REST_OF_SECOND)
            .fetch_all(&self.pool)
            .await?;
        Ok(rows)
    }

    /// What every figure is, in a language of the pages.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_definitions(&self, language: &str) -> Result<Vec<DefinitionRow>, StoreError> {
        let rows = sqlx::query(
            "select report, title ->> $1 as title, formula ->> $1 as formula, is_not ->> $1 as is_not, sources from badges.list_report_definitions()",
        )
        .bind(language)
        .fetch_all(&self.pool)
        .await?;
        let read = |row: &sqlx::postgres::PgRow| -> Result<DefinitionRow, StoreError> {
            Ok(DefinitionRow {
                report: row.try_get("report")?,
                title: row.try_get("title")?,
                formula: row.try_get("formula")?,
                is_not: row.try_get("is_not")?,
                sources: row.try_get("sources")?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// Keeps every figure as it is read now, and says in the audit trail who did.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn file_figures(
        &self,
        issuer_did: &str,
        as_of: Timestamp,
        note: &str,
        actor: &str,
    ) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        for report in Report::ALL {
            sqlx::query("select badges.file_report($1, $2, to_timestamp($3), $4, $5)")
                .bind(issuer_did)
                .bind(report.name())
                .bind(seconds(as_of))
                .bind(note)
                .bind(actor)
                .execute(&mut *transaction)
                .await?;
        }
        sqlx::query("insert into lti.admin_event (actor, action, subject) values ($1, 'figures-filed', $2)")
            .bind(actor)
            .bind(format!("{as_of} {note}"))
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// What was filed, the last first, read again.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_filed(&self) -> Result<Vec<FiledRow>, StoreError> {
        let rows = sqlx::query(
            "select report, extract(epoch from as_of)::bigint as as_of, extract(epoch from filed_at)::bigint as filed_at, is_same
             from badges.check_filed_reports() order by filed_at desc, report limit 90",
        )
        .fetch_all(&self.pool)
        .await?;
        let read = |row: &sqlx::postgres::PgRow| -> Result<FiledRow, StoreError> {
            Ok(FiledRow {
                report: row.try_get("report")?,
                as_of: Timestamp::from_unix_seconds(row.try_get("as_of")?),
                filed_at: Timestamp::from_unix_seconds(row.try_get("filed_at")?),
                is_same: row.try_get("is_same")?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// Says in the audit trail that figures were taken away.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn insert_report_event(
        &self,
        actor: &str,
        action: &str,
        subject: &str,
    ) -> Result<(), StoreError> {
        sqlx::query("insert into lti.admin_event (actor, action, subject) values ($1, $2, $3)")
            .bind(actor)
            .bind(action)
            .bind(subject)
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}
