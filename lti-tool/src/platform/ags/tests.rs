//! The grade book of a Moodle as it was measured, and what Canvas does otherwise.

use serde_json::json;

use super::*;
use crate::platform::{mock::Service, service::PrivateText};

const ITEM: &str = "/mod/lti/services.php/2/lineitems/8/lineitem?type_id=2";

fn score(user_id: &str) -> Score<'_> {
    Score { user_id, given: Some(1.0), maximum: 1.0, at: "2026-11-25T10:00:00Z".parse().unwrap() }
}

fn ok(body: &str) -> (String, String, String) {
    ("200 OK".to_owned(), String::new(), body.to_owned())
}

async fn publish(status: &'static str, body: &'static str) -> Result<(), ScoreError> {
    let service =
        Service::start(Box::new(move |_| (status.to_owned(), String::new(), body.to_owned()))).await;
    publish_score(service.client(), &service.url(ITEM), &score("3")).await
}

#[tokio::test]
async fn a_score_goes_before_the_query_string_in_its_own_media_type_and_an_empty_answer_is_fine() {
    let service = Service::start(Box::new(|_| ok(""))).await;
    publish_score(service.client(), &service.url(ITEM), &score("4")).await.unwrap();
    let sent = service.heads().pop().unwrap();
    let first = "POST /mod/lti/services.php/2/lineitems/8/lineitem/scores?type_id=2 HTTP/1.1";
    assert_eq!(sent.lines().next(), Some(first));
    assert!(sent.contains("content-type: application/vnd.ims.lis.v1.score+json\r\n"), "{sent}");
    assert!(sent.contains("accept: application/vnd.ims.lis.v1.score+json\r\n"), "{sent}");
    assert!(!sent.contains("application/json") && sent.contains("authorization: Bearer t\r\n"), "{sent}");
}

#[tokio::test]
async fn moodle_s_and_canvas_s_refusals_of_a_score_are_told_apart() {
    let moodle = publish("409 Refusing score with an earlier timestamp for item 8 and user 3", "[]").await;
    assert!(matches!(moodle, Err(ScoreError::Stale)));
    let canvas = r#"{"errors":{"type":"bad_request","message":"Timestamp is before the last one"}}"#;
    assert!(matches!(publish("400 Bad Request", canvas).await, Err(ScoreError::Stale)));
    let moodle = publish(r#"400 Incorrect score received{"userId": "3", "comment": "ok"}"#, "[]").await;
    assert!(matches!(moodle, Err(ScoreError::Ungradable)));
    let canvas = publish("422 Unprocessable Entity", "{}").await;
    assert_eq!(canvas.unwrap_err().to_string(), "the platform does not grade this person");
    assert!(matches!(publish("404 Line item does not exist", "{}").await, Err(ScoreError::NoLineItem)));
    let other = publish("400 No handler found", "{}").await.unwrap_err();
    let ScoreError::Service(cause) = other else { panic!("{other}") };
    assert_eq!(cause.to_string(), r#"the platform answers 400 "No handler found""#);
}

#[tokio::test]
async fn a_platform_that_asks_to_wait_is_told_as_such() {
    let service = Service::start(Box::new(|_| {
        ("429 Too Many Requests".to_owned(), "retry-after: 17\r\n".to_owned(), String::new())
    }))
    .await;
    let error = publish_score(service.client(), &service.url(ITEM), &score("4")).await.unwrap_err();
    let ScoreError::Service(ServiceError::Busy { status, retry_after_seconds }) = error else {
        panic!("{error}")
    };
    assert_eq!((status, retry_after_seconds), (429, Some(17)));
}

#[tokio::test]
async fn line_items_are_read_over_moodle_s_curly_links_with_the_exact_media_type() {
    let service = Service::start(Box::new(|head| {
        let item = |number: u32| json!([{ "id": format!("/2/lineitems/{number}/lineitem?type_id=2"), "label": "B", "scoreMaximum": 1 }]);
        if head.contains("from=1") {
            return ok(&item(2).to_string());
        }
        let link = "link: </2/lineitems?type_id=2&amp;tag=badge&amp;limit=1&amp;from=1>; rel=“next”\r\n";
        ("200 OK".to_owned(), link.to_owned(), item(1).to_string())
    }))
    .await;
    let filter = LineItemFilter { tag: Some("badge"), ..LineItemFilter::default() };
    let items =
        list_line_items(service.client(), &service.url("/2/lineitems?type_id=2"), filter).await.unwrap();
    let paths: Vec<&str> = items.iter().map(|item| item.url.path()).collect();
    assert_eq!(paths, ["/2/lineitems/1/lineitem", "/2/lineitems/2/lineitem"]);
    let heads = service.heads().join("");
    assert!(heads.contains("GET /2/lineitems?type_id=2&tag=badge HTTP/1.1"), "{heads}");
    assert!(heads.contains("accept: application/vnd.ims.lis.v2.lineitemcontainer+json\r\n"), "{heads}");
}

#[tokio::test]
async fn a_line_item_is_made_changed_found_and_deleted() {
    let service = Service::start(Box::new(|head| match head {
        head if head.starts_with("GET /gone") => {
            ("404 Line item does not exist".to_owned(), String::new(), "{}".to_owned())
        }
        head if head.starts_with("DELETE /coupled") => {
            ("401 Unauthorized".to_owned(), String::new(), "{}".to_owned())
        }
        _ => ok(r#"{"id":"/items/1","label":"Badge","scoreMaximum":1}"#),
    }))
    .await;
    let new = NewLineItem {
        label: "Badge",
        score_maximum: 1.0,
        resource_id: Some("badge"),
        tag: None,
        resource_link_id: None,
    };
    let client = service.client();
    let made = insert_line_item(client, &service.url("/items"), &new).await.unwrap();
    assert_eq!(made.url.path(), "/items/1");
    update_line_item(client, &made.url, &new).await.unwrap();
    assert!(find_line_item(client, &made.url).await.unwrap().is_some());
    assert!(find_line_item(client, &service.url("/gone")).await.unwrap().is_none());
    delete_line_item(client, &made.url).await.unwrap();
    let coupled = delete_line_item(client, &service.url("/coupled")).await.unwrap_err();
    assert_eq!(coupled.to_string(), "the line item belongs to an assignment and cannot be deleted alone");
    let heads = service.heads().join("");
    assert!(heads.contains("content-type: application/vnd.ims.lis.v2.lineitem+json\r\n"), "{heads}");
    assert!(heads.contains(r#"{"label":"Badge","scoreMaximum":1.0,"resourceId":"badge"}"#), "{heads}");
}

#[tokio::test]
async fn results_are_asked_for_whole_and_read_as_parts_of_the_maximum() {
    let service = Service::start(Box::new(|_| {
        ok(r#"[{"id":"x","userId":"4","resultScore":16,"resultMaximum":20},{"userId":"5","resultMaximum":20}]"#)
    }))
    .await;
    let results = list_results(service.client(), &service.url(ITEM), Some("4")).await.unwrap();
    assert_eq!(results.iter().map(LearnerResult::fraction).collect::<Vec<_>>(), [Some(0.8), None]);
    let path = "GET /mod/lti/services.php/2/lineitems/8/lineitem/results?type_id=2&user_id=4 HTTP/1.1";
    assert_eq!(service.requests().pop().as_deref(), Some(path));
}

#[tokio::test]
async fn what_is_no_list_and_what_never_ends_are_told() {
    let service = Service::start(Box::new(|_| ok("<!DOCTYPE html>"))).await;
    let error = list_results(service.client(), &service.url(ITEM), None).await.unwrap_err();
    assert_eq!(error.to_string(), "the platform's answer is not of the grade book");
    let circle = Service::start(Box::new(|_| {
        ("200 OK".to_owned(), "link: </items>; rel=next\r\n".to_owned(), "[]".to_owned())
    }))
    .await;
    let error = list_line_items(circle.client(), &circle.url("/items"), LineItemFilter::default()).await;
    assert_eq!(error.unwrap_err().to_string(), "the grade book's list does not end");
}

#[test]
fn only_what_a_platform_says_of_the_timestamp_makes_a_score_stale() {
    let refused = |status, body: &str| {
        score_error(ServiceError::Refused { status, reason: String::new(), body: PrivateText::new(body) })
    };
    assert!(matches!(refused(400, "Provided timestamp is older"), ScoreError::Stale));
    assert!(matches!(refused(400, "scoreMaximum is missing"), ScoreError::Service(_)));
    assert!(matches!(refused(403, "timestamp"), ScoreError::Service(_)));
}
