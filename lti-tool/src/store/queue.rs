//! `lti.award_job`: awards to be made. A row goes in the very transaction that stores its assertion, so that each happens once or not at all.
//!
//! A claimed row is locked by its transaction and no other mark: a replica that dies lets go of it by dying. No library is used, because a
//! queue that is not in our transaction cannot promise that.

use std::collections::HashMap;

use openbadges::time::Timestamp;
use serde_json::Value;
use sqlx::{PgTransaction, Row, postgres::PgRow};
use uuid::Uuid;

use super::{Store, StoreError, course::CourseRow, seconds};

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
}

/// A job, locked by the batch that claimed it.
#[derive(Clone, Debug)]
pub struct JobRow {
    job_id: i64,
    /// How often it failed.
    pub attempts: i32,
    /// The course and its badge.
    pub course: CourseRow,
    /// The learner at the platform.
    pub user_id: String,
    /// Their address, for the salted hash.
    pub email: Option<String>,
    /// The recipient in schema badges.
    pub recipient_id: Uuid,
    /// What tells this award from another of the same badge to the same person.
    pub occasion: String,
    /// Why.
    pub provenance: Value,
    /// How it was earned, for the credential.
    pub narrative: Option<String>,
    /// Where that can be seen.
    pub evidence: Option<String>,
    /// The assertion whose place the new one takes, if it is a renewal.
    pub renews: Option<Uuid>,
    /// The status list that the credential has its entry in.
    pub status_list_url: String,
    /// The entry's index.
    pub status_index: usize,
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

/// How an award stands that is to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueuedAward {
    /// It will be made; until it begins it can be taken back.
    Waiting,
    /// It was given up.
    GivenUp,
}

/// A signed credential for a job.
#[derive(Clone, Debug)]
pub struct SignedJob {
    /// The credential.
    pub credential: String,
    /// Its address.
    pub credential_id: String,
    /// The badge, a row of `badges.achievement`.
    pub achievement_id: Uuid,
}

/// Claimed jobs: until this is committed or dropped, nobody else has them.
pub struct OpenBatch {
    transaction: PgTransaction<'static>,
    /// The jobs.
    pub jobs: Vec<JobRow>,
}

impl std::fmt::Debug for OpenBatch {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("OpenBatch").field("jobs", &self.jobs.len()).finish_non_exhaustive()
    }
}

fn read_job(row: &PgRow) -> Result<JobRow, StoreError> {
    let status_index: i32 = row.try_get("status_index")?;
    Ok(JobRow {
        job_id: row.try_get("job_id")?,
        attempts: row.try_get("attempts")?,
        course: super::course::read_course(row)?,
        user_id: row.try_get("user_id")?,
        email: row.try_get("email")?,
        recipient_id: row.try_get("recipient_id")?,
        occasion: row.try_get("occasion")?,
        provenance: row.try_get("provenance")?,
        narrative: row.try_get("narrative")?,
        evidence: row.try_get("evidence")?,
        renews: row.try_get("renews")?,
        status_list_url: row.try_get("status_list_url")?,
        status_index: usize::try_from(status_index).map_err(|_error: std::num::TryFromIntError| {
            StoreError::Damaged("badges.status_entry.status_index")
        })?,
    })
}

impl Store {
    /// Queues the first award of the course's badge for these learners, not before `run_at`; who was awarded before, or is queued, is
    /// passed over.
    ///
    /// One statement for each thousand, so that the first are awarded while the others are queued.
    ///
    /// # Errors
    /// [`StoreError`]; what was queued before it stays queued.
    pub async fn insert_jobs(
        &self,
        scene: JobScene<'_>,
        jobs: &[NewJob],
        run_at: Timestamp,
    ) -> Result<u64, StoreError> {
        let mut jobs: Vec<&NewJob> = jobs.iter().collect();
        jobs.sort_by(|one, other| one.user_id.cmp(&other.user_id));
        let mut queued = 0;
        for part in jobs.chunks(QUEUED_TOGETHER) {
            queued += self.insert_part(scene, part, run_at).await?;
            self.queued.notify_one();
        }
        Ok(queued)
    }

    async fn insert_part(
        &self,
        scene: JobScene<'_>,
        jobs: &[&NewJob],
        run_at: Timestamp,
    ) -> Result<u64, StoreError> {
        let queued = sqlx::query(
            "insert into lti.award_job (course_id, user_id, occasion, recipient_id, provenance, narrative, evidence, run_at)
             select $1, user_id, 'course', badges.register_recipient($2, $3, user_id, name, email), provenance, narrative, evidence,
                    to_timestamp($4)
             from unnest($5::text[], $6::text[], $7::text[], $8::jsonb[], $9::text[], $10::text[])
               as given (user_id, name, email, provenance, narrative, evidence)
             where not exists (select from lti.award a where a.course_id = $1 and a.user_id = given.user_id)
             on conflict on constraint award_job_once do nothing",
        )
        .bind(scene.course_id)
        .bind(scene.issuer_did)
        .bind(scene.platform)
        .bind(seconds(run_at))
        .bind(jobs.iter().map(|job| job.user_id.as_str()).collect::<Vec<_>>())
        .bind(jobs.iter().map(|job| job.name.as_deref()).collect::<Vec<_>>())
        .bind(jobs.iter().map(|job| job.email.as_deref()).collect::<Vec<_>>())
        .bind(jobs.iter().map(|job| &job.provenance).collect::<Vec<_>>())
        .bind(jobs.iter().map(|job| job.narrative.as_deref()).collect::<Vec<_>>())
        .bind(jobs.iter().map(|job| job.evidence.as_deref()).collect::<Vec<_>>())
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

    /// Lets the awards of a course that were given up be tried again; returns how many.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn revive_jobs(&self, course_id: Uuid, now: Timestamp) -> Result<u64, StoreError> {
        let revived = sqlx::query(
            "update lti.award_job set dead_at = null, attempts = 0, run_at = to_timestamp($2) where course_id = $1 and dead_at is not null",
        )
        .bind(course_id)
        .bind(seconds(now))
        .execute(&self.pool)
        .await?;
        Ok(revived.rows_affected())
    }

    /// Claims at most `size` jobs that are due, and an entry in a status list for each; `None` if none is due.
    ///
    /// Jobs of learners who were awarded in the meantime are dropped here, and so are renewals of what was renewed or revoked.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn begin_batch(
        &self,
        issuer_did: &str,
        status_lists: &str,
        size: u32,
        now: Timestamp,
    ) -> Result<Option<OpenBatch>, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let rows = sqlx::query(
            "with due as materialized (
               select job_id from lti.award_job where run_at <= to_timestamp($1) and dead_at is null order by run_at, job_id limit $2 for update skip locked
             ), done as (
               delete from lti.award_job j using due, lti.award a
               where j.job_id = due.job_id and a.course_id = j.course_id and a.user_id = j.user_id
                 and (j.renews is null or exists (select from badges.revocation r where r.assertion_id = j.renews)
                      or a.attempt > (select older.attempt from lti.award older where older.assertion_id = j.renews))
               returning j.job_id
             ), claimed as materialized (
               select j.*, row_number() over (order by j.job_id) as place
               from due join lti.award_job j using (job_id) where j.job_id not in (select job_id from done)
             ), entry as materialized (
               select e.* from badges.allocate_status_entries($3, $4, (select count(*) from claimed)::integer)
                 with ordinality e (status_list_url, status_index, place))
             select job_id, attempts, claimed.user_id, recipient_id, occasion, provenance, narrative, evidence, renews, status_list_url, status_index, r.email, c.*
             from claimed join entry using (place) join badges.recipient r using (recipient_id) join lti.course c using (course_id) order by job_id",
        )
        .bind(seconds(now))
        .bind(i64::from(size))
        .bind(issuer_did)
        .bind(status_lists)
        .fetch_all(&mut *transaction)
        .await?;
        let jobs = rows.iter().map(read_job).collect::<Result<Vec<_>, _>>()?;
        if jobs.is_empty() {
            transaction.commit().await?;
            return Ok(None);
        }
        Ok(Some(OpenBatch { transaction, jobs }))
    }

    /// Puts a job off that cannot be done now; `wait_seconds` from now it is due again, unless it failed `most_attempts` times.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn postpone_job(
        &self,
        job: &JobRow,
        reason: &str,
        now: Timestamp,
        wait_seconds: i64,
        most_attempts: i32,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "update lti.award_job set attempts = attempts + 1, last_error = $2, run_at = to_timestamp($3),
                    dead_at = case when attempts + 1 >= $4 then to_timestamp($5) end
             where job_id = $1",
        )
        .bind(job.job_id)
        .bind(reason)
        .bind(seconds(crate::clock::later(now, wait_seconds)))
        .bind(most_attempts)
        .bind(seconds(now))
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}

impl OpenBatch {
    /// Stores the signed credentials of all jobs and ends them: all of it or nothing. `signed` is in the order of the jobs.
    ///
    /// One statement, and another one if there are renewals. With `is_told` the learners are sent messages about it.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing was stored and every job is there still.
    pub async fn store(mut self, signed: &[SignedJob], is_told: bool) -> Result<(), StoreError> {
        let of = |pick: fn(&JobRow) -> &str| self.jobs.iter().map(pick).collect::<Vec<&str>>();
        sqlx::query(
            "with stored as (
               select s.ordinal, s.assertion_id from badges.store_assertions($1, $2, $3, $4, $5) s
             ), awarded as (
               insert into lti.award (course_id, user_id, attempt, assertion_id, credential_id, awarded_by)
               select course_id, user_id,
                      case when renews is null then 1
                           else (select max(a.attempt) + 1 from lti.award a where (a.course_id, a.user_id) = (given.course_id, given.user_id)) end,
                      assertion_id, credential_id, coalesce(provenance ->> 'awarded_by', 'rule')
               from stored join unnest($6::uuid[], $7::text[], $8::text[], $5, $10::uuid[]) with ordinality
                 as given (course_id, user_id, credential_id, provenance, renews, ordinal) using (ordinal)
             ), told as (
               insert into lti.message (kind, assertion_id) select 'awarded', assertion_id from stored where $11)
             delete from lti.award_job where job_id = any ($9)",
        )
        .bind(signed.iter().map(|one| one.credential.as_str()).collect::<Vec<_>>())
        .bind(self.jobs.iter().map(|job| job.recipient_id).collect::<Vec<_>>())
        .bind(signed.iter().map(|one| one.achievement_id).collect::<Vec<_>>())
        .bind(of(|job| &job.occasion))
        .bind(self.jobs.iter().map(|job| &job.provenance).collect::<Vec<_>>())
        .bind(self.jobs.iter().map(|job| job.course.course_id).collect::<Vec<_>>())
        .bind(of(|job| &job.user_id))
        .bind(signed.iter().map(|one| one.credential_id.as_str()).collect::<Vec<_>>())
        .bind(self.jobs.iter().map(|job| job.job_id).collect::<Vec<_>>())
        .bind(self.jobs.iter().map(|job| job.renews).collect::<Vec<_>>())
        .bind(is_told)
        .execute(&mut *self.transaction)
        .await?;
        self.supersede(signed).await?;
        Ok(self.transaction.commit().await?)
    }

    /// Lets each renewal take the place of what it renews. Where the issuer or the badge's address changed meanwhile, both stand.
    async fn supersede(&mut self, signed: &[SignedJob]) -> Result<(), StoreError> {
        let (older, newer): (Vec<Uuid>, Vec<&str>) = self
            .jobs
            .iter()
            .zip(signed)
            .filter_map(|(job, signed)| Some((job.renews?, signed.credential_id.as_str())))
            .unzip();
        if older.is_empty() {
            return Ok(());
        }
        sqlx::query(
            "select badges.supersede(older.assertion_id, newer.assertion_id)
             from unnest($1::uuid[], $2::text[]) as pair (older_id, newer_url)
               join badges.assertion older on older.assertion_id = pair.older_id
               join badges.assertion newer on newer.credential_id = pair.newer_url
             where (older.series_id, older.recipient_id) = (newer.series_id, newer.recipient_id)",
        )
        .bind(&older)
        .bind(&newer)
        .execute(&mut *self.transaction)
        .await?;
        Ok(())
    }
}
