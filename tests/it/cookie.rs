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

/// A frame of the tool, opened when somebody listens to what it asks the platform's page.
const LISTEN: &str = "
    const old = document.getElementById('tool'), frame = document.createElement('iframe');
    frame.id = 'tool';
    frame.src = old.src;
    window.addEventListener('message', ({ source, data }) => {
      if (source === frame.contentWindow && data.subject === 'lti.put_data') window.asked = data.message_id;
    });
    old.replaceWith(frame);";

/// Somebody answers the page in the frame: where it goes then, if it goes anywhere. Synthetic events carry any origin and source.
fn answered(origin: &str, source: &str, message_id: &str, subject: &str) -> String {
    format!(
        "let went = null;
         navigation.onnavigate = (event) => {{ went = event.destination.url; event.preventDefault(); }};
         const data = {{ subject: '{subject}', message_id: '{message_id}' }};
         window.dispatchEvent(new MessageEvent('message', {{ origin: {origin}, source: {source}, data }}));
         return went;"
    )
}

#[tokio::test]
async fn only_an_answer_of_the_platform_s_own_storage_to_this_question_is_believed() -> anyhow::Result<()> {
    let silent = Personality { storage_target: Some("_parent"), ..Personality::canvas() };
    let scene = Scene::builder().like(silent).start().await?;
    let browser = browser(ThirdPartyCookies::NoneAtAll).await?;
    browser.goto(framed(&scene)).await?;
    browser.execute(LISTEN, Vec::new()).await?;
    browser.wait_until("typeof window.asked === 'string'").await?;
    let asked: String = browser.execute("return window.asked", Vec::new()).await?.convert()?;
    browser.enter_frame("#tool").await?;
    browser.wait_for("#storage").await?;
    let platform = "document.getElementById('storage').dataset.origin";
    let (parent, put) = ("window.parent", "lti.put_data.response");
    for (what, wrong) in [
        ("another origin", answered("'https://evil.example'", parent, &asked, put)),
        ("another window", answered(platform, "window", &asked, put)),
        ("another question", answered(platform, parent, "made-up", put)),
        ("another subject", answered(platform, parent, &asked, "lti.get_data.response")),
    ] {
        let went: Option<String> = browser.execute(wrong, Vec::new()).await?.convert()?;
        assert_eq!(went, None, "{what} was believed");
    }
    let right = answered(platform, parent, &asked, put);
    let went: Option<String> = browser.execute(right, Vec::new()).await?.convert()?;
    assert!(went.is_some_and(|url| url.starts_with(&scene.platform.authorization_url())));
    Ok(())
}

/// In Chromium, which keeps no cookie of the tool in the platform's page: by the browser's settings, and where the platform's storage is
/// silent too.
#[tokio::test]
async fn the_offered_window_is_pressed_and_completes_the_launch_in_chromium() -> anyhow::Result<()> {
    let silent = Personality { storage_target: Some("_parent"), ..Personality::canvas() };
    for (personality, offer) in [
        (Personality::specification(), "#open-window"),
        (Personality::moodle(), "#open-window"),
        (silent, "#fallback:not([hidden]) #open-window"),
    ] {
        let scene = Scene::builder().like(personality).start().await?;
        let browser = browser(ThirdPartyCookies::NoneInFrames).await?;
        browser.goto(framed(&scene)).await?;
        browser.enter_frame("#tool").await?;
        browser.wait_for(offer).await?;
        assert_eq!(scene.database.value::<i64>("select count(*) from lti.session").await?, 0);
        browser.click(offer).await?;
        browser.enter_window(2).await?;
        browser.wait_for("#select-all").await?;
        assert_eq!(scene.database.value::<i64>("select count(*) from lti.session").await?, 1);
        assert_eq!(scene.platform.refused(), []);
    }
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
