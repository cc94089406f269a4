//! Deep Linking: an instructor places the badge of the course into the course.
//!
//! Specification: <https://www.imsglobal.org/spec/lti-dl/v2p0#deep-linking-response-message>. The page holds the signed answer already, so
//! that one press of a button sends it from the browser to the platform; no script is needed. An empty `custom` would crash Moodle; ours asks
//! for the course's history, so that a copied course is recognised. With a column in the grade book, awards write scores there
//! (`award::grade`).

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};
use url::Url;

use crate::{
    clock::later,
    course::{badge::achievement_path, open_course},
    error::Failure,
    frame::FormTarget,
    keys::SignError,
    language::Language,
    login,
    lti::services::HISTORY_PARAMETERS,
    page::Page,
    secret,
    session::{DeepLink, Instructor, SessionError},
    state::AppState,
    store::course::{BadgeTexts, CourseRow},
};

/// How long the page may be looked at before its answer is too old, in seconds.
const ANSWER_SECONDS: i64 = 600;

/// What the badge is worth in a column that we ask for.
const SCORE_MAXIMUM: u32 = 100;

/// The page.
#[derive(askama::Template)]
#[template(path = "place.html")]
pub(crate) struct PlacePage {
    pub(crate) t: Language,
    pub(crate) course_title: String,
    pub(crate) texts: BadgeTexts,
    pub(crate) achievement_path: String,
    pub(crate) return_url: String,
    pub(crate) place: String,
    /// The same with a column in the grade book; none if the platform does not take one.
    pub(crate) place_with_score: Option<String>,
    pub(crate) cancel: String,
}

impl Page for PlacePage {}

/// `GET /s/{token}/place`.
///
/// # Errors
/// [`Failure`] as a page; above all if the session was not begun by a deep linking request.
pub async fn show(
    request: HttpRequest,
    instructor: Instructor,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Failure> {
    let link = instructor.session().deep_link.clone().ok_or(SessionError::NoDeepLink)?;
    let course = open_course(&state, &instructor).await?;
    let language = instructor.session().language;
    let item = |column| content_item(&course, &state.public_url, language, column);
    let page = PlacePage {
        t: language,
        course_title: course.title.clone(),
        achievement_path: achievement_path(&course),
        texts: course.texts.clone(),
        return_url: link.return_url.clone().into(),
        place: answer(&state, &instructor, &link, &[item(Column::None)])?,
        place_with_score: Some(answer(&state, &instructor, &link, &[item(Column::Score)])?),
        cancel: answer(&state, &instructor, &link, &[])?,
    };
    FormTarget::of(&link.return_url).attach(&request);
    Ok(page.respond())
}

/// Whether the link gets a column in the grade book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    None,
    Score,
}

/// The badge as a link of the course (<https://www.imsglobal.org/spec/lti-dl/v2p0#lti-resource-link>).
fn content_item(course: &CourseRow, public_url: &Url, language: Language, column: Column) -> Value {
    let origin = public_url.origin().ascii_serialization();
    let custom: Value = HISTORY_PARAMETERS.iter().map(|(name, variable)| (*name, *variable)).collect();
    let mut item = json!({
        "type": "ltiResourceLink",
        "title": course.texts.name(language),
        "text": course.texts.description(language),
        "url": format!("{origin}{}", login::REDIRECT_PATH),
        "icon": { "url": format!("{origin}{}/image.svg", achievement_path(course)), "width": 100, "height": 100 },
        "custom": custom,
    });
    if let (Column::Score, Some(item)) = (column, item.as_object_mut()) {
        let line_item =
            json!({ "label": course.texts.name(language), "scoreMaximum": SCORE_MAXIMUM, "tag": "badge" });
        item.insert("lineItem".to_owned(), line_item);
    }
    item
}

/// The signed answer with these items; none means that nothing was chosen.
fn answer(
    state: &AppState,
    instructor: &Instructor,
    link: &DeepLink,
    items: &[Value],
) -> Result<String, SignError> {
    let session = instructor.session();
    let now = state.clock.now();
    let claims = response_claims(
        &session.platform.client_id,
        &session.platform.issuer,
        &session.deployment_id,
        link,
        items,
    );
    let mut claims = claims;
    if let Some(claims) = claims.as_object_mut() {
        claims.insert("nonce".to_owned(), secret::draw(&*state.chance).into());
        claims.insert("iat".to_owned(), now.as_unix_seconds().into());
        claims.insert("exp".to_owned(), later(now, ANSWER_SECONDS).as_unix_seconds().into());
    }
    state.keyring.current().lti.sign(&claims)
}

fn response_claims(
    client_id: &str,
    issuer: &str,
    deployment_id: &str,
    link: &DeepLink,
    items: &[Value],
) -> Value {
    let mut claims = json!({
        "iss": client_id,
        "aud": issuer,
        "https://purl.imsglobal.org/spec/lti/claim/message_type": "LtiDeepLinkingResponse",
        "https://purl.imsglobal.org/spec/lti/claim/version": "1.3.0",
        "https://purl.imsglobal.org/spec/lti/claim/deployment_id": deployment_id,
        "https://purl.imsglobal.org/spec/lti-dl/claim/content_items": items,
    });
    // What the platform gave is given back unchanged, and nothing if it gave nothing.
    if let (Some(claims), Some(data)) = (claims.as_object_mut(), &link.data) {
        claims.insert("https://purl.imsglobal.org/spec/lti-dl/claim/data".to_owned(), data.as_str().into());
    }
    claims
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(data: Option<&str>) -> DeepLink {
        DeepLink { return_url: "https://lms.example/return".parse().unwrap(), data: data.map(str::to_owned) }
    }

    #[test]
    fn the_item_is_a_link_to_the_launch_with_title_text_and_picture() {
        let texts = BadgeTexts {
            name_en: "Data".to_owned(),
            description_en: "Basics".to_owned(),
            name_ja: "データ".to_owned(),
            ..BadgeTexts::default()
        };
        let course = CourseRow { course_id: uuid::Uuid::nil(), title: "Course".to_owned(), texts };
        let public_url = "https://badges.example.org/".parse().unwrap();
        let item = content_item(&course, &public_url, Language::Ja, Column::None);
        assert_eq!(
            (&item["type"], &item["title"], &item["text"]),
            (&json!("ltiResourceLink"), &json!("データ"), &json!("Basics"))
        );
        assert_eq!(item["url"], "https://badges.example.org/lti/launch");
        assert!(item["icon"]["url"].as_str().unwrap().ends_with("/image.svg"));
        assert_eq!(item["custom"]["context_id_history"], "$Context.id.history");
        assert!(item.get("lineItem").is_none());
        let scored = content_item(&course, &public_url, Language::Ja, Column::Score);
        assert_eq!(scored["lineItem"], json!({ "label": "データ", "scoreMaximum": 100, "tag": "badge" }));
    }

    #[test]
    fn the_answer_goes_from_the_tool_to_the_platform_and_gives_its_data_back() {
        let claims =
            response_claims("client-1", "https://lms.example", "2", &link(Some("opaque")), &[json!({})]);
        assert_eq!((&claims["iss"], &claims["aud"]), (&json!("client-1"), &json!("https://lms.example")));
        assert_eq!(claims["https://purl.imsglobal.org/spec/lti-dl/claim/data"], "opaque");
        assert_eq!(
            claims["https://purl.imsglobal.org/spec/lti/claim/message_type"],
            "LtiDeepLinkingResponse"
        );
    }

    #[test]
    fn without_data_none_is_given_back_and_without_choice_the_list_is_empty() {
        let claims = response_claims("client-1", "https://lms.example", "2", &link(None), &[]);
        assert!(claims.get("https://purl.imsglobal.org/spec/lti-dl/claim/data").is_none());
        assert_eq!(claims["https://purl.imsglobal.org/spec/lti-dl/claim/content_items"], json!([]));
    }
}
