//! The cookie chain in a real browser, with the platform on another site (localhost and 127.0.0.1).

use badge_tests::browser::{Browser, BrowserOptions, ThirdPartyCookies};
use badge_tests::platform::sample::{LITERACY_BADGE, SUZUKI, TANAKA};
use badge_tests::platform::{Endpoint, LaunchOrder, Personality};
use badge_tests::scene::Scene;
use badge_tests::visitor::Visitor;
use reqwest::StatusCode;

async fn browser(third_party_cookies: ThirdPartyCookies) -> anyhow::Result<Browser> {
    Browser::start_with(&BrowserOptions { third_party_cookies, ..BrowserOptions::default() }).await
}

fn framed(scene: &Scene) -> String {
    format!("{}/open?link={LITERACY_BADGE}&person={TANAKA}", scene.platform.issuer())
}

#[tokio::test]
async fn a_frame_works_with_third_party_cookies_allowed_and_blocked() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    for cookies in [ThirdPartyCookies::Allowed, ThirdPartyCookies::Blocked] {
        let browser = browser(cookies).await?;
        browser.goto(framed(&scene)).await?;
        browser.enter_frame("#tool").await?;
        browser.wait_for("#select-all").await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_window_works_with_third_party_cookies_blocked() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let browser = browser(ThirdPartyCookies::Blocked).await?;
    browser.goto(scene.platform.issuer()).await?;
    browser.click(&format!("a[data-person='{TANAKA}'][data-target='window']")).await?;
    browser.enter_window(2).await?;
    browser.wait_for("#select-all").await?;
    Ok(())
}

#[tokio::test]
async fn a_browser_that_keeps_no_cookie_in_a_frame_is_offered_a_window() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let browser = browser(ThirdPartyCookies::NoneAtAll).await?;
    browser.goto(framed(&scene)).await?;
    browser.enter_frame("#tool").await?;
    browser.wait_for("#open-window").await?;
    assert_eq!(scene.database.value::<i64>("select count(*) from lti.session").await?, 0);
    assert_eq!(scene.platform.calls(Endpoint::Authorization), 0, "the message hint was used up");
    Ok(())
}

#[tokio::test]
async fn the_storage_of_the_platform_stands_in_for_cookies() -> anyhow::Result<()> {
    let scene = Scene::builder().like(Personality::canvas()).start().await?;
    let browser = browser(ThirdPartyCookies::NoneAtAll).await?;
    browser.goto(framed(&scene)).await?;
    browser.enter_frame("#tool").await?;
    browser.wait_for("#select-all").await?;
    assert_eq!(scene.platform.refused(), []);
    Ok(())
}

/// A platform that names a storage and never answers, as Canvas's mobile app does.
#[tokio::test]
async fn a_storage_that_does_not_answer_ends_with_the_offer_of_a_window() -> anyhow::Result<()> {
    let silent = Personality { storage_target: Some("_parent"), ..Personality::canvas() };
    let scene = Scene::builder().like(silent).start().await?;
    let browser = browser(ThirdPartyCookies::NoneAtAll).await?;
    browser.goto(framed(&scene)).await?;
    browser.enter_frame("#tool").await?;
    browser.wait_for("#fallback:not([hidden]) #open-window").await?;
    assert_eq!(scene.database.value::<i64>("select count(*) from lti.session").await?, 0);
    Ok(())
}

/// The frame loses the cookie; the window that is offered keeps cookies, and the launch goes on there.
#[tokio::test]
async fn the_offered_window_completes_the_launch() -> anyhow::Result<()> {
    for personality in [Personality::specification(), Personality::moodle()] {
        let scene = Scene::builder().like(personality).start().await?;
        let initiation = scene.platform.initiate(&LaunchOrder::new(SUZUKI, LITERACY_BADGE))?;
        let mut frame = Visitor::new()?.in_frame();
        let page =
            frame.post(&initiation.login_url, &initiation.parameters, Some(scene.platform.issuer())).await?;
        frame.cookies.clear();
        let offer = frame.follow(page).await?;
        let link = offer.links().into_iter().find(|link| link.contains("/lti/")).unwrap_or_default();
        let mut window = Visitor::new()?;
        let login = Visitor::login(&window.get_as(offer.resolve(&link)?.as_str(), "text/html").await?)?;
        let answer = window.authenticate(&scene.platform, &login).await?;
        let page = window.follow(answer).await?;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    }
    Ok(())
}

#[tokio::test]
async fn a_made_up_proof_from_the_storage_opens_nothing() -> anyhow::Result<()> {
    let scene = Scene::builder().like(Personality::canvas()).start().await?;
    let order = LaunchOrder::new(SUZUKI, LITERACY_BADGE);
    let (mut attacker, login) = scene.begin(&order).await?;
    let form = attacker.authentication_response(&login).await?;
    for proof in ["", "made-up", &login.state] {
        let rows = scene.database.row_counts().await?;
        let fields = [form.fields.as_slice(), &[("proof".to_owned(), proof.to_owned())]].concat();
        let page = Visitor::new()?.post(&form.action, &fields, Some(scene.platform.issuer())).await?;
        assert!(page.status.is_client_error(), "`{proof}`: {}", page.status);
        assert_eq!(scene.database.row_counts().await?, rows, "`{proof}`");
    }
    Ok(())
}
