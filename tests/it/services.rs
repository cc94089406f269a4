//! What replicas share about a platform's services, and what platforms do to them: tokens, waiting, rosters that never end.

use badge_tests::page::Page;
use badge_tests::platform::sample::{LITERACY, LITERACY_BADGE, SUZUKI, TANAKA};
use badge_tests::platform::{Endpoint, Enrolment, Fault, Person, Personality, Role};
use badge_tests::scene::Scene;
use badge_tests::visitor::Visitor;
use reqwest::StatusCode;
use tokio::time::{Duration, Instant};

use crate::course::enrol;

fn shows(page: &Page, person_id: &str) -> bool {
    page.body.contains(&format!("data-user=\"{person_id}\""))
}

#[tokio::test]
async fn two_replicas_share_one_access_token_and_lose_it_together() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let second = scene.replica()?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    let there = second.address(page.url.path());
    assert!(shows(&instructor.get(&there).await?, SUZUKI));
    assert_eq!(scene.platform.calls(Endpoint::Token), 1, "the second replica asked for a token of its own");

    scene.platform.revoke_tokens();
    assert!(shows(&instructor.get(page.url.as_str()).await?, SUZUKI));
    assert!(shows(&instructor.get(&there).await?, SUZUKI));
    assert_eq!(scene.platform.calls(Endpoint::Token), 2, "one token replaces the refused one for both");

    let sealed = "select count(*) from lti.access_token where sealed is not null and length(sealed) > 60";
    assert_eq!(scene.database.value::<i64>(sealed).await?, 1, "the token lies in the database, sealed");
    Ok(())
}

#[tokio::test]
async fn many_at_once_on_two_replicas_ask_for_one_token() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let second = scene.replica()?;
    let mut visits = tokio::task::JoinSet::new();
    for number in 0..6 {
        let (instructor, page) = {
            // The launch alone needs no token: the roster is read by the page behind it.
            let order = badge_tests::platform::LaunchOrder::new(TANAKA, LITERACY_BADGE);
            let (mut visitor, login) = scene.begin(&order).await?;
            let page = visitor.authenticate(&scene.platform, &login).await?;
            (visitor, page)
        };
        let path = page.header("Location").unwrap_or_default().to_owned();
        let url = if number % 2 == 0 { scene.app.address(&path) } else { second.address(&path) };
        let mut visitor: Visitor = instructor;
        visits.spawn(async move { visitor.get(&url).await });
    }
    for visit in visits.join_all().await {
        assert_eq!(visit?.status, StatusCode::OK);
    }
    assert_eq!(scene.platform.calls(Endpoint::Token), 1);
    Ok(())
}

#[tokio::test]
async fn a_platform_that_wants_to_wait_is_not_asked_again_before() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    scene.platform.plan_fault(Endpoint::Token, 0, 1, &Fault::status(429));
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    assert!(page.body.contains("role=\"alert\""), "{}", page.text());
    let again = instructor.get(page.url.as_str()).await?;
    assert!(again.body.contains("role=\"alert\""), "{}", again.text());
    assert_eq!(scene.platform.calls(Endpoint::Token), 1, "the platform asked for a pause");
    let end = Instant::now() + Duration::from_mins(1);
    while !shows(&instructor.get(page.url.as_str()).await?, SUZUKI) {
        assert!(Instant::now() < end, "the pause never ends:\n{}", scene.app.log());
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    Ok(())
}

#[tokio::test]
async fn a_roster_that_dies_on_page_three_is_a_notice_and_awards_nobody() -> anyhow::Result<()> {
    let scene =
        Scene::builder().like(Personality { members_per_page: 1, ..Personality::moodle() }).start().await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    assert!(shows(&page, SUZUKI));
    for fault in [Fault::status(500), Fault::nonsense("<html>maintenance</html>")] {
        scene.platform.plan_fault(Endpoint::Memberships, 2, 1, &fault);
        let lost = instructor.get(page.url.as_str()).await?;
        assert!(lost.body.contains("role=\"alert\"") && !shows(&lost, SUZUKI), "{fault:?}: {}", lost.text());
        scene.platform.plan_fault(Endpoint::Memberships, 2, 1, &fault);
        let rows = scene.database.row_counts().await?;
        let tick = [("user".to_owned(), SUZUKI.to_owned())];
        let answer = instructor.post(page.url.join("awards")?.as_str(), &tick, None).await?;
        assert_eq!(answer.status, StatusCode::BAD_GATEWAY, "{fault:?}");
        assert_eq!(scene.database.row_counts().await?, rows, "{fault:?}");
        assert!(shows(&instructor.get(page.url.as_str()).await?, SUZUKI), "{fault:?} does not heal");
    }
    Ok(())
}

/// As large as the tool reads: pages stay small, searches are answered here, and the memory is bounded by far less than the list.
#[tokio::test]
async fn a_course_of_twenty_thousand_is_light() -> anyhow::Result<()> {
    let personality = Personality { members_per_page: 500, ..Personality::canvas() };
    let scene = Scene::builder().like(personality).start().await?;
    scene.platform.change_world(|world| {
        let numbers = 10_000..29_990;
        world.people.extend(numbers.clone().map(|number| Person {
            id: number.to_string(),
            given_name: "Given".to_owned(),
            family_name: format!("Family {number}"),
            romanised: None,
            email: format!("person{number}@lms.example"),
            locale: "en".to_owned(),
        }));
        let enrolments =
            numbers.map(|number| Enrolment { person_id: number.to_string(), roles: vec![Role::Learner] });
        for course in world.courses.iter_mut().filter(|course| course.id == LITERACY) {
            course.enrolments.extend(enrolments.clone());
        }
    });
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    let before = scene.app.peak_mebibytes()?;
    let course = page.url.join("course?reading=1")?;
    let end = Instant::now() + Duration::from_mins(3);
    let mut page = page;
    while page.body.contains("id=\"reading\"") {
        assert!(Instant::now() < end, "the reading never ends: {}", page.text());
        page = instructor.get(course.as_str()).await?;
    }
    assert!(page.body.len() < 50 * 1024, "a page has {} bytes", page.body.len());
    assert!(page.text().contains("19994"), "{}", page.text());
    let found = instructor.get(page.url.join("course?reading=1&search=family29989")?.as_str()).await?;
    assert!(shows(&found, "29989") && !shows(&found, "10000"), "{}", found.text());
    let last = instructor.get(page.url.join("course?reading=1&page=800")?.as_str()).await?;
    assert!(shows(&last, "29989"), "{}", last.text());
    let grown = scene.app.peak_mebibytes()? - before;
    assert!(grown <= 48, "reading and showing 20,000 learners took {grown} MiB");
    Ok(())
}

#[tokio::test]
async fn a_large_course_shows_its_progress_and_then_everybody() -> anyhow::Result<()> {
    let scene = Scene::builder()
        .like(Personality { members_per_page: 5, members_pause_millis: 100, ..Personality::canvas() })
        .start()
        .await?;
    enrol(&scene, 1000..1200);
    let (mut instructor, waiting) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    assert!(waiting.body.contains("id=\"reading\"") && waiting.body.contains("http-equiv=\"refresh\""));
    let events = waiting.url.join("roster/events")?;
    let told = reqwest::get(events).await?.text().await?;
    assert!(told.contains("event: count\ndata: ") && told.ends_with("event: done\ndata:\n\n"), "{told}");
    let whole = instructor.get(waiting.url.join("course?reading=1")?.as_str()).await?;
    let listed = instructor.all_pages(whole).await?;
    assert!((1000..1200).all(|number: i32| listed.iter().any(|page| shows(page, &number.to_string()))));
    let pages = scene.platform.calls(Endpoint::Memberships);
    assert!(pages < 50, "{pages} requests: the list was read more than once");
    Ok(())
}

/// A course of two hundred, whose list was read once.
async fn with_differences() -> anyhow::Result<(Scene, Visitor, Page)> {
    let personality = Personality { keeps_differences: true, members_per_page: 10, ..Personality::moodle() };
    let scene = Scene::builder().like(personality).start().await?;
    enrol(&scene, 1000..1200);
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    reqwest::get(page.url.join("roster/events")?).await?.text().await?;
    let page = instructor.get(page.url.join("course?reading=1")?.as_str()).await?;
    assert!(scene.platform.calls(Endpoint::Memberships) >= 20, "the list was not read whole");
    Ok((scene, instructor, page))
}

/// One joins, one leaves, one teaches from now on; then the course is opened anew. Returns how often the platform was asked for it.
async fn change(scene: &Scene, instructor: &mut Visitor, page: &Page) -> anyhow::Result<usize> {
    scene.platform.change_world(|world| {
        for course in world.courses.iter_mut().filter(|course| course.id == LITERACY) {
            course.enrolments.retain(|enrolment| enrolment.person_id != "1001");
            for enrolment in course.enrolments.iter_mut().filter(|enrolment| enrolment.person_id == "1002") {
                enrolment.roles = vec![Role::Instructor];
            }
        }
    });
    enrol(scene, 5000..5001);
    let before = scene.platform.calls(Endpoint::Memberships);
    instructor.get(page.url.join("course")?.as_str()).await?;
    reqwest::get(page.url.join("roster/events")?).await?.text().await?;
    let asked = scene.platform.calls(Endpoint::Memberships) - before;
    for (person, is_there) in
        [("5000", true), ("1001", false), ("1002", false), ("1000", true), ("1199", true)]
    {
        let found = page.url.join(&format!("course?reading=1&search=given{person}"))?;
        let found = instructor.get(found.as_str()).await?;
        assert_eq!(shows(&found, person), is_there, "{person}: {}", found.text());
    }
    let members = "select count(*) from lti.member";
    assert_eq!(
        scene.database.value::<i64>(members).await?,
        203,
        "four of the sample, 200 who were enrolled, one more, two less"
    );
    Ok(asked)
}

#[tokio::test]
async fn who_joins_and_who_leaves_is_read_from_the_differences_alone() -> anyhow::Result<()> {
    let (scene, mut instructor, page) = with_differences().await?;
    assert_eq!(change(&scene, &mut instructor, &page).await?, 1, "three changes are one page");
    // From there the next differences count, and they say nothing.
    let before = scene.platform.calls(Endpoint::Memberships);
    instructor.get(page.url.join("course")?.as_str()).await?;
    assert_eq!(scene.platform.calls(Endpoint::Memberships) - before, 1);
    assert_eq!(scene.database.value::<i64>("select count(*) from lti.member").await?, 203);
    Ok(())
}

#[tokio::test]
async fn differences_that_the_platform_has_forgotten_are_the_whole_list_again() -> anyhow::Result<()> {
    let (scene, mut instructor, page) = with_differences().await?;
    scene.platform.forget_rosters();
    let asked = change(&scene, &mut instructor, &page).await?;
    assert!(asked > 20, "one that is not found, and every page: {asked}");
    Ok(())
}
