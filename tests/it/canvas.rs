//! What is particular about Canvas, each as a test on an imitation that insists on it (`Personality::canvas`).
//!
//! What it has in common with others stands elsewhere: storage in `cookie.rs`, scores in `grades.rs`, notices in `notice.rs`.

use badge_tests::page::Page;
use badge_tests::platform::sample::{LITERACY, LITERACY_BADGE, SUZUKI, TANAKA};
use badge_tests::platform::{
    Endpoint, Forge, LaunchOrder, Personality, Platform, PlatformOptions, SCOPE_MEMBERSHIPS,
};
use badge_tests::refusal::Refusal;
use badge_tests::scene::Scene;
use badge_tests::visitor::Visitor;
use reqwest::StatusCode;
use serde_json::{Map, Value};
use tokio::time::{Duration, Instant};

/// A launch that somebody recorded; `../samples/canvas/README.md` says who.
const RECORDED: &str = include_str!("../samples/canvas/id-token.json");

async fn canvas() -> anyhow::Result<Scene> {
    Scene::builder().like(Personality::canvas()).start().await
}

fn shows(page: &Page, person_id: &str) -> bool {
    page.body.contains(&format!("data-user=\"{person_id}\""))
}

#[tokio::test]
async fn a_recorded_launch_with_its_nulls_and_errors_leads_the_instructor_to_the_course() -> anyhow::Result<()>
{
    let scene = canvas().await?;
    let order = LaunchOrder::new(TANAKA, LITERACY_BADGE);
    let (mut visitor, login) = scene.begin(&order).await?;
    let recorded: Map<String, Value> = serde_json::from_str(RECORDED)?;
    let own = ["iss", "aud", "azp", "nonce", "iat", "exp"];
    let about_us = ["deployment_id", "target_link_uri"].map(badge_tests::platform::claim);
    let forge = scene.platform.forge(&order, &login.nonce);
    let foreign =
        recorded.into_iter().filter(|(name, _)| !own.contains(&name.as_str()) && !about_us.contains(name));
    let token = foreign.fold(forge, |forge: Forge, (name, value)| forge.claim(&name, value)).token()?;
    let answer = visitor.answer(&scene.platform, &login, &token).await?;
    let page = visitor.follow(answer).await?;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    assert!(page.url.path().ends_with("/course"), "{}", page.url);
    assert!(page.text().contains("A Fresh Course That Remains Unlaunched"), "{}", page.text());
    Ok(())
}

/// All schools have one issuer and different keys: the client id decides whose launch it is.
#[tokio::test]
async fn two_schools_with_one_issuer_are_told_apart_by_their_client_ids() -> anyhow::Result<()> {
    let scene = canvas().await?;
    let personality = Personality::canvas();
    let other = Platform::start(PlatformOptions { personality, ..PlatformOptions::default() })?;
    assert_eq!(other.iss(), scene.platform.iss());
    scene.app.register(&other, &scene.app.as_tool("10000000000003", "1"))?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.award(&mut instructor, &page, &[SUZUKI]).await?;
    let learner = Visitor::new()?.launch(&other, &LaunchOrder::new(SUZUKI, LITERACY_BADGE)).await?;
    assert!(!learner.body.contains("/credentials/"), "{}", learner.text());
    // A token of the other school, for the client id that its key may not speak for.
    let order = LaunchOrder::new(TANAKA, LITERACY_BADGE);
    let (mut visitor, login) = scene.begin(&order).await?;
    let token =
        other.forge(&order, &login.nonce).claim("aud", "badge-tool").claim("azp", "badge-tool").token()?;
    let page = visitor.answer(&other, &login, &token).await?;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{}", page.text());
    Refusal::of(&scene.app, &page)?;
    Ok(())
}

/// Everybody has roles of the institution there; only `membership#` counts.
#[tokio::test]
async fn an_instructor_of_the_institution_is_a_learner_in_the_course() -> anyhow::Result<()> {
    let scene = canvas().await?;
    let (_, page) = scene.launch(SUZUKI, LITERACY_BADGE).await?;
    assert!(page.url.path().ends_with("/mine"), "{}", page.url);
    let (_, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    assert!(page.url.path().ends_with("/course"), "{}", page.url);
    Ok(())
}

#[tokio::test]
async fn a_launch_that_is_no_longer_valid_comes_as_a_post_and_is_a_page() -> anyhow::Result<()> {
    let scene = canvas().await?;
    let (mut visitor, login) = scene.begin(&LaunchOrder::new(SUZUKI, LITERACY_BADGE)).await?;
    visitor.authentication_response(&login).await?;
    let again = visitor.authenticate(&scene.platform, &login).await?;
    assert_eq!(again.status, StatusCode::UNAUTHORIZED, "{}", again.text());
    let refusal = Refusal::of(&scene.app, &again)?;
    assert!(refusal.line.contains("launch_no_longer_valid"), "{}", refusal.line);
    assert!(refusal.sentence.contains("did not sign you in"), "{}", refusal.sentence);
    assert_eq!(scene.database.value::<i64>("select count(*) from lti.session").await?, 0);
    Ok(())
}

#[tokio::test]
async fn scopes_that_an_administrator_took_away_are_a_notice_and_nothing_worse() -> anyhow::Result<()> {
    for kept in [&[SCOPE_MEMBERSHIPS][..], &[]] {
        let scene = canvas().await?;
        scene.platform.change_world(|world| {
            for tool in &mut world.tools {
                tool.scopes.retain(|scope| kept.contains(&scope.as_str()));
            }
        });
        scene.platform.place_column(LITERACY, LITERACY_BADGE, 100.0);
        let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
        assert_eq!(page.status, StatusCode::OK);
        if kept.is_empty() {
            assert!(page.body.contains("role=\"alert\"") && !shows(&page, SUZUKI), "{}", page.text());
            continue;
        }
        scene.award(&mut instructor, &page, &[SUZUKI]).await?;
        assert_eq!(scene.outcomes().await?, ["valid"]);
        assert_eq!(scene.database.value::<i64>("select count(*) from lti.score").await?, 0);
        assert_eq!(scene.platform.calls(Endpoint::Grades), 0);
    }
    Ok(())
}

/// Canvas does not try again, so both kinds are asked for as soon as a launch offers them, at an address below our own domain.
#[tokio::test]
async fn notices_are_asked_for_once_after_the_first_launch() -> anyhow::Result<()> {
    let scene = canvas().await?;
    scene.launch(SUZUKI, LITERACY_BADGE).await?;
    let end = Instant::now() + Duration::from_secs(30);
    while scene.platform.notice_handlers().len() < 2 {
        assert!(Instant::now() < end, "{:?}\n{}", scene.platform.refused(), scene.app.log());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let mut handlers = scene.platform.notice_handlers();
    handlers.sort();
    let address = scene.app.address("/lti/notices");
    let wanted =
        ["LtiContextCopyNotice", "LtiHelloWorldNotice"].map(|kind| (kind.to_owned(), address.clone()));
    assert_eq!(handlers, wanted);
    scene.launch(TANAKA, LITERACY_BADGE).await?;
    assert_eq!(scene.platform.calls(Endpoint::Notices), 2, "asked again at the next launch");
    assert_eq!(scene.platform.refused(), []);
    Ok(())
}
