//! The list of learners, each with its reason: why they have the badge, or why not yet.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::{
    reason::{explain, obstacles},
    roster::LearnerLine,
    why,
};
use crate::{language::Language, state::AppState, store::StoreError};

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
    let codes: BTreeSet<&str> = rules.flat_map(|rule| rule.condition.badge_codes()).collect();
    let codes: Vec<&str> = codes.into_iter().collect();
    let people: Vec<&str> = lines.iter().map(|line| line.user_id.as_str()).collect();
    let records = state.store.list_records(course_id, Some(&people), &codes).await?;
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
