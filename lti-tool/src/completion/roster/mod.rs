//! Who may open a link that the platform keeps closed until completion.
//!
//! Names and Role Provisioning with `rlid` lists the members who may open that link
//! (<https://www.imsglobal.org/spec/lti-nrps/v2p0/#resource-link-membership-service>): at once in Moodle, without cron, and they vanish
//! when a completion is undone. An unrestricted link lists everybody, and so does a platform that ignores `rlid`; so the list says something only
//! while it holds somebody back. When it holds back nobody, nobody is awarded, even if everybody has completed: the instructor can.

use std::collections::HashSet;

use openbadges::completion::{Fact, Obstacle, Source};
use serde::{Deserialize, Serialize};

use super::{CompletionSource, ReadError, Reading, learners};
use crate::{
    lti::membership::Learner,
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
        let admitted = learners(state, due, Some(&settings.link)).await?;
        let after = learners(state, due, None).await?;
        if before.is_cut || admitted.is_cut || after.is_cut {
            // A part of a list proves nothing about who is absent.
            return Ok(Reading { obstacle: Some(Obstacle::LinkIsOpen), ..Reading::default() });
        }
        Ok(judge(&before.learners, &admitted.learners, after.learners))
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
    Reading { learners: after, looked_at, facts, obstacle: None }
}

#[cfg(test)]
mod tests;
