//! Answers of token endpoints, Moodle's odd ones included.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

use super::*;
use crate::{lti::scope::MEMBERSHIP_READONLY, platform::mock::Service};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix_seconds(seconds)
}

fn answer(status: u16, body: &str) -> Answer {
    Answer {
        status,
        reason: None,
        retry_after_seconds: None,
        cache_control: None,
        links: Vec::new(),
        body: body.to_owned(),
    }
}

fn renewed_after(body: &str) -> i64 {
    read(&answer(200, body), at(0))
        .unwrap_or_else(|error| panic!("{body}: {error}"))
        .renew_at
        .as_unix_seconds()
}

fn complaint(status: u16, body: &str) -> String {
    read(&answer(status, body), at(0)).err().unwrap().to_string()
}

#[test]
fn a_token_is_kept_as_long_as_the_platform_says_less_a_margin() {
    assert_eq!(
        renewed_after(r#"{"access_token":"t","token_type":"Bearer","expires_in":3600,"scope":"s"}"#),
        3570
    );
    assert_eq!(renewed_after(r#"{"access_token":"t","expires_in":20}"#), 10);
    assert_eq!(renewed_after(r#"{"access_token":"t"}"#), 270);
    assert_eq!(renewed_after(r#"{"access_token":"t","expires_in":-5}"#), 0);
    assert_eq!(renewed_after(r#"{"access_token":"t","expires_in":1e300}"#), 86_370);
}

#[test]
fn a_refusal_names_the_status_and_the_error_code_only() {
    let told = "the platform refuses an access token: status 400, error";
    assert_eq!(
        complaint(400, r#"{"error":"invalid_client","error_description":"secret"}"#),
        format!("{told} `invalid_client`")
    );
    assert_eq!(complaint(400, r#"{ "error" : invalid }"#), format!("{told} `none`"));
    assert_eq!(complaint(400, r#"{"error":"Ada <ada@example.test>"}"#), format!("{told} `none`"));
}

#[test]
fn an_answer_without_a_token_is_told() {
    for body in ["", "<html>", "{}", r#"{"access_token":""}"#, r#"{"access_token":null}"#] {
        assert_eq!(complaint(200, body), "the platform's answer holds no access token", "{body}");
    }
}

#[test]
fn a_platform_that_asks_to_wait_is_believed_up_to_five_minutes() {
    let wait = |status, retry_after_seconds| {
        read(&Answer { retry_after_seconds, ..answer(status, "") }, at(0)).err().unwrap().to_string()
    };
    let told = |seconds| format!("the platform's token endpoint asks to wait for {seconds} seconds");
    assert_eq!(wait(429, None), told(5));
    assert_eq!(wait(429, Some(0)), told(1));
    assert_eq!(wait(503, Some(7)), told(7));
    assert_eq!(wait(429, Some(86_400)), told(300));
    assert_eq!(wait(503, None), "the platform refuses an access token: status 503, error `none`");
}

/// The claims of every assertion that was sent.
async fn assertions(service: &Service) -> Vec<Value> {
    for _ in 0..2 {
        service.forget_token(MEMBERSHIP_READONLY).await;
    }
    let forms = service.heads();
    let assertion = |form: &String| -> Option<Value> {
        let (_, rest) = form.split_once("client_assertion=")?;
        let payload = rest.split('&').next()?.split('.').nth(1)?.to_owned();
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
    };
    forms.iter().filter_map(assertion).collect()
}

#[tokio::test]
async fn an_assertion_lives_a_minute_works_once_and_names_the_audience_that_the_platform_wants() {
    let nothing = || Service::start(Box::new(|_| ("404 X".to_owned(), String::new(), String::new())));
    let plain = nothing().await;
    let sent = assertions(&plain).await;
    assert_eq!(sent.len(), 2);
    assert_eq!(sent[0]["aud"], plain.url("/token").as_str());
    assert_eq!((&sent[0]["iss"], &sent[0]["sub"]), (&Value::from("client-1"), &Value::from("client-1")));
    assert_eq!(sent[0]["exp"].as_i64().unwrap() - sent[0]["iat"].as_i64().unwrap(), 60);
    assert_ne!(sent[0]["jti"], sent[1]["jti"]);
    // D2L and Blackboard name somebody else.
    let particular = nothing().await.wanting("https://api.lms.example/auth/token");
    assert_eq!(assertions(&particular).await[0]["aud"], "https://api.lms.example/auth/token");
}
