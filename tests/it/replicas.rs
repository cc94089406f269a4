//! Two replicas behind one address: no two requests of a person reach the same one, and nobody notices, even when one of them dies.

use anyhow::Context as _;
use badge_tests::app::{App, AppConfig};
use badge_tests::browser::Browser;
use badge_tests::database::Database;
use badge_tests::platform::sample::{LITERACY_BADGE, SATO, SUZUKI, TANAKA};
use badge_tests::platform::{LaunchOrder, Platform, PlatformOptions};
use badge_tests::reverse_proxy::{PublicAddress, ReverseProxy};
use badge_tests::scene::{CLIENT, DEPLOYMENT, Scene};
use badge_tests::visitor::Visitor;
use reqwest::StatusCode;

/// The tool at its public address, which is all that the platform and the people know; the replica that may die; and the proxy.
async fn scene() -> anyhow::Result<(Scene, App, ReverseProxy)> {
    let database = Database::create().await?;
    let public = PublicAddress::take()?;
    let config = AppConfig::new(&database.tool_url()).with("server.public_url", &format!("{:?}", public.url));
    let (mut app, second) = (App::start(&config)?, App::start(&config)?);
    let own = std::mem::replace(&mut app.url, public.url.clone());
    let proxy = public.serve(&[&own, &second.url])?;
    let platform = Platform::start(PlatformOptions::default())?;
    app.register(&platform, &app.as_tool(CLIENT, DEPLOYMENT))?;
    Ok((Scene { app, platform, database }, second, proxy))
}

#[tokio::test]
async fn two_replicas_behind_one_address_are_one_tool_to_everybody() -> anyhow::Result<()> {
    let (scene, second, proxy) = scene().await?;
    // One request each, in turn: the login is one replica's, the launch the other's.
    let before = proxy.handed_on();
    let (mut instructor, login) = scene.begin(&LaunchOrder::new(TANAKA, LITERACY_BADGE)).await?;
    let launch = instructor.authenticate(&scene.platform, &login).await?;
    assert_eq!(launch.status, StatusCode::SEE_OTHER, "{}", launch.text());
    let after = proxy.handed_on();
    assert!(before.iter().zip(&after).all(|(before, after)| before < after), "{before:?} {after:?}");
    let course = instructor.follow(launch).await?;
    assert!(course.body.contains("id=\"progress\""), "no roster: {}", course.text());
    scene.award(&mut instructor, &course, &[SUZUKI]).await?;
    assert_eq!(scene.outcomes().await?, ["valid"]);

    let (_, shared) = scene.share(SUZUKI, LITERACY_BADGE).await?;
    assert!(shared.url.as_str().starts_with(&scene.app.url), "{}", shared.url);
    let credential = scene.credentials().await?.pop().context("no credential")?;
    assert!(credential.starts_with(&scene.app.url), "{credential}");
    // Once from each.
    for _ in 0..2 {
        let page = Visitor::new()?.get_as(&credential, "application/json").await?;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    }
    let browser = Browser::start().await?;
    browser.goto(format!("{}/open?link={LITERACY_BADGE}&person={TANAKA}", scene.platform.issuer())).await?;
    browser.enter_frame("#tool").await?;
    browser.wait_for("#select-all").await?;
    let handed_on = proxy.handed_on();
    let [first, other] = handed_on.as_slice() else { anyhow::bail!("{handed_on:?}") };
    assert!(first.abs_diff(*other) <= 1, "requests did not go in turn: {handed_on:?}");
    assert_eq!(scene.platform.refused(), []);

    // One dies, and everybody goes on where they are.
    drop(second);
    let course = instructor.get(course.url.as_str()).await?;
    assert_eq!(course.status, StatusCode::OK, "{}", course.text());
    scene.award(&mut instructor, &course, &[SATO]).await?;
    assert_eq!(scene.outcomes().await?, ["valid", "valid"]);
    Ok(())
}
