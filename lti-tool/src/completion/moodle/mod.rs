//! Moodle's own record of completions, asked with a token of the registration.
//!
//! The authority on "course complete": it holds after an activity is undone, and without a restricted link. Smallest rights of the
//! token's user, measured on Moodle 4.5: `webservice/rest:use`, `moodle/course:view` and `report/completion:view`; for activities also
//! `report/progress:view`. The token's service needs the two functions called here. A course without criteria is never complete.

mod client;
pub mod rights;
mod wire;

pub use client::{MoodleClient, MoodleError};

use futures_util::stream::{self, StreamExt as _};
use openbadges::completion::{Fact, Obstacle, Source};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use self::wire::{ActivitiesWire, CourseStatusWire};
use super::{CompletionSource, ReadError, Reading, learners};
use crate::{
    lti::membership::Learner,
    state::AppState,
    store::completion::{DueSource, SeenFact},
};

/// Says whether a course is complete.
pub const STATUS: &str = "core_completion_get_course_completion_status";
/// Says which activities are.
pub const ACTIVITIES: &str = "core_completion_get_activities_completion_status";
/// Learners that Moodle is asked about at the same time: quick for a course of thousands, and few beside the people who work there.
const AT_ONCE: usize = 6;

/// The source.
#[derive(Clone, Copy, Debug)]
pub struct Moodle;

/// What the rule's page saves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MoodleSettings {
    /// Whether the rule asks for activities too.
    pub activities: bool,
}

/// What a token is sealed for: it opens for no other registration.
#[must_use]
pub fn seal_name(registration_id: uuid::Uuid) -> String {
    format!("moodle {registration_id}")
}

impl CompletionSource for Moodle {
    const SOURCE: Source = Source::Moodle;
    const MEANING: &'static str = "source-moodle-meaning";
    const NEEDS: &'static str = "source-moodle-needs";

    async fn read(state: &AppState, due: &DueSource) -> Result<Reading, ReadError> {
        let settings: MoodleSettings = serde_json::from_value(due.settings.clone()).unwrap_or_default();
        let id = due.platform.registration_id;
        let sealed = state.store.find_moodle_token(id).await?.ok_or(ReadError::NotConfigured)?;
        let token = open_token(state, id, &sealed).ok_or(ReadError::NotConfigured)?;
        let client = MoodleClient::new(&state.outbound, &due.platform.issuer, token)
            .ok_or(ReadError::NotConfigured)?;
        let roster = learners(state, due, None).await?;
        match look_at_all(&client, &due.context_id, roster.learners, settings.activities).await {
            Ok(reading) => Ok(Reading { is_cut: roster.is_cut, ..reading }),
            Err(error) => match obstacle(&error) {
                Some(obstacle) => {
                    if obstacle == Obstacle::NotAllowed {
                        state.store.hasten_moodle_check(id, state.clock.now()).await?;
                    }
                    Ok(Reading { obstacle: Some(obstacle), ..Reading::default() })
                }
                None => Err(error.into()),
            },
        }
    }
}

/// Moodle has no function that answers for a whole course, so that several learners are asked about at the same time.
async fn look_at_all(
    client: &MoodleClient<'_>,
    course_id: &str,
    learners: Vec<Learner>,
    with_activities: bool,
) -> Result<Reading, MoodleError> {
    let ids: Vec<String> = learners.iter().map(|learner| learner.user_id.clone()).collect();
    let mut reading = Reading { learners, ..Reading::default() };
    let looks = ids.into_iter().map(|id| look_for(client, course_id, id, with_activities));
    let mut answers = std::pin::pin!(stream::iter(looks).buffered(AT_ONCE));
    while let Some((user_id, answer)) = answers.next().await {
        let facts = match answer {
            Ok(facts) => facts,
            // Of this learner Moodle keeps no record, because their role is not tracked.
            Err(MoodleError::Refused(code)) if code == "usernotenroled" => continue,
            Err(error) => return Err(error),
        };
        let seen = |fact| SeenFact { user_id: user_id.clone(), fact };
        reading.facts.extend(facts.into_iter().map(seen));
        reading.looked_at.push(user_id);
    }
    Ok(reading)
}

async fn look_for(
    client: &MoodleClient<'_>,
    course_id: &str,
    user_id: String,
    with_activities: bool,
) -> (String, Result<Vec<Fact>, MoodleError>) {
    let answer = look(client, course_id, &user_id, with_activities).await;
    (user_id, answer)
}

/// The token; `None` if it was sealed by another key.
fn open_token(state: &AppState, registration_id: uuid::Uuid, sealed: &[u8]) -> Option<Zeroizing<String>> {
    let token = state.master.open(&seal_name(registration_id), sealed).ok()?;
    String::from_utf8(token.to_vec()).ok().map(Zeroizing::new)
}

/// What is true of one learner.
async fn look(
    client: &MoodleClient<'_>,
    course_id: &str,
    user_id: &str,
    with_activities: bool,
) -> Result<Vec<Fact>, MoodleError> {
    let of = [("courseid", course_id), ("userid", user_id)];
    let status: CourseStatusWire = client.call(STATUS, &of).await?;
    let mut facts = Vec::new();
    // Without criteria there is nothing to complete, whatever the flag says.
    if status.completionstatus.completed && !status.completionstatus.completions.is_empty() {
        facts.push(Fact::CourseComplete { course: None });
    }
    if with_activities {
        let answer: ActivitiesWire = client.call(ACTIVITIES, &of).await?;
        facts.extend(complete_activities(answer));
    }
    Ok(facts)
}

/// State 3 is "complete, failed"; activities that are not tracked have no completion.
fn complete_activities(answer: ActivitiesWire) -> impl Iterator<Item = Fact> {
    let is_complete =
        |activity: &wire::ActivityWire| activity.tracking > 0 && matches!(activity.state, 1 | 2);
    answer
        .statuses
        .into_iter()
        .filter(is_complete)
        .map(|activity| Fact::ActivityComplete { activity: activity.cmid.to_string() })
}

/// What an administrator or instructor can mend; anything else is tried again.
pub(super) fn obstacle(error: &MoodleError) -> Option<Obstacle> {
    let MoodleError::Refused(code) = error else { return None };
    Some(match code.as_str() {
        "err_nocriteria" => Obstacle::NothingRequired,
        "completionnotenabled" => Obstacle::TrackingOff,
        "invalidtoken"
        | "accessexception"
        | "requireloginerror"
        | "nopermissions"
        | "cannotviewreport"
        | "errorcoursecontextnotvalid" => Obstacle::NotAllowed,
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
