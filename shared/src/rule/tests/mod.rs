//! What rules decide and say; each sentence that a person can meet is compared.

mod properties;
mod refusals;

use serde_json::{Value, json};

use super::*;
use crate::completion::{Fact, Obstacle, Source};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn noon() -> Timestamp {
    at("2026-11-25T12:00:00Z")
}

fn seen(fact: Fact) -> Observation {
    Observation { fact, source: Source::Moodle, seen_at: noon() }
}

fn record(facts: impl IntoIterator<Item = Fact>) -> Record {
    Record::new(facts.into_iter().map(seen).collect())
}

fn activity(name: &str) -> Fact {
    Fact::ActivityComplete { activity: name.to_owned() }
}

fn score(points: f64, max: f64) -> Fact {
    Fact::Score { line_item: Some("test".to_owned()), points, max, sections: vec![] }
}

fn badge(code: &str, until: Option<&str>) -> Fact {
    Fact::Badge { code: code.to_owned(), valid_until: until.map(at) }
}

fn approval(role: &str, by: &str, evidence: bool) -> Fact {
    Fact::Approval { role: role.to_owned(), by: by.to_owned(), evidence }
}

fn rule(condition: impl Into<Value>) -> Rule {
    Rule { version: 1, condition: Condition::from_json(&condition.into()).unwrap() }
}

fn decide(condition: Value, facts: impl IntoIterator<Item = Fact>) -> Decision {
    rule(condition).decide(&record(facts), noon())
}

/// What is missing, in English.
fn missing(condition: Value, facts: impl IntoIterator<Item = Fact>) -> String {
    match decide(condition, facts) {
        Decision::Nearly { missing, .. } => said(&missing),
        decision => panic!("not nearly: {decision:?}"),
    }
}

fn blocked(condition: Value, facts: impl IntoIterator<Item = Fact>) -> String {
    match decide(condition, facts) {
        Decision::Blocked { because, .. } => said(&because),
        decision => panic!("not blocked: {decision:?}"),
    }
}

fn said(reasons: &[Reason]) -> String {
    reasons.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

#[test]
fn what_is_missing_is_counted_and_named() {
    let wanted = json!({"kind": "activitiesComplete", "activities": ["quiz", "essay", "talk"]});
    assert_eq!(
        missing(wanted.clone(), [activity("quiz"), activity("talk")]),
        "2 of 3 activities complete; missing: essay"
    );
    assert!(matches!(
        decide(wanted.clone(), [activity("quiz")]),
        Decision::Nearly { done: 1, needed: 3, .. }
    ));
    assert!(decide(wanted, [activity("quiz"), activity("talk"), activity("essay")]).qualifies());
}

#[test]
fn a_course_is_its_own_or_another_one() {
    let own = Fact::CourseComplete { course: None };
    let other = Fact::CourseComplete { course: Some("dx".to_owned()) };
    assert!(decide(json!({"kind": "courseCompletion"}), [own.clone()]).qualifies());
    assert_eq!(missing(json!({"kind": "courseCompletion"}), [other.clone()]), "the course is not complete");
    assert!(decide(json!({"kind": "courseCompletion", "course": "dx"}), [other]).qualifies());
    assert_eq!(
        missing(json!({"kind": "courseCompletion", "course": "dx"}), [own]),
        "course dx is not complete"
    );
}

#[test]
fn a_score_is_compared_as_a_share_of_its_maximum() {
    let wanted = json!({"kind": "gradeAtLeast", "lineItem": "test", "percent": 70});
    assert!(decide(wanted.clone(), [score(0.7, 1.0)]).qualifies(), "binary fractions lose nothing");
    assert_eq!(missing(wanted.clone(), [score(13.9, 20.0)]), "score in test is 69.5%, at least 70% needed");
    assert_eq!(missing(wanted.clone(), []), "no score in test yet, at least 70% needed");
    for (points, max) in
        [(5.0, 0.0), (f64::NAN, 1.0), (1.0, f64::NAN), (5.0, -5.0), (f64::INFINITY, f64::INFINITY)]
    {
        assert_eq!(
            missing(wanted.clone(), [score(points, max)]),
            "no score in test yet, at least 70% needed"
        );
    }
    let own = Fact::Score { line_item: None, points: 6.0, max: 10.0, sections: vec![] };
    assert_eq!(
        missing(json!({"kind": "ownResultAtLeast", "percent": 70}), [own, score(10.0, 10.0)]),
        "score in this course's badge column is 60%, at least 70% needed"
    );
}

#[test]
fn the_latest_score_counts() {
    let wanted = rule(json!({"kind": "gradeAtLeast", "lineItem": "test", "percent": 50}));
    let mut later = seen(score(1.0, 10.0));
    later.seen_at = at("2026-11-25T12:00:01Z");
    let record = Record::new(vec![later, seen(score(9.0, 10.0))]);
    assert!(!wanted.decide(&record, noon()).qualifies());
}

#[test]
fn a_scaled_test_needs_its_total_and_each_section() {
    let wanted = json!({"kind": "scaledScoreAtLeast", "lineItem": "test", "total": 600, "perSection": 300, "max": 1000});
    let result = |points, sections: &[f64]| {
        [Fact::Score { line_item: Some("test".to_owned()), points, max: 1000.0, sections: sections.to_vec() }]
    };
    assert!(decide(wanted.clone(), result(600.0, &[300.0, 350.0, 900.0])).qualifies());
    assert_eq!(
        missing(wanted.clone(), result(640.0, &[300.0, 290.0, 100.0])),
        "test: 640 of at least 600 points; below 300 points in section 2, 3"
    );
    assert_eq!(missing(wanted.clone(), result(640.0, &[])), "test: 640 of at least 600 points");
    assert_eq!(missing(wanted, []), "no score in test yet, at least 600 points needed");
}

#[test]
fn a_pathway_asks_for_badges_that_still_count_where_it_says_so() {
    let valid = json!({"kind": "badge", "code": "DX-1", "mustBeValid": true});
    let expired = [badge("DX-1", Some("2026-11-25T12:00:00Z"))];
    assert_eq!(missing(valid.clone(), expired.clone()), "badge DX-1 expired at 2026-11-25T12:00:00Z");
    assert!(decide(json!({"kind": "badge", "code": "DX-1"}), expired.clone()).qualifies());
    let [expired] = expired;
    assert!(decide(valid.clone(), [expired, badge("DX-1", None)]).qualifies(), "the best one counts");
    assert_eq!(missing(valid, [badge("DX-2", None)]), "badge DX-1 is not held");
}

#[test]
fn a_certificate_needs_a_number_and_a_check() {
    let wanted = json!({"kind": "externalResult", "exam": "FE", "verifiedBy": "document-check", "alsoVerifiedBy": "register"});
    let certificate = |number: &str, how: Option<&str>| {
        [Fact::Examination {
            exam: "FE".to_owned(),
            number: number.to_owned(),
            passed_on: noon(),
            evidence: None,
            verified_by: how.map(str::to_owned),
        }]
    };
    assert_eq!(missing(wanted.clone(), []), "no certificate of examination FE is recorded");
    assert_eq!(
        missing(wanted.clone(), certificate(" ", Some("register"))),
        "no certificate of examination FE is recorded"
    );
    assert_eq!(
        missing(wanted.clone(), certificate("FE-1", None)),
        "the certificate of examination FE awaits its check (document-check)"
    );
    assert!(decide(wanted.clone(), certificate("FE-1", Some("register"))).qualifies());
    assert!(!decide(wanted, certificate("FE-1", Some("hearsay"))).qualifies());
    let mark = json!({"kind": "externalResult", "exam": "IP", "verifiedBy": "x", "passMark": "600/1000"});
    assert_eq!(missing(mark, []), "no certificate of examination IP is recorded (pass mark: 600/1000)");
}

#[test]
fn people_are_counted_once_each() {
    let wanted = json!({"kind": "manualReview", "role": "assessor", "evidenceRequired": true, "quorum": 2});
    let facts = [
        approval("assessor", "a", true),
        approval("assessor", "a", true),
        approval("assessor", "b", false),
        approval("peer", "c", true),
    ];
    assert_eq!(
        missing(wanted.clone(), facts),
        "1 of 2 approvals by assessor (1 without evidence do not count)"
    );
    assert!(decide(wanted, [approval("assessor", "a", true), approval("assessor", "b", true)]).qualifies());
    let peers = json!({"kind": "peerEndorsements", "n": 3});
    let endorsed = |by: &str| Fact::Endorsement { by: by.to_owned() };
    assert_eq!(missing(peers, [endorsed("a"), endorsed("a"), endorsed("b")]), "2 of 3 endorsements by peers");
}

#[test]
fn attendance_is_a_share() {
    let wanted = json!({"kind": "attendanceAtLeast", "percent": 90});
    assert_eq!(missing(wanted.clone(), []), "no attendance recorded yet, at least 90% needed");
    assert_eq!(
        missing(wanted.clone(), [Fact::Attendance { percent: 66.666 }]),
        "attendance is 66.7%, at least 90% needed"
    );
    assert!(decide(wanted, [Fact::Attendance { percent: 400.0 }]).qualifies());
}

#[test]
fn time_and_population_block() {
    let window = |from: &str, until: &str| json!({"kind": "dateWindow", "from": from, "until": until});
    let (past, now, later) = ("2026-01-01T00:00:00Z", "2026-11-25T12:00:00Z", "2027-01-01T00:00:00Z");
    assert_eq!(blocked(window(later, "2028-01-01T00:00:00Z"), []), "awards begin at 2027-01-01T00:00:00Z");
    assert_eq!(blocked(window(past, now), []), "awards ended at 2026-11-25T12:00:00Z");
    assert!(decide(window(now, later), []).qualifies(), "from its first second on");
    let employees = json!({"kind": "population", "anyOf": ["employee", "dispatched"]});
    let is = |population| Fact::Population { population };
    assert!(decide(employees.clone(), [is(Population::Dispatched)]).qualifies());
    assert_eq!(
        blocked(employees.clone(), [is(Population::External)]),
        "this badge is for employee or dispatched, not for external"
    );
    assert_eq!(
        blocked(employees, []),
        "this badge is for employee or dispatched; the learner's population is not known"
    );
}

#[test]
fn a_choice_says_how_many_more_and_which() {
    let wanted = json!({"op": "atLeast", "n": 2, "of": [
        {"kind": "badge", "code": "A"}, {"kind": "badge", "code": "B"}, {"kind": "badge", "code": "C"}]});
    assert_eq!(
        missing(wanted.clone(), [badge("B", None)]),
        "1 of 2 needed; open: badge A is not held / badge C is not held"
    );
    let Decision::Qualifies { inputs } = decide(wanted, [badge("C", None), badge("A", None)]) else {
        panic!("two of three are enough")
    };
    assert_eq!(inputs, [seen(badge("A", None)), seen(badge("C", None))], "in the rule's order");
}

#[test]
fn a_choice_blocks_only_when_too_few_ways_are_open() {
    let closed = json!({"kind": "dateWindow", "until": "2020-01-01T00:00:00Z"});
    let open = json!({"kind": "badge", "code": "A"});
    assert_eq!(
        missing(json!({"op": "any", "of": [closed, open]}), []),
        "0 of 1 needed; open: awards ended at 2020-01-01T00:00:00Z / badge A is not held"
    );
    assert!(matches!(
        decide(json!({"op": "atLeast", "n": 2, "of": [closed, open]}), [badge("A", None)]),
        Decision::Blocked { .. }
    ));
}

#[test]
fn an_obstacle_blocks_whoever_does_not_qualify_otherwise() {
    let wanted = rule(json!({"kind": "courseCompletion"}));
    let obstacle = |obstacle| vec![(Source::Canvas, obstacle)];
    let mut record = Record { observations: vec![], obstacles: obstacle(Obstacle::NothingRequired) };
    let Decision::Blocked { because, missing } = wanted.decide(&record, noon()) else {
        panic!("nobody can complete it")
    };
    assert_eq!(said(&because), "canvas: the course requires nothing, so nobody can complete it");
    assert_eq!(said(&missing), "the course is not complete");
    record.observations = vec![seen(Fact::CourseComplete { course: None })];
    assert!(wanted.decide(&record, noon()).qualifies());
    for (kind, sentence) in [
        (Obstacle::LinkIsOpen, "the link is open to everybody, so opening it says nothing"),
        (Obstacle::LinkIsGone, "the link is not in the course"),
        (
            Obstacle::RosterCut { limit: 20_000 },
            "only the first 20000 members of the course are read, and a list that was cut shows nobody's absence",
        ),
        (Obstacle::TrackingOff, "completion tracking is off"),
        (Obstacle::NotConfigured, "not set up"),
        (Obstacle::NotAllowed, "the platform refuses, a right is missing"),
        (Obstacle::NoAnswer, "the platform does not answer"),
    ] {
        let reason = Reason::Obstacle { source: Source::Csv, obstacle: kind };
        assert_eq!(reason.to_string(), format!("csv: {sentence}"));
    }
}

#[test]
fn a_change_shows_whom_it_adds_and_whom_it_loses() {
    let (old, new) = (
        rule(json!({"kind": "gradeAtLeast", "lineItem": "test", "percent": 80})),
        rule(json!({"op": "all", "of": [
            {"kind": "gradeAtLeast", "lineItem": "test", "percent": 60}, {"kind": "activitiesComplete", "activities": ["talk"]}]})),
    );
    let people = [
        ("added", record([score(7.0, 10.0), activity("talk")])),
        ("lost", record([score(9.0, 10.0)])),
        ("both", record([score(9.0, 10.0), activity("talk")])),
        ("neither", record([])),
    ];
    let group = || people.iter().map(|(name, record)| (*name, record));
    let change = difference(&old, &new, group(), noon());
    assert_eq!((change.gained.as_slice(), change.unchanged), (&["added"][..], 2));
    assert_eq!(change.lost[0].0, "lost");
    let run = dry_run(&new, group(), noon());
    assert_eq!(run.qualify, ["added", "both"]);
    assert_eq!((run.nearly.len(), run.blocked.len()), (2, 0));
}
