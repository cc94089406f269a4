//! The instructor's story in a real browser, in both languages, with pictures of every screen under `target/screenshots/`.

use badge_tests::browser::{Browser, BrowserOptions};
use badge_tests::platform::sample::{LITERACY_BADGE, LOVELACE, SATO, SUZUKI, TANAKA};
use badge_tests::scene::Scene;
use badge_tests::screen::{Screen, keep};
use thirtyfour::prelude::{By, Key};

/// What an instructor does with mouse or keyboard, counted.
struct Hand<'a> {
    browser: &'a Browser,
    actions: usize,
}

impl Hand<'_> {
    async fn click(&mut self, css: &str) -> anyhow::Result<()> {
        self.actions += 1;
        self.browser.click(css).await
    }
}

/// Everybody in the course reads this language.
fn everybody_reads(scene: &Scene, language: &str) {
    scene.platform.change_world(|world| {
        for person in &mut world.people {
            language.clone_into(&mut person.locale);
        }
    });
}

async fn browser_in(language: &str) -> anyhow::Result<Browser> {
    let options = BrowserOptions { language: language.to_owned(), ..BrowserOptions::default() };
    let browser = Browser::start_with(&options).await?;
    Screen::WIDE.apply(&browser).await?;
    Ok(browser)
}

/// From the course in the LMS into the tool, in a window of its own.
async fn launch(scene: &Scene, hand: &mut Hand<'_>) -> anyhow::Result<()> {
    hand.browser.goto(scene.platform.issuer()).await?;
    hand.click(&format!("a[data-person='{TANAKA}'][data-target='window']")).await?;
    hand.browser.enter_window(2).await?;
    Screen::WIDE.apply(hand.browser).await?;
    hand.browser.wait_for("#learners-title").await?;
    Ok(())
}

#[tokio::test]
async fn from_the_first_launch_to_the_first_award_takes_six_actions_at_most() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let browser = browser_in("en").await?;
    let mut hand = Hand { browser: &browser, actions: 0 };
    launch(&scene, &mut hand).await?;
    hand.click(&format!("button[name='only'][value='{SUZUKI}']")).await?;
    browser.wait_for("#done").await?;
    assert_eq!(scene.outcomes().await?, ["valid"]);
    assert_eq!(hand.actions, 2, "launch, award");
    assert!(hand.actions <= 6);
    Ok(())
}

#[tokio::test]
async fn an_instructor_designs_awards_and_revokes_in_both_languages() -> anyhow::Result<()> {
    for (language, form_title, revoked) in
        [("en", "What this badge says", "Revoked"), ("ja", "バッジの内容", "取り消し済み")]
    {
        let scene = Scene::start().await?;
        everybody_reads(&scene, language);
        let browser = browser_in(language).await?;
        let mut hand = Hand { browser: &browser, actions: 0 };
        launch(&scene, &mut hand).await?;
        browser.wait_for(&format!("html[lang='{language}']")).await?;
        keep(&browser, &format!("instructor-course-{language}")).await?;

        // The badge: its picture follows the choice before anything is saved.
        hand.click(".tabs li:nth-child(3) a").await?;
        browser.wait_for_words(form_title).await?;
        hand.click("input[name='shape'][value='shield']").await?;
        hand.click("input[name='colour'][value='gold']").await?;
        hand.click("input[name='icon'][value='book']").await?;
        browser.wait_until("document.getElementById('drawn').src.includes('icon=book') && document.getElementById('drawn').complete && document.getElementById('drawn').naturalWidth === 400").await?;
        keep(&browser, &format!("instructor-badge-{language}")).await?;
        hand.click("#badge-form .form-actions button.primary").await?;
        browser.wait_for("#done").await?;

        // Two learners by their ticks, a third by the button; one is revoked with a reason.
        for learner in [SUZUKI, SATO] {
            hand.click(&format!("input[name='user'][value='{learner}']")).await?;
        }
        hand.click("#award-selected").await?;
        browser.wait_for("#done").await?;
        hand.click(&format!("button[name='only'][value='{LOVELACE}']")).await?;
        browser.wait_until("location.search.includes('awarded=1')").await?;
        keep(&browser, &format!("instructor-awarded-{language}")).await?;
        hand.click(&format!("tr[data-user='{SATO}'] .revoke summary")).await?;
        browser
            .wait_for(&format!("tr[data-user='{SATO}'] input[name='reason']"))
            .await?
            .send_keys("by mistake")
            .await?;
        hand.click(&format!("tr[data-user='{SATO}'] .revoke button.danger")).await?;
        browser.wait_for_words(revoked).await?;
        keep(&browser, &format!("instructor-revoked-{language}")).await?;
        let mut outcomes = scene.outcomes().await?;
        outcomes.sort();
        assert_eq!(outcomes, ["revoked", "valid", "valid"]);
    }
    Ok(())
}

#[tokio::test]
async fn a_rule_is_read_as_a_sentence_while_it_is_written() -> anyhow::Result<()> {
    for (language, sentence, decided) in [
        ("en", "Awarded to learners who are approved by 1 person (assessor).", "You decide who is awarded."),
        (
            "ja",
            "受講者が次の条件を満たすと授与されます：1人の承認（評価者）を受ける。",
            "授与する受講者は教員が決めます。",
        ),
    ] {
        let scene = Scene::start().await?;
        everybody_reads(&scene, language);
        let browser = browser_in(language).await?;
        let mut hand = Hand { browser: &browser, actions: 0 };
        launch(&scene, &mut hand).await?;
        hand.click(".tabs li:nth-child(2) a").await?;
        browser.wait_for_words(decided).await?;
        hand.click("input[name='way'][value='text']").await?;
        let text = browser.wait_for("textarea[name='text']").await?;
        browser.execute("document.querySelector('.way details').open = true", Vec::new()).await?;
        text.send_keys(r#"{"kind":"manualReview","role":"assessor"}"#).await?;
        browser.wait_for_words(sentence).await?;
        // Everybody of the course stands beside it, with what is missing.
        let beside = browser.wait_for("#standing .people").await?.text().await?;
        assert!(beside.contains("鈴木") && beside.contains('0'), "{beside}");
        keep(&browser, &format!("instructor-rule-{language}")).await?;
        hand.click("#rule-form button.primary").await?;
        browser.wait_for("#done").await?;
        hand.click("input[name='way'][value='manual']").await?;
        browser.wait_for_words(decided).await?;
        hand.click("#rule-form button.primary").await?;
        browser.wait_for("#history").await?;
        let history = browser.find(By::Id("history")).await?.text().await?;
        assert!(history.contains(sentence), "{history}");
        // What the instructor decides alone is a version too.
        let version = browser.find(By::Css("#rule-form h1 .chip")).await?.text().await?;
        assert!(version.contains('2'), "{version}");
        keep(&browser, &format!("instructor-rule-history-{language}")).await?;
    }
    Ok(())
}

/// Walks on by Tab until the focus is where it should be, and sees to it that every stop can be seen.
async fn tab_to(browser: &Browser, there: &str) -> anyhow::Result<()> {
    let look = "const now = document.activeElement; if (!now || now === document.body) return '';
        const shown = [now, now.closest('label'), now.parentElement].some((one) => one && getComputedStyle(one).outlineStyle !== 'none' && parseFloat(getComputedStyle(one).outlineWidth) >= 2);
        return shown ? '' : now.outerHTML.slice(0, 120)";
    for _ in 0..120 {
        browser.action_chain().send_keys(Key::Tab).perform().await?;
        let unseen: String = browser.execute(look, Vec::new()).await?.convert()?;
        anyhow::ensure!(unseen.is_empty(), "the focus cannot be seen on {unseen}");
        let arrived = browser
            .execute(format!("return document.activeElement.matches(\"{there}\")"), Vec::new())
            .await?;
        if arrived.json().as_bool() == Some(true) {
            return Ok(());
        }
    }
    anyhow::bail!("the keyboard does not reach {there}")
}

#[tokio::test]
async fn everything_is_done_by_keyboard_and_the_focus_is_seen() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let browser = browser_in("en").await?;
    let (_, course) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    browser.goto(course.url.as_str()).await?;
    tab_to(&browser, &format!("button[name='only'][value='{SUZUKI}']")).await?;
    browser.action_chain().send_keys(Key::Enter).perform().await?;
    browser.wait_for("#done").await?;
    // Revoking opens by Enter, and is written and sent without a mouse.
    tab_to(&browser, &format!("tr[data-user='{SUZUKI}'] .revoke summary")).await?;
    browser.action_chain().send_keys(Key::Enter).perform().await?;
    tab_to(&browser, &format!("tr[data-user='{SUZUKI}'] input[name='reason']")).await?;
    browser.action_chain().send_keys("by mistake").send_keys(Key::Enter).perform().await?;
    browser.wait_until("location.search.includes('revoked=1')").await?;
    // The badge: arrows choose among tiles.
    browser.goto(course.url.join("badge")?.as_str()).await?;
    tab_to(&browser, "input[name='shape']").await?;
    browser.action_chain().send_keys(Key::Right).perform().await?;
    browser.wait_until("document.querySelector('input[name=shape]:checked').value === 'circle'").await?;
    browser.wait_until("document.getElementById('drawn').src.includes('shape=circle')").await?;
    tab_to(&browser, "#badge-form .form-actions button.primary").await?;
    browser.action_chain().send_keys(Key::Enter).perform().await?;
    browser.wait_for("#done").await?;
    let design: String = scene.database.value("select design ->> 'shape' from lti.course").await?;
    assert_eq!(design, "circle");
    // The rule, and the way back over the link that skips.
    browser.goto(course.url.join("rule")?.as_str()).await?;
    tab_to(&browser, ".skip").await?;
    tab_to(&browser, "#rule-form button.primary").await?;
    Ok(())
}

#[tokio::test]
async fn the_frame_is_as_high_as_the_page() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let browser = browser_in("en").await?;
    browser.goto(scene.platform.issuer()).await?;
    browser
        .execute(
            "window.asked = []; window.addEventListener('message', (event) => { if (event.data && event.data.subject === 'lti.frameResize') window.asked.push(event.data.height); })",
            Vec::new(),
        )
        .await?;
    let (_, course) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    let frame = format!(
        "const frame = document.createElement('iframe'); frame.src = '{}'; frame.width = 800; document.body.append(frame)",
        course.url
    );
    browser.execute(frame, Vec::new()).await?;
    browser.wait_until("window.asked.some((height) => height > 400)").await?;
    Ok(())
}
