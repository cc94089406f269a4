//! Launches by somebody who is not who they say: each is refused, and nothing is stored.

use anyhow::Context as _;
use badge_tests::page::Page;
use badge_tests::platform::sample::{LITERACY_BADGE, SATO, SUZUKI, TANAKA};
use badge_tests::platform::{Forge, LaunchOrder, RsaKey, Signature};
use badge_tests::refusal::Refusal;
use badge_tests::scene::Scene;
use badge_tests::visitor::{Login, Visitor};
use reqwest::StatusCode;
use serde_json::json;

fn order() -> LaunchOrder {
    LaunchOrder::new(TANAKA, LITERACY_BADGE)
}

/// A refusal: status, a page with a reference, no redirect into a session, not one row more.
struct Attack<'a> {
    scene: &'a Scene,
    rows: Vec<(String, i64)>,
}

impl<'a> Attack<'a> {
    async fn on(scene: &'a Scene) -> anyhow::Result<Self> {
        Ok(Self { scene, rows: scene.database.row_counts().await? })
    }

    async fn failed(self, what: &str, page: &Page) -> anyhow::Result<()> {
        Refusal::of(&self.scene.app, page).with_context(|| what.to_owned())?;
        self.opened_nothing(what, page).await
    }

    /// A browser without this login's cookie is shown the way to a window of its own; that is no session either.
    async fn was_sent_to_a_window(self, what: &str, page: &Page) -> anyhow::Result<()> {
        assert!(page.body.contains("id=\"open-window\""), "{what}: {}", page.text());
        self.scene.app.wait_for_log("launch has no cookie")?;
        self.opened_nothing(what, page).await
    }

    async fn opened_nothing(self, what: &str, page: &Page) -> anyhow::Result<()> {
        assert!(page.status.is_client_error(), "{what}: {} {}", page.status, page.text());
        assert_eq!(page.header("Location"), None, "{what}");
        assert_eq!(self.scene.database.row_counts().await?, self.rows, "{what}: something was stored");
        Ok(())
    }
}

/// Answers a proper login of the attacker's own browser with a changed token.
async fn is_refused(scene: &Scene, what: &str, change: impl FnOnce(Forge) -> Forge) -> anyhow::Result<()> {
    let (mut visitor, login) = scene.begin(&order()).await?;
    let attack = Attack::on(scene).await?;
    let token = change(scene.platform.forge(&order(), &login.nonce)).token()?;
    let page = visitor.answer(&scene.platform, &login, &token).await?;
    attack.failed(what, &page).await
}

#[tokio::test]
async fn a_token_of_a_foreign_key_is_refused() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let foreign = RsaKey::generate()?;
    let kid = foreign.kid().to_owned();
    is_refused(&scene, "under the platform's kid", |forge| forge.signed(Signature::Key(foreign.clone())))
        .await?;
    is_refused(&scene, "under its own kid", |forge| {
        forge.header("kid", kid).signed(Signature::Key(foreign.clone()))
    })
    .await?;
    for (parameter, key) in
        [("jwk", foreign.public_jwk().clone()), ("x5c", json!([foreign.public_jwk()["n"]]))]
    {
        is_refused(&scene, parameter, |forge| {
            forge.header(parameter, key).signed(Signature::Key(foreign.clone()))
        })
        .await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_key_that_the_header_points_to_is_never_fetched() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let evil = badge_tests::platform::Platform::start(badge_tests::platform::PlatformOptions::default())?;
    let url = evil.jwks_url();
    for parameter in ["jku", "x5u"] {
        is_refused(&scene, parameter, |forge| {
            forge
                .header(parameter, url.as_str())
                .header("kid", evil.key().kid())
                .signed(Signature::Key(evil.key()))
        })
        .await?;
    }
    assert_eq!(evil.calls(badge_tests::platform::Endpoint::KeySet), 0);
    Ok(())
}

#[tokio::test]
async fn a_token_without_a_true_signature_is_refused() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    is_refused(&scene, "alg none", |forge| forge.header("alg", "none").signed(Signature::None)).await?;
    is_refused(&scene, "no signature", |forge| forge.signed(Signature::None)).await?;
    is_refused(&scene, "damaged", |forge| forge.signed(Signature::Damaged)).await?;
    is_refused(&scene, "HS256 with the public key", |forge| {
        forge.header("alg", "HS256").signed(Signature::PublicKeyAsSecret)
    })
    .await?;
    is_refused(&scene, "another algorithm in the header", |forge| forge.header("alg", "RS512")).await
}

#[tokio::test]
async fn an_expired_or_early_token_is_refused() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    is_refused(&scene, "expired", |forge| forge.shifted_seconds(-3600)).await?;
    is_refused(&scene, "from the future", |forge| forge.shifted_seconds(3600)).await?;
    is_refused(&scene, "without exp", |forge| forge.without("exp")).await?;
    is_refused(&scene, "without iat", |forge| forge.without("iat")).await?;
    is_refused(&scene, "old but long-lived", |forge| {
        let expires = forge.value("exp").and_then(serde_json::Value::as_i64).unwrap_or_default();
        forge.shifted_seconds(-86_400).claim("exp", expires)
    })
    .await
}

#[tokio::test]
async fn a_token_for_somebody_else_is_refused() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    is_refused(&scene, "another audience", |forge| forge.claim("aud", "another-tool")).await?;
    is_refused(&scene, "no audience", |forge| forge.without("aud")).await?;
    is_refused(&scene, "an extra audience", |forge| {
        let own = forge.value("aud").cloned();
        forge.claim("aud", json!([own, "another-tool"]))
    })
    .await?;
    is_refused(&scene, "another authorized party", |forge| forge.claim("azp", "another-tool")).await?;
    is_refused(&scene, "another issuer", |forge| forge.claim("iss", "https://evil.example")).await?;
    is_refused(&scene, "the issuer with a slash", |forge| {
        let issuer = format!("{}/", scene.platform.issuer());
        forge.claim("iss", issuer)
    })
    .await
}

#[tokio::test]
async fn a_deployment_that_nobody_approved_is_refused() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    is_refused(&scene, "unknown deployment", |forge| forge.lti("deployment_id", "999")).await
}

#[tokio::test]
async fn a_nonce_of_another_login_is_refused() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (_, other) = scene.begin(&order()).await?;
    is_refused(&scene, "another login's nonce", |forge| forge.claim("nonce", other.nonce.as_str())).await?;
    is_refused(&scene, "no nonce", |forge| forge.without("nonce")).await
}

#[tokio::test]
async fn a_replayed_launch_is_refused() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut visitor, login) = scene.begin(&order()).await?;
    let form = visitor.authentication_response(&login).await?;
    let first = visitor.post(&form.action, &form.fields, Some(scene.platform.issuer())).await?;
    assert_eq!(first.status, StatusCode::SEE_OTHER);
    for what in ["at once", "again"] {
        let attack = Attack::on(&scene).await?;
        let page = visitor.post(&form.action, &form.fields, Some(scene.platform.issuer())).await?;
        attack.failed(what, &page).await?;
    }
    Ok(())
}

#[tokio::test]
async fn of_two_equal_launches_at_the_same_time_one_is_refused() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut visitor, login) = scene.begin(&order()).await?;
    let form = visitor.authentication_response(&login).await?;
    let mut twins = [visitor.clone(), visitor.clone(), visitor.clone(), visitor];
    let [a, b, c, d] = &mut twins;
    let issuer = Some(scene.platform.issuer());
    let (a, b, c, d) = tokio::join!(
        a.post(&form.action, &form.fields, issuer),
        b.post(&form.action, &form.fields, issuer),
        c.post(&form.action, &form.fields, issuer),
        d.post(&form.action, &form.fields, issuer),
    );
    let statuses: Vec<StatusCode> = [a?, b?, c?, d?].iter().map(|page| page.status).collect();
    let sessions = statuses.iter().filter(|status| **status == StatusCode::SEE_OTHER).count();
    assert_eq!(sessions, 1, "{statuses:?}");
    assert_eq!(scene.database.value::<i64>("select count(*) from lti.session").await?, 1);
    Ok(())
}

#[tokio::test]
async fn a_token_seen_in_one_login_opens_no_other() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut victim, login) = scene.begin(&LaunchOrder::new(SATO, LITERACY_BADGE)).await?;
    let stolen = victim.authentication_response(&login).await?;
    let (mut thief, own) = scene.begin(&order()).await?;
    let attack = Attack::on(&scene).await?;
    let page = thief.answer(&scene.platform, &own, stolen.field("id_token").unwrap_or_default()).await?;
    attack.failed("a stolen token under the thief's state", &page).await
}

/// Login CSRF: the attacker signs the victim's browser in as themselves.
#[tokio::test]
async fn a_login_begun_in_another_browser_signs_nobody_in() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut attacker, login) = scene.begin(&order()).await?;
    let form = attacker.authentication_response(&login).await?;
    let attack = Attack::on(&scene).await?;
    let page = Visitor::new()?.post(&form.action, &form.fields, Some(scene.platform.issuer())).await?;
    attack.was_sent_to_a_window("a browser without the cookie", &page).await?;
    let (mut victim, _) = scene.begin(&LaunchOrder::new(SUZUKI, LITERACY_BADGE)).await?;
    let attack = Attack::on(&scene).await?;
    let page = victim.post(&form.action, &form.fields, Some(scene.platform.issuer())).await?;
    attack.was_sent_to_a_window("a browser with the cookie of its own login", &page).await
}

#[tokio::test]
async fn a_made_up_or_missing_state_is_refused() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut visitor, login) = scene.begin(&order()).await?;
    let token = scene.platform.forge(&order(), &login.nonce).token()?;
    for state in ["", "made-up", "' or 1=1 --", &"x".repeat(100_000)] {
        let attack = Attack::on(&scene).await?;
        let made_up = Login { state: state.to_owned(), ..login.clone() };
        let page = visitor.answer(&scene.platform, &made_up, &token).await?;
        attack.failed(&format!("state `{state:.20}`"), &page).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_login_that_took_too_long_opens_nothing() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut visitor, login) = scene.begin(&order()).await?;
    scene.database.execute("update lti.login set expires_at = now() - interval '1 second'").await?;
    let attack = Attack::on(&scene).await?;
    let page = visitor.authenticate(&scene.platform, &login).await?;
    attack.failed("an expired login", &page).await
}

#[tokio::test]
async fn what_changes_between_login_and_launch_counts_at_the_launch() -> anyhow::Result<()> {
    let changes = [
        ("a platform suspended", "update lti.registration set status = 'suspended'"),
        ("a deployment removed", "delete from lti.deployment"),
        ("a login bound to another browser", "update lti.login set browser_hash = sha256('another')"),
        ("a login that another replica has used", "update lti.login set claimed_at = now()"),
        ("a login that is gone", "delete from lti.login"),
    ];
    for (change, sql) in changes {
        let scene = Scene::start().await?;
        let (mut visitor, login) = scene.begin(&order()).await?;
        scene.database.execute(sql).await?;
        let attack = Attack::on(&scene).await?;
        let page = visitor.authenticate(&scene.platform, &login).await?;
        attack.opened_nothing(change, &page).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_deployment_approved_between_login_and_launch_is_let_in() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    scene.database.execute("delete from lti.deployment").await?;
    let (mut visitor, login) = scene.begin(&order()).await?;
    scene
        .database
        .execute("insert into lti.deployment select registration_id, '1' from lti.registration")
        .await?;
    let page = visitor.authenticate(&scene.platform, &login).await?;
    let location = page.header("Location").with_context(|| page.text())?;
    assert!(location.contains("/s/"), "{location}");
    Ok(())
}

#[tokio::test]
async fn what_is_no_token_is_refused() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    for token in ["", "a", "a.b.c", "..", "e30.e30.e30", "ﾊﾞｯｼﾞ", &"a.".repeat(50_000)] {
        let (mut visitor, login) = scene.begin(&order()).await?;
        let attack = Attack::on(&scene).await?;
        let page = visitor.answer(&scene.platform, &login, token).await?;
        attack.failed(&format!("`{token:.20}`"), &page).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_platform_registered_twice_is_told_apart_by_its_client() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let other = scene.app.as_tool("second-client", "7");
    scene.app.register(&scene.platform, &other)?;
    // A login for the first registration, answered with a genuine token for the second.
    let (mut visitor, login) = scene.begin(&order()).await?;
    let attack = Attack::on(&scene).await?;
    let token = scene.platform.forge(&order().with_client("second-client"), &login.nonce).token()?;
    let page = visitor.answer(&scene.platform, &login, &token).await?;
    attack.failed("a token of another registration of the same issuer", &page).await
}
