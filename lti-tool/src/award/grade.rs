//! The award in the platform's grade book: the learner has the full score of the badge's column, or after a revocation none.
//!
//! Specification: <https://www.imsglobal.org/spec/lti-ags/v2p0#score-publish-service>. Wishes come from the database (`lti.score`), so that
//! an award never waits for a platform; every replica works them off, retried with longer and longer pauses. A platform takes a score only
//! if it is newer than the last, in whole seconds, so that each is told at least one second after the one before.

use std::time::Duration;

use actix_web::web::Data;
use futures_util::future::join_all;
use openbadges::time::Timestamp;
use url::Url;

use crate::{
    clock::later,
    lti::grade::Score,
    platform::{
        ags::{ScoreError, list_results, publish_score},
        service::{ServiceClient, ServiceError},
    },
    state::AppState,
    store::{
        StoreError,
        score::{DueScore, ScoreOutcome, ScoreProblem},
    },
};

/// How many scores a replica tells at the same time.
const AT_ONCE: i64 = 8;
/// Longer than a score can take with a slow token endpoint and a second try.
const LEASE_SECONDS: f64 = 120.0;
/// Between two looks for wishes when there were none.
const PAUSE: Duration = Duration::from_secs(1);
/// A platform that refuses this often is not asked again: about two days.
const MOST_TRIES: i32 = 60;
/// The longest pause between two tries.
const LONGEST_PAUSE_SECONDS: i64 = 3600;

/// Works off wishes for as long as the server runs.
pub async fn publish_scores(state: Data<AppState>) {
    loop {
        match publish_due(&state).await {
            Ok(0) => tokio::time::sleep(PAUSE).await,
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(reason = %error, "scores wait for the database");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// Tells what is due and returns how many there were.
///
/// # Errors
/// [`StoreError`].
async fn publish_due(state: &AppState) -> Result<usize, StoreError> {
    let due = state.store.claim_due_scores(AT_ONCE, state.clock.now(), LEASE_SECONDS).await?;
    for settled in join_all(due.iter().map(|score| tell_and_settle(state, score))).await {
        settled?;
    }
    Ok(due.len())
}

async fn tell_and_settle(state: &AppState, due: &DueScore) -> Result<(), StoreError> {
    let outcome = tell(state, due).await;
    state.store.settle_score(due, outcome).await
}

async fn tell(state: &AppState, due: &DueScore) -> ScoreOutcome {
    let Ok(url) = Url::parse(&due.line_item_url) else {
        return ScoreOutcome::Problem(ScoreProblem::NoLineItem);
    };
    let client = state.services(&due.platform);
    let now = state.clock.now();
    let at = due.told_at.map_or(now, |told| now.max(later(told, 1)));
    let first = publish_score(client, &url, &score(due, at)).await;
    let (at, told) = match first {
        Err(ScoreError::Stale) => match newer_than_theirs(client, &url, due, at).await {
            Ok(None) => return ScoreOutcome::Written { told_at: at },
            Ok(Some(at)) => (at, publish_score(client, &url, &score(due, at)).await),
            Err(error) => (at, Err(error)),
        },
        told => (at, told),
    };
    match told {
        Ok(()) => ScoreOutcome::Written { told_at: at },
        Err(error) => refused(due, &error, now),
    }
}

fn score(due: &DueScore, at: Timestamp) -> Score<'_> {
    Score { user_id: &due.user_id, given: due.is_given.then_some(1.0), maximum: 1.0, at }
}

/// The grade book has a newer score than ours, told by somebody else or by a clock that runs ahead: the moment after it, or `None` if it is
/// what we would tell anyway.
async fn newer_than_theirs(
    client: ServiceClient<'_>,
    url: &Url,
    due: &DueScore,
    at: Timestamp,
) -> Result<Option<Timestamp>, ScoreError> {
    let results = list_results(client, url, Some(&due.user_id)).await.unwrap_or_default();
    let theirs = results.iter().find(|result| result.user_id == due.user_id);
    let is_full = theirs.and_then(crate::lti::grade::LearnerResult::fraction).is_some_and(|part| part >= 1.0);
    if is_full && due.is_given {
        return Ok(None);
    }
    Ok(Some(later(theirs.and_then(|result| result.at).unwrap_or(at).max(at), 1)))
}

fn refused(due: &DueScore, error: &ScoreError, now: Timestamp) -> ScoreOutcome {
    let cause = std::error::Error::source(error).map(ToString::to_string);
    tracing::warn!(reason = %error, cause, platform = due.platform.issuer, tries = due.tries, "a score was not written");
    match error {
        ScoreError::Ungradable => ScoreOutcome::Problem(ScoreProblem::Ungradable),
        ScoreError::NoLineItem => ScoreOutcome::Problem(ScoreProblem::NoLineItem),
        _ if due.tries >= MOST_TRIES => ScoreOutcome::Problem(ScoreProblem::Refused),
        ScoreError::Service(ServiceError::Busy { retry_after_seconds: Some(seconds), .. }) => {
            ScoreOutcome::Later { try_at: later(now, i64::from(*seconds).clamp(1, LONGEST_PAUSE_SECONDS)) }
        }
        _ => ScoreOutcome::Later { try_at: later(now, pause_seconds(due.tries)) },
    }
}

/// 2, 4, 8 … seconds, at most an hour.
fn pause_seconds(tries: i32) -> i64 {
    let doubled = 1_i64.checked_shl(u32::try_from(tries).unwrap_or(0).min(20)).unwrap_or(i64::MAX);
    doubled.min(LONGEST_PAUSE_SECONDS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::service::PrivateText;

    #[test]
    fn pauses_double_up_to_an_hour() {
        let pauses: Vec<i64> = [1, 2, 3, 11, 12, 60].map(pause_seconds).into();
        assert_eq!(pauses, [2, 4, 8, 2048, 3600, 3600]);
    }

    fn due(tries: i32) -> DueScore {
        crate::store::score::sample(tries)
    }

    fn refusal(status: u16) -> ScoreError {
        let body = PrivateText::new("");
        ScoreError::Service(ServiceError::Refused { status, reason: String::new(), body })
    }

    #[test]
    fn what_cannot_become_better_is_given_up_and_the_rest_is_tried_again() {
        let now = Timestamp::from_unix_seconds(100);
        let problem = |problem| ScoreOutcome::Problem(problem);
        assert_eq!(refused(&due(1), &ScoreError::Ungradable, now), problem(ScoreProblem::Ungradable));
        assert_eq!(refused(&due(1), &ScoreError::NoLineItem, now), problem(ScoreProblem::NoLineItem));
        assert_eq!(refused(&due(60), &refusal(500), now), problem(ScoreProblem::Refused));
        let again =
            |seconds: i64| ScoreOutcome::Later { try_at: Timestamp::from_unix_seconds(100 + seconds) };
        assert_eq!(refused(&due(3), &refusal(500), now), again(8));
        let busy = ServiceError::Busy { status: 429, retry_after_seconds: Some(17) };
        assert_eq!(refused(&due(3), &ScoreError::Service(busy), now), again(17));
    }
}
