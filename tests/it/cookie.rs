//! The cookie chain in a real browser, with the platform on another site (localhost and 127.0.0.1).

use badge_tests::browser::{Browser, BrowserOptions, ThirdPartyCookies};
use badge_tests::platform::LaunchOrder;
use badge_tests::platform::sample::{LITERACY_BADGE, SUZUKI, TANAKA};
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
    Ok(())
}

/// The frame lost the cookie; the window that the page offers keeps cookies, and the launch goes on there.
#[tokio::test]
async fn the_offered_window_completes_the_launch() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let mut frame = Visitor::new()?;
    let login = frame.begin(&scene.platform, &LaunchOrder::new(SUZUKI, LITERACY_BADGE)).await?;
    frame.cookies.clear();
    let offer = frame.authenticate(&scene.platform, &login).await?;
    assert_eq!(offer.status, StatusCode::UNAUTHORIZED);
    let link = offer.links().into_iter().find(|link| link.contains("/lti/")).unwrap_or_default();
    let mut window = Visitor::new()?;
    let login = Visitor::login(&window.get_as(offer.resolve(&link)?.as_str(), "text/html").await?)?;
    let answer = window.authenticate(&scene.platform, &login).await?;
    let page = window.follow(answer).await?;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    Ok(())
}
