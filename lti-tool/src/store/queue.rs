//! `lti.award_job`: awards to be made. A row goes in the very transaction that stores its assertion, so that each happens once or not at all.
//!
//! Here they are asked for, counted, taken back and tried again; [`super::batch`] makes them. Who is queued keeps their time: until then it can
//! be taken back, whoever asks how often and in which way. When that is, the database's clock says: replicas whose clocks differ would begin too
//! early what another one queued.

use std::collections::HashMap;

use serde_json::Value;
use sqlx::{Row, postgres::PgRow};
use uuid::Uuid;

use super::{Store, StoreError};

/// Jobs of one statement.
const QUEUED_TOGETHER: usize = 1000;

/// Somebody who is to be awarded.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// The learner at the platform.
    pub user_id: String,
    /// Their name, if told.
    pub name: Option<String>,
    /// Their address, if told.
    pub email: Option<String>,
    /// Why: rule, version, inputs, source.
    pub provenance: Value,
    /// How it was earned, for the credential.
    pub narrative: Option<String>,
    /// Where that can be seen.
    pub evidence: Option<String>,
}

/// For whom, and by whom, jobs are made.
#[derive(Clone, Copy, Debug)]
pub struct JobScene<'a> {
    /// The course.
    pub course_id: Uuid,
    /// Who awards.
    pub issuer_did: &'a str,
    /// The platform's name in `badges.recipient`.
    pub platform: &'a str,
    /// Whether those from whom it was taken back get it again, which only a person decides.
    pub gives_again: bool,
}

/// How the queue of a course is doing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueueCount {
    /// Awards to be made.
    pub waiting: i64,
    /// Awards that were given up.
    pub dead: i64,
    /// Why the last of them was, in one word.
    pub problem: Option<String>,
}

/// Awards that were queued when somebody asked for them once more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AskedAgain {
    /// They wait as they did, or are being made.
    pub waiting: usize,
    /// They had failed, and are tried again.
    pub retried: usize,
}

/// How an award stands that is to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueuedAward {
    /// It will be made; until it begins it can be taken back.
    Waiting,
    /// It was given up.
    GivenUp,
}

impl Store {
    /// Queues the award of the course's badge for these learners, in `wait_seconds` from now; who has it, or is queued, is passed over, and so is
    /// who lost it unless the scene gives it again.
    ///
    /// One statement for each thousand, so that the first are awarded while the others are queued.
    ///
    /// # Errors
    /// [`StoreError`]; what was queued before it stays queued.
    pub async fn insert_jobs(
        &self,
        scene: JobScene<'_>,
        jobs: &[NewJob],
        wait_seconds: u32,
    ) -> Result<u64, StoreError> {
        let mut jobs: Vec<&NewJob> = jobs.iter().collect();
        jobs.sort_by(|one, other| one.user_id.cmp(&other.user_id));
        let mut queued = 0;
        for part in jobs.chunks(QUEUED_TOGETHER) {
            queued += self.insert_part(scene, part, wait_seconds).await?;
            self.queued.notify_one();
        }
        Ok(queued)
    }

    async fn insert_part(
        &self,
        scene: JobScene<'_>,
        jobs: &[&NewJob],
        wait_seconds: u32,
    ) -> Result<u64, StoreError> {
        let queued = sqlx::query(
            "insert into lti.award_job (course_id, user_id, occasion, recipient_id, provenance, narrative, evidence, run_at, attempt)
             select $1, user_id, case when before = 0 then 'course' else 'course ' || before + 1 end,
                    badges.register_recipient($2, $3, user_id, name, email), provenance, narrative, evidence, now() + $4 * interval '1 second', before + 1
             from unnest($5::text[], $6::text[], $7::text[], $8::jsonb[], $9::text[], $10::text[])
                 as given (user_id, name, email, provenance, narrative, evidence),
               lateral (select coalesce(max(a.attempt), 0) as before, coalesce(bool_or(r.assertion_id is null), false) as is_held
                        from lti.award a left join badges.revocation r using (assertion_id)
                        where (a.course_id, a.user_id) = ($1, given.user_id)) had
             where before = 0 or ($11 and not is_held)
             on conflict on constraint award_job_once do nothing",
        )
        .bind(scene.course_id)
        .bind(scene.issuer_did)
        .bind(scene.platform)
        .bind(f64::from(wait_seconds))
        .bind(jobs.iter().map(|job| job.user_id.as_str()).collect::<Vec<_>>())
        .bind(jobs.iter().map(|job| job.name.as_deref()).collect::<Vec<_>>())
        .bind(jobs.iter().map(|job| job.email.as_deref()).collect::<Vec<_>>())
        .bind(jobs.iter().map(|job| &job.provenance).collect::<Vec<_>>())
        .bind(jobs.iter().map(|job| job.narrative.as_deref()).collect::<Vec<_>>())
        .bind(jobs.iter().map(|job| job.evidence.as_deref()).collect::<Vec<_>>())
        .bind(scene.gives_again)
        .execute(&self.pool)
        .await?;
        Ok(queued.rows_affected())
    }

    /// Returns when this replica has queued awards, for one worker each time.
    pub async fn wait_for_jobs(&self) {
        self.queued.notified().await;
    }

    /// How the queue of a course is doing.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn count_jobs(&self, course_id: Uuid) -> Result<QueueCount, StoreError> {
        let row = sqlx::query(
            "select count(*) filter (where dead_at is null) as waiting, count(dead_at) as dead,
                    (array_agg(last_error order by dead_at desc) filter (where dead_at is not null))[1] as problem
             from lti.award_job where course_id = $1",
        )
        .bind(course_id)
        .fetch_one(&self.pool)
        .await?;
        Ok(QueueCount {
            waiting: row.try_get("waiting")?,
            dead: row.try_get("dead")?,
            problem: row.try_get("problem")?,
        })
    }

    /// The learners of a course for whom awards are queued; one that was given up counts more than one that waits.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_queued(&self, course_id: Uuid) -> Result<HashMap<String, QueuedAward>, StoreError> {
        let rows = sqlx::query(
            "select user_id, bool_or(dead_at is not null) as is_dead from lti.award_job where course_id = $1 group by user_id",
        )
        .bind(course_id)
        .fetch_all(&self.pool)
        .await?;
        let read = |row: &PgRow| -> Result<(String, QueuedAward), StoreError> {
            let is_dead: bool = row.try_get("is_dead")?;
            Ok((row.try_get("user_id")?, if is_dead { QueuedAward::GivenUp } else { QueuedAward::Waiting }))
        };
        rows.iter().map(read).collect()
    }

    /// Takes back the awards of a course that nobody works on at this moment; returns how many.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn cancel_jobs(&self, course_id: Uuid) -> Result<u64, StoreError> {
        let cancelled = sqlx::query(
            "delete from lti.award_job where job_id in (
               select job_id from lti.award_job where course_id = $1 and dead_at is null for update skip locked)",
        )
        .bind(course_id)
        .execute(&self.pool)
        .await?;
        Ok(cancelled.rows_affected())
    }

    /// Somebody asks once more for these learners' awards: what failed is tried again now, everything else keeps its time. What somebody works
    /// on at this moment is left alone.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn ask_again(&self, course_id: Uuid, user_ids: &[&str]) -> Result<AskedAgain, StoreError> {
        let row = sqlx::query(
            "with asked as materialized (
               select job_id, attempts from lti.award_job where course_id = $1 and user_id = any ($2) and renews is null
             ), failed as materialized (
               select job_id from lti.award_job where job_id in (select job_id from asked where attempts > 0) and attempts > 0
               for update skip locked
             ), retried as (
               update lti.award_job set dead_at = null, attempts = 0, run_at = now()
               where job_id in (select job_id from failed) returning job_id)
             select (select count(*) from asked) - (select count(*) from retried) as waiting, (select count(*) from retried) as retried",
        )
        .bind(course_id)
        .bind(user_ids)
        .fetch_one(&self.pool)
        .await?;
        let count = |column: &str| -> Result<usize, StoreError> {
            Ok(usize::try_from(row.try_get::<i64, _>(column)?).unwrap_or_default())
        };
        let asked = AskedAgain { waiting: count("waiting")?, retried: count("retried")? };
        if asked.retried > 0 {
            self.queued.notify_one();
        }
        Ok(asked)
    }

    /// Lets the awards of a course that were given up be tried again; returns how many.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn revive_jobs(&self, course_id: Uuid) -> Result<u64, StoreError> {
        let revived = sqlx::query(
            "update lti.award_job set dead_at = null, attempts = 0, run_at = now() where course_id = $1 and dead_at is not null",
        )
        .bind(course_id)
        .execute(&self.pool)
        .await?;
        Ok(revived.rows_affected())
    }
}
