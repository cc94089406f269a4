//! Badges that end: how long they are valid, who is told, and how they are renewed.

use std::time::Duration;

use badge_tests::eventually::eventually;
use badge_tests::page::Page;
use badge_tests::platform::sample::{LITERACY_BADGE, LOVELACE, SATO, SUZUKI, TANAKA};
use badge_tests::scene::Scene;
use badge_tests::visitor::Visitor;

use crate::completion::{restrict, save, scene, two_readings};

const LONGEST: Duration = Duration::from_secs(30);

async fn count(scene: &Scene, of: &'static str) -> anyhow::Result<i64> {
    scene.database.value(of).await
}

const ASSERTIONS: &str = "select count(*) from badges.assertion";
const JOBS: &str = "select count(*) from lti.award_job";
const RENEWALS: &str = "select count(*) from badges.renewal";
const STATES: &str = "select string_agg(state, ' ' order by awarded_at) from badges.list_states()";

#[tokio::test]
async fn a_badge_ends_as_many_months_after_its_award_as_the_course_says() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.award(&mut instructor, &page, &[SUZUKI]).await?;
    scene.database.execute("update lti.course set validity_months = 13").await?;
    scene.award(&mut instructor, &page, &[LOVELACE]).await?;
    let ends = "select array_agg(valid_until = (valid_from at time zone 'UTC' + interval '13 months') at time zone 'UTC' order by awarded_at) from badges.assertion";
    assert_eq!(scene.database.value::<Vec<Option<bool>>>(ends).await?, [None, Some(true)]);
    let signed = "select count(*) from badges.assertion
                  where (credential::jsonb ->> 'validUntil')::timestamptz is not distinct from valid_until";
    assert_eq!(count(&scene, signed).await?, 2);
    assert_eq!(scene.outcomes().await?, ["valid", "valid"]);
    Ok(())
}

/// A course whose badge ends after a month, and the award of one learner, which ends within ninety days.
async fn scene_with_an_ending_badge() -> anyhow::Result<(Scene, Visitor, Page)> {
    let scene = Scene::start().await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.database.execute("update lti.course set validity_months = 1").await?;
    scene.award(&mut instructor, &page, &[LOVELACE]).await?;
    let course = instructor.get(page.url.as_str()).await?;
    Ok((scene, instructor, course))
}

#[tokio::test]
async fn a_badge_that_ends_soon_is_said_to_and_renewed_once_however_often_the_button_is_pressed()
-> anyhow::Result<()> {
    let (scene, mut instructor, course) = scene_with_an_ending_badge().await?;
    assert!(course.text().contains("90日以内に期限を迎えるバッジが1個あります"), "{}", course.text());
    let (_, learner) = scene.launch(LOVELACE, LITERACY_BADGE).await?;
    assert!(learner.text().contains("Expires on"), "{}", learner.text());
    assert!(learner.text().contains("How to renew it"), "{}", learner.text());

    let form = course.form("/renew")?;
    for _ in 0..3 {
        instructor.submit(&course, &form).await?;
    }
    eventually(LONGEST, "renewed", async || Ok(count(&scene, RENEWALS).await? == 1)).await?;
    for _ in 0..3 {
        instructor.submit(&course, &form).await?;
    }
    eventually(LONGEST, "idle", async || Ok(count(&scene, "select count(*) from lti.award_job").await? == 0))
        .await?;
    assert_eq!(count(&scene, ASSERTIONS).await?, 2);
    assert_eq!(scene.database.value::<String>(STATES).await?, "superseded current");
    assert_eq!(scene.outcomes().await?, ["valid", "valid"]);
    let (_, learner) = scene.launch(LOVELACE, LITERACY_BADGE).await?;
    let newest = "select assertion_id::text from badges.assertion order by awarded_at desc limit 1";
    assert!(learner.body.contains(&scene.database.value::<String>(newest).await?), "{}", learner.text());
    Ok(())
}

#[tokio::test]
async fn a_badge_without_an_end_and_another_courses_badge_are_not_renewed() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.award(&mut instructor, &page, &[LOVELACE]).await?;
    let course = instructor.get(page.url.as_str()).await?;
    assert!(course.form("/renew").is_err(), "{}", course.text());
    let id = "select assertion_id::text from badges.assertion";
    let path = format!("awards/{}/renew", scene.database.value::<String>(id).await?);
    instructor.post(page.url.join(&path)?.as_str(), &[], None).await?;
    let stranger = format!("awards/{}/renew", uuid::Uuid::new_v4());
    let refused = instructor.post(page.url.join(&stranger)?.as_str(), &[], None).await?;
    assert_eq!(refused.status, reqwest::StatusCode::NOT_FOUND);
    assert_eq!(count(&scene, "select count(*) from lti.award_job").await?, 0);
    Ok(())
}

#[tokio::test]
async fn revoking_a_renewal_revokes_what_it_renewed() -> anyhow::Result<()> {
    let (scene, mut instructor, course) = scene_with_an_ending_badge().await?;
    instructor.submit(&course, &course.form("/renew")?).await?;
    eventually(LONGEST, "renewed", async || Ok(count(&scene, RENEWALS).await? == 1)).await?;
    let course = instructor.get(course.url.as_str()).await?;
    let revoke = course.form("/revoke")?.with("reason", "by mistake");
    instructor.submit(&course, &revoke).await?;
    assert_eq!(scene.database.value::<String>(STATES).await?, "revoked revoked");
    let again = instructor.get(course.url.as_str()).await?;
    assert!(again.form("/renew").is_err(), "{}", again.text());
    Ok(())
}

#[tokio::test]
async fn who_completes_again_is_renewed_once_and_the_same_completion_renews_nothing() -> anyhow::Result<()> {
    let scene = scene().await?;
    restrict(&scene, Some(&[SATO]));
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.database.execute("update lti.course set validity_months = 1").await?;
    save(&mut instructor, &page, &[("way", "link"), ("link", LITERACY_BADGE)]).await?;
    eventually(LONGEST, "awarded", async || Ok(count(&scene, ASSERTIONS).await? == 1)).await?;
    two_readings(&scene).await?;
    assert_eq!(count(&scene, ASSERTIONS).await?, 1, "the same completion renewed the badge");
    restrict(&scene, Some(&[]));
    two_readings(&scene).await?;
    restrict(&scene, Some(&[SATO]));
    eventually(LONGEST, "renewed", async || Ok(count(&scene, RENEWALS).await? == 1)).await?;
    two_readings(&scene).await?;
    assert_eq!(count(&scene, ASSERTIONS).await?, 2);
    let why = "select provenance ->> 'source' from badges.assertion order by awarded_at desc limit 1";
    assert_eq!(scene.database.value::<String>(why).await?, "roster");
    assert_eq!(count(&scene, "select max(attempt)::bigint from lti.award").await?, 2);
    Ok(())
}

#[tokio::test]
async fn a_renewal_that_is_queued_again_by_a_late_replica_is_dropped() -> anyhow::Result<()> {
    let (scene, mut instructor, course) = scene_with_an_ending_badge().await?;
    instructor.submit(&course, &course.form("/renew")?).await?;
    eventually(LONGEST, "renewed", async || Ok(count(&scene, RENEWALS).await? == 1)).await?;
    let late = "insert into lti.award_job (course_id, user_id, occasion, recipient_id, provenance, renews)
                select a.course_id, a.user_id, 'renewal of ' || a.assertion_id, s.recipient_id, '{}', a.assertion_id
                from lti.award a join badges.assertion s using (assertion_id) where a.attempt = 1";
    scene.database.execute(late).await?;
    eventually(LONGEST, "dropped", async || {
        Ok(count(&scene, "select count(*) from lti.award_job").await? == 0)
    })
    .await?;
    assert_eq!(count(&scene, ASSERTIONS).await?, 2);
    Ok(())
}

/// The learner erases their name and address.
async fn erase(scene: &Scene, person_id: &str) -> anyhow::Result<()> {
    let (mut learner, mine) = scene.launch(person_id, LITERACY_BADGE).await?;
    let privacy = learner.get(mine.url.join("privacy")?.as_str()).await?;
    learner.submit(&privacy, &privacy.form("/privacy/erase")?).await?;
    assert_eq!(count(scene, "select count(*) from badges.recipient where email is not null").await?, 0);
    Ok(())
}

#[tokio::test]
async fn the_badges_of_somebody_whose_name_was_erased_stay_and_are_revoked_as_a_whole() -> anyhow::Result<()>
{
    let (scene, mut instructor, course) = scene_with_an_ending_badge().await?;
    instructor.submit(&course, &course.form("/renew")?).await?;
    eventually(LONGEST, "renewed", async || Ok(count(&scene, RENEWALS).await? == 1)).await?;
    erase(&scene, LOVELACE).await?;
    assert_eq!(scene.database.value::<String>(STATES).await?, "erased erased");
    assert_eq!(scene.outcomes().await?, ["valid", "valid"], "what was signed stays");
    // Earned anew: registered anew, without a name; the chain goes on.
    let course = instructor.get(course.url.as_str()).await?;
    instructor.submit(&course, &course.form("/renew")?).await?;
    eventually(LONGEST, "awarded anew", async || Ok(count(&scene, ASSERTIONS).await? == 3)).await?;
    assert_eq!(
        count(
            &scene,
            "select count(*) from badges.recipient where display_name is not null or email is not null"
        )
        .await?,
        0
    );
    let people = "select count(distinct recipient_id) from badges.assertion";
    assert_eq!(count(&scene, people).await?, 2);
    assert_eq!(scene.database.value::<String>(STATES).await?, "erased erased current");
    let course = instructor.get(course.url.as_str()).await?;
    instructor.submit(&course, &course.form("/revoke")?.with("reason", "by mistake")).await?;
    assert_eq!(scene.database.value::<String>(STATES).await?, "revoked revoked revoked");
    assert_eq!(scene.outcomes().await?, ["revoked", "revoked", "revoked"]);
    let again = instructor.get(course.url.as_str()).await?;
    assert!(again.form("/renew").is_err(), "{}", again.text());
    Ok(())
}

#[tokio::test]
async fn a_revoked_chain_stays_revoked_when_its_holder_is_erased() -> anyhow::Result<()> {
    let (scene, mut instructor, course) = scene_with_an_ending_badge().await?;
    instructor.submit(&course, &course.form("/renew")?).await?;
    eventually(LONGEST, "renewed", async || Ok(count(&scene, RENEWALS).await? == 1)).await?;
    let course = instructor.get(course.url.as_str()).await?;
    instructor.submit(&course, &course.form("/revoke")?.with("reason", "by mistake")).await?;
    erase(&scene, LOVELACE).await?;
    assert_eq!(scene.database.value::<String>(STATES).await?, "revoked revoked");
    assert_eq!(scene.outcomes().await?, ["revoked", "revoked"]);
    Ok(())
}

#[tokio::test]
async fn what_is_queued_for_somebody_goes_with_their_name() -> anyhow::Result<()> {
    let scene = Scene::builder().with("completion.undo_seconds", "3600").start().await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.database.execute("update lti.course set validity_months = 1").await?;
    scene.award(&mut instructor, &page, &[LOVELACE]).await?;
    let course = instructor.get(page.url.as_str()).await?;
    instructor.submit(&course, &course.form("/renew")?).await?;
    assert_eq!(count(&scene, JOBS).await?, 1);
    erase(&scene, LOVELACE).await?;
    assert_eq!(count(&scene, JOBS).await?, 0, "a job for nobody would be tried until it is given up");
    assert_eq!(scene.database.value::<String>(STATES).await?, "erased");
    Ok(())
}
