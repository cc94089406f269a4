//! From what is known to what is awarded: the rule is applied to every learner of the course, and who qualifies is queued.

use openbadges::{
    completion::{Observation, Source},
    rule::{Decision, Rule},
    time::Timestamp,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    lti::membership::Learner,
    platform::Platform,
    state::AppState,
    store::{
        StoreError,
        queue::{JobScene, NewJob},
    },
};

/// What the database keeps beside the credential about how it came to be; `badges.why` reads it.
#[must_use]
pub fn provenance(rule: &Rule, inputs: &[Observation], source: Option<Source>) -> Value {
    json!({ "source": source, "rule": rule.condition, "version": rule.version, "inputs": inputs })
}

/// Queues the awards of those of `learners` who qualify; returns how many are new.
///
/// # Errors
/// [`StoreError`]; then nobody was queued, and the next reading tries again.
pub async fn queue_awards(
    state: &AppState,
    course_id: Uuid,
    platform: &Platform,
    learners: &[Learner],
    now: Timestamp,
) -> Result<u64, StoreError> {
    let Some(rule) = state.store.find_rule(course_id).await? else { return Ok(0) };
    let records = state.store.list_records(course_id, None).await?;
    let mut jobs = Vec::new();
    for learner in learners {
        let Some(record) = records.get(&learner.user_id) else { continue };
        if let Decision::Qualifies { inputs } = rule.decide(record, now) {
            let source = inputs.iter().max_by_key(|input| input.seen_at).map(|input| input.source);
            jobs.push(NewJob {
                user_id: learner.user_id.clone(),
                name: learner.name.clone(),
                email: learner.email.clone(),
                provenance: provenance(&rule, &inputs, source),
                narrative: None,
                evidence: None,
            });
        }
    }
    if jobs.is_empty() {
        return Ok(0);
    }
    let platform = format!("{}#{}", platform.issuer, platform.client_id);
    let did = state.keyring.current().issuer.did.clone();
    state.store.insert_jobs(JobScene { course_id, issuer_did: &did, platform: &platform }, &jobs, now).await
}
