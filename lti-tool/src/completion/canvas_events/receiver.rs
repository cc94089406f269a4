//! Takes Canvas Live Events over HTTPS, one signed event in each request.
//!
//! 1. The address says for which registration it is; that one has to have events switched on.
//! 2. The body is a JSON Web Token (<https://www.rfc-editor.org/rfc/rfc7519>) of RS256 with a key from the published set, which rotates monthly.
//! 3. Every customer's events are signed with the same keys, so that the event has to come from the root account of the registration.
//! 4. It has to be young; the same one again, which has no id and is known by what it says, does nothing.
//! 5. What a rule could ask for is kept, if the course is known, and the course's sources are asked at once.
//!
//! Canvas ends a subscription whose requests are refused again and again, so that whatever is believed and of no use is answered 200.

use actix_web::{HttpResponse, http::StatusCode, web};
use openbadges::{proof::jcs, time::Timestamp};
use serde_json::{Value, json};
use uuid::Uuid;

use super::wire::EventWire;
use crate::{
    clock::later,
    launch::{
        LaunchError,
        unverified::UnverifiedToken,
        verify::envelope::{moment, verified_payload},
    },
    platform::keys::KeysError,
    secret,
    state::AppState,
    store::{
        StoreError,
        canvas_event::{CanvasStreamRow, KeptEvent, NewEvent},
        login::Hash,
    },
};

/// Where Canvas posts events.
pub const PATH: &str = "/lti/canvas/{registration_id}/events";
/// Where Instructure publishes the keys of the events of its Canvas
/// (<https://developerdocs.instructure.com/services/canvas/data-services/live-events/overview/file.data_service_setup>).
pub const JWKS_URL: &str = "https://8axpcl50e4.execute-api.us-east-1.amazonaws.com/main/jwks";
/// How old an event may be: Canvas delivers later what it could not deliver, and ends the subscription if that goes on.
const OLDEST_SECONDS: i64 = 7 * 86_400;
/// How far Canvas's clock may differ from ours.
const LEEWAY_SECONDS: i64 = 300;

/// Why an event is refused.
#[derive(Debug, thiserror::Error)]
pub enum EventError {
    /// No such registration, or it has no events switched on.
    #[error("no active platform takes events at this address")]
    UnknownStream,
    /// Not a signed token.
    #[error("the body is not a signed JSON Web Token")]
    NotSigned,
    /// No event inside.
    #[error("the event lacks `{0}`")]
    Missing(&'static str),
    /// Another key, another algorithm, or changed on the way.
    #[error("the signature of the event does not fit")]
    BadSignature,
    /// The key that it names is not published.
    #[error("the key of the event is not known")]
    UnknownKey,
    /// Somebody else's Canvas.
    #[error("the event comes from another root account")]
    OtherAccount,
    /// Too old, or its token has ended.
    #[error("the event is too old")]
    TooOld,
    /// It lies ahead.
    #[error("the event is of the future")]
    FromTheFuture,
    /// The keys cannot be had now.
    #[error("the keys of the events cannot be had")]
    Keys(#[source] KeysError),
    /// The database.
    #[error("the event cannot be kept")]
    Store(#[from] StoreError),
}

impl EventError {
    fn status(&self) -> StatusCode {
        match self {
            Self::UnknownStream => StatusCode::NOT_FOUND,
            Self::NotSigned | Self::Missing(_) => StatusCode::BAD_REQUEST,
            Self::Keys(_) | Self::Store(_) => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::UNAUTHORIZED,
        }
    }
}

impl From<LaunchError> for EventError {
    fn from(error: LaunchError) -> Self {
        match error {
            LaunchError::NotAToken | LaunchError::NoKid => Self::NotSigned,
            _ => Self::BadSignature,
        }
    }
}

/// `POST /lti/canvas/{registration_id}/events`: 200 with what became of the event.
pub async fn receive(state: web::Data<AppState>, path: web::Path<Uuid>, body: web::Bytes) -> HttpResponse {
    match handle(&state, path.into_inner(), &body).await {
        Ok(outcome) => HttpResponse::Ok().json(json!({ "outcome": outcome })),
        Err(error) => {
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            tracing::warn!(reason = %error, cause, "event refused");
            HttpResponse::build(error.status()).json(json!({ "problem": error.to_string() }))
        }
    }
}

/// What became of an event, in words.
async fn handle(state: &AppState, registration_id: Uuid, body: &[u8]) -> Result<&'static str, EventError> {
    let stream = state.store.find_canvas_stream(registration_id).await?.ok_or(EventError::UnknownStream)?;
    let text = std::str::from_utf8(body).map_err(|_error: std::str::Utf8Error| EventError::NotSigned)?;
    let payload = believe(state, &stream, text.trim()).await?;
    let says: Value =
        serde_json::from_slice(&payload).map_err(|_error: serde_json::Error| EventError::NotSigned)?;
    let digest = digest(&says);
    let event: EventWire =
        serde_json::from_value(says).map_err(|_error: serde_json::Error| EventError::Missing("metadata"))?;
    let (happened_at, expires_at) = judge(&event, &stream, state.clock.now())?;
    let Some(told) = event.told() else { return Ok("nothing that a rule asks for") };
    let kept = state
        .store
        .insert_canvas_event(&NewEvent {
            registration_id,
            digest: &digest,
            expires_at,
            happened_at,
            course: told.course,
            person: told.person,
            fact: &told.fact,
            holds: told.holds,
            now: state.clock.now(),
        })
        .await?;
    let KeptEvent::Fresh(courses) = kept else { return Ok("was here before") };
    for course_id in &courses {
        state.store.hasten_sources(*course_id, None, state.clock.now()).await?;
    }
    let kind = event.metadata.event_name.as_deref();
    tracing::info!(kind, holds = told.holds, courses = courses.len(), "event kept");
    Ok(if courses.is_empty() { "nothing new of a course that is known" } else { "kept" })
}

/// The payload, once it is known that the key set's owner signed it.
async fn believe(state: &AppState, stream: &CanvasStreamRow, token: &str) -> Result<Vec<u8>, EventError> {
    let unverified = UnverifiedToken::parse(token)?;
    let found = state.platform_keys.find(&stream.jwks_url, &unverified.unverified_kid).await;
    let key = found.map_err(|error| match error {
        KeysError::UnknownKid(_) => EventError::UnknownKey,
        error => EventError::Keys(error),
    })?;
    Ok(verified_payload(&unverified, &key, jsonwebtoken::Algorithm::RS256)?)
}

/// Whose event it is and how old; returns when it happened, as written, and until when the same one would be believed.
fn judge<'a>(
    event: &'a EventWire,
    stream: &CanvasStreamRow,
    now: Timestamp,
) -> Result<(&'a str, Timestamp), EventError> {
    let metadata = &event.metadata;
    if metadata.producer.as_deref() != Some("canvas") {
        return Err(EventError::Missing("metadata.producer"));
    }
    if metadata.root_account_uuid.as_deref() != Some(stream.root_account.as_str()) {
        return Err(EventError::OtherAccount);
    }
    let text = metadata.event_time.as_deref().ok_or(EventError::Missing("metadata.event_time"))?;
    let happened_at: Timestamp = text.parse().map_err(|_error| EventError::Missing("metadata.event_time"))?;
    if later(now, LEEWAY_SECONDS) < happened_at {
        return Err(EventError::FromTheFuture);
    }
    let expires_at = later(happened_at, OLDEST_SECONDS);
    let ends = moment(event.exp, "exp").ok();
    if expires_at < now || ends.is_some_and(|ends| later(ends, LEEWAY_SECONDS) < now) {
        return Err(EventError::TooOld);
    }
    Ok((text, expires_at))
}

/// What tells one event from another: all that it says, and not the token around it.
fn digest(says: &Value) -> Hash {
    let part = |name: &str| says.get(name).cloned().unwrap_or_default();
    secret::hash(&jcs::canonicalize(&json!([part("metadata"), part("body")])))
}
