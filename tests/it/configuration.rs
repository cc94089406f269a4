//! A wrong setting stops the start with the key's name and what is expected.

use std::process::Output;

use badge_tests::app::{AppConfig, run_with};
use badge_tests::database::Database;

fn complaint(output: &Output) -> String {
    assert!(!output.status.success(), "the tool started");
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn every_wrong_setting_is_named_with_what_is_expected() -> anyhow::Result<()> {
    let good = AppConfig::new("postgres://tool:secret-word@127.0.0.1:1/none");
    for (key, value, expected) in [
        ("server.public_url", "\"badges.example.org\"", "an https origin without a path"),
        ("server.public_url", "\"http://badges.example.org\"", "an https origin without a path"),
        ("server.public_url", "\"https://badges.example.org/path\"", "an https origin without a path"),
        ("server.bind", "\"nowhere\"", "an address and a port"),
        ("server.workers", "\"many\"", "a whole number"),
        ("server.workers", "-1", "expected u32"),
        ("server.colour", "1", "is not a setting"),
        ("database.url", "\"\"", "postgres://user:password@host:port/name"),
        ("database.url", "\"mysql://x\"", "postgres://user:password@host:port/name"),
        ("database.acquire_timeout_seconds", "0", "at least 1"),
        ("keys.master_key", "\"short\"", "32 bytes in Base64"),
        ("keys.master_key", "\"\"", "32 bytes in Base64"),
        ("issuer.did_method", "\"ion\"", "`web`"),
        ("launch.leeway_seconds", "100000", "at most 300"),
        ("outbound.private_hosts", "\"moodle\"", "a list"),
        ("log.filter", "\"=[\"", "a level such as info"),
        ("log.format", "\"xml\"", "`json`"),
    ] {
        for command in ["serve", "check-config"] {
            let said = complaint(&run_with(&good.clone().with(key, value), &[command])?);
            let name = key.rsplit('.').next().unwrap_or(key);
            assert!(
                said.contains(name) && said.contains(expected),
                "{command} with {key} = {value} says: {said}"
            );
            assert!(!said.contains("secret-word"), "{command} shows the password: {said}");
            assert!(!said.contains("panicked"), "{said}");
        }
    }
    Ok(())
}

#[test]
fn a_master_key_file_that_is_not_there_is_named_with_its_setting() -> anyhow::Result<()> {
    let config = AppConfig::new("postgres://tool@127.0.0.1:1/none")
        .without("keys.master_key")
        .with("keys.master_key_file", "\"/nowhere/master.key\"");
    let said = complaint(&run_with(&config, &["check-config"])?);
    assert!(
        said.contains("`keys.master_key_file` must name a readable file, found /nowhere/master.key"),
        "{said}"
    );
    Ok(())
}

#[test]
fn a_database_that_does_not_answer_is_named_without_its_password() -> anyhow::Result<()> {
    let config = AppConfig::new("postgres://tool:secret-word@127.0.0.1:1/none");
    let said = complaint(&run_with(&config, &["serve"])?);
    assert!(said.contains("database.url"), "{said}");
    assert!(!said.contains("secret-word"), "{said}");
    Ok(())
}

#[tokio::test]
async fn another_master_key_than_the_one_that_sealed_the_keys_is_refused() -> anyhow::Result<()> {
    let database = Database::create().await?;
    let config = AppConfig::new(&database.tool_url());
    let first = run_with(&config, &["keys", "generate"])?;
    assert!(first.status.success(), "{}", String::from_utf8_lossy(&first.stderr));
    let other = config.with("keys.master_key", "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"");
    let said = complaint(&run_with(&other, &["serve"])?);
    assert!(said.contains("master_key"), "{said}");
    Ok(())
}

#[tokio::test]
async fn migrations_run_once_and_a_second_run_changes_nothing() -> anyhow::Result<()> {
    let database = Database::create().await?;
    let config = AppConfig::new(&database.tool_url());
    assert!(run_with(&config, &["migrate"])?.status.success());
    let rows = database.row_counts().await?;
    let second = run_with(&config, &["migrate"])?;
    assert!(second.status.success(), "{}", String::from_utf8_lossy(&second.stderr));
    assert_eq!(database.row_counts().await?, rows);
    Ok(())
}

#[tokio::test]
async fn an_administrator_s_migration_brings_the_extension_where_it_is_missing() -> anyhow::Result<()> {
    let database = Database::create().await?;
    database.execute("drop extension pg_badges").await?;
    let config = AppConfig::new(&database.owner_url());
    let migrated = run_with(&config, &["migrate"])?;
    assert!(migrated.status.success(), "{}", String::from_utf8_lossy(&migrated.stderr));
    assert!(database.value::<bool>("select to_regclass('badges.assertion') is not null").await?);
    Ok(())
}

#[tokio::test]
async fn a_platform_without_tls_is_refused_unless_it_is_on_loopback() -> anyhow::Result<()> {
    let database = Database::create().await?;
    let config = AppConfig::new(&database.tool_url());
    let add = |endpoint: &'static str| {
        [
            "platform",
            "add",
            "--name",
            "LMS",
            "--issuer",
            "https://lms.example",
            "--client-id",
            "1",
            "--deployment",
            "1",
            "--authorization-endpoint",
            endpoint,
            "--token-endpoint",
            "https://lms.example/t",
            "--jwks-url",
            "https://lms.example/k",
        ]
    };
    let said = complaint(&run_with(&config, &add("http://lms.example/a"))?);
    assert!(said.contains("--authorization-endpoint must be an https URL"), "{said}");
    let good = run_with(&config, &add("https://lms.example/a"))?;
    assert!(good.status.success(), "{}", String::from_utf8_lossy(&good.stderr));
    assert!(String::from_utf8_lossy(&good.stdout).contains("/lti/login"));
    Ok(())
}
