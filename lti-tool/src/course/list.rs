//! A list that an instructor pastes, as [`super::recipients`] and [`super::facts`] take it: good rows count, bad rows come back with reasons.

use actix_web::web::Data;
use serde::Deserialize;
use uuid::Uuid;

use super::roster::{CourseRoster, Purpose, roster_of};
use crate::{
    award::AwardError, completion::csv::RefusedRow, error::Failure, language::Language,
    lti::membership::Learner, session::Instructor, state::AppState,
};

/// What the instructor sends.
#[derive(Debug, Deserialize)]
pub struct ListForm {
    pub(super) list: String,
}

/// The learners whom a list may name; `None` while nobody can tell who is in the course.
///
/// # Errors
/// [`AwardError::Roster`] if the platform does not answer, and what the database says.
pub(super) async fn learners(
    state: &Data<AppState>,
    instructor: &Instructor,
    course_id: Uuid,
) -> Result<Option<Vec<Learner>>, Failure> {
    match roster_of(state, instructor.session(), course_id, Purpose::Award).await? {
        CourseRoster::Known(roster) => Ok(Some(roster.learners)),
        CourseRoster::Failed(error) => Err(AwardError::Roster(error).into()),
        CourseRoster::Reading { .. } | CourseRoster::NotOffered => Ok(None),
    }
}

/// A row that was not taken, in words.
pub(super) fn refused_row(t: Language, row: &RefusedRow) -> String {
    t.with_texts("recipients-row", ("line", &row.line.to_string()), ("reason", &t.text(row.reason.key())))
}
