//! The list of learners, each with its reason: why they have the badge, or why not yet; and those of them whom a view shows.

use openbadges::rule::Names;
use uuid::Uuid;

use super::{
    paging::{Paging, View, found},
    reason::{explain, obstacles},
    roster::LearnerLine,
    why,
};
use crate::{language::Language, lti::group::Group, state::AppState, store::StoreError};

/// A page of the list.
#[derive(Debug)]
pub struct Listing {
    /// Its lines, explained.
    pub lines: Vec<LearnerLine>,
    /// What there is besides.
    pub paging: Paging,
    /// Whether the course has a rule.
    pub has_rule: bool,
}

/// The page of the list that is asked for. Only its lines are explained, unless whom it shows depends on the reasons.
///
/// # Errors
/// [`StoreError`].
pub async fn list_page(
    state: &AppState,
    course_id: Uuid,
    t: Language,
    mut lines: Vec<LearnerLine>,
    view: &View,
    groups: &[Group],
) -> Result<Listing, StoreError> {
    let now = state.clock.now();
    if view.filter().needs_reasons() {
        let has_rule = explain_lines(state, course_id, t, &mut lines).await?;
        let (lines, paging) = Paging::of(lines, view, groups, now);
        return Ok(Listing { lines, paging, has_rule });
    }
    let (mut lines, paging) = Paging::of(lines, view, groups, now);
    let has_rule = explain_lines(state, course_id, t, &mut lines).await?;
    Ok(Listing { lines, paging, has_rule })
}

/// Everybody whom the view shows, on whatever page, explained if the filter needs reasons.
///
/// # Errors
/// [`StoreError`].
pub async fn list_found(
    state: &AppState,
    course_id: Uuid,
    t: Language,
    mut lines: Vec<LearnerLine>,
    view: &View,
) -> Result<Vec<LearnerLine>, StoreError> {
    if view.filter().needs_reasons() {
        explain_lines(state, course_id, t, &mut lines).await?;
    }
    Ok(found(lines, view, state.clock.now()))
}

/// Says of each learner whether an award is to be made.
///
/// # Errors
/// [`StoreError`].
pub async fn mark_queued(
    state: &AppState,
    course_id: Uuid,
    lines: &mut [LearnerLine],
) -> Result<(), StoreError> {
    let queued = state.store.list_queued(course_id).await?;
    for line in lines {
        line.queued = queued.get(&line.user_id).copied();
    }
    Ok(())
}

/// Says of each learner why, or why not yet; `false` if there is no rule.
///
/// # Errors
/// [`StoreError`].
pub async fn explain_lines(
    state: &AppState,
    course_id: Uuid,
    t: Language,
    lines: &mut [LearnerLine],
) -> Result<bool, StoreError> {
    let rule = state.store.find_rule(course_id).await?;
    let obstacles = obstacles(&state.store.list_sources(course_id).await?);
    let awarded: Vec<Uuid> =
        lines.iter().filter_map(|line| Some(line.award.as_ref()?.assertion_id)).collect();
    let reasons = state.store.list_why(&awarded).await?;
    // An award is judged by the rule of its time, which may name other badges.
    let rules = reasons.values().filter_map(|reason| reason.rule.as_ref()).chain(&rule);
    let names = Names::of(rules.map(|rule| &rule.condition));
    let people: Vec<&str> = lines.iter().map(|line| line.user_id.as_str()).collect();
    let records = state.store.list_records(course_id, Some(&people), &names).await?;
    let kept = state.store.list_kept(course_id).await?;
    let now = state.clock.now();
    for line in lines {
        let record = records.get(&line.user_id).cloned().unwrap_or_default();
        if let Some(award) = &mut line.award {
            if let Some(reason) = reasons.get(&award.assertion_id) {
                award.why = why::say(t, reason);
                award.review =
                    why::review(t, reason, &record).filter(|_| !kept.contains(&award.assertion_id));
            }
        } else if let (Some(rule), true) = (&rule, line.is_member) {
            let mut record = record;
            record.obstacles.clone_from(&obstacles);
            line.decision = Some(explain(t, &rule.decide(&record, now)));
        }
    }
    Ok(rule.is_some())
}
