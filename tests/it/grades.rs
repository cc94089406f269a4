//! The award in the platform's grade book: written by itself, once, in each platform's manner, and taken back with the badge.

use badge_tests::page::Page;
use badge_tests::platform::sample::{LITERACY, LITERACY_BADGE, LOVELACE, SUZUKI, TANAKA};
use badge_tests::platform::{Endpoint, Fault, Personality};
use badge_tests::scene::Scene;
use badge_tests::visitor::Visitor;
use tokio::time::{Duration, Instant};

/// A course whose link has a column, with its instructor inside.
async fn scored(personality: Personality) -> anyhow::Result<(Scene, Visitor, Page)> {
    let scene = Scene::builder().like(personality).start().await?;
    scene.platform.place_column(LITERACY, LITERACY_BADGE, 100.0);
    let (instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    Ok((scene, instructor, page))
}

const WRITTEN: &str = "select count(*) from lti.score where is_written";
const TAKEN_BACK: &str = "select count(*) from lti.score where is_written and not is_given";
const UNGRADABLE: &str = "select count(*) from lti.score where problem = 'ungradable'";

/// Waits until the query counts as many scores as wanted.
async fn until(scene: &Scene, query: &'static str, wanted: i64) -> anyhow::Result<()> {
    let end = Instant::now() + Duration::from_mins(1);
    while scene.database.value::<i64>(query).await? != wanted {
        anyhow::ensure!(Instant::now() < end, "never {wanted} of `{query}`:\n{}", scene.app.log());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

#[tokio::test]
async fn an_award_writes_the_score_and_a_revocation_takes_it_back_on_every_platform() -> anyhow::Result<()> {
    for personality in [Personality::specification(), Personality::moodle(), Personality::canvas()] {
        let kind = personality.product_family_code;
        let (scene, mut instructor, page) = scored(personality).await?;
        let awarded = scene.award(&mut instructor, &page, &[SUZUKI, LOVELACE]).await?;
        until(&scene, WRITTEN, 2).await?;
        let full = [(SUZUKI.to_owned(), Some(1.0)), (LOVELACE.to_owned(), Some(1.0))];
        assert_eq!(scene.platform.scores(LITERACY), full, "{kind}");

        // At once: the next score has to be told as of a later second.
        let form = awarded.form("/revoke")?.with("reason", "Awarded by mistake");
        instructor.submit(&awarded, &form).await?;
        until(&scene, TAKEN_BACK, 1).await?;
        let scores = scene.platform.scores(LITERACY);
        assert_eq!(scores.iter().filter(|(_, given)| given.is_none()).count(), 1, "{kind}: {scores:?}");
        assert_eq!(scene.platform.refused(), [], "{kind}");
    }
    Ok(())
}

#[tokio::test]
async fn a_course_without_a_column_is_told_nothing() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.award(&mut instructor, &page, &[SUZUKI]).await?;
    assert_eq!(scene.database.value::<i64>("select count(*) from lti.score").await?, 0);
    assert_eq!(scene.platform.calls(Endpoint::Grades), 0);
    Ok(())
}

#[tokio::test]
async fn a_column_that_is_placed_later_gets_the_scores_of_earlier_awards() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.award(&mut instructor, &page, &[SUZUKI]).await?;
    scene.platform.place_column(LITERACY, LITERACY_BADGE, 100.0);
    scene.launch(SUZUKI, LITERACY_BADGE).await?;
    until(&scene, WRITTEN, 1).await?;
    assert_eq!(scene.platform.scores(LITERACY), [(SUZUKI.to_owned(), Some(1.0))]);
    Ok(())
}

#[tokio::test]
async fn a_score_survives_an_outage_of_the_grade_book_and_is_written_once() -> anyhow::Result<()> {
    for fault in [Fault::status(500), Fault::status(401), Fault::status(429)] {
        let (scene, mut instructor, page) = scored(Personality::specification()).await?;
        scene.platform.plan_fault(Endpoint::Grades, 0, 2, &fault);
        scene.award(&mut instructor, &page, &[SUZUKI]).await?;
        assert_eq!(scene.outcomes().await?, ["valid"], "the award does not wait for the grade book");
        until(&scene, WRITTEN, 1).await?;
        assert_eq!(scene.platform.scores(LITERACY), [(SUZUKI.to_owned(), Some(1.0))], "{fault:?}");
    }
    Ok(())
}

#[tokio::test]
async fn somebody_whom_the_platform_does_not_grade_is_given_up_and_told() -> anyhow::Result<()> {
    for personality in [Personality::moodle(), Personality::canvas()] {
        let kind = personality.product_family_code;
        let (scene, mut instructor, page) = scored(personality).await?;
        // In the meantime the learner has become something else: the roster of the award is older than the grade book.
        scene.platform.ungradable(SUZUKI);
        scene.award(&mut instructor, &page, &[SUZUKI]).await?;
        until(&scene, UNGRADABLE, 1).await?;
        let course = instructor.get(page.url.as_str()).await?;
        assert!(course.body.contains("id=\"scores\""), "{kind}: {}", course.text());
        assert!(!scene.app.log().contains("private"), "{kind}: the log repeats the platform's quotation");
    }
    Ok(())
}

const BUTTON: &str = "id=\"column\"";

#[tokio::test]
async fn a_column_is_made_by_a_button_once_and_gets_every_score() -> anyhow::Result<()> {
    for personality in [Personality::specification(), Personality::moodle(), Personality::canvas()] {
        let kind = personality.product_family_code;
        let scene = Scene::builder().like(personality).start().await?;
        let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
        let awarded = scene.award(&mut instructor, &page, &[SUZUKI]).await?;
        let form = awarded.form("/column")?;
        let (mut other, there) = scene.launch(TANAKA, LITERACY_BADGE).await?;
        let other_form = there.form("/column")?;
        let pressed = tokio::join!(instructor.submit(&awarded, &form), other.submit(&there, &other_form));
        let pages = [pressed.0?, pressed.1?];
        assert!(pages.iter().any(|page| page.text().contains("成績表にこのバッジの列があります")), "{kind}");
        assert_eq!(scene.platform.columns(LITERACY).len(), 1, "{kind}: two who press at once make one");
        until(&scene, WRITTEN, 1).await?;
        let page = instructor.get(page.url.as_str()).await?;
        assert!(!page.body.contains(BUTTON), "{kind}: {}", page.text());
        scene.award(&mut instructor, &page, &[LOVELACE]).await?;
        until(&scene, WRITTEN, 2).await?;
        let full = [(SUZUKI.to_owned(), Some(1.0)), (LOVELACE.to_owned(), Some(1.0))];
        assert_eq!(scene.platform.scores(LITERACY), full, "{kind}");
        // The next launch does not name a column that belongs to no link, and it stays.
        let (_, again) = scene.launch(TANAKA, LITERACY_BADGE).await?;
        assert!(!again.body.contains(BUTTON), "{kind}: {}", again.text());
        assert_eq!(scene.platform.refused(), [], "{kind}");
    }
    Ok(())
}

#[tokio::test]
async fn a_column_that_is_there_is_found_again_and_no_second_one_made() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    instructor.submit(&page, &page.form("/column")?).await?;
    // As a tool would stand there that was set up anew, or the course that was made as a copy.
    scene.database.execute("update lti.resource_link set line_item_url = null").await?;
    scene.award(&mut instructor, &page, &[SUZUKI]).await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    instructor.submit(&page, &page.form("/column")?).await?;
    assert_eq!(scene.platform.columns(LITERACY).len(), 1);
    until(&scene, WRITTEN, 1).await
}

#[tokio::test]
async fn a_button_for_a_column_is_where_one_is_missing_and_allowed() -> anyhow::Result<()> {
    let (_, _, with) = scored(Personality::specification()).await?;
    assert!(!with.body.contains(BUTTON), "there is a column: {}", with.text());
    let scene = Scene::start().await?;
    scene.platform.change_world(|world| {
        for tool in &mut world.tools {
            tool.scopes.retain(|scope| !scope.ends_with("/lineitem"));
        }
    });
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    assert!(!page.body.contains(BUTTON), "the platform allows none: {}", page.text());
    let forced = instructor.post(page.url.join("column")?.as_str(), &[], None).await?;
    assert!(forced.status.is_redirection(), "{}", forced.text());
    let (mut learner, mine) = scene.launch(SUZUKI, LITERACY_BADGE).await?;
    let refused = learner.post(mine.url.join("column")?.as_str(), &[], None).await?;
    assert_eq!(refused.status, reqwest::StatusCode::FORBIDDEN);
    assert_eq!((scene.platform.columns(LITERACY).len(), scene.platform.calls(Endpoint::Grades)), (0, 0));
    Ok(())
}

#[tokio::test]
async fn a_grade_book_that_makes_no_column_is_told_and_asked_again_on_the_next_press() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.platform.plan_fault(Endpoint::Grades, 0, 1, &Fault::status(500));
    let failed = instructor.submit(&page, &page.form("/column")?).await?;
    assert!(failed.text().contains("成績表に列を追加できませんでした"), "{}", failed.text());
    let made = instructor.submit(&failed, &failed.form("/column")?).await?;
    assert!(made.text().contains("成績表にこのバッジの列があります"), "{}", made.text());
    assert_eq!(scene.platform.columns(LITERACY).len(), 1);
    Ok(())
}
