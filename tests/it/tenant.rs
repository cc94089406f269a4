//! Two platforms and two deployments on one tool: nobody sees or changes what belongs to another.

use badge_tests::platform::sample::{LITERACY_BADGE, SUZUKI, TANAKA};
use badge_tests::platform::{LaunchOrder, Platform, PlatformOptions};
use badge_tests::scene::Scene;
use badge_tests::visitor::Visitor;
use reqwest::StatusCode;

#[tokio::test]
async fn equal_ids_on_two_platforms_are_two_people_in_two_courses() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let other = Platform::start(PlatformOptions::default())?;
    scene.app.register(&other, &scene.app.as_tool("client-of-the-other", "1"))?;

    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    let awarded = scene.award(&mut instructor, &page, &[SUZUKI]).await?;

    let learner = Visitor::new()?.launch(&other, &LaunchOrder::new(SUZUKI, LITERACY_BADGE)).await?;
    assert!(
        !learner.body.contains("/credentials/"),
        "the other platform's learner sees a badge: {}",
        learner.text()
    );
    let mut stranger = Visitor::new()?;
    let own = stranger.launch(&other, &LaunchOrder::new(TANAKA, LITERACY_BADGE)).await?;
    assert!(!own.body.contains("/credentials/"), "the other platform's instructor sees an award");

    let assertion = awarded.form("/revoke")?.action;
    let assertion = assertion.rsplit('/').nth(1).unwrap_or_default();
    let revoke = own.url.join(&format!("awards/{assertion}/revoke"))?;
    let answer = stranger.post(revoke.as_str(), &[("reason".to_owned(), "because".to_owned())], None).await?;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(scene.outcomes().await?, ["valid"]);

    // The same ids awarded there are another badge.
    scene.award(&mut stranger, &own, &[SUZUKI]).await?;
    assert_eq!(scene.outcomes().await?, ["valid", "valid"]);
    assert_eq!(scene.database.value::<i64>("select count(*) from badges.recipient").await?, 2);
    Ok(())
}

#[tokio::test]
async fn two_deployments_of_one_platform_are_apart() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let second = scene.app.as_tool("second-client", "2");
    scene.app.register(&scene.platform, &second)?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.award(&mut instructor, &page, &[SUZUKI]).await?;
    let order = LaunchOrder::new(SUZUKI, LITERACY_BADGE).with_client("second-client");
    let learner = Visitor::new()?.launch(&scene.platform, &order).await?;
    assert!(!learner.body.contains("/credentials/"), "{}", learner.text());
    Ok(())
}

#[tokio::test]
async fn a_token_of_one_platform_answers_no_login_of_another() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let other = Platform::start(PlatformOptions::default())?;
    scene.app.register(&other, &scene.app.as_tool("client-of-the-other", "1"))?;
    let order = LaunchOrder::new(TANAKA, LITERACY_BADGE);
    let (mut visitor, login) = scene.begin(&order).await?;
    let rows = scene.database.row_counts().await?;
    let token = other.forge(&order, &login.nonce).token()?;
    let page = visitor.answer(&other, &login, &token).await?;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    assert_eq!(scene.database.row_counts().await?, rows);
    Ok(())
}
