//! The one place that maps failures to statuses and sentences.
//!
//! Three readers: the person reads one sentence and a reference id, the operator the chain of causes in one log line with the same id,
//! programs the status. No personal data and no token is in either.

use actix_web::{
    Error, HttpMessage, HttpRequest, HttpResponse, ResponseError,
    body::{BoxBody, EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::StatusCode,
    middleware::Next,
    web,
};

use crate::{
    admin::AdminError,
    award::AwardError,
    clock::Chance,
    course::image::painter::PaintError,
    frame::Frame,
    keys::SignError,
    language::Language,
    launch::LaunchError,
    login::{self, LoginError},
    outbound::OutboundError,
    page::Page,
    platform::keys::KeysError,
    registration::RegistrationError,
    session::SessionError,
    state::AppState,
    store::{StoreError, refusal::RefusalRow},
};

/// The longest chain of causes that is kept, in characters.
const LONGEST_REASON: usize = 500;

/// Whatever a handler cannot do.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The login was refused.
    #[error("login refused")]
    Login(#[from] LoginError),
    /// The launch was refused.
    #[error("launch refused")]
    Launch(#[from] LaunchError),
    /// There is no session, or not the right one.
    #[error("session refused")]
    Session(#[from] SessionError),
    /// The award failed.
    #[error("award failed")]
    Award(#[from] AwardError),
    /// The registration failed.
    #[error("registration failed")]
    Registration(#[from] RegistrationError),
    /// An administrator's request was refused.
    #[error("administration refused")]
    Admin(#[from] AdminError),
    /// A message to the platform cannot be signed.
    #[error("signing failed")]
    Sign(#[from] SignError),
    /// A picture cannot be painted.
    #[error("painting failed")]
    Paint(#[from] PaintError),
    /// The database.
    #[error("storage failed")]
    Store(#[from] StoreError),
    /// Nothing is here.
    #[error("nothing is at this address")]
    NotFound,
    /// The badge's picture cannot hold the credential.
    #[error("the badge cannot be baked")]
    Bake(#[from] openbadges::bake::BakeError),
    /// The browser sent what no form of ours sends.
    #[error("request cannot be read: {0}")]
    BadRequest(&'static str),
}

impl Failure {
    /// The key of the sentence for the person.
    fn sentence(&self) -> &'static str {
        match self {
            Self::Login(LoginError::UnknownPlatform { .. }) => "error-unknown-platform",
            Self::Login(LoginError::MissingParameter(_) | LoginError::LongParameter(_)) => {
                "error-login-incomplete"
            }
            Self::Launch(error) => launch_sentence(error),
            Self::Session(SessionError::Expired) => "error-session-expired",
            Self::Session(SessionError::InstructorsOnly) => "error-instructors-only",
            Self::Session(SessionError::NoCourse) => "error-no-course",
            Self::Session(SessionError::Anonymous) => "error-anonymous",
            Self::Session(SessionError::NoDeepLink) => "error-no-deep-link",
            Self::Session(SessionError::NoReports) => "error-no-reports",
            Self::NotFound => "error-not-found",
            Self::BadRequest(_) => "error-bad-request",
            Self::Award(AwardError::Roster(_)) => "error-roster",
            Self::Registration(RegistrationError::Invitation) => "error-invitation",
            Self::Registration(error) if !matches!(error, RegistrationError::Store(_)) => {
                registration_sentence(error)
            }
            Self::Admin(error) if !matches!(error, AdminError::Store(_)) => admin_sentence(error),
            _ if self.is_unavailable() => "error-unavailable",
            _ => "error-internal",
        }
    }

    /// Whether the database is to blame, for as long as it does not answer.
    fn is_unavailable(&self) -> bool {
        matches!(
            self,
            Self::Store(StoreError::Unavailable(_))
                | Self::Login(LoginError::Store(StoreError::Unavailable(_)))
                | Self::Launch(LaunchError::Store(StoreError::Unavailable(_)))
                | Self::Session(SessionError::Store(StoreError::Unavailable(_)))
                | Self::Award(AwardError::Store(StoreError::Unavailable(_)))
                | Self::Registration(RegistrationError::Store(StoreError::Unavailable(_)))
                | Self::Admin(AdminError::Store(StoreError::Unavailable(_)))
        )
    }
}

/// What the operator of the tool has to allow is said apart from what was pasted wrongly.
fn registration_sentence(error: &RegistrationError) -> &'static str {
    match error {
        RegistrationError::Unreachable(OutboundError::PrivateAddress { .. }) => "error-platform-private",
        RegistrationError::Unreachable(OutboundError::NotHttps(_)) | RegistrationError::Insecure(_) => {
            "error-platform-insecure"
        }
        RegistrationError::Unreachable(OutboundError::NoAnswer { .. }) => "error-platform-silent",
        _ => "error-registration",
    }
}

fn admin_sentence(error: &AdminError) -> &'static str {
    match error {
        AdminError::SignedOut => "error-admin-signed-out",
        AdminError::ForeignForm => "error-admin-form",
        AdminError::Link => "error-admin-link",
        AdminError::NotListed => "error-admin-not-listed",
        AdminError::NotAllowed => "error-admin-not-allowed",
        AdminError::NoProvider => "error-not-found",
        AdminError::Provider(_) | AdminError::OtherSignIn | AdminError::Refused(_) | AdminError::Store(_) => {
            "error-admin-provider"
        }
    }
}

fn admin_status(error: &AdminError) -> StatusCode {
    match error {
        AdminError::SignedOut | AdminError::Link | AdminError::OtherSignIn | AdminError::Refused(_) => {
            StatusCode::UNAUTHORIZED
        }
        AdminError::ForeignForm | AdminError::NotListed | AdminError::NotAllowed => StatusCode::FORBIDDEN,
        AdminError::NoProvider => StatusCode::NOT_FOUND,
        AdminError::Provider(_) => StatusCode::BAD_GATEWAY,
        AdminError::Store(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn launch_sentence(error: &LaunchError) -> &'static str {
    match error {
        LaunchError::UnknownState | LaunchError::Replayed | LaunchError::OtherBrowser => "error-launch-used",
        LaunchError::Expired | LaunchError::FromTheFuture | LaunchError::TooOld => "error-launch-late",
        LaunchError::UnknownDeployment(_) => "error-unknown-deployment",
        LaunchError::PlatformError(_) => "error-platform-refused",
        LaunchError::Keys(KeysError::UnknownKid(_)) => "error-launch-untrusted",
        LaunchError::Keys(_) => "error-platform-unreachable",
        LaunchError::Store(StoreError::Unavailable(_)) => "error-unavailable",
        LaunchError::Store(_) => "error-internal",
        _ => "error-launch-untrusted",
    }
}

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        if self.is_unavailable() {
            return StatusCode::SERVICE_UNAVAILABLE;
        }
        match self {
            Self::Login(LoginError::MissingParameter(_) | LoginError::LongParameter(_))
            | Self::Launch(LaunchError::MissingField(_))
            | Self::Registration(RegistrationError::NoConfiguration)
            | Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Admin(error) => admin_status(error),
            Self::Award(AwardError::Roster(_)) => StatusCode::BAD_GATEWAY,
            Self::Launch(LaunchError::Keys(error)) if !matches!(error, KeysError::UnknownKid(_)) => {
                StatusCode::BAD_GATEWAY
            }
            Self::Registration(RegistrationError::Invitation) => StatusCode::UNAUTHORIZED,
            Self::Registration(error) if !matches!(error, RegistrationError::Store(_)) => {
                StatusCode::BAD_GATEWAY
            }
            Self::Launch(LaunchError::Store(_))
            | Self::Registration(_)
            | Self::Session(SessionError::Store(_))
            | Self::Login(LoginError::Store(_) | LoginError::BadRegistration(_))
            | Self::Award(_)
            | Self::Sign(_)
            | Self::Paint(_)
            | Self::Bake(_)
            | Self::Store(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Launch(_)
            | Self::Session(SessionError::Expired)
            | Self::Login(LoginError::UnknownPlatform { .. }) => StatusCode::UNAUTHORIZED,
            Self::Session(_) => StatusCode::FORBIDDEN,
        }
    }

    /// Without a body: [`with_error_pages`] writes the page, because it knows the reader's language.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}

/// One sentence and a reference.
#[derive(askama::Template)]
#[template(path = "error.html")]
pub(crate) struct ErrorPage {
    pub(crate) t: Language,
    pub(crate) status: u16,
    pub(crate) sentence: &'static str,
    pub(crate) reference: String,
}

impl Page for ErrorPage {}

/// Turns every failed answer into a page and one log line that share a reference.
///
/// # Errors
/// Those of the handlers behind it.
pub async fn with_error_pages(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<EitherBody<impl MessageBody, BoxBody>>, Error> {
    let response = next.call(request).await?;
    if !response.status().is_client_error() && !response.status().is_server_error()
        || response.response().error().is_none()
    {
        return Ok(response.map_into_left_body());
    }
    let (request, response) = response.into_parts();
    let status = response.status();
    let (sentence, reason) =
        response.error().map_or(("error-internal", String::new()), |error| explain(error, status));
    let reference =
        request.app_data::<web::Data<AppState>>().map_or_else(String::new, |state| reference(&*state.chance));
    let route = request.match_pattern().unwrap_or_default();
    record_refusal(&request, sentence, &reason, &reference);
    if status.is_server_error() {
        tracing::error!(reference, status = status.as_u16(), route, reason, "request failed");
    } else {
        tracing::warn!(reference, status = status.as_u16(), route, reason, "request refused");
    }
    let is_framed = request.extensions().get::<Frame>().is_some();
    if !is_framed && opens_in_a_frame(&request) {
        Frame::anybody().attach(&request);
    }
    let t = request.extensions().get::<Language>().copied();
    let page = ErrorPage {
        t: t.unwrap_or_else(|| Language::of_request(&request)),
        status: status.as_u16(),
        sentence,
        reference,
    };
    let response = page.respond_with(status).map_into_right_body();
    Ok(ServiceResponse::new(request, response))
}

/// The platform that a request turned out to be about, for the administrator's list of errors.
#[derive(Clone, Copy, Debug)]
pub struct AtPlatform(pub uuid::Uuid);

/// Where what goes wrong is between a platform and us, so that an administrator should see it.
const BETWEEN_PLATFORM_AND_US: [&str; 4] =
    [login::PATH, login::chain::CONTINUE_PATH, login::REDIRECT_PATH, "/register/{token}"];

/// Whether a platform shows such pages in a frame of its own. Which platform it is nobody knows yet, or any more.
fn opens_in_a_frame(request: &HttpRequest) -> bool {
    let route = request.match_pattern().unwrap_or_default();
    BETWEEN_PLATFORM_AND_US.contains(&route.as_str()) || request.path().starts_with("/s/")
}

/// Remembers a refusal in the background: whoever was refused does not wait for it, and a database that is lost loses it.
fn record_refusal(request: &HttpRequest, sentence: &str, reason: &str, reference: &str) {
    let route = request.match_pattern().unwrap_or_default();
    let state = request.app_data::<web::Data<AppState>>();
    let Some(state) = state.filter(|_| BETWEEN_PLATFORM_AND_US.contains(&route.as_str())) else { return };
    let now = state.clock.now();
    if !state.refusals.admits(now) {
        return;
    }
    let platform = request.extensions().get::<AtPlatform>().map(|platform| platform.0);
    let refusal = RefusalRow {
        happened_at: now,
        platform: None,
        route,
        sentence: Some(sentence.to_owned()),
        reason: reason.chars().take(LONGEST_REASON).collect(),
        reference: reference.to_owned(),
    };
    let state = state.clone();
    actix_web::rt::spawn(async move {
        if let Err(error) = state.store.insert_refusal(&refusal, platform).await {
            tracing::warn!(reason = %error, "a refusal was not kept for the administrator");
        }
    });
}

/// The sentence for the person and the chain of causes for the log.
fn explain(error: &Error, status: StatusCode) -> (&'static str, String) {
    let Some(failure) = error.as_error::<Failure>() else {
        // An id in the path that is none, or a form that is none.
        let sentence = if status == StatusCode::NOT_FOUND { "error-not-found" } else { "error-bad-request" };
        return (sentence, "the framework refused the request".to_owned());
    };
    let mut reason = failure.to_string();
    let mut cause = std::error::Error::source(failure);
    while let Some(inner) = cause {
        reason = format!("{reason}: {inner}");
        cause = inner.source();
    }
    (failure.sentence(), reason)
}

/// Eight characters that survive being read out over the telephone.
fn reference(chance: &dyn Chance) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let letters =
        chance.bytes().into_iter().take(8).filter_map(|byte| ALPHABET.get(usize::from(byte % 32)).copied());
    letters.map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{clock::fixed::CountingChance, course::reading::ReadingError, outbound::NoAnswer};

    fn judged(failure: impl Into<Failure>) -> (u16, &'static str) {
        let failure = failure.into();
        (failure.status_code().as_u16(), failure.sentence())
    }

    fn lost() -> StoreError {
        StoreError::from(sqlx::Error::PoolTimedOut)
    }

    fn refused() -> StoreError {
        StoreError::from(sqlx::Error::RowNotFound)
    }

    #[test]
    fn a_refused_launch_is_401_with_a_sentence_for_its_kind() {
        assert_eq!(judged(LaunchError::BadSignature), (401, "error-launch-untrusted"));
        assert_eq!(judged(LaunchError::OtherAudience), (401, "error-launch-untrusted"));
        assert_eq!(judged(LaunchError::Expired), (401, "error-launch-late"));
        assert_eq!(judged(LaunchError::Replayed), (401, "error-launch-used"));
        assert_eq!(judged(LaunchError::UnknownState), (401, "error-launch-used"));
        assert_eq!(judged(LaunchError::UnknownDeployment("9".to_owned())), (401, "error-unknown-deployment"));
        assert_eq!(
            judged(LaunchError::PlatformError("login_required".to_owned())),
            (401, "error-platform-refused")
        );
        assert_eq!(
            judged(LaunchError::Keys(KeysError::UnknownKid("x".to_owned()))),
            (401, "error-launch-untrusted")
        );
    }

    #[test]
    fn what_is_not_the_sender_s_fault_is_no_4xx() {
        assert_eq!(judged(LaunchError::Keys(KeysError::Status(500))), (502, "error-platform-unreachable"));
        assert_eq!(judged(AwardError::Roster(ReadingError::Elsewhere)), (502, "error-roster"));
        assert_eq!(judged(refused()), (500, "error-internal"));
        assert_eq!(judged(AwardError::Stopped), (500, "error-internal"));
    }

    #[test]
    fn a_lost_database_is_503_wherever_it_is_missed() {
        let expected = (503, "error-unavailable");
        assert_eq!(judged(lost()), expected);
        assert_eq!(judged(LoginError::Store(lost())), expected);
        assert_eq!(judged(LaunchError::Store(lost())), expected);
        assert_eq!(judged(SessionError::Store(lost())), expected);
        assert_eq!(judged(AwardError::Store(lost())), expected);
    }

    #[test]
    fn a_registration_says_whether_the_invitation_or_the_platform_is_at_fault() {
        assert_eq!(judged(RegistrationError::Invitation), (401, "error-invitation"));
        assert_eq!(judged(RegistrationError::NoConfiguration), (400, "error-registration"));
        assert_eq!(judged(RegistrationError::Refused(422)), (502, "error-registration"));
        let host = || "moodle.intranet.example".to_owned();
        let address = std::net::Ipv4Addr::new(10, 0, 0, 7).into();
        let unreachable = |error| judged(RegistrationError::Unreachable(error));
        assert_eq!(
            unreachable(OutboundError::PrivateAddress { host: host(), address }),
            (502, "error-platform-private")
        );
        assert_eq!(unreachable(OutboundError::NotHttps(host())), (502, "error-platform-insecure"));
        assert_eq!(judged(RegistrationError::Insecure("jwks_uri")), (502, "error-platform-insecure"));
        let silence = OutboundError::NoAnswer { host: host(), reason: NoAnswer::TimedOut };
        assert_eq!(unreachable(silence), (502, "error-platform-silent"));
        for t in [Language::En, Language::Ja] {
            assert!(t.text("error-platform-private").contains("outbound.private_hosts"));
            assert!(t.text("error-platform-insecure").contains("outbound.allow_insecure_loopback"));
        }
        assert_eq!(judged(RegistrationError::Store(lost())), (503, "error-unavailable"));
    }

    #[test]
    fn a_login_says_whether_it_is_unknown_or_incomplete() {
        let unknown = LoginError::UnknownPlatform { issuer: "https://x".to_owned(), client_id: None };
        assert_eq!(judged(unknown), (401, "error-unknown-platform"));
        assert_eq!(judged(LoginError::MissingParameter("iss")), (400, "error-login-incomplete"));
    }

    #[test]
    fn a_session_says_what_to_do() {
        assert_eq!(judged(SessionError::Expired), (401, "error-session-expired"));
        assert_eq!(judged(SessionError::InstructorsOnly), (403, "error-instructors-only"));
        assert_eq!(judged(SessionError::NoCourse), (403, "error-no-course"));
        assert_eq!(judged(SessionError::Anonymous), (403, "error-anonymous"));
        assert_eq!(judged(SessionError::NoDeepLink), (403, "error-no-deep-link"));
        assert_eq!(judged(SessionError::NoReports), (403, "error-no-reports"));
        assert_eq!(judged(Failure::NotFound), (404, "error-not-found"));
    }

    #[test]
    fn every_sentence_exists_in_both_languages() {
        for sentence in
            ["error-unavailable", "error-internal", "error-not-found", "error-bad-request", "error-roster"]
        {
            assert_ne!(Language::En.text(sentence), sentence);
            assert_ne!(Language::Ja.text(sentence), Language::En.text(sentence));
        }
    }

    #[test]
    fn the_log_has_the_whole_chain_of_causes() {
        let error = Error::from(Failure::from(LaunchError::Keys(KeysError::Status(503))));
        let (_, reason) = explain(&error, StatusCode::BAD_GATEWAY);
        assert_eq!(
            reason,
            "launch refused: the platform's key cannot be had: the platform answers 503 instead of its keys"
        );
    }

    #[test]
    fn a_reference_is_eight_characters_without_look_alikes() {
        let reference = reference(&CountingChance::default());
        assert_eq!(reference.len(), 8);
        assert!(
            reference
                .bytes()
                .all(|byte| byte.is_ascii_digit() || (byte.is_ascii_uppercase() && !b"ILOU".contains(&byte)))
        );
    }
}
