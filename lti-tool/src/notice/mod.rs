//! Notices of a platform: a course was copied, or only hello.
//!
//! Platform Notification Service: <https://www.imsglobal.org/spec/lti-pns/v1p0>. A notice is believed as a launch is: signature, issuer,
//! audience, dates, version, deployment. Platforms may send the same again; each acts once, by its id. Canvas does not try again what failed,
//! so that everything in a post is looked at before it is answered. [`subscribe`] asks for the notices.

pub mod subscribe;

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::json;

use crate::{
    course::begin_course,
    launch::{
        LaunchError,
        unverified::UnverifiedToken,
        verify::{
            Expected,
            envelope::{Envelope, verify_envelope},
            message::{self, check_deployment, check_version, required_id},
        },
    },
    lti::{claims::AudienceWire, scope},
    state::AppState,
    store::{StoreError, course::CourseKey, notice::NoticeSender},
};

/// Where platforms post notices.
pub const PATH: &str = "/lti/notices";
/// The most notices in one post that are looked at.
const MOST_NOTICES: usize = 100;

/// Why a notice is refused.
#[derive(Debug, thiserror::Error)]
pub enum NoticeError {
    /// It is not believed.
    #[error("notice is not believed")]
    Unbelieved(#[from] LaunchError),
    /// No such platform.
    #[error("no active platform sent it")]
    UnknownPlatform,
    /// It lacks something.
    #[error("notice lacks `{0}`")]
    Missing(&'static str),
    /// The database.
    #[error("the notice cannot be stored")]
    Store(#[from] StoreError),
}

/// What a platform posts (<https://www.imsglobal.org/spec/lti-pns/v1p0#notices>).
#[derive(Deserialize)]
#[expect(missing_debug_implementations, reason = "holds tokens, which must not reach a log")]
pub struct NoticesWire {
    notices: Vec<NoticeWire>,
}

#[derive(Deserialize)]
struct NoticeWire {
    jwt: String,
}

/// `POST /lti/notices`: 200 if every notice is believed, 401 if one is not, 503 if we cannot tell.
pub async fn receive(state: web::Data<AppState>, body: web::Json<NoticesWire>) -> HttpResponse {
    let (mut refused, mut failed) = (0_usize, 0_usize);
    for notice in body.notices.iter().take(MOST_NOTICES) {
        let outcome = handle(&state, &notice.jwt).await;
        log(&outcome);
        match outcome {
            Ok(_) => {}
            Err(NoticeError::Store(_) | NoticeError::Unbelieved(LaunchError::Keys(_))) => failed += 1,
            Err(_) => refused += 1,
        }
    }
    let answer = json!({ "refused": refused, "failed": failed });
    match (failed, refused) {
        (0, 0) => HttpResponse::Ok().json(answer),
        (0, _) => HttpResponse::Unauthorized().json(answer),
        _ => HttpResponse::ServiceUnavailable().json(answer),
    }
}

fn log(outcome: &Result<&'static str, NoticeError>) {
    match outcome {
        Ok(outcome) => tracing::info!(outcome, "notice"),
        Err(error) => {
            let cause = std::error::Error::source(error).map(ToString::to_string);
            tracing::warn!(reason = %error, cause, "notice refused");
        }
    }
}

/// What came of a notice, for the log.
async fn handle(state: &AppState, jwt: &str) -> Result<&'static str, NoticeError> {
    let unverified = UnverifiedToken::parse(jwt)?;
    let sender = find_sender(state, &unverified).await?;
    let envelope = believe(state, &unverified, &sender).await?;
    let notice = envelope.claims.notice.clone().ok_or(NoticeError::Missing("notice"))?;
    let id = required_id(notice.id, "notice.id")?;
    let kind = notice.notice_type.ok_or(NoticeError::Missing("notice.type"))?;
    // What the notice wants can be done twice; so it is done first and remembered then, and a broken connection loses nothing.
    let registration_id = sender.platform.registration_id;
    if state.store.has_notice(registration_id, &id).await? {
        return Ok("was here before");
    }
    let outcome = match kind.as_str() {
        scope::HELLO_WORLD_NOTICE => "hello",
        scope::CONTEXT_COPY_NOTICE => copy_course(state, &envelope, &sender).await?,
        _ => "unknown kind",
    };
    let expires_at = crate::clock::later(envelope.expires_at, state.config.launch.leeway_seconds.into());
    state.store.insert_notice(registration_id, &id, expires_at).await?;
    Ok(outcome)
}

/// The platform that the token is said to come from.
async fn find_sender(
    state: &AppState,
    unverified: &UnverifiedToken<'_>,
) -> Result<NoticeSender, NoticeError> {
    let (unverified_issuer, unverified_audience) = unverified.unverified_parties()?;
    for client_id in unverified_audience.as_ref().map(AudienceWire::as_slice).unwrap_or_default() {
        if let Some(sender) = state.store.find_notice_sender(&unverified_issuer, client_id).await? {
            return Ok(sender);
        }
    }
    Err(NoticeError::UnknownPlatform)
}

async fn believe(
    state: &AppState,
    unverified: &UnverifiedToken<'_>,
    sender: &NoticeSender,
) -> Result<Envelope, NoticeError> {
    let platform = &sender.platform;
    let key = state
        .platform_keys
        .find(&platform.jwks_url, &unverified.unverified_kid)
        .await
        .map_err(LaunchError::from)?;
    let limits = state.config.launch;
    let expected = Expected {
        issuer: &platform.issuer,
        client_id: &platform.client_id,
        algorithm: platform.id_token_algorithm,
        deployments: &sender.deployments,
        approves_deployments: sender.approves_deployments,
        // A notice answers no login: its id takes the place of the nonce.
        nonce_hash: &[],
        public_url: &state.public_url,
        now: state.clock.now(),
        leeway_seconds: limits.leeway_seconds.into(),
        max_age_seconds: limits.id_token_max_age_seconds.into(),
    };
    let envelope = verify_envelope(unverified, &key, &expected)?;
    check_version(&envelope.claims)?;
    check_deployment(&envelope.claims, &expected)?;
    Ok(envelope)
}

/// The copied course begins with a copy of the badge, before anybody opens it.
async fn copy_course(
    state: &AppState,
    envelope: &Envelope,
    sender: &NoticeSender,
) -> Result<&'static str, NoticeError> {
    let claims = &envelope.claims;
    let context = claims.context.clone().ok_or(NoticeError::Missing("context"))?;
    let context = message::context(context)?;
    let deployment_id = required_id(claims.deployment_id.clone(), "deployment_id")?;
    let key = CourseKey {
        registration_id: sender.platform.registration_id,
        deployment_id: &deployment_id,
        context_id: &context.id,
    };
    let origins = claims.origin_contexts.clone().unwrap_or_default();
    if state.store.find_origin(key, &origins).await?.is_none() {
        return Ok("copy of a course without a badge");
    }
    let title = context.title.as_deref().unwrap_or(&context.id);
    begin_course(state, key, title, &origins).await?;
    Ok("course copied")
}
