//! After the launch: who may open which page, and with what.

use badge_tests::platform::LaunchOrder;
use badge_tests::platform::sample::{LITERACY_BADGE, SUZUKI, TANAKA};
use badge_tests::scene::Scene;
use badge_tests::visitor::Visitor;
use reqwest::StatusCode;

/// The address of another page of the same session.
fn beside(page: &badge_tests::page::Page, name: &str) -> anyhow::Result<String> {
    Ok(page.url.join(name)?.to_string())
}

#[tokio::test]
async fn a_session_needs_no_cookie_after_the_launch() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut visitor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    visitor.cookies.clear();
    let again = visitor.get(page.url.as_str()).await?;
    assert_eq!(again.status, StatusCode::OK);
    let awarded = scene.award(&mut visitor, &page, &[SUZUKI]).await?;
    assert!(awarded.text().contains("バッジ"), "{}", awarded.text());
    assert_eq!(scene.outcomes().await?, ["valid"]);
    Ok(())
}

#[tokio::test]
async fn a_changed_or_made_up_session_opens_nothing() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut visitor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    let token = page.url.path().split('/').nth(2).unwrap_or_default().to_owned();
    assert!(token.len() >= 40, "a session token of {} characters can be guessed", token.len());
    let mut turned = token.clone();
    let last = turned.pop();
    turned.push(if last == Some('A') { 'B' } else { 'A' });
    for tampered in [turned.as_str(), "made-up", "..", "%00", &token.to_uppercase()] {
        let answer = visitor.get(&scene.app.address(&format!("/s/{tampered}/course"))).await?;
        assert!(answer.status.is_client_error(), "`{tampered}`: {}", answer.status);
        assert!(!answer.body.contains("name=\"user\""), "`{tampered}` showed the roster");
    }
    Ok(())
}

#[tokio::test]
async fn a_learner_opens_no_page_of_the_instructor() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut learner, page) = scene.launch(SUZUKI, LITERACY_BADGE).await?;
    assert!(page.url.path().ends_with("/mine"), "{}", page.url);
    for name in ["course", "badge"] {
        let answer = learner.get(&beside(&page, name)?).await?;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{name}");
        assert!(answer.text().contains("教員") || answer.text().contains("instructors"), "{}", answer.text());
    }
    let rows = scene.database.row_counts().await?;
    let fields = [("user".to_owned(), SUZUKI.to_owned())];
    let answer = learner.post(&beside(&page, "awards")?, &fields, None).await?;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert_eq!(scene.database.row_counts().await?, rows);
    Ok(())
}

#[tokio::test]
async fn a_role_outside_of_the_course_makes_no_instructor() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let order = LaunchOrder::new(SUZUKI, LITERACY_BADGE);
    for role in [
        "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor",
        "http://purl.imsglobal.org/vocab/lis/v2/system/person#Administrator",
        "http://purl.imsglobal.org/vocab/lis/v2/membership#ContentDeveloper",
        "http://evil.example/membership#Instructor",
    ] {
        let (mut visitor, login) = scene.begin(&order).await?;
        let token =
            scene.platform.forge(&order, &login.nonce).lti("roles", serde_json::json!([role])).token()?;
        let answer = visitor.answer(&scene.platform, &login, &token).await?;
        let page = visitor.follow(answer).await?;
        assert!(page.url.path().ends_with("/mine"), "{role} led to {}", page.url);
    }
    Ok(())
}

#[tokio::test]
async fn an_expired_session_says_so() -> anyhow::Result<()> {
    let scene = Scene::builder().with("session.lifetime_seconds", "60").start().await?;
    let (mut visitor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    sqlx::query("update lti.session set expires_at = now() - interval '1 second'")
        .execute(&scene.database.pool)
        .await?;
    let answer = visitor.get(page.url.as_str()).await?;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(answer.text().contains("This page has been open for too long"), "{}", answer.text());
    Ok(())
}

#[tokio::test]
async fn pages_may_be_framed_by_the_platform_of_the_session_only() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut visitor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    let policy = page.header("Content-Security-Policy").unwrap_or_default();
    let ancestors =
        policy.split(';').find(|part| part.trim().starts_with("frame-ancestors")).unwrap_or_default();
    assert_eq!(ancestors.trim(), format!("frame-ancestors 'self' {}", scene.platform.issuer()));
    assert!(!policy.contains("unsafe-inline") && !policy.contains('*'), "{policy}");
    let home = visitor.get(&scene.app.address("/")).await?;
    assert!(home.header("Content-Security-Policy").unwrap_or_default().contains("frame-ancestors 'none'"));
    Ok(())
}

/// A blocked error would leave an empty frame, so that those may be framed by anybody which a platform shows before it is known, or after
/// its session has ended. They have nothing to press. Nobody frames any other.
#[tokio::test]
async fn an_error_may_be_framed_only_where_a_platform_shows_it_and_has_nothing_to_press() -> anyhow::Result<()>
{
    let scene = Scene::start().await?;
    for (path, status, ancestors) in [
        (
            "/lti/login?iss=https://unknown.example&login_hint=1&target_link_uri=x",
            StatusCode::UNAUTHORIZED,
            "*",
        ),
        ("/lti/login/continue?state=made-up&nonce=made-up", StatusCode::UNAUTHORIZED, "*"),
        ("/register/made-up", StatusCode::UNAUTHORIZED, "*"),
        ("/s/made-up/course", StatusCode::UNAUTHORIZED, "*"),
        ("/credentials/made-up", StatusCode::NOT_FOUND, "'none'"),
        ("/admin/platforms/made-up", StatusCode::UNAUTHORIZED, "'none'"),
    ] {
        let page = Visitor::new()?.get_as(&scene.app.address(path), "text/html").await?;
        assert_eq!(page.status, status, "{path}: {}", page.text());
        let policy = page.header("Content-Security-Policy").unwrap_or_default();
        let framed = if ancestors == "*" { "frame-ancestors 'self' *" } else { "frame-ancestors 'none'" };
        assert!(policy.ends_with(framed), "{path}: {policy}");
        let pressed = ["<form", "<button", "<input"].iter().any(|element| page.body.contains(element));
        assert!(!pressed || ancestors == "'none'", "{path}: {}", page.body);
    }
    Ok(())
}

#[tokio::test]
async fn the_address_of_a_session_goes_to_nobody_else() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (_, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    assert_eq!(page.header("Referrer-Policy"), Some("no-referrer"));
    assert_eq!(page.header("Cache-Control"), Some("no-store"));
    assert_eq!(page.header("X-Content-Type-Options"), Some("nosniff"));
    let token = page.url.path().split('/').nth(2).unwrap_or_default();
    let stored: i64 = sqlx::query_scalar(
        "select count(*) from lti.session where encode(token_hash, 'escape') like '%' || $1 || '%'",
    )
    .bind(token)
    .fetch_one(&scene.database.pool)
    .await?;
    assert_eq!(stored, 0, "the database holds the token itself");
    Ok(())
}

#[tokio::test]
async fn several_people_in_one_browser_keep_their_own_pages() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let mut browser = Visitor::new()?;
    let instructor = browser.launch(&scene.platform, &LaunchOrder::new(TANAKA, LITERACY_BADGE)).await?;
    let learner = browser.launch(&scene.platform, &LaunchOrder::new(SUZUKI, LITERACY_BADGE)).await?;
    assert!(browser.get(instructor.url.as_str()).await?.url.path().ends_with("/course"));
    assert!(browser.get(learner.url.as_str()).await?.url.path().ends_with("/mine"));
    assert_eq!(browser.get(&beside(&learner, "course")?).await?.status, StatusCode::FORBIDDEN);
    Ok(())
}
