//! From what is known to what is awarded: the rule is applied to every learner of the course, and who qualifies is queued.
//!
//! Who holds the badge already gets it anew when it ends soon, or has ended, and something new earns it ([`Rule::renews`]).

use openbadges::{
    completion::{Fact, Observation, Record},
    rule::{Decision, Names, Rule},
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
///
/// It stays for ever, so that it holds nothing that a person may want erased: neither the number of a certificate nor where its evidence is.
#[must_use]
pub fn provenance(rule: &Rule, inputs: &[Observation]) -> Value {
    let latest = inputs.iter().max_by_key(|input| input.seen_at);
    // A rule may ask for nothing that somebody has to tell, such as a date alone.
    let source = latest.map_or("rule", |input| input.source.as_str());
    let inputs: Vec<Observation> = inputs.iter().cloned().map(discreet).collect();
    json!({ "source": source, "rule": rule.condition, "version": rule.version, "inputs": inputs })
}

fn discreet(mut input: Observation) -> Observation {
    if let Fact::Examination { number, evidence, .. } = &mut input.fact {
        "on record".clone_into(number);
        *evidence = None;
    }
    input
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
    let records = state.store.list_records(course_id, None, &Names::of([&rule.condition])).await?;
    let soon = later(now, RENEWAL_SECONDS);
    let ending = state.store.list_ending(course_id, soon).await?;
    let (mut jobs, mut renewals) = (Vec::new(), Vec::new());
    let nothing = Record::default();
    for learner in learners {
        let record = records.get(&learner.user_id).unwrap_or(&nothing);
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
    let renewed = state.store.insert_renewals(course_id, &renewals, soon, 0).await?;
    if jobs.is_empty() {
        return Ok(renewed);
    }
    let platform = format!("{}#{}", platform.issuer, platform.client_id);
    let did = state.keyring.current().issuer.did.clone();
    let scene = JobScene { course_id, issuer_did: &did, platform: &platform, gives_again: false };
    Ok(renewed + state.store.insert_jobs(scene, &jobs, 0).await?)
}

#[cfg(test)]
mod tests {
    use openbadges::{completion::Source, rule::Condition};

    use super::*;

    #[test]
    fn what_is_kept_for_ever_holds_no_number_of_a_certificate() {
        let seen_at = Timestamp::from_unix_seconds(0);
        let exam = Fact::Examination {
            exam: "IP".to_owned(),
            number: "IP-2026-04-00123".to_owned(),
            passed_on: seen_at,
            evidence: Some("https://e.example/1".to_owned()),
            verified_by: Some("document-check".to_owned()),
        };
        let inputs = [Observation { fact: exam, source: Source::Records, seen_at }];
        let rule = Rule { version: 3, condition: Condition::CourseCompletion { course: None } };
        let kept = provenance(&rule, &inputs);
        assert_eq!((&kept["source"], &kept["version"]), (&json!("records"), &json!(3)));
        assert_eq!(kept["inputs"][0]["fact"]["exam"], "IP");
        let text = kept.to_string();
        assert!(!text.contains("00123") && !text.contains("e.example"), "{text}");
    }
}
