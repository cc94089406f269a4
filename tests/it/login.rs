//! The third-party-initiated login: what the tool asks the platform for, and what it refuses to start.

use badge_tests::platform::LaunchOrder;
use badge_tests::platform::sample::{LITERACY_BADGE, SUZUKI};
use badge_tests::refusal::Refusal;
use badge_tests::scene::{CLIENT, Scene};
use badge_tests::visitor::Visitor;
use reqwest::StatusCode;
use url::Url;

fn order() -> LaunchOrder {
    LaunchOrder::new(SUZUKI, LITERACY_BADGE)
}

#[tokio::test]
async fn a_login_by_get_or_post_asks_for_exactly_what_platforms_insist_on() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    for by_get in [false, true] {
        let mut visitor = Visitor::new()?;
        let initiation = scene.platform.initiate(&order())?;
        let page = if by_get {
            let url = Url::parse_with_params(&initiation.login_url, &initiation.parameters)?;
            visitor.get_as(url.as_str(), "text/html").await?
        } else {
            visitor.post(&initiation.login_url, &initiation.parameters, Some(scene.platform.issuer())).await?
        };
        assert_eq!(page.status, StatusCode::FOUND);
        let login = Visitor::login(&page)?;
        assert!(
            login.authorization.as_str().starts_with(&format!("{}?", scene.platform.authorization_url()))
        );
        let answer = visitor.authenticate(&scene.platform, &login).await?;
        assert!(visitor.follow(answer).await?.status.is_success());
    }
    assert_eq!(scene.platform.refused(), []);
    Ok(())
}

#[tokio::test]
async fn two_logins_share_neither_state_nor_nonce() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (_, first) = scene.begin(&order()).await?;
    let (_, second) = scene.begin(&order()).await?;
    assert_ne!(first.state, second.state);
    assert_ne!(first.nonce, second.nonce);
    assert!(first.state.len() >= 32 && first.nonce.len() >= 32, "too short to be random enough");
    Ok(())
}

#[tokio::test]
async fn the_login_cookie_travels_across_sites_and_no_script_reads_it() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (visitor, _) = scene.begin(&order()).await?;
    assert!(!visitor.cookies.is_empty());
    for cookie in &visitor.cookies {
        for attribute in ["Secure", "HttpOnly", "SameSite=None"] {
            assert!(cookie.has(attribute), "{} lacks {attribute}: {}", cookie.name, cookie.attributes);
        }
    }
    Ok(())
}

#[tokio::test]
async fn an_unknown_platform_or_client_goes_nowhere() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    for (name, value) in [("iss", "https://evil.example"), ("client_id", "somebody-else")] {
        let mut initiation = scene.platform.initiate(&order())?;
        initiation.parameters.retain(|(known, _)| known != name);
        initiation.parameters.push((name.to_owned(), value.to_owned()));
        let before = scene.database.row_counts().await?;
        let page = Visitor::new()?.post(&initiation.login_url, &initiation.parameters, None).await?;
        assert_eq!((page.status, page.header("Location")), (StatusCode::UNAUTHORIZED, None), "{name}");
        let refusal = Refusal::of(&scene.app, &page)?;
        assert!(refusal.sentence.contains("is not registered with this tool"), "{refusal:?}");
        assert_eq!(scene.database.row_counts().await?, before, "{name}");
    }
    Ok(())
}

#[tokio::test]
async fn a_login_without_client_id_is_found_by_its_issuer() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let mut initiation = scene.platform.initiate(&order())?;
    initiation.parameters.retain(|(name, _)| name != "client_id");
    let page = Visitor::new()?.post(&initiation.login_url, &initiation.parameters, None).await?;
    let login = Visitor::login(&page)?;
    assert!(login.authorization.query_pairs().any(|(name, value)| name == "client_id" && value == CLIENT));
    Ok(())
}

#[tokio::test]
async fn every_required_parameter_is_missed_with_a_sentence() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    for name in ["iss", "login_hint", "target_link_uri"] {
        let mut initiation = scene.platform.initiate(&order())?;
        initiation.parameters.retain(|(known, _)| known != name);
        let page = Visitor::new()?.post(&initiation.login_url, &initiation.parameters, None).await?;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{name}");
        let refusal = Refusal::of(&scene.app, &page)?;
        assert!(
            refusal.sentence.contains("incomplete sign-in") && refusal.line.contains(name),
            "{refusal:?}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn the_host_header_does_not_choose_the_redirect_uri() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let initiation = scene.platform.initiate(&order())?;
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
    let request = http.post(&initiation.login_url).form(&initiation.parameters);
    let answer =
        request.header("Host", "evil.example").header("X-Forwarded-Host", "evil.example").send().await?;
    let location = answer.headers().get("Location").and_then(|value| value.to_str().ok()).unwrap_or_default();
    assert!(
        location.starts_with(scene.platform.issuer()) && !location.contains("evil.example"),
        "{location}"
    );
    Ok(())
}

#[tokio::test]
async fn an_error_of_the_platform_becomes_a_page_and_is_escaped() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut visitor, login) = scene.begin(&order()).await?;
    let fields = [
        ("error", "login_required<script>alert(1)</script>"),
        ("error_description", "<script>alert(2)</script>"),
        ("state", login.state.as_str()),
    ];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let page = visitor.post(&login.redirect_uri, &fields, Some(scene.platform.issuer())).await?;
    assert!(page.status.is_client_error(), "{}", page.status);
    let refusal = Refusal::of(&scene.app, &page)?;
    assert!(refusal.sentence.contains("Your learning platform did not sign you in"), "{refusal:?}");
    assert!(!page.body.contains("<script>alert"), "{}", page.body);
    Ok(())
}

#[tokio::test]
async fn the_message_hint_of_moodle_reaches_the_platform_unchanged() -> anyhow::Result<()> {
    let scene = Scene::builder().like(badge_tests::platform::Personality::moodle()).start().await?;
    let (_, page) = scene.launch(SUZUKI, LITERACY_BADGE).await?;
    assert!(page.status.is_success());
    assert_eq!(scene.platform.refused(), []);
    Ok(())
}

#[tokio::test]
async fn logins_that_begin_at_once_share_a_statement_and_nothing_else() -> anyhow::Result<()> {
    let scene = std::sync::Arc::new(Scene::start().await?);
    let mut logins = tokio::task::JoinSet::new();
    for number in 0..90 {
        let scene = std::sync::Arc::clone(&scene);
        logins.spawn(async move {
            let initiation = scene.platform.initiate(&order())?;
            let mut parameters = initiation.parameters;
            for (name, value) in &mut parameters {
                match name.as_str() {
                    "login_hint" => *value = format!("hint {number}"),
                    "client_id" if number % 3 == 2 => *value = "nobody".to_owned(),
                    _ => {}
                }
            }
            let mut visitor = Visitor::new()?;
            let page =
                visitor.post(&initiation.login_url, &parameters, Some(scene.platform.issuer())).await?;
            if number % 3 == 2 {
                anyhow::ensure!(page.status == StatusCode::UNAUTHORIZED, "{number}: {}", page.status);
                return Ok(None);
            }
            anyhow::ensure!(page.status == StatusCode::FOUND, "{number}: {} {}", page.status, page.text());
            let asked = Visitor::login(&page)?.authorization;
            let of = |name: &str| {
                asked.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
            };
            anyhow::ensure!(of("login_hint") == Some(format!("hint {number}")), "{number}: {asked}");
            Ok(of("state").zip(of("nonce")).map(|(state, nonce)| (format!("hint {number}"), state, nonce)))
        });
    }
    let done = logins.join_all().await.into_iter().collect::<anyhow::Result<Vec<_>>>()?;
    let known: Vec<(String, String, String)> = done.into_iter().flatten().collect();
    assert_eq!(known.len(), 60);
    for (hint, state, nonce) in known {
        let kept: Vec<String> = sqlx::query_scalar(
            "select login_hint from lti.login where state_hash = sha256(convert_to($1, 'UTF8')) and nonce_hash = sha256(convert_to($2, 'UTF8'))",
        )
        .bind(state)
        .bind(nonce)
        .fetch_all(&scene.database.pool)
        .await?;
        assert_eq!(kept, [hint]);
    }
    assert_eq!(scene.database.value::<i64>("select count(*) from lti.login").await?, 60);
    Ok(())
}

/// Who led a statement and went away may have been stored with all who came along; they ask once more.
#[tokio::test]
async fn a_login_that_is_stored_twice_is_one_login_and_is_answered_twice() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let mut answers = Vec::new();
    for _ in 0..2 {
        let rows = sqlx::query(include_str!("../../lti-tool/src/store/insert_logins.sql"))
            .bind(vec![scene.platform.issuer(); 2])
            .bind(vec![None::<String>; 2])
            .bind(vec![vec![1_u8; 32], vec![2; 32]])
            .bind(vec![vec![3_u8; 32], vec![4; 32]])
            .bind(vec![vec![5_u8; 32]; 2])
            .bind(vec!["hint"; 2])
            .bind(vec![None::<String>; 2])
            .bind(vec!["https://badges.example/"; 2])
            .bind(vec![None::<String>; 2])
            .bind(vec![None::<String>; 2])
            .bind(vec![4_102_444_800_f64; 2])
            .fetch_all(&scene.database.pool)
            .await?;
        answers.push(rows.len());
    }
    assert_eq!(answers, [2, 2]);
    assert_eq!(scene.database.value::<i64>("select count(*) from lti.login").await?, 2);
    Ok(())
}
