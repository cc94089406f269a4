//! A learner comes through the restricted link: the claim to have completed, if the platform confirms that the link is restricted.
//!
//! The launch alone proves nothing, because the tool cannot see whether a link is restricted. So it only hastens the question
//! that [`super::roster`] asks anyway, and the learner is awarded within seconds. On an open link the roster says so, nobody is awarded, and both
//! pages explain it.

use openbadges::completion::Source;
use uuid::Uuid;

use super::{CompletionSource, ReadError, Reading, roster::Roster};
use crate::{
    state::AppState,
    store::{StoreError, completion::DueSource},
};

/// The source.
#[derive(Clone, Copy, Debug)]
pub struct Gate;

impl CompletionSource for Gate {
    const SOURCE: Source = Source::RestrictedLink;
    const MEANING: &'static str = "source-gate-meaning";
    const NEEDS: &'static str = "source-gate-needs";

    async fn read(state: &AppState, due: &DueSource) -> Result<Reading, ReadError> {
        Roster::read(state, due).await
    }
}

/// A learner launched: the course's sources are asked about them as soon as may be.
///
/// # Errors
/// [`StoreError`].
pub async fn knock(state: &AppState, course_id: Uuid, user_id: &str) -> Result<(), StoreError> {
    state.store.hasten_sources(course_id, Some(user_id), state.clock.now()).await
}
