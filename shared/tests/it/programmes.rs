//! The rules of the programmes that come with the tool: all load, and every one can be earned and can be missed.

use openbadges::{
    completion::{Fact, Observation, Record, Source},
    rule::{Condition, Decision, Rule},
    time::Timestamp,
};
use serde_json::Value;

fn now() -> Timestamp {
    "2026-11-25T12:00:00Z".parse().unwrap()
}

fn achievements() -> Vec<(String, Value)> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../lti-tool/data/programmes/programmes.json");
    let programmes: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let list = programmes["achievements"].as_array().unwrap();
    list.iter().map(|one| (one["code"].as_str().unwrap().to_owned(), one["awardRule"].clone())).collect()
}

/// Facts that satisfy every leaf of a condition.
fn everything(condition: &Condition, facts: &mut Vec<Fact>) {
    match condition {
        Condition::All(of) | Condition::Any(of) | Condition::AtLeast { of, .. } => {
            for condition in of {
                everything(condition, facts);
            }
        }
        Condition::CourseCompletion { course } => facts.push(Fact::CourseComplete { course: course.clone() }),
        Condition::ActivitiesComplete { activities } => {
            facts.extend(activities.iter().map(|name| Fact::ActivityComplete { activity: name.clone() }));
        }
        Condition::GradeAtLeast { line_item, percent } => facts.push(Fact::Score {
            line_item: Some(line_item.clone()),
            points: percent.as_f64(),
            max: 100.0,
            sections: vec![],
        }),
        Condition::OwnResultAtLeast { percent } => {
            facts.push(Fact::Score {
                line_item: None,
                points: percent.as_f64(),
                max: 100.0,
                sections: vec![],
            });
        }
        Condition::ScaledScoreAtLeast { line_item, total, per_section, max } => facts.push(Fact::Score {
            line_item: Some(line_item.clone()),
            points: *total,
            max: *max,
            sections: vec![*per_section; 3],
        }),
        Condition::Badge { code, .. } => facts.push(Fact::Badge { code: code.clone(), valid_until: None }),
        Condition::ExternalResult { exam, verified_by, .. } => facts.push(Fact::Examination {
            exam: exam.clone(),
            number: "123".to_owned(),
            passed_on: now(),
            evidence: None,
            verified_by: Some(verified_by.clone()),
        }),
        Condition::AttendanceAtLeast { percent } => {
            facts.push(Fact::Attendance { percent: percent.as_f64() });
        }
        Condition::ManualReview { role, quorum, .. } => facts.extend((0..*quorum).map(|person| {
            Fact::Approval { role: role.clone(), by: format!("person {person}"), evidence: true }
        })),
        Condition::PeerEndorsements { n } => {
            facts.extend((0..*n).map(|person| Fact::Endorsement { by: format!("peer {person}") }));
        }
        Condition::DateWindow { .. } => {}
        Condition::Population { any_of } => {
            facts.extend(any_of.first().map(|population| Fact::Population { population: *population }));
        }
    }
}

fn record(facts: Vec<Fact>) -> Record {
    let seen = |fact| Observation { fact, source: Source::Instructor, seen_at: now() };
    Record::new(facts.into_iter().map(seen).collect())
}

#[test]
fn all_54_rules_load_and_are_written_as_they_were() {
    let achievements = achievements();
    assert_eq!(achievements.len(), 54);
    for (code, value) in achievements {
        let condition = Condition::from_json(&value).unwrap_or_else(|error| panic!("{code}: {error}"));
        assert_eq!(Condition::from_json(&condition.to_json()).as_ref(), Ok(&condition), "{code}");
    }
}

#[test]
fn every_rule_can_be_earned_and_says_what_is_missing() {
    for (code, value) in achievements() {
        let rule = Rule { version: 1, condition: Condition::from_json(&value).unwrap() };
        let mut facts = Vec::new();
        everything(&rule.condition, &mut facts);
        let Decision::Qualifies { inputs } = rule.decide(&record(facts.clone()), now()) else {
            panic!("{code} cannot be earned")
        };
        assert!(!inputs.is_empty(), "{code} is earned by nothing");
        let Decision::Nearly { done: 0, missing, .. } = rule.decide(&Record::default(), now()) else {
            panic!("{code} is not missed by nothing")
        };
        assert!(missing.iter().all(|reason| reason.to_string().len() > 10), "{code}");
    }
}

#[test]
fn dx_leaders_is_a_pathway_of_badges() {
    let (_, leaders) = achievements().into_iter().find(|(code, _)| code == "DX-10").unwrap();
    let rule = Rule { version: 1, condition: Condition::from_json(&leaders).unwrap() };
    let held = |codes: &[&str]| {
        record(codes.iter().map(|code| Fact::Badge { code: (*code).to_owned(), valid_until: None }).collect())
    };
    let Decision::Nearly { done: 2, needed: 4, missing } = rule.decide(&held(&["DX-05", "DX-06"]), now())
    else {
        panic!("DX-09 and one more are missing")
    };
    let said: Vec<String> = missing.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        ["badge DX-09 is not held", "1 of 2 needed; open: badge DX-07 is not held / badge DX-08 is not held"]
    );
    assert!(rule.decide(&held(&["DX-05", "DX-06", "DX-08", "DX-09"]), now()).qualifies());
}
