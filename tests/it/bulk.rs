//! Many awards at once: they outlive the tool that was asked for them, and what is not begun yet is taken back in the middle.

use std::time::Duration;

use badge_tests::app::{App, AppConfig};
use badge_tests::eventually::eventually;
use badge_tests::platform::Personality;
use badge_tests::platform::sample::{LITERACY_BADGE, SATO, SUZUKI, TANAKA};
use badge_tests::scene::{Scene, SceneBuilder};
use sqlx::Connection as _;
use sqlx::Executor as _;

use crate::completion::{eventually_held_by, restrict, save};
use crate::course::{award_everybody, enrol};

const LONGEST: Duration = Duration::from_mins(1);
const AWARDS: &str = "select count(*) from lti.award";
const JOBS: &str = "select count(*) from lti.award_job";

fn builder() -> SceneBuilder {
    Scene::builder().like(Personality::canvas()).with("completion.poll_seconds", "0")
}

fn replica(scene: &Scene, settings: &[(&str, &str)]) -> anyhow::Result<App> {
    let config =
        AppConfig::new(&scene.database.tool_url()).with("server.public_url", &format!("{:?}", scene.app.url));
    App::start(&settings.iter().fold(config, |config, (key, value)| config.with(key, value)))
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
