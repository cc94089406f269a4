//! Where people belong: from a custom parameter of the launch, from a list that knows better, by hand with a reason.

use anyhow::{Context as _, ensure};
use badge_tests::app::run_with;
use badge_tests::page::Page;
use badge_tests::platform::sample::{LITERACY_BADGE, SATO, SUZUKI};
use badge_tests::scene::Scene;
use reqwest::StatusCode;
use serde_json::json;

use crate::report::signed_in;

const BELONGS: &str = "select string_agg(concat_ws(' ', r.user_id, m.population, nullif(m.legal_entity, ''), m.origin), ', ' order by r.user_id, m.valid_from, m.recorded_at)
    from badges.membership m join badges.recipient r using (recipient_id) where m.withdrawn_at is null and m.valid_until is null";

fn set_custom(scene: &Scene, custom: &serde_json::Value) {
    scene.platform.change_world(|world| {
        for link in world.courses.iter_mut().flat_map(|course| &mut course.links) {
            link.custom = custom.as_object().cloned().unwrap_or_default();
        }
    });
}

async fn belongs(scene: &Scene) -> anyhow::Result<String> {
    let found: Option<String> = sqlx::query_scalar(BELONGS).fetch_one(&scene.database.pool).await?;
    Ok(found.unwrap_or_default())
}

#[tokio::test]
async fn a_launch_says_where_somebody_belongs_until_a_list_or_a_person_knows_better() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    set_custom(&scene, &json!({"group": "Dispatched", "company": "East"}));
    scene.launch(SUZUKI, LITERACY_BADGE).await?;
    assert_eq!(belongs(&scene).await?, "", "nothing is read that no administrator has named");

    let (mut administrator, _) = signed_in(&scene, "administrator").await?;
    let platform: String =
        scene.database.value("select '/admin/platforms/' || registration_id from lti.registration").await?;
    let page = administrator.get(&scene.app.address(&platform)).await?;
    let form = page.form("/populations")?;
    let bad = form.clone().with("population", "a b");
    assert_eq!(administrator.submit(&page, &bad).await?.status, StatusCode::BAD_REQUEST);
    let form = form.with("population", "group").with("entity", "company");
    let saved = administrator.submit(&page, &form).await?;
    assert_eq!(saved.form("/populations")?.field("entity"), Some("company"));

    scene.launch(SUZUKI, LITERACY_BADGE).await?;
    scene.launch(SUZUKI, LITERACY_BADGE).await?;
    assert_eq!(belongs(&scene).await?, "3 dispatched East launch");
    // What a platform does not know it sends as it was configured; a word that nobody knows is none.
    for unknown in ["$User.group", "boss", ""] {
        set_custom(&scene, &json!({"group": unknown, "company": "$Company.name"}));
        scene.launch(SATO, LITERACY_BADGE).await?;
        assert_eq!(belongs(&scene).await?, "3 dispatched East launch", "{unknown}");
    }

    // The list of the personnel department counts from its day on, whatever launches say afterwards.
    let folder = tempfile::tempdir()?;
    let list = folder.path().join("people.csv");
    let name: String = scene.database.value("select platform from badges.recipient limit 1").await?;
    std::fs::write(
        &list,
        format!("platform,user,population,legal_entity,from\n{name},3,employee,Head,2026-01-01\n"),
    )?;
    let config = scene.config();
    let import = ["import", "--people", list.to_str().context("the folder is no text")?];
    let output = run_with(&config, &import)?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(belongs(&scene).await?, "3 employee Head list");
    set_custom(&scene, &json!({"group": "external"}));
    scene.launch(SUZUKI, LITERACY_BADGE).await?;
    scene.launch(SATO, LITERACY_BADGE).await?;
    assert_eq!(belongs(&scene).await?, "3 employee Head list, 4 external launch");

    // By hand, with a reason, which the list does not undo.
    by_hand(&scene).await?;
    run_with(&config, &import)?;
    scene.launch(SUZUKI, LITERACY_BADGE).await?;
    assert_eq!(belongs(&scene).await?, "3 contractor West hand, 4 external launch");
    Ok(())
}

async fn by_hand(scene: &Scene) -> anyhow::Result<()> {
    let recipient: String =
        scene.database.value("select recipient_id::text from badges.recipient where user_id = '3'").await?;
    let address = scene.app.address(&format!("/people/populations/{recipient}"));
    let (mut administrator, _) = signed_in(scene, "administrator").await?;
    let page = administrator.get(&address).await?;
    assert!(page.text().contains("From a list: people.csv."), "{}", page.text());
    let form = page.forms().into_iter().find(|form| form.id.as_deref() == Some("set"));
    let form = form.context("no form")?.with("from", "2026-11-01");
    let form = form.with("other", "contractor").with("legal_entity", "West");
    assert_eq!(administrator.submit(&page, &form).await?.status, StatusCode::BAD_REQUEST, "no reason");
    let set: Page = administrator.submit(&page, &form.with("reason", "seconded to West")).await?;
    assert!(set.text().contains("By hand, because: seconded to West. Recorded on"), "{}", set.text());
    let trail = "select actor || ' ' || split_part(subject, ', ', 2) from lti.admin_event where action = 'population-set'";
    assert_eq!(scene.database.value::<String>(trail).await?, "administrator contractor");
    let (mut owner, _) = signed_in(scene, "programme-owner").await?;
    let read = owner.get(&address).await?;
    assert!(read.status == StatusCode::OK && !read.body.contains("id=\"set\""), "{}", read.text());
    Ok(())
}

/// What a command says, whether it works or not.
pub(crate) fn said(scene: &Scene, arguments: &[&str]) -> anyhow::Result<(bool, String)> {
    let output = run_with(&scene.config(), arguments)?;
    let text = if output.status.success() { output.stdout } else { output.stderr };
    Ok((output.status.success(), String::from_utf8(text)?))
}

/// The command is refused with that sentence.
pub(crate) fn refused(scene: &Scene, arguments: &[&str], sentence: &str) -> anyhow::Result<()> {
    let (is_done, text) = said(scene, arguments)?;
    ensure!(!is_done && text.contains(sentence), "{arguments:?}: {text}");
    Ok(())
}

#[tokio::test]
async fn commands_say_where_people_belong_as_the_pages_do() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    set_custom(&scene, &json!({"group": "external", "company": "East"}));
    let issuer: String = scene.database.value("select issuer from lti.registration").await?;
    let client: String = scene.database.value("select client_id from lti.registration").await?;
    let platform = ["platform", "populations", "--issuer", &issuer, "--client-id", &client];
    let named = |rest: &[&str]| -> Vec<String> {
        platform.iter().chain(rest).map(|text| (*text).to_owned()).collect()
    };
    let run = |rest: &[&str]| said(&scene, &named(rest).iter().map(String::as_str).collect::<Vec<_>>());

    // Neither a parameter nor none, a legal entity alone, a name that is none, a platform that is none.
    assert!(!run(&[])?.0);
    assert!(!run(&["--entity", "company"])?.0);
    let (is_done, text) = run(&["--population", "a b"])?;
    assert!(!is_done && text.contains("a parameter's name has letters, digits"), "{text}");
    let elsewhere = ["platform", "populations", "--issuer", &issuer, "--client-id", "nobody", "--none"];
    refused(&scene, &elsewhere, "no platform is registered with this issuer and client id")?;
    let (is_done, text) = run(&["--population", "group", "--entity", "company"])?;
    assert!(is_done && text.contains("launches of this platform say where people belong"), "{text}");
    scene.launch(SUZUKI, LITERACY_BADGE).await?;
    assert_eq!(belongs(&scene).await?, "3 external East launch");
    assert!(run(&["--none"])?.0);
    set_custom(&scene, &json!({"group": "dispatched"}));
    scene.launch(SUZUKI, LITERACY_BADGE).await?;
    assert_eq!(belongs(&scene).await?, "3 external East launch", "nobody asks it any more");
    by_command(&scene).await
}

/// By hand: found, said with a reason, read again.
async fn by_command(scene: &Scene) -> anyhow::Result<()> {
    let (_, found) = said(scene, &["people", "find", "3"])?;
    let id = found.split_once("  id        ").and_then(|(_, rest)| rest.lines().next()).context("no id")?;
    assert_eq!(said(scene, &["people", "find", "nobody at all"])?.1, "nobody is found\n");
    let set = |rest: &[&'static str]| -> Vec<String> {
        ["people", "set", id, "--legal-entity", "West"]
            .iter()
            .chain(rest)
            .map(|text| (*text).to_owned())
            .collect()
    };
    let try_to =
        |rest: &[&'static str]| said(scene, &set(rest).iter().map(String::as_str).collect::<Vec<_>>());
    for (rest, sentence) in [
        (
            ["--population", "contractor", "--from", "soon", "--reason", "moved"],
            "the first day must be a day such as 2026-04-01",
        ),
        (
            ["--population", "contractor", "--from", "2026-11-01", "--reason", " "],
            "the population or the reason is missing",
        ),
    ] {
        let (is_done, text) = try_to(&rest)?;
        assert!(!is_done && text.contains(sentence), "{rest:?}: {text}");
    }
    let stranger = "00000000-0000-4000-8000-000000000000";
    refused(
        scene,
        &["people", "set", stranger, "--population", "employee", "--from", "2026-11-01", "--reason", "x"],
        "nobody is known by this id; `lti-tool people find` looks for people",
    )?;
    assert!(
        try_to(&["--population", "contractor", "--from", "2026-11-01", "--reason", "seconded to West"])?.0
    );
    assert_eq!(belongs(scene).await?, "3 contractor West hand");
    let (_, shown) = said(scene, &["people", "show", id])?;
    assert!(
        shown.contains("  contractor West  from 2026-11-01; hand: seconded to West, command line on "),
        "{shown}"
    );
    assert!(shown.contains(" until 2026-11-01; launch: ") || shown.contains(", superseded"), "{shown}");
    refused(scene, &["people", "show", stranger], "nobody is known by this id")?;
    let trail = "select string_agg(actor || ' ' || action, ', ' order by event_id) from lti.admin_event where action like 'population%'";
    assert_eq!(
        scene.database.value::<String>(trail).await?,
        "command line populations-changed, command line populations-changed, command line population-set"
    );
    Ok(())
}
