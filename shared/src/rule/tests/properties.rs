//! What holds for every rule and every record, generated at random.

use proptest::prelude::*;
use serde_json::Value;

use super::{noon, record, said};
use crate::{
    completion::{Fact, Observation, Population, Record},
    rule::{Condition, Decision, Percent, Rule},
    time::Timestamp,
};

fn a_leaf() -> impl Strategy<Value = Condition> {
    let name = "[a-c]{1}";
    let percent = (0.0..=100.0).prop_map(|percent| Percent::new(percent).unwrap());
    prop_oneof![
        proptest::option::of(name).prop_map(|course| Condition::CourseCompletion { course }),
        proptest::collection::hash_set(name, 1..4)
            .prop_map(|names| Condition::ActivitiesComplete { activities: names.into_iter().collect() }),
        (name, percent.clone())
            .prop_map(|(line_item, percent)| Condition::GradeAtLeast { line_item, percent }),
        percent.clone().prop_map(|percent| Condition::OwnResultAtLeast { percent }),
        percent.prop_map(|percent| Condition::AttendanceAtLeast { percent }),
        (name, 0.0..1000.0, 0.0..1000.0).prop_map(|(line_item, total, per_section)| {
            Condition::ScaledScoreAtLeast { line_item, total, per_section, max: 1000.0 }
        }),
        (name, any::<bool>()).prop_map(|(code, must_be_valid)| Condition::Badge { code, must_be_valid }),
        (name, name, proptest::option::of(name)).prop_map(|(exam, verified_by, also_verified_by)| {
            Condition::ExternalResult { exam, verified_by, also_verified_by, pass_mark: None }
        }),
        (name, 1..4_usize, any::<bool>()).prop_map(|(role, quorum, evidence_required)| {
            Condition::ManualReview { role, quorum, evidence_required }
        }),
        (1..4_usize).prop_map(|n| Condition::PeerEndorsements { n }),
        (0..2_i64, 3..5_i64).prop_map(|(from, until)| Condition::DateWindow {
            from: Some(Timestamp::from_unix_seconds(from * 1_000_000_000)),
            until: Some(Timestamp::from_unix_seconds(until * 600_000_000)),
        }),
        proptest::sample::subsequence(Population::ALL.to_vec(), 1..=3)
            .prop_map(|any_of| Condition::Population { any_of }),
    ]
}

fn a_condition() -> impl Strategy<Value = Condition> {
    a_leaf().prop_recursive(4, 40, 5, |inner| {
        let of = proptest::collection::vec(inner, 1..5);
        prop_oneof![
            of.clone().prop_map(Condition::All),
            of.clone().prop_map(Condition::Any),
            (of, any::<proptest::sample::Index>())
                .prop_map(|(of, index)| Condition::AtLeast { n: index.index(of.len()) + 1, of }),
        ]
    })
}

fn a_fact() -> impl Strategy<Value = Fact> {
    let name = "[a-c]{1}";
    let number = prop_oneof![any::<f64>(), 0.0..1000.0];
    prop_oneof![
        proptest::option::of(name).prop_map(|course| Fact::CourseComplete { course }),
        name.prop_map(|activity| Fact::ActivityComplete { activity }),
        (
            proptest::option::of(name),
            number.clone(),
            number.clone(),
            proptest::collection::vec(number.clone(), 0..4)
        )
            .prop_map(|(line_item, points, max, sections)| Fact::Score {
                line_item,
                points,
                max,
                sections
            }),
        (name, proptest::option::of(any::<i64>())).prop_map(|(code, until)| Fact::Badge {
            code,
            valid_until: until.map(Timestamp::from_unix_seconds)
        }),
        (name, name, proptest::option::of(name)).prop_map(|(exam, number, verified_by)| Fact::Examination {
            exam,
            number,
            passed_on: noon(),
            evidence: None,
            verified_by
        }),
        number.prop_map(|percent| Fact::Attendance { percent }),
        (name, name, any::<bool>()).prop_map(|(role, by, evidence)| Fact::Approval { role, by, evidence }),
        name.prop_map(|by| Fact::Endorsement { by }),
        proptest::sample::select(Population::ALL.to_vec())
            .prop_map(|population| Fact::Population { population }),
    ]
}

fn any_json() -> impl Strategy<Value = Value> {
    let word = prop_oneof![
        Just("all"),
        Just("any"),
        Just("atLeast"),
        Just("badge"),
        Just("dateWindow"),
        Just("manualReview"),
        Just("x"),
        Just("")
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word.prop_map(Value::from)
    ];
    leaf.prop_recursive(6, 60, 6, |inner| {
        let key = prop_oneof![
            Just("op"),
            Just("kind"),
            Just("of"),
            Just("n"),
            Just("code"),
            Just("from"),
            Just("role"),
            Just("quorum")
        ];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::vec((key.prop_map(str::to_owned), inner), 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn writing_and_reading_are_inverse(condition in a_condition()) {
        prop_assert_eq!(Condition::from_json(&condition.to_json()), Ok(condition));
    }

    #[test]
    fn no_json_makes_the_reader_panic(value in any_json()) {
        if let Ok(condition) = Condition::from_json(&value) {
            prop_assert_eq!(Condition::from_json(&condition.to_json()), Ok(condition));
        }
    }

    #[test]
    fn every_decision_has_its_reasons(condition in a_condition(), facts in proptest::collection::vec(a_fact(), 0..12), now in any::<i64>()) {
        let rule = Rule { version: 1, condition };
        let record = record(facts);
        match rule.decide(&record, Timestamp::from_unix_seconds(now)) {
            Decision::Qualifies { inputs } => {
                // NaN is not equal to itself, so that the facts are compared as they are written.
                let text = |seen: &Observation| format!("{seen:?}");
                let known: Vec<String> = record.observations.iter().map(text).collect();
                let all_known = inputs.iter().all(|input| known.contains(&text(input)));
                prop_assert!(all_known, "an input that nobody has seen");
            }
            Decision::Nearly { done, needed, missing } => {
                prop_assert!(!missing.is_empty() && done < needed, "{}", said(&missing));
                prop_assert!(missing.iter().all(|reason| !reason.to_string().is_empty()));
            }
            Decision::Blocked { because, .. } => prop_assert!(!because.is_empty()),
        }
    }

    #[test]
    fn the_inputs_alone_satisfy_the_rule_again(condition in a_condition(), facts in proptest::collection::vec(a_fact(), 0..12)) {
        let rule = Rule { version: 1, condition };
        if let Decision::Qualifies { inputs } = rule.decide(&record(facts), noon()) {
            prop_assert!(rule.decide(&Record::new(inputs), noon()).qualifies(), "an audit reads the inputs and decides the same");
        }
    }
}
