//! Dynamic registration: an administrator pastes one invitation link into the platform, and nothing else is copied by hand.
//!
//! Specification: <https://www.imsglobal.org/spec/lti-dr/v1p0>. The link works once and for some days; what begins and does not end
//! keeps it for ten minutes. The platform's configuration is
//! fetched by the guarded client; the registration token goes to the configuration's host only. Without approval by the invitation the
//! registration is pending until `lti-tool platform approve`.

pub mod canvas;
pub mod manual;
pub mod wire;

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use url::Url;

use self::{
    canvas::Environment,
    wire::{PlatformConfiguration, read_answer, registration_request},
};
use crate::{
    error::Failure,
    frame::Frame,
    language::Language,
    outbound::OutboundError,
    page::Page,
    secret,
    state::AppState,
    store::{
        StoreError,
        invitation::ClaimedInvitation,
        registration::{NewRegistration, RegistrationStatus},
    },
};

/// Path of invitations; the token follows.
pub const PATH: &str = "/register";

/// Why a platform is not registered.
#[derive(Debug, thiserror::Error)]
pub enum RegistrationError {
    /// The link is unknown, has expired or was used, or another registration with it is under way.
    #[error("invitation is unknown, has expired, was used or is being used")]
    Invitation,
    /// The platform does not say where its configuration is.
    #[error("`openid_configuration` is missing or not a URL")]
    NoConfiguration,
    /// The platform cannot be reached, or must not be.
    #[error("the platform cannot be asked")]
    Unreachable(#[from] OutboundError),
    /// The configuration is an HTTP error.
    #[error("the platform answers {0} instead of its configuration")]
    Status(u16),
    /// The configuration lacks something.
    #[error("the platform's configuration cannot be read")]
    NotAConfiguration(#[source] serde_json::Error),
    /// Somebody else's issuer, or a token for somebody else.
    #[error("`{0}` of the platform is at another host than its configuration")]
    OtherHost(&'static str),
    /// An endpoint without TLS.
    #[error("`{0}` of the platform is not https")]
    Insecure(&'static str),
    /// HS256 only, or worse.
    #[error("the platform signs with no algorithm that we take")]
    NoAlgorithm,
    /// The platform does not want us.
    #[error("the platform refuses the registration with status {0}")]
    Refused(u16),
    /// The platform's answer is unusable.
    #[error("the platform's answer holds no client id")]
    NoClientId,
    /// The database.
    #[error("the registration cannot be stored")]
    Store(#[from] StoreError),
}

/// What the platform adds to the link (<https://www.imsglobal.org/spec/lti-dr/v1p0#registration-initiation-request>).
#[derive(Deserialize)]
#[expect(missing_debug_implementations, reason = "holds a token, which must not reach a log")]
pub struct Initiation {
    openid_configuration: Option<String>,
    registration_token: Option<String>,
}

/// Says that it worked, and closes the platform's dialogue.
#[derive(askama::Template)]
#[template(path = "registered.html")]
pub(crate) struct RegisteredPage {
    pub(crate) t: Language,
    pub(crate) issuer: String,
    pub(crate) status: RegistrationStatus,
}

impl Page for RegisteredPage {}

/// `GET /register/{token}`.
///
/// # Errors
/// [`RegistrationError`]; then the invitation can be used again.
pub async fn register(
    request: HttpRequest,
    state: web::Data<AppState>,
    token: web::Path<String>,
    query: web::Query<Initiation>,
) -> Result<HttpResponse, Failure> {
    let now = state.clock.now();
    let claimed =
        state.store.claim_invitation(&secret::hash(&token), now).await.map_err(RegistrationError::from)?;
    let invitation = claimed.ok_or(RegistrationError::Invitation)?;
    let registered = exchange(&state, &query, invitation).await;
    match registered {
        Ok((configuration, status)) => {
            // Canvas opens the invitation in a page of the school's, which is where the registration went.
            let platform = [&configuration.authorization_endpoint, &configuration.registration_endpoint];
            Frame::of_origins(platform).attach(&request);
            tracing::info!(issuer = configuration.issuer, status = status.as_str(), "platform registered");
            let t = Language::of_request(&request);
            Ok(RegisteredPage { t, issuer: configuration.issuer, status }.respond())
        }
        Err(error) => {
            state.store.release_invitation(invitation).await?;
            Err(error.into())
        }
    }
}

/// Asks the platform who it is, tells it who we are, and remembers both; says whether it may launch.
async fn exchange(
    state: &AppState,
    query: &Initiation,
    invitation: ClaimedInvitation,
) -> Result<(PlatformConfiguration, RegistrationStatus), RegistrationError> {
    let url = query
        .openid_configuration
        .as_deref()
        .and_then(|url| Url::parse(url).ok())
        .ok_or(RegistrationError::NoConfiguration)?;
    let token = query.registration_token.as_deref().filter(|token| !token.is_empty());
    // Canvas's documentation wants its token for the configuration already; to nobody else it is sent before the configuration is believed.
    let bearer = token.filter(|_| Environment::at(&url).is_some());
    let answer = state.outbound.fetch(&url, "application/json", bearer).await?;
    if answer.status != 200 {
        return Err(RegistrationError::Status(answer.status));
    }
    let configuration =
        PlatformConfiguration::read(&url, &answer.body, state.config.outbound.allow_insecure_loopback)?;
    let request =
        registration_request(&state.public_url, state.config.issuer.name.trim(), configuration.offered());
    let answer = state.outbound.post_json(&configuration.registration_endpoint, &request, token).await?;
    if !(200..300).contains(&answer.status) {
        return Err(RegistrationError::Refused(answer.status));
    }
    let (client_id, deployment_id) = read_answer(&answer.body)?;
    let registration = NewRegistration {
        name: url.host_str().unwrap_or_default().to_owned(),
        issuer: configuration.issuer.clone(),
        client_id,
        authorization_endpoint: configuration.authorization_endpoint.clone(),
        token_endpoint: configuration.token_endpoint.clone(),
        token_audience: configuration.token_audience.clone(),
        jwks_url: configuration.jwks_url.clone(),
        id_token_algorithm: configuration.algorithm.clone(),
        deployments: deployment_id.into_iter().collect(),
    };
    let now = state.clock.now();
    let status = state.store.insert_invited_registration(&registration, invitation, now).await?;
    Ok((configuration, status.ok_or(RegistrationError::Invitation)?))
}
