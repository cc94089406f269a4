//! Recorded answers of a real Moodle 4.5.6 (`tests/moodle/`), and what no Moodle should answer.

use std::io::{Read as _, Write as _};

use serde_json::Value;

use super::*;
use crate::completion::mock::{http, outbound};

const COURSE: &str = "core_completion_get_course_completion_status";

fn recorded(name: &str) -> String {
    let all: Value = serde_json::from_str(include_str!("../../../tests/moodle/webservices.json")).unwrap();
    match &all[name] {
        Value::String(text) => text.clone(),
        body => body.to_string(),
    }
}

/// A Moodle that gives these answers, one a connection; the forms that it was sent come at the end.
fn moodle(answers: Vec<String>) -> (String, std::thread::JoinHandle<Vec<String>>) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let root = format!("http://{}", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let mut forms = Vec::new();
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = Vec::new();
            let mut buffer = [0; 4096];
            while !String::from_utf8_lossy(&request).contains("userid=") {
                let count = stream.read(&mut buffer).unwrap();
                request.extend_from_slice(&buffer[..count]);
            }
            forms.push(String::from_utf8(request).unwrap());
            stream.write_all(answer.as_bytes()).unwrap();
        }
        forms
    });
    (root, server)
}

/// What such a Moodle says of one learner, and the forms that it was sent.
async fn asked(answers: Vec<String>) -> (Result<Vec<Fact>, MoodleError>, Vec<String>) {
    let (root, server) = moodle(answers);
    let outbound = outbound();
    let client = MoodleClient::new(&outbound, &root, Zeroizing::new("secret".to_owned())).unwrap();
    let facts = look(&client, "2", "4", true).await;
    (facts, server.join().unwrap())
}

fn ok(name: &str) -> String {
    http("200 OK", "content-type: application/json\r\n", &recorded(name))
}

#[tokio::test]
async fn a_completed_course_and_its_activities_are_facts() {
    let (facts, forms) = asked(vec![ok("course-complete"), ok("activities")]).await;
    let facts = facts.unwrap();
    assert!(facts.contains(&Fact::CourseComplete { course: None }));
    assert!(facts.contains(&Fact::ActivityComplete { activity: "1".to_owned() }));
    assert!(forms[0].starts_with("POST /webservice/rest/server.php HTTP/1.1"), "{}", forms[0]);
    assert!(forms[0].contains("wsfunction=core_completion_get_course_completion_status"));
    assert!(!forms[0].lines().next().unwrap().contains("secret"), "the token stands in no address");
}

#[tokio::test]
async fn an_incomplete_course_is_no_fact() {
    let (facts, _) = asked(vec![ok("course-incomplete"), ok("activities")]).await;
    assert!(!facts.unwrap().contains(&Fact::CourseComplete { course: None }));
}

#[tokio::test]
async fn a_busy_moodle_says_how_long_to_wait() {
    let (facts, _) = asked(vec![http("429 Too Many Requests", "retry-after: 77\r\n", "slow down")]).await;
    let Err(MoodleError::Busy { status: 429, retry_after_seconds: Some(77) }) = facts else {
        panic!("{facts:?}")
    };
    assert_eq!(ReadError::from(facts.unwrap_err()).retry_after_seconds(), Some(77));
}

#[tokio::test]
async fn html_and_xml_are_no_answer() {
    for body in [
        recorded("xml"),
        "<!DOCTYPE html><title>Maintenance</title>".to_owned(),
        String::new(),
        "[]".to_owned(),
    ] {
        let (facts, _) = asked(vec![http("200 OK", "content-type: text/html\r\n", &body)]).await;
        assert!(matches!(facts, Err(MoodleError::NotJson(_))), "{body}: {facts:?}");
    }
    let (facts, _) = asked(vec![http("500 Internal Server Error", "", "x")]).await;
    assert!(matches!(facts, Err(MoodleError::Status(500))));
}

#[test]
fn a_refusal_with_status_200_is_an_obstacle_and_its_message_is_not_repeated() {
    for name in ["accessexception", "requireloginerror", "nopermissions", "invalidtoken", "cannotviewreport"]
    {
        let error =
            client::read::<CourseStatusWire>(COURSE, &recorded(&format!("refused-{name}"))).unwrap_err();
        assert_eq!(obstacle(&error), Some(Obstacle::NotAllowed), "{name}");
    }
    let body = |code: &str| format!(r#"{{"exception":"x","errorcode":"{code}","message":"Ada Lovelace"}}"#);
    let refused = |code: &str| client::read::<CourseStatusWire>(COURSE, &body(code)).unwrap_err();
    assert_eq!(obstacle(&refused("err_nocriteria")), Some(Obstacle::NothingRequired));
    assert_eq!(obstacle(&refused("dmlreadexception")), None, "a failure of Moodle's is tried again");
    assert_eq!(refused("invalidtoken").to_string(), "Moodle refuses: `invalidtoken`");
}

#[tokio::test]
async fn without_criteria_nothing_is_complete_and_failed_activities_do_not_count() {
    let json = |body: &str| http("200 OK", "content-type: application/json\r\n", body);
    let (facts, _) = asked(vec![
        json(r#"{"completionstatus":{"completed":true,"aggregation":1,"completions":[]},"warnings":[]}"#),
        json(
            r#"{"statuses":[{"cmid":1,"state":2,"tracking":2},{"cmid":2,"state":3,"tracking":2},{"cmid":3,"state":1,"tracking":0}]}"#,
        ),
    ])
    .await;
    assert_eq!(facts.unwrap(), [Fact::ActivityComplete { activity: "1".to_owned() }]);
}

#[tokio::test]
async fn several_learners_are_asked_about_at_the_same_time_and_never_more_than_so_many() {
    use std::sync::{Arc, Barrier};

    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let root = format!("http://{}", listener.local_addr().unwrap());
    // Nobody is answered before so many ask: one after the other, they would wait for ever.
    let together = Arc::new(Barrier::new(AT_ONCE));
    let body = recorded("course-complete");
    let people = 3 * AT_ONCE;
    let server = std::thread::spawn(move || {
        let asked: Vec<_> = (0..people)
            .map(|_| {
                let (mut stream, _) = listener.accept().unwrap();
                let (together, body) = (Arc::clone(&together), body.clone());
                std::thread::spawn(move || {
                    let mut request = Vec::new();
                    let mut buffer = [0; 4096];
                    while !String::from_utf8_lossy(&request).contains("userid=") {
                        let count = stream.read(&mut buffer).unwrap();
                        request.extend_from_slice(&buffer[..count]);
                    }
                    together.wait();
                    stream.write_all(http("200 OK", "", &body).as_bytes()).unwrap();
                })
            })
            .collect();
        for asked in asked {
            asked.join().unwrap();
        }
    });
    let outbound = outbound();
    let client = MoodleClient::new(&outbound, &root, Zeroizing::new("secret".to_owned())).unwrap();
    let learner = |number: usize| Learner { user_id: number.to_string(), ..Learner::default() };
    let reading = look_at_all(&client, "2", (0..people).map(learner).collect(), false).await.unwrap();
    assert_eq!(reading.looked_at, (0..people).map(|number| number.to_string()).collect::<Vec<_>>());
    assert_eq!(reading.facts.len(), people);
    server.join().unwrap();
}

/// What a look at a token's rights says, and the forms.
async fn checked(answers: Vec<String>) -> (Result<Vec<(String, String)>, MoodleError>, Vec<String>) {
    let (root, server) = moodle(answers);
    let outbound = outbound();
    let client = MoodleClient::new(&outbound, &root, Zeroizing::new("secret".to_owned())).unwrap();
    let refusals = rights::refusals(&client).await;
    (refusals.map(|refusals| refusals.into_iter().collect()), server.join().unwrap())
}

#[tokio::test]
async fn rights_are_looked_at_without_anybody_s_record() {
    let nowhere = r#"{"exception":"dml_missing_record_exception","errorcode":"invalidrecord","message":"x"}"#;
    let nowhere = || http("200 OK", "content-type: application/json\r\n", nowhere);
    let (refusals, forms) = checked(vec![nowhere(), ok("refused-accessexception")]).await;
    assert_eq!(refusals.unwrap(), [(ACTIVITIES.to_owned(), "accessexception".to_owned())]);
    for (form, function) in forms.iter().zip([STATUS, ACTIVITIES]) {
        assert!(form.contains(&format!("wsfunction={function}")), "{form}");
        assert!(form.contains("courseid=0") && form.contains("userid=0"), "{form}");
    }
    let (refusals, _) = checked(vec![ok("refused-invalidtoken"), ok("refused-invalidtoken")]).await;
    let invalid = |function: &str| (function.to_owned(), "invalidtoken".to_owned());
    assert_eq!(refusals.unwrap(), [invalid(ACTIVITIES), invalid(STATUS)]);
    let (refusals, _) = checked(vec![nowhere(), nowhere()]).await;
    assert_eq!(refusals.unwrap(), []);
}

#[tokio::test]
async fn a_moodle_that_does_not_answer_says_nothing_of_rights() {
    let (refusals, _) = checked(vec![http("503 Service Unavailable", "", "")]).await;
    assert!(matches!(refusals, Err(MoodleError::Busy { status: 503, .. })), "{refusals:?}");
    let (refusals, _) = checked(vec![http("200 OK", "", "<!DOCTYPE html>")]).await;
    assert!(matches!(refusals, Err(MoodleError::NotJson(_))), "{refusals:?}");
}
