//! The platform is strict: a sloppy tool is refused for every single rule.

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::sample::{ANALYSIS_BADGE, LITERACY, LITERACY_BADGE, SATO, SUZUKI, TANAKA};
use super::*;

const REDIRECT: &str = "http://127.0.0.1:9/launch";

/// A platform with one tool whose keys are served by a second platform.
struct Bench {
    platform: Platform,
    tool: Platform,
    http: reqwest::Client,
}

impl Bench {
    fn new() -> Self {
        Self::with(Personality::specification())
    }

    fn with(personality: Personality) -> Self {
        let tool = Platform::start(PlatformOptions::default()).unwrap();
        let platform =
            Platform::start(PlatformOptions { personality, ..PlatformOptions::default() }).unwrap();
        platform.register(Tool {
            client_id: "tool".to_owned(),
            deployment_id: "1".to_owned(),
            login_url: "http://127.0.0.1:9/login".to_owned(),
            redirect_uris: vec![REDIRECT.to_owned()],
            target_link_uri: REDIRECT.to_owned(),
            jwks_url: tool.jwks_url(),
            scopes: vec![SCOPE_MEMBERSHIPS.to_owned(), SCOPE_LINE_ITEM.to_owned(), SCOPE_SCORE.to_owned()],
        });
        Self { platform, tool, http: reqwest::Client::new() }
    }

    /// A request that is right in every respect.
    fn authentication_request(&self) -> Vec<(String, String)> {
        let initiation = self.platform.initiate(&LaunchOrder::new(SUZUKI, LITERACY_BADGE)).unwrap();
        let hint = initiation.parameter("lti_message_hint").unwrap().to_owned();
        let pairs = [
            ("response_type", "id_token"),
            ("response_mode", "form_post"),
            ("scope", "openid"),
            ("prompt", "none"),
            ("client_id", "tool"),
            ("redirect_uri", REDIRECT),
            ("login_hint", SUZUKI),
            ("state", "a-State_1"),
            ("nonce", "n1"),
        ];
        let mut request: Vec<_> =
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        request.push(("lti_message_hint".to_owned(), hint));
        request
    }

    async fn authorize(&self, request: &[(String, String)]) -> (StatusCode, String) {
        let url = url::Url::parse_with_params(&self.platform.authorization_url(), request).unwrap();
        let answer = self.http.get(url).send().await.unwrap();
        (answer.status(), answer.text().await.unwrap())
    }

    /// The sentence with which the request is refused after one parameter was set.
    async fn refusal_with(&self, name: &str, value: &str) -> String {
        let mut request = self.authentication_request();
        for pair in &mut request {
            if pair.0 == name {
                value.clone_into(&mut pair.1);
            }
        }
        let (_, page) = self.authorize(&request).await;
        assert!(!page.contains("name=\"id_token\""), "an id_token was given for {name}={value}");
        self.last_refusal()
    }

    fn last_refusal(&self) -> String {
        self.platform.refused().last().map(|refused| refused.reason.clone()).unwrap_or_default()
    }

    fn assertion(&self) -> Value {
        let now = unix_seconds();
        json!({
            "iss": "tool", "sub": "tool", "aud": self.platform.token_url(), "iat": now, "exp": now + 60,
            "jti": uuid::Uuid::new_v4().to_string(),
        })
    }

    fn token_form(&self, assertion: &Value, scope: &str) -> Vec<(String, String)> {
        let key = self.tool.key();
        let pairs = [
            ("grant_type", "client_credentials".to_owned()),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer".to_owned()),
            ("client_assertion", key.sign(&key.header(), assertion).unwrap()),
            ("scope", scope.to_owned()),
        ];
        pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    async fn ask_token(&self, form: &[(String, String)]) -> (StatusCode, Value) {
        let answer = self.http.post(self.platform.token_url()).form(form).send().await.unwrap();
        (answer.status(), serde_json::from_str(&answer.text().await.unwrap()).unwrap())
    }

    async fn token(&self, scope: &str) -> String {
        let (status, answer) = self.ask_token(&self.token_form(&self.assertion(), scope)).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        answer["access_token"].as_str().unwrap().to_owned()
    }

    async fn roster(&self, token: &str, url: &str) -> (Option<String>, Value) {
        let request = self.http.get(url).bearer_auth(token).header("Accept", MEMBERSHIP_CONTAINER);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{}", self.last_refusal());
        let next = answer.headers().get("Link").map(|link| link.to_str().unwrap().to_owned());
        let next = next.and_then(|link| Some(link.strip_prefix('<')?.split_once('>')?.0.to_owned()));
        (next, serde_json::from_str(&answer.text().await.unwrap()).unwrap())
    }
}

#[tokio::test]
async fn a_correct_authentication_request_gets_an_id_token() {
    let bench = Bench::new();
    let (status, page) = bench.authorize(&bench.authentication_request()).await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("name=\"id_token\"") && page.contains(&format!("action=\"{REDIRECT}\"")));
    assert!(page.contains("name=\"state\" value=\"a-State_1\""));
    assert_eq!(bench.platform.refused(), []);
}

#[tokio::test]
async fn an_authentication_request_may_come_as_a_form() {
    let bench = Bench::new();
    let request = bench.http.post(bench.platform.authorization_url()).form(&bench.authentication_request());
    assert!(request.send().await.unwrap().text().await.unwrap().contains("name=\"id_token\""));
}

#[tokio::test]
async fn every_wrong_parameter_is_refused_with_its_name() {
    let bench = Bench::new();
    for (name, value, sentence) in [
        ("response_type", "code", "response_type is `code`, expected `id_token`"),
        ("response_type", "", "response_type is ``, expected `id_token`"),
        ("response_mode", "query", "response_mode is `query`, expected `form_post`"),
        ("scope", "openid email", "scope is `openid email`, expected `openid`"),
        ("prompt", "login", "prompt is `login`, expected `none`"),
        ("nonce", "", "nonce is missing or used"),
        ("state", "", "state is missing or not base64url"),
        ("state", "a+b/c=", "state is missing or not base64url"),
        ("client_id", "nobody", "client `nobody` is not registered"),
        ("login_hint", TANAKA, "login_hint is not the one of this launch"),
        ("lti_message_hint", "made-up", "lti_message_hint is unknown or used"),
    ] {
        assert_eq!(bench.refusal_with(name, value).await, sentence);
    }
}

#[tokio::test]
async fn a_redirect_uri_is_matched_to_the_letter() {
    let bench = Bench::new();
    for uri in ["http://127.0.0.1:9/launch/", "http://127.0.0.1:9/launch?x=1", "http://localhost:9/launch"] {
        let refusal = bench.refusal_with("redirect_uri", uri).await;
        assert_eq!(refusal, format!("redirect_uri `{uri}` is not registered"));
    }
}

#[tokio::test]
async fn a_message_hint_is_used_up_by_the_first_request() {
    let bench = Bench::new();
    let request = bench.authentication_request();
    bench.authorize(&request).await;
    let (_, page) = bench.authorize(&request).await;
    assert!(page.contains("value=\"launch_no_longer_valid\""));
}

#[tokio::test]
async fn a_nonce_cannot_be_used_for_two_launches() {
    let bench = Bench::new();
    bench.authorize(&bench.authentication_request()).await;
    bench.authorize(&bench.authentication_request()).await;
    assert_eq!(bench.last_refusal(), "nonce is missing or used");
}

#[tokio::test]
async fn a_repeated_parameter_is_refused() {
    let bench = Bench::new();
    let mut request = bench.authentication_request();
    request.push(("scope".to_owned(), "openid".to_owned()));
    bench.authorize(&request).await;
    assert_eq!(bench.last_refusal(), "parameter `scope` is repeated");
}

#[tokio::test]
async fn an_error_goes_to_the_tool_with_its_state() {
    let bench = Bench::new();
    let mut request = bench.authentication_request();
    request.retain(|(name, _)| name != "prompt");
    let (_, page) = bench.authorize(&request).await;
    assert!(page.contains("name=\"error\" value=\"invalid_request\""));
    assert!(page.contains("name=\"state\" value=\"a-State_1\""));
}

#[tokio::test]
async fn nothing_is_sent_to_an_unregistered_redirect_uri() {
    let bench = Bench::new();
    let mut request = bench.authentication_request();
    request.retain(|(name, _)| name != "redirect_uri");
    request.push(("redirect_uri".to_owned(), "http://evil.example/".to_owned()));
    let (status, page) = bench.authorize(&request).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(!page.contains("<form"));
}

#[test]
fn a_closed_link_does_not_launch() {
    let bench = Bench::new();
    bench.platform.change_world(|world| {
        world.courses[0].links[0].open_to = Some([SATO.to_owned()].into());
    });
    let refused = bench.platform.initiate(&LaunchOrder::new(SUZUKI, LITERACY_BADGE));
    assert_eq!(refused, Err(InitiationError::Closed(SUZUKI.to_owned())));
    assert!(bench.platform.initiate(&LaunchOrder::new(SATO, LITERACY_BADGE)).is_ok());
}

#[test]
fn a_person_outside_the_course_does_not_launch() {
    let bench = Bench::new();
    let refused = bench.platform.initiate(&LaunchOrder::new(SATO, ANALYSIS_BADGE));
    assert_eq!(refused, Err(InitiationError::Closed(SATO.to_owned())));
}

#[tokio::test]
async fn the_key_set_may_be_cached_for_five_minutes() {
    let bench = Bench::new();
    let answer = bench.http.get(bench.platform.jwks_url()).send().await.unwrap();
    assert_eq!(answer.headers()["Cache-Control"], "public, max-age=300");
    let keys: Value = answer.json().await.unwrap();
    assert_eq!(keys["keys"][0]["kid"], bench.platform.key().kid());
}

#[tokio::test]
async fn a_correct_assertion_gets_a_token() {
    let bench = Bench::new();
    let (status, answer) = bench.ask_token(&bench.token_form(&bench.assertion(), SCOPE_MEMBERSHIPS)).await;
    assert_eq!((status, &answer["token_type"]), (StatusCode::OK, &json!("Bearer")));
    assert_eq!(answer["scope"], SCOPE_MEMBERSHIPS);
}

#[tokio::test]
async fn an_assertion_works_once() {
    let bench = Bench::new();
    let form = bench.token_form(&bench.assertion(), SCOPE_MEMBERSHIPS);
    bench.ask_token(&form).await;
    let (status, answer) = bench.ask_token(&form).await;
    assert_eq!((status, &answer["error"]), (StatusCode::BAD_REQUEST, &json!("invalid_client")));
    assert_eq!(bench.last_refusal(), "jti of client_assertion is used");
}

#[tokio::test]
async fn an_assertion_that_lives_too_long_gets_no_token() {
    let bench = Bench::new();
    let mut assertion = bench.assertion();
    assertion["exp"] = json!(assertion["iat"].as_i64().unwrap() + 3600);
    let (status, _) = bench.ask_token(&bench.token_form(&assertion, SCOPE_MEMBERSHIPS)).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(bench.last_refusal(), "client_assertion lives longer than 60 seconds");
}

#[tokio::test]
async fn every_wrong_field_of_the_token_form_is_refused() {
    let bench = Bench::new();
    for (name, value, code) in [
        ("grant_type", "password", "unsupported_grant_type"),
        ("client_assertion_type", "jwt", "invalid_request"),
        ("client_assertion", "not.a.jwt", "invalid_client"),
        ("scope", "", "invalid_scope"),
        ("scope", SCOPE_RESULT, "invalid_scope"),
    ] {
        let mut form = bench.token_form(&bench.assertion(), SCOPE_MEMBERSHIPS);
        for pair in &mut form {
            if pair.0 == name {
                value.clone_into(&mut pair.1);
            }
        }
        let (status, answer) = bench.ask_token(&form).await;
        assert_eq!(
            (status, answer["error"].as_str()),
            (StatusCode::BAD_REQUEST, Some(code)),
            "{name}={value}"
        );
    }
}

#[tokio::test]
async fn a_token_request_in_json_is_refused() {
    let bench = Bench::new();
    let request =
        bench.http.post(bench.platform.token_url()).json(&json!({ "grant_type": "client_credentials" }));
    assert_eq!(request.send().await.unwrap().status(), StatusCode::BAD_REQUEST);
    assert!(bench.last_refusal().starts_with("content type is `application/json`"));
}

#[tokio::test]
async fn the_roster_comes_in_pages() {
    let bench = Bench::new();
    let token = bench.token(SCOPE_MEMBERSHIPS).await;
    let (next, first) = bench.roster(&token, &bench.platform.memberships_url(LITERACY)).await;
    let (end, second) = bench.roster(&token, &next.unwrap()).await;
    let count = |page: &Value| page["members"].as_array().unwrap().len();
    assert_eq!((count(&first), count(&second), end), (3, 2, None));
    assert_eq!(first["members"][0]["roles"], json!([Role::Instructor.uri()]));
}

#[tokio::test]
async fn moodles_next_link_forgets_the_role() {
    let bench = Bench::with(Personality::moodle());
    let token = bench.token(SCOPE_MEMBERSHIPS).await;
    let url = format!("{}?role=Learner&limit=2", bench.platform.memberships_url(LITERACY));
    let (next, page) = bench.roster(&token, &url).await;
    assert_eq!(page["members"][0]["roles"], json!(["Learner"]));
    assert!(!next.unwrap().contains("role="));
}

#[tokio::test]
async fn a_restricted_link_filters_the_roster() {
    let bench = Bench::new();
    bench.platform.change_world(|world| {
        world.courses[0].links[0].open_to = Some([SATO.to_owned()].into());
    });
    let token = bench.token(SCOPE_MEMBERSHIPS).await;
    let url = format!("{}?rlid={LITERACY_BADGE}", bench.platform.memberships_url(LITERACY));
    let (_, page) = bench.roster(&token, &url).await;
    assert_eq!(page["members"].as_array().unwrap().len(), 1);
    assert_eq!(page["members"][0]["user_id"], SATO);
}

#[tokio::test]
async fn the_roster_wants_a_live_token_with_its_scope_and_its_media_type() {
    let bench = Bench::new();
    let url = bench.platform.memberships_url(LITERACY);
    let (good, other) = (bench.token(SCOPE_MEMBERSHIPS).await, bench.token(SCOPE_SCORE).await);
    bench.platform.set_token_lifetime_seconds(0);
    let expired = bench.token(SCOPE_MEMBERSHIPS).await;
    for (token, accept, status) in [
        ("made-up", MEMBERSHIP_CONTAINER, StatusCode::UNAUTHORIZED),
        (expired.as_str(), MEMBERSHIP_CONTAINER, StatusCode::UNAUTHORIZED),
        (other.as_str(), MEMBERSHIP_CONTAINER, StatusCode::FORBIDDEN),
        (good.as_str(), "application/json", StatusCode::NOT_ACCEPTABLE),
        (good.as_str(), MEMBERSHIP_CONTAINER, StatusCode::OK),
    ] {
        let request = bench.http.get(&url).bearer_auth(token).header("Accept", accept);
        assert_eq!(request.send().await.unwrap().status(), status, "{}", bench.last_refusal());
    }
    assert_eq!(bench.http.get(&url).send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_score_is_posted_and_read_as_a_result() {
    let bench = Bench::new();
    let token = bench.token(&format!("{SCOPE_LINE_ITEM} {SCOPE_SCORE}")).await;
    let created = bench
        .http
        .post(bench.platform.line_items_url(LITERACY))
        .bearer_auth(&token)
        .header("Content-Type", "application/vnd.ims.lis.v2.lineitem+json")
        .header("Accept", "application/vnd.ims.lis.v2.lineitem+json")
        .body(r#"{"scoreMaximum":100,"label":"Badge"}"#);
    let created = created.send().await.unwrap();
    assert_eq!(created.status(), StatusCode::CREATED, "{}", bench.last_refusal());
    let item: Value = serde_json::from_str(&created.text().await.unwrap()).unwrap();
    let scores = format!("{}/scores", item["id"].as_str().unwrap());
    let score = json!({
        "userId": SUZUKI, "scoreGiven": 1, "scoreMaximum": 1, "timestamp": "2026-11-23T00:00:00.000Z",
        "activityProgress": "Completed", "gradingProgress": "FullyGraded",
    });
    let post = |content_type: &'static str| {
        let request = bench.http.post(&scores).bearer_auth(&token).header("Content-Type", content_type);
        request.header("Accept", "application/vnd.ims.lis.v1.score+json").body(score.to_string()).send()
    };
    assert_eq!(post("application/json").await.unwrap().status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(post("application/vnd.ims.lis.v1.score+json").await.unwrap().status(), StatusCode::OK);
    assert_eq!(post("application/vnd.ims.lis.v1.score+json").await.unwrap().status(), StatusCode::CONFLICT);
}

#[test]
fn a_forged_token_differs_only_where_it_was_changed() {
    let bench = Bench::new();
    let order = LaunchOrder::new(SUZUKI, LITERACY_BADGE);
    let forge = bench.platform.forge(&order, "n").lti("version", "11.3").without("email");
    assert_eq!(forge.value(&claim("version")), Some(&json!("11.3")));
    assert_eq!(forge.value("email"), None);
    assert_eq!(forge.value("sub"), Some(&json!(SUZUKI)));
    assert_eq!(forge.value("nonce"), Some(&json!("n")));
}

#[tokio::test]
async fn the_course_page_offers_everybody_in_both_languages() {
    let bench = Bench::new();
    for (lang, words) in
        [("en", "Launch as instructor (Misaki Tanaka)"), ("ja", "田中 美咲（教員）として開く")]
    {
        let url = format!("{}/?lang={lang}", bench.platform.issuer());
        let page = bench.http.get(url).send().await.unwrap().text().await.unwrap();
        assert!(page.contains(words) && page.contains("Ada Lovelace"), "{page}");
    }
}

#[tokio::test]
async fn a_planned_outage_is_answered_with_its_status() {
    let bench = Bench::new();
    bench.platform.plan_fault(Endpoint::KeySet, 1, 1, &Fault::status(503));
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(bench.http.get(bench.platform.jwks_url()).send().await.unwrap().status().as_u16());
    }
    assert_eq!(
        (statuses.as_slice(), bench.platform.calls(Endpoint::KeySet)),
        ([200, 503, 200].as_slice(), 3)
    );
}
