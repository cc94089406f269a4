//! The certification suite's list, as instructor and as student: what must be refused, what must be accepted.
//!
//! <https://www.imsglobal.org/spec/lti/v1p3/cert/>

use anyhow::Context as _;
use badge_tests::page::Page;
use badge_tests::platform::sample::{LITERACY_BADGE, SUZUKI, TANAKA};
use badge_tests::platform::{Endpoint, Forge, LaunchOrder, Personality, Role};
use badge_tests::refusal::Refusal;
use badge_tests::scene::Scene;
use badge_tests::visitor::Visitor;
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::time::{Duration, Instant};

/// What is wrong, or odd, with a token.
type Change = fn(Forge) -> Forge;

/// Answers a proper login with a changed token; gives the tool's answer.
async fn answer(scene: &Scene, person_id: &str, change: Change) -> anyhow::Result<Page> {
    let order = LaunchOrder::new(person_id, LITERACY_BADGE);
    let (mut visitor, login) = scene.begin(&order).await?;
    let token = change(scene.platform.forge(&order, &login.nonce)).token()?;
    let page = visitor.answer(&scene.platform, &login, &token).await?;
    visitor.follow(page).await
}

async fn is_refused(scene: &Scene, what: &str, change: Change) -> anyhow::Result<()> {
    for person_id in [TANAKA, SUZUKI] {
        let before = scene.database.row_counts().await?;
        let page = answer(scene, person_id, change).await?;
        let status = page.status;
        assert!(status == StatusCode::UNAUTHORIZED || status == StatusCode::BAD_REQUEST, "{what}: {status}");
        Refusal::of(&scene.app, &page).with_context(|| what.to_owned())?;
        let stored = |counts: Vec<(String, i64)>| -> Vec<(String, i64)> {
            // The login itself is remembered before the token arrives.
            counts.into_iter().filter(|(table, _)| table != "lti.login").collect()
        };
        assert_eq!(
            stored(scene.database.row_counts().await?),
            stored(before),
            "{what}: something was stored"
        );
    }
    Ok(())
}

async fn is_accepted(scene: &Scene, what: &str, change: Change) -> anyhow::Result<()> {
    for person_id in [TANAKA, SUZUKI] {
        let page = answer(scene, person_id, change).await?;
        assert_eq!(page.status, StatusCode::OK, "{what}: {}", page.text());
    }
    Ok(())
}

#[tokio::test]
async fn everything_on_the_list_of_bad_launches_is_refused() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let bad: [(&str, Change); 16] = [
        ("no kid", |forge| forge.without_header("kid")),
        ("a wrong kid", |forge| forge.header("kid", "imstester_66067")),
        ("version 11.3", |forge| forge.lti("version", "11.3")),
        ("no version", |forge| forge.without_lti("version")),
        ("a body that is no LTI message", |forge| forge.without_any_lti().claim("name", "badltilaunch")),
        ("no LTI claims", Forge::without_any_lti),
        ("timestamps in the past", |forge| forge.shifted_seconds(-86_400)),
        ("no message type", |forge| forge.without_lti("message_type")),
        ("an unknown message type", |forge| forge.lti("message_type", "LtiSomethingElse")),
        ("no roles", |forge| forge.without_lti("roles")),
        ("no deployment", |forge| forge.without_lti("deployment_id")),
        ("no resource link", |forge| forge.without_lti("resource_link")),
        ("a resource link without id", |forge| forge.lti("resource_link", json!({ "title": "No id" }))),
        ("an empty sub", |forge| forge.claim("sub", "")),
        ("no target", |forge| forge.without_lti("target_link_uri")),
        ("a target elsewhere", |forge| forge.lti("target_link_uri", "https://evil.example/launch")),
    ];
    for (what, change) in bad {
        is_refused(&scene, what, change).await?;
    }
    Ok(())
}

#[tokio::test]
async fn everything_on_the_list_of_good_launches_is_accepted() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let good: [(&str, Change); 9] = [
        ("normal", |forge| forge),
        ("several roles", |forge| forge.lti("roles", json!([Role::Instructor.uri(), Role::Learner.uri()]))),
        ("a short role", |forge| forge.lti("roles", json!(["Instructor"]))),
        ("an unknown role", |forge| {
            forge.lti("roles", json!(["http://purl.imsglobal.org/vocab/lis/v2/uknownrole/unknown#Helper"]))
        }),
        ("no role", |forge| forge.lti("roles", json!([""]))),
        ("e-mail only", |forge| forge.without("name").without("given_name").without("family_name")),
        ("names only", |forge| forge.without("email")),
        ("no personal data", |forge| {
            forge.without("name").without("given_name").without("family_name").without("email")
        }),
        ("no context", |forge| forge.without_lti("context")),
    ];
    for (what, change) in good {
        is_accepted(&scene, what, change).await?;
    }
    Ok(())
}

#[tokio::test]
async fn launches_on_which_other_tools_fail_are_accepted() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let odd: [(&str, Change); 7] = [
        ("no locale", |forge| forge.lti("launch_presentation", json!({ "document_target": "iframe" }))),
        ("custom values that are no strings", |forge| {
            forge.lti("custom", json!({ "a": 1, "b": [true], "c": null, "d": {} }))
        }),
        ("a null sourcedid", |forge| forge.lti("lis", json!({ "person_sourcedid": null }))),
        ("unknown grade scopes", |forge| {
            forge.claim(
                "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint",
                json!({ "scope": ["https://canvas.instructure.com/lti/unknown"], "lineitems": null }),
            )
        }),
        ("unknown claims", |forge| {
            forge.claim("https://example.org/claim", json!({ "deep": [1, 2, { "x": null }] }))
        }),
        ("an audience in a list", |forge| {
            let audience = forge.value("aud").cloned();
            forge.claim("aud", json!([audience]))
        }),
        ("unresolved variables", |forge| {
            forge.lti("custom", json!({ "user": "$User.id", "res": "$ResourceLink.id" }))
        }),
    ];
    for (what, change) in odd {
        is_accepted(&scene, what, change).await?;
    }
    Ok(())
}

#[tokio::test]
async fn an_anonymous_launch_is_accepted_and_learns_that_it_has_no_badges() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let anonymous: Change = |forge| {
        forge
            .without("sub")
            .without("name")
            .without("given_name")
            .without("family_name")
            .without("email")
            .lti("launch_presentation", json!({ "locale": "en" }))
    };
    let page = answer(&scene, SUZUKI, anonymous).await?;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.text().contains("did not tell us who you are"), "{}", page.text());
    Ok(())
}

#[tokio::test]
async fn the_signed_target_wins_over_the_unsigned_one_of_the_login() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let order = LaunchOrder::new(SUZUKI, LITERACY_BADGE);
    let mut initiation = scene.platform.initiate(&order)?;
    initiation.parameters.retain(|(name, _)| name != "target_link_uri");
    initiation.parameters.push(("target_link_uri".to_owned(), "https://evil.example/s/x/mine".to_owned()));
    let mut visitor = Visitor::new()?;
    let page = visitor.post(&initiation.login_url, &initiation.parameters, None).await?;
    let login = Visitor::login(&page)?;
    let answer = visitor.authenticate(&scene.platform, &login).await?;
    let page = visitor.follow(answer).await?;
    assert!(
        page.url.as_str().starts_with(&scene.app.url) && page.url.path().ends_with("/mine"),
        "{}",
        page.url
    );
    Ok(())
}

#[tokio::test]
async fn a_normal_launch_leads_the_instructor_to_the_course_and_the_student_to_their_badges()
-> anyhow::Result<()> {
    let scene = Scene::start().await?;
    for (person_id, first_page) in [(TANAKA, "/course"), (SUZUKI, "/mine")] {
        let page = answer(&scene, person_id, |forge| forge).await?;
        assert!(page.url.path().ends_with(first_page), "{person_id}: {}", page.url);
    }
    Ok(())
}

#[tokio::test]
async fn a_deep_linking_request_is_accepted() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let page = answer(&scene, TANAKA, |forge| {
        forge.without_lti("resource_link").lti("message_type", "LtiDeepLinkingRequest").claim(
            "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings",
            json!({ "deep_link_return_url": "http://localhost/return", "accept_types": ["ltiResourceLink"],
                "accept_presentation_document_targets": ["iframe"] }),
        )
    })
    .await?;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    Ok(())
}

#[tokio::test]
async fn ids_of_255_characters_are_accepted_and_longer_ones_refused() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    is_accepted(&scene, "255", |forge| forge.lti("resource_link", json!({ "id": "x".repeat(255) }))).await?;
    is_refused(&scene, "256", |forge| forge.lti("resource_link", json!({ "id": "x".repeat(256) }))).await?;
    is_accepted(&scene, "sub of 255", |forge| forge.claim("sub", "あ".repeat(255))).await?;
    is_refused(&scene, "sub of 256", |forge| forge.claim("sub", "あ".repeat(256))).await
}

#[tokio::test]
async fn claims_of_another_json_type_are_refused_and_crash_nothing() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let wrong: [(&str, Change); 7] = [
        ("roles a text", |forge| forge.lti("roles", "Instructor")),
        ("version a number", |forge| forge.lti("version", 1.3)),
        ("sub a number", |forge| forge.claim("sub", 3)),
        ("deployment a list", |forge| forge.lti("deployment_id", json!(["1"]))),
        ("resource link a text", |forge| forge.lti("resource_link", "11")),
        ("exp a text", |forge| forge.claim("exp", "tomorrow")),
        ("nonce null", |forge| forge.claim("nonce", Value::Null)),
    ];
    for (what, change) in wrong {
        is_refused(&scene, what, change).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_platform_that_writes_null_members_launches() -> anyhow::Result<()> {
    let scene = Scene::builder().like(Personality::canvas()).start().await?;
    let (_, page) = scene.launch(SUZUKI, LITERACY_BADGE).await?;
    assert_eq!(page.status, StatusCode::OK);
    Ok(())
}

#[tokio::test]
async fn a_rotated_key_of_the_platform_is_found_and_the_key_set_is_cached() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    scene.launch(SUZUKI, LITERACY_BADGE).await?;
    scene.launch(SUZUKI, LITERACY_BADGE).await?;
    assert_eq!(scene.platform.calls(Endpoint::KeySet), 1, "the key set is cached");
    scene.platform.rotate_key()?;
    // An unknown kid is looked up at most every few seconds.
    let end = Instant::now() + Duration::from_secs(30);
    while let Err(error) = scene.launch(SUZUKI, LITERACY_BADGE).await {
        assert!(Instant::now() < end, "the new key is never found: {error:#}");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    assert_eq!(scene.platform.calls(Endpoint::KeySet), 2);
    Ok(())
}

#[tokio::test]
async fn forged_kids_do_not_make_the_tool_hammer_the_platform() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    for _ in 0..10 {
        answer(&scene, SUZUKI, |forge| forge.header("kid", "made-up")).await?;
    }
    let calls = scene.platform.calls(Endpoint::KeySet);
    assert!(calls <= 3, "{calls} fetches for ten forged tokens");
    Ok(())
}
