//! Assignment and Grade Services over HTTP; the grade book itself is in `ags.rs`.

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderValue, LINK};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

use super::ags::{GradeRefusal, LINE_ITEM, LINE_ITEM_CONTAINER, LineItem, RESULT_CONTAINER, SCORE};
use super::dialect::GradeDialect;
use super::routes::{State, admit, header, refuse, typed};
use super::state::{Endpoint, Memory, SCOPE_LINE_ITEM, SCOPE_RESULT, SCOPE_SCORE};

/// `GET …/lineitems`
pub(crate) async fn list(state: State, request: HttpRequest, course: web::Path<String>) -> HttpResponse {
    match admit(&state, &request, Endpoint::Grades, &[SCOPE_LINE_ITEM], LINE_ITEM_CONTAINER).await {
        Ok(client_id) => {
            let items = state.memory().grades.list(&client_id, &course, request.query_string());
            list_page(&state, &request, &course, &items)
        }
        Err(answer) => answer,
    }
}

/// One page of the list; Moodle writes its links with curly quotation marks and escaped ampersands.
fn list_page(state: &State, request: &HttpRequest, course: &str, items: &[LineItem]) -> HttpResponse {
    let size = state.memory().personality.line_items_per_page;
    let from = parameter(request, "from").and_then(|from| from.parse().ok()).unwrap_or(0);
    let page: Vec<&LineItem> = items.iter().skip(from).take(size).collect();
    let mut answer = HttpResponse::Ok();
    answer.insert_header((CONTENT_TYPE, LINE_ITEM_CONTAINER));
    if items.len() > from + size {
        let (next, moodle) = (from + size, state.memory().grades.dialect == GradeDialect::Moodle);
        let url = state.line_items_url(course);
        let link = if moodle {
            format!("<{url}?type_id=2&amp;from={next}>; rel=“next”")
        } else {
            format!("<{url}?from={next}>; rel=\"next\"")
        };
        if let Ok(link) = HeaderValue::from_bytes(link.as_bytes()) {
            answer.insert_header((LINK, link));
        }
    }
    answer.body(json!(page).to_string())
}

fn parameter(request: &HttpRequest, name: &str) -> Option<String> {
    let mut pairs = url::form_urlencoded::parse(request.query_string().as_bytes());
    pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// What a request has to bring.
#[derive(Clone, Copy)]
struct Demand {
    scope: &'static str,
    media_type: &'static str,
    /// Whether it has a body, of that media type.
    has_body: bool,
}

const ITEM: Demand = Demand { scope: SCOPE_LINE_ITEM, media_type: LINE_ITEM, has_body: false };
const ITEM_SENT: Demand = Demand { has_body: true, ..ITEM };
const SCORE_SENT: Demand = Demand { scope: SCOPE_SCORE, media_type: SCORE, has_body: true };

/// Does `act` for a client that brings what is demanded; a refusal is noted.
async fn serve(
    state: &State,
    request: &HttpRequest,
    demand: Demand,
    act: impl FnOnce(&mut Memory, &str) -> Result<HttpResponse, GradeRefusal>,
) -> HttpResponse {
    let Demand { scope, media_type, has_body } = demand;
    let client_id = match admit(state, request, Endpoint::Grades, &[scope], media_type).await {
        Ok(client_id) => client_id,
        Err(answer) => return answer,
    };
    if has_body && let Some(answer) = wrong_content_type(state, request, media_type) {
        return answer;
    }
    let done = act(&mut state.memory(), &client_id);
    done.unwrap_or_else(|refusal| refused(state, &refusal))
}

/// `POST …/lineitems`
pub(crate) async fn insert(
    state: State,
    request: HttpRequest,
    course: web::Path<String>,
    body: web::Bytes,
) -> HttpResponse {
    let base = state.line_items_url(&course);
    serve(&state, &request, ITEM_SENT, |memory, client_id| {
        let item = memory.grades.insert(client_id, &course, &base, &body)?;
        Ok(typed(StatusCode::CREATED, LINE_ITEM, &json!(item)))
    })
    .await
}

/// `GET …/lineitems/{item}/lineitem`
pub(crate) async fn find(state: State, request: HttpRequest, path: web::Path<(String, u64)>) -> HttpResponse {
    serve(&state, &request, ITEM, |memory, client_id| {
        let item = memory.grades.find(client_id, &path.0, path.1)?;
        Ok(typed(StatusCode::OK, LINE_ITEM, &json!(item)))
    })
    .await
}

/// `PUT …/lineitems/{item}/lineitem`
pub(crate) async fn update(
    state: State,
    request: HttpRequest,
    path: web::Path<(String, u64)>,
    body: web::Bytes,
) -> HttpResponse {
    serve(&state, &request, ITEM_SENT, |memory, client_id| {
        let item = memory.grades.update(client_id, &path.0, path.1, &body)?;
        Ok(typed(StatusCode::OK, LINE_ITEM, &json!(item)))
    })
    .await
}

/// `DELETE …/lineitems/{item}/lineitem`
pub(crate) async fn delete(
    state: State,
    request: HttpRequest,
    path: web::Path<(String, u64)>,
) -> HttpResponse {
    serve(&state, &request, ITEM, |memory, client_id| {
        memory.grades.delete(client_id, &path.0, path.1)?;
        Ok(HttpResponse::NoContent().finish())
    })
    .await
}

/// `POST …/lineitems/{item}/lineitem/scores`
pub(crate) async fn score(
    state: State,
    request: HttpRequest,
    path: web::Path<(String, u64)>,
    body: web::Bytes,
) -> HttpResponse {
    serve(&state, &request, SCORE_SENT, |memory, client_id| {
        memory.grades.score(&memory.world, client_id, &path.0, path.1, &body)?;
        Ok(HttpResponse::Ok().finish())
    })
    .await
}

/// `GET …/lineitems/{item}/lineitem/results`
pub(crate) async fn results(
    state: State,
    request: HttpRequest,
    path: web::Path<(String, u64)>,
) -> HttpResponse {
    let client_id = match admit(&state, &request, Endpoint::Grades, &[SCOPE_RESULT], RESULT_CONTAINER).await {
        Ok(client_id) => client_id,
        Err(answer) => return answer,
    };
    if parameter(&request, "limit").is_some() && state.memory().grades.dialect == GradeDialect::Moodle {
        state.refuse(Endpoint::Grades, &"results were asked for in pages");
        return HttpResponse::NotFound().content_type("text/html").body("<!DOCTYPE html>Error");
    }
    let user_id = parameter(&request, "user_id");
    let found = state.memory().grades.results(&client_id, &path.0, path.1, user_id.as_deref());
    match found {
        Ok(results) => typed(StatusCode::OK, RESULT_CONTAINER, &json!(results)),
        Err(refusal) => refused(&state, &refusal),
    }
}

/// Notes the refusal and answers with it in the platform's own manner.
fn refused(state: &State, refusal: &GradeRefusal) -> HttpResponse {
    state.refuse(Endpoint::Grades, refusal);
    let wire = refusal.wire(state.memory().grades.dialect);
    let status = StatusCode::from_u16(wire.status).unwrap_or(StatusCode::BAD_REQUEST);
    let mut answer = HttpResponse::build(status);
    if let Some(reason) = wire.reason {
        answer.reason(reason);
    }
    answer.content_type("application/json").body(wire.body)
}

fn wrong_content_type(state: &State, request: &HttpRequest, expected: &str) -> Option<HttpResponse> {
    let content_type = header(request, CONTENT_TYPE.as_str()).unwrap_or_default();
    if content_type.split(';').next().map(str::trim) == Some(expected) {
        return None;
    }
    let reason = format!("content type is `{content_type}`, expected `{expected}`");
    Some(refuse(state, Endpoint::Grades, StatusCode::UNSUPPORTED_MEDIA_TYPE, &reason))
}
