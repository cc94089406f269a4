//! Awards from files: signed for real, once, revoked and renewed as the files say.

use std::path::Path;

use anyhow::{Context as _, ensure};
use badge_tests::app::{App, AppConfig, run_with};
use badge_tests::database::Database;
use badge_tests::scene::Scene;
use badge_tests::visitor::Visitor;
use reqwest::StatusCode;
use serde_json::Value;

use crate::wording::achievements;

/// The programmes that come with the tool, with so few of their awards that an unoptimised build signs them soon: the first ones, some that
/// were revoked, some renewals with what they renew.
fn sample() -> anyhow::Result<(tempfile::TempDir, usize)> {
    let folder = tempfile::tempdir()?;
    let count = write_sample(folder.path())?;
    Ok((folder, count))
}

/// Writes that sample into a folder, and says how many awards it has.
pub(crate) fn write_sample(folder: &Path) -> anyhow::Result<usize> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../lti-tool/data/programmes");
    std::fs::create_dir_all(folder)?;
    std::fs::copy(source.join("programmes.json"), folder.join("programmes.json"))?;
    let text = std::fs::read_to_string(source.join("assertions.jsonl"))?;
    let rows: Vec<Value> = text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    let renewals: Vec<&Value> = rows.iter().filter(|row| row["supersedes"].is_string()).take(5).collect();
    let revoked: Vec<&Value> = rows.iter().filter(|row| row["revoked"].is_object()).take(5).collect();
    let is_wanted = |row: &&Value| {
        row["id"].as_str().is_some_and(|id| id <= "A-00040")
            || renewals.iter().any(|renewal| renewal["id"] == row["id"] || renewal["supersedes"] == row["id"])
            || revoked.iter().any(|one| one["id"] == row["id"])
    };
    let chosen: Vec<String> = rows.iter().filter(is_wanted).map(ToString::to_string).collect();
    std::fs::write(folder.join("assertions.jsonl"), chosen.join("\n"))?;
    Ok(chosen.len())
}

/// Imports a folder; what the command says.
pub(crate) fn import(config: &AppConfig, folder: &Path) -> anyhow::Result<String> {
    let folder = folder.to_str().context("the folder is no text")?;
    let output = run_with(config, &["import", folder])?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}

/// Imports the sample as the issuer of this scene.
pub(crate) fn import_sample(scene: &Scene) -> anyhow::Result<()> {
    let (folder, _) = sample()?;
    import(&scene.config(), folder.path())?;
    Ok(())
}

/// A scene into which the sample was imported.
pub(crate) async fn imported() -> anyhow::Result<Scene> {
    let scene = Scene::start().await?;
    import_sample(&scene)?;
    Ok(scene)
}

/// A database, and the settings of a tool that has never been started with it.
async fn prepared() -> anyhow::Result<(Database, AppConfig)> {
    let database = Database::create().await?;
    let config =
        AppConfig::new(&database.tool_url()).with("server.public_url", "\"https://badges.example.org\"");
    Ok((database, config))
}

#[tokio::test]
async fn an_import_awards_each_once_and_repeats_nothing() -> anyhow::Result<()> {
    let (database, config) = prepared().await?;
    let (folder, count) = sample()?;
    let said = import(&config, folder.path())?;
    assert!(
        said.contains(&format!("54 achievements are defined; {count} awards are imported, 0 were")),
        "{said}"
    );
    let counts = "select count(*) from badges.assertion";
    assert_eq!(usize::try_from(database.value::<i64>(counts).await?)?, count);
    let before = database.row_counts().await?;
    let again = import(&config, folder.path())?;
    assert!(again.contains(&format!("0 awards are imported, {count} were there before")), "{again}");
    assert_eq!(database.row_counts().await?, before, "a second import changes nothing");

    let whole = "select count(*) from badges.audit_failures()";
    assert_eq!(database.value::<i64>(whole).await?, 0, "everything stored verifies");
    assert_eq!(database.value::<i64>("select count(*) from badges.revocation").await?, 5);
    assert_eq!(database.value::<i64>("select count(*) from badges.renewal").await?, 5);
    assert_eq!(database.value::<i64>("select count(*) from badges.programme").await?, 7);
    let why = "select count(*) from badges.assertion a, badges.why(a.assertion_id) w where w.source = 'import' and w.rule is not null and w.version = '1'";
    assert!(database.value::<i64>(why).await? > 0, "each says by which rule it was earned");
    Ok(())
}

#[tokio::test]
async fn an_imported_badge_is_open_from_the_start_because_its_holder_has_no_page_here() -> anyhow::Result<()>
{
    let (database, config) = prepared().await?;
    let (folder, _) = sample()?;
    let file = folder.path().join("assertions.jsonl");
    let few: Vec<String> = std::fs::read_to_string(&file)?.lines().take(3).map(str::to_owned).collect();
    std::fs::write(&file, few.join("\n"))?;
    import(&config, folder.path())?;
    let app = App::start(&config)?;
    let path: String = database
        .value(
            "select replace(credential_id, 'https://badges.example.org', '') from badges.assertion limit 1",
        )
        .await?;
    let page = Visitor::new()?.get(&app.address(&path)).await?;
    assert!(page.body.contains("data-outcome="), "{}", page.text());
    Ok(())
}

#[tokio::test]
async fn an_import_that_broke_off_goes_on() -> anyhow::Result<()> {
    let (database, config) = prepared().await?;
    let (folder, count) = sample()?;
    let file = folder.path().join("assertions.jsonl");
    let whole = std::fs::read_to_string(&file)?;
    let half: Vec<&str> = whole.lines().take(30).collect();
    std::fs::write(&file, half.join("\n"))?;
    import(&config, folder.path())?;
    std::fs::write(&file, &whole)?;
    let said = import(&config, folder.path())?;
    assert!(said.contains(&format!("{} awards are imported, 30 were", count - 30)), "{said}");
    assert_eq!(
        usize::try_from(database.value::<i64>("select count(*) from badges.assertion").await?)?,
        count
    );
    Ok(())
}

#[tokio::test]
async fn a_folder_without_the_files_is_named() -> anyhow::Result<()> {
    let database = Database::create().await?;
    let config = AppConfig::new(&database.tool_url());
    let output = run_with(&config, &["import", "/nowhere"])?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && said.contains("cannot read /nowhere/programmes.json"), "{said}");
    Ok(())
}

#[tokio::test]
async fn every_imported_achievement_has_a_page_a_picture_and_an_answer_for_machines() -> anyhow::Result<()> {
    let scene = imported().await?;
    let stored: Vec<(String, Value)> =
        sqlx::query_as("select uri, body from badges.achievement order by uri")
            .fetch_all(&scene.database.pool)
            .await?;
    assert_eq!(stored.len(), 54);
    let known = achievements()?;
    let mut visitor = Visitor::new()?;
    for (uri, body) in stored {
        assert!(uri.starts_with(&scene.app.url), "{uri}");
        let page = visitor.get(&uri).await?;
        assert_eq!(page.status, StatusCode::OK, "{uri}");
        let name = body["name"].as_str().context("an achievement has a name")?;
        let known = known.iter().find(|one| one.joined() == name).context("an achievement of no file")?;
        assert!(page.text().contains(&known.name[0]), "{uri}: {}", page.text());
        let image = body["image"]["id"].as_str().context("an achievement has a picture")?;
        assert_eq!(image, format!("{uri}/image.png"));
        let drawing = visitor.get(&format!("{uri}/image.svg")).await?;
        assert_eq!((drawing.status, drawing.body.starts_with("<svg")), (StatusCode::OK, true), "{uri}");
        let machine = visitor.get_as(&uri, "application/json").await?;
        assert_eq!(serde_json::from_str::<Value>(&machine.body)?, body, "{uri}");
    }
    let painted = reqwest::get(scene.app.address("/achievements/RI-01/image.png")).await?;
    assert_eq!(painted.headers()["content-type"], "image/png");
    assert_eq!(painted.bytes().await?[..4], *b"\x89PNG");
    let missing = visitor.get(&scene.app.address("/achievements/no-such-code")).await?;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    Ok(())
}
