//! Every launch of the certification suite's lists, and those that rivals wrongly refuse or accept.

use std::sync::LazyLock;

use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};

use super::*;
use crate::{
    keys::lti_key::{LtiKey, generate},
    lti::{deep_linking::Takes, jwks::PlatformKeySet},
};

const NOW: i64 = 1_795_390_158;
const CLAIM: &str = "https://purl.imsglobal.org/spec/lti/claim/";
const INSTRUCTOR: &str = "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor";
const LEARNER: &str = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner";

static PLATFORM: LazyLock<LtiKey> = LazyLock::new(|| LtiKey::from_pkcs8(&generate().unwrap()).unwrap());
static STRANGER: LazyLock<LtiKey> = LazyLock::new(|| LtiKey::from_pkcs8(&generate().unwrap()).unwrap());

/// The claims of a plain launch of a learner.
fn plain() -> Value {
    let mut claims = json!({
        "iss": "https://lms.example", "aud": "client-1", "sub": "42", "nonce": "nonce-1", "iat": NOW, "exp": NOW + 60,
        "name": "Ada Lovelace", "email": "ada@example.test",
    });
    let lti = [
        ("version", json!("1.3.0")),
        ("message_type", json!("LtiResourceLinkRequest")),
        ("deployment_id", json!("2")),
        ("target_link_uri", json!("https://badges.example.org/lti/launch")),
        ("roles", json!([LEARNER])),
        ("resource_link", json!({ "id": "7", "title": "Badge" })),
        ("context", json!({ "id": "5", "label": "LTI101", "title": "Open Badges & LTI 101" })),
    ];
    for (name, value) in lti {
        claims[format!("{CLAIM}{name}")] = value;
    }
    claims
}

/// [`plain`] with some claims replaced; `null` takes one away. Names without a colon and in LTI's list get the prefix.
fn with(changes: &[(&str, Value)]) -> Value {
    let mut claims = plain();
    for (name, value) in changes {
        let prefixed = format!("{CLAIM}{name}");
        let is_lti =
            claims.get(&prefixed).is_some() || ["custom", "lis", "launch_presentation"].contains(name);
        let key = if is_lti { prefixed } else { (*name).to_owned() };
        let claims = claims.as_object_mut().unwrap();
        if value.is_null() {
            claims.remove(&key);
        } else {
            claims.insert(key, value.clone());
        }
    }
    claims
}

fn judge(id_token: &str, algorithm: Algorithm) -> Result<VerifiedLaunch, LaunchError> {
    judge_with(id_token, algorithm, false)
}

fn judge_with(
    id_token: &str,
    algorithm: Algorithm,
    approves_deployments: bool,
) -> Result<VerifiedLaunch, LaunchError> {
    let unverified = UnverifiedToken::parse(id_token)?;
    let keys = PlatformKeySet::parse(&json!({ "keys": [PLATFORM.public_jwk()] }).to_string()).unwrap();
    let key = keys.find(&unverified.unverified_kid).ok_or(LaunchError::NoKid)?;
    let expected = Expected {
        issuer: "https://lms.example",
        client_id: "client-1",
        algorithm,
        deployments: &["1".to_owned(), "2".to_owned()],
        approves_deployments,
        nonce_hash: &secret::hash("nonce-1"),
        public_url: &"https://badges.example.org/".parse().unwrap(),
        now: Timestamp::from_unix_seconds(NOW),
        leeway_seconds: 60,
        max_age_seconds: 600,
    };
    verify(&unverified, &key, &expected)
}

fn launch(claims: &Value) -> Result<VerifiedLaunch, LaunchError> {
    judge(&PLATFORM.sign(claims).unwrap(), Algorithm::RS256)
}

fn refusal(claims: &Value) -> String {
    launch(claims).unwrap_err().to_string()
}

#[test]
fn a_plain_launch_tells_who_where_and_what() {
    let launch = launch(&plain()).unwrap();
    let user = launch.user.unwrap();
    assert_eq!((user.id.as_str(), user.name.unwrap().as_str()), ("42", "Ada Lovelace"));
    assert_eq!(launch.context.unwrap().title.as_deref(), Some("Open Badges & LTI 101"));
    assert_eq!((launch.standing, launch.message), (Standing::Member, Message::ResourceLink));
    assert_eq!(launch.nonce_expires_at.as_unix_seconds(), NOW + 120);
}

#[test]
fn every_launch_that_must_be_accepted_is_accepted_as_instructor_and_as_student() {
    for (role, standing) in [(INSTRUCTOR, Standing::Instructor), (LEARNER, Standing::Member)] {
        let cases: Vec<(&str, Vec<(&str, Value)>)> = vec![
            ("normal", vec![("roles", json!([role]))]),
            (
                "several roles",
                vec![(
                    "roles",
                    json!([role, "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Student"]),
                )],
            ),
            ("short role", vec![("roles", json!([role.rsplit_once('#').unwrap().1]))]),
            ("unknown role too", vec![("roles", json!([role, "http://example.org/unknown#Role"]))]),
            ("e-mail only", vec![("roles", json!([role])), ("name", Value::Null)]),
            (
                "names only",
                vec![("roles", json!([role])), ("email", Value::Null), ("given_name", json!("Ada"))],
            ),
            (
                "no personal data",
                vec![("roles", json!([role])), ("name", Value::Null), ("email", Value::Null)],
            ),
            ("no context", vec![("roles", json!([role])), ("context", Value::Null)]),
            ("audience in an array", vec![("roles", json!([role])), ("aud", json!(["client-1"]))]),
            ("azp is us", vec![("roles", json!([role])), ("azp", json!("client-1"))]),
            (
                "presentation without locale",
                vec![
                    ("roles", json!([role])),
                    ("launch_presentation", json!({ "document_target": "iframe" })),
                ],
            ),
            (
                "custom values that are no texts",
                vec![("roles", json!([role])), ("custom", json!({ "n": 5, "l": [1] }))],
            ),
            ("null in lis", vec![("roles", json!([role])), ("lis", json!({ "person_sourcedid": null }))]),
            (
                "unknown claims",
                vec![
                    ("roles", json!([role])),
                    ("https://example.org/claim", json!({ "a": 1 })),
                    ("errors", json!({})),
                ],
            ),
            (
                "the clock of the platform is 50 s ahead",
                vec![("roles", json!([role])), ("iat", json!(NOW + 50))],
            ),
            (
                "expired 50 s ago",
                vec![("roles", json!([role])), ("iat", json!(NOW - 110)), ("exp", json!(NOW - 50))],
            ),
            ("fractions of a second", vec![("roles", json!([role])), ("iat", json!(1_795_390_158.25))]),
        ];
        for (case, changes) in cases {
            let launch = launch(&with(&changes)).unwrap_or_else(|error| panic!("{case}: {error}"));
            assert_eq!(launch.standing, standing, "{case}");
        }
    }
}

#[test]
fn a_launch_with_no_role_or_an_unknown_one_is_a_member_s() {
    for roles in [json!([""]), json!([]), json!(["http://example.org/unknown#Instructor"])] {
        assert_eq!(launch(&with(&[("roles", roles)])).unwrap().standing, Standing::Member);
    }
}

#[test]
fn a_new_deployment_is_let_in_only_where_the_registration_was_approved_as_a_whole() {
    let token = |id| PLATFORM.sign(&with(&[("deployment_id", json!(id))])).unwrap();
    assert!(judge_with(&token("3"), Algorithm::RS256, true).unwrap().is_new_deployment);
    assert!(!judge_with(&token("2"), Algorithm::RS256, true).unwrap().is_new_deployment);
    assert!(judge_with(&token("3"), Algorithm::RS256, false).is_err());
}

#[test]
fn a_launch_without_sub_is_anonymous() {
    assert_eq!(launch(&with(&[("sub", Value::Null)])).unwrap().user, None);
}

#[test]
fn a_deep_linking_request_needs_no_resource_link() {
    let settings = |url: &str| json!({ "deep_link_return_url": url, "accept_types": ["ltiResourceLink"], "data": "opaque" });
    let changes = |settings: Value| {
        let settings_claim = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings";
        let none = Value::Null;
        with(&[
            ("message_type", json!("LtiDeepLinkingRequest")),
            ("resource_link", none.clone()),
            ("target_link_uri", none),
            (settings_claim, settings),
        ])
    };
    let good = launch(&changes(settings("https://lms.example/return"))).unwrap();
    assert_eq!(good.message, Message::DeepLinking);
    let wanted = good.deep_link.unwrap();
    assert_eq!((wanted.data.as_deref(), wanted.takes), (Some("opaque"), vec![Takes::Links, Takes::Columns]));
    for bad in [Value::Null, json!({}), settings("javascript:alert(1)"), settings("return")] {
        assert_eq!(refusal(&changes(bad)), "claim `deep_link_return_url` is missing");
    }
}

#[test]
fn a_deep_linking_request_says_what_it_takes() {
    let takes = |settings: Value| {
        let mut settings = settings;
        settings["deep_link_return_url"] = json!("https://lms.example/return");
        let claim = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings";
        launch(&with(&[("message_type", json!("LtiDeepLinkingRequest")), (claim, settings)]))
            .unwrap()
            .deep_link
            .unwrap()
            .takes
    };
    let all = json!({ "accept_types": ["link", "ltiResourceLink"], "accept_multiple": true, "accept_lineitem": true });
    assert_eq!(takes(all), Takes::ALL);
    assert_eq!(takes(json!({ "accept_lineitem": false, "accept_multiple": "yes" })), [Takes::Links]);
    assert_eq!(takes(json!({ "accept_types": ["file"] })), [Takes::Columns]);
}

#[test]
fn a_link_that_was_placed_for_one_s_own_badges_leads_there() {
    assert!(launch(&with(&[("custom", json!({ "page": "mine" }))])).unwrap().wants_own_badges);
    for other in [json!({}), json!({ "page": "else" }), json!({ "page": 5 }), json!("page")] {
        assert!(!launch(&with(&[("custom", other)])).unwrap().wants_own_badges);
    }
}

#[test]
fn every_launch_that_must_be_refused_is_refused_with_its_reason() {
    let long = "x".repeat(256);
    let cases: Vec<(Vec<(&str, Value)>, &str)> = vec![
        (vec![("version", json!("11.3"))], "LTI version is not 1.3.0"),
        (vec![("version", Value::Null)], "claim `version` is missing"),
        (vec![("message_type", Value::Null)], "claim `message_type` is missing"),
        (vec![("message_type", json!("Greeting"))], "message type is not known"),
        (vec![("roles", Value::Null)], "claim `roles` is missing"),
        (vec![("roles", json!("Instructor"))], "claim `roles` is missing"),
        (vec![("deployment_id", Value::Null)], "claim `deployment_id` is missing"),
        (vec![("deployment_id", json!("3"))], "deployment \"3\" is not registered"),
        (
            vec![("deployment_id", json!(&long))],
            "claim `deployment_id` is empty, not a text, or longer than 255 characters",
        ),
        (vec![("resource_link", Value::Null)], "claim `resource_link.id` is missing"),
        (vec![("resource_link", json!({ "title": "x" }))], "claim `resource_link.id` is missing"),
        (
            vec![("resource_link", json!({ "id": &long }))],
            "claim `resource_link.id` is empty, not a text, or longer than 255 characters",
        ),
        (vec![("target_link_uri", Value::Null)], "claim `target_link_uri` is missing"),
        (
            vec![("target_link_uri", json!("https://badges.example.org.evil.example/"))],
            "target_link_uri leads to another origin",
        ),
        (
            vec![("target_link_uri", json!("https://badges.example.org@evil.example/"))],
            "target_link_uri leads to another origin",
        ),
        (
            vec![("target_link_uri", json!("https://badges.example.org:444/"))],
            "target_link_uri leads to another origin",
        ),
        (vec![("target_link_uri", json!("launch"))], "target_link_uri leads to another origin"),
        (vec![("sub", json!(""))], "claim `sub` is empty, not a text, or longer than 255 characters"),
        (vec![("sub", json!(42))], "claim `sub` is empty, not a text, or longer than 255 characters"),
        (vec![("context", json!({ "title": "x" }))], "claim `context.id` is missing"),
        (vec![("iat", json!(NOW - 86_400)), ("exp", json!(NOW - 86_340))], "id_token has expired"),
        (vec![("exp", json!(NOW - 60))], "id_token has expired"),
        (vec![("exp", Value::Null)], "claim `exp` is missing"),
        (vec![("iat", Value::Null)], "claim `iat` is missing"),
        (vec![("iat", json!(NOW + 61)), ("exp", json!(NOW + 120))], "id_token was issued in the future"),
        (vec![("iat", json!(NOW - 661)), ("exp", json!(NOW + 60))], "id_token was issued too long ago"),
        (vec![("nonce", Value::Null)], "claim `nonce` is missing"),
        (vec![("nonce", json!("nonce-2"))], "nonce is not the one of this login"),
        (vec![("iss", json!("https://lms.example/"))], "issuer is not the one of this login"),
        (vec![("iss", Value::Null)], "claim `iss` is missing"),
        (vec![("aud", json!("client-2"))], "audience does not contain our client id"),
        (vec![("aud", json!([]))], "audience does not contain our client id"),
        (vec![("aud", json!(["client-1", "client-2"]))], "audience contains others than us"),
        (
            vec![("aud", json!(["client-1", "client-2"])), ("azp", json!("client-1"))],
            "audience contains others than us",
        ),
        (vec![("azp", json!("client-2"))], "authorized party is not us"),
        (vec![("azp", json!(["client-1"]))], "authorized party is not us"),
    ];
    for (changes, reason) in cases {
        assert_eq!(refusal(&with(&changes)), reason, "{changes:?}");
    }
}

#[test]
fn a_body_without_any_lti_claim_is_refused() {
    let claims = json!({ "iss": "https://lms.example", "aud": "client-1", "sub": "42", "nonce": "nonce-1", "iat": NOW, "exp": NOW + 60 });
    assert_eq!(refusal(&claims), "claim `version` is missing");
}

#[test]
fn a_token_that_somebody_else_signed_is_refused() {
    let theirs = STRANGER.sign(&plain()).unwrap();
    assert_eq!(judge(&theirs, Algorithm::RS256).unwrap_err().to_string(), "id_token names no key");
    let (_, rest) = theirs.split_once('.').unwrap();
    let ours = PLATFORM.sign(&plain()).unwrap();
    let (header, _) = ours.split_once('.').unwrap();
    let forged = judge(&format!("{header}.{rest}"), Algorithm::RS256);
    assert_eq!(forged.unwrap_err().to_string(), "signature does not fit");
}

#[test]
fn a_changed_payload_is_refused() {
    let token = PLATFORM.sign(&plain()).unwrap();
    let other = PLATFORM.sign(&with(&[("sub", json!("43"))])).unwrap();
    let (signed, _) = token.rsplit_once('.').unwrap();
    let (_, signature) = other.rsplit_once('.').unwrap();
    assert_eq!(
        judge(&format!("{signed}.{signature}"), Algorithm::RS256).unwrap_err().to_string(),
        "signature does not fit"
    );
}

#[test]
fn the_algorithm_comes_from_the_registration_and_never_from_the_header() {
    let token = PLATFORM.sign(&plain()).unwrap();
    assert_eq!(
        judge(&token, Algorithm::RS512).unwrap_err().to_string(),
        "id_token is not signed with the registered algorithm"
    );
    let (_, rest) = token.split_once('.').unwrap();
    for alg in ["none", "HS256"] {
        use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
        let header = URL_SAFE_NO_PAD.encode(json!({ "alg": alg, "kid": PLATFORM.key_id() }).to_string());
        let error = judge(&format!("{header}.{rest}"), Algorithm::RS256).unwrap_err();
        assert_eq!(error.to_string(), "id_token is not signed with the registered algorithm", "{alg}");
    }
}

#[test]
fn a_token_signed_with_our_public_key_as_a_shared_secret_is_refused() {
    let secret = EncodingKey::from_secret(PLATFORM.public_jwk()["n"].as_str().unwrap().as_bytes());
    let header = jsonwebtoken::Header {
        kid: Some(PLATFORM.key_id().to_owned()),
        ..jsonwebtoken::Header::new(Algorithm::HS256)
    };
    let token = jsonwebtoken::encode(&header, &plain(), &secret).unwrap();
    assert_eq!(
        judge(&token, Algorithm::RS256).unwrap_err().to_string(),
        "id_token is not signed with the registered algorithm"
    );
}

#[test]
fn what_moodle_really_sent_is_accepted() {
    let claims = with(&[
        ("sub", json!("3")),
        ("roles", json!([INSTRUCTOR])),
        (
            "context",
            json!({ "id": "2", "label": "LTI101", "title": "Open Badges & LTI 101", "type": ["CourseSection"] }),
        ),
        ("custom", json!({ "ctx": "", "badcap": "$Moodle.Course.completed" })),
        (
            "launch_presentation",
            json!({ "locale": "en", "document_target": "iframe", "return_url": "https://lms.example/mod/lti/return.php?course=2" }),
        ),
        (
            "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice",
            json!({
            "context_memberships_url": "https://lms.example/mod/lti/services.php/CourseSection/2/bindings/2/memberships", "service_versions": ["1.0", "2.0"] }),
        ),
    ]);
    let launch = launch(&claims).unwrap();
    assert_eq!(
        launch.memberships_url.unwrap().path(),
        "/mod/lti/services.php/CourseSection/2/bindings/2/memberships"
    );
    assert_eq!((launch.locale.as_deref(), launch.standing), (Some("en"), Standing::Instructor));
}
