//! `lti.completion_source` and `lti.observation`: whom to ask when, and what was seen.

use std::{collections::HashMap, sync::Arc};

use openbadges::{
    completion::{Fact, Observation, Obstacle, Record, Source},
    rule::Names,
    time::Timestamp,
};
use serde_json::Value;
use sqlx::{Row, postgres::PgRow};
use uuid::Uuid;

use super::{Store, StoreError, course::CourseRow, platform::read_platform, seconds};
use crate::platform::Platform;

/// A course whose source is to be asked now, by whoever claimed it.
#[derive(Clone, Debug)]
pub struct DueSource {
    /// Whom to ask.
    pub source: Source,
    /// How, as the rule's page saved it.
    pub settings: Value,
    /// How often in a row there was no answer.
    pub failures: i32,
    /// For which course.
    pub course: CourseRow,
    /// The course's id at the platform.
    pub context_id: String,
    /// The tenant within the platform.
    pub deployment_id: String,
    /// Where the roster is, if the platform offers it.
    pub memberships_url: Option<String>,
    /// The platform.
    pub platform: Arc<Platform>,
}

/// How a source of a course is doing.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceRow {
    /// Which.
    pub source: Source,
    /// How it is asked.
    pub settings: Value,
    /// When it answered last.
    pub seen_at: Option<Timestamp>,
    /// Why it cannot tell, if so.
    pub obstacle: Option<Obstacle>,
}

impl SourceRow {
    /// Whether an instructor records what it says.
    #[must_use]
    pub fn is_list(&self) -> bool {
        self.source == Source::Csv
    }
}

/// What was seen of a learner, for the database.
#[derive(Clone, Debug, PartialEq)]
pub struct SeenFact {
    /// The learner at the platform.
    pub user_id: String,
    /// What is true of them.
    pub fact: Fact,
}

fn read_source(name: &str) -> Result<Source, StoreError> {
    Source::ALL
        .into_iter()
        .find(|source| source.as_str() == name)
        .ok_or(StoreError::Damaged("lti.completion_source.source"))
}

fn read_json<T: serde::de::DeserializeOwned>(value: Value, column: &'static str) -> Result<T, StoreError> {
    serde_json::from_value(value).map_err(|_error| StoreError::Damaged(column))
}

fn read_due(row: &PgRow) -> Result<DueSource, StoreError> {
    Ok(DueSource {
        source: read_source(row.try_get("source")?)?,
        settings: row.try_get("settings")?,
        failures: row.try_get("failures")?,
        course: super::course::read_course(row)?,
        context_id: row.try_get("context_id")?,
        deployment_id: row.try_get("deployment_id")?,
        memberships_url: row.try_get("memberships_url")?,
        platform: read_platform(row)?,
    })
}

/// What tells one fact of a learner from another of the same source: its kind and whose name it carries, not its value.
pub(super) fn fact_key(fact: &Fact) -> String {
    match fact {
        Fact::CourseComplete { course } => format!("course {}", course.as_deref().unwrap_or_default()),
        Fact::ActivityComplete { activity } => format!("activity {activity}"),
        Fact::Score { line_item, .. } => format!("score {}", line_item.as_deref().unwrap_or_default()),
        Fact::Badge { code, .. } => format!("badge {code}"),
        Fact::Examination { exam, number, .. } => format!("examination {exam} {number}"),
        Fact::Attendance { .. } => "attendance".to_owned(),
        Fact::Approval { role, by, .. } => format!("approval {role} {by}"),
        Fact::Endorsement { by } => format!("endorsement {by}"),
        Fact::Population { .. } => "population".to_owned(),
    }
}

impl Store {
    /// Claims the source that has been due longest, until `lease_seconds` from now.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn claim_due_source(
        &self,
        now: Timestamp,
        lease_seconds: u32,
    ) -> Result<Option<DueSource>, StoreError> {
        let row = sqlx::query(
            "with due as (
               select s.course_id, s.source from lti.completion_source s join lti.course using (course_id) join lti.registration r using (registration_id)
               where s.poll_at <= to_timestamp($1) and (s.claimed_until is null or s.claimed_until <= to_timestamp($1)) and r.status = 'active'
               order by s.poll_at limit 1 for update of s skip locked
             ), claimed as (
               update lti.completion_source s set claimed_until = lease.ends_at, poll_at = lease.ends_at
               from (select to_timestamp($1) + $2::bigint * interval '1 second' as ends_at) lease, due where s.course_id = due.course_id and s.source = due.source
               returning s.course_id, s.source, s.settings, s.failures)
             select * from claimed join lti.course using (course_id) join lti.registration using (registration_id)",
        )
        .bind(seconds(now))
        .bind(i64::from(lease_seconds))
        .fetch_optional(&self.pool)
        .await?;
        row.as_ref().map(read_due).transpose()
    }

    /// Keeps what a source says of `looked_at` now, and takes back what it said of them before and says no more.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing changed.
    pub async fn update_observations(
        &self,
        course_id: Uuid,
        source: Source,
        looked_at: &[String],
        facts: &[SeenFact],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut rows: Vec<(&str, String, Value)> = facts
            .iter()
            .filter_map(|seen| {
                Some((seen.user_id.as_str(), fact_key(&seen.fact), serde_json::to_value(&seen.fact).ok()?))
            })
            .collect();
        // One order for everybody, so that two replicas never wait for each other in a circle.
        rows.sort_by(|one, other| (one.0, &one.1).cmp(&(other.0, &other.1)));
        rows.dedup_by(|one, other| (one.0, &one.1) == (other.0, &other.1));
        let users: Vec<&str> = rows.iter().map(|row| row.0).collect();
        let keys: Vec<&str> = rows.iter().map(|row| row.1.as_str()).collect();
        let values: Vec<&Value> = rows.iter().map(|row| &row.2).collect();
        sqlx::query(
            "with seen as (
               select * from unnest($5::text[], $6::text[], $7::jsonb[]) as seen (user_id, fact_key, fact)
             ), withdrawn as (
               update lti.observation o set withdrawn_at = to_timestamp($4)
               where o.course_id = $1 and o.source = $2 and o.withdrawn_at is null and o.user_id = any ($3)
                 and not exists (select from seen where seen.user_id = o.user_id and seen.fact_key = o.fact_key))
             insert into lti.observation as o (course_id, user_id, source, fact_key, fact, seen_at)
             select $1, user_id, $2, fact_key, fact, to_timestamp($4) from seen
             on conflict (course_id, user_id, source, fact_key) do update
               set fact = excluded.fact, seen_at = excluded.seen_at, withdrawn_at = null
               where o.fact is distinct from excluded.fact or o.withdrawn_at is not null",
        )
        .bind(course_id)
        .bind(source.as_str())
        .bind(looked_at)
        .bind(seconds(now))
        .bind(&users)
        .bind(&keys)
        .bind(&values)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Keeps single facts that a source says of people, and takes single ones back; whatever else it said stays.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing changed.
    pub async fn update_facts(
        &self,
        course_id: Uuid,
        source: Source,
        facts: &[(SeenFact, bool)],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut rows: Vec<(&str, String, Option<Value>)> = facts
            .iter()
            .filter_map(|(seen, holds)| {
                let fact = serde_json::to_value(&seen.fact).ok()?;
                Some((seen.user_id.as_str(), fact_key(&seen.fact), holds.then_some(fact)))
            })
            .collect();
        // One order for everybody; of several rows about the same, the last one counts.
        rows.reverse();
        rows.sort_by(|one, other| (one.0, &one.1).cmp(&(other.0, &other.1)));
        rows.dedup_by(|one, other| (one.0, &one.1) == (other.0, &other.1));
        sqlx::query(
            "with said as (
               select * from unnest($3::text[], $4::text[], $5::jsonb[]) as said (user_id, fact_key, fact)
             ), withdrawn as (
               update lti.observation o set withdrawn_at = to_timestamp($6) from said
               where o.course_id = $1 and o.source = $2 and o.withdrawn_at is null and said.fact is null
                 and (o.user_id, o.fact_key) = (said.user_id, said.fact_key))
             insert into lti.observation as o (course_id, user_id, source, fact_key, fact, seen_at)
             select $1, user_id, $2, fact_key, fact, to_timestamp($6) from said where fact is not null
             on conflict (course_id, user_id, source, fact_key) do update
               set fact = excluded.fact, seen_at = excluded.seen_at, withdrawn_at = null
               where o.fact is distinct from excluded.fact or o.withdrawn_at is not null",
        )
        .bind(course_id)
        .bind(source.as_str())
        .bind(rows.iter().map(|row| row.0).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.1.as_str()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.2.as_ref()).collect::<Vec<_>>())
        .bind(seconds(now))
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Ends a claim: the source answered or did not, and is asked again at `poll_at`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn finish_source(
        &self,
        due: &DueSource,
        obstacle: Option<&Obstacle>,
        is_failure: bool,
        now: Timestamp,
        poll_at: Timestamp,
    ) -> Result<(), StoreError> {
        let obstacle = obstacle.and_then(|obstacle| serde_json::to_value(obstacle).ok());
        sqlx::query(
            "update lti.completion_source
             -- Somebody may have asked for haste while the source was asked.
             set claimed_until = null, obstacle = $3, poll_at = case when poll_at < claimed_until then poll_at else to_timestamp($6) end,
                 failures = case when $4 then failures + 1 else 0 end, seen_at = case when $4 then seen_at else to_timestamp($5) end
             where course_id = $1 and source = $2",
        )
        .bind(due.course.course_id)
        .bind(due.source.as_str())
        .bind(obstacle)
        .bind(is_failure)
        .bind(seconds(now))
        .bind(seconds(poll_at))
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Lets the sources that name a link which is gone name the one that was copied from it, if it was launched.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn follow_copied_links(&self, course_id: Uuid) -> Result<(), StoreError> {
        sqlx::query("select lti.follow_copied_links($1)").bind(course_id).execute(&self.pool).await?;
        Ok(())
    }

    /// Lets the sources of a course be asked at once, and Canvas about somebody whom it did not know, but none sooner than five seconds after its last answer.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn hasten_sources(
        &self,
        course_id: Uuid,
        user_id: Option<&str>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "with stranger as (
               update lti.canvas_stranger set ask_at = to_timestamp($2) where course_id = $1 and user_id = $3)
             update lti.completion_source
             set poll_at = least(poll_at, greatest(to_timestamp($2), seen_at + interval '5 seconds'))
             where course_id = $1 and failures = 0",
        )
        .bind(course_id)
        .bind(seconds(now))
        .bind(user_id)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// The sources of a course.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_sources(&self, course_id: Uuid) -> Result<Vec<SourceRow>, StoreError> {
        let rows = sqlx::query(
            "select source, settings, extract(epoch from seen_at)::bigint as seen_at, obstacle from lti.completion_source
             where course_id = $1 order by source",
        )
        .bind(course_id)
        .fetch_all(&self.pool)
        .await?;
        let read = |row: &PgRow| -> Result<SourceRow, StoreError> {
            Ok(SourceRow {
                source: read_source(row.try_get("source")?)?,
                settings: row.try_get("settings")?,
                seen_at: row.try_get::<Option<i64>, _>("seen_at")?.map(Timestamp::from_unix_seconds),
                obstacle: row
                    .try_get::<Option<Value>, _>("obstacle")?
                    .map(|value| read_json(value, "lti.completion_source.obstacle"))
                    .transpose()?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// What is known of the learners of a course, by user id, and what `names` names that is on record elsewhere for this tenant.
    ///
    /// With `user_ids` only of those.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_records(
        &self,
        course_id: Uuid,
        user_ids: Option<&[&str]>,
        names: &Names<'_>,
    ) -> Result<HashMap<String, Record>, StoreError> {
        let rows = sqlx::query(include_str!("list_records.sql"))
            .bind(course_id)
            .bind(user_ids)
            .bind(names.badges.iter().copied().collect::<Vec<&str>>())
            .bind(names.courses.iter().copied().collect::<Vec<&str>>())
            .bind(names.examinations.iter().copied().collect::<Vec<&str>>())
            .bind(names.population)
            .fetch_all(&self.pool)
            .await?;
        let mut records: HashMap<String, Record> = HashMap::new();
        for row in &rows {
            let observation = Observation {
                fact: read_json(row.try_get("fact")?, "lti.observation.fact")?,
                source: read_source(row.try_get("source")?)?,
                seen_at: Timestamp::from_unix_seconds(row.try_get("seen_at")?),
            };
            records.entry(row.try_get("user_id")?).or_default().observations.push(observation);
        }
        Ok(records)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_value_of_a_fact_takes_the_place_of_the_old_one() {
        let score = |points| Fact::Score { line_item: None, points, max: 10.0, sections: vec![] };
        assert_eq!(fact_key(&score(1.0)), fact_key(&score(9.0)));
        assert_ne!(fact_key(&Fact::CourseComplete { course: None }), fact_key(&score(1.0)));
    }

    #[test]
    fn every_source_is_read_as_it_was_written() {
        for source in Source::ALL {
            assert_eq!(read_source(source.as_str()).unwrap(), source);
        }
        assert!(matches!(read_source("rumour"), Err(StoreError::Damaged(_))));
    }
}
