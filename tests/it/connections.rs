//! What the tool keeps open at the database: no more than it may, and nothing that is lost when somebody goes away.

use badge_tests::platform::sample::{LITERACY_BADGE, SUZUKI, TANAKA};
use badge_tests::scene::Scene;
use badge_tests::visitor::Visitor;
use reqwest::StatusCode;
use tokio::time::{Duration, timeout};

const OPEN: &str = "select count(*) from pg_stat_activity where datname = current_database() and application_name = 'lti-tool'";

#[tokio::test]
async fn a_replica_opens_no_more_connections_than_its_setting_says() -> anyhow::Result<()> {
    for limit in [1, 2, 5] {
        let scene = Scene::builder()
            .with("database.max_connections", &limit.to_string())
            .with("database.acquire_timeout_seconds", "30")
            .start()
            .await?;
        let people = [TANAKA, SUZUKI].into_iter().cycle().take(40);
        let mut crowd =
            futures_util::future::join_all(people.map(|person| scene.launch(person, LITERACY_BADGE)));
        let mut most = 0;
        let answers = loop {
            tokio::select! {
                answers = &mut crowd => break answers,
                open = scene.database.value::<i64>(OPEN) => most = most.max(open?),
            }
        };
        for answer in answers {
            assert_eq!(answer?.1.status, StatusCode::OK);
        }
        assert!((1..=limit).contains(&most), "{most} connections where {limit} are allowed");
    }
    Ok(())
}

#[tokio::test]
async fn whoever_goes_away_before_the_answer_takes_no_connection_along() -> anyhow::Result<()> {
    let scene = Scene::builder()
        .with("database.max_connections", "2")
        .with("database.acquire_timeout_seconds", "20")
        .start()
        .await?;
    let (_, page) = scene.launch(SUZUKI, LITERACY_BADGE).await?;
    // Whoever asks for the session has to wait.
    let mut lock = scene.database.pool.begin().await?;
    sqlx::query("lock table lti.session in access exclusive mode").execute(&mut *lock).await?;
    for _ in 0..6 {
        let mut visitor = Visitor::new()?;
        let answer = timeout(Duration::from_millis(200), visitor.get(page.url.as_str())).await;
        assert!(answer.is_err(), "nobody can be answered yet");
    }
    assert!(scene.database.value::<i64>(OPEN).await? <= 2);
    lock.rollback().await?;
    for _ in 0..6 {
        assert_eq!(Visitor::new()?.get(page.url.as_str()).await?.status, StatusCode::OK);
    }
    assert!(scene.database.value::<i64>(OPEN).await? <= 2);
    Ok(())
}
