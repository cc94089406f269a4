//! The instructor's pages: who has the badge ([`awards`]), who is in the course ([`roster`]), what the badge is ([`badge`]).

pub mod awards;
pub mod badge;
pub mod image;
pub mod roster;

use crate::{
    session::Instructor,
    state::AppState,
    store::{StoreError, course::CourseRow},
};

/// The course of the session; its first visit gives it a badge, so that awarding needs no preparation.
///
/// # Errors
/// [`StoreError`].
pub async fn open_course(state: &AppState, instructor: &Instructor) -> Result<CourseRow, StoreError> {
    let title = instructor.course_title();
    state.store.find_or_insert_course(instructor.course(), title, &badge::default_texts(title)).await
}
