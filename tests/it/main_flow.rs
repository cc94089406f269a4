//! The story from end to end, in a real browser: launch, award, launch, see, verify in SQL.

use badge_tests::browser::{Browser, BrowserOptions};
use badge_tests::platform::sample::{LITERACY_BADGE, LOVELACE, SUZUKI, TANAKA};
use badge_tests::scene::Scene;

fn open(scene: &Scene, person_id: &str) -> String {
    format!("{}/open?link={LITERACY_BADGE}&person={person_id}", scene.platform.issuer())
}

#[tokio::test]
async fn an_instructor_awards_a_learner_sees_and_sql_verifies() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let browser = Browser::start().await?;

    browser.goto(open(&scene, TANAKA)).await?;
    browser.enter_frame("#tool").await?;
    browser.click(&format!("button[name='only'][value='{SUZUKI}']")).await?;
    browser.wait_for("#done").await?;

    browser.enter_default_frame().await?;
    browser.goto(open(&scene, SUZUKI)).await?;
    browser.enter_frame("#tool").await?;
    browser.click("#share").await?;
    browser.click("#open-credential").await?;
    browser.enter_window(2).await?;
    browser.wait_for("#verdict[data-outcome='valid']").await?;
    browser.wait_for_words("This badge is genuine and valid").await?;

    let verdict: (String, String, String) = sqlx::query_as(
        "select v.outcome, v.credential_id, a.credential_id from badges.assertion a, badges.verify(a.credential) v",
    )
    .fetch_one(&scene.database.pool)
    .await?;
    assert_eq!(verdict.0, "valid");
    assert_eq!(verdict.1, verdict.2);
    assert_eq!(browser.current_url().await?.as_str(), verdict.1);
    assert_eq!(scene.platform.refused(), [], "the tool was sloppy towards the platform");
    Ok(())
}

#[tokio::test]
async fn a_launch_in_a_window_of_its_own_works_too() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let browser = Browser::start().await?;
    browser.goto(scene.platform.issuer()).await?;
    browser.click(&format!("a[data-person='{TANAKA}'][data-target='window']")).await?;
    browser.enter_window(2).await?;
    browser.wait_for("#select-all").await?;
    browser.click("#select-all").await?;
    browser.click("#award-selected").await?;
    browser.wait_for("#done").await?;
    assert_eq!(scene.outcomes().await?, ["valid"; 4]);
    Ok(())
}

#[tokio::test]
async fn everybody_reads_in_the_language_that_the_lms_names() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let browser =
        Browser::start_with(&BrowserOptions { language: "fr".to_owned(), ..BrowserOptions::default() })
            .await?;
    for (person_id, language, words) in
        [(TANAKA, "ja", "受講者"), (SUZUKI, "ja", "バッジ"), (LOVELACE, "en", "My badges")]
    {
        browser.goto(open(&scene, person_id)).await?;
        browser.enter_frame("#tool").await?;
        browser.wait_for(&format!("html[lang='{language}']")).await?;
        browser.wait_for_words(words).await?;
        browser.enter_default_frame().await?;
    }
    Ok(())
}
