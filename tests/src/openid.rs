//! A strict OpenID provider on a port of its own, for administrators who sign in at their organisation.
//!
//! Code flow with PKCE and `client_secret_basic` (<https://openid.net/specs/openid-connect-core-1_0.html#CodeFlowAuth>). There is no login
//! page: whoever comes is the person that the test has set.

use std::collections::HashMap;
use std::net::TcpListener;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};

use actix_web::dev::ServerHandle;
use actix_web::http::header;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::platform::RsaKey;

/// Our id at the provider.
pub const CLIENT_ID: &str = "badge-admin";
/// Our secret there.
pub const CLIENT_SECRET: &str = "a secret & more";

/// Good for [`me`] alone.
const ACCESS_TOKEN: &str = "token-of-the-person";

/// What the provider says of the person and how well it says it.
#[derive(Clone, Debug)]
pub struct Person {
    /// `sub`.
    pub subject: String,
    /// `email`.
    pub email: String,
    /// `email_verified`.
    pub is_verified: bool,
    /// What the endpoint for it says in place of the `id_token`, which has no address then.
    pub user_info: Option<Value>,
    /// Claims over those that are right, for attacks.
    pub forged: Value,
    /// Signs instead of the provider's key, for attacks.
    pub foreign_key: Option<RsaKey>,
}

impl Person {
    /// Somebody with a verified address.
    #[must_use]
    pub fn new(email: &str) -> Self {
        Self {
            subject: format!("sub-{email}"),
            email: email.to_owned(),
            is_verified: true,
            user_info: None,
            forged: json!({}),
            foreign_key: None,
        }
    }
}

/// A code that was given out: what the token request has to fit.
#[derive(Clone, Debug)]
struct Grant {
    nonce: String,
    challenge: String,
    redirect_uri: String,
    person: Person,
}

#[derive(Debug)]
struct Inner {
    issuer: String,
    key: RsaKey,
    person: Person,
    grants: HashMap<String, Grant>,
}

/// A running provider; it stops when dropped.
#[derive(Debug)]
pub struct OpenIdProvider {
    inner: Arc<Mutex<Inner>>,
    server: ServerHandle,
}

impl OpenIdProvider {
    /// Starts a provider in a thread of its own, where this person is signed in.
    ///
    /// # Errors
    /// When it cannot listen or make a key.
    pub fn start(person: Person) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let issuer = format!("http://localhost:{}", listener.local_addr()?.port());
        let inner = Inner { issuer, key: RsaKey::generate()?, person, grants: HashMap::new() };
        let inner = Arc::new(Mutex::new(inner));
        let server = serve(listener, &inner)?;
        Ok(Self { inner, server })
    }

    /// The issuer.
    #[must_use]
    pub fn issuer(&self) -> String {
        locked(&self.inner).issuer.clone()
    }

    /// Somebody else is signed in from now on.
    pub fn becomes(&self, person: Person) {
        locked(&self.inner).person = person;
    }
}

impl Drop for OpenIdProvider {
    fn drop(&mut self) {
        // The command is sent at once; only the answer would have to be awaited.
        drop(self.server.stop(false));
    }
}

type Shared = Arc<Mutex<Inner>>;

fn locked(inner: &Shared) -> MutexGuard<'_, Inner> {
    inner.lock().unwrap_or_else(PoisonError::into_inner)
}

fn serve(listener: TcpListener, inner: &Shared) -> anyhow::Result<ServerHandle> {
    let (sender, receiver) = mpsc::channel();
    let shared = web::Data::new(Arc::clone(inner));
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let app = move || {
                App::new()
                    .app_data(shared.clone())
                    .route("/.well-known/openid-configuration", web::get().to(configuration))
                    .route("/keys", web::get().to(keys))
                    .route("/authorize", web::get().to(authorize))
                    .route("/token", web::post().to(token))
                    .route("/me", web::get().to(me))
            };
            let server = HttpServer::new(app).workers(1).disable_signals().listen(listener)?.run();
            drop(sender.send(server.handle()));
            server.await
        })
    });
    Ok(receiver.recv()?)
}

async fn configuration(inner: web::Data<Shared>) -> HttpResponse {
    let issuer = locked(&inner).issuer.clone();
    HttpResponse::Ok().json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "userinfo_endpoint": format!("{issuer}/me"),
        "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        "code_challenge_methods_supported": ["S256"],
    }))
}

async fn keys(inner: web::Data<Shared>) -> HttpResponse {
    HttpResponse::Ok().json(json!({ "keys": [locked(&inner).key.public_jwk()] }))
}

/// Gives the browser a code, or says what the request lacks.
async fn authorize(inner: web::Data<Shared>, query: web::Query<HashMap<String, String>>) -> HttpResponse {
    let text = |name: &str| query.get(name).cloned().unwrap_or_default();
    let scopes = text("scope");
    let is_right = text("response_type") == "code"
        && text("client_id") == CLIENT_ID
        && text("redirect_uri").ends_with("/admin/callback")
        && scopes.split(' ').any(|scope| scope == "openid")
        && text("code_challenge_method") == "S256"
        && text("state").len() >= 32
        && text("nonce").len() >= 32;
    if !is_right {
        return HttpResponse::BadRequest().body(format!("not an authentication request: {query:?}"));
    }
    let code = uuid::Uuid::new_v4().to_string();
    let location = format!("{}?code={code}&state={}", text("redirect_uri"), text("state"));
    let mut inner = locked(&inner);
    let person = inner.person.clone();
    let grant = Grant {
        nonce: text("nonce"),
        challenge: text("code_challenge"),
        redirect_uri: text("redirect_uri"),
        person,
    };
    inner.grants.insert(code, grant);
    HttpResponse::Found().insert_header((header::LOCATION, location)).finish()
}

/// Exchanges a code, once.
async fn token(
    request: HttpRequest,
    inner: web::Data<Shared>,
    form: web::Form<HashMap<String, String>>,
) -> HttpResponse {
    let refused = |error: &str| HttpResponse::BadRequest().json(json!({ "error": error }));
    // https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1: both parts are form-encoded first.
    let encoded: String = url::form_urlencoded::byte_serialize(CLIENT_SECRET.as_bytes()).collect();
    let basic = format!("Basic {}", STANDARD.encode(format!("{CLIENT_ID}:{encoded}")));
    let sent = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if sent != Some(basic.as_str()) {
        return HttpResponse::Unauthorized().json(json!({ "error": "invalid_client" }));
    }
    let text = |name: &str| form.get(name).cloned().unwrap_or_default();
    let mut inner = locked(&inner);
    let Some(grant) = inner.grants.remove(&text("code")) else { return refused("invalid_grant") };
    let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, text("code_verifier").as_bytes()));
    if text("grant_type") != "authorization_code"
        || challenge != grant.challenge
        || text("redirect_uri") != grant.redirect_uri
    {
        return refused("invalid_grant");
    }
    match id_token(&inner, &grant) {
        Ok(id_token) => HttpResponse::Ok().json(
            json!({ "access_token": ACCESS_TOKEN, "token_type": "Bearer", "expires_in": 60, "id_token": id_token }),
        ),
        Err(error) => HttpResponse::InternalServerError().body(error.to_string()),
    }
}

/// What is said of whoever is signed in; 500 if the test has nothing to say.
async fn me(request: HttpRequest, inner: web::Data<Shared>) -> HttpResponse {
    let sent = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if sent != Some(format!("Bearer {ACCESS_TOKEN}").as_str()) {
        return HttpResponse::Unauthorized().finish();
    }
    match &locked(&inner).person.user_info {
        Some(claims) if claims.is_object() => HttpResponse::Ok().json(claims),
        _ => HttpResponse::InternalServerError().finish(),
    }
}

fn id_token(inner: &Inner, grant: &Grant) -> anyhow::Result<String> {
    let now = crate::platform::unix_seconds();
    let person = &grant.person;
    let mut claims = json!({
        "iss": inner.issuer,
        "aud": CLIENT_ID,
        "sub": person.subject,
        "nonce": grant.nonce,
        "iat": now,
        "exp": now + 300,
    });
    if let (Some(claims), Some(forged)) = (claims.as_object_mut(), person.forged.as_object()) {
        if person.user_info.is_none() {
            claims.insert("email".to_owned(), json!(person.email));
            claims.insert("email_verified".to_owned(), json!(person.is_verified));
        }
        claims.extend(forged.clone());
    }
    let key = person.foreign_key.as_ref().unwrap_or(&inner.key);
    Ok(key.sign(&inner.key.header(), &claims)?)
}
