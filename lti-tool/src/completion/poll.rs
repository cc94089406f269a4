//! Asking sources when they are due: one replica at a time for each, with jitter, and ever more rarely while there is no answer.

use std::{sync::Arc, time::Duration};

use openbadges::{completion::Obstacle, time::Timestamp};

use super::{ReadError, Reading, decide::queue_awards, moodle::rights, read};
use crate::{
    clock::later,
    state::AppState,
    store::{StoreError, completion::DueSource},
};

/// How long a replica may take for one reading before another one tries.
const LEASE_SECONDS: u32 = 300;
/// How long the poller rests when nothing is due.
const REST: Duration = Duration::from_millis(500);
/// The longest time between two questions, however many failed.
const LONGEST_SECONDS: i64 = 6 * 3600;

/// Polls until the task is aborted.
pub async fn work(state: Arc<AppState>) {
    loop {
        match step(&state).await {
            Ok(true) => {}
            Ok(false) => tokio::time::sleep(REST).await,
            Err(error) => {
                tracing::warn!(reason = %error, "completions are not read now");
                tokio::time::sleep(REST).await;
            }
        }
    }
}

/// Looks at the rights of one token and asks one source, as far as they are due; `false` if neither is.
async fn step(state: &AppState) -> Result<bool, StoreError> {
    let has_checked = rights::check_due(state).await?;
    Ok(poll_once(state).await? || has_checked)
}

/// Asks the source that has been due longest; `false` if none is due.
///
/// # Errors
/// [`StoreError`] if the answer cannot be kept; the source is asked again when its lease ends.
pub async fn poll_once(state: &AppState) -> Result<bool, StoreError> {
    let now = state.clock.now();
    let Some(due) = state.store.claim_due_source(now, LEASE_SECONDS).await? else { return Ok(false) };
    let answer = read(state, &due).await;
    let now = state.clock.now();
    let outcome = match answer {
        Ok(reading) => {
            keep(state, &due, &reading, now).await?;
            // What it says of those who were read counts; people are told that there are others.
            let limit = state.config.outbound.max_members;
            let cut = reading.is_cut.then_some(Obstacle::RosterCut { limit });
            Outcome { obstacle: reading.obstacle.or(cut), is_failure: false, retry_after_seconds: None }
        }
        Err(error) => {
            warn_of(&due, &error);
            let retry_after_seconds = error.retry_after_seconds();
            Outcome { obstacle: Some(error.obstacle()), is_failure: true, retry_after_seconds }
        }
    };
    finish(state, &due, &outcome, now).await?;
    if outcome.obstacle == Some(Obstacle::LinkIsGone) {
        // What was restored from a copy within the course takes its place.
        state.store.follow_copied_links(due.course.course_id).await?;
    }
    Ok(true)
}

/// What came of a question.
struct Outcome {
    obstacle: Option<Obstacle>,
    is_failure: bool,
    retry_after_seconds: Option<u32>,
}

/// Keeps what the source said, and queues the awards that follow from it.
async fn keep(
    state: &AppState,
    due: &DueSource,
    reading: &Reading,
    now: Timestamp,
) -> Result<(), StoreError> {
    let course_id = due.course.course_id;
    if reading.obstacle.is_none() {
        let (looked_at, facts) = (&reading.looked_at, &reading.facts);
        state.store.update_observations(course_id, due.source, looked_at, facts, now).await?;
    }
    let queued = queue_awards(state, course_id, &due.platform, &reading.learners, now).await?;
    tracing::info!(course = %course_id, source = %due.source, learners = reading.learners.len(),
        facts = reading.facts.len(), obstacle = ?reading.obstacle, queued, "completions read");
    Ok(())
}

fn warn_of(due: &DueSource, error: &ReadError) {
    let cause = std::error::Error::source(error).map(ToString::to_string);
    tracing::warn!(reason = %error, cause, course = %due.course.course_id, source = %due.source, "source gives no answer");
}

async fn finish(
    state: &AppState,
    due: &DueSource,
    outcome: &Outcome,
    now: Timestamp,
) -> Result<(), StoreError> {
    let every = i64::from(state.config.completion.poll_seconds);
    let failures = if outcome.is_failure { due.failures.saturating_add(1) } else { 0 };
    let wait = wait_seconds(every, failures, outcome.retry_after_seconds, state.chance.bytes());
    let (obstacle, poll_at) = (outcome.obstacle.as_ref(), later(now, wait));
    state.store.finish_source(due, obstacle, outcome.is_failure, now, poll_at).await
}

/// When to ask again: doubled with each failure in a row, never sooner than the platform wants, and up to a quarter later by chance.
fn wait_seconds(every: i64, failures: i32, retry_after: Option<u32>, [random, ..]: [u8; 32]) -> i64 {
    let doublings = u32::try_from(failures.clamp(0, 16)).unwrap_or_default();
    let wait = every.saturating_mul(1_i64 << doublings).min(LONGEST_SECONDS.max(every));
    let wait = wait.max(retry_after.map_or(0, i64::from).min(86_400));
    wait + wait * i64::from(random) / 1024
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_double_the_wait_and_chance_spreads_it() {
        let without_chance = |failures, retry| wait_seconds(60, failures, retry, [0; 32]);
        assert_eq!(
            (without_chance(0, None), without_chance(1, None), without_chance(3, None)),
            (60, 120, 480)
        );
        assert_eq!((without_chance(30, None), without_chance(-4, None)), (21_600, 60));
        assert_eq!(wait_seconds(60, 0, None, [255; 32]), 74);
    }

    #[test]
    fn the_platform_s_wish_to_wait_is_kept_within_a_day() {
        assert_eq!(wait_seconds(60, 1, Some(600), [0; 32]), 600);
        assert_eq!(wait_seconds(60, 1, Some(5), [0; 32]), 120);
        assert_eq!(wait_seconds(60, 1, Some(u32::MAX), [0; 32]), 86_400);
    }
}
