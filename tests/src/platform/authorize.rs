//! The authorization endpoint: every rule of the authentication request, then the `id_token`.
//!
//! <https://www.imsglobal.org/spec/security/v1p0/#step-2-authentication-request>

use serde_json::{Map, Value};

use super::id_token;
use super::state::{PendingLaunch, PlatformState};

/// A refused authentication request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthorizationRefusal {
    /// A parameter stands twice.
    #[error("parameter `{0}` is repeated")]
    Repeated(String),
    /// The client is not registered; the redirect URI cannot be trusted either.
    #[error("client `{0}` is not registered")]
    UnknownClient(String),
    /// The redirect URI is not one of the registered ones, to the letter.
    #[error("redirect_uri `{0}` is not registered")]
    UnregisteredRedirect(String),
    /// The state is missing or holds characters that platforms clean away.
    #[error("state is missing or not base64url")]
    State,
    /// Not `id_token`.
    #[error("response_type is `{0}`, expected `id_token`")]
    ResponseType(String),
    /// Not `form_post`.
    #[error("response_mode is `{0}`, expected `form_post`")]
    ResponseMode(String),
    /// Not exactly `openid`.
    #[error("scope is `{0}`, expected `openid`")]
    Scope(String),
    /// Not `none`.
    #[error("prompt is `{0}`, expected `none`")]
    Prompt(String),
    /// No nonce, or one that was used before.
    #[error("nonce is missing or used")]
    Nonce,
    /// The message hint is unknown or was used before.
    #[error("lti_message_hint is unknown or used")]
    MessageHint,
    /// The message hint belongs to another client.
    #[error("lti_message_hint belongs to another client")]
    ForeignMessageHint,
    /// The login hint is not the person who launches.
    #[error("login_hint is not the one of this launch")]
    LoginHint,
}

impl AuthorizationRefusal {
    /// The OpenID Connect error code; `None` if nothing may be sent to the redirect URI.
    /// <https://openid.net/specs/openid-connect-core-1_0.html#AuthError>
    #[must_use]
    pub fn code(&self) -> Option<&'static str> {
        match self {
            Self::Repeated(_) | Self::UnknownClient(_) | Self::UnregisteredRedirect(_) => None,
            Self::ResponseType(_) => Some("unsupported_response_type"),
            Self::Scope(_) => Some("invalid_scope"),
            Self::State | Self::ResponseMode(_) | Self::Prompt(_) | Self::Nonce => Some("invalid_request"),
            Self::MessageHint | Self::ForeignMessageHint => Some("launch_no_longer_valid"),
            Self::LoginHint => Some("access_denied"),
        }
    }
}

/// What the browser posts to the tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormPost {
    /// The redirect URI.
    pub action: String,
    /// The fields.
    pub fields: Vec<(String, String)>,
}

/// The endpoint's answer when it is not a success.
#[derive(Debug)]
pub(crate) struct AuthorizationFailure {
    pub(crate) refusal: AuthorizationRefusal,
    /// The error as a form for the tool, if its address is trusted.
    pub(crate) form: Option<FormPost>,
}

/// The parameters of the request, in order.
#[derive(Debug)]
pub(crate) struct Parameters(Vec<(String, String)>);

impl Parameters {
    pub(crate) fn parse(encoded: &[u8]) -> Self {
        Self(url::form_urlencoded::parse(encoded).into_owned().collect())
    }

    fn value(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }

    fn repeated(&self) -> Option<&str> {
        let mut seen = std::collections::HashSet::new();
        self.0.iter().map(|(key, _)| key.as_str()).find(|key| !seen.insert(*key))
    }
}

/// Checks the request and answers with the `id_token`.
pub(crate) fn authorize(
    state: &PlatformState,
    parameters: &Parameters,
    now: i64,
) -> Result<FormPost, AuthorizationFailure> {
    let bare = |refusal| AuthorizationFailure { refusal, form: None };
    check_redirect(state, parameters).map_err(bare)?;
    let action = parameters.value("redirect_uri").to_owned();
    let posted = |refusal: AuthorizationRefusal| {
        let form = refusal.code().map(|code| error_form(&action, code, &refusal, parameters.value("state")));
        AuthorizationFailure { refusal, form }
    };
    check_shape(parameters).map_err(posted)?;
    let launch = claim_launch(state, parameters).map_err(posted)?;
    let claims = sign_in(state, &launch, parameters.value("nonce"), now).map_err(posted)?;
    let token = sign(state, claims).ok_or(AuthorizationRefusal::MessageHint).map_err(posted)?;
    let fields =
        vec![("id_token".to_owned(), token), ("state".to_owned(), parameters.value("state").to_owned())];
    Ok(FormPost { action, fields })
}

/// What decides whether anything may be sent to the redirect URI at all.
fn check_redirect(state: &PlatformState, parameters: &Parameters) -> Result<(), AuthorizationRefusal> {
    if let Some(name) = parameters.repeated() {
        return Err(AuthorizationRefusal::Repeated(name.to_owned()));
    }
    let client_id = parameters.value("client_id");
    let redirect_uri = parameters.value("redirect_uri");
    let memory = state.memory();
    let mut tools = memory.world.tools.iter().filter(|tool| tool.client_id == client_id).peekable();
    if tools.peek().is_none() {
        return Err(AuthorizationRefusal::UnknownClient(client_id.to_owned()));
    }
    if !tools.any(|tool| tool.redirect_uris.iter().any(|registered| registered == redirect_uri)) {
        return Err(AuthorizationRefusal::UnregisteredRedirect(redirect_uri.to_owned()));
    }
    Ok(())
}

/// The fixed values of an LTI authentication request.
fn check_shape(parameters: &Parameters) -> Result<(), AuthorizationRefusal> {
    let value = |name| parameters.value(name);
    if !is_base64url(value("state")) {
        return Err(AuthorizationRefusal::State);
    }
    if value("response_type") != "id_token" {
        return Err(AuthorizationRefusal::ResponseType(value("response_type").to_owned()));
    }
    if value("response_mode") != "form_post" {
        return Err(AuthorizationRefusal::ResponseMode(value("response_mode").to_owned()));
    }
    if value("scope") != "openid" {
        return Err(AuthorizationRefusal::Scope(value("scope").to_owned()));
    }
    if value("prompt") != "none" {
        return Err(AuthorizationRefusal::Prompt(value("prompt").to_owned()));
    }
    if value("nonce").is_empty() {
        return Err(AuthorizationRefusal::Nonce);
    }
    Ok(())
}

/// Uses up the launch that the message hint stands for, whatever comes of it.
fn claim_launch(
    state: &PlatformState,
    parameters: &Parameters,
) -> Result<PendingLaunch, AuthorizationRefusal> {
    let mut memory = state.memory();
    let hint = parameters.value("lti_message_hint");
    let launch = memory.launches.remove(hint).ok_or(AuthorizationRefusal::MessageHint)?;
    if launch.client_id != parameters.value("client_id") {
        return Err(AuthorizationRefusal::ForeignMessageHint);
    }
    if launch.person_id != parameters.value("login_hint") {
        return Err(AuthorizationRefusal::LoginHint);
    }
    if !memory.nonces.insert(parameters.value("nonce").to_owned()) {
        return Err(AuthorizationRefusal::Nonce);
    }
    Ok(launch)
}

fn sign_in(
    state: &PlatformState,
    launch: &PendingLaunch,
    nonce: &str,
    now: i64,
) -> Result<Map<String, Value>, AuthorizationRefusal> {
    let memory = state.memory();
    id_token::claims(state, &memory, launch, nonce, now).ok_or(AuthorizationRefusal::MessageHint)
}

fn sign(state: &PlatformState, claims: Map<String, Value>) -> Option<String> {
    let key = state.memory().key.clone();
    key.sign(&key.header(), &Value::Object(claims)).ok()
}

fn error_form(action: &str, code: &str, refusal: &AuthorizationRefusal, state: &str) -> FormPost {
    let mut fields =
        vec![("error".to_owned(), code.to_owned()), ("error_description".to_owned(), refusal.to_string())];
    if !state.is_empty() {
        fields.push(("state".to_owned(), state.to_owned()));
    }
    FormPost { action: action.to_owned(), fields }
}

fn is_base64url(state: &str) -> bool {
    !state.is_empty()
        && state.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}
