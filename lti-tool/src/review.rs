//! One learner's badge, for an instructor who comes from the platform's grade book.
//!
//! Submission review: <https://www.imsglobal.org/spec/lti-sr/v1p0>. The learner is the one that the signed
//! message names; the course is the one of the session.

use actix_web::{HttpResponse, http::header, web};

use crate::{
    course::open_course,
    error::Failure,
    language::Language,
    page::Page,
    session::Instructor,
    state::AppState,
    store::{award::AwardRow, course::BadgeTexts},
};

/// The page.
#[derive(askama::Template)]
#[template(path = "review.html")]
pub(crate) struct ReviewPage {
    pub(crate) t: Language,
    pub(crate) course_title: String,
    pub(crate) texts: BadgeTexts,
    pub(crate) learner: String,
    pub(crate) award: Option<AwardRow>,
    pub(crate) course_path: String,
    /// Where the badges of the session lie.
    pub(crate) credentials_path: String,
}

impl ReviewPage {
    fn award_path(&self, award: &AwardRow) -> String {
        format!("{}/{}", self.credentials_path, award.assertion_id)
    }
}

impl Page for ReviewPage {}

/// `GET /s/{token}/review`; a session that is about nobody goes to the course.
///
/// # Errors
/// [`Failure`] as a page.
pub async fn show(instructor: Instructor, state: web::Data<AppState>) -> Result<HttpResponse, Failure> {
    let session = instructor.session();
    let course_path = session.path("course");
    let Some(user_id) = session.for_user_id.as_deref() else {
        return Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, course_path)).finish());
    };
    let course = open_course(&state, &instructor).await?;
    let awards = state.store.list_awards(course.course_id).await?;
    let mut awards: Vec<AwardRow> = awards.into_iter().filter(|award| award.user_id == user_id).collect();
    awards.sort_by_key(|award| award.revocation_reason.is_some());
    let award = awards.into_iter().next();
    let t = session.language;
    let name = award.as_ref().and_then(|award| award.display_name.clone());
    let page = ReviewPage {
        t,
        course_title: course.title.clone(),
        texts: course.texts,
        learner: name.unwrap_or_else(|| t.with("learner-nameless", "id", user_id)),
        award,
        course_path,
        credentials_path: session.path("credentials"),
    };
    Ok(page.respond())
}
