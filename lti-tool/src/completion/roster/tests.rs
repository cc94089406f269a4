//! What lists of members say and do not say.

use super::*;
use crate::platform::service::PrivateText;

fn list(ids: &[&str]) -> Vec<Learner> {
    ids.iter().map(|id| Learner { user_id: (*id).to_owned(), ..Learner::default() }).collect()
}

fn judged(before: &[&str], admitted: &[&str], after: &[&str]) -> Reading {
    judge(&list(before), &list(admitted), list(after))
}

fn complete(reading: &Reading) -> Vec<&str> {
    reading.facts.iter().map(|seen| seen.user_id.as_str()).collect()
}

#[test]
fn who_may_open_a_link_that_holds_somebody_back_has_completed() {
    let reading = judged(&["a", "b", "c"], &["b"], &["a", "b", "c"]);
    assert_eq!((complete(&reading), reading.obstacle.clone()), (vec!["b"], None));
    assert_eq!(reading.looked_at, ["a", "b", "c"], "what was said of a and c before is withdrawn");
}

#[test]
fn a_link_that_holds_back_nobody_says_nothing() {
    for lists in [(&["a", "b"][..], &["a", "b"][..]), (&["a"], &["a"]), (&[], &[])] {
        let reading = judged(lists.0, lists.1, lists.0);
        assert_eq!(
            (reading.facts.len(), reading.looked_at.len()),
            (0, 0),
            "nobody is awarded, nothing is withdrawn"
        );
        assert_eq!(reading.obstacle, Some(Obstacle::LinkIsOpen));
    }
}

#[test]
fn who_joins_or_leaves_meanwhile_does_not_make_a_link_look_restricted() {
    assert_eq!(judged(&["a"], &["a"], &["a", "new"]).obstacle, Some(Obstacle::LinkIsOpen));
    assert_eq!(judged(&["a", "gone"], &["a"], &["a"]).obstacle, Some(Obstacle::LinkIsOpen));
    let reading = judged(&["a", "b"], &["b", "new"], &["a", "b", "new"]);
    assert_eq!(complete(&reading), ["b"], "the new one is judged next time");
}

#[test]
fn a_stranger_on_the_list_is_no_learner_of_the_course() {
    assert_eq!(complete(&judged(&["a", "b"], &["b", "x"], &["a", "b"])), ["b"]);
}

#[test]
fn nobody_admitted_withdraws_what_was_said() {
    let reading = judged(&["a", "b"], &[], &["a", "b"]);
    assert_eq!((complete(&reading).len(), reading.looked_at.len(), reading.obstacle), (0, 2, None));
}

#[test]
fn a_link_is_gone_by_what_the_platform_says_and_not_by_our_rights() {
    let said = |status| RosterError::Service {
        page: 1,
        source: ServiceError::Refused { status, reason: String::new(), body: PrivateText::new("") },
    };
    // Whether it counts as gone; whether it does for a link that nobody came through in this course.
    for (status, gone, odd) in [
        (404, true, true),
        (400, true, true),
        (410, true, true),
        (500, false, true),
        (401, false, false),
        (403, false, false),
    ] {
        assert_eq!((said(status).is_not_found(), is_odd(&said(status))), (gone, odd), "{status}");
    }
    assert!(!is_odd(&RosterError::Endless));
    let busy = ServiceError::Busy { status: 503, retry_after_seconds: None };
    assert!(!is_odd(&RosterError::Service { page: 1, source: busy }), "a platform that is away says nothing");
}
