//! Signing in at the organisation's OpenID provider, whichever it is: discovery, code and PKCE by `openidconnect`.
//!
//! <https://openid.net/specs/openid-connect-core-1_0.html#CodeFlowAuth>. State, nonce and the PKCE secret wait in a cookie of this browser;
//! all requests go through the guarded client.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self},
    web,
};
use openidconnect::{
    AccessToken, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndUserEmail, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, IssuerUrl, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, Scope, SubjectIdentifier, TokenResponse as _,
    core::{
        CoreAuthenticationFlow, CoreClient, CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreUserInfoClaims,
    },
};
use serde::Deserialize;
use url::Url;

use super::{
    AdminError, ProviderError,
    entry::signed_in,
    session::{Role, begin, set_cookie},
};
use crate::{config::AdminConfig, error::Failure, secret, state::AppState};

/// Path of the redirect URI, to be entered at the provider.
pub const CALLBACK_PATH: &str = "/admin/callback";
/// The cookie of a sign-in under way.
const COOKIE: &str = "__Host-lti_admin_oidc";
/// How long somebody may take at the provider.
const SIGN_IN_SECONDS: i64 = 600;
/// Signatures that we take; never one by a shared secret.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 5] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

type Provider = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// The provider's host, for the button; `None` if none is configured.
pub(super) fn provider_host(config: &AdminConfig) -> Option<String> {
    Url::parse(&config.oidc_issuer).ok()?.host_str().map(str::to_owned)
}

/// Asks the provider for its addresses and keys; they are small, and administrators sign in rarely.
async fn discover(state: &AppState) -> Result<Provider, AdminError> {
    let config = &state.config.admin;
    if config.oidc_issuer.is_empty() {
        return Err(AdminError::NoProvider);
    }
    let issuer = IssuerUrl::new(config.oidc_issuer.clone())
        .map_err(|_error: url::ParseError| ProviderError::Issuer)?;
    let http = |request| state.outbound.relay(request);
    let metadata = CoreProviderMetadata::discover_async(issuer, &http).await.map_err(|error| {
        tracing::warn!(reason = %error, "OpenID provider cannot be discovered");
        ProviderError::Discovery
    })?;
    let secret =
        (!config.oidc_client_secret.is_empty()).then(|| ClientSecret::new(config.oidc_client_secret.clone()));
    let redirect = RedirectUrl::new(state.address(CALLBACK_PATH))
        .map_err(|_error: url::ParseError| ProviderError::Issuer)?;
    let client_id = ClientId::new(config.oidc_client_id.clone());
    Ok(CoreClient::from_provider_metadata(metadata, client_id, secret).set_redirect_uri(redirect))
}

/// `GET /admin/sign-in`: to the provider. A link and no form, so that the page need not know where the provider sends people.
///
/// # Errors
/// [`AdminError::NoProvider`] or [`AdminError::Provider`].
pub async fn begin_sign_in(state: web::Data<AppState>) -> Result<HttpResponse, Failure> {
    let provider = discover(&state).await?;
    let [state_text, nonce, verifier] = secret::draw_three(&*state.chance);
    let cookie = set_cookie(COOKIE, &format!("{state_text}.{nonce}.{verifier}"), SIGN_IN_SECONDS);
    let challenge = PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(verifier));
    let (url, _, _) = provider
        .authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            move || CsrfToken::new(state_text),
            move || Nonce::new(nonce),
        )
        .add_scope(Scope::new("email".to_owned()))
        .set_pkce_challenge(challenge)
        .url();
    Ok(HttpResponse::SeeOther()
        .insert_header((header::LOCATION, String::from(url)))
        .insert_header((header::SET_COOKIE, cookie))
        .finish())
}

/// What the provider sends back.
#[derive(Deserialize)]
#[expect(missing_debug_implementations, reason = "holds a code, which must not reach a log")]
pub struct Callback {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
}

/// `GET /admin/callback`.
///
/// # Errors
/// [`AdminError`]: another browser's answer, an `id_token` that does not hold, or somebody who is not listed.
pub async fn callback(
    request: HttpRequest,
    state: web::Data<AppState>,
    query: web::Query<Callback>,
) -> Result<HttpResponse, Failure> {
    let cookie = request.cookie(COOKIE).ok_or(AdminError::OtherSignIn)?;
    let parts: Vec<&str> = cookie.value().split('.').collect();
    let &[state_text, nonce, verifier] = parts.as_slice() else { return Err(AdminError::OtherSignIn.into()) };
    if !query.state.as_deref().is_some_and(|sent| secret::matches(sent, &secret::hash(state_text))) {
        return Err(AdminError::OtherSignIn.into());
    }
    if let Some(error) = &query.error {
        return Err(AdminError::Refused(error.chars().take(60).collect()).into());
    }
    let code = query.code.clone().ok_or(AdminError::OtherSignIn)?;
    let person = exchange(&state, code, verifier, &Nonce::new(nonce.to_owned())).await?;
    let (name, role) = listed(&person, &state.config.admin).ok_or(AdminError::NotListed)?;
    let (session, session_cookie) = begin(&state);
    let provider = provider_host(&state.config.admin).unwrap_or_default();
    state.store.insert_admin_session(session, &name, role, &provider).await?;
    let mut response = signed_in(&session_cookie, role.home());
    if let Ok(forgotten) = header::HeaderValue::from_str(&set_cookie(COOKIE, "", 0)) {
        response.headers_mut().append(header::SET_COOKIE, forgotten);
    }
    Ok(response)
}

/// Somebody whom the provider vouches for.
struct Person {
    /// The provider's id of them.
    subject: String,
    /// An e-mail address that the provider has verified.
    address: Option<String>,
}

/// Whom the provider means by the code, once its `id_token` holds.
async fn exchange(
    state: &AppState,
    code: String,
    verifier: &str,
    nonce: &Nonce,
) -> Result<Person, AdminError> {
    let provider = discover(state).await?;
    let http = |request| state.outbound.relay(request);
    let refused = |reason: &dyn std::fmt::Display| {
        tracing::warn!(%reason, "OpenID provider does not exchange the code");
        ProviderError::Exchange
    };
    let tokens = provider
        .exchange_code(AuthorizationCode::new(code))
        .map_err(|error| refused(&error))?
        .set_pkce_verifier(PkceCodeVerifier::new(verifier.to_owned()))
        .request_async(&http)
        .await
        .map_err(|error| refused(&error))?;
    let id_token = tokens.id_token().ok_or(ProviderError::IdToken)?;
    let id_token_verifier = provider.id_token_verifier().set_allowed_algs(ALGORITHMS);
    let claims = id_token.claims(&id_token_verifier, nonce).map_err(|error| {
        tracing::warn!(reason = %error, "id_token of the OpenID provider does not hold");
        ProviderError::IdToken
    })?;
    let subject = claims.subject();
    let address = match claims.email() {
        Some(email) => verified(email, claims.email_verified()),
        None if is_named(subject, &state.config.admin) => None,
        None => user_info(state, &provider, tokens.access_token(), subject).await?,
    };
    Ok(Person { subject: subject.to_string(), address })
}

/// The address where the provider keeps it from the `id_token`, as the specification has it for codes
/// (<https://openid.net/specs/openid-connect-core-1_0.html#ScopeClaims>); what is said of another subject is refused.
async fn user_info(
    state: &AppState,
    provider: &Provider,
    access_token: &AccessToken,
    subject: &SubjectIdentifier,
) -> Result<Option<String>, ProviderError> {
    let Ok(request) = provider.user_info(access_token.clone(), Some(subject.clone())) else {
        return Ok(None);
    };
    let http = |request| state.outbound.relay(request);
    let claims: CoreUserInfoClaims = request.request_async(&http).await.map_err(|error| {
        tracing::warn!(reason = %error, "OpenID provider does not say who the person is");
        ProviderError::UserInfo
    })?;
    Ok(claims.email().and_then(|email| verified(email, claims.email_verified())))
}

fn verified(email: &EndUserEmail, is_verified: Option<bool>) -> Option<String> {
    (is_verified == Some(true)).then(|| email.to_string())
}

/// From the most to the least.
fn lists(config: &AdminConfig) -> [(&[String], Role); 3] {
    [
        (&config.oidc_administrators, Role::Administrator),
        (&config.oidc_programme_owners, Role::ProgrammeOwner),
        (&config.oidc_report_readers, Role::ReportReader),
    ]
}

/// What somebody who has signed in at `provider` may do by the lists of today; `None` if they are on none, or the provider is another.
pub(super) fn role_of(name: &str, provider: &str, config: &AdminConfig) -> Option<Role> {
    let is_listed = |list: &[String]| list.iter().any(|listed| listed.eq_ignore_ascii_case(name));
    let role = lists(config).into_iter().find_map(|(list, role)| is_listed(list).then_some(role));
    role.filter(|_| provider_host(config).as_deref() == Some(provider))
}

/// Whether a list has the provider's id of a person.
fn is_named(subject: &str, config: &AdminConfig) -> bool {
    lists(config).iter().any(|(list, _)| list.iter().any(|listed| listed == subject))
}

/// The person's name in the first list that has it, from the most to the least: a verified e-mail address, or the provider's id of them.
fn listed(person: &Person, config: &AdminConfig) -> Option<(String, Role)> {
    let subject = person.subject.as_str();
    lists(config).into_iter().find_map(|(list, role)| {
        let is_listed = |address: &&str| list.iter().any(|listed| listed.eq_ignore_ascii_case(address));
        let by_address = person.address.as_deref().filter(is_listed);
        let by_subject = || Some(subject).filter(|subject| list.iter().any(|listed| listed == subject));
        by_address.or_else(by_subject).map(|name| (name.to_owned(), role))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_of_today_say_what_somebody_may_do() {
        let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let config = AdminConfig {
            oidc_issuer: "https://login.example.org/realm".to_owned(),
            oidc_client_id: "badges".to_owned(),
            oidc_client_secret: String::new(),
            oidc_administrators: list(&["boss@example.org"]),
            oidc_programme_owners: list(&["owner@example.org", "boss@example.org"]),
            oidc_report_readers: list(&["sub-7"]),
        };
        let role = |name| role_of(name, "login.example.org", &config);
        assert_eq!(role("Boss@example.org"), Some(Role::Administrator), "the most that a list says");
        assert_eq!(role("owner@example.org"), Some(Role::ProgrammeOwner));
        assert_eq!(role("sub-7"), Some(Role::ReportReader));
        assert_eq!((role("somebody@example.org"), role("")), (None, None));
        assert_eq!(role_of("owner@example.org", "elsewhere.example", &config), None);
    }
}
