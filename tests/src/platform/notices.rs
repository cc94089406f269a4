//! Who wants notices, as Canvas asks it: a handler lies below the tool's own domain.
//!
//! <https://www.imsglobal.org/spec/lti-pns/v1p0>

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::json;

use super::routes::{State, admit, refuse};
use super::state::{Endpoint, SCOPE_NOTICE_HANDLERS};

/// One kind of notice and where it goes; an empty address takes it back.
#[derive(Debug, Deserialize)]
pub(crate) struct Handler {
    notice_type: String,
    handler: String,
}

pub(crate) async fn update(
    state: State,
    request: HttpRequest,
    deployment: web::Path<String>,
    handler: web::Json<Handler>,
) -> HttpResponse {
    let admitted =
        admit(&state, &request, Endpoint::Notices, &[SCOPE_NOTICE_HANDLERS], "application/json").await;
    let client_id = match admitted {
        Ok(client_id) => client_id,
        Err(answer) => return answer,
    };
    let Handler { notice_type, handler } = handler.into_inner();
    let origin = |url: &str| url::Url::parse(url).ok().map(|url| url.origin().ascii_serialization());
    let known = {
        let memory = state.memory();
        let tool = memory.world.tool(&client_id, &deployment);
        tool.and_then(|tool| origin(&tool.login_url))
    };
    if !handler.is_empty() && (known.is_none() || origin(&handler) != known) {
        let reason = "the handler is not below the tool's domain";
        return refuse(&state, Endpoint::Notices, StatusCode::UNPROCESSABLE_ENTITY, reason);
    }
    let mut memory = state.memory();
    memory.notice_handlers.retain(|(kind, _)| *kind != notice_type);
    memory.notice_handlers.push((notice_type.clone(), handler.clone()));
    HttpResponse::Ok().json(json!({ "notice_type": notice_type, "handler": handler }))
}
