//! The progress of a roster that is being read.

use actix_web::{HttpResponse, web::Data};

use super::{
    open_course,
    progress::{self, ProgressPage},
};
use crate::{
    error::Failure, language::Language, session::Instructor, state::AppState, store::roster::RosterRow,
};

/// The page while `count` members are read.
pub(super) fn page(instructor: &Instructor, count: usize) -> ProgressPage {
    let session = instructor.session();
    ProgressPage {
        t: session.language,
        title: "reading-title",
        text: "reading-text",
        course_title: instructor.course_title().to_owned(),
        done: None,
        count: told(session.language, count),
        events: session.path("roster/events"),
        next: session.path("course?reading=1"),
        cancel_path: None,
    }
}

fn told(t: Language, count: usize) -> String {
    t.with_number("reading-count", "count", count)
}

/// `GET /s/{token}/roster/events`: `count` while the roster is read, `done` at its end, however it ends.
///
/// # Errors
/// [`Failure`] if this is no instructor's session.
pub async fn events(instructor: Instructor, state: Data<AppState>) -> Result<HttpResponse, Failure> {
    let course = open_course(&state, &instructor).await?;
    let t = instructor.session().language;
    Ok(progress::follow(async move || {
        let roster = state.store.find_roster(course.course_id).await.ok().flatten();
        let reading = roster.filter(RosterRow::is_reading)?;
        Some(told(t, usize::try_from(reading.read_count).unwrap_or(0)))
    }))
}
