//! What a badge has besides its texts: its picture, what stands for the picture, how it is renewed, which competencies it stands for.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, Row, postgres::PgRow, types::Json};
use uuid::Uuid;

use super::{
    Store, StoreError,
    achievement::{Definition, define},
    course::BadgeTexts,
};
use crate::language::wording::Wording;

/// A competency of a loaded framework, as it was when it was chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompetencyRow {
    /// The competency in schema badges.
    pub competency_id: Uuid,
    /// Its code in the framework.
    pub code: String,
    /// Its name.
    pub name: Wording,
    /// Its own address, if it has one.
    pub url: Option<String>,
    /// The name of the framework.
    pub framework: Wording,
    /// The framework's address.
    pub framework_uri: String,
}

/// What a badge has besides its texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BadgeDetails {
    /// The fields of the design that was chosen; empty until somebody chooses.
    pub design: BTreeMap<String, String>,
    /// What the picture shows, in English; empty for the badge's name.
    pub alt_en: String,
    /// The same in Japanese.
    pub alt_ja: String,
    /// How the badge is renewed, in English; empty for nothing to say.
    pub renewal_en: String,
    /// The same in Japanese.
    pub renewal_ja: String,
    /// What it stands for.
    pub competencies: Vec<CompetencyRow>,
    /// The hash of a picture of the instructor's own, if there is one.
    pub picture_tag: Option<String>,
}

pub(super) fn read_details(row: &PgRow) -> Result<BadgeDetails, StoreError> {
    let Json(design) = row.try_get("design")?;
    let Json(competencies) = row.try_get("competencies")?;
    Ok(BadgeDetails {
        design,
        alt_en: row.try_get("alt_en")?,
        alt_ja: row.try_get("alt_ja")?,
        renewal_en: row.try_get("renewal_en")?,
        renewal_ja: row.try_get("renewal_ja")?,
        competencies,
        picture_tag: row.try_get("picture_tag")?,
    })
}

impl Store {
    /// Changes what the badge says and has, but for a picture of one's own and the competencies; credentials that were awarded before
    /// stay as they are.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn update_badge(
        &self,
        course_id: Uuid,
        texts: &BadgeTexts,
        details: &BadgeDetails,
        validity_months: Option<i32>,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "update lti.course set name_en = $2, name_ja = $3, description_en = $4, description_ja = $5, criteria_en = $6,
                    criteria_ja = $7, design = $8, alt_en = $9, alt_ja = $10, renewal_en = $11, renewal_ja = $12,
                    validity_months = $13, updated_at = now() where course_id = $1",
        )
        .bind(course_id)
        .bind(&texts.name_en)
        .bind(&texts.name_ja)
        .bind(&texts.description_en)
        .bind(&texts.description_ja)
        .bind(&texts.criteria_en)
        .bind(&texts.criteria_ja)
        .bind(Json(&details.design))
        .bind(&details.alt_en)
        .bind(&details.alt_ja)
        .bind(&details.renewal_en)
        .bind(&details.renewal_ja)
        .bind(validity_months)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// The picture of the instructor's own.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_course_picture(&self, course_id: Uuid) -> Result<Option<Vec<u8>>, StoreError> {
        let png = sqlx::query_scalar("select png from lti.course_picture where course_id = $1")
            .bind(course_id)
            .fetch_optional(&self.pool);
        Ok(png.await?)
    }

    /// Takes a picture of the instructor's own; its content is named by `tag`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_course_picture(&self, course_id: Uuid, png: &[u8], tag: &str) -> Result<(), StoreError> {
        sqlx::query(
            "with picture as (
               insert into lti.course_picture (course_id, png) values ($1, $2) on conflict (course_id) do update set png = excluded.png)
             update lti.course set picture_tag = $3, updated_at = now() where course_id = $1",
        )
        .bind(course_id)
        .bind(png)
        .bind(tag)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Goes back to the drawn picture.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn drop_course_picture(&self, course_id: Uuid) -> Result<(), StoreError> {
        sqlx::query(
            "with picture as (delete from lti.course_picture where course_id = $1)
             update lti.course set picture_tag = null, updated_at = now() where course_id = $1",
        )
        .bind(course_id)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Competencies of the loaded frameworks that have every word of `search` in code or name, or in the framework's name; the first
    /// `limit` by framework and code.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn search_competencies(
        &self,
        search: &str,
        limit: i64,
    ) -> Result<Vec<CompetencyRow>, StoreError> {
        let words: Vec<&str> = search.split_whitespace().collect();
        let rows = sqlx::query(
            "select c.competency_id, c.code, c.name, c.url, f.name as framework, f.uri as framework_uri
             from badges.competency c join badges.framework f using (framework_id),
               lateral (select lower(normalize(concat_ws(' ', c.code, f.uri, (select string_agg(value, ' ') from jsonb_each_text(c.name)),
                          (select string_agg(value, ' ') from jsonb_each_text(f.name))), nfkc)) as text) hay
             where (select coalesce(bool_and(position(lower(normalize(word, nfkc)) in hay.text) > 0), true) from unnest($1::text[]) word)
             order by f.uri collate \"C\", f.version collate \"C\", c.code collate \"C\" limit $2",
        )
        .bind(&words)
        .bind(limit)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(read_competency).collect()
    }

    /// A competency of a loaded framework.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_competency(&self, competency_id: Uuid) -> Result<Option<CompetencyRow>, StoreError> {
        let row = sqlx::query(
            "select c.competency_id, c.code, c.name, c.url, f.name as framework, f.uri as framework_uri
             from badges.competency c join badges.framework f using (framework_id) where c.competency_id = $1",
        )
        .bind(competency_id)
        .fetch_optional(&self.pool)
        .await?;
        row.as_ref().map(read_competency).transpose()
    }

    /// Sets what the badge stands for: for credentials to come, and at once in the overlay over those that there are. All of it or
    /// nothing.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn update_competencies(
        &self,
        course_id: Uuid,
        competencies: &[CompetencyRow],
        issuer_did: &str,
        definition: &Definition,
    ) -> Result<(), StoreError> {
        let ids: Vec<Uuid> = competencies.iter().map(|one| one.competency_id).collect();
        let mut transaction = self.pool.begin().await?;
        sqlx::query("update lti.course set competencies = $2, updated_at = now() where course_id = $1")
            .bind(course_id)
            .bind(Json(competencies))
            .execute(&mut *transaction)
            .await?;
        lay_over(&mut transaction, &ids, issuer_did, definition).await?;
        transaction.commit().await?;
        Ok(())
    }
}

/// Lets the overlay say of the achievement that it stands for these competencies, as far as a loaded framework has them, and for no others.
pub(super) async fn lay_over(
    connection: &mut PgConnection,
    competency_ids: &[Uuid],
    issuer_did: &str,
    definition: &Definition,
) -> Result<(), StoreError> {
    let achievement_id = define(&mut *connection, issuer_did, definition).await?;
    sqlx::query(
        "select badges.end_alignment($1, open.competency_id)
         from badges.alignment open join badges.achievement using (series_id)
         where achievement_id = $1 and ended_at is null and open.competency_id <> all ($2)",
    )
    .bind(achievement_id)
    .bind(competency_ids)
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "select badges.align_achievement($1, competency_id) from badges.competency where competency_id = any ($2)",
    )
    .bind(achievement_id)
    .bind(competency_ids)
    .execute(&mut *connection)
    .await?;
    Ok(())
}

fn read_competency(row: &PgRow) -> Result<CompetencyRow, StoreError> {
    let (Json(name), Json(framework)) = (row.try_get("name")?, row.try_get("framework")?);
    Ok(CompetencyRow {
        competency_id: row.try_get("competency_id")?,
        code: row.try_get("code")?,
        name,
        url: row.try_get("url")?,
        framework,
        framework_uri: row.try_get("framework_uri")?,
    })
}
