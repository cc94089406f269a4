//! The pages of the practice LMS: the course, the framed tool, the forms that carry a launch.

use actix_web::http::StatusCode;
use actix_web::http::header::{ACCEPT_LANGUAGE, CONTENT_TYPE};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::authorize::FormPost;
use super::initiate::{self, InitiationError, LaunchOrder};
use super::routes::{State, header};
use super::state::DocumentTarget;
use super::text::Text;
use super::world::{Course, Role, World};

#[derive(Template)]
#[template(path = "form_post.html")]
struct FormPostPage<'a> {
    form: &'a FormPost,
}

#[derive(Template)]
#[template(path = "sentence.html")]
struct SentencePage<'a> {
    sentence: &'a str,
}

#[derive(Template)]
#[template(path = "course.html")]
struct CoursePage<'a> {
    text: &'static Text,
    courses: &'a [Course],
    course: &'a Course,
    members: Vec<MemberLine>,
    has_tool: bool,
}

struct MemberLine {
    id: String,
    name: String,
    role: &'static str,
    teaches: bool,
    launch: String,
}

#[derive(Template)]
#[template(path = "open.html")]
struct OpenPage<'a> {
    text: &'static Text,
    course_id: &'a str,
    title: &'a str,
    person: String,
    launch_url: String,
    /// Name of the frame that keeps data for tools.
    storage: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "storage.html")]
struct StoragePage {
    /// Origins of the registered tools, as a JSON text.
    origins: String,
}

/// The query of the pages.
#[derive(Debug, Deserialize)]
pub(crate) struct PageQuery {
    lang: Option<String>,
    course: Option<String>,
}

/// The query of a launch.
#[derive(Debug, Deserialize)]
pub(crate) struct LaunchQuery {
    link: String,
    person: String,
    client_id: Option<String>,
    lang: Option<String>,
    target: Option<String>,
    /// `get` sends the login as a redirect, everything else as a form.
    method: Option<String>,
}

impl LaunchQuery {
    fn order(&self) -> LaunchOrder {
        let window = self.target.as_deref() == Some(DocumentTarget::Window.as_str());
        LaunchOrder {
            person_id: self.person.clone(),
            link_id: self.link.clone(),
            client_id: self.client_id.clone(),
            document_target: if window { DocumentTarget::Window } else { DocumentTarget::Iframe },
        }
    }
}

/// `GET /`: a course with everybody in it.
pub(crate) async fn course(state: State, request: HttpRequest, query: web::Query<PageQuery>) -> HttpResponse {
    let text = language(&request, query.lang.as_deref());
    let world = state.memory().world.clone();
    let wanted = query.course.as_deref();
    let course = wanted.map_or_else(|| world.courses.first(), |id| world.course(id));
    let Some(course) = course else {
        return sentence(StatusCode::NOT_FOUND, "There is no such course.");
    };
    let page = CoursePage {
        text,
        courses: &world.courses,
        course,
        members: members(&world, course, text),
        has_tool: !world.tools.is_empty(),
    };
    html(StatusCode::OK, &page)
}

fn members(world: &World, course: &Course, text: &'static Text) -> Vec<MemberLine> {
    course
        .enrolments
        .iter()
        .filter_map(|enrolment| {
            let person = world.person(&enrolment.person_id)?;
            let role = *enrolment.roles.first()?;
            let name = person.name_for(text.lang);
            let launch = text.launch_as(role, &name);
            let teaches = role == Role::Instructor;
            Some(MemberLine { id: person.id.clone(), name, role: text.role(role), teaches, launch })
        })
        .collect()
}

/// `GET /open`: the tool inside a page of the LMS.
pub(crate) async fn open(state: State, request: HttpRequest, query: web::Query<LaunchQuery>) -> HttpResponse {
    let text = language(&request, query.lang.as_deref());
    // `_parent` would mean this page itself, which keeps nothing: then nobody answers the tool.
    let storage = state.memory().personality.storage_target.filter(|name| !name.starts_with('_'));
    let world = state.memory().world.clone();
    let (Some((course, link)), Some(person)) = (world.link(&query.link), world.person(&query.person)) else {
        return sentence(StatusCode::NOT_FOUND, "There is no such link or person.");
    };
    let mut launch = url::form_urlencoded::Serializer::new(String::from("/launch?"));
    launch
        .append_pair("link", &query.link)
        .append_pair("person", &query.person)
        .append_pair("target", "iframe");
    if let Some(client_id) = &query.client_id {
        launch.append_pair("client_id", client_id);
    }
    let page = OpenPage {
        text,
        course_id: &course.id,
        title: &link.title,
        person: person.name_for(text.lang),
        launch_url: launch.finish(),
        storage,
    };
    html(StatusCode::OK, &page)
}

/// `GET /launch`: begins a launch and sends the browser to the tool.
pub(crate) async fn launch(state: State, query: web::Query<LaunchQuery>) -> HttpResponse {
    let initiation = match initiate::initiate(&state, &query.order()) {
        Ok(initiation) => initiation,
        Err(error @ InitiationError::Closed(_)) => {
            return sentence(StatusCode::FORBIDDEN, &error.to_string());
        }
        Err(error) => return sentence(StatusCode::NOT_FOUND, &error.to_string()),
    };
    if query.method.as_deref() == Some("get") {
        let location = url::Url::parse_with_params(&initiation.login_url, &initiation.parameters);
        return match location {
            Ok(location) => HttpResponse::Found().insert_header(("Location", location.as_str())).finish(),
            Err(error) => sentence(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
        };
    }
    form_post(&FormPost { action: initiation.login_url, fields: initiation.parameters })
}

/// `GET /lti/storage`: keeps data for the registered tools as long as the page around it is open.
/// <https://www.imsglobal.org/spec/lti-cs-pm/v0p1>
pub(crate) async fn storage(state: State) -> HttpResponse {
    let world = state.memory().world.clone();
    let tools = world.tools.iter().filter_map(|tool| url::Url::parse(&tool.login_url).ok());
    let origins: Vec<String> = tools.map(|url| url.origin().ascii_serialization()).collect();
    html(StatusCode::OK, &StoragePage { origins: serde_json::json!(origins).to_string() })
}

/// `GET /practice.css`
pub(crate) async fn style() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/css; charset=utf-8"))
        .body(include_str!("../../templates/practice.css"))
}

/// A page that posts itself, as platforms carry `id_tokens` and errors.
/// <https://openid.net/specs/oauth-v2-form-post-response-mode-1_0.html>
pub(crate) fn form_post(form: &FormPost) -> HttpResponse {
    html(StatusCode::OK, &FormPostPage { form })
}

/// A page with one sentence.
pub(crate) fn sentence(status: StatusCode, sentence: &str) -> HttpResponse {
    html(status, &SentencePage { sentence })
}

fn html(status: StatusCode, page: &impl Template) -> HttpResponse {
    match page.render() {
        Ok(body) => HttpResponse::build(status)
            .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
            .insert_header(("Cache-Control", "no-store"))
            .body(body),
        Err(error) => HttpResponse::InternalServerError().body(error.to_string()),
    }
}

fn language(request: &HttpRequest, wanted: Option<&str>) -> &'static Text {
    Text::choose(wanted, header(request, ACCEPT_LANGUAGE.as_str()))
}
