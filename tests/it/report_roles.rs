//! Who reads, files and administers: by the organisation's OpenID provider, and from a launch of an administrator of the institution.

use anyhow::Context as _;
use badge_tests::app::App;
use badge_tests::openid::{CLIENT_ID, CLIENT_SECRET, OpenIdProvider, Person};
use badge_tests::page::Page;
use badge_tests::platform::sample::{LITERACY_BADGE, SUZUKI, TANAKA};
use badge_tests::platform::{LaunchOrder, Platform, PlatformOptions};
use badge_tests::scene::{CLIENT, Scene};
use badge_tests::visitor::Visitor;
use reqwest::StatusCode;
use serde_json::json;

const BOSS: &str = "boss@example.org";
const OWNER: &str = "owner@example.org";
const READER: &str = "reader@example.org";
const INSTITUTION: &str = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator";
const LEARNER: &str = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner";

/// The settings' lists of administrators, programme owners and report readers.
pub(crate) type Lists<'a> = [&'a [&'a str]; 3];

const LISTS: Lists<'static> = [&[BOSS], &[OWNER], &[READER]];

/// How the tool knows the provider at that issuer, and these people.
pub(crate) fn settings(issuer: &str, lists: Lists<'_>) -> Vec<(String, String)> {
    let [administrators, owners, readers] = lists.map(|list| format!("{list:?}"));
    [
        ("admin.oidc_issuer", format!("{issuer:?}")),
        ("admin.oidc_client_id", format!("{CLIENT_ID:?}")),
        ("admin.oidc_client_secret", format!("{CLIENT_SECRET:?}")),
        ("admin.oidc_administrators", administrators),
        ("admin.oidc_programme_owners", owners),
        ("admin.oidc_report_readers", readers),
    ]
    .map(|(key, value)| (key.to_owned(), value))
    .into()
}

async fn scene_with(provider: &OpenIdProvider) -> anyhow::Result<Scene> {
    let settings = settings(&provider.issuer(), LISTS);
    settings.iter().fold(Scene::builder(), |scene, (key, value)| scene.with(key, value)).start().await
}

/// The tool ends and starts again under its address, with other settings.
pub(crate) fn restarted(scene: Scene, settings: &[(String, String)]) -> anyhow::Result<Scene> {
    let bind = scene.app.url.strip_prefix("http://").context("the tool is not on http")?;
    let config = scene.config().with("server.bind", &format!("{bind:?}"));
    let Scene { app, platform, database } = scene;
    drop(app);
    let config = settings.iter().fold(config, |config, (key, value)| config.with(key, value));
    Ok(Scene { app: App::start(&config)?, platform, database })
}

async fn signed_in(scene: &Scene, provider: &OpenIdProvider, who: &str) -> anyhow::Result<(Visitor, Page)> {
    provider.becomes(Person::new(who));
    let mut visitor = Visitor::new()?;
    let page = visitor.get(&scene.app.address("/admin/sign-in")).await?;
    Ok((visitor, page))
}

/// What the visitor gets for: the reports, a table of numbers, the document, what was filed, the trail.
async fn statuses(scene: &Scene, visitor: &mut Visitor) -> anyhow::Result<Vec<u16>> {
    let mut statuses = Vec::new();
    for path in
        ["/reports", "/reports/hours.csv", "/reports/disclosure-en.pdf", "/reports/filed", "/admin/trail"]
    {
        statuses.push(visitor.get(&scene.app.address(path)).await?.status.as_u16());
    }
    Ok(statuses)
}

/// Sends the form that files figures, whether or not the page shows it.
async fn file(scene: &Scene, visitor: &mut Visitor) -> anyhow::Result<StatusCode> {
    let page = visitor.get(&scene.app.address("/reports/filed")).await?;
    let leave = page.form("/admin/leave")?;
    let token = leave.field("form_token").context("no token")?.to_owned();
    let fields = [("form_token".to_owned(), token), ("as_of".to_owned(), "2026-03-31".to_owned())];
    let answer = visitor.post(&scene.app.address("/reports/filed"), &fields, None).await?;
    Ok(visitor.follow(answer).await?.status)
}

/// Actor, action, subject of the trail, without what registration and the provider's port put there.
async fn trail(scene: &Scene) -> anyhow::Result<Vec<String>> {
    let query = "select actor || ' ' || action || ' ' || case action when 'signed-in' then subject else split_part(subject, ',', 1) end
        from lti.admin_event where action not in ('platform-registered', 'link-made') order by event_id";
    Ok(sqlx::query_scalar(query).fetch_all(&scene.database.pool).await?)
}

#[tokio::test]
async fn each_role_sees_exactly_what_it_may() -> anyhow::Result<()> {
    let provider = OpenIdProvider::start(Person::new(READER))?;
    let scene = scene_with(&provider).await?;
    let cases = [
        (READER, "/reports", vec![200, 200, 200, 200, 403], 403),
        (OWNER, "/reports", vec![200, 200, 200, 200, 403], 200),
        (BOSS, "/admin", vec![200, 200, 200, 200, 200], 200),
    ];
    for (who, home, seen, filing) in cases {
        let (mut visitor, first) = signed_in(&scene, &provider, who).await?;
        assert_eq!((first.status, first.url.path()), (StatusCode::OK, home), "{who}: {}", first.text());
        assert_eq!(statuses(&scene, &mut visitor).await?, seen, "{who}");
        assert_eq!(file(&scene, &mut visitor).await?.as_u16(), filing, "{who}");
        let filed = visitor.get(&scene.app.address("/reports/filed")).await?;
        assert_eq!(filed.body.contains("id=\"file\""), filing == 200, "{who}");
        assert_eq!(filed.body.contains("href=\"/admin\""), who == BOSS, "{who}");
    }
    let (mut stranger, refused) = signed_in(&scene, &provider, "somebody@example.org").await?;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(statuses(&scene, &mut stranger).await?, [200, 401, 401, 401, 401], "the first is the door");
    assert_eq!(
        trail(&scene).await?,
        [
            "reader@example.org signed-in localhost",
            "reader@example.org figures-downloaded hours.csv",
            "reader@example.org figures-downloaded disclosure-en.pdf",
            "owner@example.org signed-in localhost",
            "owner@example.org figures-downloaded hours.csv",
            "owner@example.org figures-downloaded disclosure-en.pdf",
            "owner@example.org figures-filed 2026-03-31T23:59:59Z ",
            "boss@example.org signed-in localhost",
            "boss@example.org figures-downloaded hours.csv",
            "boss@example.org figures-downloaded disclosure-en.pdf",
            "boss@example.org figures-filed 2026-03-31T23:59:59Z ",
        ]
    );
    Ok(())
}

#[tokio::test]
async fn a_role_that_is_withdrawn_is_gone_at_the_next_request() -> anyhow::Result<()> {
    let provider = OpenIdProvider::start(Person::new(READER))?;
    let scene = scene_with(&provider).await?;
    let (mut reader, _) = signed_in(&scene, &provider, READER).await?;
    let (mut owner, _) = signed_in(&scene, &provider, OWNER).await?;
    let (mut boss, _) = signed_in(&scene, &provider, BOSS).await?;

    // The reader is on no list any more, the owner only reads, the boss only owns.
    let scene = restarted(scene, &settings(&provider.issuer(), [&["other@example.org"], &[BOSS], &[OWNER]]))?;
    assert_eq!(statuses(&scene, &mut reader).await?, [200, 401, 401, 401, 401]);
    let door = reader.get(&scene.app.address("/reports")).await?;
    assert!(!door.body.contains("data-report"), "{}", door.text());
    assert_eq!(statuses(&scene, &mut owner).await?, [200, 200, 200, 200, 403]);
    assert_eq!(file(&scene, &mut owner).await?, StatusCode::FORBIDDEN);
    assert_eq!(statuses(&scene, &mut boss).await?, [200, 200, 200, 200, 403]);
    assert_eq!(file(&scene, &mut boss).await?, StatusCode::OK);
    let (_, again) = signed_in(&scene, &provider, READER).await?;
    assert_eq!(again.status, StatusCode::FORBIDDEN, "{}", again.text());

    // Whom another provider vouched for is asked to sign in again, whatever the lists say.
    let other = OpenIdProvider::start(Person::new(READER))?;
    let lists: Lists<'_> = [&[BOSS], &[OWNER], &[READER]];
    let mut elsewhere = settings(&other.issuer(), lists);
    if let Some((_, issuer)) = elsewhere.first_mut() {
        *issuer = issuer.replace("localhost", "127.0.0.1");
    }
    let scene = restarted(scene, &elsewhere)?;
    assert_eq!(statuses(&scene, &mut boss).await?, [200, 401, 401, 401, 401]);
    Ok(())
}

/// Somebody launches with these roles: the page they end on.
async fn launched(
    scene: &Scene,
    platform: &Platform,
    order: &LaunchOrder,
    roles: &[&str],
) -> anyhow::Result<(Visitor, Page)> {
    let mut visitor = Visitor::new()?;
    let login = visitor.begin(platform, order).await?;
    let token = platform.forge(order, &login.nonce).lti("roles", json!(roles)).token()?;
    let answer = visitor.answer(platform, &login, &token).await?;
    let page = visitor.follow(answer).await?;
    anyhow::ensure!(page.status == StatusCode::OK, "{}\n{}", page.text(), scene.app.log());
    Ok((visitor, page))
}

/// An administrator of this installation presses the button beside the platform of that client.
async fn allow(scene: &Scene, client: &str) -> anyhow::Result<()> {
    let output = scene.app.run(&["admin", "link", "--name", "Operator"])?;
    let link = String::from_utf8(output.stdout)?;
    let mut operator = Visitor::new()?;
    let page = operator.get(&scene.app.address(url::Url::parse(link.trim())?.path())).await?;
    let form = page.forms().into_iter().next().context("the link shows no button")?;
    operator.submit(&page, &form).await?;
    let id = "select registration_id::text from lti.registration where client_id = $1";
    let id: String = sqlx::query_scalar(id).bind(client).fetch_one(&scene.database.pool).await?;
    let page = operator.get(&scene.app.address(&format!("/admin/platforms/{id}"))).await?;
    let page = operator.submit(&page, &page.form(&format!("{id}/reports"))?).await?;
    anyhow::ensure!(page.status == StatusCode::OK, "{}", page.text());
    Ok(())
}

#[tokio::test]
async fn an_administrator_of_the_institution_reads_reports_from_a_launch() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let order = LaunchOrder::new(SUZUKI, LITERACY_BADGE);
    let roles = [LEARNER, INSTITUTION];

    // Not before the platform may.
    let (mut early, page) = launched(&scene, &scene.platform, &order, &roles).await?;
    assert!(!page.body.contains("id=\"reports\""), "{}", page.text());
    let path = page.url.join("reports")?;
    assert_eq!(early.post(path.as_str(), &[], None).await?.status, StatusCode::FORBIDDEN);

    allow(&scene, CLIENT).await?;
    let (mut dean, page) = launched(&scene, &scene.platform, &order, &roles).await?;
    let door = page.form("/reports")?;
    let reports = dean.submit(&page, &door).await?;
    assert_eq!((reports.status, reports.url.path()), (StatusCode::OK, "/reports"), "{}", reports.text());
    assert_eq!(statuses(&scene, &mut dean).await?, [200, 200, 200, 200, 403]);
    assert_eq!(file(&scene, &mut dean).await?, StatusCode::FORBIDDEN);
    let actor: String = scene
        .database
        .value("select actor from lti.admin_event where action = 'signed-in' and subject = 'launch'")
        .await?;
    assert!(actor.contains(SUZUKI) && actor.contains(&scene.platform.iss()), "{actor}");

    // The permission is withdrawn: the session ends with it, and the button is gone.
    allow(&scene, CLIENT).await?;
    assert_eq!(statuses(&scene, &mut dean).await?, [200, 401, 401, 401, 401]);
    assert_eq!(dean.post(path.as_str(), &[], None).await?.status, StatusCode::FORBIDDEN);
    let actions =
        "select string_agg(action, ' ' order by event_id) from lti.admin_event where action like 'reports%'";
    assert_eq!(scene.database.value::<String>(actions).await?, "reports-allowed reports-withdrawn");
    Ok(())
}

#[tokio::test]
async fn nobody_else_comes_to_the_reports_from_a_launch() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let other = Platform::start(PlatformOptions::default())?;
    scene.app.register(&other, &scene.app.as_tool("client-of-the-other", "1"))?;
    allow(&scene, CLIENT).await?;
    let vocabulary = "http://purl.imsglobal.org/vocab/lis/v2/";
    let role = |name: &str| format!("{vocabulary}{name}");
    let plain = [
        (TANAKA, role("membership#Instructor")),
        (TANAKA, role("membership#Administrator")),
        (SUZUKI, role("institution/person#Instructor")),
        (SUZUKI, role("system/person#Administrator")),
        (SUZUKI, "institution/person#Administrator".to_owned()),
    ];
    for (person, role) in plain {
        let order = LaunchOrder::new(person, LITERACY_BADGE);
        let (mut visitor, page) = launched(&scene, &scene.platform, &order, &[&role]).await?;
        assert!(!page.body.contains("id=\"reports\""), "{role}: {}", page.text());
        let path = page.url.join("reports")?;
        let refused = visitor.post(path.as_str(), &[], None).await?;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{role}");
        let is_said = ["administer the institution", "機関管理者だけが開けます"];
        assert!(is_said.iter().any(|words| refused.text().contains(words)), "{role}: {}", refused.text());
        assert_eq!(visitor.get(&scene.app.address("/reports/hours")).await?.status, StatusCode::UNAUTHORIZED);
    }
    // The same role at a platform of somebody else.
    let order = LaunchOrder::new(SUZUKI, LITERACY_BADGE);
    let (mut stranger, page) = launched(&scene, &other, &order, &[LEARNER, INSTITUTION]).await?;
    assert!(!page.body.contains("id=\"reports\""), "{}", page.text());
    let path = page.url.join("reports")?;
    assert_eq!(stranger.post(path.as_str(), &[], None).await?.status, StatusCode::FORBIDDEN);
    // Nor without saying who it is.
    let (mut visitor, login) = scene.begin(&order).await?;
    let token = scene
        .platform
        .forge(&order, &login.nonce)
        .lti("roles", json!([INSTITUTION]))
        .without("sub")
        .token()?;
    let answer = visitor.answer(&scene.platform, &login, &token).await?;
    let page = visitor.follow(answer).await?;
    let path = page.url.join("reports")?;
    let refused = visitor.post(path.as_str(), &[], None).await?;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.text());
    let sessions = "select count(*) from lti.admin_session where registration_id is not null";
    assert_eq!(scene.database.value::<i64>(sessions).await?, 0);
    Ok(())
}
