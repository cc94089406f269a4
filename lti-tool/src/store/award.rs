//! Awards: `lti.award` and the assertions behind it. Storing one is a transaction of its own; a unique key makes it happen once.

use openbadges::time::Timestamp;
use serde_json::Value;
use sqlx::{PgTransaction, Row, postgres::PgRow};
use uuid::Uuid;

use super::{Store, StoreError};

/// An award of a course, revoked or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwardRow {
    /// The assertion in schema badges.
    pub assertion_id: Uuid,
    /// URL of the credential.
    pub credential_id: String,
    /// The learner at the platform.
    pub user_id: String,
    /// Their name when they were awarded, if told.
    pub display_name: Option<String>,
    /// When.
    pub awarded_at: Timestamp,
    /// When it ends, if ever.
    pub valid_until: Option<Timestamp>,
    /// Whether a renewal has taken its place.
    pub is_superseded: bool,
    /// Why it was revoked, if it was.
    pub revocation_reason: Option<String>,
    /// The title of the course.
    pub course_title: String,
    /// Our id of the course.
    pub course_id: Uuid,
}

/// Whom to award, and for which badge.
#[derive(Clone, Copy, Debug)]
pub struct NewAward<'a> {
    /// The course.
    pub course_id: Uuid,
    /// The badge, a row of `badges.achievement`.
    pub achievement_id: Uuid,
    /// Who awards.
    pub issuer_did: &'a str,
    /// The address below which the issuer's status lists are published.
    pub status_lists: &'a str,
    /// The platform's name in `badges.recipient`.
    pub platform: &'a str,
    /// The learner at the platform.
    pub user_id: &'a str,
    /// Their name, if told.
    pub display_name: Option<&'a str>,
    /// Their address, if told.
    pub email: Option<&'a str>,
    /// The instructor at the platform.
    pub awarded_by: &'a str,
}

/// What comes of beginning an award.
#[derive(Debug)]
pub enum Beginning<'a> {
    /// It is begun.
    Open(Box<OpenAward<'a>>),
    /// The learner has this badge already.
    Held,
    /// It is queued: it keeps its time, in which it can be taken back.
    Queued,
}

/// An award begun: the learner is registered and nobody else can award the same until this is finished or dropped.
pub struct OpenAward<'a> {
    transaction: PgTransaction<'static>,
    new: NewAward<'a>,
    attempt: i32,
    /// The recipient in schema badges.
    pub recipient_id: Uuid,
    /// The status list that the credential has its entry in.
    pub status_list_url: String,
    /// The entry's index, taken at random.
    pub status_index: usize,
}

impl std::fmt::Debug for OpenAward<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("OpenAward").field("attempt", &self.attempt).finish_non_exhaustive()
    }
}

pub(super) fn read_award(row: &PgRow) -> Result<AwardRow, StoreError> {
    let awarded_at: i64 = row.try_get("awarded_at_seconds")?;
    Ok(AwardRow {
        assertion_id: row.try_get("assertion_id")?,
        credential_id: row.try_get("credential_id")?,
        user_id: row.try_get("user_id")?,
        display_name: row.try_get("display_name")?,
        awarded_at: Timestamp::from_unix_seconds(awarded_at),
        valid_until: row.try_get::<Option<i64>, _>("valid_until_seconds")?.map(Timestamp::from_unix_seconds),
        is_superseded: row.try_get("is_superseded")?,
        revocation_reason: row.try_get("reason")?,
        course_title: row.try_get("title")?,
        course_id: row.try_get("course_id")?,
    })
}

impl Store {
    /// Begins an award and takes its entry in a status list, unless the learner has this badge already or it is queued. Two statements.
    ///
    /// The lock on the course and the learner makes a second award of the same wait and then find the first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn begin_award<'a>(&self, new: NewAward<'a>) -> Result<Beginning<'a>, StoreError> {
        let mut transaction = self.pool.begin().await?;
        sqlx::query("select pg_advisory_xact_lock(hashtextextended($1::text || ' ' || $2, 0))")
            .bind(new.course_id)
            .bind(new.user_id)
            .execute(&mut *transaction)
            .await?;
        let row = sqlx::query(
            "with had as materialized (
               select coalesce(max(a.attempt), 0) + 1 as attempt, coalesce(bool_or(r.assertion_id is null), false) as is_held
               from lti.award a left join badges.revocation r using (assertion_id) where (a.course_id, a.user_id) = ($1, $2)
             ), stands as materialized (
               select attempt, is_held, exists (select from lti.award_job j where (j.course_id, j.user_id) = ($1, $2)
                                                and j.renews is null and j.attempt >= had.attempt) as is_queued from had)
             select attempt, is_held, is_queued, recipient_id, (entry).status_list_url, (entry).status_index
             from stands left join lateral (
               select badges.register_recipient($3, $4, $2, $5, $6) as recipient_id, badges.allocate_status_entry($3, $7) as entry
               where not is_held and not is_queued offset 0) begun on true",
        )
        .bind(new.course_id)
        .bind(new.user_id)
        .bind(new.issuer_did)
        .bind(new.platform)
        .bind(new.display_name)
        .bind(new.email)
        .bind(new.status_lists)
        .fetch_one(&mut *transaction)
        .await?;
        if row.try_get("is_held")? {
            return Ok(Beginning::Held);
        }
        if row.try_get("is_queued")? {
            return Ok(Beginning::Queued);
        }
        let status_index: i32 = row.try_get("status_index")?;
        Ok(Beginning::Open(Box::new(OpenAward {
            transaction,
            new,
            attempt: row.try_get("attempt")?,
            recipient_id: row.try_get("recipient_id")?,
            status_list_url: row.try_get("status_list_url")?,
            status_index: usize::try_from(status_index).map_err(|_error: std::num::TryFromIntError| {
                StoreError::Damaged("badges.status_entry.status_index")
            })?,
        })))
    }

    /// All awards of a course, the newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_awards(&self, course_id: Uuid) -> Result<Vec<AwardRow>, StoreError> {
        let rows = sqlx::query(
            "select a.*, extract(epoch from a.awarded_at)::bigint as awarded_at_seconds, recipient.display_name, revocation.reason, course.title,
                    extract(epoch from assertion.valid_until)::bigint as valid_until_seconds,
                    exists (select from badges.renewal n where n.assertion_id = a.assertion_id) as is_superseded
             from lti.award a join lti.course using (course_id) join badges.assertion using (assertion_id)
               join badges.recipient using (recipient_id) left join badges.revocation using (assertion_id)
             where a.course_id = $1 order by a.awarded_at desc, a.user_id, a.attempt desc",
        )
        .bind(course_id)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(read_award).collect()
    }

    /// Revokes an award of the course, with everything that it renewed, also what the learner had before their name was erased; and wishes its
    /// score back. `false` if it is not one of its awards, or was revoked before. With `is_told` the learner is sent a message about it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn revoke_award(
        &self,
        course_id: Uuid,
        assertion_id: Uuid,
        reason: &str,
        is_told: bool,
    ) -> Result<bool, StoreError> {
        let revoked: i64 = sqlx::query_scalar(
            "with chain (assertion_id) as (
               select older.assertion_id from lti.award named join lti.award older using (course_id, user_id)
               where named.course_id = $1 and named.assertion_id = $2 and older.attempt <= named.attempt
             ), revoked as materialized (
               select user_id, badges.revoke(assertion_id, $3) from lti.award where course_id = $1
                 and assertion_id in (select assertion_id from chain)
                 and not exists (select from badges.revocation r where r.assertion_id = award.assertion_id)
             ), taken_back as (
               update lti.score s set is_given = false, wish = wish + 1, tries = 0, try_at = now(), is_written = false, problem = null
               from revoked where s.course_id = $1 and s.user_id = revoked.user_id
             ), told as (
               insert into lti.message (kind, assertion_id) select 'revoked', $2 where $4 and exists (select from revoked) on conflict do nothing)
             select count(*) from revoked",
        )
        .bind(course_id)
        .bind(assertion_id)
        .bind(reason)
        .bind(is_told)
        .fetch_one(&self.pool)
        .await?;
        Ok(revoked > 0)
    }
}

impl OpenAward<'_> {
    /// What tells this award from another of the same badge to the same person: "course", and after a revocation "course 2".
    #[must_use]
    pub fn occasion(&self) -> String {
        if self.attempt == 1 { "course".to_owned() } else { format!("course {}", self.attempt) }
    }

    /// Stores the signed credential and ends the award; `None` if the database has one for the same occasion already.
    ///
    /// With `is_told` the learner is sent a message about it.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing was stored.
    pub async fn store(
        mut self,
        credential: &str,
        credential_id: &str,
        provenance: &Value,
        is_told: bool,
    ) -> Result<Option<Uuid>, StoreError> {
        let stored = sqlx::query_scalar(
            "with stored as materialized (select badges.store_assertion($1, $2, $3, $4, $5) as assertion_id
             ), told as (insert into lti.message (kind, assertion_id) select 'awarded', assertion_id from stored where $11)
             insert into lti.award (course_id, user_id, attempt, assertion_id, credential_id, awarded_by)
             select $6, $7, $8, assertion_id, $9, $10 from stored returning assertion_id",
        )
        .bind(credential)
        .bind(self.recipient_id)
        .bind(self.new.achievement_id)
        .bind(self.occasion())
        .bind(provenance)
        .bind(self.new.course_id)
        .bind(self.new.user_id)
        .bind(self.attempt)
        .bind(credential_id)
        .bind(self.new.awarded_by)
        .bind(is_told)
        .fetch_one(&mut *self.transaction)
        .await;
        match stored {
            Ok(assertion_id) => {
                self.transaction.commit().await?;
                Ok(Some(assertion_id))
            }
            Err(error) if StoreError::is_unique_violation(&error) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}
