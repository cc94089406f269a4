//! Awarding from a list: the instructor pastes CSV; good rows are queued, bad rows come back with reasons.

use actix_web::{HttpResponse, web};
use serde_json::json;

use super::{
    asked::Asked,
    bulk,
    list::{ListForm, learners, refused_row},
    open_course,
};
use crate::{
    completion::csv::{self, RecipientRow, Recipients, RefusedRow},
    error::Failure,
    language::Language,
    page::Page,
    session::Instructor,
    state::AppState,
    store::queue::NewJob,
};

/// The page.
#[derive(askama::Template)]
#[template(path = "recipients.html")]
pub(crate) struct RecipientsPage {
    pub(crate) t: Language,
    pub(crate) course_title: String,
    pub(crate) awards_path: String,
    pub(crate) rule_path: String,
    pub(crate) badge_path: String,
    pub(crate) recipients_path: String,
    pub(crate) queue_path: String,
    pub(crate) text: String,
    pub(crate) complaint: Option<&'static str>,
    pub(crate) refused: Vec<RefusedRow>,
    /// What came of the good ones.
    pub(crate) asked: Asked,
}

impl Page for RecipientsPage {}

impl RecipientsPage {
    fn new(instructor: &Instructor, text: String) -> Self {
        let session = instructor.session();
        Self {
            t: session.language,
            course_title: instructor.course_title().to_owned(),
            awards_path: session.path("course"),
            rule_path: session.path("rule"),
            badge_path: session.path("badge"),
            recipients_path: session.path("recipients"),
            queue_path: session.path("queue"),
            text,
            complaint: None,
            refused: Vec::new(),
            asked: Asked::default(),
        }
    }

    fn asked_sentence(&self) -> Option<String> {
        self.asked.sentence(self.t)
    }

    fn row(&self, row: &RefusedRow) -> String {
        refused_row(self.t, row)
    }
}

/// `GET /s/{token}/recipients`.
pub async fn show(instructor: Instructor) -> HttpResponse {
    RecipientsPage::new(&instructor, String::new()).respond()
}

/// `POST /s/{token}/recipients`.
///
/// # Errors
/// [`Failure`] as a page; bad rows are no failure.
pub async fn award(
    instructor: Instructor,
    state: web::Data<AppState>,
    form: web::Form<ListForm>,
) -> Result<HttpResponse, Failure> {
    let course = open_course(&state, &instructor).await?;
    let mut page = RecipientsPage::new(&instructor, form.into_inner().list);
    let Some(learners) = learners(&state, &instructor, course.course_id).await? else {
        page.complaint = Some("roster-failed-text");
        return Ok(page.respond());
    };
    let Ok(Recipients { good, bad }) = csv::read(&page.text, &learners) else {
        page.complaint = Some("recipients-no-columns");
        return Ok(page.respond_with(actix_web::http::StatusCode::UNPROCESSABLE_ENTITY));
    };
    let jobs: Vec<NewJob> = good.into_iter().map(|row| job(row, &instructor)).collect();
    page.asked = bulk::queue(&state, &instructor, &course, &jobs, false).await?;
    tracing::info!(course = %course.course_id, refused = bad.len(), "a list of recipients is read");
    page.refused = bad;
    Ok(page.respond())
}

fn job(row: RecipientRow, instructor: &Instructor) -> NewJob {
    NewJob {
        user_id: row.learner.user_id,
        name: row.learner.name,
        email: row.learner.email,
        provenance: json!({ "source": "csv", "awarded_by": instructor.user_id() }),
        narrative: row.narrative,
        evidence: row.evidence,
    }
}
