//! `lti.course`: the badge of each course. A course is a context of a deployment of a registration: that is the wall between tenants.

use openbadges::time::Timestamp;
use sqlx::{PgExecutor, Row, postgres::PgRow};
use uuid::Uuid;

use super::{
    Store, StoreError,
    achievement::Definition,
    badge::{BadgeDetails, lay_over, read_details},
};

/// Which course, in whose installation.
#[derive(Clone, Copy, Debug)]
pub struct CourseKey<'a> {
    /// The platform.
    pub registration_id: Uuid,
    /// The tenant within it.
    pub deployment_id: &'a str,
    /// The course within the tenant.
    pub context_id: &'a str,
}

/// What a badge says, in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BadgeTexts {
    /// English name.
    pub name_en: String,
    /// Japanese name.
    pub name_ja: String,
    /// English description.
    pub description_en: String,
    /// Japanese description.
    pub description_ja: String,
    /// How it is earned, in English.
    pub criteria_en: String,
    /// How it is earned, in Japanese.
    pub criteria_ja: String,
}

/// A course and its badge.
#[derive(Clone, Debug, Default)]
pub struct CourseRow {
    /// Our id, also in the achievement's URL.
    pub course_id: Uuid,
    /// The title at the last launch of an instructor.
    pub title: String,
    /// What the badge says.
    pub texts: BadgeTexts,
    /// What it has besides.
    pub details: BadgeDetails,
    /// Months from the award to the end of its validity, at least 1; `None` is for ever.
    pub validity_months: Option<i32>,
}

impl CourseRow {
    /// The end of the validity of a badge that is awarded `at` this moment.
    #[must_use]
    pub fn valid_until(&self, at: Timestamp) -> Option<Timestamp> {
        let months = self.validity_months.and_then(|months| u32::try_from(months).ok())?;
        Some(at.plus_months(months))
    }
}

pub(super) fn read_course(row: &PgRow) -> Result<CourseRow, StoreError> {
    Ok(CourseRow {
        course_id: row.try_get("course_id")?,
        title: row.try_get("title")?,
        details: read_details(row)?,
        texts: BadgeTexts {
            name_en: row.try_get("name_en")?,
            name_ja: row.try_get("name_ja")?,
            description_en: row.try_get("description_en")?,
            description_ja: row.try_get("description_ja")?,
            criteria_en: row.try_get("criteria_en")?,
            criteria_ja: row.try_get("criteria_ja")?,
        },
        validity_months: row.try_get("validity_months")?,
    })
}

/// One statement: the course, and with it what it has from its origin if it is new.
async fn begin(
    executor: impl PgExecutor<'_>,
    key: CourseKey<'_>,
    title: &str,
    defaults: &BadgeTexts,
    copied_from: Option<Uuid>,
) -> Result<CourseRow, StoreError> {
    let row = sqlx::query(
        "with begun as (
           insert into lti.course (registration_id, deployment_id, context_id, title, name_en, name_ja, description_en,
                                   description_ja, criteria_en, criteria_ja, copied_from, validity_months, design, alt_en,
                                   alt_ja, renewal_en, renewal_ja, competencies, picture_tag)
           select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, o.validity_months, coalesce(o.design, '{}'),
             coalesce(o.alt_en, ''), coalesce(o.alt_ja, ''), coalesce(o.renewal_en, ''), coalesce(o.renewal_ja, ''),
             coalesce(o.competencies, '[]'), o.picture_tag
           from (select) one left join lti.course o on o.course_id = $11
           on conflict (registration_id, deployment_id, context_id) do update set title = excluded.title
           returning *, xmax = 0 as is_new
         ), latest as (
           select b.course_id, r.condition, r.created_by from begun b join lti.rule r on r.course_id = b.copied_from
           where b.is_new order by r.version desc limit 1
         ), rule as (
           insert into lti.rule (course_id, version, condition, created_by)
           select course_id, 1, condition, created_by from latest where condition is not null
         ), picture as (
           insert into lti.course_picture (course_id, png)
           select b.course_id, p.png from begun b join lti.course_picture p on p.course_id = b.copied_from where b.is_new
         ), sources as (
           insert into lti.completion_source (course_id, source, settings)
           select b.course_id, s.source, s.settings from begun b join lti.completion_source s on s.course_id = b.copied_from
           where b.is_new
         ) select * from begun",
    )
    .bind(key.registration_id)
    .bind(key.deployment_id)
    .bind(key.context_id)
    .bind(title)
    .bind(&defaults.name_en)
    .bind(&defaults.name_ja)
    .bind(&defaults.description_en)
    .bind(&defaults.description_ja)
    .bind(&defaults.criteria_en)
    .bind(&defaults.criteria_ja)
    .bind(copied_from)
    .fetch_one(executor)
    .await?;
    read_course(&row)
}

impl Store {
    /// The course, begun with `defaults` if this is the first time that it is seen.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_or_insert_course(
        &self,
        key: CourseKey<'_>,
        title: &str,
        defaults: &BadgeTexts,
    ) -> Result<CourseRow, StoreError> {
        begin(&self.pool, key, title, defaults, None).await
    }

    /// The course, begun as a copy of another one: with its latest rule, its validity, its picture and its competencies, which are laid over
    /// the copy's own achievement. All of it or nothing.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_or_copy_course(
        &self,
        key: CourseKey<'_>,
        title: &str,
        texts: &BadgeTexts,
        copied_from: Uuid,
        issuer_did: &str,
        definition: impl FnOnce(&CourseRow) -> serde_json::Result<Definition>,
    ) -> Result<CourseRow, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let course = begin(&mut *transaction, key, title, texts, Some(copied_from)).await?;
        let ids: Vec<Uuid> = course.details.competencies.iter().map(|one| one.competency_id).collect();
        if !ids.is_empty() {
            let definition = definition(&course)
                .map_err(|_error: serde_json::Error| StoreError::Damaged("lti.course.competencies"))?;
            lay_over(&mut transaction, &ids, issuer_did, &definition).await?;
        }
        // A link of the new course may have been launched before, and have said where it comes from.
        sqlx::query("select lti.follow_copied_links($1)")
            .bind(course.course_id)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(course)
    }

    /// The course, if an instructor has opened it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_course(&self, key: CourseKey<'_>) -> Result<Option<CourseRow>, StoreError> {
        let row = sqlx::query(
            "select * from lti.course where registration_id = $1 and deployment_id = $2 and context_id = $3",
        )
        .bind(key.registration_id)
        .bind(key.deployment_id)
        .bind(key.context_id)
        .fetch_optional(&self.pool)
        .await?;
        row.as_ref().map(read_course).transpose()
    }

    /// The first of `origins` (contexts of the same tenant, the latest first) that has a badge.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_origin(
        &self,
        key: CourseKey<'_>,
        origins: &[String],
    ) -> Result<Option<CourseRow>, StoreError> {
        let row = sqlx::query(
            "select * from lti.course where registration_id = $1 and deployment_id = $2 and context_id = any($3) and context_id <> $4
             order by array_position($3, context_id) limit 1",
        )
        .bind(key.registration_id)
        .bind(key.deployment_id)
        .bind(origins)
        .bind(key.context_id)
        .fetch_optional(&self.pool)
        .await?;
        row.as_ref().map(read_course).transpose()
    }

    /// The course by our own id, for the public page of its badge.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_course_by_id(&self, course_id: Uuid) -> Result<Option<CourseRow>, StoreError> {
        let row = sqlx::query("select * from lti.course where course_id = $1")
            .bind(course_id)
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(read_course).transpose()
    }
}
