//! Answers of Canvas as its documentation and its users show them (`tests/canvas/`), paged, refused, slowed down, or none at all.

use std::io::{Read as _, Write as _};

use serde_json::Value;

use super::{numbers::number, *};
use crate::completion::mock::{http, outbound};

fn sample(name: &str) -> String {
    let all: Value = serde_json::from_str(include_str!("../../../tests/canvas/api.json")).unwrap();
    match &all[name] {
        Value::String(text) => text.clone(),
        body => body.to_string(),
    }
}

fn ok(name: &str) -> String {
    http("200 OK", "content-type: application/json\r\n", &sample(name))
}

/// A Canvas that gives these answers, one a connection; `PORT` stands for its own. Its address, and the requests that it will have had.
fn canvas(answers: Vec<String>) -> (String, std::thread::JoinHandle<Vec<String>>) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = std::thread::spawn(move || {
        let mut requests = Vec::new();
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = Vec::new();
            let mut buffer = [0; 4096];
            let is_whole = |request: &[u8]| {
                let text = String::from_utf8_lossy(request).into_owned();
                let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
                let length = head.lines().find_map(|line| {
                    line.to_ascii_lowercase().strip_prefix("content-length: ").map(str::to_owned)
                });
                length.is_none_or(|length| body.len() >= length.parse::<usize>().unwrap())
            };
            while !is_whole(&request) {
                let count = stream.read(&mut buffer).unwrap();
                request.extend_from_slice(&buffer[..count]);
            }
            requests.push(String::from_utf8(request).unwrap());
            stream.write_all(answer.replace("PORT", &address.port().to_string()).as_bytes()).unwrap();
        }
        requests
    });
    (format!("http://{address}"), server)
}

fn key(site: &str) -> CanvasKey {
    let text = |text: &str| text.to_owned();
    CanvasKey {
        site: text(site),
        key_id: text("10000000000001"),
        secret: text("secret"),
        refresh_token: text("refresh"),
    }
}

/// What a list comes to, and the requests.
async fn listed(answers: Vec<String>) -> (Result<Vec<UserProgressWire>, CanvasError>, Vec<String>) {
    let (site, server) = canvas(answers);
    let (outbound, key) = (outbound(), key(&site));
    let client = CanvasClient { outbound: &outbound, key: &key, token: Zeroizing::new("token".to_owned()) };
    let rows = client.list("bulk_user_progress", "/courses/lti_context_id:abc/bulk_user_progress").await;
    (rows, server.join().unwrap())
}

fn seen(progress: &str, grades: Option<&str>) -> Reading {
    let learner = |id: &str| Learner { user_id: id.to_owned(), ..Learner::default() };
    let seen = Seen {
        numbers: HashMap::from([("ada".to_owned(), 2), ("ben".to_owned(), 1), ("gone".to_owned(), 9)]),
        progress: serde_json::from_str(&sample(progress)).unwrap(),
        grades: grades.map(|name| serde_json::from_str(&sample(name)).unwrap()).unwrap_or_default(),
    };
    seen.into_reading(vec![learner("ada"), learner("ben"), learner("gone"), learner("unknown")])
}

#[test]
fn who_has_done_every_requirement_has_completed_the_course() {
    let reading = seen("bulk_user_progress", None);
    assert_eq!(
        reading.facts,
        [SeenFact { user_id: "ada".to_owned(), fact: Fact::CourseComplete { course: None } }]
    );
    // Of people whom Canvas does not list here nothing is said, and nothing withdrawn.
    assert_eq!((reading.looked_at, reading.learners.len()), (vec!["ada".to_owned(), "ben".to_owned()], 4));
    assert_eq!(reading.obstacle, None);
}

#[test]
fn a_course_without_requirements_is_never_complete() {
    let reading = seen("no requirements", None);
    assert_eq!((reading.obstacle, reading.facts), (Some(Obstacle::NothingRequired), vec![]));
    assert!(reading.looked_at.is_empty(), "nothing is withdrawn");
    let with_grades = seen("no requirements", Some("enrollments"));
    assert!(with_grades.facts.iter().all(|seen| !matches!(seen.fact, Fact::CourseComplete { .. })));
}

#[test]
fn the_grade_of_the_course_is_a_fact_where_there_is_one() {
    let reading = seen("bulk_user_progress", Some("enrollments"));
    let grade = Fact::Score {
        line_item: Some("canvas-course".to_owned()),
        points: 82.5,
        max: 100.0,
        sections: vec![],
    };
    assert_eq!(reading.facts.len(), 2);
    assert_eq!(reading.facts[1], SeenFact { user_id: "ada".to_owned(), fact: grade });
}

#[tokio::test]
async fn every_page_of_a_list_is_read_with_the_token_in_a_header() {
    let link = "link: <http://127.0.0.1:PORT/api/v1/courses/7/bulk_user_progress?page=2&per_page=100>; rel=\"next\", <http://127.0.0.1:PORT/>; rel=\"first\"\r\n";
    let (rows, requests) =
        listed(vec![http("200 OK", link, &sample("bulk_user_progress")), ok("no requirements")]).await;
    assert_eq!(rows.unwrap().len(), 4);
    let start = "GET /api/v1/courses/lti_context_id:abc/bulk_user_progress?per_page=100 HTTP/1.1";
    assert!(requests[0].starts_with(start), "{}", requests[0]);
    assert!(requests[1].starts_with("GET /api/v1/courses/7/bulk_user_progress?page=2"), "{}", requests[1]);
    for request in &requests {
        assert!(request.to_ascii_lowercase().contains("authorization: bearer token"), "{request}");
        assert!(request.to_ascii_lowercase().contains("user-agent: lti-tool/"), "{request}");
    }
}

#[tokio::test]
async fn a_page_elsewhere_never_gets_the_token() {
    let link = "link: <https://thief.example/api/v1/courses/7/bulk_user_progress?page=2>; rel=\"next\"\r\n";
    let (rows, _) = listed(vec![http("200 OK", link, &sample("bulk_user_progress"))]).await;
    assert!(matches!(rows, Err(CanvasError::Link(_))), "{rows:?}");
}

#[tokio::test]
async fn a_canvas_that_slows_us_down_says_how_long() {
    let (rows, _) = listed(vec![http("429 Too Many Requests", "retry-after: 33\r\n", "")]).await;
    assert_eq!(ReadError::from(rows.unwrap_err()).retry_after_seconds(), Some(33));
    let (rows, _) = listed(vec![http("403 Forbidden", "", &sample("rate limit"))]).await;
    assert!(matches!(rows, Err(CanvasError::Busy { status: 403, .. })), "{rows:?}");
}

#[tokio::test]
async fn html_is_no_answer_and_refusals_are_obstacles() {
    for body in [sample("maintenance"), String::new(), "{}".to_owned()] {
        let (rows, _) = listed(vec![http("200 OK", "content-type: text/html\r\n", &body)]).await;
        assert!(matches!(rows, Err(CanvasError::NotJson("bulk_user_progress"))), "{body}: {rows:?}");
    }
    let (rows, _) = listed(vec![http("401 Unauthorized", "", &sample("unauthorized"))]).await;
    assert_eq!(obstacle(&rows.unwrap_err()), Some(Obstacle::NotAllowed));
    let (rows, _) = listed(vec![http("500 Internal Server Error", "", "")]).await;
    assert_eq!(obstacle(&rows.unwrap_err()), None, "a failure of Canvas's is tried again");
}

#[tokio::test]
async fn a_code_becomes_a_key_and_a_key_becomes_tokens() {
    let (site, server) =
        canvas(vec![ok("token"), ok("token"), http("400 Bad Request", "", r#"{"error":"invalid_grant"}"#)]);
    let outbound = outbound();
    let key = CanvasKey::redeem(&outbound, &site, "10000000000001", "secret", "a-code").await.unwrap();
    assert!(key.refresh_token.starts_with("tIh2YBWGiC0"));
    let access = key.renew(&outbound).await.unwrap();
    assert_eq!((access.token.as_str(), access.lifetime_seconds), ("1/fresh", 3600));
    let refused = key.renew(&outbound).await.map(|_| ()).unwrap_err();
    assert_eq!(obstacle(&refused), Some(Obstacle::NotAllowed));
    assert_eq!(refused.to_string(), "Canvas gives us no access token: status 400", "no secret is repeated");
    let requests = server.join().unwrap();
    assert!(requests[0].contains("grant_type=authorization_code") && requests[0].contains("code=a-code"));
    assert!(
        requests[1].contains("grant_type=refresh_token") && requests[1].contains("refresh_token=tIh2YBWGiC0")
    );
    for request in requests {
        assert!(request.starts_with("POST /login/oauth2/token HTTP/1.1"), "{request}");
        assert!(
            request.contains("client_secret=secret") && !request.lines().next().unwrap().contains("secret")
        );
    }
}

#[tokio::test]
async fn somebody_whom_canvas_does_not_know_is_passed_over() {
    let (site, server) = canvas(vec![ok("user"), http("404 Not Found", "", "{}")]);
    let (outbound, key) = (outbound(), key(&site));
    let client = CanvasClient { outbound: &outbound, key: &key, token: Zeroizing::new("token".to_owned()) };
    let ask = async |id: &str| number(&client, "/courses/lti_context_id:abc", id.to_owned()).await.unwrap();
    assert_eq!(ask("0a-1b").await, Some(("0a-1b".to_owned(), 2)));
    assert_eq!(ask("2c").await, None);
    assert_eq!(ask("../../accounts").await, None, "an id that is no word is not asked for");
    let requests = server.join().unwrap();
    assert!(
        requests[0].starts_with("GET /api/v1/courses/lti_context_id:abc/users/lti_1_3_id:0a-1b HTTP"),
        "{}",
        requests[0]
    );
}

#[test]
fn leave_is_asked_for_with_the_scopes_that_are_used() {
    let url = CanvasKey::leave_url("https://school.instructure.com/", "10000000000001").unwrap();
    assert!(url.as_str().starts_with(
        "https://school.instructure.com/login/oauth2/auth?client_id=10000000000001&response_type=code"
    ));
    let scope = url.query_pairs().find(|(name, _)| name == "scope").unwrap().1.into_owned();
    assert_eq!(scope.split(' ').count(), SCOPES.len());
}
