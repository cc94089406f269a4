//! The OIDC login: a platform says that somebody is coming, and we send the browser to the platform's authorization endpoint.
//!
//! Specification: <https://www.imsglobal.org/spec/security/v1p0/#platform-originating-messages>. Issuer and client are looked up before any
//! redirect, and only the stored endpoint is used. `redirect_uri` comes from the configuration, never from `Host`.
//! How the browser proves later that it began the login stands in [`binding`], what happens without cookies in [`chain`].

pub mod binding;
pub mod chain;
pub mod recent;

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use openidconnect::{
    AuthUrl, AuthenticationFlow, ClientId, CsrfToken, IssuerUrl, JsonWebKeySet, LoginHint, Nonce,
    RedirectUrl,
    core::{CoreAuthPrompt, CoreClient, CoreResponseType},
};
use serde::Deserialize;
use url::Url;

use crate::{
    clock::later,
    error::Failure,
    platform::Platform,
    secret,
    state::AppState,
    store::{StoreError, login::NewLogin},
};

/// Path of the login.
pub const PATH: &str = "/lti/login";
/// Path of the redirect URI, one and fixed: platforms compare it exactly.
pub const REDIRECT_PATH: &str = "/lti/launch";
/// The longest parameter that is remembered.
const LONGEST_PARAMETER: usize = 4096;

/// Why a login goes no further.
#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    /// A parameter is missing.
    #[error("parameter `{0}` is missing")]
    MissingParameter(&'static str),
    /// A parameter is longer than 4,096 bytes.
    #[error("parameter `{0}` is longer than 4096 bytes")]
    LongParameter(&'static str),
    /// No such platform.
    #[error("no active platform is registered as {issuer:?} with client id {client_id:?}")]
    UnknownPlatform {
        /// `iss`.
        issuer: String,
        /// `client_id`.
        client_id: Option<String>,
    },
    /// The registration makes no authorization request; it was checked when it was stored.
    #[error("registration of {0} makes no authorization request")]
    BadRegistration(String),
    /// The database.
    #[error("the login cannot be stored")]
    Store(#[from] StoreError),
}

/// Parameters of a login, by GET or POST (<https://www.imsglobal.org/spec/security/v1p0/#step-1-third-party-initiated-login>).
#[derive(Debug, Default, Deserialize)]
pub struct LoginParameters {
    iss: Option<String>,
    client_id: Option<String>,
    login_hint: Option<String>,
    target_link_uri: Option<String>,
    lti_message_hint: Option<String>,
    lti_deployment_id: Option<String>,
    lti_storage_target: Option<String>,
}

/// `GET /lti/login`.
///
/// # Errors
/// [`LoginError`], as a page with a reference.
pub async fn login_by_get(
    request: HttpRequest,
    state: web::Data<AppState>,
    query: web::Query<LoginParameters>,
) -> Result<HttpResponse, Failure> {
    Ok(login(&request, &state, &query).await?)
}

/// `POST /lti/login`.
///
/// # Errors
/// [`LoginError`], as a page with a reference.
pub async fn login_by_post(
    request: HttpRequest,
    state: web::Data<AppState>,
    form: web::Form<LoginParameters>,
) -> Result<HttpResponse, Failure> {
    Ok(login(&request, &state, &form).await?)
}

async fn login(
    request: &HttpRequest,
    state: &AppState,
    parameters: &LoginParameters,
) -> Result<HttpResponse, LoginError> {
    let issuer = required(parameters.iss.as_deref(), "iss")?;
    let login_hint = required(parameters.login_hint.as_deref(), "login_hint")?;
    let target_link_uri = required(parameters.target_link_uri.as_deref(), "target_link_uri")?;
    let lifetime = state.config.launch.login_lifetime_seconds;
    let [state_text, nonce, browser] = secret::draw_three(&*state.chance);
    let new = NewLogin {
        state_hash: secret::hash(&state_text),
        nonce_hash: secret::hash(&nonce),
        browser_hash: secret::hash(&browser),
        issuer,
        client_id: bounded(parameters.client_id.as_deref(), "client_id")?,
        login_hint,
        message_hint: bounded(parameters.lti_message_hint.as_deref(), "lti_message_hint")?,
        target_link_uri,
        deployment_hint: bounded(parameters.lti_deployment_id.as_deref(), "lti_deployment_id")?,
        storage_target: bounded(parameters.lti_storage_target.as_deref(), "lti_storage_target")?,
        expires_at: later(state.clock.now(), lifetime.into()),
    };
    let login = state.store.insert_login(&new).await?.ok_or_else(|| LoginError::UnknownPlatform {
        issuer: issuer.to_owned(),
        client_id: parameters.client_id.clone(),
    })?;
    let cookies = binding::cookies(&state_text, &browser, lifetime);
    let location = if binding::is_framed(request) {
        chain::continue_path(&state_text, &nonce)
    } else {
        authorization_url(&login.platform, &state.public_url, &new.hints(), state_text, nonce)?.into()
    };
    state.recent_logins.keep(new.state_hash, login);
    let mut response = HttpResponse::Found();
    response.insert_header((header::LOCATION, location));
    for cookie in cookies {
        response.append_header((header::SET_COOKIE, cookie));
    }
    Ok(response.finish())
}

/// What the platform wants back, opaque to us.
#[derive(Clone, Copy, Debug)]
struct Hints<'a> {
    login: &'a str,
    message: Option<&'a str>,
}

impl<'a> NewLogin<'a> {
    fn hints(&self) -> Hints<'a> {
        Hints { login: self.login_hint, message: self.message_hint }
    }
}

/// The authorization request (<https://www.imsglobal.org/spec/security/v1p0/#step-2-authentication-request>): `openidconnect` builds it,
/// LTI adds `response_mode=form_post` and its message hint. Scope is exactly `openid`, as Moodle insists.
fn authorization_url(
    platform: &Platform,
    public_url: &Url,
    hints: &Hints<'_>,
    state: String,
    nonce: String,
) -> Result<Url, LoginError> {
    let bad = || LoginError::BadRegistration(platform.issuer.clone());
    let issuer = IssuerUrl::from_url(platform.issuer_url.clone().ok_or_else(bad)?);
    let mut redirect = public_url.clone();
    redirect.set_path(REDIRECT_PATH);
    let client = CoreClient::new(ClientId::new(platform.client_id.clone()), issuer, JsonWebKeySet::default())
        .set_auth_uri(AuthUrl::from_url(platform.authorization_endpoint.clone()))
        .set_redirect_uri(RedirectUrl::from_url(redirect));
    let mut request = client
        .authorize_url(
            AuthenticationFlow::<CoreResponseType>::Implicit(false),
            move || CsrfToken::new(state),
            move || Nonce::new(nonce),
        )
        .add_prompt(CoreAuthPrompt::None)
        .set_login_hint(LoginHint::new(hints.login.to_owned()))
        .add_extra_param("response_mode", "form_post");
    if let Some(hint) = hints.message {
        request = request.add_extra_param("lti_message_hint", hint);
    }
    let (url, _state, _nonce) = request.url();
    Ok(url)
}

fn required<'a>(value: Option<&'a str>, name: &'static str) -> Result<&'a str, LoginError> {
    bounded(value, name)?.ok_or(LoginError::MissingParameter(name))
}

/// A parameter that is not empty, and not too long to remember; PostgreSQL keeps no NUL.
fn bounded<'a>(value: Option<&'a str>, name: &'static str) -> Result<Option<&'a str>, LoginError> {
    match value.filter(|value| !value.is_empty() && !value.contains('\0')) {
        Some(value) if value.len() > LONGEST_PARAMETER => Err(LoginError::LongParameter(name)),
        value => Ok(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn platform() -> Platform {
        Platform {
            registration_id: uuid::Uuid::nil(),
            issuer: "https://lms.example".to_owned(),
            issuer_url: "https://lms.example".parse().ok(),
            client_id: "client-1".to_owned(),
            authorization_endpoint: "https://lms.example/auth.php?tenant=1".parse().unwrap(),
            token_endpoint: "https://lms.example/token".parse().unwrap(),
            token_audience: None,
            jwks_url: "https://lms.example/certs".parse().unwrap(),
            id_token_algorithm: jsonwebtoken::Algorithm::RS256,
        }
    }

    #[test]
    fn the_authorization_request_is_what_platforms_insist_on() {
        let public_url = "https://badges.example.org/".parse().unwrap();
        let hints = Hints { login: "3", message: Some(r#"{"cmid":4}"#) };
        let url = authorization_url(&platform(), &public_url, &hints, "state".to_owned(), "nonce".to_owned())
            .unwrap();
        assert!(url.as_str().starts_with("https://lms.example/auth.php?tenant=1&"));
        let mut pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        pairs.sort();
        let expected = [
            ("client_id", "client-1"),
            ("login_hint", "3"),
            ("lti_message_hint", r#"{"cmid":4}"#),
            ("nonce", "nonce"),
            ("prompt", "none"),
            ("redirect_uri", "https://badges.example.org/lti/launch"),
            ("response_mode", "form_post"),
            ("response_type", "id_token"),
            ("scope", "openid"),
            ("state", "state"),
            ("tenant", "1"),
        ];
        assert_eq!(pairs, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[test]
    fn an_absent_message_hint_is_left_out() {
        let public_url = "https://badges.example.org/".parse().unwrap();
        let url = authorization_url(
            &platform(),
            &public_url,
            &Hints { login: "3", message: None },
            String::new(),
            String::new(),
        )
        .unwrap();
        assert!(!url.as_str().contains("lti_message_hint"));
    }

    #[test]
    fn parameters_are_required_and_bounded() {
        assert_eq!(required(None, "iss").unwrap_err().to_string(), "parameter `iss` is missing");
        assert_eq!(required(Some(""), "iss").unwrap_err().to_string(), "parameter `iss` is missing");
        let long = "x".repeat(4097);
        assert_eq!(
            bounded(Some(&long), "login_hint").unwrap_err().to_string(),
            "parameter `login_hint` is longer than 4096 bytes"
        );
    }
}
