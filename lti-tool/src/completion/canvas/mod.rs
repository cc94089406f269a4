//! Canvas's own record of progress, asked with a developer key and the leave of a person of that Canvas.
//!
//! The authority on "all requirements of the modules are done". A course without requirements (`requirement_count` 0, or an error instead)
//! is never complete. The course is named by the id of its launches (`lti_context_id:`), a person by the id of theirs (`lti_1_3_id:`),
//! and by Canvas's number once that was asked; after that a course of thousands takes a request for each hundred. Needs an API developer key
//! (a key for LTI does not open the API) and a person who may see the course's grades.

mod client;
mod numbers;
mod wire;

pub use client::{CanvasError, CanvasKey};
pub(super) use wire::ProgressWire;

use std::collections::HashMap;

use openbadges::completion::{Fact, Obstacle, Source};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use self::{
    client::CanvasClient,
    numbers::{is_plain, numbers},
    wire::{EnrolmentWire, UserProgressWire},
};
use super::{CompletionSource, ReadError, Reading, learners};
use crate::{
    clock::later,
    keys::seal::SealError,
    lti::membership::Learner,
    state::AppState,
    store::completion::{DueSource, SeenFact},
};

/// What the developer key has to allow, if it restricts scopes.
pub const SCOPES: [&str; 3] = [
    "url:GET|/api/v1/courses/:course_id/bulk_user_progress",
    "url:GET|/api/v1/courses/:course_id/users/:id",
    "url:GET|/api/v1/courses/:course_id/enrollments",
];
/// The name by which a rule asks for the grade of the whole course.
pub const COURSE_GRADE: &str = "canvas-course";
/// An access token is renewed so long before its end.
const EARLY_SECONDS: i64 = 120;

/// The source.
#[derive(Clone, Copy, Debug)]
pub struct Canvas;

/// What the rule's page saves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CanvasSettings {
    /// Whether the rule asks for the grade of the course too.
    pub grades: bool,
}

/// What a key is sealed for: it opens for no other registration.
#[must_use]
pub fn seal_name(registration_id: uuid::Uuid) -> String {
    format!("canvas {registration_id}")
}

fn access_name(registration_id: uuid::Uuid) -> String {
    format!("canvas access {registration_id}")
}

impl CompletionSource for Canvas {
    const SOURCE: Source = Source::Canvas;
    const MEANING: &'static str = "source-canvas-meaning";
    const NEEDS: &'static str = "source-canvas-needs";

    async fn read(state: &AppState, due: &DueSource) -> Result<Reading, ReadError> {
        let settings: CanvasSettings = serde_json::from_value(due.settings.clone()).unwrap_or_default();
        let roster = learners(state, due, None).await?;
        let mut used = None;
        let mut answer = look(state, due, &settings, &roster.learners, &mut used).await;
        if matches!(answer, Err(ReadError::Canvas(CanvasError::Unauthorized))) {
            // Another replica may have renewed the token meanwhile, or somebody at Canvas ended it.
            answer = look(state, due, &settings, &roster.learners, &mut used).await;
        }
        match answer {
            Ok(facts) => Ok(Reading { is_cut: roster.is_cut, ..facts.into_reading(roster.learners) }),
            Err(ReadError::Canvas(error)) => match obstacle(&error) {
                Some(obstacle) => Ok(Reading { obstacle: Some(obstacle), ..Reading::default() }),
                None => Err(error.into()),
            },
            Err(error) => Err(error),
        }
    }
}

/// What Canvas says of a course, by Canvas's numbers.
struct Seen {
    numbers: HashMap<String, i64>,
    progress: Vec<UserProgressWire>,
    grades: Vec<EnrolmentWire>,
}

impl Seen {
    fn into_reading(self, learners: Vec<Learner>) -> Reading {
        let is_configured = self.progress.iter().any(|row| row.progress.is_configured());
        if !is_configured && self.grades.is_empty() && !self.progress.is_empty() {
            return Reading { obstacle: Some(Obstacle::NothingRequired), learners, ..Reading::default() };
        }
        let complete: HashMap<i64, bool> =
            self.progress.iter().map(|row| (row.id, row.progress.is_complete())).collect();
        let grades: HashMap<i64, f64> =
            self.grades.iter().filter_map(|row| Some((row.user_id, row.grades.current_score?))).collect();
        let mut reading = Reading { learners, ..Reading::default() };
        for learner in &reading.learners {
            let Some(number) = self.numbers.get(&learner.user_id) else { continue };
            let Some(is_complete) = complete.get(number) else { continue };
            let completion = is_complete.then_some(Fact::CourseComplete { course: None });
            let grade = grades.get(number).map(|points| Fact::Score {
                line_item: Some(COURSE_GRADE.to_owned()),
                points: *points,
                max: 100.0,
                sections: Vec::new(),
            });
            let seen = |fact| SeenFact { user_id: learner.user_id.clone(), fact };
            reading.facts.extend(completion.into_iter().chain(grade).map(seen));
            reading.looked_at.push(learner.user_id.clone());
        }
        reading
    }
}

async fn look(
    state: &AppState,
    due: &DueSource,
    settings: &CanvasSettings,
    learners: &[Learner],
    used: &mut Option<Zeroizing<String>>,
) -> Result<Seen, ReadError> {
    let (key, token) = open(state, due, used.as_ref()).await?;
    *used = Some(token.clone());
    let client = CanvasClient { outbound: &state.outbound, key: &key, token };
    if !is_plain(&due.context_id) {
        return Err(ReadError::NotConfigured);
    }
    let course = format!("/courses/lti_context_id:{}", due.context_id);
    let progress = client.list("bulk_user_progress", &format!("{course}/bulk_user_progress")).await?;
    let grades = if settings.grades {
        let path = format!("{course}/enrollments?type[]=StudentEnrollment&state[]=active");
        client.list("enrollments", &path).await?
    } else {
        Vec::new()
    };
    let numbers = numbers(state, due, &client, &course, learners).await?;
    Ok(Seen { numbers, progress, grades })
}

/// Canvas's number of each learner, as far as launches have told it or the API tells it, where there is a key for that.
pub(super) async fn known_numbers(
    state: &AppState,
    due: &DueSource,
    learners: &[Learner],
) -> Result<HashMap<String, i64>, ReadError> {
    let asked = match open(state, due, None).await {
        Ok((key, token)) if is_plain(&due.context_id) => {
            let client = CanvasClient { outbound: &state.outbound, key: &key, token };
            let course = format!("/courses/lti_context_id:{}", due.context_id);
            numbers(state, due, &client, &course, learners).await
        }
        Ok(_) => Err(ReadError::NotConfigured),
        Err(error) => Err(error),
    };
    match asked {
        // Who has launched is known all the same.
        Err(ReadError::NotConfigured | ReadError::Canvas(_)) => {
            let ids: Vec<&str> = learners.iter().map(|learner| learner.user_id.as_str()).collect();
            Ok(state.store.list_canvas_users(due.platform.registration_id, &ids).await?)
        }
        asked => asked,
    }
}

/// The key and an access token that is not `used`, renewed if there is none.
async fn open(
    state: &AppState,
    due: &DueSource,
    used: Option<&Zeroizing<String>>,
) -> Result<(CanvasKey, Zeroizing<String>), ReadError> {
    let id = due.platform.registration_id;
    let now = state.clock.now();
    let row = state.store.find_canvas_key(id, now).await?.ok_or(ReadError::NotConfigured)?;
    let unseal = |name: &str, sealed: &[u8]| {
        state.master.open(name, sealed).map_err(|_error: SealError| ReadError::NotConfigured)
    };
    let key: CanvasKey = serde_json::from_slice(&unseal(&seal_name(id), &row.sealed)?)
        .map_err(|_error: serde_json::Error| ReadError::NotConfigured)?;
    if let Some(sealed) = &row.access_sealed {
        let token = String::from_utf8(unseal(&access_name(id), sealed)?.to_vec());
        if let Some(token) = token.ok().map(Zeroizing::new).filter(|token| used != Some(token)) {
            return Ok((key, token));
        }
    }
    let access = key.renew(&state.outbound).await?;
    let sealed = state
        .master
        .seal(&access_name(id), access.token.as_bytes())
        .map_err(|_error: SealError| ReadError::NotConfigured)?;
    let renew_at = later(now, i64::from(access.lifetime_seconds) - EARLY_SECONDS);
    state.store.update_canvas_access(id, &sealed, renew_at).await?;
    Ok((key, access.token))
}

/// What an administrator or instructor can mend; anything else is tried again.
pub(super) fn obstacle(error: &CanvasError) -> Option<Obstacle> {
    match error {
        CanvasError::Unauthorized | CanvasError::NoToken(_) | CanvasError::Refused(_) => {
            Some(Obstacle::NotAllowed)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
