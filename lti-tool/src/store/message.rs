//! `lti.message`: e-mails to be sent, each once.
//!
//! A row is written in the transaction of what it tells. Claiming it is a lease; after [`Store::begin_message`] it is never claimed again,
//! so that a message may be lost when a replica dies in that second, and is never sent twice.

use openbadges::time::Timestamp;
use sqlx::{Row, postgres::PgRow};
use uuid::Uuid;

use super::{Store, StoreError, course::CourseRow, seconds};

/// What a message tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageKind {
    /// A badge was awarded.
    Awarded,
    /// A badge ends soon.
    Expiring,
    /// A badge was revoked.
    Revoked,
}

impl MessageKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Awarded, Self::Expiring, Self::Revoked];

    /// The name in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Awarded => "awarded",
            Self::Expiring => "expiring",
            Self::Revoked => "revoked",
        }
    }
}

/// A message that is claimed.
#[derive(Clone, Debug)]
pub struct DueMessage {
    /// Its number.
    pub message_id: i64,
    /// How often it was claimed, this time included.
    pub attempts: i32,
    /// What it says and to whom; `None` if the award is gone.
    pub news: Option<NewsRow>,
}

/// What a message says.
#[derive(Clone)]
pub struct NewsRow {
    /// What happened.
    pub kind: MessageKind,
    /// The learner's address, if known.
    pub email: Option<String>,
    /// Their name, if known.
    pub name: Option<String>,
    /// The language of their last session, if one is remembered.
    pub language: Option<String>,
    /// The course and its badge.
    pub course: CourseRow,
    /// The badge's address.
    pub credential_id: String,
    /// When it was awarded.
    pub awarded_at: Timestamp,
    /// When it ends, if ever.
    pub valid_until: Option<Timestamp>,
    /// Why it was revoked, if it was.
    pub revocation_reason: Option<String>,
    /// Whether a renewal has taken its place.
    pub is_superseded: bool,
}

impl std::fmt::Debug for NewsRow {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("NewsRow").field("kind", &self.kind).finish_non_exhaustive()
    }
}

fn read_news(row: &PgRow) -> Result<NewsRow, StoreError> {
    let kind: &str = row.try_get("kind")?;
    let kind = MessageKind::ALL.into_iter().find(|known| known.as_str() == kind);
    Ok(NewsRow {
        kind: kind.ok_or(StoreError::Damaged("lti.message.kind"))?,
        email: row.try_get("email")?,
        name: row.try_get("display_name")?,
        language: row.try_get("language")?,
        course: super::course::read_course(row)?,
        credential_id: row.try_get("credential_id")?,
        awarded_at: Timestamp::from_unix_seconds(row.try_get("awarded_at_seconds")?),
        valid_until: row.try_get::<Option<i64>, _>("valid_until_seconds")?.map(Timestamp::from_unix_seconds),
        revocation_reason: row.try_get("reason")?,
        is_superseded: row.try_get("is_superseded")?,
    })
}

impl Store {
    /// Claims the message that has been due longest, for `lease_seconds`; `None` if none is due.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn claim_message(
        &self,
        now: Timestamp,
        lease_seconds: u32,
    ) -> Result<Option<DueMessage>, StoreError> {
        let row = sqlx::query(
            "with due as materialized (
               select message_id from lti.message where begun_at is null and ended_at is null and run_at <= to_timestamp($1)
               order by run_at, message_id limit 1 for update skip locked
             ), claimed as materialized (
               update lti.message m set attempts = attempts + 1, run_at = to_timestamp($1) + $2::bigint * interval '1 second'
               from due where m.message_id = due.message_id returning m.message_id, m.attempts, m.kind, m.assertion_id
             )
             select claimed.message_id, claimed.attempts, claimed.kind, a.credential_id is not null as is_known, a.credential_id,
                    extract(epoch from a.awarded_at)::bigint as awarded_at_seconds, extract(epoch from s.valid_until)::bigint as valid_until_seconds,
                    r.email, r.display_name, v.reason, c.*,
                    exists (select from badges.renewal n where n.assertion_id = claimed.assertion_id) as is_superseded,
                    (select u.language from lti.session u where u.registration_id = c.registration_id and u.user_id = a.user_id
                     order by u.expires_at desc limit 1) as language
             from claimed left join (lti.award a join badges.assertion s using (assertion_id) join lti.course c using (course_id)
                join badges.recipient r using (recipient_id) left join badges.revocation v using (assertion_id))
               on a.assertion_id = claimed.assertion_id",
        )
        .bind(seconds(now))
        .bind(i64::from(lease_seconds))
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let is_known: bool = row.try_get("is_known")?;
        Ok(Some(DueMessage {
            message_id: row.try_get("message_id")?,
            attempts: row.try_get("attempts")?,
            news: is_known.then(|| read_news(&row)).transpose()?,
        }))
    }

    /// Marks a message as being sent: nobody claims it any more. `false` if somebody else did that first.
    ///
    /// # Errors
    /// [`StoreError`]; then it must not be sent.
    pub async fn begin_message(&self, message_id: i64, now: Timestamp) -> Result<bool, StoreError> {
        let begun = sqlx::query(
            "update lti.message set begun_at = to_timestamp($2) where message_id = $1 and begun_at is null and ended_at is null",
        )
        .bind(message_id)
        .bind(seconds(now))
        .execute(&self.pool)
        .await?;
        Ok(begun.rows_affected() == 1)
    }

    /// Ends a message: it was sent, or `problem` says why not.
    ///
    /// # Errors
    /// [`StoreError`]; then it is not sent again either.
    pub async fn end_message(
        &self,
        message_id: i64,
        problem: Option<&str>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query("update lti.message set ended_at = to_timestamp($3), problem = $2 where message_id = $1")
            .bind(message_id)
            .bind(problem)
            .bind(seconds(now))
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Puts a message off that the mail server surely did not take.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn postpone_message(
        &self,
        message_id: i64,
        problem: &str,
        run_at: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "update lti.message set begun_at = null, problem = $2, run_at = to_timestamp($3) where message_id = $1",
        )
        .bind(message_id)
        .bind(problem)
        .bind(seconds(run_at))
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Wishes for a message about each badge that ends by `until`, but not in the first week after its award; returns how many are new.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn insert_expiring_messages(
        &self,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<u64, StoreError> {
        let wished = sqlx::query(
            "insert into lti.message (kind, assertion_id)
             select 'expiring', assertion_id from badges.assertion s join lti.award a using (assertion_id)
             where s.valid_until between to_timestamp($1) and to_timestamp($2) and a.awarded_at <= to_timestamp($1) - interval '7 days'
               and not exists (select from badges.revocation r where r.assertion_id = s.assertion_id)
               and not exists (select from badges.renewal n where n.assertion_id = s.assertion_id)
               and not exists (select from lti.message m where m.kind = 'expiring' and m.assertion_id = s.assertion_id)
             order by assertion_id on conflict do nothing",
        )
        .bind(seconds(now))
        .bind(seconds(until))
        .execute(&self.pool)
        .await?;
        Ok(wished.rows_affected())
    }

    /// Gives up what was being sent when its replica died; returns the messages' award ids, of which nobody knows whether they arrived.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_interrupted_messages(
        &self,
        begun_before: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<Uuid>, StoreError> {
        let ended = sqlx::query_scalar(
            "update lti.message set ended_at = to_timestamp($2), problem = 'interrupted'
             where begun_at < to_timestamp($1) and ended_at is null returning assertion_id",
        )
        .bind(seconds(begun_before))
        .bind(seconds(now))
        .fetch_all(&self.pool);
        Ok(ended.await?)
    }
}
