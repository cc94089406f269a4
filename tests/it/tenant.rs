//! Two platforms and two deployments on one tool: nobody sees or changes what belongs to another.

use badge_tests::platform::sample::{LITERACY_BADGE, SUZUKI, TANAKA};
use badge_tests::platform::{Endpoint, LaunchOrder, Platform, PlatformOptions};
use badge_tests::scene::Scene;
use badge_tests::visitor::Visitor;
use reqwest::StatusCode;

#[tokio::test]
async fn equal_ids_on_two_platforms_are_two_people_in_two_courses() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let other = Platform::start(PlatformOptions::default())?;
    scene.app.register(&other, &scene.app.as_tool("client-of-the-other", "1"))?;

    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    let awarded = scene.award(&mut instructor, &page, &[SUZUKI]).await?;

    let learner = Visitor::new()?.launch(&other, &LaunchOrder::new(SUZUKI, LITERACY_BADGE)).await?;
    assert!(
        !learner.body.contains("/credentials/"),
        "the other platform's learner sees a badge: {}",
        learner.text()
    );
    let mut stranger = Visitor::new()?;
    let own = stranger.launch(&other, &LaunchOrder::new(TANAKA, LITERACY_BADGE)).await?;
    assert!(!own.body.contains("/credentials/"), "the other platform's instructor sees an award");

    let assertion = awarded.form("/revoke")?.action;
    let assertion = assertion.rsplit('/').nth(1).unwrap_or_default();
    let revoke = own.url.join(&format!("awards/{assertion}/revoke"))?;
    let answer = stranger.post(revoke.as_str(), &[("reason".to_owned(), "because".to_owned())], None).await?;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(scene.outcomes().await?, ["valid"]);

    // The same ids awarded there are another badge.
    scene.award(&mut stranger, &own, &[SUZUKI]).await?;
    assert_eq!(scene.outcomes().await?, ["valid", "valid"]);
    assert_eq!(scene.database.value::<i64>("select count(*) from badges.recipient").await?, 2);
    Ok(())
}

#[tokio::test]
async fn two_deployments_of_one_platform_are_apart() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let second = scene.app.as_tool("second-client", "2");
    scene.app.register(&scene.platform, &second)?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.award(&mut instructor, &page, &[SUZUKI]).await?;
    let order = LaunchOrder::new(SUZUKI, LITERACY_BADGE).with_client("second-client");
    let learner = Visitor::new()?.launch(&scene.platform, &order).await?;
    assert!(!learner.body.contains("/credentials/"), "{}", learner.text());
    Ok(())
}

/// Two deployments of one registration, as Canvas's sub-accounts are: equal ids in both, and nothing in common.
#[tokio::test]
async fn two_deployments_of_one_registration_are_apart_too() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    scene
        .database
        .execute("insert into lti.deployment (registration_id, deployment_id) select registration_id, '2' from lti.registration")
        .await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    let awarded = scene.award(&mut instructor, &page, &[SUZUKI]).await?;
    let assertion = awarded.form("/revoke")?.action;
    let assertion = assertion.rsplit('/').nth(1).unwrap_or_default();
    for person_id in [SUZUKI, TANAKA] {
        let order = LaunchOrder::new(person_id, LITERACY_BADGE);
        let (mut visitor, login) = scene.begin(&order).await?;
        let token = scene.platform.forge(&order, &login.nonce).lti("deployment_id", "2").token()?;
        let answer = visitor.answer(&scene.platform, &login, &token).await?;
        let there = visitor.follow(answer).await?;
        assert_eq!(there.status, StatusCode::OK, "{}", there.text());
        assert!(!there.body.contains("/credentials/"), "{person_id} sees the other deployment's badge");
        let revoke = there.url.join(&format!("awards/{assertion}/revoke"))?;
        let answer =
            visitor.post(revoke.as_str(), &[("reason".to_owned(), "because".to_owned())], None).await?;
        assert!(answer.status.is_client_error(), "{person_id}: {}", answer.status);
    }
    assert_eq!(scene.outcomes().await?, ["valid"]);
    assert_eq!(scene.database.value::<i64>("select count(*) from lti.course").await?, 2);
    Ok(())
}

#[tokio::test]
async fn an_instructor_of_another_platform_awards_and_changes_nothing_here() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let other = Platform::start(PlatformOptions::default())?;
    scene.app.register(&other, &scene.app.as_tool("client-of-the-other", "1"))?;
    other.change_world(|world| {
        for course in &mut world.courses {
            course.enrolments.retain(|enrolment| enrolment.person_id != SUZUKI);
        }
    });
    scene.launch(TANAKA, LITERACY_BADGE).await?;
    let mut stranger = Visitor::new()?;
    let own = stranger.launch(&other, &LaunchOrder::new(TANAKA, LITERACY_BADGE)).await?;
    let before = scene.database.value::<String>(TEXTS_HERE).await?;
    // A learner of the first platform, named in a form of the second.
    scene.award(&mut stranger, &own, &[SUZUKI]).await?;
    assert_eq!(scene.outcomes().await?, Vec::<String>::new());
    // The badge's form writes the badge of its own course.
    let editor = stranger.get(own.url.join("badge")?.as_str()).await?;
    let form = editor.form("/badge")?.with("name_en", "Taken over").with("name_ja", "乗っ取り");
    stranger.submit(&editor, &form).await?;
    assert_eq!(scene.database.value::<String>(TEXTS_HERE).await?, before);
    Ok(())
}

const TEXTS_HERE: &str = "select string_agg(name_en || name_ja, ',' order by name_en) from lti.course join lti.registration using (registration_id)
                          where client_id = 'badge-tool'";

#[tokio::test]
async fn every_registration_has_access_tokens_of_its_own() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    scene.app.register(&scene.platform, &scene.app.as_tool("second-client", "2"))?;
    for client_id in ["badge-tool", "second-client"] {
        let order = LaunchOrder::new(TANAKA, LITERACY_BADGE).with_client(client_id);
        Visitor::new()?.launch(&scene.platform, &order).await?;
    }
    assert_eq!(scene.platform.calls(Endpoint::Token), 2);
    let sealed =
        "select count(distinct (registration_id, scope)) from lti.access_token where sealed is not null";
    assert_eq!(scene.database.value::<i64>(sealed).await?, 2);
    assert_eq!(scene.platform.refused(), []);
    Ok(())
}

#[tokio::test]
async fn a_token_of_one_platform_answers_no_login_of_another() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let other = Platform::start(PlatformOptions::default())?;
    scene.app.register(&other, &scene.app.as_tool("client-of-the-other", "1"))?;
    let order = LaunchOrder::new(TANAKA, LITERACY_BADGE);
    let (mut visitor, login) = scene.begin(&order).await?;
    let rows = scene.database.row_counts().await?;
    let token = other.forge(&order, &login.nonce).token()?;
    let page = visitor.answer(&other, &login, &token).await?;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    assert_eq!(scene.database.row_counts().await?, rows);
    Ok(())
}
