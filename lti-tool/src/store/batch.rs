//! Jobs of the queue in a worker's hands: claimed, signed, stored and ended in one transaction.
//!
//! A claimed row is locked by its transaction and no other mark: a replica that dies lets go of it by dying. No library is used, because a
//! queue that is not in our transaction cannot promise that.

use serde_json::Value;
use sqlx::{PgTransaction, Row, postgres::PgRow};
use uuid::Uuid;

use super::{Store, StoreError, course::CourseRow};

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
    attempt: i32,
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
        attempt: row.try_get("attempt")?,
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
    ) -> Result<Option<OpenBatch>, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let rows = sqlx::query(
            "with due as materialized (
               select job_id from lti.award_job where run_at <= now() and dead_at is null order by run_at, job_id limit $1 for update skip locked
             ), done as (
               delete from lti.award_job j using due, lti.award a
               where j.job_id = due.job_id and a.course_id = j.course_id and a.user_id = j.user_id
                 and case when j.renews is null then a.attempt >= j.attempt
                          else exists (select from badges.revocation r where r.assertion_id = j.renews)
                            or a.attempt > (select older.attempt from lti.award older where older.assertion_id = j.renews) end
               returning j.job_id
             ), claimed as materialized (
               select j.*, row_number() over (order by j.job_id) as place
               from due join lti.award_job j using (job_id) where j.job_id not in (select job_id from done)
             ), entry as materialized (
               select e.* from badges.allocate_status_entries($2, $3, (select count(*) from claimed)::integer)
                 with ordinality e (status_list_url, status_index, place))
             select job_id, attempts, claimed.user_id, recipient_id, occasion, claimed.attempt, provenance, narrative, evidence, renews, status_list_url, status_index, r.email, c.*
             from claimed join entry using (place) join badges.recipient r using (recipient_id) join lti.course c using (course_id) order by job_id",
        )
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
        wait_seconds: u32,
        most_attempts: i32,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "update lti.award_job set attempts = attempts + 1, last_error = $2, run_at = now() + $3 * interval '1 second',
                    dead_at = case when attempts + 1 >= $4 then now() end
             where job_id = $1",
        )
        .bind(job.job_id)
        .bind(reason)
        .bind(f64::from(wait_seconds))
        .bind(most_attempts)
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
                      case when renews is null then given.attempt
                           else (select max(a.attempt) + 1 from lti.award a where (a.course_id, a.user_id) = (given.course_id, given.user_id)) end,
                      assertion_id, credential_id, coalesce(provenance ->> 'awarded_by', 'rule')
               from stored join unnest($6::uuid[], $7::text[], $8::text[], $5, $10::uuid[], $12::integer[]) with ordinality
                 as given (course_id, user_id, credential_id, provenance, renews, attempt, ordinal) using (ordinal)
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
        .bind(self.jobs.iter().map(|job| job.attempt).collect::<Vec<_>>())
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
