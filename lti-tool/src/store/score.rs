//! `lti.score`: what has to be told to the platforms' grade books. Triggers write the wishes; here they are worked off.

use std::sync::Arc;

use openbadges::time::Timestamp;
use sqlx::{Row, postgres::PgRow};
use uuid::Uuid;

use super::{Store, StoreError, platform::read_platform, seconds};
use crate::platform::Platform;

/// A wish that this replica works on; nobody else does before its time is up.
#[derive(Clone, Debug)]
pub struct DueScore {
    /// The course.
    pub course_id: Uuid,
    /// The learner at the platform.
    pub user_id: String,
    /// The column.
    pub line_item_url: String,
    /// The full score, or none.
    pub is_given: bool,
    /// How often it was tried, this time included.
    pub tries: i32,
    /// The moment that was last told to the platform.
    pub told_at: Option<Timestamp>,
    /// Whose grade book.
    pub platform: Arc<Platform>,
    wish: i32,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScoreOutcome {
    /// The platform has it.
    Written {
        /// The moment that it was told.
        told_at: Timestamp,
    },
    /// To be tried again.
    Later {
        /// Not before this.
        try_at: Timestamp,
    },
    /// Not to be tried again before the wish changes.
    Problem(ScoreProblem),
}

/// Why a score is given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScoreProblem {
    /// The platform does not grade this person.
    Ungradable,
    /// The column is gone.
    NoLineItem,
    /// The platform refused too often.
    Refused,
}

impl ScoreProblem {
    fn as_str(self) -> &'static str {
        match self {
            Self::Ungradable => "ungradable",
            Self::NoLineItem => "no_line_item",
            Self::Refused => "refused",
        }
    }
}

/// How the grade book of a course is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ScoreCount {
    /// Scores that are on their way.
    pub waiting: i64,
    /// Scores that were given up.
    pub failed: i64,
}

impl Store {
    /// Takes up to `limit` wishes that are due for `lease_seconds`, after which others may try.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn claim_due_scores(
        &self,
        limit: i64,
        now: Timestamp,
        lease_seconds: f64,
    ) -> Result<Vec<DueScore>, StoreError> {
        let rows = sqlx::query(
            "with due as (
               select course_id, user_id, line_item_url from lti.score where not is_written and problem is null and try_at <= to_timestamp($1)
               order by try_at limit $2 for update skip locked
             ), claimed as (
               update lti.score s set tries = s.tries + 1, try_at = to_timestamp($1 + $3) from due
               where (s.course_id, s.user_id, s.line_item_url) = (due.course_id, due.user_id, due.line_item_url)
               returning s.*, extract(epoch from s.told_at)::bigint as told_at_seconds
             )
             select claimed.course_id, user_id, line_item_url, is_given, wish, tries, told_at_seconds, registration.*
             from claimed join lti.course using (course_id) join lti.registration using (registration_id)
             where registration.status = 'active'",
        )
        .bind(seconds(now))
        .bind(limit)
        .bind(lease_seconds)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(read_due).collect()
    }

    /// Notes what came of a wish; if it has changed meanwhile, only what the platform was told.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn settle_score(&self, score: &DueScore, outcome: ScoreOutcome) -> Result<(), StoreError> {
        let (told_at, try_at, problem) = match outcome {
            ScoreOutcome::Written { told_at } => (Some(told_at), None, None),
            ScoreOutcome::Later { try_at } => (None, Some(try_at), None),
            ScoreOutcome::Problem(problem) => (None, None, Some(problem.as_str())),
        };
        sqlx::query(
            "update lti.score set told_at = coalesce(to_timestamp($4), told_at),
               is_written = case when wish = $5 then $4::float8 is not null else is_written end,
               try_at = case when wish = $5 then coalesce(to_timestamp($6), try_at) else try_at end,
               problem = case when wish = $5 then $7 else problem end
             where course_id = $1 and user_id = $2 and line_item_url = $3",
        )
        .bind(score.course_id)
        .bind(&score.user_id)
        .bind(&score.line_item_url)
        .bind(told_at.map(seconds))
        .bind(score.wish)
        .bind(try_at.map(seconds))
        .bind(problem)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// How many scores of the course wait, and how many were given up.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn count_scores(&self, course_id: Uuid) -> Result<ScoreCount, StoreError> {
        let row = sqlx::query(
            "select count(*) filter (where not is_written and problem is null and tries > 1) as waiting,
                    count(*) filter (where problem is not null) as failed
             from lti.score where course_id = $1",
        )
        .bind(course_id)
        .fetch_one(&self.pool)
        .await?;
        Ok(ScoreCount { waiting: row.try_get("waiting")?, failed: row.try_get("failed")? })
    }
}

fn read_due(row: &PgRow) -> Result<DueScore, StoreError> {
    Ok(DueScore {
        course_id: row.try_get("course_id")?,
        user_id: row.try_get("user_id")?,
        line_item_url: row.try_get("line_item_url")?,
        is_given: row.try_get("is_given")?,
        tries: row.try_get("tries")?,
        told_at: row.try_get::<Option<i64>, _>("told_at_seconds")?.map(Timestamp::from_unix_seconds),
        platform: read_platform(row)?,
        wish: row.try_get("wish")?,
    })
}

#[cfg(test)]
pub(crate) fn sample(tries: i32) -> DueScore {
    DueScore {
        course_id: Uuid::nil(),
        user_id: "4".to_owned(),
        line_item_url: "https://lms.example/lineitem".to_owned(),
        is_given: true,
        tries,
        told_at: None,
        platform: crate::session::tests::sample().platform,
        wish: 1,
    }
}
