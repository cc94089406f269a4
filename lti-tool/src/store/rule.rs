//! `lti.rule`: who earns a course's badge, version by version; and the links of the course, which a rule can name.

use openbadges::{
    completion::Source,
    rule::{Condition, Rule},
    time::Timestamp,
};
use serde_json::Value;
use sqlx::{Row, postgres::PgRow};
use uuid::Uuid;

use super::{Store, StoreError};

/// A link of the tool in a course.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkRow {
    /// `resource_link.id`.
    pub resource_link_id: String,
    /// Its column in the grade book, if it has one.
    pub line_item_url: Option<String>,
    /// When it was first launched, or its column changed.
    pub seen_at: Timestamp,
}

/// A version of a rule.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleEditionRow {
    /// Its number.
    pub version: i32,
    /// The rule; `None` if the instructor decided alone.
    pub condition: Option<Condition>,
    /// When it was saved.
    pub created_at: Timestamp,
}

fn read_rule(version: i32, condition: Option<&Value>) -> Result<Option<Rule>, StoreError> {
    let Some(condition) = condition else { return Ok(None) };
    let condition =
        Condition::from_json(condition).map_err(|_error| StoreError::Damaged("lti.rule.condition"))?;
    let version = u32::try_from(version)
        .map_err(|_error: std::num::TryFromIntError| StoreError::Damaged("lti.rule.version"))?;
    Ok(Some(Rule { version, condition }))
}

impl Store {
    /// The rule that counts; `None` if the instructor decides alone.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_rule(&self, course_id: Uuid) -> Result<Option<Rule>, StoreError> {
        let row = sqlx::query(
            "select version, condition from lti.rule where course_id = $1 order by version desc limit 1",
        )
        .bind(course_id)
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(None) };
        read_rule(row.try_get("version")?, row.try_get::<Option<Value>, _>("condition")?.as_ref())
    }

    /// Whether any version was ever saved, one that leaves it to the instructor too.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn has_rule_edition(&self, course_id: Uuid) -> Result<bool, StoreError> {
        let has = sqlx::query_scalar("select exists (select from lti.rule where course_id = $1)")
            .bind(course_id)
            .fetch_one(&self.pool);
        Ok(has.await?)
    }

    /// The latest versions of the rule, the newest first, twenty at most.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_rule_editions(&self, course_id: Uuid) -> Result<Vec<RuleEditionRow>, StoreError> {
        let rows = sqlx::query(
            "select version, condition, extract(epoch from created_at)::bigint as created_at_seconds
             from lti.rule where course_id = $1 order by version desc limit 20",
        )
        .bind(course_id)
        .fetch_all(&self.pool)
        .await?;
        let read = |row: &PgRow| -> Result<RuleEditionRow, StoreError> {
            let version = row.try_get("version")?;
            let rule = read_rule(version, row.try_get::<Option<Value>, _>("condition")?.as_ref())?;
            Ok(RuleEditionRow {
                version,
                condition: rule.map(|rule| rule.condition),
                created_at: Timestamp::from_unix_seconds(row.try_get("created_at_seconds")?),
            })
        };
        rows.iter().map(read).collect()
    }

    /// Adds a version of the rule and sets the sources that feed it, all of it or nothing; returns the version.
    ///
    /// A source that stays keeps what it has seen; one that goes keeps its observations and is not asked any more.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn insert_rule(
        &self,
        course_id: Uuid,
        condition: Option<&Condition>,
        created_by: &str,
        sources: &[(Source, Value)],
    ) -> Result<i32, StoreError> {
        let mut transaction = self.pool.begin().await?;
        // Two instructors who save at once take turns.
        sqlx::query("select from lti.course where course_id = $1 for update")
            .bind(course_id)
            .execute(&mut *transaction)
            .await?;
        let version = sqlx::query_scalar(
            "insert into lti.rule (course_id, version, condition, created_by)
             select $1, coalesce(max(version), 0) + 1, $2, $3 from lti.rule where course_id = $1 returning version",
        )
        .bind(course_id)
        .bind(condition.map(Condition::to_json))
        .bind(created_by)
        .fetch_one(&mut *transaction)
        .await?;
        let (names, settings): (Vec<&str>, Vec<&Value>) =
            sources.iter().map(|(source, settings)| (source.as_str(), settings)).unzip();
        sqlx::query(
            "with gone as (delete from lti.completion_source where course_id = $1 and source <> all ($2))
             insert into lti.completion_source as s (course_id, source, settings)
             select $1, source, settings from unnest($2::text[], $3::jsonb[]) as given (source, settings)
             on conflict (course_id, source) do update set settings = excluded.settings, poll_at = now(), failures = 0, obstacle = null",
        )
        .bind(course_id)
        .bind(&names)
        .bind(&settings)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(version)
    }

    /// Remembers where the course's members are listed; if that is news, its sources are asked at once.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn update_memberships_url(&self, course_id: Uuid, url: &str) -> Result<(), StoreError> {
        sqlx::query(
            "with told as (
               update lti.course set memberships_url = $2 where course_id = $1 and memberships_url is distinct from $2 returning course_id)
             update lti.completion_source s set poll_at = now(), failures = 0 from told where s.course_id = told.course_id",
        )
        .bind(course_id)
        .bind(url)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// The links of a course that were launched, the latest new one first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_course_links(&self, course_id: Uuid) -> Result<Vec<LinkRow>, StoreError> {
        let rows = sqlx::query(
            "select resource_link_id, line_item_url, extract(epoch from seen_at)::bigint as seen_at_seconds
             from lti.resource_link join lti.course using (registration_id, deployment_id, context_id)
             where course_id = $1 order by seen_at desc, resource_link_id",
        )
        .bind(course_id)
        .fetch_all(&self.pool)
        .await?;
        let read = |row: &PgRow| -> Result<LinkRow, StoreError> {
            Ok(LinkRow {
                resource_link_id: row.try_get("resource_link_id")?,
                line_item_url: row.try_get("line_item_url")?,
                seen_at: Timestamp::from_unix_seconds(row.try_get("seen_at_seconds")?),
            })
        };
        rows.iter().map(read).collect()
    }
}
