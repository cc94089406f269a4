//! Who may open a link that the platform keeps closed until completion.
//!
//! Names and Role Provisioning with `rlid` lists the members who may open that link
//! (<https://www.imsglobal.org/spec/lti-nrps/v2p0/#resource-link-membership-service>): at once in Moodle, without cron, and they vanish
//! when a completion is undone. An unrestricted link lists everybody, and so does a platform that ignores `rlid`; so the list says something only
//! while it holds somebody back. When it holds back nobody, nobody is awarded, even if everybody has completed: the instructor can.

use std::collections::HashSet;

use openbadges::completion::{Fact, Obstacle, Source};
use serde::{Deserialize, Serialize};

use super::{CompletionSource, ReadError, Reading, is_known_link, learners};
use crate::{
    lti::membership::Learner,
    platform::{
        nrps::{Roster as Members, RosterError},
        service::ServiceError,
    },
    state::AppState,
    store::completion::{DueSource, SeenFact},
};

/// The source.
#[derive(Clone, Copy, Debug)]
pub struct Roster;

/// What the rule's page saves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RosterSettings {
    /// `resource_link.id` of the restricted link.
    pub link: String,
}

impl CompletionSource for Roster {
    const SOURCE: Source = Source::Roster;
    const MEANING: &'static str = "source-roster-meaning";
    const NEEDS: &'static str = "source-roster-needs";

    async fn read(state: &AppState, due: &DueSource) -> Result<Reading, ReadError> {
        let settings: RosterSettings = serde_json::from_value(due.settings.clone())
            .map_err(|_error: serde_json::Error| ReadError::NotConfigured)?;
        // Everybody before and after: who joins or leaves in between must not look like somebody who is held back.
        let before = learners(state, due, None).await?;
        let admitted = admitted(state, due, &settings.link).await?;
        let after = learners(state, due, None).await?;
        if before.is_cut || admitted.is_cut || after.is_cut {
            // A part of a list proves nothing about who is absent.
            let limit = state.config.outbound.max_members;
            return Ok(Reading { obstacle: Some(Obstacle::RosterCut { limit }), ..Reading::default() });
        }
        Ok(judge(&before.learners, &admitted.learners, after.learners))
    }
}

/// Those who may open the link. Everybody was listed just before, so that a refusal now is about the link: 404, or 400 as Canvas says it. A
/// Moodle breaks down over a link of another course; that counts as gone if nobody ever came through it in this one.
async fn admitted(state: &AppState, due: &DueSource, link: &str) -> Result<Members, ReadError> {
    match learners(state, due, Some(link)).await {
        Err(ReadError::Roster(error)) if error.is_not_found() => Err(ReadError::LinkIsGone),
        Err(ReadError::Roster(error)) if is_odd(&error) && !is_known_link(state, due, link).await? => {
            Err(ReadError::LinkIsGone)
        }
        answer => answer,
    }
}

/// Whether what came is neither a list nor about our rights. A Moodle answers with the status 0, which some servers make no answer at all of.
fn is_odd(error: &RosterError) -> bool {
    match error {
        RosterError::Service { source: ServiceError::Refused { status, .. }, .. } => {
            !matches!(status, 401 | 403)
        }
        RosterError::Service { source: ServiceError::Unreachable(_), .. }
        | RosterError::NotARoster { .. } => true,
        _ => false,
    }
}

/// What three lists say: everybody before, those who may open the link, everybody after.
fn judge(before: &[Learner], admitted: &[Learner], after: Vec<Learner>) -> Reading {
    let ids =
        |list: &[Learner]| list.iter().map(|learner| learner.user_id.clone()).collect::<HashSet<String>>();
    let (before, admitted) = (ids(before), ids(admitted));
    let stayed: Vec<&Learner> = after.iter().filter(|learner| before.contains(&learner.user_id)).collect();
    let is_restricted = stayed.iter().any(|learner| !admitted.contains(&learner.user_id));
    if !is_restricted {
        return Reading { obstacle: Some(Obstacle::LinkIsOpen), learners: after, ..Reading::default() };
    }
    let looked_at: Vec<String> = stayed.iter().map(|learner| learner.user_id.clone()).collect();
    let facts = looked_at
        .iter()
        .filter(|id| admitted.contains(*id))
        .map(|id| SeenFact { user_id: id.clone(), fact: Fact::CourseComplete { course: None } })
        .collect();
    Reading { learners: after, looked_at, facts, ..Reading::default() }
}

#[cfg(test)]
mod tests;
