//! Canvas's number of each learner: what is remembered, and the others asked for.
//!
//! Whom Canvas does not know is asked for ever more rarely, because each is a request of their own, and at once when they launch
//! ([`crate::completion::gate::knock`]).

use std::collections::HashMap;

use futures_util::stream::{self, StreamExt as _};
use openbadges::time::Timestamp;

use super::{CanvasError, client::CanvasClient, wire::UserWire};
use crate::{
    clock::later,
    completion::ReadError,
    lti::membership::Learner,
    state::AppState,
    store::{canvas::StrangerRow, completion::DueSource},
};

/// People whose number Canvas is asked for at the same time.
const AT_ONCE: usize = 4;
/// How long somebody is left alone whom Canvas did not know once.
const FIRST_SECONDS: i64 = 900;
/// The longest that somebody is left alone: a week.
const LONGEST_SECONDS: i64 = 7 * 86_400;

/// Canvas's number of each learner, as far as it knows them. Whom it does not know is left alone for a while.
pub(super) async fn numbers(
    state: &AppState,
    due: &DueSource,
    client: &CanvasClient<'_>,
    course: &str,
    learners: &[Learner],
) -> Result<HashMap<String, i64>, ReadError> {
    let ids: Vec<&str> = learners.iter().map(|learner| learner.user_id.as_str()).collect();
    let mut known = state.store.list_canvas_users(due.platform.registration_id, &ids).await?;
    let unknown: Vec<&str> = ids.into_iter().filter(|id| is_plain(id) && !known.contains_key(*id)).collect();
    if unknown.is_empty() {
        return Ok(known);
    }
    let strangers = state.store.list_canvas_strangers(due.course.course_id, &unknown).await?;
    let now = state.clock.now();
    let is_due = |id: &str| strangers.get(id).is_none_or(|stranger| stranger.ask_at <= now);
    let due_ids: Vec<String> = unknown.into_iter().filter(|id| is_due(id)).map(str::to_owned).collect();
    let looks = due_ids.into_iter().map(|id| look(client, course, id));
    let mut answers = std::pin::pin!(stream::iter(looks).buffered(AT_ONCE));
    let (mut found, mut missed, mut failure) = (Vec::new(), Vec::new(), None);
    while let Some((id, answer)) = answers.next().await {
        match answer {
            Ok(Some(number)) => found.push(number),
            Ok(None) => {
                let stranger = again(state, strangers.get(&id), now);
                missed.push((id, stranger));
            }
            Err(error) => {
                failure = Some(error);
                break;
            }
        }
    }
    // What was learned before Canvas asked to wait need not be asked again.
    if !found.is_empty() {
        state.store.insert_canvas_users(due.platform.registration_id, &found).await?;
    }
    if !missed.is_empty() {
        state.store.update_canvas_strangers(due.course.course_id, &missed).await?;
    }
    known.extend(found);
    failure.map_or(Ok(known), |error| Err(error.into()))
}

async fn look(
    client: &CanvasClient<'_>,
    course: &str,
    user_id: String,
) -> (String, Result<Option<(String, i64)>, CanvasError>) {
    let answer = number(client, course, user_id.clone()).await;
    (user_id, answer)
}

/// Canvas's number of one person; `None` if it does not know them in the course.
pub(super) async fn number(
    client: &CanvasClient<'_>,
    course: &str,
    user_id: String,
) -> Result<Option<(String, i64)>, CanvasError> {
    if !is_plain(&user_id) {
        return Ok(None);
    }
    let user: Option<UserWire> =
        client.find("users", &format!("{course}/users/lti_1_3_id:{user_id}")).await?;
    Ok(user.map(|user| (user_id, user.id)))
}

/// Somebody whom Canvas did not know, once more than before.
fn again(state: &AppState, before: Option<&StrangerRow>, now: Timestamp) -> StrangerRow {
    let misses = before.map_or(0, |stranger| stranger.misses).saturating_add(1);
    StrangerRow { misses, ask_at: later(now, wait_seconds(misses, state.chance.bytes())) }
}

/// A quarter of an hour, doubled each time, at most a week; up to a quarter longer by chance, so that many do not come back at once.
fn wait_seconds(misses: i32, [random, ..]: [u8; 32]) -> i64 {
    let doublings = u32::try_from(misses.saturating_sub(1).clamp(0, 16)).unwrap_or_default();
    let wait = FIRST_SECONDS.saturating_mul(1_i64 << doublings).min(LONGEST_SECONDS);
    wait + wait * i64::from(random) / 1024
}

/// Whether an id can stand in an address as it is; Canvas's are UUIDs and hexadecimal words.
pub(super) fn is_plain(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stranger_is_asked_for_ever_more_rarely_and_once_a_week_at_least() {
        let waits: Vec<i64> = [1, 2, 3, 10, 11, 40, 0, -1].map(|misses| wait_seconds(misses, [0; 32])).into();
        assert_eq!(waits, [900, 1800, 3600, 460_800, 604_800, 604_800, 900, 900]);
        assert_eq!(wait_seconds(1, [255; 32]), 1124);
    }

    #[test]
    fn an_id_that_could_lead_elsewhere_is_not_asked_for() {
        assert!(is_plain("0a-1b_C"));
        for id in ["", "../x", "a/b", "a?b", "名"] {
            assert!(!is_plain(id), "{id}");
        }
    }
}
