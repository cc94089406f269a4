//! A badge belongs to its holder: nobody sees it before they share it, sharing is one press, and it can be taken back.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use badge_tests::browser::{Browser, BrowserOptions};
use badge_tests::eventually::eventually;
use badge_tests::page::Page;
use badge_tests::platform::sample::{LITERACY_BADGE, LOVELACE, SATO, SUZUKI, TANAKA};
use badge_tests::scene::Scene;
use badge_tests::visitor::Visitor;
use reqwest::StatusCode;

use crate::report::signed_in;

/// A badge of SUZUKI, its address, and its name in English.
async fn awarded() -> anyhow::Result<(Scene, String, String)> {
    let scene = Scene::start().await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.award(&mut instructor, &page, &[SUZUKI]).await?;
    let url = scene.credentials().await?.swap_remove(0);
    let name = "select credential::jsonb #>> '{credentialSubject,achievement,name}' from badges.assertion";
    let name: String = scene.database.value(name).await?;
    let (en, _) = name.split_once(" / ").context("the badge has one language")?;
    Ok((scene, url, en.to_owned()))
}

async fn look(url: &str) -> anyhow::Result<Page> {
    Visitor::new()?.get_as(url, "text/html").await
}

/// What the counters of today say, such as `accepted 1, offered 1`.
async fn usage(scene: &Scene) -> anyhow::Result<String> {
    let counted = "select coalesce(string_agg(event || ' ' || uses, ', ' order by event collate \"C\"), '') from badges.usage_daily";
    scene.database.value(counted).await
}

#[tokio::test]
async fn a_badge_is_nobody_s_business_until_its_holder_shares_it_and_after_they_stop() -> anyhow::Result<()> {
    let (scene, url, name) = awarded().await?;
    for kind in ["", "/download", "/download?as=svg", "/download?as=png", "/download?as=jwt"] {
        let address = format!("{url}{kind}");
        let page = look(&address).await?;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{address}");
        assert!(page.body.contains("id=\"not-shared\"") && !page.body.contains(&name), "{}", page.text());
    }
    let (mut learner, shared) = scene.share(SUZUKI, LITERACY_BADGE).await?;
    let page = look(&url).await?;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("data-outcome=\"valid\"") && page.text().contains(&name), "{}", page.text());
    assert!(page.body.contains(&format!("<meta property=\"og:url\" content=\"{url}\">")), "{}", page.body);

    let kept = learner.submit(&shared, &shared.form("/unshare")?).await?;
    assert!(
        kept.body.contains("id=\"share\"") && !kept.body.contains("id=\"share-link\""),
        "{}",
        kept.text()
    );
    assert_eq!(look(&url).await?.status, StatusCode::FORBIDDEN);
    Ok(())
}

#[tokio::test]
async fn a_program_that_holds_the_address_verifies_an_unshared_badge_too() -> anyhow::Result<()> {
    let (scene, url, _) = awarded().await?;
    let badge = Visitor::new()?.get_as(&url, "application/vc+ld+json").await?;
    let stored: String = scene.database.value("select credential from badges.assertion").await?;
    assert_eq!((badge.status, badge.body), (StatusCode::OK, stored));
    Ok(())
}

#[tokio::test]
async fn the_holder_keeps_every_form_of_the_file_without_sharing() -> anyhow::Result<()> {
    let (scene, _, _) = awarded().await?;
    let (mut learner, mine) = scene.launch(SUZUKI, LITERACY_BADGE).await?;
    let look = mine.links().into_iter().find(|link| link.contains("/credentials/")).context("no badge")?;
    let own = learner.get(mine.resolve(&look)?.as_str()).await?;
    assert!(own.body.contains("data-outcome=\"valid\""), "{}", own.text());
    let stored: String = scene.database.value("select credential from badges.assertion").await?;
    let download = |kind: &str| format!("{}/download{kind}", own.url);
    let json = learner.get(&download("")).await?;
    assert_eq!(json.body, stored);
    let svg = learner.get(&download("?as=svg")).await?;
    assert_eq!(svg.header("Content-Type"), Some("image/svg+xml"));
    let unbaked: String = sqlx::query_scalar("select badges.unbake($1)")
        .bind(svg.body.as_bytes())
        .fetch_one(&scene.database.pool)
        .await?;
    assert_eq!(unbaked, stored);
    let png = reqwest::get(download("?as=png")).await?.bytes().await?;
    let unbaked: String = sqlx::query_scalar("select badges.unbake($1)")
        .bind(png.as_ref())
        .fetch_one(&scene.database.pool)
        .await?;
    assert_eq!(unbaked, stored);
    eventually(Duration::from_secs(10), "the downloads are counted", async || {
        Ok(usage(&scene).await? == "downloaded 3, offered 1")
    })
    .await
}

#[tokio::test]
async fn nobody_but_the_holder_decides_and_nobody_but_their_instructor_looks() -> anyhow::Result<()> {
    let (scene, _, _) = awarded().await?;
    let id: String = scene.database.value("select assertion_id::text from badges.assertion").await?;
    for person_id in [SATO, LOVELACE] {
        let (mut other, page) = scene.launch(person_id, LITERACY_BADGE).await?;
        let badge = page.url.join(&format!("credentials/{id}"))?;
        assert_eq!(other.get(badge.as_str()).await?.status, StatusCode::NOT_FOUND);
        assert_eq!(other.get(&format!("{badge}/download")).await?.status, StatusCode::NOT_FOUND);
        for action in ["share", "accept", "decline", "unshare"] {
            let answer = other.post(&format!("{badge}/{action}"), &[], None).await?;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{action}");
        }
    }
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    let badge = page.url.join(&format!("credentials/{id}"))?;
    assert_eq!(instructor.get(badge.as_str()).await?.status, StatusCode::OK);
    assert_eq!(instructor.post(&format!("{badge}/share"), &[], None).await?.status, StatusCode::NOT_FOUND);
    assert_eq!(
        scene.database.value::<i64>("select count(*) from lti.holding where shared_at is not null").await?,
        0
    );
    Ok(())
}

#[tokio::test]
async fn what_is_done_with_badges_is_counted_and_nothing_else_is_kept() -> anyhow::Result<()> {
    let (scene, url, _) = awarded().await?;
    let (mut learner, mine) = scene.launch(SUZUKI, LITERACY_BADGE).await?;
    let declined = learner.submit(&mine, &mine.form("/decline")?).await?;
    assert!(declined.text().contains("このバッジを辞退しました"), "{}", declined.text());
    let accepted = learner.submit(&declined, &declined.form("/accept")?).await?;
    let shared = learner.submit(&accepted, &accepted.form("/share")?).await?;
    // Pressing twice is one thing done.
    let again = format!("{}/share", shared.url.as_str().split(['?', '#']).next().unwrap_or_default());
    learner.post(&again, &[], None).await?;
    for _ in 0..3 {
        assert_eq!(look(&url).await?.status, StatusCode::OK);
    }
    eventually(Duration::from_secs(10), "everything is counted", async || {
        Ok(usage(&scene).await?
            == "accepted 1, declined 1, offered 1, share_pressed 1, verification_page_opened 3")
    })
    .await?;
    let columns: String = scene
        .database
        .value("select string_agg(attname::text, ' ' order by attnum) from pg_attribute where attrelid = 'badges.usage_daily'::regclass and attnum > 0 and not attisdropped")
        .await?;
    assert_eq!(columns, "series_id event day uses");
    let page = look(&url).await?;
    assert_eq!(page.header("Set-Cookie"), None);
    assert!(!scene.app.log().contains("/credentials/"), "the log tells who looked at what");
    Ok(())
}

/// What the report of issuance says of all months together: issued, accepted, declined.
async fn issuance(scene: &Scene, as_of: &str) -> anyhow::Result<String> {
    let query = "select concat_ws(' ', coalesce(sum(issued), 0), coalesce(sum(accepted), 0), coalesce(sum(declined), 0))
        from badges.report_issuance($1::timestamptz)";
    Ok(sqlx::query_scalar(query).bind(as_of).fetch_one(&scene.database.pool).await?)
}

#[tokio::test]
async fn what_a_holder_decides_reaches_the_report() -> anyhow::Result<()> {
    let (scene, _, _) = awarded().await?;
    let (mut learner, mine) = scene.launch(SUZUKI, LITERACY_BADGE).await?;
    let now = async || -> anyhow::Result<String> { scene.database.value("select now()::text").await };
    assert_eq!(issuance(&scene, &now().await?).await?, "1 0 0");
    let before = now().await?;
    let declined = learner.submit(&mine, &mine.form("/decline")?).await?;
    // One person who declines is not told.
    assert_eq!(issuance(&scene, &now().await?).await?, "1 0 0");
    let accepted = learner.submit(&declined, &declined.form("/accept")?).await?;
    assert_eq!(issuance(&scene, &now().await?).await?, "1 1 0");
    // Once, whatever is pressed afterwards; and what was known before says the same as before.
    let shared = learner.submit(&accepted, &accepted.form("/share")?).await?;
    learner.submit(&shared, &shared.form("/unshare")?).await?;
    assert_eq!(issuance(&scene, &now().await?).await?, "1 1 0");
    assert_eq!(issuance(&scene, &before).await?, "1 0 0");
    let (mut reader, _) = signed_in(&scene, "report-reader").await?;
    let csv = reader.get(&scene.app.address("/reports/issuance.csv")).await?;
    assert!(csv.body.lines().nth(1).is_some_and(|row| row.contains(",1,1,,")), "{}", csv.body);
    Ok(())
}

#[tokio::test]
async fn what_was_decided_before_reports_counted_it_is_taken_over_once() -> anyhow::Result<()> {
    let (scene, _, _) = awarded().await?;
    let before: String = scene.database.value("select now()::text").await?;
    let decided = "insert into lti.holding (assertion_id, offered_at, decision, decided_at)
        select assertion_id, now() - interval '2 hours', 'accepted', now() - interval '1 hour' from badges.assertion";
    scene.database.execute(decided).await?;
    for _ in 0..2 {
        scene.database.execute("delete from lti.migration where version = 103").await?;
        let output = scene.app.run(&["migrate"])?;
        anyhow::ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let events = "select string_agg(e.event || ' ' || (e.happened_at = h.decided_at), ', ') from badges.assertion_event e join lti.holding h using (assertion_id)";
        assert_eq!(scene.database.value::<String>(events).await?, "accepted true");
    }
    let now: String = scene.database.value("select now()::text").await?;
    assert_eq!(issuance(&scene, &now).await?, "1 1 0");
    assert_eq!(issuance(&scene, &before).await?, "1 0 0", "what was read before reads the same");
    Ok(())
}

#[tokio::test]
async fn one_press_shares_and_the_page_says_who_sees_it_in_both_languages() -> anyhow::Result<()> {
    for (language, private, public) in [
        ("en", "nobody else does until you share it", "Everybody who has the link sees this badge"),
        ("ja", "共有するまで、ほかの人には公開されません", "リンクを知っている人は誰でも"),
    ] {
        let (scene, url, _) = awarded().await?;
        scene.platform.change_world(|world| {
            for person in &mut world.people {
                language.clone_into(&mut person.locale);
            }
        });
        let options = BrowserOptions { language: language.to_owned(), ..BrowserOptions::default() };
        let browser = Browser::start_with(&options).await?;
        browser
            .goto(format!("{}/open?link={LITERACY_BADGE}&person={SUZUKI}", scene.platform.issuer()))
            .await?;
        browser.enter_frame("#tool").await?;
        browser.wait_for_words(private).await?;
        browser.enter_default_frame().await?;
        browser.screenshot(&shot(&format!("learner-{language}"))?).await?;
        browser.enter_frame("#tool").await?;
        browser.click("#share").await?;
        browser.wait_for("#just-shared").await?;
        browser.wait_for_words(public).await?;
        let link = browser.wait_for("#share-link").await?.prop("value").await?;
        assert_eq!(link.as_deref(), Some(url.as_str()));
        let linkedin = browser.wait_for("#linkedin").await?.attr("href").await?.context("no link")?;
        let linkedin = url::Url::parse(&linkedin)?;
        assert_eq!(linkedin.host_str(), Some("www.linkedin.com"));
        assert!(linkedin.query_pairs().any(|(name, value)| name == "certUrl" && value == url), "{linkedin}");
        let mail = browser.wait_for("#mail").await?.attr("href").await?.context("no letter")?;
        assert!(mail.starts_with("mailto:?subject="), "{mail}");
        let code = browser.wait_for("#qr path:nth-of-type(2)").await?.attr("d").await?.context("no code")?;
        assert!(code.len() > 5000, "{code}");
        let frame = browser.execute("return location.href", Vec::new()).await?;
        let frame: String = frame.convert()?;
        browser.enter_default_frame().await?;
        // Out of the frame: the holder's page, and then everybody's.
        for (name, address) in [("shared", &frame), ("credential", &url)] {
            browser.goto(address.as_str()).await?;
            browser.wait_for("#verdict[data-outcome='valid']").await?;
            browser.screenshot(&shot(&format!("{name}-{language}"))?).await?;
        }
    }
    Ok(())
}

/// Where the picture of a page is kept.
fn shot(name: &str) -> anyhow::Result<PathBuf> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../target/screenshots"));
    std::fs::create_dir_all(folder)?;
    Ok(folder.join(format!("{name}.png")))
}
