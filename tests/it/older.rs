//! Our badges in Open Badges 2.0: hosted for everybody's verifier, for as long as their holder shares them.

use badge_tests::page::Page;
use badge_tests::platform::sample::{LITERACY_BADGE, SUZUKI, TANAKA};
use badge_tests::scene::Scene;
use badge_tests::visitor::Visitor;
use reqwest::StatusCode;
use serde_json::{Value, json};

const EMAIL: &str = "suzuki@lms.example";

async fn scene() -> anyhow::Result<Scene> {
    let about =
        [("issuer.url", "\"https://academy.example\""), ("issuer.email", "\"badges@academy.example\"")];
    about.into_iter().fold(Scene::builder(), |builder, (key, value)| builder.with(key, value)).start().await
}

/// A badge of SUZUKI that ends in a year: the instructor, the page after awarding, the address of the credential.
async fn awarded(scene: &Scene) -> anyhow::Result<(Visitor, Page, String)> {
    let (mut instructor, course) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    let fields = [
        ("name_en", "Data"),
        ("name_ja", ""),
        ("description_en", "Basics"),
        ("criteria_en", "Do it."),
        ("validity", "12"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()));
    instructor.post(course.url.join("badge")?.as_str(), &fields, None).await?;
    let page = scene.award(&mut instructor, &course, &[SUZUKI]).await?;
    let url = scene.credentials().await?.swap_remove(0);
    Ok((instructor, page, url))
}

/// As a backpack asks: for anything.
async fn fetch(url: &str) -> anyhow::Result<Page> {
    Visitor::new()?.get_as(url, "*/*").await
}

/// A document that a verifier would fetch, put where the database finds it.
async fn put(scene: &Scene, url: &str) -> anyhow::Result<Value> {
    let page = fetch(url).await?;
    assert_eq!(page.header("Content-Type"), Some("application/ld+json"), "{url}: {}", page.text());
    assert_eq!(page.header("Access-Control-Allow-Origin"), Some("*"), "{url}");
    sqlx::query("select badges.put_document($1, $2, now() + interval '1 hour')")
        .bind(url)
        .bind(&page.body)
        .execute(&scene.database.pool)
        .await?;
    let document = page.json()?;
    assert_eq!(document.get("id").and_then(Value::as_str), Some(url));
    Ok(document)
}

async fn outcome(scene: &Scene, assertion: &str) -> anyhow::Result<String> {
    let judged = sqlx::query_scalar("select badges.verify_outcome($1)").bind(assertion);
    Ok(judged.fetch_one(&scene.database.pool).await?)
}

fn text<'a>(document: &'a Value, name: &str) -> &'a str {
    document[name].as_str().unwrap_or_default()
}

#[tokio::test]
async fn a_shared_badge_is_hosted_in_the_older_form_verifies_and_is_gone_when_revoked() -> anyhow::Result<()>
{
    let scene = scene().await?;
    let (mut instructor, page, url) = awarded(&scene).await?;
    let older = format!("{url}/ob2");
    let kept = fetch(&older).await?;
    assert_eq!(kept.status, StatusCode::FORBIDDEN, "nobody sees it before it is shared");
    assert!(!kept.body.contains("sha256"), "{}", kept.body);

    scene.share(SUZUKI, LITERACY_BADGE).await?;
    let public = Visitor::new()?.get(&url).await?;
    assert_eq!(
        public.links().iter().filter(|link| **link == older).count(),
        2,
        "among the files, and to copy"
    );
    assert!(public.text().contains("For backpacks that know only Open Badges 2.0"), "{}", public.text());
    let named = format!("<link rel=\"alternate\" type=\"application/ld+json\" href=\"{older}\"");
    assert!(public.body.contains(&named), "{}", public.body);
    let assertion = put(&scene, &older).await?;
    let class = put(&scene, text(&assertion, "badge")).await?;
    let issuer = put(&scene, text(&class, "issuer")).await?;
    assert_eq!(outcome(&scene, &assertion.to_string()).await?, "valid");
    assert_eq!(outcome(&scene, &older).await?, "valid");

    let credential = fetch_newer(&url).await?;
    assert_eq!(assertion["verification"], json!({ "type": "HostedBadge" }));
    assert_eq!(
        (&assertion["issuedOn"], &assertion["expires"]),
        (&credential["awardedDate"], &credential["validUntil"])
    );
    let salt = text(&assertion["recipient"], "salt");
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, format!("{EMAIL}{salt}").as_bytes());
    let hash = hash.as_ref().iter().fold(String::new(), |hash, byte| format!("{hash}{byte:02x}"));
    assert_eq!(assertion["recipient"]["type"], "email");
    assert_eq!(assertion["recipient"]["identity"], format!("sha256${hash}"));
    assert_eq!((text(&class, "name"), text(&issuer, "name")), ("Data", "Example Academy"));
    assert!(fetch(text(&class, "image")).await?.header("Content-Type") == Some("image/png"), "{class}");
    // Our own page knows the address too.
    let verified = Visitor::new()?.upload(&scene.app.address("/verify"), b"", &older).await?;
    assert!(verified.body.contains("data-outcome=\"valid\""), "{}", verified.text());

    instructor.submit(&page, &page.form("/revoke")?.with("reason", "by mistake")).await?;
    let gone = fetch(&older).await?;
    assert_eq!(gone.status, StatusCode::GONE);
    assert_eq!(gone.json()?["revocationReason"], "by mistake");
    put(&scene, &older).await?;
    assert_eq!(outcome(&scene, &older).await?, "revoked");
    Ok(())
}

async fn fetch_newer(url: &str) -> anyhow::Result<Value> {
    Visitor::new()?.get_as(url, "application/json").await?.json()
}

#[tokio::test]
async fn an_issuer_without_what_the_older_form_requires_offers_none() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (_, _, url) = awarded(&scene).await?;
    scene.share(SUZUKI, LITERACY_BADGE).await?;
    let older = format!("{url}/ob2");
    assert!(!Visitor::new()?.get(&url).await?.body.contains("/ob2"));
    assert_eq!(fetch(&older).await?.status, StatusCode::NOT_FOUND);
    for nothing in ["/ob2/badges/00000000-0000-4000-8000-000000000000", "/ob2/issuers/x"] {
        assert_eq!(fetch(&scene.app.address(nothing)).await?.status, StatusCode::NOT_FOUND, "{nothing}");
    }
    Ok(())
}
