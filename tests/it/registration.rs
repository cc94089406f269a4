//! Dynamic registration: one invitation, one platform; pending until approved; and nothing that a stranger's address can make the tool do.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use badge_tests::eventually::eventually;
use badge_tests::registrar::{CLIENT, Configuration, PLATFORM, Registrar, TOOL, opens};
use badge_tests::scene::Scene;
use badge_tests::visitor::Visitor;
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::sync::Notify;

/// A new invitation, on the port where the tool listens.
fn invitation(scene: &Scene, options: &[&str]) -> anyhow::Result<String> {
    let output = scene.app.run(&[&["invite"], options].concat())?;
    anyhow::ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(scene.app.address(url::Url::parse(printed.trim())?.path()))
}

/// How a login from the registered platform is answered: 302 if it may launch.
async fn login(scene: &Scene, registrar: &Registrar) -> anyhow::Result<StatusCode> {
    let mut url = url::Url::parse(&scene.app.address("/lti/login"))?;
    url.query_pairs_mut()
        .append_pair("iss", &registrar.inner().url)
        .append_pair("client_id", CLIENT)
        .append_pair("login_hint", "4")
        .append_pair("target_link_uri", &scene.app.address("/lti/launch"));
    Ok(Visitor::new()?.get_as(url.as_str(), "text/html").await?.status)
}

const REGISTERED: &str = "select count(*) from lti.registration where client_id = 'gIPaZhSDtkoCfhk'";

#[tokio::test]
async fn a_platform_registers_once_for_an_invitation_and_waits_for_approval() -> anyhow::Result<()> {
    let (scene, registrar) = (Scene::start().await?, Registrar::start()?);
    let invitation = invitation(&scene, &[])?;
    let page = registrar.opens(&invitation).await?;
    assert!(page.body.contains("data-status=\"pending\""), "{}", page.text());
    let again = registrar.opens(&invitation).await?;
    assert_eq!(again.status, StatusCode::UNAUTHORIZED, "{}", again.text());
    assert_eq!(registrar.inner().requests.len(), 1);

    assert_eq!(login(&scene, &registrar).await?, StatusCode::UNAUTHORIZED);
    let issuer = registrar.inner().url.clone();
    let approve = ["platform", "approve", "--issuer", &issuer, "--client-id", CLIENT];
    assert!(scene.app.run(&approve)?.status.success());
    assert_eq!(login(&scene, &registrar).await?, StatusCode::FOUND);
    Ok(())
}

#[tokio::test]
async fn an_invitation_may_approve_and_registering_again_updates_in_place() -> anyhow::Result<()> {
    let (scene, registrar) = (Scene::start().await?, Registrar::start()?);
    let page = registrar.opens(&invitation(&scene, &["--approve"])?).await?;
    assert!(page.body.contains("data-status=\"active\""), "{}", page.text());
    assert_eq!(login(&scene, &registrar).await?, StatusCode::FOUND);

    let moved = format!("{}/moved/auth.php", registrar.inner().url);
    registrar.answers(Configuration::With(json!({ "authorization_endpoint": moved })));
    registrar.inner().deployment_id = 2;
    registrar.opens(&invitation(&scene, &[])?).await?;
    assert_eq!(scene.database.value::<i64>(REGISTERED).await?, 1);
    let kept = "select status || ' ' || authorization_endpoint || ' ' || (select string_agg(deployment_id, ',' order by deployment_id)
                from lti.deployment d where d.registration_id = r.registration_id) from lti.registration r where client_id = 'gIPaZhSDtkoCfhk'";
    assert_eq!(scene.database.value::<String>(kept).await?, format!("active {moved} 1,2"));
    Ok(())
}

/// `platform approve` or `platform suspend` of what the registrar registered.
fn change(scene: &Scene, registrar: &Registrar, command: &str) -> anyhow::Result<()> {
    let issuer = registrar.inner().url.clone();
    let output = scene.app.run(&["platform", command, "--issuer", &issuer, "--client-id", CLIENT])?;
    anyhow::ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

/// Whatever the invitation promises, the page says how the platform stands: registering again changes nothing of that.
#[tokio::test]
async fn a_platform_that_registers_again_is_told_how_it_stands() -> anyhow::Result<()> {
    let (scene, registrar) = (Scene::start().await?, Registrar::start()?);
    let stored = "select status from lti.registration where client_id = 'gIPaZhSDtkoCfhk'";
    registrar.opens(&invitation(&scene, &[])?).await?;
    for (command, options, status, words, may_launch) in [
        (None, &["--approve"][..], "pending", "has to approve the registration", StatusCode::UNAUTHORIZED),
        (Some("approve"), &[][..], "active", "You can add the tool to a course", StatusCode::FOUND),
        (
            Some("suspend"),
            &["--approve"],
            "suspended",
            "has suspended this platform",
            StatusCode::UNAUTHORIZED,
        ),
    ] {
        if let Some(command) = command {
            change(&scene, &registrar, command)?;
        }
        let page = registrar.opens(&invitation(&scene, options)?).await?;
        assert!(page.body.contains(&format!("data-status=\"{status}\"")), "{status}: {}", page.body);
        assert!(page.text().contains(words), "{status}: {}", page.text());
        assert_eq!(scene.database.value::<String>(stored).await?, status);
        assert_eq!(login(&scene, &registrar).await?, may_launch, "{status}");
    }
    Ok(())
}

/// The ten minutes after which what began and did not end gives the invitation back.
const TEN_MINUTES_LATER: &str = "update lti.invitation set used_at = used_at - interval '10 minutes'";

#[tokio::test]
async fn a_tool_that_dies_while_a_platform_registers_uses_up_no_invitation() -> anyhow::Result<()> {
    let (scene, registrar) = (Scene::start().await?, Registrar::start()?);
    let invitation = invitation(&scene, &[])?;
    let dying = scene.replica()?;
    registrar.answers(Configuration::Silence);
    let path = url::Url::parse(&invitation)?.path().to_owned();
    let (there, url) = (dying.address(&path), registrar.configuration_url());
    let lost = tokio::spawn(async move { opens(&there, &url, Some("token")).await });
    eventually(Duration::from_secs(30), "the platform is asked", async || Ok(registrar.inner().asked == 1))
        .await?;
    drop(dying);
    assert!(lost.await?.is_err(), "the tool that was killed answers");

    registrar.answers(Configuration::With(json!({})));
    let early = registrar.opens(&invitation).await?;
    assert_eq!(early.status, StatusCode::UNAUTHORIZED, "{}", early.text());
    assert!(early.text().contains("it works again ten minutes later"), "{}", early.text());
    scene.database.execute(TEN_MINUTES_LATER).await?;
    let page = registrar.opens(&invitation).await?;
    assert!(page.body.contains("id=\"registered\""), "{}", page.text());

    // What ended well is used up for good, even when the platform is deleted.
    scene.database.execute("delete from lti.registration where client_id = 'gIPaZhSDtkoCfhk'").await?;
    scene.database.execute(TEN_MINUTES_LATER).await?;
    let again = registrar.opens(&invitation).await?;
    assert_eq!(again.status, StatusCode::UNAUTHORIZED, "{}", again.text());
    assert_eq!(scene.database.value::<i64>(REGISTERED).await?, 0);
    Ok(())
}

#[tokio::test]
async fn a_registration_that_takes_too_long_stores_nothing_and_takes_the_invitation_from_nobody()
-> anyhow::Result<()> {
    let scene = Scene::builder().with("outbound.timeout_seconds", "60").start().await?;
    let registrar = Registrar::start()?;
    let invitation = invitation(&scene, &[])?;
    let held = Arc::new(Notify::new());
    registrar.inner().held = Some(Arc::clone(&held));
    let (there, url) = (invitation.clone(), registrar.configuration_url());
    registrar.inner().wants_token = false;
    let slow = tokio::spawn(async move { opens(&there, &url, None).await });
    eventually(Duration::from_secs(30), "the platform has registered the tool", async || {
        Ok(registrar.inner().requests.len() == 1)
    })
    .await?;
    scene.database.execute(TEN_MINUTES_LATER).await?;
    registrar.inner().deployment_id = 2;
    let page = registrar.opens(&invitation).await?;
    assert!(page.body.contains("id=\"registered\""), "{}", page.text());
    held.notify_one();
    let late = slow.await??;
    assert_eq!(late.status, StatusCode::UNAUTHORIZED, "{}", late.text());
    let deployments = "select string_agg(deployment_id, ',') from lti.deployment join lti.registration using (registration_id)
                       where client_id = 'gIPaZhSDtkoCfhk'";
    assert_eq!(scene.database.value::<String>(deployments).await?, "2");
    assert_eq!(registrar.opens(&invitation).await?.status, StatusCode::UNAUTHORIZED);
    Ok(())
}

/// Canvas opens invitations in a page of the school's, and sends people to another host.
#[tokio::test]
async fn the_answer_may_be_framed_by_whom_the_platform_registers_with() -> anyhow::Result<()> {
    let (scene, registrar) = (Scene::start().await?, Registrar::start()?);
    registrar
        .answers(Configuration::With(json!({ "authorization_endpoint": "http://localhost:1/authorize" })));
    let page = registrar.opens(&invitation(&scene, &[])?).await?;
    let policy = page.header("Content-Security-Policy").unwrap_or_default();
    let school = registrar.inner().url.clone();
    assert!(policy.ends_with(&format!("frame-ancestors 'self' http://localhost:1 {school}")), "{policy}");
    Ok(())
}

/// As D2L does: the invitation alone lets it in.
#[tokio::test]
async fn a_platform_may_register_without_a_token_of_its_own() -> anyhow::Result<()> {
    let (scene, registrar) = (Scene::start().await?, Registrar::start()?);
    let invitation = invitation(&scene, &[])?;
    let refused = registrar.opens_without_token(&invitation).await?;
    assert_eq!(refused.status, StatusCode::BAD_GATEWAY, "this one wants its token: {}", refused.text());
    registrar.inner().wants_token = false;
    let page = registrar.opens_without_token(&invitation).await?;
    assert!(page.body.contains("id=\"registered\""), "{}", page.text());
    assert_eq!(registrar.inner().tokens_seen, [None, None], "an empty token was sent");
    assert_eq!(scene.database.value::<i64>(REGISTERED).await?, 1);
    Ok(())
}

#[tokio::test]
async fn we_ask_each_product_for_what_it_knows_and_for_the_least() -> anyhow::Result<()> {
    let (scene, registrar) = (Scene::start().await?, Registrar::start()?);
    registrar.opens(&invitation(&scene, &[])?).await?;
    registrar.answers(Configuration::With(json!({ PLATFORM: { "product_family_code": "canvas" } })));
    registrar.opens(&invitation(&scene, &[])?).await?;
    let rarer = json!({ "product_family_code": "another", "messages_supported": [{ "type": "LtiResourceLinkRequest" },
        { "type": "LtiSubmissionReviewRequest" }, { "type": "LtiDataPrivacyLaunchRequest" }] });
    registrar.answers(Configuration::With(json!({ PLATFORM: rarer })));
    registrar.opens(&invitation(&scene, &[])?).await?;
    let requests = registrar.inner().requests.clone();
    let [moodle, canvas, another] = requests.as_slice() else { anyhow::bail!("{requests:?}") };
    for request in [moodle, canvas, another] {
        assert_eq!(request["redirect_uris"], json!([scene.app.address("/lti/launch")]));
        assert_eq!(request["initiate_login_uri"], scene.app.address("/lti/login"));
        assert_eq!(request["jwks_uri"], scene.app.address("/.well-known/jwks.json"));
        assert_eq!(request["token_endpoint_auth_method"], "private_key_jwt");
        let scopes = request["scope"].as_str().context("no scope")?;
        assert!(scopes.contains("contextmembership.readonly"), "{scopes}");
        assert!(!scopes.contains("toolsetting") && !scopes.contains("basicoutcome"), "{scopes}");
    }
    assert_eq!(canvas[TOOL]["messages"][0]["placements"], json!(["course_navigation"]));
    assert_eq!(canvas[TOOL]["https://canvas.instructure.com/lti/privacy_level"], "public");
    assert!(moodle[TOOL]["messages"][0].get("placements").is_none());
    let messages = |request: &Value| request[TOOL]["messages"].as_array().map_or(0, Vec::len);
    assert_eq!((messages(moodle), messages(canvas), messages(another)), (2, 2, 4));
    assert_eq!(another[TOOL]["messages"][2]["type"], "LtiSubmissionReviewRequest");
    assert_eq!(another[TOOL]["messages"][3]["type"], "LtiDataPrivacyLaunchRequest");
    Ok(())
}

/// Canvas answers 422 and `{"errors":[…]}`, whatever is wrong.
#[tokio::test]
async fn a_registration_that_the_platform_refuses_is_a_page_and_uses_up_no_invitation() -> anyhow::Result<()>
{
    let (scene, registrar) = (Scene::start().await?, Registrar::start()?);
    let invitation = invitation(&scene, &[])?;
    registrar.inner().refusal = Some((422, json!({ "errors": ["<script>alert(1)</script>"] })));
    let page = registrar.opens(&invitation).await?;
    assert_eq!(page.status, StatusCode::BAD_GATEWAY, "{}", page.text());
    assert!(page.body.contains("id=\"reference\"") && !page.body.contains("<script>alert"), "{}", page.body);
    assert_eq!(scene.database.value::<i64>(REGISTERED).await?, 0);
    registrar.inner().refusal = None;
    let page = registrar.opens(&invitation).await?;
    assert!(page.body.contains("id=\"registered\""), "{}", page.text());
    Ok(())
}

#[tokio::test]
async fn no_address_makes_the_tool_go_where_it_must_not() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let registrar = Registrar::start()?;
    let invitation = invitation(&scene, &[])?;
    for address in [
        "https://169.254.169.254/latest/meta-data/",
        "https://10.0.0.1/",
        "https://192.168.1.1/",
        "https://[fd00::1]/",
        "https://[fe80::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://0.0.0.0/",
        "http://lms.example/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "openid",
        "",
    ] {
        let page = opens(&invitation, address, Some("token")).await?;
        assert!(
            page.status.is_client_error() || page.status == StatusCode::BAD_GATEWAY,
            "{address}: {}",
            page.status
        );
        assert!(page.body.contains("id=\"reference\""), "{address}: {}", page.text());
        let setting = match address.split_once("://") {
            Some(("https", _)) => "outbound.private_hosts",
            Some(_) => "outbound.allow_insecure_loopback",
            None => "the invitation was pasted",
        };
        assert!(page.text().contains(setting), "{address}: {}", page.text());
        assert!(!page.body.contains("169.254"), "the answer says what the tool found at {address}");
    }
    assert_eq!(scene.database.value::<i64>(REGISTERED).await?, 0);
    // None of them used up the invitation.
    let page = registrar.opens(&invitation).await?;
    assert!(page.body.contains("id=\"registered\""), "{}", page.text());
    Ok(())
}

#[tokio::test]
async fn a_platform_that_answers_badly_registers_nothing_and_gets_no_token() -> anyhow::Result<()> {
    let scene = Scene::builder()
        .with("outbound.timeout_seconds", "1")
        .with("outbound.max_body_bytes", "100000")
        .start()
        .await?;
    let registrar = Registrar::start()?;
    let invitation = invitation(&scene, &[])?;
    for answer in [
        Configuration::Redirect("http://169.254.169.254/"),
        Configuration::Redirect("/elsewhere"),
        Configuration::Long,
        Configuration::Silence,
        Configuration::With(json!({ "issuer": "https://elsewhere.example" })),
        Configuration::With(json!({ "registration_endpoint": "https://elsewhere.example/register" })),
        Configuration::With(json!({ "registration_endpoint": "http://127.0.0.1:1/register" })),
        Configuration::With(json!({ "jwks_uri": "http://elsewhere.example/keys" })),
        Configuration::With(json!({ "id_token_signing_alg_values_supported": ["HS256"] })),
        Configuration::With(json!({ "issuer": 5 })),
    ] {
        registrar.answers(answer.clone());
        let page = registrar.opens(&invitation).await?;
        assert_eq!(page.status, StatusCode::BAD_GATEWAY, "{answer:?}: {}", page.text());
    }
    assert!(registrar.inner().tokens_seen.is_empty());
    assert_eq!(scene.database.value::<i64>(REGISTERED).await?, 0);
    registrar.answers(Configuration::With(json!({})));
    let page = registrar.opens(&invitation).await?;
    assert!(page.body.contains("id=\"registered\""), "{}", page.text());
    Ok(())
}
