//! What events say, in the shapes that Canvas documents, and what they do not say.

use openbadges::completion::Fact;
use serde_json::{Value, json};

use super::wire::{EventWire, Told};

fn told(name: &str, body: &Value) -> Option<Told> {
    let event = json!({
        "metadata": {
            "event_name": name, "event_time": "2026-11-25T09:00:00.120Z", "producer": "canvas",
            "root_account_id": "21070000000000001", "root_account_uuid": "account-a",
            "context_type": "Course", "context_id": "21070000000000565",
        },
        "body": body,
    });
    serde_json::from_value::<EventWire>(event).unwrap().told()
}

fn progress(count: &Value, done: &Value, at: &Value) -> Value {
    json!({
        "course": { "id": "565", "name": "Literacy" }, "user": { "id": "123", "name": "Ada", "email": "ada@school.example" },
        "progress": { "requirement_count": count, "requirement_completed_count": done, "completed_at": at },
    })
}

#[test]
fn a_course_is_complete_when_every_requirement_is() {
    let at = json!("2026-11-25T09:00:00Z");
    let whole = told("course_completed", &progress(&json!(6), &json!(6), &at)).unwrap();
    assert_eq!(
        whole,
        Told { course: 565, person: 123, fact: Fact::CourseComplete { course: None }, holds: true }
    );
    let cases = [
        ("a part", progress(&json!(6), &json!(5), &json!(null))),
        ("more requirements since", progress(&json!(7), &json!(6), &at)),
        ("nothing required", progress(&json!(0), &json!(0), &at)),
        ("no count", progress(&json!(null), &json!(null), &at)),
    ];
    for (what, body) in cases {
        for name in ["course_completed", "course_progress"] {
            assert!(!told(name, &body).unwrap().holds, "{what}");
        }
    }
}

#[test]
fn points_count_once_they_are_all_given_and_shown() {
    let grade = |changes: Value| {
        let mut body = json!({
            "assignment_id": "21070000000000355", "user_id": "21070000000000123", "student_id": "21070000000000123",
            "score": 16, "points_possible": 20, "grading_complete": true, "muted": false,
        });
        body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        told("grade_change", &body).unwrap()
    };
    let given = grade(json!({}));
    let line_item = Some("canvas-assignment-355".to_owned());
    assert_eq!(given.fact, Fact::Score { line_item, points: 16.0, max: 20.0, sections: vec![] });
    assert_eq!((given.course, given.person, given.holds), (565, 123, true));
    for changes in [json!({"muted": true}), json!({"grading_complete": false}), json!({"score": null})] {
        assert!(!grade(changes.clone()).holds, "{changes}");
    }
}

#[test]
fn the_grade_of_the_course_is_what_the_learner_sees() {
    let body = |score: Value, state: &str| json!({ "course_id": "565", "user_id": "123", "current_score": score, "final_score": 12.5, "workflow_state": state });
    let seen = told("course_grade_change", &body(json!(87.5), "active")).unwrap();
    let line_item = Some("canvas-course".to_owned());
    assert_eq!(seen.fact, Fact::Score { line_item, points: 87.5, max: 100.0, sections: vec![] });
    assert!(seen.holds);
    assert!(!told("course_grade_change", &body(json!(null), "active")).unwrap().holds);
    assert!(!told("course_grade_change", &body(json!(87.5), "deleted")).unwrap().holds);
}

#[test]
fn what_is_handed_in_is_a_fact_of_its_own() {
    let body = |at: Value, state: &str| json!({ "assignment_id": "21070000000000355", "user_id": 21_070_000_000_000_123_i64, "submitted_at": at, "workflow_state": state });
    let at = json!("2026-11-25T08:59:00Z");
    let handed_in = told("submission_created", &body(at.clone(), "submitted")).unwrap();
    assert_eq!(handed_in.fact, Fact::ActivityComplete { activity: "canvas-submission-355".to_owned() });
    assert_eq!((handed_in.person, handed_in.holds), (123, true));
    assert!(told("submission_updated", &body(at.clone(), "graded")).unwrap().holds);
    assert!(!told("submission_updated", &body(json!(null), "graded")).unwrap().holds);
    assert!(!told("submission_updated", &body(at, "unsubmitted")).unwrap().holds);
}

#[test]
fn events_about_how_a_course_is_built_say_nothing_of_a_learner() {
    let body =
        json!({ "module_item_id": "5", "context_id": "565", "context_type": "Course", "user_id": "123" });
    for name in ["module_item_created", "module_item_updated", "module_updated", "course_updated", "x", ""] {
        assert_eq!(told(name, &body), None, "{name}");
    }
}

#[test]
fn ids_of_another_shard_stay_whole_and_odd_ones_are_none() {
    let with = |user: Value| {
        let mut body = progress(&json!(1), &json!(1), &json!("2026-11-25T09:00:00Z"));
        body["user"]["id"] = user;
        told("course_completed", &body).map(|told| told.person)
    };
    assert_eq!(with(json!("21070000000000123")), Some(123));
    assert_eq!(with(json!("21080000000000123")), Some(21_080_000_000_000_123));
    for odd in [json!("1; drop"), json!(-1), json!(0), json!(null), json!({}), json!("99999999999999999999")]
    {
        assert_eq!(with(odd.clone()), None, "{odd}");
    }
}
