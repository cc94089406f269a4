//! The launch: a platform posts an `id_token`, and a session begins.
//!
//! 1. The state leads to the login ([`recent`](crate::login::recent), or the database), and the login to the platform.
//! 2. The browser proves that it began this login.
//! 3. The `id_token` is taken apart ([`unverified`]) and its key fetched.
//! 4. Everything in it is checked ([`verify`]).
//! 5. Login and nonce are claimed, once ([`nonce`]), and with them the session begins. Until then nothing is stored.
//!
//! Specification: <https://www.imsglobal.org/spec/security/v1p0/#step-3-authentication-response>.

mod migration;
pub mod nonce;
pub mod unverified;
pub mod verify;

use actix_web::{HttpMessage, HttpRequest, HttpResponse, http::header, web};
use serde::Deserialize;

use self::{
    unverified::UnverifiedToken,
    verify::{Expected, Message, VerifiedLaunch},
};
use crate::{
    belonging,
    error::{AtPlatform, Failure},
    frame::Frame,
    login::{binding, chain},
    lti::role::Standing,
    platform::keys::KeysError,
    secret,
    state::AppState,
    store::{StoreError, canvas_event::LaunchedNumbers, login::LoginRow},
};

/// Why a launch is refused, or cannot be judged.
#[derive(Debug, thiserror::Error)]
pub enum LaunchError {
    /// The form lacks a field.
    #[error("form field `{0}` is missing")]
    MissingField(&'static str),
    /// The platform sends an error instead of a token.
    #[error("platform answers with error {0:?}")]
    PlatformError(String),
    /// No login with this state, or it has expired.
    #[error("state belongs to no login, or the login has expired")]
    UnknownState,
    /// The login was used before.
    #[error("login was used before")]
    Replayed,
    /// Neither cookie nor storage proves that this browser began the login.
    #[error("browser did not prove that it began the login")]
    OtherBrowser,
    /// Not a JSON Web Signature with a JSON object inside.
    #[error("id_token is not a signed JSON Web Token")]
    NotAToken,
    /// The header has no `kid`.
    #[error("id_token names no key")]
    NoKid,
    /// Another algorithm than the registered one.
    #[error("id_token is not signed with the registered algorithm")]
    OtherAlgorithm,
    /// Changed, or signed by somebody else.
    #[error("signature does not fit")]
    BadSignature,
    /// A claim that has to be there is not, or has the wrong JSON type.
    #[error("claim `{0}` is missing")]
    MissingClaim(&'static str),
    /// An id that cannot be one.
    #[error("claim `{0}` is empty, not a text, or longer than 255 characters")]
    BadId(&'static str),
    /// Another platform's token.
    #[error("issuer is not the one of this login")]
    OtherIssuer,
    /// Another tool's token.
    #[error("audience does not contain our client id")]
    OtherAudience,
    /// A token for us and somebody whom we do not trust.
    #[error("audience contains others than us")]
    ExtraAudience,
    /// Issued to somebody else.
    #[error("authorized party is not us")]
    OtherAuthorizedParty,
    /// `exp` has passed.
    #[error("id_token has expired")]
    Expired,
    /// `iat` lies ahead.
    #[error("id_token was issued in the future")]
    FromTheFuture,
    /// `iat` is too long ago.
    #[error("id_token was issued too long ago")]
    TooOld,
    /// Another login's token.
    #[error("nonce is not the one of this login")]
    OtherNonce,
    /// Not LTI 1.3.0.
    #[error("LTI version is not 1.3.0")]
    OtherVersion,
    /// A message that we do not serve.
    #[error("message type is not known")]
    UnknownMessage,
    /// Nobody approved this deployment.
    #[error("deployment {0:?} is not registered")]
    UnknownDeployment(String),
    /// Leads to somebody else.
    #[error("target_link_uri leads to another origin")]
    OtherTarget,
    /// The platform's key cannot be had.
    #[error("the platform's key cannot be had")]
    Keys(#[from] KeysError),
    /// The database.
    #[error("the launch cannot be stored")]
    Store(#[from] StoreError),
}

/// What a platform posts (<https://openid.net/specs/oauth-v2-form-post-response-mode-1_0.html>).
#[derive(Deserialize)]
#[expect(missing_debug_implementations, reason = "holds an id_token, which must not reach a log")]
pub struct LaunchForm {
    state: Option<String>,
    id_token: Option<String>,
    error: Option<String>,
    /// Our own page adds what the platform's storage kept for this browser.
    proof: Option<String>,
}

/// `POST /lti/launch`.
///
/// # Errors
/// [`LaunchError`], as a page with a reference.
pub async fn launch(
    request: HttpRequest,
    state: web::Data<AppState>,
    form: web::Form<LaunchForm>,
) -> Result<HttpResponse, Failure> {
    let form = form.into_inner();
    let begun = if let Some(begun) = begin_recent(&request, &state, &form).await? {
        begun
    } else {
        let login = find_login(&request, &state, &form).await?;
        if !is_proven(&request, &form, &login) {
            return Ok(ask_the_browser(&request, &state, &form, &login));
        }
        begin(&request, &state, &form, login).await?
    };
    let Begun { login, launch, token } = begun;
    remember_numbers(&state, &launch, &login).await.map_err(LaunchError::from)?;
    if login.tells_populations {
        belonging::record_launch(&state, &login.platform, &launch).await;
    }
    if let Some(url) = &launch.services.notices_url {
        crate::notice::subscribe::subscribe(&state, &login.platform, &launch.deployment_id, url);
    }
    let page = first_page(&launch);
    Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, format!("/s/{token}/{page}"))).finish())
}

/// A session that a launch has begun.
struct Begun {
    login: LoginRow,
    launch: VerifiedLaunch,
    token: String,
}

impl LaunchForm {
    fn state(&self) -> Result<&str, LaunchError> {
        self.state.as_deref().filter(|state| !state.is_empty()).ok_or(LaunchError::MissingField("state"))
    }

    fn id_token(&self) -> Result<&str, LaunchError> {
        self.id_token.as_deref().ok_or(LaunchError::MissingField("id_token"))
    }
}

/// The launch of a login that began here a moment ago, without a question to the database; none if it is to be asked after all, because
/// there is no such login here or because the database may know better.
async fn begin_recent(
    request: &HttpRequest,
    state: &AppState,
    form: &LaunchForm,
) -> Result<Option<Begun>, LaunchError> {
    let (Ok(state_text), Ok(_), None) = (form.state(), form.id_token(), &form.error) else { return Ok(None) };
    let recent = state.recent_logins.take(&secret::hash(state_text));
    let Some(login) = recent.filter(|login| is_proven(request, form, login)) else { return Ok(None) };
    show_as_platform_s(request, &login);
    match begin(request, state, form, login).await {
        Ok(begun) => Ok(Some(begun)),
        Err(error @ (LaunchError::Keys(_) | LaunchError::Store(_))) => Err(error),
        Err(_) => Ok(None),
    }
}

/// Steps 1 and 2 as far as the database knows.
async fn find_login(
    request: &HttpRequest,
    state: &AppState,
    form: &LaunchForm,
) -> Result<LoginRow, LaunchError> {
    let login = match form.state() {
        Ok(text) => state.store.find_login(&secret::hash(text), state.clock.now()).await?,
        Err(_) => None,
    };
    if let Some(login) = &login {
        show_as_platform_s(request, login);
    }
    if let Some(error) = &form.error {
        return Err(LaunchError::PlatformError(error.chars().take(60).collect()));
    }
    form.state().and_then(|_| form.id_token())?;
    let login = login.ok_or(LaunchError::UnknownState)?;
    if login.is_claimed { Err(LaunchError::Replayed) } else { Ok(login) }
}

/// Whatever is answered from now on, a page of an error too, may stand in the platform's frame and is counted as the platform's.
fn show_as_platform_s(request: &HttpRequest, login: &LoginRow) {
    Frame::of_platform(&login.platform, None).attach(request);
    request.extensions_mut().insert(AtPlatform(login.platform.registration_id));
}

fn is_proven(request: &HttpRequest, form: &LaunchForm, login: &LoginRow) -> bool {
    form.state().is_ok_and(|state_text| binding::cookie_proves(request, state_text, login))
        || binding::storage_proves(form.proof.as_deref(), login)
}

fn ask_the_browser(
    request: &HttpRequest,
    state: &AppState,
    form: &LaunchForm,
    login: &LoginRow,
) -> HttpResponse {
    tracing::info!(reason = %LaunchError::OtherBrowser, storage = login.storage_target.is_some(), "launch has no cookie");
    // A proof that was sent and does not fit is no reason to ask again.
    let storage = login.storage_target.is_some() && form.proof.is_none();
    let again = form.state().ok().zip(form.id_token().ok()).filter(|_| storage);
    chain::ask_the_browser(request, state, login, again)
}

/// Steps 3 to 5.
async fn begin(
    request: &HttpRequest,
    state: &AppState,
    form: &LaunchForm,
    login: LoginRow,
) -> Result<Begun, LaunchError> {
    let launch = judge(state, &login, form.id_token()?).await?;
    let former = migration::proven_user_id(state, &login.platform, &launch).await?;
    let language = crate::language::Language::of_request(request);
    let token =
        nonce::begin_session(state, &launch, &login, form.state()?, language, former.as_deref()).await?;
    Ok(Begun { login, launch, token })
}

/// Canvas's numbers of course and person, by which its events name them.
async fn remember_numbers(
    state: &AppState,
    launch: &VerifiedLaunch,
    login: &LoginRow,
) -> Result<(), StoreError> {
    let (course, person) = (launch.services.canvas_course, launch.services.canvas_person);
    if course.is_none() && person.is_none() {
        return Ok(());
    }
    let numbers = LaunchedNumbers {
        registration_id: login.platform.registration_id,
        deployment_id: &launch.deployment_id,
        course: launch.context.as_ref().map(|context| context.id.as_str()).zip(course),
        person: launch.user.as_ref().map(|user| user.id.as_str()).zip(person),
    };
    state.store.insert_canvas_numbers(numbers).await
}

/// Where the session begins.
fn first_page(launch: &VerifiedLaunch) -> &'static str {
    match (launch.message, launch.standing, &launch.context) {
        (Message::DataPrivacy, ..) => "privacy",
        (Message::ResourceLink, ..) if launch.wants_own_badges => "mine",
        (Message::DeepLinking, Standing::Instructor, Some(_)) => "place",
        (Message::SubmissionReview, Standing::Instructor, Some(_)) => "review",
        (Message::ResourceLink, Standing::Instructor, Some(_)) => "course",
        _ => "mine",
    }
}

/// Steps 3 and 4: the token, its key, its claims.
async fn judge(state: &AppState, login: &LoginRow, id_token: &str) -> Result<VerifiedLaunch, LaunchError> {
    let unverified = UnverifiedToken::parse(id_token)?;
    let key = state.platform_keys.find(&login.platform.jwks_url, &unverified.unverified_kid).await?;
    let limits = state.config.launch;
    verify::verify(
        &unverified,
        &key,
        &Expected {
            issuer: &login.platform.issuer,
            client_id: &login.platform.client_id,
            algorithm: login.platform.id_token_algorithm,
            deployments: &login.deployments,
            approves_deployments: login.approves_deployments,
            nonce_hash: &login.nonce_hash,
            public_url: &state.public_url,
            now: state.clock.now(),
            leeway_seconds: limits.leeway_seconds.into(),
            max_age_seconds: limits.id_token_max_age_seconds.into(),
        },
    )
}
