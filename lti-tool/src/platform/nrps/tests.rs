//! A roster over several pages, from a platform on loopback that behaves like Moodle, and from some that misbehave.

use serde_json::{Value, json};

use super::*;
use crate::platform::mock::Service;

async fn read(service: &Service, max_members: usize) -> Result<Roster, RosterError> {
    let url = service.url("/members?group=1");
    read_roster(service.client(), &url, None, max_members).await
}

fn members(ids: std::ops::Range<u32>) -> String {
    let members: Vec<Value> = ids
        .map(|id| json!({ "user_id": id.to_string(), "roles": ["Learner"], "name": format!("Learner {id}") }))
        .collect();
    json!({ "id": "x", "members": members }).to_string()
}

/// Two pages of two; the link drops the role filter, as Moodle's does.
fn two_pages(head: &str) -> (String, String, String) {
    if head.contains("from=2") {
        ("200 X".to_owned(), String::new(), members(3..5))
    } else {
        ("200 X".to_owned(), "link: </members?group=1&from=2>; rel=\"next\"\r\n".to_owned(), members(1..3))
    }
}

#[tokio::test]
async fn all_pages_are_read_with_the_role_filter_on_each_and_the_exact_media_type() {
    let service = Service::start(Box::new(two_pages)).await;
    let roster = read(&service, 100).await.unwrap();
    assert_eq!(
        roster.learners.iter().map(|learner| learner.user_id.as_str()).collect::<Vec<_>>(),
        ["1", "2", "3", "4"]
    );
    assert!(!roster.is_cut);
    let expected = [
        "POST /token HTTP/1.1",
        "GET /members?group=1&role=Learner HTTP/1.1",
        "GET /members?group=1&from=2&role=Learner HTTP/1.1",
    ];
    assert_eq!(service.requests(), expected);
    let heads = service.heads().join("");
    assert!(
        heads.contains("accept: application/vnd.ims.lti-nrps.v2.membershipcontainer+json\r\n"),
        "{heads}"
    );
    assert!(heads.contains("user-agent: lti-tool/"), "{heads}");
}

#[tokio::test]
async fn a_roster_is_cut_at_the_limit() {
    let service = Service::start(Box::new(two_pages)).await;
    let roster = read(&service, 2).await.unwrap();
    assert_eq!((roster.learners.len(), roster.is_cut), (2, true));
}

#[tokio::test]
async fn a_link_to_another_host_is_not_followed_and_half_a_roster_is_none() {
    let service = Service::start(Box::new(|_| {
        ("200 X".to_owned(), "link: <https://evil.example/>; rel=\"next\"\r\n".to_owned(), members(1..3))
    }))
    .await;
    let error = read(&service, 100).await.unwrap_err();
    assert_eq!(error.to_string(), "the roster cannot be read to its end");
}

#[tokio::test]
async fn a_link_in_a_circle_ends_and_is_no_roster() {
    let service = Service::start(Box::new(|_| {
        ("200 X".to_owned(), "link: </members>; rel=\"next\"\r\n".to_owned(), members(1..3))
    }))
    .await;
    assert_eq!(read(&service, 100).await.unwrap_err().to_string(), "the roster does not end");
    assert_eq!(service.requests().len(), 3);
}

#[tokio::test]
async fn a_refused_token_is_renewed_once() {
    let service = Service::start(Box::new(|_| ("401 X".to_owned(), String::new(), "{}".to_owned()))).await;
    let error = read(&service, 100).await.unwrap_err();
    assert_eq!(error.to_string(), "page 1 of the roster cannot be had");
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert_eq!(cause, "the platform answers 401 \"X\"");
    assert_eq!(service.requests().iter().filter(|request| request.starts_with("POST")).count(), 2);
}

#[tokio::test]
async fn what_is_no_roster_is_told_with_its_page() {
    let service =
        Service::start(Box::new(|_| ("200 X".to_owned(), String::new(), "<html>".to_owned()))).await;
    assert_eq!(
        read(&service, 100).await.unwrap_err().to_string(),
        "page 1 of the platform's answer is not a membership container"
    );
}
