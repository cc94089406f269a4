//! The tool's own keys: rotated with overlap, published, sealed, never used twice.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use anyhow::Context as _;
use badge_tests::app::{App, AppConfig};
use badge_tests::eventually::eventually;
use badge_tests::platform::sample::{LITERACY_BADGE, SATO, SUZUKI, TANAKA};
use badge_tests::scene::{CLIENT, DEPLOYMENT, Scene};
use badge_tests::visitor::Visitor;
use serde_json::Value;

/// A scene on a port that no other program is given by chance, so that the tool can be started there again.
async fn scene() -> anyhow::Result<Scene> {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let own = u16::try_from(std::process::id() % 1000)? * 10;
    let port = 20_000 + own + NEXT.fetch_add(1, Ordering::Relaxed);
    Scene::builder()
        .with("server.bind", &format!("\"127.0.0.1:{port}\""))
        .with("server.public_url", &format!("\"http://127.0.0.1:{port}\""))
        .start()
        .await
}

/// Ends the tool and starts it again under its old address, so that it reads its keys.
fn restarted(scene: Scene) -> anyhow::Result<Scene> {
    let Scene { app, platform, database } = scene;
    let url = app.url.clone();
    let bind = url.strip_prefix("http://").context("the tool is not on http")?;
    let config = AppConfig::new(&database.tool_url())
        .with("server.bind", &format!("{bind:?}"))
        .with("server.public_url", &format!("{url:?}"));
    drop(app);
    let app = App::start(&config)?;
    app.register(&platform, &app.as_tool(CLIENT, DEPLOYMENT))?;
    Ok(Scene { app, platform, database })
}

fn said(scene: &Scene, arguments: &[&str]) -> anyhow::Result<String> {
    let output = scene.app.run(arguments)?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    anyhow::ensure!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    Ok(text)
}

/// The key ids of a purpose and a state, as `keys list` shows them.
fn listed(text: &str, purpose: &str, state: &str) -> Vec<String> {
    let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    lines
        .filter(|line| line.first() == Some(&purpose) && line.get(1) == Some(&state))
        .filter_map(|line| line.last().map(|key_id| (*key_id).to_owned()))
        .collect()
}

async fn document(scene: &Scene, path: &str) -> anyhow::Result<Value> {
    Visitor::new()?.get_as(&scene.app.address(path), "*/*").await?.json()
}

async fn kids(scene: &Scene) -> anyhow::Result<BTreeSet<String>> {
    let keys = document(scene, "/.well-known/jwks.json").await?;
    let keys = keys.get("keys").and_then(Value::as_array).context("no keys")?;
    let kid = |key: &Value| key.get("kid").and_then(Value::as_str).map(str::to_owned);
    Ok(keys.iter().filter_map(kid).collect())
}

#[tokio::test]
async fn a_new_rsa_key_is_published_first_signs_later_and_the_old_one_stays_for_a_while() -> anyhow::Result<()>
{
    let scene = scene().await?;
    let first = kids(&scene).await?;
    assert_eq!(first.len(), 1);
    let list = said(&scene, &["keys", "rotate", "lti"])?;
    let (signs, next) = (listed(&list, "lti", "signs"), listed(&list, "lti", "next"));
    assert_eq!((signs.len(), next.len()), (1, 1), "{list}");

    // The overlap: both are published, the old one signs, and the platform takes what it signs.
    let scene = restarted(scene)?;
    assert_eq!(kids(&scene).await?, signs.iter().chain(&next).cloned().collect());
    let (_, course) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    assert!(course.body.contains("id=\"progress\""), "no roster: {}", course.text());

    // At once: the newest signs, and the platform takes that too.
    let list = said(&scene, &["keys", "rotate", "lti", "--overlap-hours", "0"])?;
    let signs_now = listed(&list, "lti", "signs");
    assert_eq!(signs_now.len(), 1, "{list}");
    assert!(!signs.contains(&signs_now[0]) && !next.contains(&signs_now[0]), "{list}");
    let scene = restarted(scene)?;
    let (_, course) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    assert!(course.body.contains("id=\"progress\""), "no roster: {}", course.text());
    assert!(kids(&scene).await?.is_superset(&first), "the first key is not published any more");

    // A key that signs is not withdrawn; one that has stopped is, and its kid is kept so that it never comes back.
    let refused = scene.app.run(&["keys", "withdraw", &signs_now[0]])?;
    assert!(!refused.status.success());
    let withdrawn = first.first().context("no key")?;
    let list = said(&scene, &["keys", "withdraw", withdrawn])?;
    assert_eq!(listed(&list, "lti", "withdrawn"), [withdrawn.as_str()], "{list}");
    let scene = restarted(scene)?;
    assert!(!kids(&scene).await?.contains(withdrawn));
    Ok(())
}

/// The verification methods of the issuer's document.
async fn methods(scene: &Scene) -> anyhow::Result<usize> {
    let did = document(scene, "/.well-known/did.json").await?;
    let methods = did.get("assertionMethod").and_then(Value::as_array);
    Ok(methods.context("no methods")?.len())
}

/// By itself the tool would read its keys in a day.
#[tokio::test]
async fn a_rotated_key_is_published_at_once_beside_a_running_tool() -> anyhow::Result<()> {
    let scene = Scene::builder().with("keys.reload_seconds", "86400").start().await?;
    let (first, issuer_methods) = (kids(&scene).await?, methods(&scene).await?);
    let longest = Duration::from_secs(5);

    let next = listed(&said(&scene, &["keys", "rotate", "lti"])?, "lti", "next");
    let both: BTreeSet<String> = first.iter().chain(&next).cloned().collect();
    assert_eq!(both.len(), 2);
    eventually(longest, "the next key is published", async || Ok(kids(&scene).await? == both)).await?;

    let list = said(&scene, &["keys", "rotate", "lti", "--overlap-hours", "0"])?;
    let signs = listed(&list, "lti", "signs");
    let withdrawn = first.first().context("no key")?;
    said(&scene, &["keys", "withdraw", withdrawn])?;
    eventually(longest, "a withdrawn key is published no more", async || {
        let kids = kids(&scene).await?;
        Ok(!kids.contains(withdrawn) && signs.iter().all(|kid| kids.contains(kid)))
    })
    .await?;

    said(&scene, &["keys", "rotate", "issuer"])?;
    eventually(longest, "the issuer's next key is published", async || {
        Ok(methods(&scene).await? == issuer_methods + 1)
    })
    .await
}

/// The keys are asked for by nobody before the first message is signed with a new one.
#[tokio::test]
async fn a_new_key_signs_without_a_restart() -> anyhow::Result<()> {
    let scene = Scene::builder().with("keys.reload_seconds", "1").start().await?;
    let former = listed(&said(&scene, &["keys", "list"])?, "lti", "signs");
    let list = said(&scene, &["keys", "rotate", "lti", "--overlap-hours", "0"])?;
    let list = [list, said(&scene, &["keys", "rotate", "issuer", "--overlap-hours", "0"])?].concat();
    let issuer = listed(&list, "issuer", "signs").pop().context("no issuer key")?;
    scene.app.wait_for_log(&listed(&list, "lti", "signs").pop().context("no key")?)?;
    scene.app.wait_for_log(&issuer)?;
    // What the former key signs is believed by nobody any more.
    said(&scene, &["keys", "withdraw", former.first().context("no key")?])?;
    let (mut instructor, course) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    assert!(course.body.contains("id=\"progress\""), "no roster: {}", course.text());
    assert_eq!(scene.platform.refused(), []);
    scene.award(&mut instructor, &course, &[SUZUKI]).await?;
    let credential = scene.credentials().await?.pop().context("no credential")?;
    let badge = Visitor::new()?.get_as(&credential, "application/json").await?.json()?;
    let method = badge["proof"][0]["verificationMethod"].as_str().context("no method")?;
    assert!(method.ends_with(&issuer), "{method} and not {issuer}");
    assert_eq!(scene.outcomes().await?, ["valid"]);
    Ok(())
}

#[tokio::test]
async fn badges_of_a_former_issuer_key_still_verify_and_new_ones_have_the_new_key() -> anyhow::Result<()> {
    let scene = scene().await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.award(&mut instructor, &page, &[SUZUKI]).await?;
    let list = said(&scene, &["keys", "rotate", "issuer", "--overlap-hours", "0"])?;
    assert_eq!(listed(&list, "issuer", "retired").len(), 1, "{list}");
    let scene = restarted(scene)?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.award(&mut instructor, &page, &[SATO]).await?;
    assert_eq!(scene.outcomes().await?, ["valid", "valid"]);

    let did = document(&scene, "/.well-known/did.json").await?;
    let published = did["assertionMethod"].as_array().context("no methods")?;
    // Both keys of credentials, and the one of tokens.
    assert_eq!(published.len(), 3, "{did}");
    let mut methods = BTreeSet::new();
    for credential in scene.credentials().await? {
        let badge = Visitor::new()?.get_as(&credential, "application/json").await?.json()?;
        let method = badge["proof"][0]["verificationMethod"].clone();
        assert!(published.contains(&method), "{method} is not published");
        methods.insert(method.to_string());
        // The list that both point into is signed by the key that signs now, and both verify with it.
        let directory = tempfile::tempdir()?;
        badge_tests::documents::write_documents(&scene.app.url, &credential, directory.path()).await?;
        let (file, documents) = (directory.path().join("credential.json"), directory.path().to_owned());
        let verdict = scene.app.run(&[
            "verify",
            &file.to_string_lossy(),
            "--documents",
            &documents.to_string_lossy(),
        ])?;
        assert_eq!(verdict.status.code(), Some(0), "{}", String::from_utf8_lossy(&verdict.stdout));
    }
    assert_eq!(methods.len(), 2);
    Ok(())
}

#[tokio::test]
async fn an_end_that_somebody_gave_a_retired_key_by_hand_stays() -> anyhow::Result<()> {
    let scene = scene().await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.award(&mut instructor, &page, &[SUZUKI]).await?;
    said(&scene, &["keys", "rotate", "issuer", "--overlap-hours", "0"])?;
    let scene = restarted(scene)?;
    assert_eq!(scene.outcomes().await?, ["valid"]);
    let ends = "select count(*) from badges.issuer_key where valid_until = valid_from";
    assert_eq!(scene.database.value::<i64>(ends).await?, 0);

    // The key was stolen, says whoever looks after the database: nothing that it signed counts.
    scene
        .database
        .execute(
            "select badges.retire_issuer_key(verification_method, valid_from) from badges.issuer_key
             where valid_until is not null",
        )
        .await?;
    let events = "select count(*) from badges.audit_event where action = 'retire_issuer_key'";
    let announced = scene.database.value::<i64>(events).await?;
    let scene = restarted(scene)?;
    assert_eq!(scene.database.value::<i64>(ends).await?, 1);
    assert_eq!(scene.database.value::<i64>(events).await?, announced);
    Ok(())
}

#[tokio::test]
async fn an_issuer_that_is_its_key_cannot_get_another() -> anyhow::Result<()> {
    let scene = Scene::builder().with("issuer.did_method", "\"key\"").start().await?;
    let refused = scene.app.run(&["keys", "rotate", "issuer"])?;
    assert!(!refused.status.success());
    let complaint = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(complaint.contains("issuer.did_method"), "{complaint}");
    Ok(())
}

#[tokio::test]
async fn keys_are_encrypted_at_rest_and_can_be_sealed_with_another_master_key() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let readable = "select count(*) from lti.signing_key where encode(sealed, 'escape') like '%PRIVATE%' or octet_length(sealed) < 60";
    assert_eq!(scene.database.value::<i64>(readable).await?, 0);
    let former = tempfile::NamedTempFile::new()?;
    std::fs::write(former.path(), "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n")?;
    let path = former.path().to_string_lossy().into_owned();
    let other = AppConfig::new(&scene.database.tool_url())
        .with("keys.master_key", "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"");
    let resealed = badge_tests::app::run_with(&other, &["keys", "reseal", "--former", &path])?;
    assert!(resealed.status.success(), "{}", String::from_utf8_lossy(&resealed.stderr));
    App::start(&other)?;
    Ok(())
}
