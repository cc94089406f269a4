//! Every address of the platform, and how its answers look on the wire.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCEPT, AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, LINK, PRAGMA, RETRY_AFTER, USER_AGENT,
};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use super::authorize::{self, Parameters};
use super::clock::unix_seconds;
use super::nrps::{self, RosterQuery};
use super::state::{BearerRefusal, Endpoint, PlatformState, SCOPE_MEMBERSHIPS};
use super::token::{self, TokenRequest};
use super::{grades, groups, notices, pages, web_services};

pub(crate) type State = web::Data<PlatformState>;

/// The table of contents.
pub(crate) fn configure(service: &mut web::ServiceConfig) {
    service
        .route("/", web::get().to(pages::course))
        .route("/open", web::get().to(pages::open))
        .route("/launch", web::get().to(pages::launch))
        .route("/practice.css", web::get().to(pages::style))
        .route("/lti/storage", web::get().to(pages::storage))
        .route("/lti/auth", web::get().to(authorization_by_query))
        .route("/lti/auth", web::post().to(authorization_by_form))
        .route("/lti/certs", web::get().to(key_set))
        .route("/lti/token", web::post().to(access_token))
        .route("/lti/notice-handlers/{deployment}", web::put().to(notices::update))
        .route("/webservice/rest/server.php", web::post().to(web_services::answer))
        .route("/lti/courses/{course}/memberships", web::get().to(memberships))
        .route("/lti/courses/{course}/groups", web::get().to(groups::list))
        .route("/lti/courses/{course}/lineitems", web::get().to(grades::list))
        .route("/lti/courses/{course}/lineitems", web::post().to(grades::insert))
        .route("/lti/courses/{course}/lineitems/{item}/lineitem", web::get().to(grades::find))
        .route("/lti/courses/{course}/lineitems/{item}/lineitem", web::put().to(grades::update))
        .route("/lti/courses/{course}/lineitems/{item}/lineitem", web::delete().to(grades::delete))
        .route("/lti/courses/{course}/lineitems/{item}/lineitem/scores", web::post().to(grades::score))
        .route("/lti/courses/{course}/lineitems/{item}/lineitem/results", web::get().to(grades::results));
}

async fn authorization_by_query(state: State, request: HttpRequest) -> HttpResponse {
    authorization(&state, request.query_string().as_bytes()).await
}

async fn authorization_by_form(state: State, body: web::Bytes) -> HttpResponse {
    authorization(&state, &body).await
}

async fn authorization(state: &PlatformState, encoded: &[u8]) -> HttpResponse {
    if let Some(answer) = fault(state, Endpoint::Authorization).await {
        return answer;
    }
    match authorize::authorize(state, &Parameters::parse(encoded), unix_seconds()) {
        Ok(form) => pages::form_post(&form),
        Err(failure) => {
            state.refuse(Endpoint::Authorization, &failure.refusal);
            match failure.form {
                Some(form) => pages::form_post(&form),
                None => pages::sentence(StatusCode::BAD_REQUEST, &failure.refusal.to_string()),
            }
        }
    }
}

async fn key_set(state: State) -> HttpResponse {
    if let Some(answer) = fault(&state, Endpoint::KeySet).await {
        return answer;
    }
    let key = state.memory().key.public_jwk().clone();
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "public, max-age=300")).json(json!({ "keys": [key] }))
}

async fn access_token(state: State, request: HttpRequest, body: web::Bytes) -> HttpResponse {
    if let Some(answer) = fault(&state, Endpoint::Token).await {
        return answer;
    }
    let content_type = header(&request, CONTENT_TYPE.as_str()).unwrap_or_default();
    let granted = match TokenRequest::parse(content_type, &body) {
        Ok(form) => token::grant(&state, &form, unix_seconds()).await,
        Err(refusal) => Err(refusal),
    };
    let (status, answer) = match granted {
        Ok(answer) => (StatusCode::OK, answer),
        Err(refusal) => {
            state.refuse(Endpoint::Token, &refusal);
            let answer = json!({ "error": refusal.code(), "error_description": refusal.to_string() });
            (StatusCode::BAD_REQUEST, answer)
        }
    };
    let content_type = state.memory().personality.token_content_type;
    HttpResponse::build(status)
        .insert_header((CONTENT_TYPE, content_type))
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((PRAGMA, "no-cache"))
        .body(answer.to_string())
}

async fn memberships(state: State, request: HttpRequest, course: web::Path<String>) -> HttpResponse {
    if let Err(answer) =
        admit(&state, &request, Endpoint::Memberships, &[SCOPE_MEMBERSHIPS], nrps::MEDIA_TYPE).await
    {
        return answer;
    }
    let pause = state.memory().personality.members_pause_millis;
    tokio::time::sleep(Duration::from_millis(pause)).await;
    let Some(page) = nrps::page(&state, &course, &RosterQuery::parse(request.query_string())) else {
        return refuse(
            &state,
            Endpoint::Memberships,
            StatusCode::NOT_FOUND,
            "there is no such course or link",
        );
    };
    let mut answer = HttpResponse::Ok();
    answer.insert_header((CONTENT_TYPE, nrps::MEDIA_TYPE));
    for (relation, url) in [("next", page.next), ("differences", page.differences)] {
        if let Some(url) = url {
            answer.append_header((LINK, format!("<{url}>; rel=\"{relation}\"")));
        }
    }
    answer.body(page.body.to_string())
}

/// Lets a service call in, or answers it: planned faults, the bearer token, the media type. Gives the client's id.
pub(crate) async fn admit(
    state: &PlatformState,
    request: &HttpRequest,
    endpoint: Endpoint,
    scopes: &[&str],
    media_type: &str,
) -> Result<String, HttpResponse> {
    if let Some(answer) = fault(state, endpoint).await {
        return Err(answer);
    }
    if state.memory().personality.is_canvas && header(request, USER_AGENT.as_str()).is_none() {
        return Err(refuse(state, endpoint, StatusCode::FORBIDDEN, "no User-Agent"));
    }
    let authorization = header(request, AUTHORIZATION.as_str());
    let bearer =
        state.memory().bearer(authorization, scopes, unix_seconds()).map(|known| known.client_id.clone());
    let client_id = bearer.map_err(|refusal| {
        let status = match refusal {
            BearerRefusal::Scope => StatusCode::FORBIDDEN,
            _ => StatusCode::UNAUTHORIZED,
        };
        refuse(state, endpoint, status, &refusal.to_string())
    })?;
    match header(request, ACCEPT.as_str()) {
        Some(accepted) if accepted != media_type => {
            let reason = format!("Accept is `{accepted}`, expected `{media_type}`");
            Err(refuse(state, endpoint, StatusCode::NOT_ACCEPTABLE, &reason))
        }
        _ => Ok(client_id),
    }
}

/// Notes a refusal and answers with it.
pub(crate) fn refuse(
    state: &PlatformState,
    endpoint: Endpoint,
    status: StatusCode,
    reason: &str,
) -> HttpResponse {
    state.refuse(endpoint, &reason);
    HttpResponse::build(status).json(json!({ "status": status.as_u16(), "reason": reason }))
}

/// Counts the call and gives the planned outage, if there is one.
pub(crate) async fn fault(state: &PlatformState, endpoint: Endpoint) -> Option<HttpResponse> {
    let fault = {
        let mut memory = state.memory();
        *memory.calls.entry(endpoint).or_default() += 1;
        memory.faults.next(endpoint)?
    };
    tokio::time::sleep(Duration::from_millis(fault.pause_millis)).await;
    let status = StatusCode::from_u16(fault.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut answer = HttpResponse::build(status);
    if let Some(wait) = fault.retry_after {
        answer.insert_header((RETRY_AFTER, wait.value()));
    }
    Some(answer.body(fault.body))
}

/// A JSON body under a service's own media type.
pub(crate) fn typed(status: StatusCode, media_type: &'static str, body: &Value) -> HttpResponse {
    HttpResponse::build(status).insert_header((CONTENT_TYPE, media_type)).body(body.to_string())
}

/// A header's text; several values of one name count as joined.
pub(crate) fn header<'a>(request: &'a HttpRequest, name: &str) -> Option<&'a str> {
    request.headers().get(name).and_then(|value| value.to_str().ok())
}
