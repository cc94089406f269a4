//! A learner completes, and the badge is awarded without anybody pressing a button.

use std::time::Duration;

use badge_tests::eventually::eventually;
use badge_tests::page::Page;
use badge_tests::platform::sample::{
    ANALYSIS_BADGE, LITERACY, LITERACY_BADGE, LOVELACE, SATO, SUZUKI, TANAKA, WATANABE,
};
use badge_tests::platform::{Endpoint, Fault, ResourceLink};
use badge_tests::scene::Scene;
use badge_tests::visitor::Visitor;

const LONGEST: Duration = Duration::from_secs(30);
/// The rule "who may open the link has completed".
const BY_LINK: [(&str, &str); 2] = [("way", "link"), ("link", LITERACY_BADGE)];
/// The same, for a time that is over.
const BY_LINK_BEFORE: [(&str, &str); 4] =
    [("way", "link"), ("link", LITERACY_BADGE), ("from", "2020-01-01"), ("until", "2020-02-01")];

pub(crate) async fn scene() -> anyhow::Result<Scene> {
    Scene::builder().with("completion.poll_seconds", "1").start().await
}

/// Restricts the link to these people, as Moodle does it with "restrict access"; `None` opens it to all.
pub(crate) fn restrict(scene: &Scene, people: Option<&[&str]>) {
    scene.platform.change_world(|world| {
        for link in world
            .courses
            .iter_mut()
            .filter(|course| course.id == LITERACY)
            .flat_map(|course| &mut course.links)
        {
            // The teacher may always.
            link.open_to =
                people.map(|people| [&[TANAKA], people].concat().iter().map(|id| (*id).to_owned()).collect());
        }
    });
}

/// Another link of the tool in the course, for those who may not open the restricted one.
const OPEN_LINK: &str = "19";

fn place_open_link(scene: &Scene) {
    scene.platform.change_world(|world| {
        for course in world.courses.iter_mut().filter(|course| course.id == LITERACY) {
            let open = course.links.first().map(|link| ResourceLink {
                id: OPEN_LINK.to_owned(),
                open_to: None,
                ..link.clone()
            });
            course.links.extend(open);
        }
    });
}

/// These people may open the link and were awarded for it: the instructor and their page.
async fn awarded_by_link(scene: &Scene, people: &[&str]) -> anyhow::Result<(Visitor, Page)> {
    restrict(scene, Some(people));
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    let saved = save(&mut instructor, &page, &BY_LINK).await?;
    assert!(saved.body.contains("value=\"link\" checked"), "{}", saved.text());
    eventually_held_by(scene, people).await?;
    Ok((instructor, page))
}

/// A dry run of a rule.
async fn try_out(visitor: &mut Visitor, page: &Page, fields: &[(&str, &str)]) -> anyhow::Result<Page> {
    save(visitor, page, &[fields, &[("try", "1")]].concat()).await
}

/// A rule as text.
fn as_text(rule: &str) -> [(&str, &str); 2] {
    [("way", "text"), ("text", rule)]
}

/// The other course: its instructor, their page, and the code of its badge.
async fn other_course(scene: &Scene) -> anyhow::Result<(Visitor, Page, String)> {
    let (instructor, page) = scene.launch(TANAKA, ANALYSIS_BADGE).await?;
    let code = "select course_id::text from lti.course where context_id = '102'";
    Ok((instructor, page, scene.database.value(code).await?))
}

pub(crate) async fn save(
    visitor: &mut Visitor,
    page: &Page,
    fields: &[(&str, &str)],
) -> anyhow::Result<Page> {
    let fields: Vec<(String, String)> =
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let answer = visitor.post(page.url.join("rule")?.as_str(), &fields, None).await?;
    if answer.status.is_redirection() {
        visitor.get(page.url.join("rule")?.as_str()).await
    } else {
        Ok(answer)
    }
}

async fn holders(scene: &Scene) -> anyhow::Result<Vec<String>> {
    Ok(sqlx::query_scalar("select user_id from lti.award order by user_id")
        .fetch_all(&scene.database.pool)
        .await?)
}

pub(crate) async fn eventually_held_by(scene: &Scene, people: &[&str]) -> anyhow::Result<()> {
    let held = eventually(LONGEST, "awards", async || Ok(holders(scene).await?.len() >= people.len())).await;
    held.map_err(|error| error.context(scene.app.log()))?;
    assert_eq!(holders(scene).await?, people);
    Ok(())
}

/// Waits until the source was asked twice more, so that what it says now was acted on.
pub(crate) async fn two_readings(scene: &Scene) -> anyhow::Result<()> {
    let calls = scene.platform.calls(Endpoint::Memberships);
    eventually(LONGEST, "readings", async || Ok(scene.platform.calls(Endpoint::Memberships) > calls + 6))
        .await
}

#[tokio::test]
async fn who_may_open_a_restricted_link_is_awarded_without_a_button() -> anyhow::Result<()> {
    let scene = scene().await?;
    let (mut instructor, page) = awarded_by_link(&scene, &[SATO]).await?;
    restrict(&scene, Some(&[SATO, SUZUKI]));
    eventually_held_by(&scene, &[SUZUKI, SATO]).await?;
    assert_eq!(scene.outcomes().await?, ["valid", "valid"]);

    let why = "select provenance -> 'inputs' -> 0 -> 'fact' ->> 'fact' || ' ' || (provenance ->> 'version') || ' ' || (provenance ->> 'source') from badges.assertion limit 1";
    assert_eq!(scene.database.value::<String>(why).await?, "courseComplete 1 roster");
    let course = instructor.get(page.url.as_str()).await?;
    assert!(course.body.contains("class=\"why\""), "{}", course.text());
    place_open_link(&scene);
    let (_, learner) = scene.launch(LOVELACE, OPEN_LINK).await?;
    assert!(learner.text().contains("The course is not complete yet"), "{}", learner.text());
    Ok(())
}

#[tokio::test]
async fn an_open_link_awards_nobody_and_says_why() -> anyhow::Result<()> {
    let scene = scene().await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    save(&mut instructor, &page, &BY_LINK).await?;
    scene.launch(SATO, LITERACY_BADGE).await?;
    two_readings(&scene).await?;
    assert_eq!(holders(&scene).await?, Vec::<String>::new());
    let rule = instructor.get(page.url.join("rule")?.as_str()).await?;
    assert!(rule.body.contains("id=\"obstacle\""), "{}", rule.text());
    Ok(())
}

/// Beyond the limit nobody can tell who is missing from a list; that is no open link, and it is said what to do.
#[tokio::test]
async fn a_roster_that_was_cut_is_said_to_be_cut() -> anyhow::Result<()> {
    let builder = Scene::builder().with("completion.poll_seconds", "1").with("outbound.max_members", "2");
    let scene = builder.start().await?;
    restrict(&scene, Some(&[SATO]));
    scene.platform.place_column(LITERACY, LITERACY_BADGE, 100.0);
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    assert!(
        page.body.contains("id=\"roster-cut\"") && page.text().contains("最初の2人だけ"),
        "{}",
        page.text()
    );
    let cut = |source| match source {
        "roster" => {
            "select count(*) = 1 from lti.completion_source where source = 'roster' and obstacle = '{\"obstacle\": \"rosterCut\", \"limit\": 2}'"
        }
        _ => {
            "select count(*) = 1 from lti.completion_source where source = 'lineItem' and obstacle = '{\"obstacle\": \"rosterCut\", \"limit\": 2}'"
        }
    };
    for (way, source, said) in [
        ("link", "roster", "この条件では誰にも授与されません"),
        ("score", "lineItem", "残りの人にはリストで"),
    ] {
        save(&mut instructor, &page, &[("way", way), ("link", LITERACY_BADGE), ("percent", "80")]).await?;
        eventually(LONGEST, source, async || scene.database.value(cut(source)).await).await?;
        let rule = instructor.get(page.url.join("rule")?.as_str()).await?;
        assert!(rule.text().contains("読み取り上限（2人）"), "{}", rule.text());
        assert!(rule.text().contains(said), "{}", rule.text());
        assert!(!rule.text().contains("リンクが誰も制限していません"), "{}", rule.text());
    }
    assert_eq!(holders(&scene).await?, Vec::<String>::new());
    Ok(())
}

#[tokio::test]
async fn enough_points_in_the_badge_s_column_are_awarded_without_a_button() -> anyhow::Result<()> {
    let scene = scene().await?;
    scene.platform.place_column(LITERACY, LITERACY_BADGE, 100.0);
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.platform.grade(LITERACY, SATO, 0.8);
    scene.platform.grade(LITERACY, SUZUKI, 0.79);
    let rule = [("way", "score"), ("link", LITERACY_BADGE), ("percent", "80")];
    let tried = try_out(&mut instructor, &page, &rule).await?;
    assert!(tried.body.contains("id=\"preview\""), "{}", tried.text());
    assert!(tried.text().contains("79%"), "what is missing is said before the rule counts: {}", tried.text());
    save(&mut instructor, &page, &rule).await?;
    eventually_held_by(&scene, &[SATO]).await?;
    scene.platform.grade(LITERACY, SUZUKI, 0.9);
    eventually_held_by(&scene, &[SUZUKI, SATO]).await?;
    assert_eq!(scene.outcomes().await?, ["valid", "valid"]);
    let source = "select distinct source from badges.assertion a, badges.why(a.assertion_id)";
    assert_eq!(scene.database.value::<String>(source).await?, "lineItem");
    Ok(())
}

#[tokio::test]
async fn a_badge_of_another_course_earns_this_one() -> anyhow::Result<()> {
    let scene = scene().await?;
    let (mut first, page, code) = other_course(&scene).await?;
    let (mut second, literacy) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    let rule = format!(r#"{{"kind":"badge","code":"{code}"}}"#);
    save(&mut second, &literacy, &as_text(&rule)).await?;
    two_rosters(&scene).await?;
    assert_eq!(holders(&scene).await?, Vec::<String>::new());
    let before = second.get(literacy.url.as_str()).await?;
    assert!(before.text().contains(&code), "the badge that is missing is named: {}", before.text());
    let beginner = scene.award(&mut first, &page, &[SUZUKI]).await?;
    eventually_held_by(&scene, &[SUZUKI, SUZUKI]).await?;
    let why = "select string_agg(distinct w.source || ' ' || coalesce(w.inputs -> 0 -> 'fact' ->> 'code', ''), ', ')
               from badges.assertion, badges.why(assertion_id) w";
    assert_eq!(scene.database.value::<String>(why).await?, format!("awards {code}, instructor "));
    // What it was built on is taken back: a person looks at it, and nothing is revoked by itself.
    first.submit(&beginner, &beginner.form("/revoke")?.with("reason", "by mistake")).await?;
    let after = second.get(literacy.url.as_str()).await?;
    assert!(after.text().contains("要確認"), "{}", after.text());
    let mut outcomes = scene.outcomes().await?;
    outcomes.sort();
    assert_eq!(outcomes, ["revoked", "valid"]);
    Ok(())
}

#[tokio::test]
async fn two_pathways_to_one_badge_award_it_once_by_whichever_is_walked() -> anyhow::Result<()> {
    let scene = scene().await?;
    let (mut first, page, code) = other_course(&scene).await?;
    restrict(&scene, Some(&[SATO]));
    let (mut second, literacy) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    let rule = format!(
        r#"{{"op":"any","of":[{{"kind":"courseCompletion"}},{{"kind":"all","of":[]}},{{"kind":"badge","code":"{code}"}}]}}"#
    );
    let refused =
        save(&mut second, &literacy, &[("way", "text"), ("text", &rule), ("link", LITERACY_BADGE)]).await?;
    assert!(refused.text().contains("/of/1/kind"), "{}", refused.text());
    let rule = rule.replace(r#"{"kind":"all","of":[]},"#, "");
    save(&mut second, &literacy, &[("way", "text"), ("text", &rule), ("link", LITERACY_BADGE)]).await?;
    eventually_held_by(&scene, &[SATO]).await?;
    scene.award(&mut first, &page, &[SUZUKI]).await?;
    eventually_held_by(&scene, &[SUZUKI, SUZUKI, SATO]).await?;
    // She walks the other one too.
    restrict(&scene, Some(&[SATO, SUZUKI]));
    two_readings(&scene).await?;
    assert_eq!(holders(&scene).await?, [SUZUKI, SUZUKI, SATO]);
    let why = "select string_agg(source, ' ' order by source) from lti.award join lti.course using (course_id), badges.why(assertion_id) where context_id = '101'";
    assert_eq!(scene.database.value::<String>(why).await?, "awards roster");
    Ok(())
}

/// Waits until the members were listed twice more.
async fn two_rosters(scene: &Scene) -> anyhow::Result<()> {
    let calls = scene.platform.calls(Endpoint::Memberships);
    eventually(LONGEST, "rosters", async || Ok(scene.platform.calls(Endpoint::Memberships) > calls + 2)).await
}

#[tokio::test]
async fn every_version_of_a_rule_is_kept_and_the_last_one_counts() -> anyhow::Result<()> {
    let scene = scene().await?;
    restrict(&scene, Some(&[SATO]));
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    save(&mut instructor, &page, &BY_LINK_BEFORE).await?;
    two_readings(&scene).await?;
    assert_eq!(holders(&scene).await?, Vec::<String>::new());
    let tried = try_out(&mut instructor, &page, &BY_LINK).await?;
    assert!(tried.text().contains("佐藤 花子"), "who is added by the change is named: {}", tried.text());
    save(&mut instructor, &page, &BY_LINK).await?;
    eventually_held_by(&scene, &[SATO]).await?;
    let versions = "select count(*) from lti.rule where condition is not null and created_by = '2'";
    assert_eq!(scene.database.value::<i64>(versions).await?, 2);
    save(&mut instructor, &page, &[("way", "manual")]).await?;
    assert_eq!(scene.database.value::<i64>("select max(version)::bigint from lti.rule").await?, 3);
    assert_eq!(scene.database.value::<i64>("select count(*) from lti.completion_source").await?, 0);
    Ok(())
}

#[tokio::test]
async fn a_restriction_that_is_lifted_later_awards_nobody_more() -> anyhow::Result<()> {
    let scene = scene().await?;
    awarded_by_link(&scene, &[SATO]).await?;
    restrict(&scene, None);
    two_readings(&scene).await?;
    assert_eq!(holders(&scene).await?, [SATO]);
    Ok(())
}

#[tokio::test]
async fn what_the_machine_awarded_and_a_person_revoked_is_not_awarded_again_by_it() -> anyhow::Result<()> {
    let scene = scene().await?;
    let (mut instructor, page) = awarded_by_link(&scene, &[SATO]).await?;
    let course = instructor.get(page.url.as_str()).await?;
    let form = course.form("/revoke")?.with("reason", "by mistake");
    instructor.submit(&course, &form).await?;
    two_readings(&scene).await?;
    assert_eq!(scene.outcomes().await?, ["revoked"]);
    Ok(())
}

#[tokio::test]
async fn a_platform_that_fails_and_comes_back_loses_nobody() -> anyhow::Result<()> {
    let scene = scene().await?;
    restrict(&scene, Some(&[SATO]));
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.platform.plan_fault(Endpoint::Memberships, 0, 1, &Fault::status(500));
    save(&mut instructor, &page, &BY_LINK).await?;
    eventually_held_by(&scene, &[SATO]).await
}

#[tokio::test]
async fn a_rule_as_text_is_tried_and_refused_with_its_place() -> anyhow::Result<()> {
    let scene = scene().await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    let wrong = as_text(r#"{"op":"all","of":[{"kind":"bagde"}]}"#);
    let refused = save(&mut instructor, &page, &wrong).await?;
    assert!(refused.text().contains("/of/0/kind"), "{}", refused.text());
    let tried = try_out(&mut instructor, &page, &as_text(r#"{"kind":"courseCompletion"}"#)).await?;
    assert!(tried.body.contains("id=\"preview\""), "{}", tried.text());
    assert_eq!(
        scene.database.value::<i64>("select count(*) from lti.rule").await?,
        0,
        "trying saves nothing"
    );
    Ok(())
}

#[tokio::test]
async fn a_rule_about_time_alone_awards_whom_its_dry_run_names() -> anyhow::Result<()> {
    let scene = scene().await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    let rule = as_text(r#"{"kind":"dateWindow","from":"2020-01-01T00:00:00Z"}"#);
    let tried = try_out(&mut instructor, &page, &rule).await?;
    assert!(tried.text().contains("今すぐ条件を満たす受講者：4人"), "{}", tried.text());
    save(&mut instructor, &page, &rule).await?;
    eventually_held_by(&scene, &[SUZUKI, SATO, LOVELACE, WATANABE]).await?;
    let why = "select distinct source || ' ' || jsonb_array_length(inputs) from badges.assertion, badges.why(assertion_id)";
    assert_eq!(scene.database.value::<String>(why).await?, "rule 0");
    let course = instructor.get(page.url.as_str()).await?;
    assert!(course.text().contains("ルール第1版により授与されました"), "{}", course.text());
    assert!(!course.text().contains("要確認"), "{}", course.text());
    Ok(())
}

#[tokio::test]
async fn a_dry_run_believes_what_a_source_says_now_and_not_what_it_said_before() -> anyhow::Result<()> {
    let scene = scene().await?;
    restrict(&scene, Some(&[SATO]));
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    save(&mut instructor, &page, &BY_LINK_BEFORE).await?;
    two_readings(&scene).await?;
    // Nobody is asked again by itself.
    scene.database.execute("update lti.completion_source set poll_at = 'infinity'").await?;
    restrict(&scene, Some(&[SUZUKI]));
    let tried = try_out(&mut instructor, &page, &BY_LINK).await?;
    assert!(tried.text().contains("鈴木 一郎"), "{}", tried.text());
    assert!(
        tried.text().contains("今すぐ条件を満たす受講者：1人"),
        "who is undone is counted: {}",
        tried.text()
    );
    Ok(())
}
