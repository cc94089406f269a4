//! A rule that names a link, in a course that was copied: it names the copied link as soon as a launch says which one that is, and until then
//! the instructor is told what to do.

use std::time::Duration;

use badge_tests::eventually::eventually;
use badge_tests::platform::sample::{
    ANALYSIS, ANALYSIS_BADGE, LITERACY, LITERACY_BADGE, SATO, SUZUKI, TANAKA,
};
use badge_tests::platform::{Enrolment, ResourceLink, Role};
use badge_tests::scene::Scene;
use serde_json::{Map, Value, json};

use crate::completion::{eventually_held_by, save, scene, two_readings};
use crate::notice::{copy_notice, post};

const LONGEST: Duration = Duration::from_secs(30);
const GONE: &str = "ルールで選ばれたリンクが、このコースにありません";

fn parameters(values: &[(&str, &str)]) -> Map<String, Value> {
    values.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect()
}

/// Makes the second course a copy of the first: with two learners, one of whom its own restricted link holds back; its launches say `custom`.
fn copy(scene: &Scene, custom: &[(&str, &str)]) {
    scene.platform.change_world(|world| {
        for course in world.courses.iter_mut().filter(|course| course.id == ANALYSIS) {
            course.enrolments.push(Enrolment { person_id: SATO.to_owned(), roles: vec![Role::Learner] });
            for link in &mut course.links {
                link.open_to = Some([TANAKA, SUZUKI].map(str::to_owned).into());
                link.custom = parameters(custom);
            }
        }
    });
}

/// The links that sources name, by the course.
async fn named(scene: &Scene) -> anyhow::Result<Vec<String>> {
    let named = "select context_id || ' ' || (settings ->> 'link') from lti.completion_source join lti.course using (course_id) order by 1";
    Ok(sqlx::query_scalar(named).fetch_all(&scene.database.pool).await?)
}

async fn eventually_named(scene: &Scene, links: &[(&str, &str)]) -> anyhow::Result<()> {
    let mut wanted: Vec<String> = links.iter().map(|(course, link)| format!("{course} {link}")).collect();
    wanted.sort();
    let found = eventually(LONGEST, "the links", async || Ok(named(scene).await? == wanted)).await;
    found.map_err(|error| error.context(scene.app.log()))
}

#[tokio::test]
async fn a_rule_about_a_link_follows_it_into_the_copied_course() -> anyhow::Result<()> {
    let scene = scene().await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    save(&mut instructor, &page, &[("way", "link"), ("link", LITERACY_BADGE)]).await?;
    copy(&scene, &[("context_id_history", LITERACY), ("resource_link_id_history", LITERACY_BADGE)]);
    let (mut instructor, page) = scene.launch(TANAKA, ANALYSIS_BADGE).await?;
    eventually_held_by(&scene, &[SUZUKI]).await?;
    eventually_named(&scene, &[(LITERACY, LITERACY_BADGE), (ANALYSIS, ANALYSIS_BADGE)]).await?;
    let rule = instructor.get(page.url.join("rule")?.as_str()).await?;
    assert!(!rule.text().contains(GONE), "{}", rule.text());
    Ok(())
}

#[tokio::test]
async fn a_link_that_is_launched_long_after_its_course_was_copied_is_followed_at_once() -> anyhow::Result<()>
{
    let scene = scene().await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    save(&mut instructor, &page, &[("way", "link"), ("link", LITERACY_BADGE)]).await?;
    assert_eq!(post(&scene, vec![copy_notice(&scene, "n1")]).await?.0, reqwest::StatusCode::OK);
    // Asked in vain many times, the source would wait for hours.
    scene.database.execute("update lti.completion_source s set failures = 9, poll_at = now() + interval '6 hours' from lti.course c where c.course_id = s.course_id and c.copied_from is not null").await?;
    copy(&scene, &[("resource_link_id_history", &format!("12,{LITERACY_BADGE}"))]);
    scene.launch(TANAKA, ANALYSIS_BADGE).await?;
    eventually_held_by(&scene, &[SUZUKI]).await
}

#[tokio::test]
async fn points_in_the_column_of_a_copied_link_count_in_the_copied_course() -> anyhow::Result<()> {
    let scene = scene().await?;
    scene.platform.place_column(LITERACY, LITERACY_BADGE, 100.0);
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    save(&mut instructor, &page, &[("way", "score"), ("link", LITERACY_BADGE), ("percent", "80")]).await?;
    copy(&scene, &[("context_id_history", LITERACY), ("resource_link_id_history", LITERACY_BADGE)]);
    scene.platform.place_column(ANALYSIS, ANALYSIS_BADGE, 100.0);
    scene.launch(TANAKA, ANALYSIS_BADGE).await?;
    scene.platform.grade(ANALYSIS, SUZUKI, 0.8);
    eventually_held_by(&scene, &[SUZUKI]).await?;
    eventually_named(&scene, &[(LITERACY, LITERACY_BADGE), (ANALYSIS, ANALYSIS_BADGE)]).await
}

#[tokio::test]
async fn a_rule_about_a_link_that_is_gone_says_what_to_do_and_works_when_it_was_done() -> anyhow::Result<()> {
    for way in [&[("way", "link")][..], &[("way", "score"), ("percent", "80")]] {
        let scene = scene().await?;
        scene.platform.place_column(LITERACY, LITERACY_BADGE, 100.0);
        let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
        save(&mut instructor, &page, &[way, &[("link", LITERACY_BADGE)]].concat()).await?;
        // Moodle leaves the variable for links as it is.
        copy(
            &scene,
            &[("context_id_history", LITERACY), ("resource_link_id_history", "$ResourceLink.id.history")],
        );
        scene.platform.place_column(ANALYSIS, ANALYSIS_BADGE, 100.0);
        scene.platform.grade(ANALYSIS, SUZUKI, 0.8);
        let (mut instructor, page) = scene.launch(TANAKA, ANALYSIS_BADGE).await?;
        let gone = "select count(*) from lti.completion_source where obstacle ->> 'obstacle' = 'linkIsGone'";
        let told =
            eventually(LONGEST, "the obstacle", async || Ok(scene.database.value::<i64>(gone).await? == 1));
        told.await.map_err(|error| error.context(scene.app.log()))?;
        let rule = instructor.get(page.url.join("rule")?.as_str()).await?;
        assert!(rule.text().contains(GONE), "{}", rule.text());
        let proposed = format!("<option value=\"{ANALYSIS_BADGE}\" selected>");
        assert!(rule.body.contains(&proposed), "the link that the instructor came through is proposed");
        assert_eq!(named(&scene).await?.len(), 2);
        assert_eq!(
            scene.database.value::<i64>("select count(*) from lti.award").await?,
            0,
            "nobody is awarded by it"
        );
        save(&mut instructor, &page, &[way, &[("link", ANALYSIS_BADGE)]].concat()).await?;
        eventually_held_by(&scene, &[SUZUKI]).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_link_that_was_copied_within_its_course_takes_over_when_the_first_is_gone() -> anyhow::Result<()> {
    const SECOND: &str = "19";
    let scene = scene().await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    save(&mut instructor, &page, &[("way", "link"), ("link", LITERACY_BADGE)]).await?;
    let change = |keep_first: bool| {
        scene.platform.change_world(|world| {
            for course in world.courses.iter_mut().filter(|course| course.id == LITERACY) {
                let first = course.links.first().cloned();
                course.links.extend(first.filter(|_| keep_first).map(|first| ResourceLink {
                    id: SECOND.to_owned(),
                    open_to: Some([TANAKA, SUZUKI].map(str::to_owned).into()),
                    custom: parameters(&[("resource_link_id_history", LITERACY_BADGE)]),
                    ..first
                }));
                course.links.retain(|link| keep_first || link.id != LITERACY_BADGE);
            }
        });
    };
    change(true);
    scene.launch(TANAKA, SECOND).await?;
    two_readings(&scene).await?;
    assert_eq!(
        named(&scene).await?,
        [format!("{LITERACY} {LITERACY_BADGE}")],
        "the first one is still there"
    );
    change(false);
    eventually_held_by(&scene, &[SUZUKI]).await?;
    eventually_named(&scene, &[(LITERACY, SECOND)]).await
}
