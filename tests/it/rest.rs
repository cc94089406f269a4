//! Completions by the platforms' own APIs, from the command that keeps a key to the badge: Moodle's web services and Canvas's REST.
//!
//! And whatever an API, a roster or a grade book may do instead of answering: nobody is awarded, nobody is lost, and it is said why.

use std::io::Write as _;
use std::time::Duration;

use badge_tests::canvas_api::{CanvasApi, Progress};
use badge_tests::eventually::eventually;
use badge_tests::page::Page;
use badge_tests::platform::sample::{LITERACY, LITERACY_BADGE, LOVELACE, SATO, SUZUKI, TANAKA};
use badge_tests::platform::{Endpoint, Fault, RetryAfter};
use badge_tests::scene::{CLIENT, Scene};
use badge_tests::visitor::Visitor;
use serde_json::Value;

use crate::completion::{eventually_held_by, restrict, save, scene};

const LONGEST: Duration = Duration::from_secs(30);
pub(crate) const STATUS: &str = "core_completion_get_course_completion_status";
/// Answers of a real Moodle.
const MOODLE: &str = include_str!("../../lti-tool/tests/moodle/webservices.json");

pub(crate) fn recorded(name: &str) -> String {
    let all: Value = serde_json::from_str(MOODLE).unwrap_or_default();
    match all.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(body) => body.to_string(),
        None => String::new(),
    }
}

/// Runs a command about the scene's platform with a file that holds a secret.
pub(crate) fn keep(
    scene: &Scene,
    command: &str,
    option: &str,
    secret: &str,
    more: &[&str],
) -> anyhow::Result<()> {
    let mut file = tempfile::NamedTempFile::new()?;
    writeln!(file, "{secret}")?;
    let (issuer, path) = (scene.platform.iss(), file.path().to_string_lossy().into_owned());
    let platform = ["platform", command, "--issuer", &issuer, "--client-id", CLIENT, option, &path];
    let output = scene.app.run(&[platform.as_slice(), more].concat())?;
    anyhow::ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

/// No source is being asked, and none will be until [`resume`]; what they said before is forgotten.
async fn pause(scene: &Scene) -> anyhow::Result<()> {
    let pause = "update lti.completion_source set poll_at = 'infinity', obstacle = null, seen_at = null, failures = 0 where claimed_until is null";
    let awake =
        "select count(*) from lti.completion_source where claimed_until is not null or poll_at < 'infinity'";
    eventually(LONGEST, "a pause", async || {
        scene.database.execute(pause).await?;
        Ok(scene.database.value::<i64>(awake).await? == 0)
    })
    .await
}

async fn resume(scene: &Scene) -> anyhow::Result<()> {
    scene.database.execute("update lti.completion_source set poll_at = now()").await
}

/// Waits until the source of that name has met the obstacle and rests; for how many minutes it does at least.
pub(crate) async fn meets(scene: &Scene, source: &str, obstacle: &str, what: &str) -> anyhow::Result<i64> {
    let rests = format!(
        "select floor(extract(epoch from poll_at - now()) / 60)::bigint from lti.completion_source
         where source = '{source}' and obstacle ->> 'obstacle' = '{obstacle}' and claimed_until is null"
    );
    let minutes = async || -> anyhow::Result<Option<i64>> {
        Ok(sqlx::query_scalar(sqlx::AssertSqlSafe(rests.clone()))
            .fetch_optional(&scene.database.pool)
            .await?)
    };
    eventually(LONGEST, what, async || Ok(minutes().await?.is_some())).await?;
    minutes().await.map(Option::unwrap_or_default)
}

async fn awards(scene: &Scene) -> anyhow::Result<i64> {
    scene.database.value("select count(*) from lti.award").await
}

/// Neither a secret nor an answer's words are in the log.
fn assert_discreet(scene: &Scene, secrets: &[&str]) {
    let log = scene.app.log();
    for secret in secrets {
        assert!(!log.contains(secret), "`{secret}` is in the log: {log}");
    }
}

const CODE: [&str; 4] = ["--key", "10000000000001", "--code", "a-code"];

/// A Canvas with three learners: one is done, one half done, one in a course that asks for nothing.
async fn canvas() -> anyhow::Result<(Scene, CanvasApi, Visitor, Page)> {
    let (scene, api) = (scene().await?, CanvasApi::start()?);
    learners(&api, 1);
    keep(
        &scene,
        "canvas-key",
        "--secret-file",
        "hidden77",
        &[&["--site", &api.url], CODE.as_slice()].concat(),
    )?;
    let (instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    Ok((scene, api, instructor, page))
}

fn learners(api: &CanvasApi, done_by_suzuki: u32) {
    let learner =
        |person_id: &str, number, done, of| Progress { person_id: person_id.to_owned(), number, done, of };
    api.set_learners(&[
        learner(SATO, 94, 2, 2),
        learner(SUZUKI, 93, done_by_suzuki, 2),
        learner(LOVELACE, 95, 0, 0),
    ]);
}

#[tokio::test]
async fn canvas_s_record_awards_over_pages_and_with_a_token_that_ends_between_them() -> anyhow::Result<()> {
    let (scene, api, mut instructor, page) = canvas().await?;
    api.end_tokens_after(Some(2));
    save(&mut instructor, &page, &[("way", "canvas")]).await?;
    eventually_held_by(&scene, &[SATO]).await?;
    let renewed = api.calls().iter().filter(|path| path.starts_with("/login/oauth2/token")).count();
    assert_eq!(renewed, 3, "the code, the first token, and another one when that ended between two pages");
    let pages = |of: &str| api.calls().iter().filter(|path| path.contains(of)).count();
    assert!(pages("page=3&") > 0, "{:?}", api.calls());
    // Once known, nobody's number is asked for again.
    assert_eq!(pages("lti_1_3_id:4"), 1);
    learners(&api, 2);
    eventually_held_by(&scene, &[SUZUKI, SATO]).await?;
    let why = "select string_agg(distinct source, ' ') from badges.assertion, badges.why(assertion_id)";
    assert_eq!(scene.database.value::<String>(why).await?, "canvas");
    assert_eq!(scene.outcomes().await?, ["valid", "valid"]);
    let kept = "select count(*) from lti.canvas_key where position('lasting'::bytea in sealed) = 0";
    assert_eq!(scene.database.value::<i64>(kept).await?, 1, "the key lies in the clear");
    assert_discreet(&scene, &["token-", "lasting", "hidden77"]);
    Ok(())
}

/// A course full of people whom Canvas's API does not know must not cost a request each at every poll.
#[tokio::test]
async fn whom_canvas_does_not_know_is_asked_for_rarely_and_at_once_when_they_launch() -> anyhow::Result<()> {
    let (scene, api, mut instructor, page) = canvas().await?;
    let done = |person_id: &str, number| Progress { person_id: person_id.to_owned(), number, done: 2, of: 2 };
    api.set_learners(&[done(SATO, 94)]);
    save(&mut instructor, &page, &[("way", "canvas")]).await?;
    eventually_held_by(&scene, &[SATO]).await?;
    let calls = |of: &str| api.calls().iter().filter(|path| path.contains(of)).count();
    let read_again = async || {
        let before = calls("bulk_user_progress?per_page");
        eventually(LONGEST, "readings", async || Ok(calls("bulk_user_progress?per_page") > before + 2)).await
    };
    read_again().await?;
    let strangers = "select count(*) from lti.canvas_stranger where misses = 1 and ask_at between now() + '14 min' and now() + '19 min'";
    let count: i64 = scene.database.value(strangers).await?;
    assert!(count > 1, "{count} strangers");
    assert_eq!(
        calls("lti_1_3_id:"),
        1 + usize::try_from(count)?,
        "each is asked for once: {:?}",
        api.calls()
    );

    // Canvas comes to know somebody: nobody asks, until they launch.
    api.set_learners(&[done(SATO, 94), done(SUZUKI, 93)]);
    read_again().await?;
    assert_eq!(calls(&format!("lti_1_3_id:{SUZUKI}")), 1);
    scene.launch(SUZUKI, LITERACY_BADGE).await?;
    eventually_held_by(&scene, &[SUZUKI, SATO]).await?;
    assert_eq!(calls(&format!("lti_1_3_id:{SUZUKI}")), 2);
    assert_eq!(calls(&format!("lti_1_3_id:{LOVELACE}")), 1, "who does not come is left alone");

    // When the wait is over they are asked for, and left alone twice as long.
    scene.database.execute("update lti.canvas_stranger set ask_at = now()").await?;
    let longer =
        "select count(*) > 0 from lti.canvas_stranger where misses = 2 and ask_at > now() + '29 min'";
    eventually(LONGEST, "asked again", async || scene.database.value(longer).await).await?;
    assert_eq!(calls(&format!("lti_1_3_id:{LOVELACE}")), 2);
    Ok(())
}

#[tokio::test]
async fn whatever_canvas_does_instead_of_answering_awards_nobody_and_loses_nobody() -> anyhow::Result<()> {
    let (scene, api, mut instructor, page) = canvas().await?;
    let html = "<!DOCTYPE html><title>Canvas of Ada Lovelace is down</title>";
    api.fail(Some((200, "", html)));
    save(&mut instructor, &page, &[("way", "canvas")]).await?;
    for (fault, obstacle) in [
        ((200, "", html), "noAnswer"),
        ((200, "", "{}"), "noAnswer"),
        ((500, "", ""), "noAnswer"),
        ((429, "retry-after: 3600\r\n", ""), "noAnswer"),
        ((403, "retry-after: 3600\r\n", "403 Forbidden (Rate Limit Exceeded)\n"), "noAnswer"),
        ((403, "", "{}"), "notAllowed"),
        ((401, "", "{}"), "notAllowed"),
    ] {
        pause(&scene).await?;
        api.fail(Some(fault));
        resume(&scene).await?;
        let minutes = meets(&scene, "canvas", obstacle, &format!("{fault:?}")).await?;
        assert_eq!(minutes >= 59, fault.1.contains("3600"), "{fault:?}: asked again in {minutes} minutes");
    }
    let rule = instructor.get(page.url.join("rule")?.as_str()).await?;
    assert!(rule.body.contains("id=\"obstacle\""), "{}", rule.text());
    pause(&scene).await?;
    api.fail(None);
    api.lead_in_a_circle();
    resume(&scene).await?;
    meets(&scene, "canvas", "noAnswer", "pages in a circle").await?;
    assert_eq!(awards(&scene).await?, 0);
    assert_discreet(&scene, &["Lovelace", "token-", "lasting"]);

    let again = CanvasApi::start()?;
    learners(&again, 1);
    keep(
        &scene,
        "canvas-key",
        "--secret-file",
        "hidden77",
        &[&["--site", &again.url], CODE.as_slice()].concat(),
    )?;
    resume(&scene).await?;
    eventually_held_by(&scene, &[SATO]).await
}

/// A Moodle whose web services know two learners; the third's course asks for nothing, whatever it says.
pub(crate) async fn moodle() -> anyhow::Result<(Scene, Visitor, Page)> {
    let scene = scene().await?;
    let answer = |person, body: &str| scene.platform.answer_web_service("0123abc", STATUS, person, body);
    answer(SATO, &recorded("course-complete"));
    answer(SUZUKI, &recorded("course-incomplete"));
    answer(
        LOVELACE,
        r#"{"completionstatus":{"completed":true,"aggregation":1,"completions":[]},"warnings":[]}"#,
    );
    keep(&scene, "moodle-token", "--token-file", "0123abc", &[])?;
    let (instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    Ok((scene, instructor, page))
}

#[tokio::test]
async fn moodle_s_record_awards_who_has_completed_and_keeps_what_is_undone_for_a_person() -> anyhow::Result<()>
{
    let (scene, mut instructor, page) = moodle().await?;
    save(&mut instructor, &page, &[("way", "moodle")]).await?;
    eventually_held_by(&scene, &[SATO]).await?;
    scene.platform.answer_web_service("0123abc", STATUS, SUZUKI, &recorded("course-complete"));
    eventually_held_by(&scene, &[SUZUKI, SATO]).await?;
    scene.platform.answer_web_service("0123abc", STATUS, SATO, &recorded("course-incomplete"));
    let withdrawn = "select count(*) from lti.observation where withdrawn_at is not null and user_id = '4'";
    eventually(LONGEST, "withdrawn", async || Ok(scene.database.value::<i64>(withdrawn).await? == 1)).await?;
    assert_eq!(scene.outcomes().await?, ["valid", "valid"]);
    let why = "select string_agg(distinct source, ' ') from badges.assertion, badges.why(assertion_id)";
    assert_eq!(scene.database.value::<String>(why).await?, "moodle");
    let kept = "select count(*) from lti.moodle_token where position('0123abc'::bytea in sealed) = 0";
    assert_eq!(scene.database.value::<i64>(kept).await?, 1, "the token lies in the clear");
    assert_discreet(&scene, &["0123abc"]);
    Ok(())
}

#[tokio::test]
async fn whatever_moodle_does_instead_of_answering_awards_nobody_and_loses_nobody() -> anyhow::Result<()> {
    let (scene, mut instructor, page) = moodle().await?;
    let refused = |code: &str| {
        Fault::nonsense(&format!(
            r#"{{"exception":"x","errorcode":"{code}","message":"Ada Lovelace may not"}}"#
        ))
    };
    let often = |fault: &Fault| scene.platform.plan_fault(Endpoint::WebServices, 0, 40, fault);
    often(&Fault::status(500));
    save(&mut instructor, &page, &[("way", "moodle")]).await?;
    for (fault, obstacle) in [
        (Fault::nonsense(&recorded("refused-accessexception")), "notAllowed"),
        (Fault::nonsense(&recorded("refused-invalidtoken")), "notAllowed"),
        (refused("err_nocriteria"), "nothingRequired"),
        (refused("completionnotenabled"), "trackingOff"),
        (refused("dmlreadexception"), "noAnswer"),
        (Fault::nonsense("<!DOCTYPE html><title>Maintenance of Ada Lovelace</title>"), "noAnswer"),
        (Fault::nonsense(&recorded("xml")), "noAnswer"),
        (Fault::busy(RetryAfter::Seconds(3600)), "noAnswer"),
        (Fault::busy(RetryAfter::Date(3700)), "noAnswer"),
    ] {
        pause(&scene).await?;
        scene.platform.forget_faults(Endpoint::WebServices);
        often(&fault);
        resume(&scene).await?;
        let minutes = meets(&scene, "moodle", obstacle, &format!("{fault:?}")).await?;
        assert_eq!(minutes >= 59, fault.retry_after.is_some(), "{fault:?}: asked again in {minutes} minutes");
        assert_eq!(awards(&scene).await?, 0, "{fault:?}");
    }
    assert_discreet(&scene, &["Lovelace", "0123abc"]);
    let rule = instructor.get(page.url.join("rule")?.as_str()).await?;
    for said in
        ["Moodleに記録されています", "report/completion:view", "学習プラットフォームが応答しませんでした"]
    {
        assert!(rule.text().contains(said), "{said}: {}", rule.text());
    }
    scene.platform.forget_faults(Endpoint::WebServices);
    resume(&scene).await?;
    eventually_held_by(&scene, &[SATO]).await
}

#[tokio::test]
async fn a_roster_or_grade_book_that_asks_to_wait_is_left_alone_for_so_long() -> anyhow::Result<()> {
    let scene = scene().await?;
    restrict(&scene, Some(&[SATO]));
    scene.platform.place_column(LITERACY, LITERACY_BADGE, 100.0);
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    for (way, source, endpoint) in
        [("link", "roster", Endpoint::Memberships), ("score", "lineItem", Endpoint::Grades)]
    {
        for wait in [RetryAfter::Seconds(3600), RetryAfter::Date(3700)] {
            scene.platform.plan_fault(endpoint, 0, 40, &Fault::busy(wait));
            save(&mut instructor, &page, &[("way", way), ("link", LITERACY_BADGE), ("percent", "80")])
                .await?;
            pause(&scene).await?;
            resume(&scene).await?;
            let minutes = meets(&scene, source, "noAnswer", &format!("{way} {wait:?}")).await?;
            assert!((59..=77).contains(&minutes), "{way} {wait:?}: asked again in {minutes} minutes");
            scene.platform.forget_faults(endpoint);
        }
        assert_eq!(awards(&scene).await?, 0);
    }
    scene.platform.grade(LITERACY, SATO, 0.8);
    resume(&scene).await?;
    eventually_held_by(&scene, &[SATO]).await
}
