//! The token endpoint: client credentials with a signed assertion.
//!
//! <https://www.imsglobal.org/spec/security/v1p0/#using-json-web-tokens-with-oauth-2-0-client-credentials-grant>

use jsonwebtoken::jwk::JwkSet;
use serde_json::{Value, json};

use super::client_assertion::{self, AssertionRefusal};
use super::state::{AccessToken, PlatformState};

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Why no token is given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenRefusal {
    /// The body is not a form.
    #[error("content type is `{0}`, expected `application/x-www-form-urlencoded`")]
    ContentType(String),
    /// Not client credentials.
    #[error("grant_type is `{0}`, expected `client_credentials`")]
    GrantType(String),
    /// Not a JWT bearer assertion.
    #[error("client_assertion_type is `{0}`, expected `{ASSERTION_TYPE}`")]
    AssertionType(String),
    /// No scope asked for.
    #[error("no scope is asked for")]
    NoScope,
    /// The tool may not have this scope.
    #[error("scope `{0}` is not granted to this tool")]
    Scope(String),
    /// The client is not registered.
    #[error("client `{0}` is not registered")]
    UnknownClient(String),
    /// The tool's keys could not be fetched.
    #[error("the tool's key set at `{0}` could not be read")]
    KeySet(String),
    /// The assertion is not believed.
    #[error(transparent)]
    Assertion(#[from] AssertionRefusal),
}

impl TokenRefusal {
    /// The OAuth error code.
    /// <https://www.rfc-editor.org/rfc/rfc6749#section-5.2>
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::ContentType(_) | Self::AssertionType(_) => "invalid_request",
            Self::GrantType(_) => "unsupported_grant_type",
            Self::NoScope | Self::Scope(_) => "invalid_scope",
            Self::UnknownClient(_) | Self::KeySet(_) | Self::Assertion(_) => "invalid_client",
        }
    }
}

/// The form that the tool posted.
#[derive(Debug)]
pub(crate) struct TokenRequest {
    fields: Vec<(String, String)>,
}

impl TokenRequest {
    pub(crate) fn parse(content_type: &str, body: &[u8]) -> Result<Self, TokenRefusal> {
        if content_type.split(';').next().map(str::trim) != Some("application/x-www-form-urlencoded") {
            return Err(TokenRefusal::ContentType(content_type.to_owned()));
        }
        Ok(Self { fields: url::form_urlencoded::parse(body).into_owned().collect() })
    }

    fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }

    fn scopes(&self) -> Vec<String> {
        self.value("scope").split_ascii_whitespace().map(str::to_owned).collect()
    }
}

/// Checks the request and gives a token.
pub(crate) async fn grant(
    state: &PlatformState,
    request: &TokenRequest,
    now: i64,
) -> Result<Value, TokenRefusal> {
    check_form(request)?;
    let assertion = request.value("client_assertion");
    let client_id = client_assertion::unverified_issuer(assertion)?;
    let (jwks_url, allowed) = registration(state, &client_id)?;
    let keys = fetch_keys(state, &jwks_url).await?;
    let claims = client_assertion::verify(assertion, &keys, &state.token_url(), now)?;
    let scopes = request.scopes();
    if let Some(scope) = scopes.iter().find(|scope| !allowed.contains(scope)) {
        return Err(TokenRefusal::Scope(scope.clone()));
    }
    let mut memory = state.memory();
    if !memory.assertion_ids.insert(claims.jti) {
        return Err(AssertionRefusal::Replayed.into());
    }
    let token = format!("{}{}", uuid::Uuid::new_v4().simple(), uuid::Uuid::new_v4().simple());
    let lifetime = memory.token_lifetime_seconds;
    let granted = scopes.join(" ");
    let access = AccessToken { client_id: claims.iss, scopes, expires_at: now + lifetime };
    memory.tokens.insert(token.clone(), access);
    Ok(json!({ "access_token": token, "token_type": "Bearer", "expires_in": lifetime, "scope": granted }))
}

fn check_form(request: &TokenRequest) -> Result<(), TokenRefusal> {
    let grant_type = request.value("grant_type");
    if grant_type != "client_credentials" {
        return Err(TokenRefusal::GrantType(grant_type.to_owned()));
    }
    let assertion_type = request.value("client_assertion_type");
    if assertion_type != ASSERTION_TYPE {
        return Err(TokenRefusal::AssertionType(assertion_type.to_owned()));
    }
    if request.scopes().is_empty() {
        return Err(TokenRefusal::NoScope);
    }
    Ok(())
}

/// Where the client's keys are, and what it may ask for.
fn registration(state: &PlatformState, client_id: &str) -> Result<(String, Vec<String>), TokenRefusal> {
    let memory = state.memory();
    let tool = memory.world.tools.iter().find(|tool| tool.client_id == client_id);
    let tool = tool.ok_or_else(|| TokenRefusal::UnknownClient(client_id.to_owned()))?;
    Ok((tool.jwks_url.clone(), tool.scopes.clone()))
}

async fn fetch_keys(state: &PlatformState, url: &str) -> Result<JwkSet, TokenRefusal> {
    let unreadable = |_cause| TokenRefusal::KeySet(url.to_owned());
    let answer = state.http.get(url).send().await.map_err(unreadable)?;
    let answer = answer.error_for_status().map_err(unreadable)?;
    answer.json().await.map_err(unreadable)
}
