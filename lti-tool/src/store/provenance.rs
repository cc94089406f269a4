//! Why somebody was awarded, and what people decide about it.

use std::collections::{HashMap, HashSet};

use openbadges::{
    completion::{Fact, Observation, Source},
    rule::{Condition, Rule},
    time::Timestamp,
};
use serde_json::Value;
use sqlx::{Row, postgres::PgRow};
use uuid::Uuid;

use super::{Store, StoreError, completion::fact_key, seconds};

/// How an award came to be, as `badges.why` tells it.
#[derive(Clone, Debug, PartialEq)]
pub struct WhyRow {
    /// Who said so: a source's name, or another word for an award that no rule made.
    pub source: String,
    /// The rule, if one decided.
    pub rule: Option<Rule>,
    /// What satisfied it.
    pub inputs: Vec<Observation>,
    /// When.
    pub awarded_at: Timestamp,
}

fn read_why(row: &PgRow) -> Result<WhyRow, StoreError> {
    let version: Option<u32> = row.try_get::<Option<&str>, _>("version")?.and_then(|text| text.parse().ok());
    let condition: Option<Value> = row.try_get("rule")?;
    let condition = condition.and_then(|value| Condition::from_json(&value).ok());
    let inputs: Option<Value> = row.try_get("inputs")?;
    Ok(WhyRow {
        source: row.try_get::<Option<String>, _>("source")?.unwrap_or_default(),
        rule: version.zip(condition).map(|(version, condition)| Rule { version, condition }),
        // Of another time, or another program: what cannot be read is not shown.
        inputs: inputs.and_then(|inputs| serde_json::from_value(inputs).ok()).unwrap_or_default(),
        awarded_at: Timestamp::from_unix_seconds(row.try_get("awarded_at_seconds")?),
    })
}

impl Store {
    /// How these awards came to be.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_why(&self, assertion_ids: &[Uuid]) -> Result<HashMap<Uuid, WhyRow>, StoreError> {
        let rows = sqlx::query(
            "select assertion_id, rule, version, inputs, source, extract(epoch from awarded_at)::bigint as awarded_at_seconds
             from unnest($1::uuid[]) as assertion_id, badges.why(assertion_id)",
        )
        .bind(assertion_ids)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(|row| Ok((row.try_get("assertion_id")?, read_why(row)?))).collect()
    }

    /// Those of the course's awards that a person decided to keep.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_kept(&self, course_id: Uuid) -> Result<HashSet<Uuid>, StoreError> {
        let kept: Vec<Uuid> = sqlx::query_scalar(
            "select assertion_id from lti.kept_award join lti.award using (assertion_id) where course_id = $1",
        )
        .bind(course_id)
        .fetch_all(&self.pool)
        .await?;
        Ok(kept.into_iter().collect())
    }

    /// Keeps an award of the course whose reason is gone; `false` if it is not one of its awards.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn keep_award(
        &self,
        course_id: Uuid,
        assertion_id: Uuid,
        kept_by: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let kept = sqlx::query(
            "insert into lti.kept_award (assertion_id, kept_by, kept_at)
             select assertion_id, $3, to_timestamp($4) from lti.award where course_id = $1 and assertion_id = $2
             on conflict (assertion_id) do update set kept_by = excluded.kept_by, kept_at = excluded.kept_at",
        )
        .bind(course_id)
        .bind(assertion_id)
        .bind(kept_by)
        .bind(seconds(now))
        .execute(&self.pool)
        .await?;
        Ok(kept.rows_affected() == 1)
    }

    /// Notes what a person says of a learner.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn insert_judgement(
        &self,
        course_id: Uuid,
        user_id: &str,
        fact: &Fact,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let value = serde_json::to_value(fact)
            .map_err(|_error: serde_json::Error| StoreError::Damaged("lti.observation.fact"))?;
        sqlx::query(
            "insert into lti.observation as o (course_id, user_id, source, fact_key, fact, seen_at)
             values ($1, $2, $3, $4, $5, to_timestamp($6))
             on conflict (course_id, user_id, source, fact_key) do update
               set fact = excluded.fact, seen_at = excluded.seen_at, withdrawn_at = null",
        )
        .bind(course_id)
        .bind(user_id)
        .bind(Source::Instructor.as_str())
        .bind(fact_key(fact))
        .bind(value)
        .bind(seconds(now))
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}
