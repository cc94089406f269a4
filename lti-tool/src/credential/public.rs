//! The badge's own page, the issuer's keys, and the front door.

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use uuid::Uuid;

use super::negotiate::{Form, form};
use crate::{
    course::badge::{achievement, achievement_path},
    error::Failure,
    language::Language,
    page::Page,
    state::AppState,
    store::course::BadgeTexts,
};

/// What the badge is and how it is earned.
#[derive(askama::Template)]
#[template(path = "achievement.html")]
pub(crate) struct AchievementPage {
    pub(crate) t: Language,
    pub(crate) url: String,
    pub(crate) path: String,
    pub(crate) texts: BadgeTexts,
    pub(crate) issuer_name: String,
}

impl Page for AchievementPage {}

/// `GET /achievements/{course_id}`: the page, or by content negotiation the achievement.
///
/// # Errors
/// [`Failure::NotFound`].
pub async fn show_achievement(
    request: HttpRequest,
    state: web::Data<AppState>,
    course_id: web::Path<Uuid>,
) -> Result<HttpResponse, Failure> {
    let course = state.store.find_course_by_id(*course_id).await?.ok_or(Failure::NotFound)?;
    let accept = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    let vary = (header::VARY, "accept, accept-language");
    if let Form::Json(media_type) = form(accept) {
        let achievement = achievement(&course, &state.public_url, &state.issuer_profile());
        let mut response = HttpResponse::Ok();
        response
            .content_type(media_type)
            .insert_header(vary)
            .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"));
        return Ok(
            response.body(serde_json::to_string(&achievement).map_err(crate::award::AwardError::from)?)
        );
    }
    let path = achievement_path(&course);
    let page = AchievementPage {
        t: Language::of_request(&request),
        url: state.address(&path),
        path,
        texts: course.texts,
        issuer_name: state.config.issuer.name.trim().to_owned(),
    };
    Ok(page.respond())
}

/// `GET /.well-known/did.json`: the issuer's keys, retired ones too (<https://w3c-ccg.github.io/did-method-web/#read-resolve>).
pub async fn did_document(state: web::Data<AppState>) -> HttpResponse {
    public_json("application/did+json", state.keyring.current().did_document())
}

/// `GET /.well-known/jwks.json`: our keys for platforms.
pub async fn jwks(state: web::Data<AppState>) -> HttpResponse {
    public_json("application/jwk-set+json", state.keyring.current().jwks())
}

fn public_json(media_type: &'static str, body: &str) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(media_type)
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
        .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .body(body.to_owned())
}

/// The front door, for who comes without a launch.
#[derive(askama::Template)]
#[template(path = "home.html")]
pub(crate) struct HomePage {
    pub(crate) t: Language,
    pub(crate) issuer_name: String,
}

impl Page for HomePage {}

/// `GET /`.
pub async fn home(request: HttpRequest, state: web::Data<AppState>) -> HttpResponse {
    HomePage { t: Language::of_request(&request), issuer_name: state.config.issuer.name.trim().to_owned() }
        .respond()
}
