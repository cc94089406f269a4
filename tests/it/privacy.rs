//! The log holds neither people nor secrets, and says enough to help somebody who reads a reference out.

use badge_tests::page::Page;
use badge_tests::platform::LaunchOrder;
use badge_tests::platform::sample::{LITERACY_BADGE, SUZUKI, TANAKA};
use badge_tests::refusal::{NEVER_LOGGED, Refusal};
use badge_tests::scene::Scene;

/// Every name, address and secret that went over the wire must not be in the log.
fn assert_clean(scene: &Scene, secrets: &[&str]) {
    let log = scene.app.log();
    for word in NEVER_LOGGED.iter().chain(secrets).chain(&["AAECAwQFBgcICQ"]) {
        let line = log.lines().find(|line| line.contains(word));
        assert_eq!(line, None, "the log holds `{word}`");
    }
}

fn session_token(page: &Page) -> String {
    page.url.path().split('/').nth(2).unwrap_or_default().to_owned()
}

#[tokio::test]
async fn the_log_of_a_whole_story_names_nobody_and_holds_no_token() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.award(&mut instructor, &page, &[SUZUKI]).await?;
    let (_, learner) = scene.launch(SUZUKI, LITERACY_BADGE).await?;
    let (mut visitor, login) = scene.begin(&LaunchOrder::new(SUZUKI, LITERACY_BADGE)).await?;
    visitor.authenticate(&scene.platform, &login).await?;
    let tokens = [session_token(&page), session_token(&learner)];
    let password = scene.database.tool_url().split(['@', ':']).nth(2).unwrap_or_default().to_owned();
    assert!(password.len() > 20 && tokens.iter().all(|token| token.len() > 20));
    assert_clean(&scene, &[&tokens[0], &tokens[1], &login.state, &login.nonce, &password]);
    Ok(())
}

#[tokio::test]
async fn a_refusal_is_one_line_with_the_reference_of_its_page() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let order = LaunchOrder::new(SUZUKI, LITERACY_BADGE);
    let (mut visitor, login) = scene.begin(&order).await?;
    let token = scene.platform.forge(&order, &login.nonce).lti("version", "11.3").token()?;
    let page = visitor.answer(&scene.platform, &login, &token).await?;
    let refusal = Refusal::of(&scene.app, &page)?;
    assert!(refusal.line.contains("version"), "the line does not say why: {}", refusal.line);
    assert_clean(&scene, &[&login.state, &login.nonce]);
    Ok(())
}

#[tokio::test]
async fn an_outage_logs_no_personal_data_either() -> anyhow::Result<()> {
    use badge_tests::platform::{Endpoint, Fault};
    let scene = Scene::start().await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    let broken = "{\"id\":\"x\",\"members\":[{\"user_id\":5,\"name\":\"Ada Lovelace\",\"email\":\"ada.lovelace@lms.example\"}]";
    scene.platform.plan_fault(Endpoint::Memberships, 0, 1, &Fault::nonsense(broken));
    instructor.get(page.url.as_str()).await?;
    scene.platform.plan_fault(Endpoint::Memberships, 0, 1, &Fault { status: 500, ..Fault::nonsense(broken) });
    instructor.get(page.url.as_str()).await?;
    scene.database.close().await?;
    instructor.get(page.url.as_str()).await?;
    assert_clean(&scene, &[&session_token(&page)]);
    Ok(())
}
