//! A database whose clock is an hour before that of the tool's machine.

use std::time::Duration;

use badge_tests::app::{App, AppConfig};
use badge_tests::eventually::eventually;
use badge_tests::platform::Personality;
use badge_tests::platform::sample::{LITERACY_BADGE, SATO, TANAKA};
use badge_tests::scene::Scene;

use crate::course::{award_everybody, enrol};

const LONGEST: Duration = Duration::from_secs(30);

/// What `now()` is for whoever does not ask PostgreSQL's own catalogue for it.
const AHEAD: &str = "create function public.now() returns timestamptz language sql stable
      as 'select pg_catalog.now() + pg_catalog.make_interval(hours => 1)';
    do $$ begin execute format('alter database %I set search_path = public, pg_catalog', current_database()); end $$";

/// Replicas' clocks differ, but they share the database: what one queued another one must not begin early.
#[tokio::test]
async fn what_is_queued_waits_by_the_database_s_clock() -> anyhow::Result<()> {
    let scene = Scene::builder().like(Personality::canvas()).with("completion.poll_seconds", "0");
    let scene = scene.with("completion.workers", "0").start().await?;
    enrol(&scene, 1000..1060);
    let (mut instructor, mut page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.database.execute(AHEAD).await?;
    // A replica that connects from now on sees the other clock.
    let config = AppConfig::new(&scene.database.tool_url())
        .with("server.public_url", &format!("{:?}", scene.app.url))
        .with("completion.poll_seconds", "0")
        .with("completion.undo_seconds", "600");
    let behind = App::start(&config)?;
    page.url = page.url.as_str().replace(&scene.app.url, &behind.url).parse()?;
    award_everybody(&mut instructor, &page, "").await?;
    let right = "select count(*) > 25 and bool_and(run_at - pg_catalog.now() between '1:09:00' and '1:10:00') from lti.award_job";
    assert!(scene.database.value::<bool>(right).await?, "ten minutes from now by the database's clock");

    // By the machine's clock this is half an hour away, by the database's it is past.
    let past = "update lti.award_job set run_at = pg_catalog.now() + '30 minutes' where user_id = '4'";
    scene.database.execute(past).await?;
    let held = "select coalesce(string_agg(user_id, ' '), '') from lti.award";
    let awarded =
        eventually(LONGEST, "an award", async || Ok(!scene.database.value::<String>(held).await?.is_empty()));
    awarded.await.map_err(|error| error.context(behind.log()))?;
    assert_eq!(scene.database.value::<String>(held).await?, SATO, "the others wait");
    Ok(())
}
