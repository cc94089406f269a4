//! The rarer messages, from the signed token to the page: submission review, the data privacy launch, people from LTI 1.1.

use anyhow::Context as _;
use badge_tests::page::Page;
use badge_tests::platform::sample::{LITERACY_BADGE, SATO, SUZUKI, TANAKA};
use badge_tests::platform::{Forge, LaunchOrder, Role};
use badge_tests::scene::Scene;
use badge_tests::visitor::Visitor;
use reqwest::StatusCode;
use serde_json::{Value, json};

/// A launch with a changed token, up to the page.
pub(crate) async fn launch(
    scene: &Scene,
    person_id: &str,
    change: impl FnOnce(Forge) -> Forge,
) -> anyhow::Result<(Visitor, Page)> {
    let order = LaunchOrder::new(person_id, LITERACY_BADGE);
    let (mut visitor, login) = scene.begin(&order).await?;
    let token = change(scene.platform.forge(&order, &login.nonce)).token()?;
    let answer = visitor.answer(&scene.platform, &login, &token).await?;
    let page = visitor.follow(answer).await?;
    Ok((visitor, page))
}

async fn with_an_award() -> anyhow::Result<Scene> {
    let scene = Scene::start().await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.award(&mut instructor, &page, &[SUZUKI]).await?;
    Ok(scene)
}

/// Turns a launch into the review of what that learner has.
pub(crate) fn review_of(user_id: &str) -> impl FnOnce(Forge) -> Forge {
    let for_user = json!({ "user_id": user_id });
    move |forge| forge.lti("message_type", "LtiSubmissionReviewRequest").lti("for_user", for_user)
}

#[tokio::test]
async fn a_submission_review_shows_the_instructor_the_badge_of_that_one_learner() -> anyhow::Result<()> {
    let scene = with_an_award().await?;
    let (mut instructor, page) = launch(&scene, TANAKA, review_of(SUZUKI)).await?;
    assert!(page.url.path().ends_with("/review"), "{}", page.url);
    let link = page
        .links()
        .into_iter()
        .find(|link| link.contains("/credentials/"))
        .context("no way to the badge")?;
    let badge = instructor.get(page.resolve(&link)?.as_str()).await?;
    assert!(
        badge.body.contains("data-outcome=\"valid\"") && !badge.body.contains("<form"),
        "{}",
        badge.text()
    );
    let all =
        page.links().into_iter().find(|link| link.ends_with("/course")).context("no way to the course")?;
    assert_eq!(instructor.get(page.resolve(&all)?.as_str()).await?.status, StatusCode::OK);
    let (_, without) = launch(&scene, TANAKA, review_of(SATO)).await?;
    assert!(without.body.contains("id=\"review\"") && !without.body.contains("/credentials/"));
    Ok(())
}

#[tokio::test]
async fn a_submission_review_shows_a_learner_nothing_of_another() -> anyhow::Result<()> {
    let scene = with_an_award().await?;
    let (mut learner, page) = launch(&scene, SATO, review_of(SUZUKI)).await?;
    assert!(page.url.path().ends_with("/mine") && !page.body.contains("/credentials/"), "{}", page.text());
    let answer = learner.get(page.url.join("review")?.as_str()).await?;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let (_, nobody) =
        launch(&scene, TANAKA, |forge| forge.lti("message_type", "LtiSubmissionReviewRequest")).await?;
    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED, "a review of nobody: {}", nobody.text());
    Ok(())
}

fn privacy(roles: Value, for_user: Option<&str>) -> impl FnOnce(Forge) -> Forge {
    let for_user = for_user.map(|id| json!({ "id": id }));
    move |forge| {
        let forge = forge.lti("message_type", "LtiDataPrivacyLaunchRequest").lti("roles", roles);
        let forge = forge.without_lti("context").without_lti("resource_link");
        for_user.map_or(forge.clone(), |user| forge.lti("for_user", user))
    }
}

/// Whose names the database keeps, in order.
async fn named(scene: &Scene) -> anyhow::Result<Vec<String>> {
    let query = "select user_id from badges.recipient where display_name is not null or email is not null
                 union select user_id from lti.member order by 1";
    Ok(sqlx::query_scalar(query).fetch_all(&scene.database.pool).await?)
}

#[tokio::test]
async fn a_data_privacy_launch_erases_one_s_own_name_and_leaves_the_badge_valid() -> anyhow::Result<()> {
    let scene = with_an_award().await?;
    // A learner who names somebody else is shown themselves.
    let roles = json!([Role::Learner.uri()]);
    let (mut learner, page) = launch(&scene, SUZUKI, privacy(roles, Some(SATO))).await?;
    assert!(page.url.path().ends_with("/privacy") && page.body.contains("id=\"privacy\""), "{}", page.text());
    assert!(named(&scene).await?.contains(&SUZUKI.to_owned()));
    let done = learner.submit(&page, &page.form("/privacy/erase")?).await?;
    assert!(done.body.contains("id=\"done\""), "{}", done.text());
    let kept = named(&scene).await?;
    assert!(!kept.contains(&SUZUKI.to_owned()) && kept.contains(&SATO.to_owned()), "{kept:?}");
    assert_eq!(scene.outcomes().await?, ["valid"]);
    Ok(())
}

#[tokio::test]
async fn an_administrator_s_data_privacy_launch_is_about_whom_it_names() -> anyhow::Result<()> {
    let scene = with_an_award().await?;
    let roles = json!(["http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator"]);
    let (mut administrator, page) = launch(&scene, TANAKA, privacy(roles, Some(SUZUKI))).await?;
    administrator.submit(&page, &page.form("/privacy/erase")?).await?;
    let kept = named(&scene).await?;
    assert!(!kept.contains(&SUZUKI.to_owned()) && kept.contains(&SATO.to_owned()), "{kept:?}");
    Ok(())
}

/// What a platform signs with the secret of LTI 1.1.
fn migrated(scene: &Scene, secret: &str, former_id: &str) -> impl FnOnce(Forge) -> Forge {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let (secret, former_id, issuer) =
        (secret.to_owned(), former_id.to_owned(), scene.platform.issuer().to_owned());
    move |forge| {
        let value = |name: &str| forge.value(name).cloned().unwrap_or_default();
        let (exp, nonce) = (value("exp"), value("nonce"));
        let signed = format!("old-key&1&{issuer}&badge-tool&{exp}&{}", nonce.as_str().unwrap_or_default());
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, secret.as_bytes());
        let signature = STANDARD.encode(aws_lc_rs::hmac::sign(&key, signed.as_bytes()));
        forge.lti(
            "lti1p1",
            json!({ "user_id": former_id, "oauth_consumer_key": "old-key", "oauth_consumer_key_sign": signature }),
        )
    }
}

#[tokio::test]
async fn somebody_from_lti_1_1_finds_the_badges_of_their_old_id_if_the_platform_proves_it()
-> anyhow::Result<()> {
    let scene = with_an_award().await?;
    let secret = tempfile::NamedTempFile::new()?;
    std::fs::write(secret.path(), "my-lti11-secret")?;
    let path = secret.path().to_string_lossy().into_owned();
    let remember =
        ["platform", "former-key", "--issuer", scene.platform.issuer(), "--client-id", "badge-tool"];
    let remember = [remember.as_slice(), &["--key", "old-key", "--secret-file", &path]].concat();
    let output = scene.app.run(&remember)?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));

    // SATO was SUZUKI's id under LTI 1.1: without the secret nobody believes it.
    let (_, page) = launch(&scene, SATO, migrated(&scene, "guessed", SUZUKI)).await?;
    assert!(page.status.is_success() && !page.body.contains("/credentials/"), "{}", page.text());
    let (_, page) = launch(&scene, SATO, migrated(&scene, "my-lti11-secret", SUZUKI)).await?;
    assert!(page.body.contains("/credentials/"), "{}", page.text());
    // And it is remembered for the launches that follow.
    let (_, page) = scene.launch(SATO, LITERACY_BADGE).await?;
    assert!(page.body.contains("/credentials/"), "{}", page.text());
    Ok(())
}
