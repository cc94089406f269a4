//! The administrator's pages: who gets in, what they can do there, what is remembered, and that no other site can do it for them.

use anyhow::Context as _;
use badge_tests::openid::{CLIENT_ID, CLIENT_SECRET, OpenIdProvider, Person};
use badge_tests::page::Page;
use badge_tests::platform::sample::{LITERACY_BADGE, SUZUKI, TANAKA};
use badge_tests::platform::{LaunchOrder, RsaKey};
use badge_tests::scene::{CLIENT, Scene};
use badge_tests::visitor::Visitor;
use reqwest::StatusCode;
use serde_json::json;

const ADMINISTRATOR: &str = "admin@example.org";

/// The address of a new one-time link, on the port where the tool listens.
fn link(scene: &Scene) -> anyhow::Result<String> {
    let output = scene.app.run(&["admin", "link", "--name", "Operator"])?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    anyhow::ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(scene.app.address(url::Url::parse(printed.trim())?.path()))
}

/// Somebody who has used a one-time link, and the first page.
async fn signed_in(scene: &Scene) -> anyhow::Result<(Visitor, Page)> {
    let mut visitor = Visitor::new()?;
    let page = visitor.get(&link(scene)?).await?;
    let form = page.forms().into_iter().next().context("the link shows no button")?;
    let overview = visitor.submit(&page, &form).await?;
    assert_eq!((overview.status, overview.url.path()), (StatusCode::OK, "/admin"), "{}", overview.text());
    Ok((visitor, overview))
}

async fn actions(scene: &Scene) -> anyhow::Result<Vec<String>> {
    let query = "select action from lti.admin_event order by event_id";
    Ok(sqlx::query_scalar(query).fetch_all(&scene.database.pool).await?)
}

/// A tool whose administrators sign in at a provider.
async fn scene_with_provider(provider: &OpenIdProvider) -> anyhow::Result<Scene> {
    Scene::builder()
        .with("admin.oidc_issuer", &format!("{:?}", provider.issuer()))
        .with("admin.oidc_client_id", &format!("{CLIENT_ID:?}"))
        .with("admin.oidc_client_secret", &format!("{CLIENT_SECRET:?}"))
        .with("admin.oidc_administrators", &format!("[{ADMINISTRATOR:?}, \"sub-of-the-boss\"]"))
        .start()
        .await
}

#[tokio::test]
async fn a_one_time_link_signs_in_once_and_only_when_its_button_is_pressed() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let link = link(&scene)?;
    let mut visitor = Visitor::new()?;
    // A program that looks at links before people do changes nothing.
    for _ in 0..2 {
        assert_eq!(visitor.get(&link).await?.status, StatusCode::OK);
    }
    let page = visitor.get(&link).await?;
    let form = page.forms().into_iter().next().context("no button")?;
    assert_eq!(visitor.submit(&page, &form).await?.url.path(), "/admin");
    let cookie =
        visitor.cookies.iter().find(|cookie| cookie.name == "__Host-lti_admin").context("no cookie")?;
    for attribute in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.has(attribute), "{attribute} is missing: {}", cookie.attributes);
    }
    let again = Visitor::new()?.submit(&page, &form).await?;
    assert_eq!(again.status, StatusCode::UNAUTHORIZED, "{}", again.text());
    assert_eq!(actions(&scene).await?, ["platform-registered", "link-made", "signed-in"]);
    Ok(())
}

#[tokio::test]
async fn without_a_session_there_is_a_way_in_and_nothing_else() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let mut stranger = Visitor::new()?;
    let door = stranger.get(&scene.app.address("/admin")).await?;
    assert!(door.text().contains("lti-tool admin link"), "{}", door.text());
    let id: String = scene.database.value("select registration_id::text from lti.registration").await?;
    for path in ["/admin/errors", "/admin/trail", "/admin/platforms/new", &format!("/admin/platforms/{id}")] {
        let page = stranger.get(&scene.app.address(path)).await?;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{path}");
        assert!(!page.body.contains(CLIENT), "{path} shows the platform");
    }
    let before = scene.database.row_counts().await?;
    for path in [
        "/admin/invitations".to_owned(),
        "/admin/platforms".to_owned(),
        format!("/admin/platforms/{id}/suspend"),
        format!("/admin/platforms/{id}/delete"),
        format!("/admin/platforms/{id}/deployments"),
    ] {
        let fields = [("sure".to_owned(), "1".to_owned()), ("deployment".to_owned(), "9".to_owned())];
        let page = stranger.post(&scene.app.address(&path), &fields, None).await?;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{path}");
    }
    assert_eq!(scene.database.row_counts().await?, before);
    Ok(())
}

#[tokio::test]
async fn no_form_works_without_the_token_of_its_session() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut administrator, overview) = signed_in(&scene).await?;
    let (_, colleagues_page) = signed_in(&scene).await?;
    let before = scene.database.row_counts().await?;
    let id: String = scene.database.value("select registration_id::text from lti.registration").await?;
    let suspend = scene.app.address(&format!("/admin/platforms/{id}/suspend"));
    let colleagues = colleagues_page.form("/invitations")?;
    let foreign = colleagues.field("form_token").context("no token")?.to_owned();
    for token in [None, Some(String::new()), Some(foreign)] {
        let fields: Vec<(String, String)> =
            token.into_iter().map(|token| ("form_token".to_owned(), token)).collect();
        let page = administrator.post(&suspend, &fields, None).await?;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{}", page.text());
    }
    // From another site the cookie does not even travel.
    let own = overview.form("/invitations")?;
    let page = administrator.post(&suspend, &own.fields, Some("https://evil.example")).await?;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    assert_eq!(scene.database.row_counts().await?, before);
    let header = overview.header("Content-Security-Policy").context("no policy")?;
    assert!(header.contains("frame-ancestors 'none'"), "{header}");
    Ok(())
}

#[tokio::test]
async fn a_platform_is_suspended_approved_and_deleted_and_the_trail_says_by_whom() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut administrator, overview) = signed_in(&scene).await?;
    let platform = overview
        .links()
        .into_iter()
        .find(|link| link.contains("/admin/platforms/") && !link.ends_with("/new"));
    let platform = overview.resolve(&platform.context("no platform is shown")?)?;
    let page = administrator.get(platform.as_str()).await?;
    assert!(page.body.contains("data-status=\"active\""));

    let suspended = administrator.submit(&page, &page.form("/suspend")?).await?;
    assert!(suspended.body.contains("data-status=\"suspended\""), "{}", suspended.text());
    let refused = Visitor::new()?.begin(&scene.platform, &LaunchOrder::new(TANAKA, LITERACY_BADGE)).await;
    assert!(refused.is_err(), "a suspended platform may launch");
    let approved = administrator.submit(&suspended, &suspended.form("/approve")?).await?;
    let (_, course) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    assert_eq!(course.status, StatusCode::OK);

    // A deletion has to be ticked.
    let delete = approved.form("/delete")?;
    let unticked = badge_tests::page::Form {
        fields: delete.fields.iter().filter(|(name, _)| name != "sure").cloned().collect(),
        ..delete.clone()
    };
    assert_eq!(administrator.submit(&approved, &unticked).await?.status, StatusCode::BAD_REQUEST);
    let gone = administrator.submit(&approved, &delete.with("sure", "1")).await?;
    assert_eq!(gone.url.path(), "/admin", "{}", gone.text());
    assert_eq!(scene.database.value::<i64>("select count(*) from lti.registration").await?, 0);

    let trail = administrator.get(&scene.app.address("/admin/trail")).await?;
    for action in ["platform-suspended", "platform-approved", "platform-deleted"] {
        assert!(trail.body.contains(&format!("data-action=\"{action}\"")), "{action}: {}", trail.text());
    }
    assert!(trail.text().contains("Operator"), "{}", trail.text());
    let altered =
        sqlx::query("update lti.admin_event set actor = 'nobody'").execute(&scene.database.pool).await;
    assert!(altered.is_err(), "the trail can be changed");
    Ok(())
}

#[tokio::test]
async fn a_platform_with_badges_is_not_deleted() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut instructor, course) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.award(&mut instructor, &course, &[SUZUKI]).await?;
    let (mut administrator, overview) = signed_in(&scene).await?;
    let id: String = scene.database.value("select registration_id::text from lti.registration").await?;
    let page = administrator.get(&scene.app.address(&format!("/admin/platforms/{id}"))).await?;
    assert!(page.body.contains("id=\"not-deletable\""), "{}", page.text());
    let token = overview.form("/invitations")?.field("form_token").context("no token")?.to_owned();
    let fields = [("form_token".to_owned(), token), ("sure".to_owned(), "1".to_owned())];
    let forced = administrator
        .post(&scene.app.address(&format!("/admin/platforms/{id}/delete")), &fields, None)
        .await?;
    assert_eq!(forced.status, StatusCode::BAD_REQUEST);
    assert_eq!(scene.outcomes().await?, ["valid"]);
    assert_eq!(scene.database.value::<i64>("select count(*) from lti.registration").await?, 1);
    Ok(())
}

#[tokio::test]
async fn what_went_wrong_is_shown_with_its_reference_and_without_people() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut visitor, login) = scene.begin(&LaunchOrder::new(SUZUKI, LITERACY_BADGE)).await?;
    let token = scene
        .platform
        .forge(&LaunchOrder::new(SUZUKI, LITERACY_BADGE), &login.nonce)
        .lti("version", "1.1")
        .token()?;
    let refused = visitor.answer(&scene.platform, &login, &token).await?;
    let reference = refused.text();
    let reference = reference.split_whitespace().last().context("no reference")?.to_owned();
    scene.app.wait_for_log(&reference)?;
    let (mut administrator, _) = signed_in(&scene).await?;
    let errors = administrator.get(&scene.app.address("/admin/errors")).await?;
    assert!(errors.text().contains(&reference), "{reference}: {}", errors.text());
    assert!(errors.text().contains("LTI version is not 1.3.0"), "{}", errors.text());
    assert!(errors.text().contains("Launch · The person read: "), "{}", errors.text());
    let kept: String = scene.database.value("select sentence from lti.refusal").await?;
    assert_eq!(kept, "error-launch-untrusted");
    let id: String = scene.database.value("select registration_id::text from lti.registration").await?;
    scene.launch(SUZUKI, LITERACY_BADGE).await?;
    let platform = administrator.get(&scene.app.address(&format!("/admin/platforms/{id}"))).await?;
    assert!(platform.text().contains("LTI version is not 1.3.0"), "{}", platform.text());
    assert!(platform.text().contains("Learner"), "no launch is shown: {}", platform.text());
    for page in [&errors, &platform] {
        for personal in ["鈴木", "suzuki", "id_token=", "Suzuki"] {
            assert!(!page.body.contains(personal), "{personal} is on {}", page.url);
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_deployment_is_added_and_removed_and_its_sessions_end() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut learner, mine) = scene.launch(SUZUKI, LITERACY_BADGE).await?;
    let (mut administrator, _) = signed_in(&scene).await?;
    let id: String = scene.database.value("select registration_id::text from lti.registration").await?;
    let page = administrator.get(&scene.app.address(&format!("/admin/platforms/{id}"))).await?;
    let added = administrator.submit(&page, &page.form("/deployments")?.with("deployment", "7<b>")).await?;
    assert!(added.body.contains("7&#60;b&#62;"), "{}", added.text());
    let removed = administrator.submit(&added, &added.form("/deployments/remove")?).await?;
    assert_eq!(removed.status, StatusCode::OK);
    let over = learner.get(mine.url.as_str()).await?;
    assert_eq!(over.status, StatusCode::UNAUTHORIZED, "{}", over.text());
    Ok(())
}

#[tokio::test]
async fn an_invitation_is_shown_once_and_can_be_withdrawn() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut administrator, overview) = signed_in(&scene).await?;
    let form = overview.form("/invitations")?.with("note", "Our Moodle").with("days", "3");
    let made = administrator.submit(&overview, &form).await?;
    assert!(made.body.contains(&format!("{}/register/", scene.app.url)), "{}", made.body);
    let again = administrator.get(&scene.app.address("/admin")).await?;
    assert!(!again.body.contains("/register/") && again.text().contains("Our Moodle"), "{}", again.text());
    let withdrawn = administrator.submit(&again, &again.form("/withdraw")?).await?;
    assert!(!withdrawn.text().contains("Our Moodle"), "{}", withdrawn.text());
    Ok(())
}

#[tokio::test]
async fn a_platform_is_registered_by_hand_from_what_its_page_shows() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut administrator, _) = signed_in(&scene).await?;
    let page = administrator.get(&scene.app.address("/admin/platforms/new?kind=moodle")).await?;
    for value in ["/lti/login", "/lti/launch", "/.well-known/jwks.json"] {
        assert!(page.text().contains(&scene.app.address(value)), "{value}: {}", page.text());
    }
    let form = page
        .form("/admin/platforms")?
        .with("url", "https://moodle.example/")
        .with("client_id", "gIPa")
        .with("deployment", "2");
    let incomplete = administrator.submit(&page, &form.clone().with("client_id", "")).await?;
    assert!(incomplete.body.contains("id=\"complaint\"") && incomplete.body.contains("moodle.example"));
    let registered = administrator.submit(&page, &form).await?;
    assert!(registered.text().contains("https://moodle.example/mod/lti/auth.php"), "{}", registered.text());
    let canvas = administrator.get(&scene.app.address("/admin/platforms/new?kind=canvas")).await?;
    assert!(canvas.text().contains(&scene.app.address("/lti/canvas.json")), "{}", canvas.text());
    let form =
        canvas.form("/admin/platforms")?.with("environment", "beta").with("client_id", "10000000000002");
    let beta = administrator.submit(&canvas, &form.with("deployment", "2:1")).await?;
    assert!(beta.text().contains("https://sso.beta.canvaslms.com/login/oauth2/token"), "{}", beta.text());
    let configuration =
        Visitor::new()?.get_as(&scene.app.address("/lti/canvas.json"), "*/*").await?.json()?;
    assert_eq!(configuration["public_jwk_url"], scene.app.address("/.well-known/jwks.json"));
    Ok(())
}

/// What `platform values` prints, by the names of the fields; of addresses the path, because a command does not know the port of a test.
fn printed(scene: &Scene, arguments: &[&str]) -> anyhow::Result<Vec<(String, Vec<String>)>> {
    let output = scene.app.run(&[&["platform", "values"], arguments].concat())?;
    anyhow::ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let path =
        |value: &str| url::Url::parse(value).map_or_else(|_| value.to_owned(), |url| url.path().to_owned());
    let mut printed: Vec<(String, Vec<String>)> = Vec::new();
    for line in String::from_utf8(output.stdout)?.lines() {
        match (line.strip_prefix("    "), printed.last_mut()) {
            (Some(value), Some((_, values))) => values.push(path(value)),
            _ => printed.push((line.to_owned(), Vec::new())),
        }
    }
    Ok(printed)
}

#[tokio::test]
async fn every_value_to_enter_at_a_platform_is_printed_as_the_page_shows_it() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let of = |values: &[(String, Vec<String>)], field: &str| {
        let found = values.iter().find(|(name, _)| name == field).map(|(_, values)| values.clone());
        found.with_context(|| format!("no {field}: {values:?}"))
    };
    let moodle = printed(&scene, &["moodle"])?;
    for (field, value) in [
        ("Tool URL", "/lti/launch"),
        ("Public keyset", "/.well-known/jwks.json"),
        ("Initiate login URL", "/lti/login"),
        ("Redirection URI(s)", "/lti/launch"),
    ] {
        assert_eq!(of(&moodle, field)?, [value], "{field}");
    }
    let custom =
        ["context_id_history=$Context.id.history", "resource_link_id_history=$ResourceLink.id.history"];
    assert_eq!(of(&moodle, "Custom parameters")?, custom);
    let japanese = printed(&scene, &["moodle", "--language", "ja"])?;
    assert_eq!(
        (japanese.len(), of(&japanese, "カスタムパラメータ")?),
        (moodle.len(), custom.map(str::to_owned).to_vec())
    );
    let canvas = printed(&scene, &["canvas"])?;
    assert_eq!(of(&canvas, "Redirect URIs")?, ["/lti/launch"]);
    assert_eq!(of(&canvas, "Method: Enter URL; JSON URL")?, ["/lti/canvas.json"]);
    assert_eq!(canvas.len(), 2, "the rest is at that address");
    assert!(!scene.app.run(&["platform", "values", "another"])?.status.success());

    let (mut administrator, _) = signed_in(&scene).await?;
    for (kind, values) in [("moodle", moodle), ("canvas", canvas)] {
        let page =
            administrator.get(&scene.app.address(&format!("/admin/platforms/new?kind={kind}"))).await?;
        let values = values.iter().flat_map(|(_, values)| values);
        // What is said in words is said in the language of the page.
        for value in values.filter(|value| value.contains(['/', '='])) {
            assert!(page.text().contains(value.as_str()), "{value}: {}", page.text());
        }
    }
    Ok(())
}

#[tokio::test]
async fn an_administrator_of_the_organisation_signs_in_at_its_provider() -> anyhow::Result<()> {
    let provider = OpenIdProvider::start(Person::new(ADMINISTRATOR))?;
    let scene = scene_with_provider(&provider).await?;
    let mut visitor = Visitor::new()?;
    let door = visitor.get(&scene.app.address("/admin")).await?;
    assert!(door.links().contains(&"/admin/sign-in".to_owned()), "{}", door.text());
    let overview = visitor.get(&scene.app.address("/admin/sign-in")).await?;
    assert_eq!(overview.url.path(), "/admin", "{}", overview.text());
    assert!(overview.text().contains(ADMINISTRATOR), "{}", overview.text());
    let out = visitor.submit(&overview, &overview.form("/leave")?).await?;
    assert!(!out.text().contains(ADMINISTRATOR), "{}", out.text());
    let actor: String =
        scene.database.value("select actor from lti.admin_event where action = 'signed-in'").await?;
    assert_eq!(actor, ADMINISTRATOR);

    // The provider's id of a person does as well as an address.
    provider.becomes(Person { subject: "sub-of-the-boss".to_owned(), ..Person::new("boss@example.org") });
    let overview = Visitor::new()?.get(&scene.app.address("/admin/sign-in")).await?;
    assert_eq!(overview.url.path(), "/admin", "{}", overview.text());

    // Who is listed in this way is not asked about, even where the address is kept from the `id_token`.
    let unasked =
        Person { user_info: Some(json!(null)), subject: "sub-of-the-boss".to_owned(), ..Person::new("") };
    provider.becomes(unasked);
    let overview = Visitor::new()?.get(&scene.app.address("/admin/sign-in")).await?;
    assert_eq!(overview.url.path(), "/admin", "{}", overview.text());
    Ok(())
}

#[tokio::test]
async fn an_address_outside_the_id_token_counts_if_it_is_verified_and_of_the_same_person()
-> anyhow::Result<()> {
    let person = |user_info| Person { user_info: Some(user_info), ..Person::new(ADMINISTRATOR) };
    let subject = Person::new(ADMINISTRATOR).subject;
    let said = |email: &str, is_verified: bool, subject: &str| {
        person(json!({ "sub": subject, "email": email, "email_verified": is_verified }))
    };
    let provider = OpenIdProvider::start(said(ADMINISTRATOR, true, &subject))?;
    let scene = scene_with_provider(&provider).await?;
    let overview = Visitor::new()?.get(&scene.app.address("/admin/sign-in")).await?;
    assert_eq!(overview.url.path(), "/admin", "{}", overview.text());
    let cases = [
        ("not verified", said(ADMINISTRATOR, false, &subject), StatusCode::FORBIDDEN),
        (
            "not said to be verified",
            person(json!({ "sub": subject, "email": ADMINISTRATOR })),
            StatusCode::FORBIDDEN,
        ),
        ("no address", person(json!({ "sub": subject })), StatusCode::FORBIDDEN),
        ("of somebody else", said(ADMINISTRATOR, true, "sub-of-somebody"), StatusCode::BAD_GATEWAY),
        ("nothing said", person(json!(null)), StatusCode::BAD_GATEWAY),
    ];
    for (case, person, status) in cases {
        provider.becomes(person);
        let page = Visitor::new()?.get(&scene.app.address("/admin/sign-in")).await?;
        assert_eq!(page.status, status, "{case}: {}", page.text());
    }
    assert_eq!(scene.database.value::<i64>("select count(*) from lti.admin_session").await?, 1);
    Ok(())
}

#[tokio::test]
async fn whoever_the_provider_does_not_vouch_for_stays_outside() -> anyhow::Result<()> {
    let provider = OpenIdProvider::start(Person::new("somebody@example.org"))?;
    let scene = scene_with_provider(&provider).await?;
    let admin = || Person::new(ADMINISTRATOR);
    let cases = [
        ("somebody else", Person::new("somebody@example.org"), StatusCode::FORBIDDEN),
        ("an address that is not verified", Person { is_verified: false, ..admin() }, StatusCode::FORBIDDEN),
        ("another nonce", Person { forged: json!({ "nonce": "other" }), ..admin() }, StatusCode::BAD_GATEWAY),
        (
            "another audience",
            Person { forged: json!({ "aud": "other" }), ..admin() },
            StatusCode::BAD_GATEWAY,
        ),
        (
            "another issuer",
            Person { forged: json!({ "iss": "https://evil.example" }), ..admin() },
            StatusCode::BAD_GATEWAY,
        ),
        (
            "an old token",
            Person { forged: json!({ "exp": 1_000_000_000 }), ..admin() },
            StatusCode::BAD_GATEWAY,
        ),
        (
            "a foreign key",
            Person { foreign_key: Some(RsaKey::generate()?), ..admin() },
            StatusCode::BAD_GATEWAY,
        ),
    ];
    for (case, person, status) in cases {
        provider.becomes(person);
        let page = Visitor::new()?.get(&scene.app.address("/admin/sign-in")).await?;
        assert_eq!(page.status, status, "{case}: {}", page.text());
    }
    assert_eq!(scene.database.value::<i64>("select count(*) from lti.admin_session").await?, 0);

    // An answer that another browser asked for, and one that nobody asked for.
    provider.becomes(admin());
    let mut victim = Visitor::new()?;
    let callback = scene.app.address("/admin/callback?code=x&state=y");
    assert_eq!(victim.get(&callback).await?.status, StatusCode::UNAUTHORIZED);
    let mut attacker = Visitor::new()?;
    let begun = attacker.get_as(&scene.app.address("/admin/sign-in"), "*/*").await?;
    let at_provider = attacker.get_as(begun.header("Location").context("no redirect")?, "*/*").await?;
    let answer = at_provider.header("Location").context("no code")?.to_owned();
    let page = victim.get(&answer).await?;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{}", page.text());
    Ok(())
}

#[tokio::test]
async fn without_a_provider_the_sign_in_is_not_there() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let page = Visitor::new()?.get(&scene.app.address("/admin/sign-in")).await?;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    Ok(())
}

/// The id that `admin list` prints below somebody's name.
fn listed(scene: &Scene, name: &str) -> anyhow::Result<String> {
    let output = scene.app.run(&["admin", "list"])?;
    anyhow::ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout)?;
    let (_, rest) =
        text.split_once(&format!("{name}\n  id     ")).with_context(|| format!("no {name}: {text}"))?;
    Ok(rest.lines().next().context("no id")?.to_owned())
}

#[tokio::test]
async fn an_operator_ends_a_sign_in_and_takes_a_link_back() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut administrator, _) = signed_in(&scene).await?;
    let (mut reader, _) = crate::report::signed_in(&scene, "report-reader").await?;
    let (mut owner, _) = crate::report::signed_in(&scene, "programme-owner").await?;
    let figures = scene.app.address("/reports/hours");
    let sign_ins = scene.app.address("/admin/sign-ins");

    // On the page, by an administrator only.
    assert_eq!(reader.get(&sign_ins).await?.status, StatusCode::FORBIDDEN);
    assert_eq!(reader.get(&figures).await?.status, StatusCode::OK);
    let page = administrator.get(&sign_ins).await?;
    assert_eq!(page.body.matches("This is you").count(), 1, "{}", page.text());
    let form = page.form(&format!("/admin/sign-ins/{}/end", listed(&scene, "report-reader")?))?;
    let mut foreign = form.clone();
    foreign.fields.clear();
    assert_eq!(administrator.submit(&page, &foreign).await?.status, StatusCode::FORBIDDEN);
    assert_eq!(reader.get(&figures).await?.status, StatusCode::OK, "a form without token ends nothing");
    let ended = administrator.submit(&page, &form).await?;
    assert_eq!(ended.url.path(), "/admin/sign-ins");
    assert!(!ended.body.contains("data-role=\"report-reader\""), "{}", ended.text());
    assert_eq!(reader.get(&figures).await?.status, StatusCode::UNAUTHORIZED);
    assert_eq!(administrator.submit(&page, &form).await?.status, StatusCode::NOT_FOUND, "it is over already");

    // By command; a link that nobody has used too.
    let end = |id: &str| scene.app.run(&["admin", "end", id]);
    assert!(end(&listed(&scene, "programme-owner")?)?.status.success());
    assert_eq!(owner.get(&figures).await?.status, StatusCode::UNAUTHORIZED);
    let made = scene.app.run(&["admin", "link", "--name", "Somebody", "--role", "report-reader"])?;
    let address = String::from_utf8(made.stdout)?;
    let link = scene.app.address(url::Url::parse(address.trim())?.path());
    assert!(end(&listed(&scene, "Somebody")?)?.status.success());
    let mut somebody = Visitor::new()?;
    let door = somebody.get(&link).await?;
    let button = door.forms().into_iter().next().context("no button")?;
    assert_eq!(somebody.submit(&door, &button).await?.status, StatusCode::UNAUTHORIZED);
    let unknown = end("00000000-0000-4000-8000-000000000000")?;
    assert!(!unknown.status.success());
    let said = String::from_utf8_lossy(&unknown.stderr).into_owned();
    assert!(said.contains("`lti-tool admin list` shows all"), "{said}");

    let trail = "select string_agg(concat_ws(' ', actor, action, subject), '; ' order by event_id) from lti.admin_event
        where action in ('sign-in-ended', 'link-withdrawn')";
    assert_eq!(
        scene.database.value::<String>(trail).await?,
        "Operator sign-in-ended report-reader, report-reader; command line sign-in-ended programme-owner, programme-owner; \
         command line link-withdrawn Somebody, report-reader"
    );
    let shown = administrator.get(&scene.app.address("/admin/trail")).await?;
    for line in [
        "one-time link withdrawn command on the server · Somebody · Report reader",
        "one-time link made command on the server · Somebody · Report reader",
        "signed in report-reader · one-time link · Report reader",
    ] {
        assert!(shown.text().contains(line), "{line}: {}", shown.text());
    }
    // One's own too: the next page is the door.
    let own = administrator.get(&sign_ins).await?;
    let form = own.form(&format!("/admin/sign-ins/{}/end", listed(&scene, "Operator")?))?;
    assert_eq!(administrator.submit(&own, &form).await?.status, StatusCode::UNAUTHORIZED);
    Ok(())
}
