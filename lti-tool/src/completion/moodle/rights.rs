//! Whether Moodle lets the token call what readings need: looked at when a token is kept, every day, and soon after a reading was refused.
//!
//! Each function is called for a course that there is not. Moodle looks at the token, its service and its user before it looks for the
//! course, so that a refusal tells of a right, and nobody's record is read. What the user may see in a course only a reading shows.

use openbadges::completion::Obstacle;
use serde_json::Value;

use super::{ACTIVITIES, MoodleClient, MoodleError, STATUS, obstacle, open_token};
use crate::{
    clock::later,
    state::AppState,
    store::{
        StoreError,
        moodle::{MoodleCheckRow, Refusals},
    },
};

/// Between two looks.
const DAY_SECONDS: i64 = 86_400;
/// Until the next look if Moodle does not answer, or whoever looks dies.
const AGAIN_SECONDS: u32 = 3600;

/// Asks whether each function may be called.
///
/// # Errors
/// [`MoodleError`] if Moodle does not tell.
pub async fn refusals(client: &MoodleClient<'_>) -> Result<Refusals, MoodleError> {
    let mut refusals = Refusals::new();
    for function in [STATUS, ACTIVITIES] {
        let nowhere = [("courseid", "0"), ("userid", "0")];
        let Err(error) = client.call::<Value>(function, &nowhere).await else { continue };
        let is_right = obstacle(&error) == Some(Obstacle::NotAllowed);
        match error {
            MoodleError::Refused(code) if is_right => {
                refusals.insert(function.to_owned(), code);
            }
            // It went as far as looking for the course.
            MoodleError::Refused(_) => {}
            error => return Err(error),
        }
    }
    Ok(refusals)
}

/// Looks at the token that has been due longest; `false` if none is due.
///
/// # Errors
/// [`StoreError`].
pub async fn check_due(state: &AppState) -> Result<bool, StoreError> {
    let now = state.clock.now();
    let Some(due) = state.store.claim_moodle_check(now, AGAIN_SECONDS).await? else { return Ok(false) };
    let refusals = match look(state, &due).await {
        Some(Ok(refusals)) => refusals,
        Some(Err(error)) => {
            tracing::warn!(platform = due.issuer, reason = %error, "rights of the token cannot be checked now");
            return Ok(true);
        }
        None => {
            tracing::warn!(platform = due.issuer, "the token cannot be opened");
            return Ok(true);
        }
    };
    finish(state, &due, &refusals).await?;
    Ok(true)
}

async fn finish(state: &AppState, due: &MoodleCheckRow, refusals: &Refusals) -> Result<(), StoreError> {
    if !refusals.is_empty() {
        tracing::warn!(platform = due.issuer, ?refusals, "Moodle refuses what readings need");
    }
    let now = state.clock.now();
    state.store.finish_moodle_check(due, refusals, now, later(now, DAY_SECONDS)).await
}

async fn look(state: &AppState, due: &MoodleCheckRow) -> Option<Result<Refusals, MoodleError>> {
    let token = open_token(state, due.registration_id, &due.sealed)?;
    let client = MoodleClient::new(&state.outbound, &due.issuer, token)?;
    Some(refusals(&client).await)
}
