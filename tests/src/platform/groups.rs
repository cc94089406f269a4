//! Course groups: <https://www.imsglobal.org/spec/lti-gs/v1p0>. One group a page, so that paging is always exercised.

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, LINK};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

use super::routes::{State, admit, refuse};
use super::state::{Endpoint, SCOPE_GROUPS};

/// The only media type of a list of groups.
const MEDIA_TYPE: &str = "application/vnd.ims.lti-gs.v1.contextgroupcontainer+json";

/// The page of groups that the query asks for.
pub(crate) async fn list(state: State, request: HttpRequest, course: web::Path<String>) -> HttpResponse {
    if let Err(answer) = admit(&state, &request, Endpoint::Groups, &[SCOPE_GROUPS], MEDIA_TYPE).await {
        return answer;
    }
    let from: usize = request.query_string().trim_start_matches("from=").parse().unwrap_or_default();
    let memory = state.memory();
    let mut groups = memory.world.groups_of(&course).skip(from);
    let Some(group) = groups.next() else {
        drop(groups);
        drop(memory);
        return refuse(&state, Endpoint::Groups, StatusCode::NOT_FOUND, "there is no such group");
    };
    let url = state.groups_url(&course);
    let mut answer = HttpResponse::Ok();
    answer.insert_header((CONTENT_TYPE, MEDIA_TYPE));
    if groups.next().is_some() {
        answer.insert_header((LINK, format!("<{url}?from={}>; rel=\"next\"", from.saturating_add(1))));
    }
    answer.body(json!({ "id": url, "groups": [{ "id": group.id, "name": group.name }] }).to_string())
}
