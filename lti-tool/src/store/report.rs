//! Figures: `badges.report_*` for this installation's issuer, and what each of them is.

use std::collections::HashMap;

use openbadges::time::Timestamp;
use serde_json::Value;
use sqlx::{Row, postgres::PgRow};

use super::{Store, StoreError, achievement::read_wording, seconds};
use crate::{
    language::wording::Wording,
    report::{AsOf, Report},
};

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

/// Figures that were filed together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilingRow {
    /// When, in microseconds since 1970: its name in addresses.
    pub filed_micros: i64,
    /// The date of the figures.
    pub as_of: Timestamp,
    /// What for.
    pub note: String,
    /// How many figures.
    pub figures: i64,
}

/// A figure that was filed.
#[derive(Clone, Debug, PartialEq)]
pub struct FiledRow {
    /// Its short name.
    pub report: String,
    /// As of when, and known when.
    pub as_of: AsOf,
    /// What for.
    pub note: String,
    /// Whether the definition by which they were computed is still the one of today.
    pub is_of_today: bool,
    /// The rows that were filed, without the names, which may be corrected.
    pub figures: Vec<Value>,
}

/// What the codes of programmes and the addresses of achievements in figures are called.
#[derive(Clone, Debug, Default)]
pub struct FigureNames {
    /// Programmes, by code.
    pub programmes: HashMap<String, Wording>,
    /// Achievements, by address.
    pub achievements: HashMap<String, Wording>,
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
    // Months that are over: there is nothing that could be known of them later.
    macro_rules! months_of {
        ($function:literal) => {
            concat!(
                "select to_jsonb(r) from badges.",
                $function,
                "(least(to_timestamp($2), to_timestamp($3))) r where issuer_did = $1"
            )
        };
    }
    match report {
        Report::Overall => rows_of!("report_overall"),
        Report::Participation => rows_of!("report_participation"),
        Report::Hours => rows_of!("report_hours"),
        Report::Coverage => rows_of!("report_coverage"),
        Report::Examinations => rows_of!("report_examinations"),
        Report::CertificationHealth => rows_of!("report_certification_health"),
        Report::Progression => rows_of!("report_progression"),
        Report::Movement => rows_of!("report_movement"),
        Report::Issuance => rows_of!("report_issuance"),
        Report::Usage => months_of!("report_usage"),
        Report::Receipts => months_of!("report_receipts"),
    }
}

impl Store {
    /// The rows of a report, each an object of its columns. The seconds of `as_of` count as far as it says.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_figures(
        &self,
        issuer_did: &str,
        report: Report,
        as_of: AsOf,
    ) -> Result<Vec<Value>, StoreError> {
        let [date, known_at] = as_of.micros();
        let rows = sqlx::query_scalar(statement(report))
            .bind(issuer_did)
            .bind(seconds(as_of.date) + f64::from(date) / 1e6)
            .bind(seconds(as_of.known_at) + f64::from(known_at) / 1e6)
            .fetch_all(&self.pool)
            .await?;
        Ok(rows)
    }

    /// What the issuer's programmes and achievements are called now. Two statements.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_figure_names(&self, issuer_did: &str) -> Result<FigureNames, StoreError> {
        let programmes = sqlx::query(
            "select code as key, name from badges.programme join badges.issuer using (issuer_id) where did = $1",
        );
        let achievements = sqlx::query(
            "select key, lti.wording(key, name) as name from (
               select distinct on (a.series_id) a.uri as key, coalesce(a.body ->> 'name', a.uri) as name
               from badges.achievement a join badges.issuer i using (issuer_id) where i.did = $1
               order by a.series_id, a.version desc) newest",
        );
        let names = |rows: Vec<PgRow>| {
            rows.iter()
                .map(|row| Ok((row.try_get("key")?, read_wording(row, "name")?)))
                .collect::<Result<_, StoreError>>()
        };
        Ok(FigureNames {
            programmes: names(programmes.bind(issuer_did).fetch_all(&self.pool).await?)?,
            achievements: names(achievements.bind(issuer_did).fetch_all(&self.pool).await?)?,
        })
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
        let read = |row: &PgRow| -> Result<DefinitionRow, StoreError> {
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

    /// Keeps every figure as it is read now, and says in the audit trail who did; gives the moment in microseconds since 1970.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn file_figures(
        &self,
        issuer_did: &str,
        as_of: AsOf,
        note: &str,
        actor: &str,
    ) -> Result<i64, StoreError> {
        let [date, _] = as_of.micros();
        let mut transaction = self.pool.begin().await?;
        for report in Report::ALL {
            sqlx::query("select badges.file_report($1, $2, to_timestamp($3), $4, $5)")
                .bind(issuer_did)
                .bind(report.name())
                .bind(seconds(as_of.date) + f64::from(date) / 1e6)
                .bind(note)
                .bind(actor)
                .execute(&mut *transaction)
                .await?;
        }
        sqlx::query(
            "insert into lti.admin_event (actor, action, subject, details)
             values ($1, 'figures-filed', $2, jsonb_build_object('date', $3::text, 'note', $4::text))",
        )
        .bind(actor)
        .bind(format!("{} {note}", as_of.date))
        .bind(as_of.date.to_string())
        .bind(note)
        .execute(&mut *transaction)
        .await?;
        let filed_micros = sqlx::query_scalar("select (extract(epoch from now()) * 1000000)::bigint")
            .fetch_one(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(filed_micros)
    }

    /// What this issuer filed, the last first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_filings(&self, issuer_did: &str) -> Result<Vec<FilingRow>, StoreError> {
        let rows = sqlx::query(
            "select (extract(epoch from f.filed_at) * 1000000)::bigint as filed_micros, floor(extract(epoch from f.as_of))::bigint as as_of, f.note, count(*) as figures
             from badges.filed_report f join badges.issuer i on i.issuer_id = f.issuer_id where i.did = $1
             group by f.filed_at, f.as_of, f.note order by f.filed_at desc, f.as_of desc, f.note limit 200",
        )
        .bind(issuer_did)
        .fetch_all(&self.pool)
        .await?;
        let read = |row: &PgRow| -> Result<FilingRow, StoreError> {
            Ok(FilingRow {
                filed_micros: row.try_get("filed_micros")?,
                as_of: Timestamp::from_unix_seconds(row.try_get("as_of")?),
                note: row.try_get("note")?,
                figures: row.try_get("figures")?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// The figures that this issuer filed at a moment.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_filed(&self, issuer_did: &str, filed_micros: i64) -> Result<Vec<FiledRow>, StoreError> {
        let rows = sqlx::query(
            "select f.report, (extract(epoch from f.as_of) * 1000000)::bigint as as_of, (extract(epoch from f.known_at) * 1000000)::bigint as known_at,
               f.note, f.figures, coalesce(f.edition = d.edition, false) as is_of_today
             from badges.filed_report f join badges.issuer i on i.issuer_id = f.issuer_id
               left join badges.list_report_definitions() d on d.report = f.report
             where i.did = $1 and f.filed_at = timestamptz 'epoch' + $2 * interval '1 microsecond' order by f.filed_report_id",
        )
        .bind(issuer_did)
        .bind(filed_micros)
        .fetch_all(&self.pool)
        .await?;
        let read = |row: &PgRow| -> Result<FiledRow, StoreError> {
            let sqlx::types::Json(figures) = row.try_get("figures")?;
            Ok(FiledRow {
                report: row.try_get("report")?,
                as_of: AsOf::filed(row.try_get("as_of")?, row.try_get("known_at")?),
                note: row.try_get("note")?,
                is_of_today: row.try_get("is_of_today")?,
                figures,
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
        details: &Value,
    ) -> Result<(), StoreError> {
        sqlx::query("insert into lti.admin_event (actor, action, subject, details) values ($1, $2, $3, $4)")
            .bind(actor)
            .bind(action)
            .bind(subject)
            .bind(details)
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}
