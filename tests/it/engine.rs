//! The queue of awards: whatever dies at whatever moment, each job becomes one assertion.
//!
//! The tool is stopped at a step by a trigger that waits for a lock which the test holds, and killed there with SIGKILL.

use std::time::Duration;

use badge_tests::app::{App, AppConfig};
use badge_tests::database::Database;
use badge_tests::eventually::eventually;
use badge_tests::platform::sample::{LITERACY_BADGE, TANAKA};
use badge_tests::scene::Scene;
use sqlx::{Connection as _, Executor as _, PgConnection};

/// Jobs of each round.
const ROUND: i64 = 30;
const LONGEST: Duration = Duration::from_mins(1);

/// A scene whose own tool awards nothing, with a course.
async fn quiet_scene() -> anyhow::Result<Scene> {
    let scene =
        Scene::builder().with("completion.poll_seconds", "0").with("completion.workers", "0").start().await?;
    scene.launch(TANAKA, LITERACY_BADGE).await?;
    Ok(scene)
}

fn replica_with(scene: &Scene, attempts: &str) -> anyhow::Result<App> {
    let config = scene
        .config()
        .with("completion.poll_seconds", "0")
        .with("completion.workers", "2")
        .with("completion.attempts", attempts)
        // Learners are to be told; nobody listens there, so that what is to be told stays written down.
        .with("mail.smtp_host", "\"127.0.0.1\"")
        .with("mail.smtp_port", "1")
        .with("mail.security", "\"none\"")
        .with("mail.from", "\"badges@academy.example\"");
    App::start(&config)
}

fn replica(scene: &Scene) -> anyhow::Result<App> {
    replica_with(scene, "12")
}

async fn queue(database: &Database, round: i64, count: i64) -> anyhow::Result<()> {
    sqlx::query(
        "insert into lti.award_job (course_id, user_id, occasion, recipient_id, provenance)
         select course_id, user_id, 'course', badges.register_recipient(did, 'practice', user_id, null, null), '{\"source\": \"test\"}'
         from lti.course, badges.issuer, (select format('%s-%s', $1::bigint, n) as user_id from generate_series(1, $2::bigint) n) people
         on conflict do nothing",
    )
    .bind(round)
    .bind(count)
    .execute(&database.pool)
    .await?;
    Ok(())
}

async fn waiting(database: &Database) -> anyhow::Result<i64> {
    database.value("select count(*) from lti.award_job").await
}

/// A course without a platform that anybody could launch from.
async fn furnish_course(database: &Database) -> anyhow::Result<()> {
    database
        .pool
        .execute(
            "insert into lti.registration (name, issuer, client_id, authorization_endpoint, token_endpoint, jwks_url)
             values ('x', 'https://lms.example', 'x', 'https://lms.example/a', 'https://lms.example/t', 'https://lms.example/k');
             insert into lti.course (registration_id, deployment_id, context_id, title, name_en, name_ja, description_en, description_ja, criteria_en, criteria_ja)
             select registration_id, '1', '1', 'Course', 'Name', '名前', 'Description', '説明', 'Criteria', '基準' from lti.registration",
        )
        .await?;
    Ok(())
}

/// Every award is there once, and nothing besides.
async fn assert_exact(database: &Database, expected: i64, step: &str) -> anyhow::Result<()> {
    for query in [
        "select count(*) from badges.assertion",
        "select count(distinct (series_id, recipient_id)) from badges.assertion",
        "select count(*) from lti.award join badges.assertion using (assertion_id, credential_id)",
        "select count(distinct (status_list_id, status_index)) from badges.assertion",
    ] {
        assert_eq!(database.value::<i64>(query).await?, expected, "{step}: {query}");
    }
    Ok(())
}

/// A trigger at each step that waits while somebody holds the step's lock.
async fn install_stops(database: &Database) -> anyhow::Result<()> {
    let mut statements = String::from(
        "create function public.wait_here() returns trigger language plpgsql as $$
         begin perform pg_advisory_xact_lock_shared(tg_argv[0]::bigint); return coalesce(new, old); end $$;",
    );
    for (place, (_, step)) in STEPS.iter().enumerate() {
        let Stop::Trigger(event) = step else { continue };
        statements
            .push_str(&event.replace("NAME", &format!("stop_{place}")).replace("STEP", &place.to_string()));
    }
    let mut connection = database.pool.acquire().await?;
    connection.execute(sqlx::AssertSqlSafe(statements)).await?;
    Ok(())
}

enum Stop {
    /// The table is locked.
    Table(&'static str),
    /// A trigger waits.
    Trigger(&'static str),
}

const STEPS: [(&str, Stop); 7] = [
    ("before the claim", Stop::Table("lock table lti.award_job in access exclusive mode")),
    (
        "while the status entries are reserved",
        Stop::Trigger(
            "create trigger NAME before insert on badges.status_entry for each row execute function public.wait_here('STEP');",
        ),
    ),
    ("while the badge is defined", Stop::Table("lock table badges.achievement in access exclusive mode")),
    (
        "signed, and about to be stored",
        Stop::Trigger(
            "create trigger NAME before insert on badges.assertion for each row execute function public.wait_here('STEP');",
        ),
    ),
    (
        "stored, and not yet recorded",
        Stop::Trigger(
            "create trigger NAME before insert on lti.award for each row execute function public.wait_here('STEP');",
        ),
    ),
    (
        "recorded, and the jobs not yet ended",
        Stop::Trigger(
            "create trigger NAME before delete on lti.award_job for each row execute function public.wait_here('STEP');",
        ),
    ),
    (
        "within the commit",
        Stop::Trigger(
            "create constraint trigger NAME after insert on lti.award deferrable initially deferred for each row execute function public.wait_here('STEP');",
        ),
    ),
];

async fn hold(connection: &mut PgConnection, place: usize, stop: &Stop) -> anyhow::Result<()> {
    connection.execute("begin").await?;
    match stop {
        Stop::Table(lock) => {
            connection.execute(*lock).await?;
        }
        Stop::Trigger(_) => {
            let key = i64::try_from(place)?;
            sqlx::query("select pg_advisory_xact_lock($1)").bind(key).execute(connection).await?;
        }
    }
    Ok(())
}

/// Sessions of the tool that wait for the test.
const STOPPED: &str = "select count(*) from pg_stat_activity where datname = current_database() and application_name = 'lti-tool' and wait_event_type = 'Lock'";

#[tokio::test]
async fn a_tool_killed_at_any_step_awards_each_exactly_once() -> anyhow::Result<()> {
    let scene = quiet_scene().await?;
    install_stops(&scene.database).await?;
    let mut holder = PgConnection::connect_with(&scene.database.pool.connect_options()).await?;
    let mut expected = 0;
    for (place, (step, stop)) in STEPS.iter().enumerate() {
        hold(&mut holder, place, stop).await?;
        // The jobs come when the lock is there already: their own insert does not need it, but for the locked table.
        if matches!(stop, Stop::Table(lock) if lock.contains("award_job")) {
            holder.execute("rollback").await?;
            queue(&scene.database, i64::try_from(place)?, ROUND).await?;
            hold(&mut holder, place, stop).await?;
        } else {
            queue(&scene.database, i64::try_from(place)?, ROUND).await?;
        }
        let doomed = replica(&scene)?;
        eventually(LONGEST, step, async || Ok(scene.database.value::<i64>(STOPPED).await? > 0)).await?;
        // SIGKILL.
        drop(doomed);
        holder.execute("rollback").await?;
        expected += ROUND;
        let heir = replica(&scene)?;
        eventually(LONGEST, step, async || Ok(waiting(&scene.database).await? == 0)).await?;
        assert_exact(&scene.database, expected, step).await?;
        let told = "select count(distinct assertion_id) from lti.message where kind = 'awarded'";
        assert_eq!(scene.database.value::<i64>(told).await?, expected, "{step}: who is told");
        drop(heir);
    }
    assert!(scene.outcomes().await?.iter().all(|outcome| outcome == "valid"));
    Ok(())
}

/// Every award of the course is to be renewed.
const RENEW_ALL: &str = "insert into lti.award_job (course_id, user_id, occasion, recipient_id, provenance, renews)
    select a.course_id, a.user_id, 'renewal of ' || a.assertion_id, s.recipient_id, '{\"source\": \"test\"}', a.assertion_id
    from lti.award a join badges.assertion s using (assertion_id)";

#[tokio::test]
async fn a_tool_killed_while_it_renews_renews_each_exactly_once() -> anyhow::Result<()> {
    let scene = quiet_scene().await?;
    scene.database.execute("update lti.course set validity_months = 1").await?;
    queue(&scene.database, 0, ROUND).await?;
    let first = replica(&scene)?;
    eventually(LONGEST, "awarded", async || Ok(waiting(&scene.database).await? == 0)).await?;
    drop(first);
    let mut holder = PgConnection::connect_with(&scene.database.pool.connect_options()).await?;
    // The new badges are stored, and are about to take the place of the old ones.
    let lock = Stop::Table("lock table badges.renewal in exclusive mode");
    hold(&mut holder, 0, &lock).await?;
    scene.database.execute(RENEW_ALL).await?;
    let doomed = replica(&scene)?;
    eventually(LONGEST, "renewing", async || Ok(scene.database.value::<i64>(STOPPED).await? > 0)).await?;
    drop(doomed);
    holder.execute("rollback").await?;
    let _heir = replica(&scene)?;
    eventually(LONGEST, "renewed", async || Ok(waiting(&scene.database).await? == 0)).await?;
    let counts = "select count(*) || ' ' || count(distinct recipient_id) || ' ' || (select count(*) from badges.renewal)
        || ' ' || count(distinct (status_list_id, status_index)) from badges.assertion";
    assert_eq!(scene.database.value::<String>(counts).await?, "60 30 30 60");
    Ok(())
}

#[tokio::test]
async fn three_replicas_on_one_queue_award_each_exactly_once() -> anyhow::Result<()> {
    let scene = quiet_scene().await?;
    let replicas = [replica(&scene)?, replica(&scene)?, replica(&scene)?];
    // More than one replica takes while the others rest.
    for round in 0..10 {
        queue(&scene.database, round, 100).await?;
    }
    eventually(LONGEST, "three replicas", async || Ok(waiting(&scene.database).await? == 0)).await?;
    assert_exact(&scene.database, 1000, "three replicas").await?;
    let workers = replicas.iter().filter(|app| app.log().contains("badges awarded from the queue")).count();
    assert!(workers > 1, "one replica did all the work");
    Ok(())
}

#[tokio::test]
async fn a_replayed_message_awards_nothing_more() -> anyhow::Result<()> {
    let scene = quiet_scene().await?;
    let _replica = replica(&scene)?;
    for _ in 0..3 {
        queue(&scene.database, 0, 50).await?;
        eventually(LONGEST, "replay", async || Ok(waiting(&scene.database).await? == 0)).await?;
        assert_exact(&scene.database, 50, "replay").await?;
    }
    Ok(())
}

/// Nobody can store the award of this person.
const CURSE: &str = "create function public.curse() returns trigger language plpgsql as $$ begin raise exception 'cursed'; end $$;
    create trigger curse before insert on lti.award for each row when (new.user_id = '0-7') execute function public.curse()";

#[tokio::test]
async fn a_job_that_cannot_be_done_holds_up_nobody_and_is_tried_again() -> anyhow::Result<()> {
    let scene = quiet_scene().await?;
    scene.database.execute(CURSE).await?;
    let _replica = replica(&scene)?;
    queue(&scene.database, 0, 30).await?;
    eventually(LONGEST, "others", async || Ok(waiting(&scene.database).await? == 1)).await?;
    let failed =
        "select count(*) from lti.award_job where attempts > 0 and dead_at is null and run_at > now()";
    eventually(LONGEST, "put off", async || Ok(scene.database.value::<i64>(failed).await? == 1)).await?;
    assert_exact(&scene.database, 29, "one job fails").await?;
    let why = "select last_error || ' ' || user_id from lti.award_job";
    assert_eq!(scene.database.value::<String>(why).await?, "store 0-7");
    scene
        .database
        .execute("drop trigger curse on lti.award; update lti.award_job set run_at = now()")
        .await?;
    eventually(LONGEST, "the last", async || Ok(waiting(&scene.database).await? == 0)).await?;
    assert_exact(&scene.database, 30, "the job that failed").await
}

#[tokio::test]
async fn a_job_that_fails_too_often_is_given_up_and_the_instructor_is_told() -> anyhow::Result<()> {
    let scene = quiet_scene().await?;
    scene.database.execute(CURSE).await?;
    let _replica = replica_with(&scene, "1")?;
    queue(&scene.database, 0, 10).await?;
    let dead = "select count(*) from lti.award_job where dead_at is not null";
    eventually(LONGEST, "given up", async || Ok(scene.database.value::<i64>(dead).await? == 1)).await?;
    scene.database.execute("drop trigger curse on lti.award").await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    assert!(page.text().contains("1個のバッジを授与できませんでした"), "{}", page.text());
    assert_exact(&scene.database, 9, "one job is given up").await?;
    instructor.submit(&page, &page.form("/awards/retry")?).await?;
    eventually(LONGEST, "revived", async || Ok(waiting(&scene.database).await? == 0)).await?;
    assert_exact(&scene.database, 10, "the job that was given up").await
}

#[tokio::test]
async fn a_database_that_crashes_and_comes_back_has_each_award_once() -> anyhow::Result<()> {
    use badge_tests::cluster::OwnCluster;
    let cluster = OwnCluster::start()?;
    let database = Database::create_at(cluster.url()).await?;
    let config = AppConfig::new(&database.tool_url()).with("completion.poll_seconds", "0");
    let app = App::start(&config)?;
    furnish_course(&database).await?;
    for round in 0..3 {
        queue(&database, round, 120).await?;
        eventually(LONGEST, "some are done", async || Ok(waiting(&database).await.unwrap_or(i64::MAX) < 120))
            .await?;
        cluster.crash_and_restart().await?;
        eventually(LONGEST, "all are done", async || Ok(waiting(&database).await.unwrap_or(i64::MAX) == 0))
            .await?;
        assert_exact(&database, (round + 1) * 120, "crash of the database").await?;
    }
    drop(app);
    Ok(())
}
