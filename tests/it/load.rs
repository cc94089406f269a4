//! Nine o'clock, small enough for every run: hundreds of first launches at once, each posted twice; none is lost and none counts twice.
//!
//! `make bench-launch` does the same with ten thousand.

use std::sync::Arc;

use badge_tests::platform::LaunchOrder;
use badge_tests::platform::sample::{LITERACY_BADGE, TANAKA};
use badge_tests::scene::Scene;
use badge_tests::visitor::Visitor;
use reqwest::StatusCode;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::course::enrol;

const LEARNERS: usize = 480;
/// Windows in which the instructor opens the course at the same moment.
const INSTRUCTOR_LAUNCHES: usize = 20;
/// Browsers that are on their way at the same time.
const AT_ONCE: usize = 100;

/// A launch whose answer the browser posts twice at once; gives the page that it ends on.
async fn launch_twice(scene: &Scene, mut visitor: Visitor, person_id: &str) -> anyhow::Result<String> {
    let login = visitor.begin(&scene.platform, &LaunchOrder::new(person_id, LITERACY_BADGE)).await?;
    let form = visitor.authentication_response(&login).await?;
    let mut twin = visitor.clone();
    let issuer = Some(scene.platform.issuer());
    let (one, other) = tokio::join!(
        visitor.post(&form.action, &form.fields, issuer),
        twin.post(&form.action, &form.fields, issuer)
    );
    let (one, other) = (one?, other?);
    let (taken, refused) = if one.status == StatusCode::SEE_OTHER { (one, other) } else { (other, one) };
    anyhow::ensure!(
        (taken.status, refused.status) == (StatusCode::SEE_OTHER, StatusCode::UNAUTHORIZED),
        "{} and {}: {}",
        taken.status,
        refused.status,
        taken.text()
    );
    let page = visitor.follow(taken).await?;
    anyhow::ensure!(page.status == StatusCode::OK, "{}: {}", page.status, page.text());
    Ok(page.url.path().rsplit('/').next().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn of_five_hundred_first_launches_at_once_none_is_lost_and_none_counts_twice() -> anyhow::Result<()> {
    let scene = Arc::new(Scene::start().await?);
    enrol(&scene, 1000..1000 + u32::try_from(LEARNERS)?);
    let people = (1000..1000 + LEARNERS).map(|number| number.to_string());
    let people = people.chain(std::iter::repeat_n(TANAKA.to_owned(), INSTRUCTOR_LAUNCHES));
    let (visitor, road) = (Visitor::new()?, Arc::new(Semaphore::new(AT_ONCE)));
    let mut launches = JoinSet::new();
    for person_id in people {
        let (scene, visitor, road) = (Arc::clone(&scene), visitor.clone(), Arc::clone(&road));
        launches.spawn(async move {
            let _place = road.acquire().await?;
            launch_twice(&scene, visitor, &person_id).await
        });
    }
    let pages = launches.join_all().await.into_iter().collect::<anyhow::Result<Vec<String>>>()?;
    let ended_on = |name: &str| pages.iter().filter(|page| *page == name).count();
    assert_eq!((ended_on("mine"), ended_on("course")), (LEARNERS, INSTRUCTOR_LAUNCHES));

    let all = i64::try_from(LEARNERS + INSTRUCTOR_LAUNCHES)?;
    let count = async |query| scene.database.value::<i64>(query).await;
    assert_eq!(count("select count(*) from lti.session").await?, all);
    assert_eq!(count("select count(*) from lti.nonce").await?, all);
    assert_eq!(count("select count(*) from lti.login where claimed_at is not null").await?, all);
    let learners = "select count(distinct user_id) from lti.session where standing = 'member'";
    assert_eq!(count(learners).await?, i64::try_from(LEARNERS)?);
    assert_eq!(count("select count(*) from lti.course").await?, 1);
    assert_eq!(count("select count(*) from lti.resource_link").await?, 1);
    assert_eq!(scene.platform.refused(), []);
    Ok(())
}
