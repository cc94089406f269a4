//! Cookie → platform storage → a window of its own: what happens in a frame whose browser may keep our cookies from us.
//!
//! A login in a frame makes one more step on our own site. If the cookie comes back, on to the platform. If not, and the platform offers
//! storage, a page puts the secret there (<https://www.imsglobal.org/spec/lti-cs-pm/v0p1>) and goes on; at the launch the page fetches it
//! and sends it to us. If neither works, the login starts anew in a window of its own: before the platform has seen it, because Moodle's
//! message hint works only once.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, http::header, web};
use serde::Deserialize;
use url::Url;

use super::{Hints, PATH, authorization_url, binding};
use crate::{
    error::Failure, frame::Frame, language::Language, launch::LaunchError, page::Page, secret,
    state::AppState, store::login::LoginRow,
};

/// The step on our own site.
pub const CONTINUE_PATH: &str = "/lti/login/continue";

/// Where a login in a frame goes first; both values are Base64url.
pub(super) fn continue_path(state: &str, nonce: &str) -> String {
    format!("{CONTINUE_PATH}?state={state}&nonce={nonce}")
}

/// What the login handed to its next step.
#[derive(Deserialize)]
#[expect(missing_debug_implementations, reason = "holds a state and a nonce, which must not reach a log")]
pub struct Continue {
    state: String,
    nonce: String,
}

/// `GET /lti/login/continue`.
///
/// # Errors
/// [`LaunchError::UnknownState`] if there is no such login or it was used.
pub async fn continue_login(
    request: HttpRequest,
    state: web::Data<AppState>,
    query: web::Query<Continue>,
) -> Result<HttpResponse, Failure> {
    let state_hash = secret::hash(&query.state);
    let login = state.store.find_login(&state_hash, state.clock.now()).await?;
    let known = login.filter(|login| !login.is_claimed && secret::matches(&query.nonce, &login.nonce_hash));
    let login = known.ok_or(LaunchError::UnknownState)?;
    Frame::of_platform(&login.platform, None).attach(&request);
    let hints = Hints { login: &login.login_hint, message: login.message_hint.as_deref() };
    let next = authorization_url(
        &login.platform,
        &state.public_url,
        &hints,
        query.state.clone(),
        query.nonce.clone(),
    )?;
    if binding::cookie_proves(&request, &query.state, &login) {
        return Ok(HttpResponse::Found().insert_header((header::LOCATION, String::from(next))).finish());
    }
    let t = Language::of_request(&request);
    let Some(target) = login.storage_target.clone() else {
        return Ok(WindowPage { t, url: restart_url(&state, &login) }.respond());
    };
    // The first secret was sent as a cookie and lost; the storage gets a new one.
    let browser = secret::draw(&*state.chance);
    state.store.update_browser_hash(&state_hash, &secret::hash(&browser)).await?;
    let page = StoragePage {
        t,
        url: restart_url(&state, &login),
        platform_origin: login.platform.authorization_endpoint.origin().ascii_serialization(),
        target,
        key: binding::name(&query.state),
        value: Some(browser),
        next: Some(next.into()),
        launch: None,
    };
    Ok(page.respond())
}

/// At the launch: asks the platform's storage if there is one (`launch` is the state and the `id_token` to be sent again), else for a window.
pub(crate) fn ask_the_browser(
    request: &HttpRequest,
    state: &AppState,
    login: &LoginRow,
    launch: Option<(&str, &str)>,
) -> HttpResponse {
    let (t, url) = (Language::of_request(request), restart_url(state, login));
    let Some((state_text, id_token)) = launch else {
        return WindowPage { t, url }.respond_with(StatusCode::UNAUTHORIZED);
    };
    let page = StoragePage {
        t,
        url,
        platform_origin: login.platform.authorization_endpoint.origin().ascii_serialization(),
        target: login.storage_target.clone().unwrap_or_default(),
        key: binding::name(state_text),
        value: None,
        next: None,
        launch: Some((state_text.to_owned(), id_token.to_owned())),
    };
    page.respond_with(StatusCode::UNAUTHORIZED)
}

/// The login as the platform began it.
fn restart_url(state: &AppState, login: &LoginRow) -> String {
    let mut url: Url = state.public_url.clone();
    url.set_path(PATH);
    let optional = [
        ("lti_message_hint", &login.message_hint),
        ("lti_deployment_id", &login.deployment_hint),
        ("lti_storage_target", &login.storage_target),
    ];
    url.query_pairs_mut()
        .append_pair("iss", &login.platform.issuer)
        .append_pair("client_id", &login.platform.client_id)
        .append_pair("login_hint", &login.login_hint)
        .append_pair("target_link_uri", &login.target_link_uri)
        .extend_pairs(optional.iter().filter_map(|(name, value)| Some((*name, value.as_deref()?))));
    url.into()
}

/// Asks the person to open a window.
#[derive(askama::Template)]
#[template(path = "window.html")]
pub(crate) struct WindowPage {
    pub(crate) t: Language,
    pub(crate) url: String,
}

impl Page for WindowPage {}

/// Talks to the platform's storage; offers the window if it does not answer.
#[derive(askama::Template)]
#[template(path = "storage.html")]
pub(crate) struct StoragePage {
    pub(crate) t: Language,
    /// The window, if all else fails.
    pub(crate) url: String,
    /// The only origin that is asked and believed.
    pub(crate) platform_origin: String,
    /// Which of the platform's frames keeps things.
    pub(crate) target: String,
    /// Under which name.
    pub(crate) key: String,
    /// What to keep; none at the launch, which fetches it.
    pub(crate) value: Option<String>,
    /// Where to go when it is kept.
    pub(crate) next: Option<String>,
    /// State and `id_token` to send again with what was fetched.
    pub(crate) launch: Option<(String, String)>,
}

impl Page for StoragePage {}
