//! Dynamic registration: one invitation, one platform; pending until approved; and nothing that a stranger's address can make the tool do.

use std::net::TcpListener;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};

use actix_web::dev::ServerHandle;
use actix_web::http::header;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use anyhow::Context as _;
use badge_tests::page::Page;
use badge_tests::scene::Scene;
use badge_tests::visitor::Visitor;
use reqwest::StatusCode;
use serde_json::{Value, json};

const TOOL: &str = "https://purl.imsglobal.org/spec/lti-tool-configuration";
const PLATFORM: &str = "https://purl.imsglobal.org/spec/lti-platform-configuration";

/// What the registrar answers when it is asked for its configuration.
#[derive(Clone, Debug)]
enum Configuration {
    /// As Moodle does, with these members over it.
    With(Value),
    /// A redirect.
    Redirect(&'static str),
    /// More than anybody wants to read.
    Long,
    /// Nothing, ever.
    Silence,
}

/// A platform that registers tools as Moodle 4.5 does, with its single-use token.
#[derive(Debug)]
struct Inner {
    url: String,
    configuration: Configuration,
    token: Option<String>,
    deployment_id: u32,
    /// How it refuses, if it does.
    refusal: Option<(u16, Value)>,
    requests: Vec<Value>,
    /// Every bearer token that was sent, wherever.
    tokens_seen: Vec<String>,
}

type Shared = Arc<Mutex<Inner>>;

fn locked(inner: &Shared) -> MutexGuard<'_, Inner> {
    inner.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Registrar {
    inner: Shared,
    server: ServerHandle,
}

impl Registrar {
    fn start() -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let inner = Arc::new(Mutex::new(Inner {
            url: format!("http://localhost:{}", listener.local_addr()?.port()),
            configuration: Configuration::With(json!({})),
            token: None,
            deployment_id: 1,
            refusal: None,
            requests: Vec::new(),
            tokens_seen: Vec::new(),
        }));
        let (sender, receiver) = mpsc::channel();
        let shared = web::Data::new(Arc::clone(&inner));
        std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let app = move || {
                    App::new()
                        .app_data(shared.clone())
                        .route("/mod/lti/openid-configuration.php", web::get().to(configuration))
                        .route("/mod/lti/openid-registration.php", web::post().to(register))
                };
                let server = HttpServer::new(app).workers(1).disable_signals().listen(listener)?.run();
                drop(sender.send(server.handle()));
                server.await
            })
        });
        Ok(Self { inner, server: receiver.recv()? })
    }

    fn answers(&self, configuration: Configuration) {
        locked(&self.inner).configuration = configuration;
    }

    /// The administrator pastes the invitation: the browser comes with the address of the configuration and a fresh token.
    async fn opens(&self, invitation: &str) -> anyhow::Result<Page> {
        let token = uuid::Uuid::new_v4().to_string();
        let url = {
            let mut inner = locked(&self.inner);
            inner.token = Some(token.clone());
            format!("{}/mod/lti/openid-configuration.php", inner.url)
        };
        opens(invitation, &url, &token).await
    }

    fn requests(&self) -> Vec<Value> {
        locked(&self.inner).requests.clone()
    }
}

impl Drop for Registrar {
    fn drop(&mut self) {
        drop(self.server.stop(false));
    }
}

async fn opens(invitation: &str, configuration: &str, token: &str) -> anyhow::Result<Page> {
    let mut url = url::Url::parse(invitation)?;
    url.query_pairs_mut()
        .append_pair("openid_configuration", configuration)
        .append_pair("registration_token", token);
    Visitor::new()?.get(url.as_str()).await
}

async fn configuration(inner: web::Data<Shared>) -> HttpResponse {
    let (url, configuration) = {
        let inner = locked(&inner);
        (inner.url.clone(), inner.configuration.clone())
    };
    match configuration {
        Configuration::With(over) => {
            let mut configuration = json!({
                "issuer": url,
                "token_endpoint": format!("{url}/mod/lti/token.php"),
                "jwks_uri": format!("{url}/mod/lti/certs.php"),
                "authorization_endpoint": format!("{url}/mod/lti/auth.php"),
                "registration_endpoint": format!("{url}/mod/lti/openid-registration.php"),
                "id_token_signing_alg_values_supported": ["RS256"],
                PLATFORM: { "product_family_code": "moodle" },
            });
            if let (Some(members), Some(over)) = (configuration.as_object_mut(), over.as_object()) {
                members.extend(over.clone());
            }
            HttpResponse::Ok().json(configuration)
        }
        Configuration::Redirect(to) => HttpResponse::Found().insert_header((header::LOCATION, to)).finish(),
        Configuration::Long => HttpResponse::Ok().body("x".repeat(200_000)),
        Configuration::Silence => std::future::pending().await,
    }
}

async fn register(request: HttpRequest, inner: web::Data<Shared>, body: web::Json<Value>) -> HttpResponse {
    let bearer = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let bearer = bearer.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default().to_owned();
    let mut inner = locked(&inner);
    inner.tokens_seen.push(bearer.clone());
    if inner.token.take() != Some(bearer) {
        // Moodle answers in plain text.
        return HttpResponse::Unauthorized().body("invalid_token");
    }
    if let Some((status, answer)) = &inner.refusal {
        let status = actix_web::http::StatusCode::from_u16(*status).unwrap_or_default();
        return HttpResponse::build(status).json(answer);
    }
    let mut answer = body.clone();
    if let Some(members) = answer.as_object_mut() {
        members.insert("client_id".to_owned(), json!("gIPaZhSDtkoCfhk"));
        let tool = members.get_mut(TOOL).and_then(Value::as_object_mut);
        let deployment_id = json!(inner.deployment_id.to_string());
        tool.map(|tool| tool.insert("deployment_id".to_owned(), deployment_id));
    }
    inner.requests.push(body.into_inner());
    HttpResponse::Ok().json(answer)
}

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
        .append_pair("iss", &locked(&registrar.inner).url)
        .append_pair("client_id", "gIPaZhSDtkoCfhk")
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
    assert!(page.body.contains("data-active=\"false\""), "{}", page.text());
    let again = registrar.opens(&invitation).await?;
    assert_eq!(again.status, StatusCode::UNAUTHORIZED, "{}", again.text());
    assert_eq!(registrar.requests().len(), 1);

    assert_eq!(login(&scene, &registrar).await?, StatusCode::UNAUTHORIZED);
    let issuer = locked(&registrar.inner).url.clone();
    let approve = ["platform", "approve", "--issuer", &issuer, "--client-id", "gIPaZhSDtkoCfhk"];
    assert!(scene.app.run(&approve)?.status.success());
    assert_eq!(login(&scene, &registrar).await?, StatusCode::FOUND);
    Ok(())
}

#[tokio::test]
async fn an_invitation_may_approve_and_registering_again_updates_in_place() -> anyhow::Result<()> {
    let (scene, registrar) = (Scene::start().await?, Registrar::start()?);
    let page = registrar.opens(&invitation(&scene, &["--approve"])?).await?;
    assert!(page.body.contains("data-active=\"true\""), "{}", page.text());
    assert_eq!(login(&scene, &registrar).await?, StatusCode::FOUND);

    let moved = format!("{}/moved/auth.php", locked(&registrar.inner).url);
    registrar.answers(Configuration::With(json!({ "authorization_endpoint": moved })));
    locked(&registrar.inner).deployment_id = 2;
    registrar.opens(&invitation(&scene, &[])?).await?;
    assert_eq!(scene.database.value::<i64>(REGISTERED).await?, 1);
    let kept = "select status || ' ' || authorization_endpoint || ' ' || (select string_agg(deployment_id, ',' order by deployment_id)
                from lti.deployment d where d.registration_id = r.registration_id) from lti.registration r where client_id = 'gIPaZhSDtkoCfhk'";
    assert_eq!(scene.database.value::<String>(kept).await?, format!("active {moved} 1,2"));
    Ok(())
}

#[tokio::test]
async fn we_ask_each_product_for_what_it_knows_and_for_the_least() -> anyhow::Result<()> {
    let (scene, registrar) = (Scene::start().await?, Registrar::start()?);
    registrar.opens(&invitation(&scene, &[])?).await?;
    registrar.answers(Configuration::With(json!({ PLATFORM: { "product_family_code": "canvas" } })));
    registrar.opens(&invitation(&scene, &[])?).await?;
    let requests = registrar.requests();
    let [moodle, canvas] = requests.as_slice() else { anyhow::bail!("{requests:?}") };
    for request in [moodle, canvas] {
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
    Ok(())
}

/// Canvas answers 422 and `{"errors":[…]}`, whatever is wrong.
#[tokio::test]
async fn a_registration_that_the_platform_refuses_is_a_page_and_uses_up_no_invitation() -> anyhow::Result<()>
{
    let (scene, registrar) = (Scene::start().await?, Registrar::start()?);
    let invitation = invitation(&scene, &[])?;
    locked(&registrar.inner).refusal = Some((422, json!({ "errors": ["<script>alert(1)</script>"] })));
    let page = registrar.opens(&invitation).await?;
    assert_eq!(page.status, StatusCode::BAD_GATEWAY, "{}", page.text());
    assert!(page.body.contains("id=\"reference\"") && !page.body.contains("<script>alert"), "{}", page.body);
    assert_eq!(scene.database.value::<i64>(REGISTERED).await?, 0);
    locked(&registrar.inner).refusal = None;
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
        let page = opens(&invitation, address, "token").await?;
        assert!(
            page.status.is_client_error() || page.status == StatusCode::BAD_GATEWAY,
            "{address}: {}",
            page.status
        );
        assert!(page.body.contains("id=\"reference\""), "{address}: {}", page.text());
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
    assert_eq!(locked(&registrar.inner).tokens_seen, Vec::<String>::new());
    assert_eq!(scene.database.value::<i64>(REGISTERED).await?, 0);
    registrar.answers(Configuration::With(json!({})));
    let page = registrar.opens(&invitation).await?;
    assert!(page.body.contains("id=\"registered\""), "{}", page.text());
    Ok(())
}
