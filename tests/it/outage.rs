//! The database goes away and comes back while people work; the platform is down, slow or wrong; the replicas share the work.

use badge_tests::app::App;
use badge_tests::cluster::OwnCluster;
use badge_tests::page::Page;
use badge_tests::platform::sample::{LITERACY_BADGE, SUZUKI, TANAKA};
use badge_tests::platform::{Endpoint, Fault, LaunchOrder, Platform};
use badge_tests::refusal::Refusal;
use badge_tests::scene::Scene;
use badge_tests::visitor::Visitor;
use reqwest::StatusCode;
use tokio::time::{Duration, Instant};

#[tokio::test]
async fn a_lost_database_is_a_503_page_and_heals_by_itself() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.database.close().await?;

    let lost = instructor.get(page.url.as_str()).await?;
    assert_eq!(lost.status, StatusCode::SERVICE_UNAVAILABLE, "{}", lost.text());
    let refusal = Refusal::of(&scene.app, &lost)?;
    assert_eq!(refusal.sentence, "We cannot reach our records at the moment; please try again in a minute.");
    let initiation = scene.platform.initiate(&LaunchOrder::new(SUZUKI, LITERACY_BADGE))?;
    let login = Visitor::new()?.post(&initiation.login_url, &initiation.parameters, None).await?;
    assert_eq!(login.status, StatusCode::SERVICE_UNAVAILABLE);
    Refusal::of(&scene.app, &login)?;
    assert_eq!(instructor.get(&scene.app.address("/healthz")).await?.status, StatusCode::OK);
    assert_eq!(instructor.get(&scene.app.address("/readyz")).await?.status, StatusCode::SERVICE_UNAVAILABLE);

    scene.database.open().await?;
    let end = Instant::now() + Duration::from_secs(20);
    while instructor.get(&scene.app.address("/readyz")).await?.status != StatusCode::OK {
        assert!(Instant::now() < end, "the tool does not come back:\n{}", scene.app.log());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let back = instructor.get(page.url.as_str()).await?;
    assert_eq!(back.status, StatusCode::OK);
    scene.award(&mut instructor, &back, &[SUZUKI]).await?;
    assert_eq!(scene.outcomes().await?, ["valid"]);
    Ok(())
}

#[tokio::test]
async fn a_restarted_tool_keeps_its_sessions_keys_and_registrations() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.award(&mut instructor, &page, &[SUZUKI]).await?;
    let second = scene.replica()?;
    let again = instructor.get(&second.address(page.url.path())).await?;
    assert_eq!(again.status, StatusCode::OK, "a session of one replica is good at another");
    let keys = "/.well-known/jwks.json";
    assert_eq!(
        instructor.get(&second.address(keys)).await?.json()?,
        instructor.get(&scene.app.address(keys)).await?.json()?
    );
    let did = "/.well-known/did.json";
    assert_eq!(
        instructor.get(&second.address(did)).await?.json()?,
        instructor.get(&scene.app.address(did)).await?.json()?
    );
    Ok(())
}

#[tokio::test]
async fn a_platform_whose_keys_are_down_slow_or_wrong_is_a_page_and_nothing_is_stored() -> anyhow::Result<()>
{
    let faults = [
        Fault::status(500),
        Fault::silence(),
        Fault::nonsense("<html>maintenance</html>"),
        Fault::nonsense("{}"),
    ];
    for fault in faults {
        let scene = Scene::builder().with("outbound.timeout_seconds", "1").start().await?;
        scene.platform.plan_fault(Endpoint::KeySet, 0, 5, &fault);
        // The second one comes while the platform is left alone, and is told the same.
        for _ in 0..2 {
            let (mut visitor, login) = scene.begin(&LaunchOrder::new(TANAKA, LITERACY_BADGE)).await?;
            let rows = scene.database.row_counts().await?;
            let page = visitor.authenticate(&scene.platform, &login).await?;
            assert_eq!(page.status, StatusCode::BAD_GATEWAY, "{fault:?}: {}", page.text());
            let refusal = Refusal::of(&scene.app, &page)?;
            assert!(refusal.sentence.contains("learning platform"), "{fault:?}: {refusal:?}");
            assert_eq!(scene.database.row_counts().await?, rows, "{fault:?}");
        }
        assert_eq!(scene.platform.calls(Endpoint::KeySet), 1, "{fault:?}: the platform was not left alone");
    }
    Ok(())
}

#[tokio::test]
async fn a_slow_platform_keeps_no_connection_of_the_database_from_others() -> anyhow::Result<()> {
    let scene = Scene::builder()
        .with("database.max_connections", "1")
        .with("database.acquire_timeout_seconds", "3")
        .with("outbound.timeout_seconds", "8")
        .start()
        .await?;
    scene.platform.plan_fault(Endpoint::Token, 0, 1, &Fault::silence());
    let (mut instructor, login) = scene.begin(&LaunchOrder::new(TANAKA, LITERACY_BADGE)).await?;
    let answer = instructor.authenticate(&scene.platform, &login).await?;
    let waiting = tokio::spawn(async move { instructor.follow(answer).await });
    until("the platform is asked for a token", || scene.platform.calls(Endpoint::Token) == 1).await?;
    for _ in 0..3 {
        scene.launch(SUZUKI, LITERACY_BADGE).await?;
    }
    let page = waiting.await??;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    assert!(page.body.contains("id=\"reading\""), "{}", page.text());
    Ok(())
}

#[tokio::test]
async fn the_right_to_ask_for_a_token_goes_on_when_its_holder_dies() -> anyhow::Result<()> {
    let scene = Scene::builder().with("outbound.timeout_seconds", "1").start().await?;
    // As a replica leaves it that was killed while the platform thought.
    let (_, page) = scene.launch(SUZUKI, LITERACY_BADGE).await?;
    assert!(page.url.path().ends_with("/mine"));
    scene
        .database
        .execute(
            "insert into lti.access_token (registration_id, scope, asking_until)
             select registration_id, 'https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly', now() + interval '2 seconds'
             from lti.registration",
        )
        .await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    let end = Instant::now() + Duration::from_secs(30);
    let mut page = page;
    while !page.body.contains(&format!("data-user=\"{SUZUKI}\"")) {
        assert!(Instant::now() < end, "nobody takes over: {}", page.text());
        page = instructor.get(page.url.join("course?reading=1")?.as_str()).await?;
    }
    assert_eq!(scene.platform.calls(Endpoint::Token), 1);
    Ok(())
}

#[tokio::test]
async fn a_login_at_one_replica_and_its_launch_at_another_are_one_launch() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let second = scene.replica()?;
    for (person_id, first_page) in [(TANAKA, "/course"), (SUZUKI, "/mine")] {
        let (mut visitor, login) = scene.begin(&LaunchOrder::new(person_id, LITERACY_BADGE)).await?;
        let form = visitor.authentication_response(&login).await?;
        let issuer = Some(scene.platform.issuer());
        // The same launch at both at the same time: one of them takes it.
        let (mut here, mut there) = (visitor.clone(), visitor);
        let there_url = second.address("/lti/launch");
        let (here, there) = tokio::join!(
            here.post(&form.action, &form.fields, issuer),
            there.post(&there_url, &form.fields, issuer)
        );
        let (here, there) = (here?, there?);
        let taken: Vec<&Page> =
            [&here, &there].into_iter().filter(|page| page.status == StatusCode::SEE_OTHER).collect();
        assert_eq!(taken.len(), 1, "{} and {}", here.status, there.status);
        let path = taken.first().and_then(|page| page.header("Location")).unwrap_or_default();
        assert!(path.ends_with(first_page), "{path}");
        // And the session is good at both.
        for app in [&scene.app, &second] {
            let page = Visitor::new()?.get(&app.address(path)).await?;
            assert_eq!(page.status, StatusCode::OK, "{}", page.text());
        }
    }
    assert_eq!(scene.database.value::<i64>("select count(*) from lti.session").await?, 2);
    Ok(())
}

/// How a launch during the outage ended: the page of its session, or else a refusal that says what to do.
async fn launch_in_an_outage(app: &App, platform: &Platform) -> anyhow::Result<Option<String>> {
    let mut visitor = Visitor::new()?;
    let initiation = platform.initiate(&LaunchOrder::new(SUZUKI, LITERACY_BADGE))?;
    let mut page =
        visitor.post(&initiation.login_url, &initiation.parameters, Some(platform.issuer())).await?;
    if page.status == StatusCode::FOUND {
        let login = Visitor::login(&page)?;
        page = visitor.authenticate(platform, &login).await?;
    }
    if page.status == StatusCode::SEE_OTHER {
        let location = page.header("Location").unwrap_or_default().to_owned();
        page = visitor.follow(page).await?;
        if page.status == StatusCode::OK {
            return Ok(Some(location));
        }
    }
    // 503: the database is away. 401: it came back without the logins that were under way.
    let expected = [StatusCode::SERVICE_UNAVAILABLE, StatusCode::UNAUTHORIZED];
    anyhow::ensure!(expected.contains(&page.status), "{}: {}\n{}", page.status, page.text(), app.log());
    Refusal::of(app, &page)?;
    Ok(None)
}

#[tokio::test]
async fn a_database_that_restarts_during_launches_loses_no_session_and_leaves_nothing_half_done()
-> anyhow::Result<()> {
    let cluster = OwnCluster::start()?;
    let scene = Scene::builder()
        .in_cluster(cluster.url())
        .with("database.acquire_timeout_seconds", "2")
        .start()
        .await?;
    let mut sessions = Vec::new();
    for round in 0..6 {
        let people = (0..8).map(|_| launch_in_an_outage(&scene.app, &scene.platform));
        let launched = futures_util::future::join_all(people);
        if round == 1 || round == 3 {
            let (launched, restarted) = tokio::join!(launched, cluster.crash_and_restart());
            restarted?;
            sessions.extend(launched.into_iter().collect::<anyhow::Result<Vec<_>>>()?);
        } else {
            sessions.extend(launched.await.into_iter().collect::<anyhow::Result<Vec<_>>>()?);
        }
    }
    scene.launch(SUZUKI, LITERACY_BADGE).await?;
    let begun: Vec<String> = sessions.into_iter().flatten().collect();
    assert!(begun.len() >= 8, "only {} launches came through", begun.len());
    for path in &begun {
        let page = Visitor::new()?.get(&scene.app.address(path)).await?;
        assert_eq!(page.status, StatusCode::OK, "a session that was begun is lost: {}", page.text());
    }
    let half = "select count(*) from lti.session where user_id is null or context_id is null or resource_link_id is null";
    assert_eq!(scene.database.value::<i64>(half).await?, 0);
    let links = "select count(*) from lti.resource_link";
    assert_eq!(scene.database.value::<i64>(links).await?, 1);
    Ok(())
}

async fn until(what: &str, is_so: impl Fn() -> bool) -> anyhow::Result<()> {
    let end = Instant::now() + Duration::from_secs(30);
    while !is_so() {
        anyhow::ensure!(Instant::now() < end, "never: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}
