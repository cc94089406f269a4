//! Canvas Live Events: what Canvas tells by itself, signed, the moment it happens.
//!
//! [`receiver`] takes the events and keeps the last word about each person; this source lays it beside the roster. An event names course and
//! person by Canvas's numbers: a course's is told by its launches, a person's by theirs, or by the API where a key for it is kept
//! ([`super::canvas`]). Events can be lost and come in any order, so that an older one never undoes a newer one, and only what events
//! said since they were switched on is known. Of modules Canvas tells how they are built, not who has done them; that is in the progress.

pub mod receiver;
mod wire;

pub use receiver::{JWKS_URL, PATH};

use openbadges::completion::{Obstacle, Source};

use super::{CompletionSource, ReadError, Reading, canvas, learners};
use crate::{
    state::AppState,
    store::completion::{DueSource, SeenFact},
};

/// How the column of an assignment is named in a rule, before Canvas's number of it.
pub const ASSIGNMENT: &str = "canvas-assignment-";
/// How having handed in an assignment is named in a rule, before Canvas's number of it.
pub const SUBMISSION: &str = "canvas-submission-";

/// The source.
#[derive(Clone, Copy, Debug)]
pub struct CanvasEvents;

impl CompletionSource for CanvasEvents {
    const SOURCE: Source = Source::CanvasEvents;
    const MEANING: &'static str = "source-canvas-events-meaning";
    const NEEDS: &'static str = "source-canvas-events-needs";

    async fn read(state: &AppState, due: &DueSource) -> Result<Reading, ReadError> {
        let is_on = state.store.find_canvas_stream(due.platform.registration_id).await?.is_some();
        if !is_on || !state.store.has_canvas_number(due.course.course_id).await? {
            return Err(ReadError::NotConfigured);
        }
        let roster = learners(state, due, None).await?;
        let numbers = canvas::known_numbers(state, due, &roster.learners).await?;
        let told = state.store.list_canvas_event_facts(due.course.course_id).await?;
        let mut reading = Reading { learners: roster.learners, is_cut: roster.is_cut, ..Reading::default() };
        for learner in &reading.learners {
            let Some(number) = numbers.get(&learner.user_id) else { continue };
            let seen = |fact| SeenFact { user_id: learner.user_id.clone(), fact };
            reading.facts.extend(told.get(number).into_iter().flatten().cloned().map(seen));
            reading.looked_at.push(learner.user_id.clone());
        }
        if reading.looked_at.is_empty() && !reading.learners.is_empty() {
            // Nobody has come yet, and nobody can be asked who is who.
            reading.obstacle = Some(Obstacle::NotConfigured);
        }
        Ok(reading)
    }
}

#[cfg(test)]
mod tests;
