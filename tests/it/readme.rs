//! README keeps its word: every command and every SQL block in it is executed, every setting is listed.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context as _, ensure};
use badge_tests::app::binary;
use badge_tests::database::Database;
use badge_tests::documents::write_documents;
use badge_tests::platform::sample::{LITERACY_BADGE, SUZUKI, TANAKA};
use badge_tests::scene::Scene;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn readme() -> anyhow::Result<String> {
    std::fs::read_to_string(repository().join("README.md")).context("README.md cannot be read")
}

/// The contents of all fenced blocks of a language, in order.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let opening = format!("```{language}");
    let mut blocks = Vec::new();
    let mut open: Option<String> = None;
    for line in text.lines() {
        if line == "```" {
            blocks.extend(open.take());
        } else if line == opening {
            open = Some(String::new());
        } else if let Some(block) = &mut open {
            block.push_str(line);
            block.push('\n');
        }
    }
    blocks
}

/// A folder like a checkout after `make demo-check`: a configuration, a credential with its documents, and a part of the catalogue.
async fn workplace(scene: &Scene, database: &Database) -> anyhow::Result<tempfile::TempDir> {
    let folder = tempfile::tempdir()?;
    std::fs::write(
        folder.path().join("lti-tool.toml"),
        format!(
            "server.public_url = \"https://badges.example\"\ndatabase.url = \"{}\"\nkeys.master_key = \"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\"\n",
            database.tool_url()
        ),
    )?;
    let out = folder.path().join("target/demo/out");
    let credential = scene.credentials().await?.into_iter().next().context("no badge was stored")?;
    write_documents(&scene.app.url, &credential, &out).await?;
    crate::import::write_sample(&folder.path().join("lti-tool/data/programmes"))?;
    Ok(folder)
}

async fn scene_with_an_award() -> anyhow::Result<Scene> {
    let scene = Scene::start().await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.award(&mut instructor, &page, &[SUZUKI]).await?;
    Ok(scene)
}

/// Runs one line as a shell would, with the built programs on the path and psql in the database.
fn shell(line: &str, folder: &Path, database: &str) -> anyhow::Result<Output> {
    let programs = binary("lti-tool")?.parent().context("a program lies in a folder")?.to_owned();
    Ok(Command::new("bash")
        .args(["-c", &format!("export PATH={}:$PATH; {line}", programs.display())])
        .current_dir(folder)
        .env("PGDATABASE", database)
        .output()?)
}

fn succeeded(line: &str, output: &Output) -> anyhow::Result<()> {
    ensure!(
        output.status.success(),
        "`{line}` failed: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(())
}

#[tokio::test]
async fn every_command_of_the_readme_works() -> anyhow::Result<()> {
    let scene = scene_with_an_award().await?;
    let database = Database::create().await?;
    let folder = workplace(&scene, &database).await?;
    let commands: Vec<String> = blocks(&readme()?, "sh")
        .iter()
        .flat_map(|block| block.lines().map(str::to_owned).collect::<Vec<_>>())
        .collect();
    ensure!(commands.len() >= 8, "the readme has only {} commands", commands.len());
    for line in &commands {
        // `make ci` runs this test, `make demo` is tests/it/demo.rs; both are only asked whether they could run.
        let output = match line.strip_prefix("make ") {
            Some("install") => install(folder.path())?,
            Some(target) => shell(&format!("make -n {target}"), &repository(), "")?,
            None if line.starts_with("psql ") => shell(
                &line.replace("create extension", "create extension if not exists"),
                folder.path(),
                database.name(),
            )?,
            None => shell(line, folder.path(), database.name())?,
        };
        succeeded(line, &output)?;
    }
    Ok(())
}

/// Installs the packaged extension below the folder instead of the system, without building it again.
fn install(folder: &Path) -> anyhow::Result<Output> {
    let target = binary("lti-tool")?.ancestors().nth(2).context("a program lies in target/debug")?.to_owned();
    let root = folder.join("root");
    let line = format!(
        "make --old-file=extension install DESTDIR={} CARGO_TARGET_DIR={}",
        root.display(),
        target.display()
    );
    let output = shell(&line, &repository(), "")?;
    let pg_config = |option: &str| shell(&format!("$PG_BIN/pg_config {option}"), folder, "");
    for (option, file) in [("--pkglibdir", "pg_badges.so"), ("--sharedir", "extension/pg_badges.control")] {
        let there = String::from_utf8(pg_config(option)?.stdout)?;
        // The tests' PostgreSQL is a copy of the system's below another root.
        let (_, system) = there.trim().split_once("/usr/").context("a path of the system")?;
        let installed = root.join("usr").join(system).join(file);
        ensure!(installed.is_file(), "`{line}` did not make {}", installed.display());
    }
    Ok(output)
}

#[tokio::test]
async fn every_sql_block_of_the_readme_runs_after_an_award() -> anyhow::Result<()> {
    let scene = scene_with_an_award().await?;
    let sql = blocks(&readme()?, "sql").join("\n");
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("readme.sql"), sql)?;
    let line = "psql -X -A -t -v ON_ERROR_STOP=1 -f readme.sql";
    let output = shell(line, folder.path(), scene.database.name())?;
    succeeded(line, &output)?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!(lines.first(), Some(&"valid|1"), "{printed}");
    assert_eq!(lines.last(), Some(&"proof_invalid"), "{printed}");
    assert_eq!(lines.iter().filter(|line| line.ends_with("|passed")).count(), 5, "{printed}");
    Ok(())
}

#[tokio::test]
async fn every_rule_of_the_readme_is_one_and_every_kind_is_listed() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    let text = readme()?;
    let rules = blocks(&text, "json");
    ensure!(!rules.is_empty(), "README shows no rule");
    for rule in rules {
        let fields = [("way", "text"), ("text", &rule), ("try", "1")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let tried = instructor.post(page.url.join("rule")?.as_str(), &fields, None).await?;
        ensure!(tried.body.contains("id=\"preview\""), "{}", tried.text());
    }
    let reader = std::fs::read_to_string(repository().join("shared/src/rule/wire/read.rs"))?;
    let kinds = reader.lines().filter_map(|line| line.trim().strip_prefix('"')?.strip_suffix("\" => {"));
    let kinds: Vec<&str> = kinds.collect();
    assert_eq!(kinds.len(), 12);
    for kind in kinds {
        ensure!(text.contains(&format!("| `{kind}` | ")), "README does not say when `{kind}` holds");
    }
    Ok(())
}

#[test]
fn every_make_target_that_the_readme_names_exists() -> anyhow::Result<()> {
    for target in readme()?.split("`make ").skip(1).filter_map(|rest| rest.split(['`', ' ']).next()) {
        succeeded(target, &Command::new("make").args(["-n", target]).current_dir(repository()).output()?)?;
    }
    Ok(())
}

#[test]
fn every_file_that_the_readme_names_exists() -> anyhow::Result<()> {
    let text = readme()?;
    let named = text.split('`').skip(1).step_by(2).filter(|name| {
        ["shared/", "pg-badges/", "lti-tool/", "tests/"].iter().any(|start| name.starts_with(start))
            && !name.contains(' ')
    });
    for name in named {
        ensure!(repository().join(name).exists(), "README names {name}, which does not exist");
    }
    Ok(())
}

#[test]
fn every_setting_is_listed_with_its_default() -> anyhow::Result<()> {
    let text = readme()?;
    let defaults: toml::Table =
        std::fs::read_to_string(repository().join("lti-tool/config.default.toml"))?.parse()?;
    for (section, settings) in &defaults {
        for (key, value) in settings.as_table().context("a setting stands in a section")? {
            let row = format!("| `{section}.{key}` | `{value}` |");
            ensure!(text.contains(&row), "README lacks the row {row}");
        }
    }
    Ok(())
}
