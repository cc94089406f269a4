//! What anybody can fetch: the credential as page and as data, the issuer's keys, and what independent verifiers say.

use std::process::Command;

use anyhow::Context as _;
use badge_tests::documents::write_documents;
use badge_tests::page::Page;
use badge_tests::platform::sample::{LITERACY_BADGE, LOVELACE, SUZUKI, TANAKA};
use badge_tests::scene::Scene;
use badge_tests::visitor::Visitor;
use reqwest::StatusCode;
use serde_json::{Value, json};

/// One badge and its address.
async fn awarded(scene: &Scene) -> anyhow::Result<String> {
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.award(&mut instructor, &page, &[SUZUKI]).await?;
    scene.credentials().await?.into_iter().next().context("no badge was stored")
}

/// One badge that its learner shares, and its address.
async fn shared(scene: &Scene) -> anyhow::Result<String> {
    let url = awarded(scene).await?;
    scene.share(SUZUKI, LITERACY_BADGE).await?;
    Ok(url)
}

async fn fetch(url: &str, accept: &str) -> anyhow::Result<Page> {
    Visitor::new()?.get_as(url, accept).await
}

#[tokio::test]
async fn machines_get_the_credential_exactly_as_stored_and_people_a_page() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let url = shared(&scene).await?;
    let stored: String = scene.database.value("select credential from badges.assertion").await?;
    for media_type in ["application/vc+ld+json", "application/vc", "application/ld+json", "application/json"]
    {
        let data = fetch(&url, media_type).await?;
        assert_eq!((data.status, data.body.as_str()), (StatusCode::OK, stored.as_str()), "{media_type}");
        assert!(data.header("Content-Type").unwrap_or_default().starts_with(media_type), "{media_type}");
        assert_eq!(data.header("Access-Control-Allow-Origin"), Some("*"));
        assert!(data.header("Vary").unwrap_or_default().to_lowercase().contains("accept"));
    }
    let page = fetch(&url, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8").await?;
    assert!(page.header("Content-Type").unwrap_or_default().starts_with("text/html"));
    assert!(page.body.contains("data-outcome=\"valid\""), "{}", page.text());
    Ok(())
}

#[tokio::test]
async fn a_badge_has_the_shape_that_the_specification_wants() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let url = awarded(&scene).await?;
    let badge = fetch(&url, "application/json").await?.json()?;
    assert_eq!(badge["@context"][0], "https://www.w3.org/ns/credentials/v2");
    assert_eq!(badge["id"], url.as_str());
    assert_eq!(badge["type"], json!(["VerifiableCredential", "OpenBadgeCredential"]));
    assert_eq!(
        badge["issuer"]["id"],
        format!("did:web:{}", scene.app.url.trim_start_matches("http://").replace(':', "%3A"))
    );
    assert_eq!(badge["credentialSubject"]["identifier"][0]["hashed"], true);
    assert_eq!(badge["proof"][0]["cryptosuite"], "eddsa-rdfc-2022");
    let text = badge.to_string();
    for personal in ["鈴木", "suzuki@lms.example", "一郎"] {
        assert!(!text.contains(personal), "the badge holds `{personal}`: {text}");
    }
    Ok(())
}

#[tokio::test]
async fn the_did_document_publishes_the_key_that_signed() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let url = awarded(&scene).await?;
    let badge = fetch(&url, "application/json").await?.json()?;
    let document = fetch(&scene.app.address("/.well-known/did.json"), "*/*").await?;
    assert_eq!(document.header("Access-Control-Allow-Origin"), Some("*"));
    let document = document.json()?;
    assert_eq!(document["id"], badge["issuer"]["id"]);
    let method = &badge["proof"][0]["verificationMethod"];
    assert!(
        document["assertionMethod"].as_array().is_some_and(|methods| methods.contains(method)),
        "{document}"
    );
    let published = document["verificationMethod"].as_array().context("no methods")?;
    assert!(published.iter().any(|published| published["id"] == *method && published["type"] == "Multikey"));
    Ok(())
}

#[tokio::test]
async fn the_key_set_for_platforms_holds_public_rsa_keys_only() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let keys = fetch(&scene.app.address("/.well-known/jwks.json"), "*/*").await?.json()?;
    let keys = keys["keys"].as_array().context("no keys")?;
    assert!(!keys.is_empty());
    for key in keys {
        assert_eq!((&key["kty"], &key["use"]), (&json!("RSA"), &json!("sig")));
        assert!(key["kid"].as_str().is_some_and(|kid| !kid.is_empty()));
        let members: Vec<&str> =
            key.as_object().map(|key| key.keys().map(String::as_str).collect()).unwrap_or_default();
        let private = ["d", "p", "q", "dp", "dq", "qi", "k"];
        assert!(members.iter().all(|member| !private.contains(member)), "a private member in {members:?}");
    }
    Ok(())
}

#[tokio::test]
async fn an_unknown_badge_is_a_page_that_says_so() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    for path in
        ["/credentials/00000000-0000-4000-8000-000000000000", "/credentials/x", "/nowhere", "/achievements/1"]
    {
        let page = fetch(&scene.app.address(path), "text/html").await?;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        assert!(page.body.contains("id=\"reference\""), "{path}: {}", page.text());
    }
    Ok(())
}

#[tokio::test]
async fn a_public_page_speaks_the_readers_language_and_shows_every_check() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let url = shared(&scene).await?;
    for (language, words) in [("en", "This badge is genuine and valid"), ("ja", "バッジ")] {
        let page = Visitor::new()?.reading(language).get(&url).await?;
        assert!(
            page.body.contains(&format!("<html lang=\"{language}\"")) && page.text().contains(words),
            "{}",
            page.text()
        );
        assert!(page.body.contains("data-check=\"signature\" data-result=\"passed\""), "{}", page.text());
        for personal in ["鈴木", "suzuki"] {
            assert!(!page.body.contains(personal), "the public page names the holder");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_download_is_the_same_badge_as_a_file() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let url = shared(&scene).await?;
    let file = fetch(&format!("{url}/download"), "*/*").await?;
    assert!(file.header("Content-Disposition").unwrap_or_default().starts_with("attachment"));
    let stored: String = scene.database.value("select credential from badges.assertion").await?;
    assert_eq!(file.json()?, serde_json::from_str::<Value>(&stored)?);
    Ok(())
}

#[tokio::test]
async fn the_achievement_and_its_image_are_public() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let url = awarded(&scene).await?;
    let badge = fetch(&url, "application/json").await?.json()?;
    let achievement = &badge["credentialSubject"]["achievement"];
    let id = achievement["id"].as_str().context("no achievement id")?;
    let data = fetch(id, "application/json").await?;
    assert_eq!((data.status, &data.json()?["id"]), (StatusCode::OK, &json!(id)));
    assert!(fetch(id, "text/html").await?.text().contains("Example Academy"));
    let image = achievement["image"]["id"].as_str().context("no image")?;
    let drawing = fetch(&image.replace(".png", ".svg"), "image/*").await?;
    assert!(
        drawing.header("Content-Type").unwrap_or_default().starts_with("image/svg+xml")
            && drawing.body.contains("<svg")
    );
    let client = reqwest::Client::new();
    let painted = client.get(image).send().await?;
    assert_eq!(painted.status(), StatusCode::OK);
    assert_eq!(painted.headers()["Content-Type"], "image/png");
    let tag = painted.headers()["ETag"].clone();
    let png = painted.bytes().await?;
    assert!(png.starts_with(b"\x89PNG\r\n\x1a\n") && png.len() < 120_000, "{} bytes", png.len());
    // Width and height in the header of the file.
    assert_eq!(&png[16..24], &[0, 0, 2, 0, 0, 0, 2, 0]);
    let again = client.get(image).header("If-None-Match", tag).send().await?;
    assert_eq!((again.status(), again.bytes().await?.len()), (StatusCode::NOT_MODIFIED, 0));
    Ok(())
}

/// The credential and its documents as files, the way `make demo-check` leaves them.
async fn as_files(scene: &Scene) -> anyhow::Result<tempfile::TempDir> {
    let url = awarded(scene).await?;
    let directory = tempfile::tempdir()?;
    write_documents(&scene.app.url, &url, directory.path()).await?;
    Ok(directory)
}

#[tokio::test]
async fn independent_verifiers_accept_the_badge_and_refuse_every_change() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let directory = as_files(&scene).await?;
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/interop/run.sh");
    let output = Command::new(script).arg(directory.path()).output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.trim_end().ends_with(" passed, 0 failed"), "{said}");
    Ok(())
}

#[tokio::test]
async fn the_command_line_verifies_the_badge_offline() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let directory = as_files(&scene).await?;
    let (file, documents) =
        (directory.path().join("credential.json"), directory.path().to_string_lossy().into_owned());
    let path = file.to_string_lossy().into_owned();
    let good = scene.app.run(&["verify", &path, "--documents", &documents])?;
    assert_eq!(good.status.code(), Some(0), "{}", String::from_utf8_lossy(&good.stdout));
    let unknown = scene.app.run(&["verify", &path])?;
    assert_eq!(unknown.status.code(), Some(2), "{}", String::from_utf8_lossy(&unknown.stdout));
    let tampered = std::fs::read_to_string(&file)?.replace("Example Academy", "Example Acadamy");
    std::fs::write(&file, tampered)?;
    let bad = scene.app.run(&["verify", &path, "--documents", &documents])?;
    assert_eq!(bad.status.code(), Some(1), "{}", String::from_utf8_lossy(&bad.stdout));
    Ok(())
}

#[tokio::test]
async fn a_learner_without_email_gets_a_badge_too() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    scene.platform.change_world(|world| {
        if let Some(person) = world.people.iter_mut().find(|person| person.id == LOVELACE) {
            person.email = String::new();
        }
    });
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.award(&mut instructor, &page, &[LOVELACE]).await?;
    let url = scene.credentials().await?.swap_remove(0);
    let badge = fetch(&url, "application/json").await?.json()?;
    assert_eq!(badge["credentialSubject"]["identifier"][0]["identityType"], "ltiUserId");
    assert_eq!(scene.outcomes().await?, ["valid"]);
    Ok(())
}
