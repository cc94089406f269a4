//! Earning a badge anew when it ends: by what was seen after it was awarded, not by the same completion twice.

use super::{Decision, Rule};
use crate::{
    completion::{Fact, Observation, Record},
    time::Timestamp,
};

impl Rule {
    /// What earns the badge anew, for somebody who was awarded `since` then; `None` if nothing does.
    ///
    /// Completions, results, examinations, attendance and approvals count only if they were seen after that moment. What a learner is or
    /// holds counts as it stands, but something has to be new.
    #[must_use]
    pub fn renews(&self, record: &Record, since: Timestamp, now: Timestamp) -> Option<Vec<Observation>> {
        let is_new = |observation: &Observation| observation.seen_at > since;
        let observations = record.observations.iter();
        let anew = observations.filter(|seen| is_new(seen) || is_standing(&seen.fact)).cloned().collect();
        match self.decide(&Record::new(anew), now) {
            Decision::Qualifies { inputs } if inputs.iter().any(is_new) => Some(inputs),
            _ => None,
        }
    }
}

/// Whether a fact says what somebody is or holds, and not what they did.
fn is_standing(fact: &Fact) -> bool {
    matches!(fact, Fact::Badge { .. } | Fact::Population { .. } | Fact::Endorsement { .. })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        completion::{Population, Source},
        rule::Condition,
    };

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix_seconds(seconds)
    }

    fn record(facts: &[(Fact, i64)]) -> Record {
        let seen = |(fact, seconds): &(Fact, i64)| Observation {
            fact: fact.clone(),
            source: Source::Moodle,
            seen_at: at(*seconds),
        };
        Record::new(facts.iter().map(seen).collect())
    }

    fn rule(conditions: Vec<Condition>) -> Rule {
        Rule { version: 1, condition: Condition::All(conditions) }
    }

    #[test]
    fn the_same_completion_does_not_count_twice() {
        let rule = rule(vec![Condition::CourseCompletion { course: None }]);
        let complete = |seconds| record(&[(Fact::CourseComplete { course: None }, seconds)]);
        assert_eq!(rule.renews(&complete(10), at(10), at(99)), None);
        assert_eq!(rule.renews(&complete(11), at(10), at(99)).unwrap(), complete(11).observations);
        assert_eq!(rule.renews(&Record::default(), at(10), at(99)), None);
    }

    #[test]
    fn what_somebody_is_counts_as_it_stands_but_renews_nothing_by_itself() {
        let employee = (Fact::Population { population: Population::Employee }, 1);
        let population = Condition::Population { any_of: vec![Population::Employee] };
        let both = rule(vec![Condition::CourseCompletion { course: None }, population.clone()]);
        let again = record(&[(Fact::CourseComplete { course: None }, 11), employee.clone()]);
        assert_eq!(both.renews(&again, at(10), at(99)).map(|inputs| inputs.len()), Some(2));
        assert_eq!(rule(vec![population]).renews(&record(&[employee]), at(10), at(99)), None);
    }

    #[test]
    fn a_renewed_badge_renews_what_was_built_on_it() {
        let rule = rule(vec![Condition::Badge { code: "dx-1".to_owned(), must_be_valid: true }]);
        let held = |seconds| record(&[(Fact::Badge { code: "dx-1".to_owned(), valid_until: None }, seconds)]);
        assert!(rule.renews(&held(9), at(10), at(99)).is_none());
        assert!(rule.renews(&held(11), at(10), at(99)).is_some());
    }

    #[test]
    fn a_rule_without_conditions_renews_nothing() {
        assert_eq!(rule(Vec::new()).renews(&Record::default(), at(10), at(99)), None);
    }
}
