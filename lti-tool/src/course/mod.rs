//! The instructor's pages: who has the badge ([`awards`], with its [`buttons`] and what came of them, [`asked`]), who is in the course ([`roster`], read by
//! [`reading`] and watched by [`watch`]), who earns the badge ([`rule`], in words by [`reason`]) and
//! why somebody has it ([`why`]), what a person decides ([`judgement`]) or records ([`facts`], from a [`list`]), many at once ([`bulk`], from a list [`recipients`], watched by [`progress`]), what ends when ([`expiry`]), the badge's [`column`] in the grade book, whom the list shows
//! ([`paging`], [`filter`]), what the badge is ([`badge`]).

pub mod asked;
pub mod awards;
pub mod badge;
pub mod bulk;
pub mod buttons;
pub mod column;
pub mod expiry;
pub mod explain;
pub mod export;
pub mod facts;
pub mod filter;
pub mod image;
pub mod judgement;
pub mod list;
pub mod paging;
pub mod progress;
pub mod reading;
pub mod reason;
pub mod recipients;
pub mod roster;
pub mod rule;
pub mod watch;
pub mod why;

use crate::{
    language::Language,
    session::Instructor,
    state::AppState,
    store::{
        StoreError,
        course::{BadgeTexts, CourseKey, CourseRow},
        queue::QueuedAward,
    },
};

/// An award that is to be made, in words.
fn queued_text(t: Language, queued: QueuedAward) -> String {
    t.text(match queued {
        QueuedAward::Waiting => "filter-queued",
        QueuedAward::GivenUp => "filter-given-up",
    })
}

/// The course of the session; its first visit gives it a badge, so that awarding needs no preparation.
///
/// # Errors
/// [`StoreError`].
pub async fn open_course(state: &AppState, instructor: &Instructor) -> Result<CourseRow, StoreError> {
    let session = instructor.session();
    let course =
        begin_course(state, instructor.course(), instructor.course_title(), &session.context_history).await?;
    // The sources of a copied course are asked without anybody saving a rule there.
    if let Some(url) = &session.memberships_url {
        state.store.update_memberships_url(course.course_id, url.as_str()).await?;
    }
    Ok(course)
}

/// The course, begun if it is new: with a copy of the badge of the course that it was copied from, if the platform names one of
/// `origins` (the latest first), and in any case without awards.
///
/// # Errors
/// [`StoreError`].
pub async fn begin_course(
    state: &AppState,
    key: CourseKey<'_>,
    title: &str,
    origins: &[String],
) -> Result<CourseRow, StoreError> {
    let defaults = badge::default_texts(title);
    if origins.is_empty() || state.store.find_course(key).await?.is_some() {
        return state.store.find_or_insert_course(key, title, &defaults).await;
    }
    let Some(origin) = state.store.find_origin(key, origins).await? else {
        return state.store.find_or_insert_course(key, title, &defaults).await;
    };
    let (texts, profile) = (copied_texts(&origin, &defaults), state.issuer_profile());
    let definition = |course: &CourseRow| Ok(badge::definition(course, &state.public_url, &profile)?.1);
    state.store.find_or_copy_course(key, title, texts, origin.course_id, &profile.id, definition).await
}

/// What the badge of a copied course says: what its origin's says, unless nobody ever wrote that one.
fn copied_texts<'a>(origin: &'a CourseRow, defaults: &'a BadgeTexts) -> &'a BadgeTexts {
    if origin.texts == badge::default_texts(&origin.title) { defaults } else { &origin.texts }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_badge_that_nobody_wrote_is_named_after_the_new_course() {
        let defaults = badge::default_texts("New");
        let course = |texts| CourseRow { title: "Old".to_owned(), texts, ..CourseRow::default() };
        assert_eq!(copied_texts(&course(badge::default_texts("Old")), &defaults), &defaults);
        let written = BadgeTexts { name_en: "Data".to_owned(), ..badge::default_texts("Old") };
        assert_eq!(copied_texts(&course(written.clone()), &defaults), &written);
    }
}
