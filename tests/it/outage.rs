//! The database goes away and comes back while people work.

use badge_tests::platform::LaunchOrder;
use badge_tests::platform::sample::{LITERACY_BADGE, SUZUKI, TANAKA};
use badge_tests::refusal::Refusal;
use badge_tests::scene::Scene;
use badge_tests::visitor::Visitor;
use reqwest::StatusCode;
use tokio::time::{Duration, Instant};

#[tokio::test]
async fn a_lost_database_is_a_503_page_and_heals_by_itself() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.database.close().await?;

    let lost = instructor.get(page.url.as_str()).await?;
    assert_eq!(lost.status, StatusCode::SERVICE_UNAVAILABLE, "{}", lost.text());
    let refusal = Refusal::of(&scene.app, &lost)?;
    assert_eq!(refusal.sentence, "We cannot reach our records at the moment; please try again in a minute.");
    let initiation = scene.platform.initiate(&LaunchOrder::new(SUZUKI, LITERACY_BADGE))?;
    let login = Visitor::new()?.post(&initiation.login_url, &initiation.parameters, None).await?;
    assert_eq!(login.status, StatusCode::SERVICE_UNAVAILABLE);
    Refusal::of(&scene.app, &login)?;
    assert_eq!(instructor.get(&scene.app.address("/healthz")).await?.status, StatusCode::OK);
    assert_eq!(instructor.get(&scene.app.address("/readyz")).await?.status, StatusCode::SERVICE_UNAVAILABLE);

    scene.database.open().await?;
    let end = Instant::now() + Duration::from_secs(20);
    while instructor.get(&scene.app.address("/readyz")).await?.status != StatusCode::OK {
        assert!(Instant::now() < end, "the tool does not come back:\n{}", scene.app.log());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let back = instructor.get(page.url.as_str()).await?;
    assert_eq!(back.status, StatusCode::OK);
    scene.award(&mut instructor, &back, &[SUZUKI]).await?;
    assert_eq!(scene.outcomes().await?, ["valid"]);
    Ok(())
}

#[tokio::test]
async fn a_restarted_tool_keeps_its_sessions_keys_and_registrations() -> anyhow::Result<()> {
    use badge_tests::app::{App, AppConfig};
    let scene = Scene::start().await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.award(&mut instructor, &page, &[SUZUKI]).await?;
    let second = App::start(
        &AppConfig::new(&scene.database.tool_url())
            .with("server.public_url", &format!("{:?}", scene.app.url)),
    )?;
    let again = instructor.get(&second.address(page.url.path())).await?;
    assert_eq!(again.status, StatusCode::OK, "a session of one replica is good at another");
    let keys = "/.well-known/jwks.json";
    assert_eq!(
        instructor.get(&second.address(keys)).await?.json()?,
        instructor.get(&scene.app.address(keys)).await?.json()?
    );
    let did = "/.well-known/did.json";
    assert_eq!(
        instructor.get(&second.address(did)).await?.json()?,
        instructor.get(&scene.app.address(did)).await?.json()?
    );
    Ok(())
}

#[tokio::test]
async fn an_unreachable_platform_is_a_page_and_nothing_is_stored() -> anyhow::Result<()> {
    use badge_tests::platform::{Endpoint, Fault};
    let scene = Scene::start().await?;
    for fault in [Fault::status(500), Fault::nonsense("no key set"), Fault::nonsense("{\"keys\":[]}")] {
        let scene =
            if scene.platform.calls(Endpoint::KeySet) == 0 { &scene } else { &Scene::start().await? };
        scene.platform.plan_fault(Endpoint::KeySet, 0, 5, &fault);
        let (mut visitor, login) = scene.begin(&LaunchOrder::new(TANAKA, LITERACY_BADGE)).await?;
        let rows = scene.database.row_counts().await?;
        let page = visitor.authenticate(&scene.platform, &login).await?;
        assert!(
            page.status == StatusCode::BAD_GATEWAY || page.status == StatusCode::UNAUTHORIZED,
            "{fault:?}: {}",
            page.status
        );
        Refusal::of(&scene.app, &page)?;
        assert_eq!(scene.database.row_counts().await?, rows, "{fault:?}");
    }
    Ok(())
}
