//! The grade book's rules.

use super::*;
use crate::platform::sample::{self, LITERACY, SUZUKI, TANAKA};

fn book() -> GradeBook {
    let mut book = GradeBook::default();
    book.insert("tool", LITERACY, "https://lms.example/lineitems", br#"{"scoreMaximum":10,"label":"Badge"}"#)
        .unwrap();
    book
}

fn score(user_id: &str, second: u32) -> Vec<u8> {
    json!({
        "userId": user_id, "scoreGiven": 1, "scoreMaximum": 2, "activityProgress": "Completed",
        "gradingProgress": "FullyGraded", "timestamp": format!("2026-11-23T00:00:{second:02}Z"),
    })
    .to_string()
    .into_bytes()
}

#[test]
fn a_score_becomes_a_scaled_result() {
    let mut book = book();
    book.score(&sample::world(), "tool", LITERACY, 1, &score(SUZUKI, 1)).unwrap();
    let results = book.results("tool", LITERACY, 1, Some(SUZUKI)).unwrap();
    assert_eq!(results[0]["resultScore"], 5.0);
}

#[test]
fn a_score_of_the_same_second_is_stale() {
    let mut book = book();
    book.score(&sample::world(), "tool", LITERACY, 1, &score(SUZUKI, 1)).unwrap();
    let second = book.score(&sample::world(), "tool", LITERACY, 1, &score(SUZUKI, 1));
    assert_eq!(second, Err(GradeRefusal::Stale));
}

#[test]
fn an_instructor_cannot_be_graded() {
    let refused = book().score(&sample::world(), "tool", LITERACY, 1, &score(TANAKA, 1));
    assert_eq!(refused, Err(GradeRefusal::Ungradable(TANAKA.to_owned())));
}

#[test]
fn another_tool_does_not_find_the_line_item() {
    assert_eq!(book().find("other", LITERACY, 1), Err(GradeRefusal::NoLineItem));
    assert!(book().list("other", LITERACY, "").is_empty());
}

#[test]
fn line_items_are_found_by_tag() {
    let mut book = book();
    let tagged = br#"{"scoreMaximum":1,"label":"Tagged","tag":"badge"}"#;
    book.insert("tool", LITERACY, "https://lms.example/lineitems", tagged).unwrap();
    let found = book.list("tool", LITERACY, "tag=badge");
    assert_eq!(found.iter().map(|item| item.label.as_str()).collect::<Vec<_>>(), ["Tagged"]);
}
