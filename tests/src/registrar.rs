//! A platform that registers tools dynamically, as Moodle 4.5 does, with its single-use token: for registrations that go well and badly.

use std::net::TcpListener;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};

use actix_web::dev::ServerHandle;
use actix_web::http::header;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::page::Page;
use crate::visitor::Visitor;

/// The claim with what a tool registers.
pub const TOOL: &str = "https://purl.imsglobal.org/spec/lti-tool-configuration";
/// The claim with what a platform knows.
pub const PLATFORM: &str = "https://purl.imsglobal.org/spec/lti-platform-configuration";
/// The client id that every tool gets.
pub const CLIENT: &str = "gIPaZhSDtkoCfhk";

/// What the registrar answers when it is asked for its configuration.
#[derive(Clone, Debug)]
pub enum Configuration {
    /// As Moodle does, with these members over it.
    With(Value),
    /// A redirect.
    Redirect(&'static str),
    /// More than anybody wants to read.
    Long,
    /// Nothing, ever.
    Silence,
}

/// What the registrar is and has seen.
#[derive(Debug)]
pub struct Inner {
    /// Its address, without a slash at the end; also its issuer.
    pub url: String,
    configuration: Configuration,
    token: Option<String>,
    /// Whether it registers nobody without its token: Moodle does, D2L may not.
    pub wants_token: bool,
    /// The deployment that the next tool gets.
    pub deployment_id: u32,
    /// How it refuses, if it does.
    pub refusal: Option<(u16, Value)>,
    /// The next registration is answered when this is notified.
    pub held: Option<Arc<Notify>>,
    /// How often its configuration was asked for.
    pub asked: usize,
    /// What was registered.
    pub requests: Vec<Value>,
    /// The bearer token of each registration; none if it came without.
    pub tokens_seen: Vec<Option<String>>,
}

type Shared = Arc<Mutex<Inner>>;

fn locked(inner: &Shared) -> MutexGuard<'_, Inner> {
    inner.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The running platform; it stops when dropped.
#[derive(Debug)]
pub struct Registrar {
    inner: Shared,
    server: ServerHandle,
}

impl Registrar {
    /// Starts it on localhost, which is another site than the tool's.
    ///
    /// # Errors
    /// When no port is free.
    pub fn start() -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let inner = Arc::new(Mutex::new(Inner {
            url: format!("http://localhost:{}", listener.local_addr()?.port()),
            configuration: Configuration::With(json!({})),
            token: None,
            wants_token: true,
            deployment_id: 1,
            refusal: None,
            held: None,
            asked: 0,
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

    /// What it is and has seen.
    pub fn inner(&self) -> MutexGuard<'_, Inner> {
        locked(&self.inner)
    }

    /// What it says of itself from now on.
    pub fn answers(&self, configuration: Configuration) {
        self.inner().configuration = configuration;
    }

    /// The administrator pastes the invitation: the browser comes with the address of the configuration and a fresh token.
    ///
    /// # Errors
    /// When the tool does not answer.
    pub async fn opens(&self, invitation: &str) -> anyhow::Result<Page> {
        opens(invitation, &self.configuration_url(), Some(&self.new_token())).await
    }

    /// The same from a platform that gives no token.
    ///
    /// # Errors
    /// When the tool does not answer.
    pub async fn opens_without_token(&self, invitation: &str) -> anyhow::Result<Page> {
        opens(invitation, &self.configuration_url(), None).await
    }

    /// Where its configuration is.
    #[must_use]
    pub fn configuration_url(&self) -> String {
        format!("{}/mod/lti/openid-configuration.php", self.inner().url)
    }

    fn new_token(&self) -> String {
        let token = uuid::Uuid::new_v4().to_string();
        self.inner().token = Some(token.clone());
        token
    }
}

impl Drop for Registrar {
    fn drop(&mut self) {
        drop(self.server.stop(false));
    }
}

/// Opens an invitation as a platform's page does, with the address of a configuration and maybe a token.
///
/// # Errors
/// When the tool does not answer.
pub async fn opens(invitation: &str, configuration: &str, token: Option<&str>) -> anyhow::Result<Page> {
    let mut url = url::Url::parse(invitation)?;
    url.query_pairs_mut().append_pair("openid_configuration", configuration);
    if let Some(token) = token {
        url.query_pairs_mut().append_pair("registration_token", token);
    }
    Visitor::new()?.get(url.as_str()).await
}

async fn configuration(inner: web::Data<Shared>) -> HttpResponse {
    let (url, configuration) = {
        let mut inner = locked(&inner);
        inner.asked += 1;
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
    let bearer = bearer.and_then(|value| value.strip_prefix("Bearer "));
    let (answer, held) = registered(&mut locked(&inner), bearer, body.into_inner());
    if let Some(held) = held {
        held.notified().await;
    }
    answer
}

/// The answer, and what it has to wait for.
fn registered(inner: &mut Inner, bearer: Option<&str>, body: Value) -> (HttpResponse, Option<Arc<Notify>>) {
    inner.tokens_seen.push(bearer.map(str::to_owned));
    let wanted = inner.token.take();
    if inner.wants_token && (wanted.is_none() || wanted.as_deref() != bearer) {
        // Moodle answers in plain text.
        return (HttpResponse::Unauthorized().body("invalid_token"), None);
    }
    if let Some((status, answer)) = &inner.refusal {
        let status = actix_web::http::StatusCode::from_u16(*status).unwrap_or_default();
        return (HttpResponse::build(status).json(answer), None);
    }
    let mut answer = body.clone();
    if let Some(members) = answer.as_object_mut() {
        members.insert("client_id".to_owned(), json!(CLIENT));
        let tool = members.get_mut(TOOL).and_then(Value::as_object_mut);
        let deployment_id = json!(inner.deployment_id.to_string());
        tool.map(|tool| tool.insert("deployment_id".to_owned(), deployment_id));
    }
    inner.requests.push(body);
    (HttpResponse::Ok().json(answer), inner.held.take())
}
