//! Assignment and Grade Services over HTTP; the grade book itself is in `ags.rs`.

use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

use super::ags::{GradeRefusal, LINE_ITEM, LINE_ITEM_CONTAINER, RESULT_CONTAINER, SCORE};
use super::routes::{State, admit, header, refuse, typed};
use super::state::{Endpoint, SCOPE_LINE_ITEM, SCOPE_RESULT, SCOPE_SCORE};

/// `GET …/lineitems`
pub(crate) async fn list(state: State, request: HttpRequest, course: web::Path<String>) -> HttpResponse {
    match admit(&state, &request, Endpoint::Grades, &[SCOPE_LINE_ITEM], LINE_ITEM_CONTAINER) {
        Ok(client_id) => {
            let items = state.memory().grades.list(&client_id, &course, request.query_string());
            typed(StatusCode::OK, LINE_ITEM_CONTAINER, &json!(items))
        }
        Err(answer) => answer,
    }
}

/// `POST …/lineitems`
pub(crate) async fn insert(
    state: State,
    request: HttpRequest,
    course: web::Path<String>,
    body: web::Bytes,
) -> HttpResponse {
    let client_id = match admit(&state, &request, Endpoint::Grades, &[SCOPE_LINE_ITEM], LINE_ITEM) {
        Ok(client_id) => client_id,
        Err(answer) => return answer,
    };
    if let Some(answer) = wrong_content_type(&state, &request, LINE_ITEM) {
        return answer;
    }
    let base = state.line_items_url(&course);
    let inserted = state.memory().grades.insert(&client_id, &course, &base, &body);
    match inserted {
        Ok(item) => typed(StatusCode::CREATED, LINE_ITEM, &json!(item)),
        Err(refusal) => refused(&state, &refusal),
    }
}

/// `GET …/lineitems/{item}/lineitem`
pub(crate) async fn find(state: State, request: HttpRequest, path: web::Path<(String, u64)>) -> HttpResponse {
    let client_id = match admit(&state, &request, Endpoint::Grades, &[SCOPE_LINE_ITEM], LINE_ITEM) {
        Ok(client_id) => client_id,
        Err(answer) => return answer,
    };
    let found = state.memory().grades.find(&client_id, &path.0, path.1);
    match found {
        Ok(item) => typed(StatusCode::OK, LINE_ITEM, &json!(item)),
        Err(refusal) => refused(&state, &refusal),
    }
}

/// `POST …/lineitems/{item}/lineitem/scores`
pub(crate) async fn score(
    state: State,
    request: HttpRequest,
    path: web::Path<(String, u64)>,
    body: web::Bytes,
) -> HttpResponse {
    let client_id = match admit(&state, &request, Endpoint::Grades, &[SCOPE_SCORE], SCORE) {
        Ok(client_id) => client_id,
        Err(answer) => return answer,
    };
    if let Some(answer) = wrong_content_type(&state, &request, SCORE) {
        return answer;
    }
    let taken = {
        let mut memory = state.memory();
        let memory = &mut *memory;
        memory.grades.score(&memory.world, &client_id, &path.0, path.1, &body)
    };
    match taken {
        Ok(()) => HttpResponse::Ok().finish(),
        Err(refusal) => refused(&state, &refusal),
    }
}

/// `GET …/lineitems/{item}/lineitem/results`
pub(crate) async fn results(
    state: State,
    request: HttpRequest,
    path: web::Path<(String, u64)>,
) -> HttpResponse {
    let client_id = match admit(&state, &request, Endpoint::Grades, &[SCOPE_RESULT], RESULT_CONTAINER) {
        Ok(client_id) => client_id,
        Err(answer) => return answer,
    };
    let query: Vec<(String, String)> =
        url::form_urlencoded::parse(request.query_string().as_bytes()).into_owned().collect();
    let user_id = query.iter().find(|(name, _)| name == "user_id").map(|(_, value)| value.as_str());
    let found = state.memory().grades.results(&client_id, &path.0, path.1, user_id);
    match found {
        Ok(results) => typed(StatusCode::OK, RESULT_CONTAINER, &json!(results)),
        Err(refusal) => refused(&state, &refusal),
    }
}

fn refused(state: &State, refusal: &GradeRefusal) -> HttpResponse {
    let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::BAD_REQUEST);
    refuse(state, Endpoint::Grades, status, &refusal.to_string())
}

fn wrong_content_type(state: &State, request: &HttpRequest, expected: &str) -> Option<HttpResponse> {
    let content_type = header(request, CONTENT_TYPE.as_str()).unwrap_or_default();
    if content_type.split(';').next().map(str::trim) == Some(expected) {
        return None;
    }
    let reason = format!("content type is `{content_type}`, expected `{expected}`");
    Some(refuse(state, Endpoint::Grades, StatusCode::UNSUPPORTED_MEDIA_TYPE, &reason))
}
