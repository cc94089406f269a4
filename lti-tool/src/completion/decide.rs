//! From what is known to what is awarded: the rule is applied to every learner of the course, and who qualifies is queued.
//!
//! Who holds the badge already gets it anew when it ends soon, or has ended, and something new earns it ([`Rule::renews`]).

use openbadges::{
    completion::Observation,
    rule::{Decision, Rule},
    time::Timestamp,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    clock::later,
    lti::membership::Learner,
    platform::Platform,
    state::AppState,
    store::{
        StoreError,
        queue::{JobScene, NewJob},
        renewal::NewRenewal,
    },
};

/// What the database keeps beside the credential about how it came to be; `badges.why` reads it.
#[must_use]
pub fn provenance(rule: &Rule, inputs: &[Observation]) -> Value {
    let source = inputs.iter().max_by_key(|input| input.seen_at).map(|input| input.source);
    json!({ "source": source, "rule": rule.condition, "version": rule.version, "inputs": inputs })
}

/// How long before its end a badge can be renewed, in seconds: 90 days.
pub const RENEWAL_SECONDS: i64 = 90 * 86_400;

/// Queues the awards of those of `learners` who qualify, and the renewals; returns how many are new.
///
/// # Errors
/// [`StoreError`]; the next reading queues whoever is not.
pub async fn queue_awards(
    state: &AppState,
    course_id: Uuid,
    platform: &Platform,
    learners: &[Learner],
    now: Timestamp,
) -> Result<u64, StoreError> {
    let Some(rule) = state.store.find_rule(course_id).await? else { return Ok(0) };
    let records = state.store.list_records(course_id, None, &rule.condition.badge_codes()).await?;
    let soon = later(now, RENEWAL_SECONDS);
    let ending = state.store.list_ending(course_id, soon).await?;
    let (mut jobs, mut renewals) = (Vec::new(), Vec::new());
    for learner in learners {
        let Some(record) = records.get(&learner.user_id) else { continue };
        if let Some(badge) = ending.get(&learner.user_id) {
            if let Some(inputs) = rule.renews(record, badge.awarded_at, now) {
                let provenance = provenance(&rule, &inputs);
                renewals.push(NewRenewal { assertion_id: badge.assertion_id, provenance });
            }
        } else if let Decision::Qualifies { inputs } = rule.decide(record, now) {
            jobs.push(NewJob {
                user_id: learner.user_id.clone(),
                name: learner.name.clone(),
                email: learner.email.clone(),
                provenance: provenance(&rule, &inputs),
                narrative: None,
                evidence: None,
            });
        }
    }
    let renewed = state.store.insert_renewals(course_id, &renewals, soon, now).await?;
    if jobs.is_empty() {
        return Ok(renewed);
    }
    let platform = format!("{}#{}", platform.issuer, platform.client_id);
    let did = state.keyring.current().issuer.did.clone();
    let scene = JobScene { course_id, issuer_did: &did, platform: &platform };
    Ok(renewed + state.store.insert_jobs(scene, &jobs, now).await?)
}
