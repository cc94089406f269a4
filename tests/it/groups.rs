//! The groups of a course: told by the platform, chosen by the teacher, and never needed.

use badge_tests::page::Page;
use badge_tests::platform::sample::{LITERACY, LITERACY_BADGE, LOVELACE, SATO, SUZUKI, TANAKA, WATANABE};
use badge_tests::platform::{CourseGroup, Endpoint, Fault};
use badge_tests::scene::Scene;

/// A course with two groups that share a learner, and one group of another course.
async fn scene() -> anyhow::Result<Scene> {
    let scene = Scene::start().await?;
    scene.platform.change_world(|world| {
        world.groups = [
            (LITERACY, "a", "火曜クラス <A>", &[SUZUKI, SATO][..]),
            (LITERACY, "b", "Thursday class", &[SATO, LOVELACE]),
            ("102", "c", "Another course's", &[SUZUKI]),
        ]
        .map(|(course, id, name, people)| CourseGroup {
            course_id: course.to_owned(),
            id: id.to_owned(),
            name: name.to_owned(),
            people: people.iter().map(|person| (*person).to_owned()).collect(),
        })
        .into();
    });
    Ok(scene)
}

fn shown(page: &Page) -> Vec<&'static str> {
    let all = [SUZUKI, SATO, LOVELACE, WATANABE];
    all.into_iter().filter(|id| page.body.contains(&format!("data-user=\"{id}\""))).collect()
}

#[tokio::test]
async fn a_teacher_looks_at_one_group_and_awards_it_alone() -> anyhow::Result<()> {
    let scene = scene().await?;
    let (mut teacher, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    assert_eq!(shown(&page), [SUZUKI, SATO, LOVELACE, WATANABE]);
    assert!(page.body.contains("火曜クラス &#60;A&#62;"), "{}", page.body);
    assert!(!page.body.contains("Another course"), "groups of this course only");

    let group = |id: &str| page.url.join(&format!("course?group={id}")).map(String::from);
    let tuesday = teacher.get(&group("a")?).await?;
    assert_eq!(shown(&tuesday), [SUZUKI, SATO]);
    assert_eq!(shown(&teacher.get(&group("b")?).await?), [SATO, LOVELACE]);
    assert_eq!(shown(&teacher.get(&group("nobody's")?).await?), [SUZUKI, SATO, LOVELACE, WATANABE]);

    let everybody =
        [("everybody", ""), ("group", "a")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    let answer = teacher.post(page.url.join("awards")?.as_str(), &everybody, None).await?;
    teacher.follow(answer).await?;
    let held: Vec<String> = sqlx::query_scalar("select user_id from lti.award order by user_id")
        .fetch_all(&scene.database.pool)
        .await?;
    assert_eq!(held, [SUZUKI, SATO]);
    // Two pages of either list for each reading.
    assert_eq!(scene.platform.calls(Endpoint::Groups), scene.platform.calls(Endpoint::Memberships));
    assert_eq!(scene.platform.refused(), []);
    Ok(())
}

#[tokio::test]
async fn a_platform_that_does_not_tell_its_groups_shows_the_learners_all_the_same() -> anyhow::Result<()> {
    let scene = scene().await?;
    scene.platform.plan_fault(Endpoint::Groups, 0, 9, &Fault::status(500));
    let (_, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    assert_eq!(shown(&page), [SUZUKI, SATO, LOVELACE, WATANABE]);
    assert!(!page.body.contains("id=\"groups\""), "{}", page.body);
    Ok(())
}
