//! The instructor's roster: paged, from every kind of platform, and when the platform fails.

use badge_tests::page::{Form, Page};
use badge_tests::platform::sample::{LITERACY, LITERACY_BADGE, LOVELACE, SATO, SUZUKI, TANAKA, WATANABE};
use badge_tests::platform::{Endpoint, Enrolment, Fault, LaunchOrder, Person, Personality, Role};
use badge_tests::scene::Scene;
use badge_tests::visitor::Visitor;
use reqwest::StatusCode;

fn shows(page: &Page, person_id: &str) -> bool {
    page.body.contains(&format!("data-user=\"{person_id}\""))
}

#[tokio::test]
async fn every_learner_of_every_page_of_the_roster_is_listed_and_no_instructor() -> anyhow::Result<()> {
    for personality in [Personality::specification(), Personality::moodle(), Personality::canvas()] {
        let kind = personality.product_family_code;
        let small_pages = Personality { members_per_page: 2, ..personality };
        let scene = Scene::builder().like(small_pages).start().await?;
        let (_, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
        for learner in [SUZUKI, SATO, LOVELACE, WATANABE] {
            assert!(shows(&page, learner), "{kind}: learner {learner} is missing: {}", page.text());
        }
        assert!(!shows(&page, TANAKA), "{kind}: the instructor is among the learners");
        assert_eq!(scene.platform.refused(), [], "{kind}");
    }
    Ok(())
}

/// Puts so many more learners into the course, whose ids are these numbers.
pub(crate) fn enrol(scene: &Scene, numbers: std::ops::Range<u32>) {
    scene.platform.change_world(|world| {
        for number in numbers {
            let person = Person {
                id: number.to_string(),
                given_name: format!("Given {number}"),
                family_name: "Family".to_owned(),
                romanised: None,
                email: format!("person{number}@lms.example"),
                locale: "en".to_owned(),
            };
            world.people.push(person);
            let enrolment = Enrolment { person_id: number.to_string(), roles: vec![Role::Learner] };
            world.courses.iter_mut().filter(|course| course.id == LITERACY).for_each(|course| {
                course.enrolments.push(enrolment.clone());
            });
        }
    });
}

#[tokio::test]
async fn a_course_of_300_is_listed_whole() -> anyhow::Result<()> {
    let scene = Scene::builder().like(Personality::canvas()).start().await?;
    enrol(&scene, 1000..1300);
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    let pages = instructor.all_pages(page).await?;
    assert_eq!(pages.len(), 13);
    let listed = |number: i32| pages.iter().filter(|page| shows(page, &number.to_string())).count();
    assert!((1000..1300).all(|number| listed(number) == 1));
    assert_eq!(scene.platform.calls(Endpoint::Memberships), 7, "the roster was read for each page");
    Ok(())
}

/// Presses the button that awards everybody whom the search finds.
pub(crate) async fn award_everybody(
    instructor: &mut Visitor,
    page: &Page,
    search: &str,
) -> anyhow::Result<Page> {
    let found = instructor.get(page.url.join(&format!("course?reading=1&search={search}"))?.as_str()).await?;
    anyhow::ensure!(found.body.contains("id=\"award-everybody\""), "{}", found.text());
    let form = found.form("/awards")?;
    let fields = [form.fields.as_slice(), &[("everybody".to_owned(), search.to_owned())]].concat();
    instructor.submit(&found, &Form { fields, ..form }).await
}

#[tokio::test]
async fn everybody_who_is_found_is_queued_and_awarded_once() -> anyhow::Result<()> {
    let scene = Scene::builder().like(Personality::canvas()).start().await?;
    enrol(&scene, 1000..1060);
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.award(&mut instructor, &page, &[SUZUKI]).await?;
    award_everybody(&mut instructor, &page, "given103").await?;
    let awards = "select count(*) from lti.award";
    assert_eq!(scene.database.value::<i64>(awards).await?, 11, "ten are found, and awarded at once");
    award_everybody(&mut instructor, &page, "").await?;
    let events = instructor.get(page.url.join("queue/events")?.as_str()).await?;
    assert!(events.body.ends_with("event: done\ndata:\n\n"), "{}", events.body);
    let holders = "select count(*) - 64 + count(distinct recipient_id) - 64 from badges.assertion";
    assert_eq!(scene.database.value::<i64>(holders).await?, 0, "everybody has it, and nobody twice");
    let done = instructor.get(page.url.join("course?reading=1")?.as_str()).await?;
    assert!(!done.body.contains("id=\"award-everybody\""), "{}", done.text());
    Ok(())
}

/// The addresses of a page's links that go on in the list or give it as a file.
fn kept(page: &Page, part: &str) -> Vec<String> {
    page.links().into_iter().filter(|link| link.contains(part)).collect()
}

#[tokio::test]
async fn the_list_is_filtered_by_state_on_every_page_in_the_file_and_for_awards() -> anyhow::Result<()> {
    let scene =
        Scene::builder().like(Personality::canvas()).with("completion.undo_seconds", "3600").start().await?;
    enrol(&scene, 1000..1030);
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    let awarded = scene.award(&mut instructor, &page, &[SUZUKI, SATO]).await?;
    instructor.submit(&awarded, &awarded.form("/revoke")?.with("reason", "by mistake")).await?;
    let list = [("list".to_owned(), "email\nada.lovelace@lms.example\n".to_owned())];
    instructor.post(page.url.join("recipients")?.as_str(), &list, None).await?;

    let look = |status: &str| page.url.join(&format!("course?reading=1&status={status}"));
    for (status, count) in [
        ("", 25),
        ("nonsense", 25),
        ("without", 25),
        ("awarded", 1),
        ("revoked", 1),
        ("queued", 1),
        ("ended", 0),
    ] {
        let shown = instructor.get(look(status)?.as_str()).await?;
        assert_eq!(shown.body.matches("data-user=").count(), count, "{status}: {}", shown.text());
        let file = instructor.get(page.url.join(&format!("awards.csv?status={status}"))?.as_str()).await?;
        let rows = match status {
            "without" => 31,
            "" | "nonsense" => 34,
            _ => count,
        };
        assert_eq!(file.body.lines().count(), 1 + rows, "{status}: {}", file.body);
    }
    let queued = instructor.get(look("queued")?.as_str()).await?;
    assert!(shows(&queued, LOVELACE) && queued.text().contains("授与の処理中"), "{}", queued.text());

    let without = instructor.get(look("without")?.as_str()).await?;
    assert_eq!(kept(&without, "awards.csv?status=without").len(), 1, "{:?}", without.links());
    assert_eq!(kept(&without, "status=without&page=2").len(), 1, "{:?}", without.links());
    let pages = instructor.all_pages(without.clone()).await?;
    assert_eq!(pages.iter().map(|page| page.body.matches("data-user=").count()).sum::<usize>(), 31);

    // The button for everybody means those who are shown: ten by name and state, and nobody of another state.
    let before = scene.credentials().await?.len();
    let found = instructor.get(look("without&search=given100")?.as_str()).await?;
    let form = found.form("/awards")?.with("everybody", "given100");
    assert_eq!(form.field("status"), Some("without"));
    instructor.submit(&found, &form.clone().with("status", "revoked")).await?;
    assert_eq!(scene.credentials().await?.len(), before);
    instructor.submit(&found, &form).await?;
    assert_eq!(scene.credentials().await?.len(), before + 10);
    Ok(())
}

#[tokio::test]
async fn the_list_is_filtered_by_what_the_rule_says() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    enrol(&scene, 1000..1010);
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    let choices = |page: &Page| page.body.matches("<option value=\"approval\"").count();
    let before = instructor.get(page.url.as_str()).await?;
    assert_eq!(choices(&before), 0, "there is no rule that could want an approval");
    let rule = [("way", "text"), ("text", r#"{"kind":"manualReview","role":"assessor"}"#)]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    instructor.post(page.url.join("rule")?.as_str(), &rule, None).await?;
    for (status, count) in [("approval", 14), ("qualifies", 0)] {
        let shown =
            instructor.get(page.url.join(&format!("course?reading=1&status={status}"))?.as_str()).await?;
        assert_eq!(choices(&shown), 1);
        assert_eq!(shown.body.matches("data-user=").count(), count, "{status}: {}", shown.text());
        let is_said = !shown.body.contains("id=\"none-found\" hidden");
        assert_eq!(is_said, count == 0, "{status}: {}", shown.text());
    }
    Ok(())
}

#[tokio::test]
async fn queued_awards_are_taken_back_before_they_begin() -> anyhow::Result<()> {
    let scene =
        Scene::builder().like(Personality::canvas()).with("completion.undo_seconds", "3600").start().await?;
    enrol(&scene, 1000..1060);
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    let waiting = award_everybody(&mut instructor, &page, "family").await?;
    assert!(waiting.url.path().ends_with("/queue") && waiting.text().contains("60"), "{}", waiting.text());
    let cancelled = instructor.submit(&waiting, &waiting.form("/queue/cancel")?).await?;
    assert!(cancelled.url.query().is_some_and(|query| query.contains("cancelled=60")), "{}", cancelled.url);
    let left = "select (select count(*) from lti.award) + (select count(*) from lti.award_job)";
    assert_eq!(scene.database.value::<i64>(left).await?, 0);
    Ok(())
}

#[tokio::test]
async fn one_access_token_serves_until_it_expires() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut visitor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    visitor.get(page.url.as_str()).await?;
    visitor.get(page.url.as_str()).await?;
    assert_eq!(scene.platform.calls(Endpoint::Token), 1);
    Ok(())
}

#[tokio::test]
async fn a_revoked_access_token_is_replaced_unnoticed() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut visitor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.platform.revoke_tokens();
    let again = visitor.get(page.url.as_str()).await?;
    assert!(shows(&again, SUZUKI), "{}", again.text());
    assert_eq!(scene.platform.calls(Endpoint::Token), 2);
    Ok(())
}

#[tokio::test]
async fn a_failing_platform_is_a_notice_and_heals() -> anyhow::Result<()> {
    let outages = [
        (Endpoint::Token, 0, Fault::status(500)),
        (Endpoint::Token, 0, Fault::nonsense("<html>maintenance</html>")),
        (Endpoint::Memberships, 0, Fault::status(503)),
        (Endpoint::Memberships, 1, Fault::status(500)),
        (Endpoint::Memberships, 0, Fault::nonsense("{}")),
    ];
    for (endpoint, good, fault) in outages {
        let scene = Scene::start().await?;
        scene.platform.plan_fault(endpoint, good, 3, &fault);
        let (mut visitor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
        assert_eq!(page.status, StatusCode::OK, "{endpoint:?} {fault:?}");
        assert!(!shows(&page, SUZUKI), "{endpoint:?} {fault:?}: half a roster was shown as the whole");
        assert!(page.body.contains("role=\"alert\""), "{endpoint:?} {fault:?}: {}", page.text());
        for _ in 0..3 {
            visitor.get(page.url.as_str()).await?;
        }
        let healed = visitor.get(page.url.as_str()).await?;
        assert!(shows(&healed, WATANABE), "{endpoint:?} {fault:?} does not heal: {}", healed.text());
    }
    Ok(())
}

#[tokio::test]
async fn a_platform_without_roster_service_is_explained() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let order = LaunchOrder::new(TANAKA, LITERACY_BADGE);
    let (mut visitor, login) = scene.begin(&order).await?;
    let token = scene
        .platform
        .forge(&order, &login.nonce)
        .without("https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice")
        .lti("launch_presentation", serde_json::json!({ "locale": "en" }))
        .token()?;
    let answer = visitor.answer(&scene.platform, &login, &token).await?;
    let page = visitor.follow(answer).await?;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text().contains("Names and Role Provisioning"), "{}", page.text());
    Ok(())
}

#[tokio::test]
async fn names_with_markup_are_shown_as_they_are() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    scene.platform.change_world(|world| {
        if let Some(person) = world.people.iter_mut().find(|person| person.id == LOVELACE) {
            person.given_name = "<script>alert('x')</script>".to_owned();
            person.family_name = "\"O'Neill\" & Söhne".to_owned();
        }
    });
    let (_, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    assert!(!page.body.contains("<script>alert"));
    assert!(page.text().contains("<script>alert('x')</script> \"O'Neill\" & Söhne"), "{}", page.text());
    Ok(())
}
