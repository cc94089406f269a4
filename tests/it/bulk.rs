//! Many awards at once: they outlive the tool that was asked for them, and what is not begun yet is taken back in the middle.

use std::time::Duration;

use badge_tests::app::{App, AppConfig};
use badge_tests::eventually::eventually;
use badge_tests::page::Page;
use badge_tests::platform::Personality;
use badge_tests::platform::sample::{LITERACY_BADGE, SATO, SUZUKI, TANAKA};
use badge_tests::scene::{Scene, SceneBuilder};
use badge_tests::visitor::Visitor;
use sqlx::Connection as _;
use sqlx::Executor as _;

use crate::completion::{eventually_held_by, restrict, save};
use crate::course::{award_everybody, enrol};
use crate::judgement::post;

const LONGEST: Duration = Duration::from_mins(1);
const AWARDS: &str = "select count(*) from lti.award";
const JOBS: &str = "select count(*) from lti.award_job";

fn builder() -> SceneBuilder {
    Scene::builder().like(Personality::canvas()).with("completion.poll_seconds", "0")
}

fn replica(scene: &Scene, settings: &[(&str, &str)]) -> anyhow::Result<App> {
    App::start(&settings.iter().fold(scene.config(), |config, (key, value)| config.with(key, value)))
}

/// Everybody has the badge once, in both schemas.
async fn assert_exact(scene: &Scene, expected: i64) -> anyhow::Result<()> {
    for query in [
        AWARDS,
        "select count(*) from badges.assertion",
        "select count(distinct recipient_id) from badges.assertion",
    ] {
        assert_eq!(scene.database.value::<i64>(query).await?, expected, "{query}");
    }
    Ok(())
}

#[tokio::test]
async fn what_was_asked_of_a_tool_that_dies_is_done_by_the_next_one() -> anyhow::Result<()> {
    let scene = builder().with("completion.workers", "0").start().await?;
    enrol(&scene, 1000..1060);
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    let asked = award_everybody(&mut instructor, &page, "").await?;
    assert!(asked.url.path().ends_with("/queue"), "{}", asked.url);
    assert_eq!(scene.database.value::<i64>(JOBS).await?, 64);
    let Scene { app, platform, database } = scene;
    let old = app.url.clone();
    // SIGKILL.
    drop(app);
    let next = App::start(
        &AppConfig::new(&database.tool_url())
            .with("server.public_url", &format!("{old:?}"))
            .with("completion.poll_seconds", "0"),
    )?;
    // The instructor's page goes on where it was.
    let events = asked.url.join("queue/events")?.to_string().replace(&old, &next.url);
    let events = instructor.get(&events).await?;
    assert!(events.body.ends_with("event: done\ndata:\n\n"), "{}", events.body);
    let scene = Scene { app: next, platform, database };
    assert_exact(&scene, 64).await
}

#[tokio::test]
async fn cancelling_in_the_middle_keeps_what_is_begun_and_takes_back_the_rest() -> anyhow::Result<()> {
    let scene = builder().with("completion.workers", "1").start().await?;
    enrol(&scene, 1000..1500);
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    // The first two hundred are held up while they are stored.
    let mut holder = sqlx::PgConnection::connect_with(&scene.database.pool.connect_options()).await?;
    holder.execute("begin; lock table lti.award in exclusive mode").await?;
    let asked = award_everybody(&mut instructor, &page, "family").await?;
    let stopped = "select count(*) from pg_stat_activity where datname = current_database() and application_name = 'lti-tool' and wait_event_type = 'Lock'";
    eventually(LONGEST, "begun", async || Ok(scene.database.value::<i64>(stopped).await? > 0)).await?;
    let cancelled = instructor.submit(&asked, &asked.form("/queue/cancel")?).await?;
    assert!(cancelled.url.query().is_some_and(|query| query.contains("cancelled=300")), "{}", cancelled.url);
    holder.execute("rollback").await?;
    eventually(LONGEST, "ended", async || Ok(scene.database.value::<i64>(JOBS).await? == 0)).await?;
    assert_exact(&scene, 200).await
}

#[tokio::test]
async fn three_replicas_that_ask_the_same_platform_award_each_once() -> anyhow::Result<()> {
    let scene = Scene::builder().with("completion.poll_seconds", "1").start().await?;
    let polls = [("completion.poll_seconds", "1")];
    let _replicas = [replica(&scene, &polls)?, replica(&scene, &polls)?];
    restrict(&scene, Some(&[SUZUKI]));
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    save(&mut instructor, &page, &[("way", "link"), ("link", LITERACY_BADGE)]).await?;
    eventually_held_by(&scene, &[SUZUKI]).await?;
    restrict(&scene, Some(&[SUZUKI, SATO]));
    eventually_held_by(&scene, &[SUZUKI, SATO]).await?;
    assert_exact(&scene, 2).await
}

/// A scene whose undo window outlasts the test, and a course of 64 in which everybody is queued.
async fn scene_with_a_queue() -> anyhow::Result<(Scene, Visitor, Page)> {
    let scene = builder().with("completion.undo_seconds", "3600").start().await?;
    enrol(&scene, 1000..1060);
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    award_everybody(&mut instructor, &page, "").await?;
    Ok((scene, instructor, page))
}

/// Every job as it stands: whose, for what, and when it begins.
async fn jobs(scene: &Scene) -> anyhow::Result<Vec<String>> {
    let all = "select format('%s %s %s %s %s', job_id, user_id, occasion, run_at, attempts) from lti.award_job order by job_id";
    Ok(sqlx::query_scalar(all).fetch_all(&scene.database.pool).await?)
}

#[tokio::test]
async fn who_is_queued_can_be_taken_back_whatever_is_pressed_meanwhile() -> anyhow::Result<()> {
    let (scene, mut instructor, page) = scene_with_a_queue().await?;
    let queued = jobs(&scene).await?;
    assert_eq!(queued.len(), 64);
    let rule = r#"{"kind":"manualReview","role":"assessor","quorum":1}"#;
    post(&mut instructor, &page, "rule", &[("way", "text"), ("text", rule)]).await?;

    let one = post(&mut instructor, &page, "awards", &[("only", SUZUKI)]).await?;
    assert!(
        one.text().contains("新しく授与された受講者はいません。 1人への授与はすでに処理中です"),
        "{}",
        one.text()
    );
    let some = post(&mut instructor, &page, "awards", &[("user", SUZUKI), ("user", SATO)]).await?;
    assert!(some.text().contains("2人への授与はすでに処理中です"), "{}", some.text());
    let all = award_everybody(&mut instructor, &page, "").await?;
    assert!(all.url.path().ends_with("/queue"), "{}", all.url);
    assert!(
        all.text().contains("新しく授与する受講者はいません。 64人への授与はすでに処理中です"),
        "{}",
        all.text()
    );
    let list = [("list", "user\n3\n4\n")];
    let listed = post(&mut instructor, &page, "recipients", &list).await?;
    assert!(listed.text().contains("2人への授与はすでに処理中です"), "{}", listed.text());
    post(&mut instructor, &page, "approvals", &[("user", SUZUKI), ("role", "assessor")]).await?;
    post(&mut instructor, &page, "awards/retry", &[]).await?;
    assert_eq!(jobs(&scene).await?, queued, "neither sooner nor twice");
    assert_eq!(scene.credentials().await?, Vec::<String>::new());
    let (_, learner) = scene.launch(SUZUKI, LITERACY_BADGE).await?;
    assert!(!learner.body.contains("/credentials/"), "{}", learner.text());

    let waiting = instructor.get(page.url.join("queue")?.as_str()).await?;
    instructor.submit(&waiting, &waiting.form("/queue/cancel")?).await?;
    assert_eq!(jobs(&scene).await?, Vec::<String>::new());
    post(&mut instructor, &page, "awards", &[("only", SATO)]).await?;
    assert_exact(&scene, 1).await
}

#[tokio::test]
async fn who_lost_the_badge_waits_with_the_others_and_gets_it_once() -> anyhow::Result<()> {
    let scene = builder().with("completion.undo_seconds", "3600").start().await?;
    enrol(&scene, 1000..1030);
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    let awarded = scene.award(&mut instructor, &page, &[SATO]).await?;
    instructor.submit(&awarded, &awarded.form("/revoke")?.with("reason", "by mistake")).await?;
    scene.award(&mut instructor, &page, &[SUZUKI]).await?;
    let mut everybody: Vec<String> = (1000..1030).map(|number| number.to_string()).collect();
    everybody.extend([SATO, SUZUKI].map(str::to_owned));
    let ticks: Vec<(&str, &str)> = everybody.iter().map(|user| ("user", user.as_str())).collect();
    for sentence in ["31個のバッジを授与しています。1人は授与済みです。", "31人への授与はすでに処理中です"]
    {
        let asked = post(&mut instructor, &page, "awards", &ticks).await?;
        assert!(asked.url.path().ends_with("/queue") && asked.text().contains(sentence), "{}", asked.text());
    }
    let again = post(&mut instructor, &page, "awards", &[("only", SATO)]).await?;
    assert!(again.text().contains("1人への授与はすでに処理中です"), "{}", again.text());
    assert_eq!(scene.credentials().await?.len(), 2, "somebody was awarded within the undo window");
    scene.database.execute("update lti.award_job set run_at = now()").await?;
    eventually(LONGEST, "awarded", async || Ok(scene.database.value::<i64>(JOBS).await? == 0)).await?;
    assert_eq!(scene.credentials().await?.len(), 33);
    let mut outcomes = scene.outcomes().await?;
    outcomes.dedup();
    outcomes.sort();
    outcomes.dedup();
    assert_eq!(outcomes, ["revoked", "valid"]);
    let sato = "select string_agg(attempt || ' ' || occasion, ', ' order by attempt) from lti.award join badges.assertion using (assertion_id) where user_id = '4'";
    assert_eq!(scene.database.value::<String>(sato).await?, "1 course, 2 course 2");
    Ok(())
}

#[tokio::test]
async fn an_award_that_failed_is_tried_again_as_it_was_asked_for_when_its_button_is_pressed()
-> anyhow::Result<()> {
    let scene =
        builder().with("completion.undo_seconds", "0").with("completion.attempts", "1").start().await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene
        .database
        .execute(
            "create function public.curse() returns trigger language plpgsql as $$ begin raise exception 'cursed'; end $$;
             create trigger curse before insert on lti.award for each row execute function public.curse()",
        )
        .await?;
    let list = [("list", "user,narrative\n4,Planned the first survey\n")];
    post(&mut instructor, &page, "recipients", &list).await?;
    let dead = "select count(*) from lti.award_job where dead_at is not null";
    eventually(LONGEST, "given up", async || Ok(scene.database.value::<i64>(dead).await? == 1)).await?;
    scene.database.execute("drop trigger curse on lti.award").await?;
    let pressed = post(&mut instructor, &page, "awards", &[("only", SATO)]).await?;
    assert!(pressed.text().contains("失敗していた1件の授与を再試行しています"), "{}", pressed.text());
    eventually(LONGEST, "awarded", async || Ok(scene.database.value::<i64>(AWARDS).await? == 1)).await?;
    assert_eq!(scene.database.value::<i64>(JOBS).await?, 0);
    let narrative = "select credential::jsonb -> 'credentialSubject' ->> 'narrative' from badges.assertion";
    assert_eq!(scene.database.value::<String>(narrative).await?, "Planned the first survey");
    assert_exact(&scene, 1).await
}
