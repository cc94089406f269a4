//! Badges that end: how long they are valid, who is told, and how they are renewed.

use badge_tests::platform::sample::{LITERACY_BADGE, LOVELACE, SUZUKI, TANAKA};
use badge_tests::scene::Scene;

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
    assert_eq!(scene.database.value::<i64>(signed).await?, 2);
    assert_eq!(scene.outcomes().await?, ["valid", "valid"]);
    Ok(())
}
