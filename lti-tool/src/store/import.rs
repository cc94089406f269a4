//! Awards that come from files: many at once through the extension's functions for many.

use std::collections::HashMap;

use serde_json::Value;
use sqlx::{PgTransaction, Row, postgres::PgRow};
use uuid::Uuid;

use super::{Store, StoreError};
use crate::import::{path::ImportedStep, programmes::ImportedProgramme};

/// An entry in a status list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusEntry {
    /// The list.
    pub url: String,
    /// Its index there.
    pub index: usize,
}

/// A signed award.
#[derive(Clone, Debug)]
pub struct ImportedRow {
    /// The credential.
    pub credential: String,
    /// Whose.
    pub recipient_id: Uuid,
    /// Of what.
    pub achievement_id: Uuid,
    /// The award's number in its file.
    pub occasion: String,
    /// How it came to be.
    pub provenance: Value,
}

/// A part that is being imported; nothing of it happened before it is stored.
pub struct OpenImport {
    transaction: PgTransaction<'static>,
    /// An entry for each award.
    pub entries: Vec<StatusEntry>,
}

impl std::fmt::Debug for OpenImport {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("OpenImport").field("entries", &self.entries.len()).finish_non_exhaustive()
    }
}

impl Store {
    /// What was imported before: the assertions by the awards' numbers.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_imported(&self, issuer_did: &str) -> Result<HashMap<String, Uuid>, StoreError> {
        let rows = sqlx::query(
            "select occasion, assertion_id from badges.assertion join badges.issuer using (issuer_id)
             where did = $1 and provenance ->> 'source' = 'import'",
        )
        .bind(issuer_did)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(|row| Ok((row.try_get("occasion")?, row.try_get("assertion_id")?))).collect()
    }

    /// Registers people who are known by a number only.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn register_imported(
        &self,
        issuer_did: &str,
        platform: &str,
        user_ids: &[String],
    ) -> Result<HashMap<String, Uuid>, StoreError> {
        let rows = sqlx::query(
            "select user_id, badges.register_recipient($1, $2, user_id, null, null) as recipient_id from unnest($3::text[]) as user_id",
        )
        .bind(issuer_did)
        .bind(platform)
        .bind(user_ids)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(|row| Ok((row.try_get("user_id")?, row.try_get("recipient_id")?))).collect()
    }

    /// The people of a platform, by their ids there.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_recipients(
        &self,
        issuer_did: &str,
        platform: &str,
    ) -> Result<HashMap<String, Uuid>, StoreError> {
        let rows = sqlx::query(
            "select user_id, recipient_id from badges.recipient join badges.issuer using (issuer_id) where did = $1 and platform = $2",
        )
        .bind(issuer_did)
        .bind(platform)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(|row| Ok((row.try_get("user_id")?, row.try_get("recipient_id")?))).collect()
    }

    /// Defines a programme, its stages and its path. A period that is known already stays: the files do not say when a programme ends; so do
    /// the places of steps that are in no file.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn define_imported_programme(
        &self,
        issuer_did: &str,
        programme: &ImportedProgramme,
        steps: &[ImportedStep],
        stages: &[(i32, Value)],
    ) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        let first_day = steps.iter().filter_map(|step| step.active_from.as_deref()).min();
        let programme_id: Uuid = sqlx::query_scalar(
            "with known as (select starts_on, ends_on from badges.programme join badges.issuer using (issuer_id) where did = $1 and code = $2)
             select badges.define_programme($1, $2, $3, $4, coalesce((select starts_on from known), $5::date), (select ends_on from known))",
        )
        .bind(issuer_did)
        .bind(&programme.code)
        .bind(&programme.name)
        .bind(&programme.audience)
        .bind(first_day)
        .fetch_one(&mut *transaction)
        .await?;
        sqlx::query("select badges.describe_programme(programme_id, $2, has_standing) from badges.programme where programme_id = $1")
            .bind(programme_id)
            .bind(Value::Object(programme.summary.clone()))
            .execute(&mut *transaction)
            .await?;
        sqlx::query(
            "select badges.name_stage($1, stage, name) from unnest($2::int[], $3::jsonb[]) as named (stage, name)",
        )
        .bind(programme_id)
        .bind(stages.iter().map(|(stage, _)| *stage).collect::<Vec<_>>())
        .bind(stages.iter().map(|(_, name)| name).collect::<Vec<_>>())
        .execute(&mut *transaction)
        .await?;
        sqlx::query(
            "with step as (
               select * from unnest($2::uuid[], $3::int[], $4::text[], $5::uuid[]) with ordinality as given (achievement_id, stage, purpose, leads_to, number)),
             taken as (
               select m.place from badges.programme_achievement m where m.programme_id = $1 and m.ended_at is null
                 and m.series_id not in (select a.series_id from step join badges.achievement a using (achievement_id))),
             free as (
               select place, row_number() over (order by place) as number
               from generate_series(1, (select count(*) from step) + (select count(*) from taken)) as every (place)
               where not exists (select from taken where taken.place = every.place))
             select badges.place_in_programme($1, achievement_id, stage, place::int, purpose, leads_to) from step join free using (number)
             order by number",
        )
        .bind(programme_id)
        .bind(steps.iter().map(|step| step.achievement_id).collect::<Vec<_>>())
        .bind(steps.iter().map(|step| step.stage).collect::<Vec<_>>())
        .bind(steps.iter().map(|step| step.purpose.as_deref()).collect::<Vec<_>>())
        .bind(steps.iter().map(|step| step.leads_to).collect::<Vec<_>>())
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Sees to it that the issuer has a status list, so that parts which begin together do not wait for the first of them to make it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn prepare_status_list(&self, issuer_did: &str, status_lists: &str) -> Result<(), StoreError> {
        sqlx::query("select from badges.allocate_status_entries($1, $2, 0)")
            .bind(issuer_did)
            .bind(status_lists)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Begins a part of `count` awards and takes their entries in a status list. Two statements.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn begin_import(
        &self,
        issuer_did: &str,
        status_lists: &str,
        count: usize,
    ) -> Result<OpenImport, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let rows = sqlx::query(
            "select status_list_url, status_index from badges.allocate_status_entries($1, $2, $3)",
        )
        .bind(issuer_did)
        .bind(status_lists)
        .bind(i32::try_from(count).unwrap_or(i32::MAX))
        .fetch_all(&mut *transaction)
        .await?;
        let entries = rows.iter().map(read_entry).collect::<Result<_, _>>()?;
        Ok(OpenImport { transaction, entries })
    }

    /// Revokes and supersedes; what is revoked or superseded so already stays as it is.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_imported(
        &self,
        revoked: &[(Uuid, String)],
        superseded: &[(Uuid, Uuid)],
    ) -> Result<(), StoreError> {
        let (ids, reasons): (Vec<Uuid>, Vec<&str>) =
            revoked.iter().map(|(id, reason)| (*id, reason.as_str())).unzip();
        let (older, newer): (Vec<Uuid>, Vec<Uuid>) = superseded.iter().copied().unzip();
        sqlx::query(
            "select badges.supersede(older, newer) from unnest($1::uuid[], $2::uuid[]) as pair (older, newer)",
        )
        .bind(older)
        .bind(newer)
        .execute(&self.pool)
        .await?;
        sqlx::query(
            "select badges.revoke(assertion_id, reason) from unnest($1::uuid[], $2::text[]) as given (assertion_id, reason)
             where not exists (select from badges.revocation r where r.assertion_id = given.assertion_id)",
        )
        .bind(ids)
        .bind(reasons)
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}

fn read_entry(row: &PgRow) -> Result<StatusEntry, StoreError> {
    let index: i32 = row.try_get("status_index")?;
    Ok(StatusEntry {
        url: row.try_get("status_list_url")?,
        index: usize::try_from(index).map_err(|_error: std::num::TryFromIntError| {
            StoreError::Damaged("badges.status_entry.status_index")
        })?,
    })
}

impl OpenImport {
    /// Stores the part, all of it or nothing; returns the assertions by the awards' numbers.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn store(mut self, rows: &[ImportedRow]) -> Result<Vec<(String, Uuid)>, StoreError> {
        let stored = sqlx::query(
            "select ordinal, assertion_id from badges.store_assertions($1, $2, $3, $4, $5) order by ordinal",
        )
        .bind(rows.iter().map(|row| row.credential.as_str()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.recipient_id).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.achievement_id).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.occasion.as_str()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| &row.provenance).collect::<Vec<_>>())
        .fetch_all(&mut *self.transaction)
        .await?;
        let ids = stored
            .iter()
            .zip(rows)
            .map(|(stored, row)| Ok((row.occasion.clone(), stored.try_get("assertion_id")?)))
            .collect::<Result<_, StoreError>>()?;
        self.transaction.commit().await?;
        Ok(ids)
    }
}
