//! What the issuer offers, for everybody: achievements, programmes, what they stand for, and how many people have one.

use serde_json::Value;
use sqlx::{Row, postgres::PgRow};
use uuid::Uuid;

use super::{Store, StoreError, achievement::read_wording};
use crate::language::wording::Wording;

/// More are not listed on one page.
const MOST_ROWS: i64 = 200;
/// Beyond this, holders are not counted any more.
const MOST_HOLDERS: i64 = 100_000;

/// An issuer.
#[derive(Clone, Debug)]
pub struct IssuerRow {
    /// The identifier.
    pub did: String,
    /// The profile of Open Badges.
    pub profile: Value,
}

/// An achievement as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AchievementRow {
    /// Its address.
    pub uri: String,
    /// Its name.
    pub name: Wording,
}

/// A programme.
#[derive(Clone, Debug, PartialEq)]
pub struct ProgrammeRow {
    /// Our id.
    pub programme_id: Uuid,
    /// The name.
    pub name: Wording,
    /// Whom it is for.
    pub audience: Vec<String>,
    /// The first day, if it has one.
    pub starts_on: Option<String>,
    /// The last day, if it has one.
    pub ends_on: Option<String>,
}

/// A competency that an achievement stands for.
#[derive(Clone, Debug, PartialEq)]
pub struct AlignmentRow {
    /// The name.
    pub name: Wording,
    /// Within the framework.
    pub code: String,
    /// The framework's name.
    pub framework: Wording,
    /// Where the competency is described.
    pub url: Option<String>,
}

fn read_achievement(row: &PgRow) -> Result<AchievementRow, StoreError> {
    Ok(AchievementRow { uri: row.try_get("uri")?, name: read_wording(row, "name")? })
}

fn read_programme(row: &PgRow) -> Result<ProgrammeRow, StoreError> {
    Ok(ProgrammeRow {
        programme_id: row.try_get("programme_id")?,
        name: read_wording(row, "name")?,
        audience: row.try_get("audience")?,
        starts_on: row.try_get("starts_on")?,
        ends_on: row.try_get("ends_on")?,
    })
}

impl Store {
    /// The issuer with our id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_issuer(&self, issuer_id: Uuid) -> Result<Option<IssuerRow>, StoreError> {
        let row = sqlx::query("select did, profile from badges.issuer where issuer_id = $1")
            .bind(issuer_id)
            .fetch_optional(&self.pool)
            .await?;
        row.map(|row| Ok(IssuerRow { did: row.try_get("did")?, profile: row.try_get("profile")? }))
            .transpose()
    }

    /// The achievements of an issuer, by name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_achievements(&self, issuer_id: Uuid) -> Result<Vec<AchievementRow>, StoreError> {
        let rows = sqlx::query(
            "select uri, lti.wording(uri, name) as name
             from (select distinct on (series_id) uri, coalesce(body ->> 'name', uri) as name
                   from badges.achievement where issuer_id = $1 order by series_id, version desc) latest
             order by latest.name limit $2",
        )
        .bind(issuer_id)
        .bind(MOST_ROWS)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(read_achievement).collect()
    }

    /// The programmes of an issuer, by code.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_programmes(&self, issuer_id: Uuid) -> Result<Vec<ProgrammeRow>, StoreError> {
        let rows = sqlx::query(
            "select programme_id, name, audience, starts_on::text, ends_on::text from badges.programme
             where issuer_id = $1 order by code limit $2",
        )
        .bind(issuer_id)
        .bind(MOST_ROWS)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(read_programme).collect()
    }

    /// The programmes that have one of these achievements.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_programmes_with(&self, uris: &[String]) -> Result<Vec<ProgrammeRow>, StoreError> {
        let rows = sqlx::query(
            "select programme_id, name, audience, starts_on::text, ends_on::text from badges.programme p
             where exists (select from badges.list_programme_achievements() m where m.programme_id = p.programme_id and m.achievement_uri = any($1))
             order by code limit $2",
        )
        .bind(uris)
        .bind(MOST_ROWS)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(read_programme).collect()
    }

    /// What an achievement stands for.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_alignments(&self, uri: &str) -> Result<Vec<AlignmentRow>, StoreError> {
        let rows = sqlx::query(
            "select l.name, l.code, f.name as framework, c.url
             from badges.list_alignments() l join badges.competency c using (competency_id) join badges.framework f using (framework_id)
             where l.achievement_uri = $1 order by f.uri, l.code limit $2",
        )
        .bind(uri)
        .bind(MOST_ROWS)
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(AlignmentRow {
                    name: read_wording(row, "name")?,
                    code: row.try_get("code")?,
                    framework: read_wording(row, "framework")?,
                    url: row.try_get("url")?,
                })
            })
            .collect()
    }

    /// How many people hold an achievement that was not revoked.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn count_holders(&self, uri: &str) -> Result<i64, StoreError> {
        let holders = sqlx::query_scalar(
            "select count(distinct recipient_id) from (
               select s.recipient_id from badges.assertion s
               where s.series_id in (select a.series_id from badges.achievement a where a.uri = $1)
                 and not exists (select from badges.revocation r where r.assertion_id = s.assertion_id)
               limit $2) held",
        )
        .bind(uri)
        .bind(MOST_HOLDERS)
        .fetch_one(&self.pool)
        .await?;
        Ok(holders)
    }
}
