//! Revocation for strangers: the signed status list that credentials point into, and what verifiers make of it.

use anyhow::Context as _;
use badge_tests::documents::write_documents;
use badge_tests::page::Page;
use badge_tests::platform::sample::{LITERACY_BADGE, LOVELACE, SATO, SUZUKI, TANAKA};
use badge_tests::scene::Scene;
use badge_tests::visitor::Visitor;
use reqwest::StatusCode;
use serde_json::{Value, json};

/// An instructor on the page of a course where these people were awarded.
async fn awarded(scene: &Scene, people: &[&str]) -> anyhow::Result<(Visitor, Page)> {
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    let course = scene.award(&mut instructor, &page, people).await?;
    Ok((instructor, course))
}

async fn revoke(instructor: &mut Visitor, course: &Page) -> anyhow::Result<()> {
    let form = course.form("/revoke")?.with("reason", "Awarded by mistake");
    let revoked = instructor.submit(course, &form).await?;
    assert_eq!(revoked.status, StatusCode::OK, "{}", revoked.text());
    Ok(())
}

/// The status entry of a credential.
async fn entry_of(credential: &str) -> anyhow::Result<Value> {
    let badge = Visitor::new()?.get_as(credential, "application/json").await?.json()?;
    badge.get("credentialStatus").cloned().context("no credentialStatus")
}

async fn list_of(entry: &Value) -> anyhow::Result<Page> {
    let url = entry.get("statusListCredential").and_then(Value::as_str).context("no list")?;
    Visitor::new()?.get_as(url, "application/vc").await
}

#[tokio::test]
async fn every_credential_has_an_entry_of_its_own_in_a_list_of_131072() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    awarded(&scene, &[SUZUKI, SATO, LOVELACE]).await?;
    let mut ids = std::collections::HashSet::new();
    for credential in scene.credentials().await? {
        let entry = entry_of(&credential).await?;
        let list = entry["statusListCredential"].as_str().context("no list")?;
        let index = entry["statusListIndex"].as_str().context("the index is no text")?;
        assert!(list.starts_with(&scene.app.address("/status/")), "{list}");
        assert!(index.parse::<u32>()? < 131_072, "{index}");
        assert_eq!(entry["id"], format!("{list}#{index}"));
        assert_eq!(entry["type"], "BitstringStatusListEntry");
        assert_eq!(entry["statusPurpose"], "revocation");
        ids.insert(entry["id"].to_string());
    }
    assert_eq!(ids.len(), 3);
    assert_eq!(scene.outcomes().await?, ["valid", "valid", "valid"]);
    Ok(())
}

#[tokio::test]
async fn the_list_is_signed_by_the_issuer_and_may_be_cached() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    awarded(&scene, &[SUZUKI]).await?;
    let credential = scene.credentials().await?.swap_remove(0);
    let entry = entry_of(&credential).await?;
    let badge = Visitor::new()?.get_as(&credential, "application/json").await?.json()?;
    let answer = list_of(&entry).await?;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("Content-Type"), Some("application/vc"));
    assert_eq!(answer.header("Access-Control-Allow-Origin"), Some("*"));
    let list = answer.json()?;
    assert_eq!(list["id"], entry["statusListCredential"]);
    assert_eq!(list["issuer"], badge["issuer"]["id"]);
    assert_eq!(list["type"], json!(["VerifiableCredential", "BitstringStatusListCredential"]));
    assert_eq!(list["credentialSubject"]["statusPurpose"], "revocation");
    assert_eq!(list["proof"][0]["cryptosuite"], "eddsa-rdfc-2022");
    assert_eq!(list["proof"][0]["verificationMethod"], badge["proof"][0]["verificationMethod"]);
    // How long it may be kept: the credential in milliseconds, HTTP in seconds.
    assert_eq!(list["credentialSubject"]["ttl"], 300_000);
    assert_eq!(answer.header("Cache-Control"), Some("public, max-age=300"));
    let tag = answer.header("ETag").context("no ETag")?;
    let again = reqwest::Client::new().get(answer.url.clone()).header("If-None-Match", tag).send().await?;
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(again.headers().get("ETag").context("no ETag")?, tag);
    // Nobody learns anything from asking for a list that is not there.
    let nowhere = scene.app.address("/status/00000000-0000-4000-8000-000000000000");
    assert_eq!(Visitor::new()?.get(&nowhere).await?.status, StatusCode::NOT_FOUND);
    Ok(())
}

#[tokio::test]
async fn a_list_is_signed_anew_only_when_an_entry_changes_and_is_the_same_for_all_replicas()
-> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut instructor, course) = awarded(&scene, &[SUZUKI, SATO]).await?;
    let entry = entry_of(&scene.credentials().await?.swap_remove(0)).await?;
    // The second replica believes in the first one's address, as behind a proxy.
    let second = scene.replica()?;
    let path =
        reqwest::Url::parse(entry["statusListCredential"].as_str().context("no list")?)?.path().to_owned();
    let mut both = tokio::task::JoinSet::new();
    for replica in [&scene.app, &second].into_iter().cycle().take(12) {
        let url = replica.address(&path);
        both.spawn(async move { Visitor::new()?.get_as(&url, "*/*").await });
    }
    let mut copies: Vec<String> = Vec::new();
    for page in both.join_all().await {
        copies.push(page?.body);
    }
    copies.dedup();
    assert_eq!(copies.len(), 1, "{copies:?}");
    let signed = "select count(*) from lti.published_status_list";
    assert_eq!(scene.database.value::<i64>(signed).await?, 1);

    revoke(&mut instructor, &course).await?;
    let after: Vec<String> = [
        Visitor::new()?.get_as(&second.address(&path), "*/*").await?.body,
        Visitor::new()?.get_as(&scene.app.address(&path), "*/*").await?.body,
    ]
    .into();
    assert_eq!(after[0], after[1]);
    assert_ne!(after[0], copies[0], "the revocation is not published");
    Ok(())
}

#[tokio::test]
async fn a_file_is_valid_until_the_badge_is_revoked() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut instructor, course) = awarded(&scene, &[SUZUKI]).await?;
    let credential = scene.credentials().await?.swap_remove(0);
    let directory = tempfile::tempdir()?;
    write_documents(&scene.app.url, &credential, directory.path()).await?;
    let file = directory.path().join("credential.json").to_string_lossy().into_owned();
    let documents = directory.path().to_string_lossy().into_owned();
    let verify = || scene.app.run(&["verify", &file, "--documents", &documents]);
    let before = verify()?;
    assert_eq!(before.status.code(), Some(0), "{}", String::from_utf8_lossy(&before.stdout));

    revoke(&mut instructor, &course).await?;
    let list = list_of(&entry_of_file(&file)?).await?;
    std::fs::write(directory.path().join("status-list.json"), &list.body)?;
    let after = verify()?;
    let said = String::from_utf8_lossy(&after.stdout).into_owned();
    assert_eq!(after.status.code(), Some(1), "{said}");
    assert!(said.starts_with("revoked\n"), "{said}");
    assert_eq!(scene.outcomes().await?, ["revoked"]);

    // A list that somebody else has changed says nothing.
    let forged = list.body.replace("revocation", "suspension");
    std::fs::write(directory.path().join("status-list.json"), forged)?;
    let forged = verify()?;
    assert_eq!(forged.status.code(), Some(2), "{}", String::from_utf8_lossy(&forged.stdout));
    Ok(())
}

fn entry_of_file(file: &str) -> anyhow::Result<Value> {
    let badge: Value = serde_json::from_str(&std::fs::read_to_string(file)?)?;
    badge.get("credentialStatus").cloned().context("no credentialStatus")
}

#[tokio::test]
async fn a_revocation_in_sql_is_published_too() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    awarded(&scene, &[SUZUKI, SATO]).await?;
    let entry = entry_of(&scene.credentials().await?.swap_remove(0)).await?;
    let before = list_of(&entry).await?.json()?;
    let revoke = "select badges.revoke(assertion_id, 'by hand') from badges.assertion limit 1";
    sqlx::query(revoke).execute(&scene.database.pool).await?;
    let after = list_of(&entry).await?.json()?;
    assert_ne!(before["credentialSubject"]["encodedList"], after["credentialSubject"]["encodedList"]);
    Ok(())
}
