//! Deep Linking: an instructor places the badge of the course into the course, a page of everybody's own badges, or both at once.
//!
//! Specification: <https://www.imsglobal.org/spec/lti-dl/v2p0#deep-linking-response-message>. The instructor chooses; the page after that
//! holds the signed answer and sends itself from the browser to the platform (without scripts, by one more press). An empty `custom` would
//! crash Moodle; ours asks for the course's history, so that a copied course is recognised, and says which page the link opens. With a
//! column in the grade book, awards write scores there (`award::grade`).

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use serde_json::{Map, Value, json};
use url::Url;

use crate::{
    clock::later,
    course::{badge::achievement_path, open_course},
    error::Failure,
    frame::FormTarget,
    keys::SignError,
    language::Language,
    login,
    lti::{
        deep_linking::{OWN_BADGES_PARAMETER, Takes},
        grade::{COLUMN_MAXIMUM, COLUMN_TAG},
        services::HISTORY_PARAMETERS,
    },
    page::Page,
    secret,
    session::{DeepLink, Instructor, SessionError},
    state::AppState,
    store::course::CourseRow,
};

/// How old the answer may be when it arrives, in seconds.
const ANSWER_SECONDS: i64 = 600;
/// The longest title and text of a link, in characters.
const LONGEST_TITLE: usize = 200;
const LONGEST_TEXT: usize = 1000;

/// The page with the choice.
#[derive(askama::Template)]
#[template(path = "place.html")]
pub(crate) struct PlacePage {
    pub(crate) t: Language,
    pub(crate) course_title: String,
    pub(crate) achievement_path: String,
    pub(crate) place_path: String,
    pub(crate) choice: Choice,
    pub(crate) takes: Vec<Takes>,
    pub(crate) return_url: String,
    pub(crate) cancel: String,
    /// Whether nothing was chosen on the page before.
    pub(crate) is_incomplete: bool,
}

impl Page for PlacePage {}

impl PlacePage {
    fn takes(&self, what: Takes) -> bool {
        self.takes.contains(&what)
    }

    /// One of the items, or as many as one likes.
    fn box_type(&self) -> &'static str {
        if self.takes(Takes::Several) { "checkbox" } else { "radio" }
    }
}

/// The page that takes the signed answer to the platform.
#[derive(askama::Template)]
#[template(path = "placing.html")]
pub(crate) struct PlacingPage {
    pub(crate) t: Language,
    pub(crate) return_url: String,
    pub(crate) answer: String,
}

impl Page for PlacingPage {}

/// What the instructor wants in the course.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Choice {
    /// The badge of the course.
    pub(crate) badge: bool,
    /// A column in the grade book for it.
    pub(crate) column: bool,
    /// The page of everybody's own badges.
    pub(crate) mine: bool,
    /// Title of the badge's link.
    pub(crate) title: String,
    /// Text beside the badge's link.
    pub(crate) text: String,
}

impl Choice {
    /// What is proposed: the badge, with its own words.
    fn proposed(course: &CourseRow, t: Language) -> Self {
        Self {
            badge: true,
            title: course.texts.name().text(t).to_owned(),
            text: course.texts.description().text(t).chars().take(LONGEST_TEXT).collect(),
            ..Self::default()
        }
    }

    /// Reads the form; what is left empty keeps its proposal, what the platform does not take is left out.
    fn read(form: &[(String, String)], proposed: &Self, takes: &[Takes]) -> Self {
        let all = |name| form.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str());
        let mut items: Vec<&str> = all("item").collect();
        if !takes.contains(&Takes::Several) {
            items.truncate(1);
        }
        let text = |name, longest, otherwise: &str| {
            let written = all(name).next().unwrap_or_default().replace('\0', "");
            let written: String = written.trim().chars().take(longest).collect();
            if written.is_empty() { otherwise.to_owned() } else { written }
        };
        Self {
            badge: items.contains(&"badge"),
            mine: items.contains(&"mine"),
            column: takes.contains(&Takes::Columns) && all("column").next().is_some(),
            title: text("title", LONGEST_TITLE, &proposed.title),
            text: text("text", LONGEST_TEXT, &proposed.text),
        }
    }
}

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
    let choice = Choice::proposed(&course, instructor.session().language);
    FormTarget::of(&link.return_url).attach(&request);
    Ok(place_page(&state, &instructor, &link, &course, choice)?.respond())
}

/// `POST /s/{token}/place`: signs the choice.
///
/// # Errors
/// [`Failure`] as a page; above all if the session was not begun by a deep linking request.
pub async fn place(
    request: HttpRequest,
    instructor: Instructor,
    state: web::Data<AppState>,
    form: web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Failure> {
    let link = instructor.session().deep_link.clone().ok_or(SessionError::NoDeepLink)?;
    let course = open_course(&state, &instructor).await?;
    let t = instructor.session().language;
    let choice = Choice::read(&form, &Choice::proposed(&course, t), &link.takes);
    FormTarget::of(&link.return_url).attach(&request);
    let items = if link.takes.contains(&Takes::Links) {
        content_items(&course, &choice, &state.public_url, t)
    } else {
        Vec::new()
    };
    if items.is_empty() {
        let page = place_page(&state, &instructor, &link, &course, choice)?;
        let page = PlacePage { is_incomplete: true, ..page };
        return Ok(page.respond_with(StatusCode::UNPROCESSABLE_ENTITY));
    }
    tracing::info!(course = %course.course_id, items = items.len(), "links are placed");
    let answer = answer(&state, &instructor, &link, &items)?;
    Ok(PlacingPage { t, return_url: link.return_url.into(), answer }.respond())
}

fn place_page(
    state: &AppState,
    instructor: &Instructor,
    link: &DeepLink,
    course: &CourseRow,
    choice: Choice,
) -> Result<PlacePage, SignError> {
    let session = instructor.session();
    Ok(PlacePage {
        t: session.language,
        course_title: course.title.clone(),
        achievement_path: achievement_path(course),
        place_path: session.path("place"),
        choice,
        takes: link.takes.clone(),
        return_url: link.return_url.clone().into(),
        cancel: answer(state, instructor, link, &[])?,
        is_incomplete: false,
    })
}

/// The chosen links (<https://www.imsglobal.org/spec/lti-dl/v2p0#lti-resource-link>).
fn content_items(course: &CourseRow, choice: &Choice, public_url: &Url, t: Language) -> Vec<Value> {
    let mut items = Vec::new();
    if choice.badge {
        let mut badge = content_item(course, public_url, &choice.title, &choice.text, None);
        if let (true, Some(badge)) = (choice.column, badge.as_object_mut()) {
            badge.insert("lineItem".to_owned(), column(&choice.title, public_url, t));
        }
        items.push(badge);
    }
    if choice.mine {
        let (title, text) = (t.text("place-mine"), t.text("place-mine-text"));
        items.push(content_item(course, public_url, &title, &text, Some(OWN_BADGES_PARAMETER)));
    }
    items
}

/// The column, with the way from it to what one learner has (<https://www.imsglobal.org/spec/lti-sr/v1p0>): a score is written as completed, one that was
/// taken back as in progress. A Moodle learns of submission review here and nowhere else; who does not know it passes it over.
fn column(title: &str, public_url: &Url, t: Language) -> Value {
    json!({
        "label": title,
        "scoreMaximum": COLUMN_MAXIMUM,
        "tag": COLUMN_TAG,
        "submissionReview": {
            "reviewableStatus": ["InProgress", "Completed"],
            "label": t.text("app-name"),
            "url": format!("{}{}", public_url.origin().ascii_serialization(), login::REDIRECT_PATH),
        },
    })
}

fn content_item(
    course: &CourseRow,
    public_url: &Url,
    title: &str,
    text: &str,
    parameter: Option<(&str, &str)>,
) -> Value {
    let origin = public_url.origin().ascii_serialization();
    let parameters = HISTORY_PARAMETERS.into_iter().chain(parameter);
    let custom: Map<String, Value> =
        parameters.map(|(name, value)| (name.to_owned(), Value::from(value))).collect();
    json!({
        "type": "ltiResourceLink",
        "title": title,
        "text": text,
        "url": format!("{origin}{}", login::REDIRECT_PATH),
        "icon": { "url": format!("{origin}{}/image.svg", achievement_path(course)), "width": 100, "height": 100 },
        "custom": custom,
    })
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
    let platform = &session.platform;
    let mut claims =
        response_claims(&platform.client_id, &platform.issuer, &session.deployment_id, link, items);
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
    use crate::store::course::BadgeTexts;

    fn link(data: Option<&str>) -> DeepLink {
        DeepLink {
            return_url: "https://lms.example/return".parse().unwrap(),
            data: data.map(str::to_owned),
            takes: Takes::ALL.to_vec(),
        }
    }

    fn course() -> CourseRow {
        let texts = BadgeTexts {
            name_en: "Data".to_owned(),
            description_en: "Basics".to_owned(),
            name_ja: "データ".to_owned(),
            ..BadgeTexts::default()
        };
        CourseRow { title: "Course".to_owned(), texts, ..CourseRow::default() }
    }

    fn read(form: &[(&str, &str)], takes: &[Takes]) -> Choice {
        let form: Vec<(String, String)> =
            form.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Choice::read(&form, &Choice::proposed(&course(), Language::Ja), takes)
    }

    fn items(choice: &Choice) -> Vec<Value> {
        content_items(&course(), choice, &"https://badges.example.org/".parse().unwrap(), Language::Ja)
    }

    #[test]
    fn the_item_is_a_link_to_the_launch_with_title_text_and_picture() {
        let items = items(&Choice::proposed(&course(), Language::Ja));
        let [item] = items.as_slice() else { panic!("{items:?}") };
        assert_eq!(
            (&item["type"], &item["title"], &item["text"]),
            (&json!("ltiResourceLink"), &json!("データ"), &json!("Basics"))
        );
        assert_eq!(item["url"], "https://badges.example.org/lti/launch");
        assert!(item["icon"]["url"].as_str().unwrap().ends_with("/image.svg"));
        assert_eq!(item["custom"]["context_id_history"], "$Context.id.history");
        assert!(item.get("lineItem").is_none() && item["custom"].get("page").is_none());
    }

    #[test]
    fn several_links_are_placed_at_once_each_with_its_own_words() {
        let form = [("item", "badge"), ("item", "mine"), ("column", "on"), ("title", " 修了 "), ("text", "")];
        let items = items(&read(&form, &Takes::ALL));
        let [badge, mine] = items.as_slice() else { panic!("{items:?}") };
        assert_eq!((&badge["title"], &badge["text"]), (&json!("修了"), &json!("Basics")));
        let column = &badge["lineItem"];
        assert_eq!((&column["label"], &column["scoreMaximum"]), (&json!("修了"), &json!(100)));
        let review = json!({ "reviewableStatus": ["InProgress", "Completed"], "label": Language::Ja.text("app-name"),
            "url": "https://badges.example.org/lti/launch" });
        assert_eq!((&column["tag"], &column["submissionReview"]), (&json!("badge"), &review));
        assert_eq!((&mine["custom"]["page"], mine.get("lineItem")), (&json!("mine"), None));
        assert_ne!(mine["title"], badge["title"]);
    }

    #[test]
    fn what_the_platform_does_not_take_is_left_out() {
        let form = [("item", "badge"), ("item", "mine"), ("column", "on")];
        let one = read(&form, &[Takes::Links]);
        assert_eq!((one.badge, one.mine, one.column), (true, false, false));
        assert!(items(&read(&[("title", "x")], &Takes::ALL)).is_empty());
        assert_eq!(read(&[("title", &"x".repeat(300))], &Takes::ALL).title.len(), LONGEST_TITLE);
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
