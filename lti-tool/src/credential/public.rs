//! The badge's own page, the issuer's keys, and the front door.

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use openbadges::model::Achievement;
use serde_json::Value;
use uuid::Uuid;

use super::{
    catalogue::Around,
    negotiate::{Form, form},
};
use crate::{
    course::badge::achievement,
    error::Failure,
    keys::renewal,
    language::{Language, wording::Wording},
    page::Page,
    state::AppState,
    store::{
        StoreError,
        badge::BadgeDetails,
        course::{BadgeTexts, CourseRow},
    },
};

/// What the badge is and how it is earned.
#[derive(askama::Template)]
#[template(path = "achievement.html")]
pub(crate) struct AchievementPage {
    pub(crate) t: Language,
    pub(crate) url: String,
    pub(crate) path: String,
    pub(crate) name: Wording,
    pub(crate) description: Wording,
    pub(crate) criteria: Wording,
    /// What stands for the picture where it cannot be seen.
    pub(crate) alt: String,
    pub(crate) issuer_name: String,
    pub(crate) around: Around,
}

impl Page for AchievementPage {}

/// A badge that has a page: the one of a course, or one that was imported.
#[derive(Debug)]
pub(crate) struct KnownBadge {
    /// What is shown and drawn of it. An imported one stands in a course that there is not.
    pub(crate) course: CourseRow,
    name: Wording,
    description: Wording,
    criteria: Wording,
    /// The achievement as it is stored, if it belongs to no course.
    stored: Option<Value>,
}

impl KnownBadge {
    fn of_course(course: CourseRow) -> Self {
        let texts = &course.texts;
        let (name, description, criteria) = (texts.name(), texts.description(), texts.criteria());
        Self { course, name, description, criteria, stored: None }
    }
}

/// The badge whose address ends with `name`: our id of its course, or the code of an imported achievement.
///
/// # Errors
/// [`StoreError`].
pub(crate) async fn find_badge(state: &AppState, name: &str) -> Result<Option<KnownBadge>, StoreError> {
    if let Ok(course_id) = name.parse::<Uuid>()
        && let Some(course) = state.store.find_course_by_id(course_id).await?
    {
        return Ok(Some(KnownBadge::of_course(course)));
    }
    let url = state.address(&format!("/achievements/{name}"));
    let Some(stored) = state.store.find_achievement(&url).await? else { return Ok(None) };
    let achievement: Achievement = serde_json::from_value(stored.clone())
        .map_err(|_error: serde_json::Error| StoreError::Damaged("badges.achievement.body"))?;
    let caption = achievement.image.and_then(|image| image.caption).unwrap_or_default();
    let criteria = achievement.criteria.narrative.unwrap_or_default();
    let strings = [&achievement.name, &achievement.description, &criteria, &caption];
    let known = state.store.list_wordings(&url, &strings.map(String::as_str)).await?;
    let tag = achievement.in_language.unwrap_or_default();
    let caption = if caption == achievement.name { "" } else { &caption };
    let badge_name = known.find(&achievement.name, &tag);
    Ok(Some(KnownBadge {
        course: stand_in(name, &badge_name, &known.find(caption, &tag)),
        description: known.find(&achievement.description, &tag),
        criteria: known.find(&criteria, &tag),
        name: badge_name,
        stored: Some(stored),
    }))
}

/// What is drawn of an achievement, in the shape of a course's badge; its number only chooses the colours.
fn stand_in(name: &str, badge_name: &Wording, caption: &Wording) -> CourseRow {
    let number = name.bytes().fold(0_u128, |sum, byte| sum.wrapping_mul(257).wrapping_add(byte.into()));
    let [(name_en, name_ja), (alt_en, alt_ja)] = [badge_name, caption]
        .map(|wording| (wording.text(Language::En).to_owned(), wording.only(Language::Ja).to_owned()));
    let details = BadgeDetails { alt_en, alt_ja, ..BadgeDetails::default() };
    let texts = BadgeTexts { name_en, name_ja, ..BadgeTexts::default() };
    CourseRow { course_id: Uuid::from_u128(number), texts, details, ..CourseRow::default() }
}

/// `GET /achievements/{name}`: the page, or by content negotiation the achievement.
///
/// # Errors
/// [`Failure::NotFound`].
pub async fn show_achievement(
    request: HttpRequest,
    state: web::Data<AppState>,
    name: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let KnownBadge { course, name: badge_name, description, criteria, stored } =
        find_badge(&state, &name).await?.ok_or(Failure::NotFound)?;
    let accept = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    let vary = (header::VARY, "accept, accept-language");
    if let Form::Json(media_type) = form(accept) {
        let of_course = || achievement(&course, &state.public_url, &state.issuer_profile());
        let body = stored
            .map_or_else(|| serde_json::to_string(&of_course()), |stored| serde_json::to_string(&stored));
        let mut response = HttpResponse::Ok();
        response
            .content_type(media_type)
            .insert_header(vary)
            .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"));
        return Ok(response.body(body.map_err(crate::award::AwardError::from)?));
    }
    let path = format!("/achievements/{name}");
    let t = Language::of_request(&request);
    let page = AchievementPage {
        t,
        around: Around::of(&state, &state.address(&path)).await?,
        url: state.address(&path),
        path,
        alt: course.picture_alt(t),
        name: badge_name,
        description,
        criteria,
        issuer_name: state.config.issuer.name.trim().to_owned(),
    };
    Ok(page.respond())
}

/// `GET /.well-known/did.json`: the issuer's keys, retired ones too (<https://w3c-ccg.github.io/did-method-web/#read-resolve>).
pub async fn did_document(state: web::Data<AppState>) -> HttpResponse {
    public_json("application/did+json", renewal::published(&state).await.did_document())
}

/// `GET /.well-known/jwks.json`: our keys for platforms.
pub async fn jwks(state: web::Data<AppState>) -> HttpResponse {
    public_json("application/jwk-set+json", renewal::published(&state).await.jwks())
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
