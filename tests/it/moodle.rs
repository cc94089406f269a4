//! The story on a real Moodle: registered by hand, launched as teacher and as learner, awarded, verified in SQL.
//!
//! `make test-moodle`, or `MOODLE_URL=… tests/cluster.sh run -- cargo test -p badge-tests --features moodle --test moodle`.
//! `moodle/README.md` says how to bring a Moodle up; without one every test here fails.

use std::time::Duration;

use badge_tests::browser::{Browser, BrowserOptions, ThirdPartyCookies};
use badge_tests::eventually::eventually;
use badge_tests::moodle::{Grade, Link, Moodle, MoodleScene, NewcomerScene, Person};
use badge_tests::page::{Form, Page};
use badge_tests::visitor::Visitor;

/// What a stored award comes to, judged by the database alone.
const VERDICTS: &str = "select string_agg((badges.verify(credential)).outcome, ',') from badges.assertion";
const RECIPIENT: &str = "select concat_ws('|', user_id, display_name, email) from badges.recipient";
const AWARDS: &str = "select count(*) from badges.assertion";

/// Somebody opens a link in a browser of their own, as they would from the course.
async fn open(moodle: &Moodle, person: &Person, link: &Link) -> anyhow::Result<Browser> {
    let browser = signed_in(moodle, person).await?;
    browser.goto(&link.url).await?;
    Ok(browser)
}

/// A browser of somebody who has signed in to Moodle.
async fn signed_in(moodle: &Moodle, person: &Person) -> anyhow::Result<Browser> {
    let browser = Browser::start().await?;
    moodle.sign_in(&browser, person).await?;
    Ok(browser)
}

/// Somebody opens a link without a browser and ends on a page of the tool.
async fn open_plainly(scene: &MoodleScene, person: &Person, link: &Link) -> anyhow::Result<Page> {
    Ok(enter(scene, person, link).await?.1)
}

/// The same, for somebody who goes on.
async fn enter(scene: &MoodleScene, person: &Person, link: &Link) -> anyhow::Result<(Visitor, Page)> {
    let mut visitor = scene.moodle.sign_in_plainly(person).await?;
    let form = scene.moodle.begin_launch(&mut visitor, link).await?;
    let page = scene.moodle.finish_launch(&mut visitor, &form).await?;
    Ok((visitor, page))
}

/// Where a learner stands in the teacher's list.
fn line_of(learner: &Person) -> String {
    format!("tr[data-user=\"{}\"]", learner.id)
}

#[tokio::test]
async fn a_teacher_awards_a_badge_that_the_learner_opens_and_sql_verifies() -> anyhow::Result<()> {
    let scene = MoodleScene::start(3).await?;
    let (hanako, links) = (&scene.run.learners[0], &scene.links);

    let teacher = open(&scene.moodle, &scene.run.teacher, &links.replace).await?;
    for learner in &scene.run.learners {
        let line = teacher.wait_for(&line_of(learner)).await?.text().await?;
        assert!(line.contains(&learner.name) && line.contains(&learner.email), "{line}");
    }
    teacher.wait_for_words(&scene.run.course.title).await?;
    teacher.click(&format!("{} button[name=only]", line_of(hanako))).await?;
    teacher.wait_for(&format!("{} .status .chip.good", line_of(hanako))).await?;

    assert_eq!(scene.database.value::<String>(VERDICTS).await?, "valid");
    let recipient = [&*hanako.id, &*hanako.name, &*hanako.email].join("|");
    assert_eq!(scene.database.value::<String>(RECIPIENT).await?, recipient);

    let learner = open(&scene.moodle, hanako, &links.replace).await?;
    learner.click("#share").await?;
    let credential = learner.wait_for("#open-credential").await?.attr("href").await?;
    let credential = credential.ok_or_else(|| anyhow::anyhow!("the learner's button leads nowhere"))?;
    let stored: String = scene.database.value("select credential_id from badges.assertion").await?;
    assert_eq!(credential, stored);
    learner.goto(&credential).await?;
    learner.wait_for("#verdict[data-outcome=valid]").await?;
    Ok(())
}

#[tokio::test]
async fn a_learner_without_a_badge_is_told_so_and_cannot_award() -> anyhow::Result<()> {
    let scene = MoodleScene::start(1).await?;
    let learner = &scene.run.learners[0];
    let mut visitor = scene.moodle.sign_in_plainly(learner).await?;
    let form = scene.moodle.begin_launch(&mut visitor, &scene.links.replace).await?;
    let page = scene.moodle.finish_launch(&mut visitor, &form).await?;
    assert!(page.url.path().ends_with("/mine"), "{} says: {}", page.url, page.text());

    let award = page.url.join("awards")?;
    let answer = visitor.post(award.as_str(), &[("only".to_owned(), learner.id.clone())], None).await?;
    assert_eq!(answer.status.as_u16(), 403, "{}", answer.text());
    assert_eq!(scene.database.value::<i64>(AWARDS).await?, 0);
    Ok(())
}

#[tokio::test]
async fn the_same_launch_is_refused_the_second_time() -> anyhow::Result<()> {
    let scene = MoodleScene::start(1).await?;
    let mut visitor = scene.moodle.sign_in_plainly(&scene.run.teacher).await?;
    let form = scene.moodle.begin_launch(&mut visitor, &scene.links.replace).await?;
    let first = scene.moodle.finish_launch(&mut visitor, &form).await?;
    assert!(first.status.is_success(), "{}\n{}", first.text(), scene.app.log());

    let before = scene.database.row_counts().await?;
    let second = scene.moodle.finish_launch(&mut visitor, &form).await?;
    assert!(second.status.is_client_error(), "{} {}", second.status, second.text());
    assert_eq!(scene.database.row_counts().await?, before);
    Ok(())
}

#[tokio::test]
async fn a_launch_that_was_tampered_with_is_refused() -> anyhow::Result<()> {
    let scene = MoodleScene::start(1).await?;
    let mut visitor = scene.moodle.sign_in_plainly(&scene.run.learners[0]).await?;
    let form = scene.moodle.begin_launch(&mut visitor, &scene.links.replace).await?;
    let before = scene.database.row_counts().await?;
    for tampered in [
        with_other_signature(&form),
        form.clone().with("state", "another"),
        form.clone().with("id_token", ""),
    ] {
        let answer = scene.moodle.finish_launch(&mut visitor, &tampered).await?;
        assert!(answer.status.is_client_error(), "{} {}", answer.status, answer.text());
    }
    assert_eq!(scene.database.row_counts().await?, before);

    let answer = scene.moodle.finish_launch(&mut visitor, &form).await?;
    assert!(
        answer.status.is_success(),
        "the true launch is still good: {}\n{}",
        answer.text(),
        scene.app.log()
    );
    Ok(())
}

/// The token with a letter in the middle of its signature changed.
fn with_other_signature(form: &Form) -> Form {
    let token = form.field("id_token").unwrap_or_default();
    let (signed, signature) = token.rsplit_once('.').unwrap_or_default();
    let (first, rest) = signature.split_at(signature.len() / 2);
    let mut rest = rest.chars();
    let other = if rest.next() == Some('A') { 'B' } else { 'A' };
    form.clone().with("id_token", &format!("{signed}.{first}{other}{}", rest.as_str()))
}

#[tokio::test]
async fn the_tool_opens_in_moodle_s_frame_when_third_party_cookies_are_blocked() -> anyhow::Result<()> {
    let scene = MoodleScene::start(1).await?;
    let options =
        BrowserOptions { third_party_cookies: ThirdPartyCookies::Blocked, ..BrowserOptions::default() };
    let browser = Browser::start_with(&options).await?;
    scene.moodle.sign_in(&browser, &scene.run.teacher).await?;
    browser.goto(&scene.links.embed.url).await?;
    browser.enter_frame("#contentframe").await?;
    let learner = line_of(&scene.run.learners[0]);
    browser.click(&format!("{learner} button[name=only]")).await?;
    browser.wait_for(&format!("{learner} .status .chip.good")).await?;
    assert_eq!(scene.database.value::<String>(VERDICTS).await?, "valid");
    Ok(())
}

#[tokio::test]
async fn a_course_with_many_learners_is_listed_whole() -> anyhow::Result<()> {
    let scene = MoodleScene::start(120).await?;
    let page = open_plainly(&scene, &scene.run.teacher, &scene.links.replace).await?;
    let url = page.url.clone();
    // The session is in the address.
    let pages = Visitor::new()?.all_pages(page).await?;
    let shows = |id: &str| pages.iter().any(|page| page.body.contains(&format!("data-user=\"{id}\"")));
    let missing = scene.run.learners.iter().filter(|learner| !shows(&learner.id)).count();
    assert_eq!(missing, 0, "learners are missing on {url}");
    assert!(!shows(&scene.run.teacher.id), "the teacher is listed as a learner");
    Ok(())
}

#[tokio::test]
async fn a_link_for_those_who_are_done_opens_for_them_alone() -> anyhow::Result<()> {
    let scene = MoodleScene::start(2).await?;
    let [ada, ben] = [&scene.run.learners[0], &scene.run.learners[1]];
    scene.run.complete_reading(ada)?;
    let page = open_plainly(&scene, ada, &scene.links.finished).await?;
    assert!(page.url.path().ends_with("/mine"), "{} says: {}", page.url, page.text());

    let mut visitor = scene.moodle.sign_in_plainly(ben).await?;
    assert!(scene.moodle.begin_launch(&mut visitor, &scene.links.finished).await.is_err());
    scene.run.undo_reading(ada)?;
    let mut visitor = scene.moodle.sign_in_plainly(ada).await?;
    assert!(scene.moodle.begin_launch(&mut visitor, &scene.links.finished).await.is_err());
    Ok(())
}

/// One line that a command of the tool prints.
fn printed(scene: &NewcomerScene, arguments: &[&str]) -> anyhow::Result<String> {
    let output = scene.app.run(arguments)?;
    anyhow::ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

/// An invitation's link at the port that the tool was given.
fn invitation(scene: &NewcomerScene) -> anyhow::Result<String> {
    let printed = printed(scene, &["invite"])?;
    let (_, path) =
        printed.split_once("/register/").ok_or_else(|| anyhow::anyhow!("no link in {printed}"))?;
    Ok(scene.app.address(&format!("/register/{}", path.split_whitespace().next().unwrap_or_default())))
}

/// One link is pasted; registration, placing, roster, award and verification follow from it.
#[tokio::test]
async fn a_pasted_invitation_is_all_that_an_administrator_copies() -> anyhow::Result<()> {
    let scene = NewcomerScene::start(2).await?;
    let administrator = signed_in(&scene.moodle, &scene.administrator).await?;
    scene.moodle.register_dynamically(&administrator, &invitation(&scene)?).await?;
    let client_id: String = scene.database.value("select client_id from lti.registration").await?;
    let tool = scene.moodle.activate(&administrator, &client_id).await?;
    let deployment: String = scene.database.value("select deployment_id from lti.deployment").await?;
    assert_eq!(deployment, tool);

    let teacher = signed_in(&scene.moodle, &scene.run.teacher).await?;
    scene.moodle.show_in_course(&teacher, &scene.run.course, &tool).await?;
    let issuer = scene.moodle.url().to_owned();
    printed(&scene, &["platform", "approve", "--issuer", &issuer, "--client-id", &client_id])?;
    let link = scene.moodle.place(&teacher, &scene.run.course, &tool, "#place-badge").await?;

    let hanako = &scene.run.learners[0];
    teacher.goto(&link.url).await?;
    teacher.enter_frame("#contentframe").await?;
    teacher.click(&format!("{} button[name=only]", line_of(hanako))).await?;
    teacher.wait_for(&format!("{} .status .chip.good", line_of(hanako))).await?;
    assert_eq!(scene.database.value::<String>(VERDICTS).await?, "valid");
    let recipient = [&*hanako.id, &*hanako.name, &*hanako.email].join("|");
    assert_eq!(scene.database.value::<String>(RECIPIENT).await?, recipient);

    let learner = open(&scene.moodle, hanako, &link).await?;
    learner.enter_frame("#contentframe").await?;
    learner.wait_for("#share").await?;
    Ok(())
}

/// Saves the rule of the course as its page does.
async fn save_rule(teacher: &mut Visitor, page: &Page, fields: &[(&str, &str)]) -> anyhow::Result<()> {
    let fields: Vec<(String, String)> =
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let answer = teacher.post(page.url.join("rule")?.as_str(), &fields, None).await?;
    anyhow::ensure!(answer.status.is_redirection(), "the rule was not saved: {}", answer.text());
    Ok(())
}

/// Waits until exactly these learners hold the badge, nobody having pressed a button.
async fn held_by(scene: &MoodleScene, learners: &[&Person]) -> anyhow::Result<()> {
    let wanted: Vec<&str> = learners.iter().map(|learner| &*learner.id).collect();
    let held = async || -> anyhow::Result<Vec<String>> {
        let query = "select user_id from lti.award order by awarded_at";
        Ok(sqlx::query_scalar(query).fetch_all(&scene.database.pool).await?)
    };
    let longest = Duration::from_mins(1);
    eventually(longest, "awards", async || Ok(held().await?.len() >= wanted.len()))
        .await
        .map_err(|error| error.context(scene.app.log()))?;
    assert_eq!(held().await?, wanted);
    Ok(())
}

#[tokio::test]
async fn who_may_open_the_restricted_link_is_awarded_without_a_button() -> anyhow::Result<()> {
    let scene = MoodleScene::start(3).await?;
    let [hanako, ada] = [&scene.run.learners[0], &scene.run.learners[1]];
    let (mut teacher, page) = enter(&scene, &scene.run.teacher, &scene.links.finished).await?;
    let link = &scene.links.finished.resource_link_id;
    save_rule(&mut teacher, &page, &[("way", "link"), ("link", link)]).await?;

    scene.run.complete_reading(hanako)?;
    held_by(&scene, &[hanako]).await?;
    scene.run.complete_reading(ada)?;
    held_by(&scene, &[hanako, ada]).await?;
    assert_eq!(scene.database.value::<String>(VERDICTS).await?, "valid,valid");
    let sources =
        "select string_agg(distinct source, ',') from badges.assertion a, badges.why(a.assertion_id)";
    assert_eq!(scene.database.value::<String>(sources).await?, "roster");
    let (_, mine) = enter(&scene, hanako, &scene.links.finished).await?;
    assert!(mine.body.contains("id=\"why\""), "{}", mine.text());
    Ok(())
}

#[tokio::test]
async fn who_completes_the_course_is_awarded_without_a_button_by_moodle_s_web_services() -> anyhow::Result<()>
{
    let scene = MoodleScene::start(3).await?;
    scene.keep_token()?;
    let [hanako, ada] = [&scene.run.learners[0], &scene.run.learners[1]];
    let (mut teacher, page) = enter(&scene, &scene.run.teacher, &scene.links.replace).await?;
    save_rule(&mut teacher, &page, &[("way", "moodle")]).await?;

    scene.run.complete_reading(ada)?;
    held_by(&scene, &[ada]).await?;
    // What was completed stays completed for Moodle; the badge stays too.
    scene.run.undo_reading(ada)?;
    scene.run.complete_reading(hanako)?;
    held_by(&scene, &[ada, hanako]).await?;
    assert_eq!(scene.database.value::<String>(VERDICTS).await?, "valid,valid");
    let sources =
        "select string_agg(distinct source, ',') from badges.assertion a, badges.why(a.assertion_id)";
    assert_eq!(scene.database.value::<String>(sources).await?, "moodle");
    Ok(())
}

#[tokio::test]
async fn an_award_stands_in_moodle_s_grade_book_until_it_is_revoked() -> anyhow::Result<()> {
    let scene = MoodleScene::start(2).await?;
    let [hanako, ada] = [&scene.run.learners[0], &scene.run.learners[1]];
    let link = &scene.links.replace;
    let (mut teacher, page) = enter(&scene, &scene.run.teacher, link).await?;
    let only = [("only".to_owned(), hanako.id.clone())];
    let given = teacher.post(page.url.join("awards")?.as_str(), &only, None).await?;
    let course = teacher.follow(given).await?;
    let longest = Duration::from_mins(1);
    let graded = async |points| Ok(scene.run.grade(link, hanako)?.grade == points);
    eventually(longest, "the grade", async || graded(Some(100.0)).await)
        .await
        .map_err(|error| error.context(scene.app.log()))?;
    assert_eq!(scene.run.grade(link, ada)?, Grade { grade: None, of: 100.0 });

    let form = course.form("/revoke")?.with("reason", "Awarded by mistake");
    teacher.submit(&course, &form).await?;
    eventually(longest, "the empty cell", async || graded(None).await)
        .await
        .map_err(|error| error.context(scene.app.log()))?;
    assert_eq!(scene.database.value::<String>(VERDICTS).await?, "revoked");
    Ok(())
}
