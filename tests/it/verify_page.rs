//! `/verify`: anybody's badge in any form, with and without a script; hostile files and links.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use badge_tests::browser::{Browser, BrowserOptions};
use badge_tests::other_site::OtherSite;
use badge_tests::page::Page;
use badge_tests::platform::sample::{LITERACY_BADGE, SUZUKI, TANAKA};
use badge_tests::scene::Scene;
use badge_tests::visitor::Visitor;
use reqwest::StatusCode;
use serde_json::{Value, json};

/// A badge of an issuer that this installation does not know: `did:web:university.example`.
const FOREIGN: &str = include_str!("../../pg-badges/tests/fixtures/foreign_web.json");
const FOREIGN_KEYS: &str = include_str!("../../pg-badges/tests/fixtures/foreign_web.did.json");
/// A badge under somebody else's name.
const DID_KEY: &str = include_str!("../../pg-badges/tests/fixtures/impostor.json");

async fn send(scene: &Scene, file: &[u8], text: &str) -> anyhow::Result<Page> {
    Visitor::new()?.upload(&scene.app.address("/verify"), file, text).await
}

/// The outcome on an answer's page.
fn outcome(page: &Page) -> Option<&str> {
    page.body.split("data-outcome=\"").nth(1)?.split('"').next()
}

/// A badge of SUZUKI that is shared or not: its address and its text.
async fn awarded(scene: &Scene, is_shared: bool) -> anyhow::Result<(String, String)> {
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.award(&mut instructor, &page, &[SUZUKI]).await?;
    if is_shared {
        scene.share(SUZUKI, LITERACY_BADGE).await?;
    }
    let stored = scene.database.value("select credential from badges.assertion").await?;
    Ok((scene.credentials().await?.swap_remove(0), stored))
}

#[tokio::test]
async fn our_own_badge_is_verified_in_every_form() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (url, stored) = awarded(&scene, true).await?;
    let png = include_bytes!("../../shared/examples/pixel.png");
    let bake = "select badges.bake($1, $2)";
    let png: Vec<u8> =
        sqlx::query_scalar(bake).bind(png.as_slice()).bind(&stored).fetch_one(&scene.database.pool).await?;
    let svg = Visitor::new()?.get(&format!("{url}/download?as=svg")).await?.body;
    let given: [(&[u8], &str); 5] =
        [(stored.as_bytes(), ""), (&png, ""), (svg.as_bytes(), ""), (b"", &stored), (b"", &url)];
    for (file, text) in given {
        let page = send(&scene, file, text).await?;
        assert_eq!((page.status, outcome(&page)), (StatusCode::OK, Some("valid")), "{}", page.text());
        assert!(
            page.text().contains("This badge is genuine and valid The issuer that it names"),
            "{}",
            page.text()
        );
        assert!(page.body.contains("data-check=\"signature\" data-result=\"passed\""));
        assert!(page.text().contains("Example Academy"));
    }
    let altered = send(&scene, stored.replace("Example Academy", "Example Acadamy").as_bytes(), "").await?;
    assert_eq!(outcome(&altered), Some("proof_invalid"));
    assert!(altered.text().contains("This badge was altered"), "{}", altered.text());
    Ok(())
}

#[tokio::test]
async fn style_and_script_are_kept_for_good_and_no_page_needs_a_second_script() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let mut visitor = Visitor::new()?;
    for path in ["/", "/verify", "/nowhere"] {
        let page = visitor.get(&scene.app.address(path)).await?;
        let files: Vec<&str> =
            page.body.split('"').filter(|address| address.starts_with("/static/")).collect();
        let [style, script] = files.as_slice() else { anyhow::bail!("{path}: {files:?}") };
        for (file, kind) in [(style, "text/css"), (script, "text/javascript")] {
            let answer = visitor.get(&scene.app.address(file)).await?;
            assert_eq!(answer.header("Cache-Control"), Some("public, max-age=31536000, immutable"), "{file}");
            assert!(answer.header("Content-Type").unwrap_or_default().starts_with(kind), "{file}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn our_own_badge_as_a_token_is_verified_and_known_as_ours() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (url, _) = awarded(&scene, true).await?;
    let file = Visitor::new()?.get(&format!("{url}/download?as=jwt")).await?;
    assert_eq!(file.header("Content-Type"), Some("application/vc+jwt"));
    assert!(file.body.starts_with("eyJhbGciOiJFUzI1NiI"), "{:.60}", file.body);
    let document = Visitor::new()?.get(&scene.app.address("/.well-known/did.json")).await?.json()?;
    assert_eq!(document["verificationMethod"][1]["publicKeyJwk"]["crv"], "P-256", "{document}");
    let page = send(&scene, file.body.as_bytes(), "").await?;
    assert_eq!((page.status, outcome(&page)), (StatusCode::OK, Some("valid")), "{}", page.text());
    assert!(page.body.contains("data-check=\"issuer_known\" data-result=\"passed\""), "{}", page.text());
    Ok(())
}

#[tokio::test]
async fn a_badge_that_is_not_shared_is_told_to_whoever_has_the_file_and_not_by_its_link() -> anyhow::Result<()>
{
    let scene = Scene::start().await?;
    let (url, stored) = awarded(&scene, false).await?;
    let by_link = send(&scene, b"", &url).await?;
    assert_eq!((by_link.status, outcome(&by_link)), (StatusCode::FORBIDDEN, None), "{}", by_link.text());
    assert!(by_link.text().contains("Its holder does not share this badge"), "{}", by_link.text());
    assert_eq!(outcome(&send(&scene, stored.as_bytes(), "").await?), Some("valid"));
    Ok(())
}

#[tokio::test]
async fn a_stranger_s_badge_needs_their_documents_and_then_is_valid_of_an_unknown_issuer()
-> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let unfetched = send(&scene, FOREIGN.as_bytes(), "").await?;
    assert_eq!(outcome(&unfetched), Some("needs_documents"), "{}", unfetched.text());
    for words in ["This badge could not be confirmed", "https://university.example/.well-known/did.json"] {
        assert!(unfetched.text().contains(words), "{}", unfetched.text());
    }
    sqlx::query("select badges.put_document('https://university.example/.well-known/did.json', $1, now() + interval '1 hour')")
        .bind(FOREIGN_KEYS)
        .execute(&scene.database.pool)
        .await?;
    let known = send(&scene, FOREIGN.as_bytes(), "").await?;
    assert_eq!(outcome(&known), Some("valid"), "{}", known.text());
    assert!(known.text().contains("its issuer is not known here"), "{}", known.text());
    assert!(known.body.contains("data-check=\"issuer_known\" data-result=\"unknown\""), "{}", known.text());
    let own_key = send(&scene, DID_KEY.as_bytes(), "").await?;
    assert!(own_key.text().contains("its issuer is not known here"), "{}", own_key.text());
    Ok(())
}

/// The site of an issuer that hosts a badge of Open Badges 2.0, given to this address.
pub(crate) fn hosting_site(holder: &str) -> anyhow::Result<OtherSite> {
    let holder = holder.to_owned();
    OtherSite::start(move |site| {
        let document = |value: Value| value.to_string().into_bytes();
        let context = "https://w3id.org/openbadges/v2";
        let issuer = json!({ "@context": context, "type": "Issuer", "id": format!("{site}/issuer"), "name": "Other College",
            "url": site, "email": "badges@other.example" });
        let class = json!({ "@context": context, "type": "BadgeClass", "id": format!("{site}/class"), "name": "Weaving",
            "description": "Weaves.", "image": format!("{site}/image"), "criteria": { "narrative": "Weave." }, "issuer": format!("{site}/issuer") });
        let assertion = json!({ "@context": context, "type": "Assertion", "id": format!("{site}/assertion"),
            "recipient": { "type": "email", "hashed": false, "identity": holder }, "badge": format!("{site}/class"),
            "verification": { "type": "HostedBadge" }, "issuedOn": "2026-01-02T03:04:05Z" });
        vec![
            ("/issuer", document(issuer)),
            ("/class", document(class)),
            ("/assertion", document(assertion)),
            ("/page", b"<!doctype html><title>no badge</title>".to_vec()),
        ]
    })
}

#[tokio::test]
async fn a_badge_on_another_site_is_fetched_with_all_that_it_links_to_and_remembered() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let site = hosting_site("a@b.example")?;
    let link = format!("{}/assertion", site.url);
    let page = send(&scene, b"", &link).await?;
    assert_eq!(outcome(&page), Some("valid"), "{}", page.text());
    for words in ["Weaving", "Weaves.", "Other College", "2 January 2026", "its issuer is not known here"] {
        assert!(page.text().contains(words), "`{words}`: {}", page.text());
    }
    let kept =
        "select count(*) from badges.document where expires_at between now() and now() + interval '1 hour'";
    assert_eq!(scene.database.value::<i64>(kept).await?, 3);
    let asked = ["/assertion", "/class", "/issuer"].map(|path| site.asked(path));
    send(&scene, b"", &link).await?;
    assert_eq!(
        ["/class", "/issuer"].map(|path| site.asked(path)),
        [asked[1], asked[2]],
        "documents were fetched again"
    );
    let nowhere = send(&scene, b"", &format!("{}/nowhere", site.url)).await?;
    let html = send(&scene, b"", &format!("{}/page", site.url)).await?;
    for page in [nowhere, html] {
        assert_eq!((page.status, outcome(&page)), (StatusCode::UNPROCESSABLE_ENTITY, None));
        assert!(page.text().contains("There is no badge at this link"), "{}", page.text());
    }
    Ok(())
}

#[tokio::test]
async fn no_link_and_no_document_leads_inside() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    for link in [
        "https://10.0.0.8/badge",
        "https://169.254.169.254/latest/meta-data",
        "https://[::ffff:192.168.0.1]/",
        "http://badges.example/1",
    ] {
        let page = send(&scene, b"", link).await?;
        assert_eq!((page.status, outcome(&page)), (StatusCode::UNPROCESSABLE_ENTITY, None), "{link}");
        assert!(page.text().contains("This link is not followed"), "{link}: {}", page.text());
    }
    let hosted = json!({ "@context": "https://w3id.org/openbadges/v2", "type": "Assertion", "id": "https://192.168.1.1/assertion",
        "recipient": { "type": "email", "hashed": false, "identity": "a@b.example" }, "badge": "https://10.1.2.3/class",
        "verification": { "type": "HostedBadge" }, "issuedOn": "2026-01-02T03:04:05Z" });
    let page = send(&scene, hosted.to_string().as_bytes(), "").await?;
    assert_eq!(outcome(&page), Some("needs_documents"), "{}", page.text());
    assert!(page.text().contains("The address is not public."), "{}", page.text());
    Ok(())
}

#[tokio::test]
async fn what_is_no_badge_has_an_answer_of_its_own() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let scripts =
        b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"><script>alert(1)</script></svg>";
    let deep = format!("{}1{}", "{\"a\":".repeat(200_000), "}".repeat(200_000));
    let cases: [(&[u8], StatusCode, &str); 6] = [
        (b"", StatusCode::UNPROCESSABLE_ENTITY, "Choose a file"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", StatusCode::UNPROCESSABLE_ENTITY, "There is no badge in it"),
        (scripts, StatusCode::UNPROCESSABLE_ENTITY, "This picture holds no badge"),
        (b"{\"a\":\"\0\"}", StatusCode::UNPROCESSABLE_ENTITY, "There is no badge in it"),
        (deep.as_bytes(), StatusCode::OK, "This is not an Open Badge, or it is damaged"),
        (b"{}", StatusCode::OK, "This is not an Open Badge, or it is damaged"),
    ];
    for (file, status, words) in cases {
        let page = send(&scene, file, "").await?;
        assert_eq!(page.status, status, "{}", page.text());
        assert!(page.text().contains(words), "`{words}`: {}", page.text());
        assert!(!page.body.contains("<script>alert"), "{}", page.body);
    }
    let strange = Visitor::new()?
        .post(&scene.app.address("/verify"), &[("text".to_owned(), "x".to_owned())], None)
        .await?;
    assert_eq!(strange.status, StatusCode::UNPROCESSABLE_ENTITY);
    Ok(())
}

#[tokio::test]
async fn fifty_megabytes_are_refused_with_a_sentence() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    for megabytes in [6, 50] {
        let page = send(&scene, &vec![b' '; megabytes * 1024 * 1024], "").await?;
        assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE, "{megabytes} MB");
        assert!(page.text().contains("That is more than 5 MB"), "{}", page.text());
    }
    Ok(())
}

#[tokio::test]
async fn nothing_is_kept_of_what_was_brought() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let before = scene.database.row_counts().await?;
    let page = send(&scene, DID_KEY.as_bytes(), "").await?;
    assert_eq!((outcome(&page), page.header("Set-Cookie")), (Some("valid"), None));
    assert_eq!(scene.database.row_counts().await?, before);
    assert!(!scene.app.log().contains("SQL basics"));
    Ok(())
}

/// Where the picture of a page is kept.
fn shot(name: &str) -> anyhow::Result<PathBuf> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../target/screenshots"));
    std::fs::create_dir_all(folder)?;
    Ok(folder.join(format!("{name}.png")))
}

#[tokio::test]
async fn an_employer_chooses_or_drops_a_file_or_pastes_a_link_in_both_languages() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (url, stored) = awarded(&scene, true).await?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("badge.json");
    std::fs::write(&file, &stored)?;
    for (language, valid, altered, long) in [
        ("en", "This badge is genuine and valid", "This badge was altered", "That is more than 5 MB"),
        ("ja", "このバッジは本物で、有効です", "改変されたか", "5 MBを超えています"),
    ] {
        let options = BrowserOptions { language: language.to_owned(), ..BrowserOptions::default() };
        let browser = Browser::start_with(&options).await?;
        browser.goto(scene.app.address("/verify")).await?;
        browser.screenshot(&shot(&format!("verify-{language}"))?).await?;
        // Choosing a file is enough.
        browser.wait_for("#file").await?.send_keys(file.to_str().context("no text")?).await?;
        browser.wait_for("#verdict[data-outcome='valid']").await?;
        browser.wait_for_words(valid).await?;
        browser.screenshot(&shot(&format!("verify-valid-{language}"))?).await?;
        // Dropping one that somebody has altered.
        let changed = json!(stored.replace("Example Academy", "Example Acadamy"));
        let drop = format!(
            "const moved = new DataTransfer(); moved.items.add(new File([{changed}], 'badge.json')); \
             document.body.dispatchEvent(new DragEvent('drop', {{ dataTransfer: moved, bubbles: true, cancelable: true }}));"
        );
        browser.execute(drop, Vec::new()).await?;
        browser.wait_for_words(altered).await?;
        browser.screenshot(&shot(&format!("verify-altered-{language}"))?).await?;
        // Pasting a link.
        browser.wait_for("#text").await?.send_keys(&url).await?;
        browser.click("#check").await?;
        browser.wait_for("#verdict[data-outcome='valid']").await?;
        // 50 MB are not even sent.
        let heavy = "const moved = new DataTransfer(); moved.items.add(new File([new Uint8Array(50 * 1024 * 1024)], 'badge.png')); \
                     document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: moved, bubbles: true, cancelable: true }));";
        browser.execute(heavy, Vec::new()).await?;
        browser.wait_for_words(long).await?;
    }
    Ok(())
}
