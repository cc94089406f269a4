//! Badges of courses as steps of imported programmes: added by page and by command, earned by a launch, counted by reports.

use anyhow::{Context as _, ensure};
use badge_tests::app::{AppConfig, run_with};
use badge_tests::browser::{Browser, BrowserOptions};
use badge_tests::page::{Form, Page};
use badge_tests::platform::sample::{ANALYSIS_BADGE, LITERACY_BADGE, LOVELACE, TANAKA};
use badge_tests::scene::Scene;
use badge_tests::screen::{Screen, keep};
use badge_tests::visitor::Visitor;
use reqwest::StatusCode;

use crate::accessibility::sign_in;
use crate::belonging::{refused, said};
use crate::import::imported;
use crate::programmes::has;
use crate::report::signed_in;

/// The id of the course with that title's beginning.
async fn course(scene: &Scene, title: &str) -> anyhow::Result<String> {
    let query = "select course_id::text from lti.course where starts_with(title, $1)";
    Ok(sqlx::query_scalar(query).bind(title).fetch_one(&scene.database.pool).await?)
}

/// The path of a programme as nobody walks it yet: the end of each address.
async fn path(scene: &Scene, code: &str) -> anyhow::Result<Vec<String>> {
    let query = "select array_agg(regexp_replace(w.achievement_uri, '.*/', '') order by w.place) from badges.programme p
        cross join lateral badges.walk_programme(p.programme_id, '{}') w where p.code = $1";
    Ok(sqlx::query_scalar(query).bind(code).fetch_one(&scene.database.pool).await?)
}

/// What the reports say of RI and of level 2: people and hours of the programme, people who reached the level.
/// People, tenths of an hour, people who reached level 2.
async fn figures(scene: &Scene) -> anyhow::Result<[i64; 3]> {
    let value = async |query: &'static str| scene.database.value::<i64>(query).await;
    Ok([
        value("select coalesce(sum(people), 0)::bigint from badges.report_participation() where programme_code = 'RI'").await?,
        value("select (coalesce(sum(hours), 0) * 10)::bigint from badges.report_hours() where programme_code = 'RI'").await?,
        value("select coalesce(sum(reached), 0)::bigint from badges.report_progression() where level = 2").await?,
    ])
}

fn form(page: &Page) -> anyhow::Result<Form> {
    page.forms().into_iter().find(|form| form.id.as_deref() == Some("add-course")).context("no form")
}

/// The owner adds the first course's badge by the page, and is refused what no step can be.
async fn by_page(scene: &Scene, address: &str, literacy: &str) -> anyhow::Result<Visitor> {
    let (mut owner, _) = signed_in(scene, "programme-owner").await?;
    let page = owner.get(address).await?;
    has(&page, &["No course’s badge is a step of this programme yet."]);
    let whole = form(&page)?.with("course", literacy).with("stage", "1").with("place", "1");
    let whole = whole.with("purpose", "start").with("kind", "skill").with("level", "2").with("hours", "1.5");
    for (field, value, status) in [
        ("hours", "many", StatusCode::BAD_REQUEST),
        ("stage", "0", StatusCode::BAD_REQUEST),
        ("kind", "fun", StatusCode::BAD_REQUEST),
        ("purpose", "fun", StatusCode::BAD_REQUEST),
        ("course", "00000000-0000-4000-8000-000000000000", StatusCode::NOT_FOUND),
        ("course", "x", StatusCode::NOT_FOUND),
    ] {
        let answer = owner.submit(&page, &whole.clone().with(field, value)).await?;
        assert_eq!(answer.status, status, "{field} {value}");
    }
    let added = owner.submit(&page, &whole).await?;
    has(
        &added,
        &[
            "The badge is a step of this programme.",
            "step 1 of the path",
            "Skill, Level 2, nominal hours: 1.5, Start",
        ],
    );
    // Who only reads may not, and is not asked to.
    let (mut reader, _) = signed_in(scene, "report-reader").await?;
    let page = reader.get(address).await?;
    assert!(!page.body.contains("id=\"courses\""), "{}", page.text());
    let token = page.form("/admin/leave")?.field("form_token").context("no token")?.to_owned();
    for action in [whole.action.clone(), format!("{}/{literacy}/remove", whole.action)] {
        let fields = whole.clone().with("form_token", &token).fields;
        let answer = reader.post(&scene.app.address(&action), &fields, None).await?;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{action}");
    }
    Ok(owner)
}

/// The second course's badge is added by command.
fn by_command(scene: &Scene, analysis: &str) -> anyhow::Result<()> {
    let (_, found) = said(scene, &["programme", "find", "analysis with"])?;
    let lines: Vec<&str> = found.lines().collect();
    let id = format!("  id        {analysis}");
    let badge = "  badge     Completion of Data analysis with SQL";
    assert_eq!(lines.get(..3), Some(&["Data analysis with SQL", &id, badge][..]), "{found}");
    assert_eq!(said(scene, &["programme", "find", "no such course"])?.1, "no course is found\n");
    let add = |rest: &[&'static str]| -> Vec<String> {
        let all = ["programme", "add"].iter().chain(rest).map(|text| (*text).to_owned());
        all.chain(["--course".to_owned(), analysis.to_owned()]).collect()
    };
    let try_to =
        |rest: &[&'static str]| said(scene, &add(rest).iter().map(String::as_str).collect::<Vec<_>>());
    let whole = ["RI", "--stage", "2", "--place", "4", "--kind", "knowledge", "--hours", "12"];
    for (rest, sentence) in [
        (["XX", "--stage", "2", "--kind", "knowledge", "--hours", "12"], "no programme has this code"),
        (["RI", "--stage", "x", "--kind", "knowledge", "--hours", "12"], "whole numbers from 1 to 99"),
        (["RI", "--stage", "2", "--kind", "fun", "--hours", "12"], "the kind is participation, knowledge"),
    ] {
        let (is_done, text) = try_to(&rest)?;
        assert!(!is_done && text.contains(sentence), "{rest:?}: {text}");
    }
    let (is_done, text) = try_to(&whole)?;
    assert!(is_done && text == "Completion of Data analysis with SQL is a step of RI\n", "{text}");
    let (_, list) = said(scene, &["programme", "list"])?;
    let line = format!(
        "  course  {analysis}: Completion of Data analysis with SQL (stage 2, step 4, knowledge, 12 hours)\n"
    );
    assert!(list.starts_with("DA\n  name    ") && list.contains(&line), "{list}");
    Ok(())
}

/// The programmes are imported once more.
fn import_again(scene: &Scene) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    crate::import::write_sample(folder.path())?;
    let config =
        AppConfig::new(&scene.database.tool_url()).with("server.public_url", &format!("{:?}", scene.app.url));
    let output = run_with(&config, &["import", folder.path().to_str().context("the folder is no text")?])?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

#[tokio::test]
async fn a_course_s_badge_becomes_a_step_is_earned_by_a_launch_and_counts() -> anyhow::Result<()> {
    let scene = imported().await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.launch(TANAKA, ANALYSIS_BADGE).await?;
    let (literacy, analysis) =
        (course(&scene, "デジタルリテラシー").await?, course(&scene, "Data analysis").await?);
    let imported = path(&scene, "RI").await?;
    let id: String =
        scene.database.value("select programme_id::text from badges.programme where code = 'RI'").await?;
    let address = scene.app.address(&format!("/reports/programmes/{id}"));
    let mut owner = by_page(&scene, &address, &literacy).await?;
    by_command(&scene, &analysis)?;

    let (first, rest) = imported.split_at(2);
    let wanted = [std::slice::from_ref(&literacy), first, std::slice::from_ref(&analysis), rest].concat();
    assert_eq!(path(&scene, "RI").await?, wanted);
    let rows = scene.database.row_counts().await?;
    import_again(&scene)?;
    assert_eq!(path(&scene, "RI").await?, wanted, "an import keeps them where they are");
    assert_eq!(scene.database.row_counts().await?, rows, "and writes nothing");

    // The badge was defined before anybody had it; the award is of the same one.
    let before = figures(&scene).await?;
    let (mut learner, mine) = scene.launch(LOVELACE, LITERACY_BADGE).await?;
    let walk = mine.url.join(&format!("programmes/{id}"))?;
    let steps = wanted.len();
    has(&learner.get(walk.as_str()).await?, &[&format!("0 of {steps} badges"), "Next: Completion of "]);
    scene.award(&mut instructor, &page, &[LOVELACE]).await?;
    let known = crate::wording::achievements()?;
    let next = known.iter().find(|one| Some(&one.code) == imported.first()).context("an unknown step")?;
    let (mut learner, mine) = scene.launch(LOVELACE, LITERACY_BADGE).await?;
    has(&mine, &["What comes next"]);
    has(
        &learner.get(walk.as_str()).await?,
        &[&format!("1 of {steps} badges"), &format!("Next: {}", next.name[0])],
    );
    let [people, hours, reached] = before;
    assert_eq!(figures(&scene).await?, [people + 1, hours + 15, reached + 1]);
    let kind = "select kind from badges.report_issuance() join badges.achievement on uri = achievement_uri where body ->> 'humanCode' is null";
    assert_eq!(scene.database.value::<String>(kind).await?, "skill");
    taken_away(&scene, &mut owner, &address, [&literacy, &analysis]).await?;
    assert_eq!(path(&scene, "RI").await?, imported);
    has(&learner.get(walk.as_str()).await?, &[&format!("0 of {} badges", imported.len())]);
    Ok(())
}

/// One is changed, then both are taken away, one way and the other; the trail has all of it.
async fn taken_away(
    scene: &Scene,
    owner: &mut Visitor,
    address: &str,
    [literacy, analysis]: [&str; 2],
) -> anyhow::Result<()> {
    let page = owner.get(address).await?;
    // Without a place it comes last in its stage, so that no stage is there twice.
    let first = form(&page)?.with("course", literacy).with("stage", "1").with("place", "");
    let first = first.with("purpose", "").with("kind", "skill").with("level", "").with("hours", "0");
    let page = owner.submit(&page, &first).await?;
    let stages: Vec<i32> = sqlx::query_scalar(
        "select w.stage from badges.programme p cross join lateral badges.walk_programme(p.programme_id, '{}') w where p.code = 'RI' order by w.place",
    )
    .fetch_all(&scene.database.pool)
    .await?;
    assert!(stages.is_sorted() && stages.last() > Some(&1), "{stages:?}");
    let again = form(&page)?.with("course", literacy).with("stage", "3").with("place", "");
    let again = again.with("purpose", "").with("kind", "milestone").with("level", "").with("hours", "0");
    let changed = owner.submit(&page, &again).await?;
    has(&changed, &["step 11 of the path", "Milestone, nominal hours: 0"]);
    let path = path(scene, "RI").await?;
    assert_eq!((path.len(), path.last().map(String::as_str)), (11, Some(literacy)), "moved, not doubled");
    let removed = owner.submit(&changed, &changed.form(&format!("{literacy}/remove"))?).await?;
    has(&removed, &["The badge is no step of this programme any more. Whoever has it keeps it."]);
    let gone = owner.submit(&changed, &changed.form(&format!("{literacy}/remove"))?).await?;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    let remove = ["programme", "remove", "RI", "--course", analysis];
    assert_eq!(said(scene, &remove)?.1, "the badge is no step of RI any more\n");
    refused(scene, &remove, "the badge of this course is no step of this programme")?;
    assert_eq!(scene.outcomes().await?.last().map(String::as_str), Some("valid"), "who has it keeps it");
    let trail = "select string_agg(actor || ' ' || action || ' ' || regexp_replace(subject, 'http.*/', ''), '; ' order by event_id)
        from lti.admin_event where action like 'programme-badge%'";
    let owner = |action, course| format!("programme-owner programme-badge-{action} RI, {course}");
    let command = |action, course| format!("command line programme-badge-{action} RI, {course}");
    assert_eq!(
        scene.database.value::<String>(trail).await?,
        [
            owner("added", literacy),
            command("added", analysis),
            owner("added", literacy),
            owner("added", literacy),
            owner("removed", literacy),
            command("removed", analysis)
        ]
        .join("; ")
    );
    Ok(())
}

/// What an owner sees, in both languages: pictures under `target/screenshots/`.
#[tokio::test]
async fn the_badges_of_courses_look_right_on_every_screen() -> anyhow::Result<()> {
    let scene = imported().await?;
    scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.launch(TANAKA, ANALYSIS_BADGE).await?;
    let courses = [course(&scene, "デジタルリテラシー").await?, course(&scene, "Data analysis").await?];
    for (course, stage) in courses.iter().zip(["1", "2"]) {
        let add = ["programme", "add", "RI", "--course", course, "--kind", "skill", "--hours", "1.5"];
        let add = [&add[..], &["--stage", stage, "--purpose", "apply", "--level", stage]].concat();
        let (is_done, text) = said(&scene, &add)?;
        ensure!(is_done, "{text}");
    }
    let id = "select '/reports/programmes/' || programme_id || '?done=added' from badges.programme where code = 'RI'";
    let address = scene.app.address(&scene.database.value::<String>(id).await?);
    for language in ["en", "ja"] {
        let options = BrowserOptions { language: language.to_owned(), ..BrowserOptions::default() };
        let browser = Browser::start_with(&options).await?;
        sign_in(&scene, &browser).await?;
        browser.goto(address.as_str()).await?;
        browser.wait_for("#add-course").await?;
        for screen in Screen::ALL {
            screen.apply(&browser).await?;
            browser.wait_until("document.documentElement.scrollWidth <= window.innerWidth").await?;
            keep(&browser, &format!("course-steps-{language}-{}", screen.name())).await?;
        }
    }
    Ok(())
}
