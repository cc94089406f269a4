//! Awarding from a list: the instructor pastes CSV; good rows are queued, bad rows come back with reasons.

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::json;

use super::{
    bulk, open_course,
    roster::{CourseRoster, Purpose, roster_of},
};
use crate::{
    award::AwardError,
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
    /// How many awards were queued, and how many rows named somebody who was awarded before.
    pub(crate) queued: Option<(usize, usize)>,
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
            queued: None,
        }
    }

    fn queued_sentence(&self) -> Option<String> {
        let (queued, kept) = self.queued?;
        Some(self.t.with_numbers("recipients-queued", ("queued", queued), ("kept", kept)))
    }

    fn row(&self, row: &RefusedRow) -> String {
        let reason = self.t.text(row.reason.key());
        self.t.with_texts("recipients-row", ("line", &row.line.to_string()), ("reason", &reason))
    }
}

/// What the instructor sends.
#[derive(Debug, Deserialize)]
pub struct RecipientsForm {
    list: String,
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
    form: web::Form<RecipientsForm>,
) -> Result<HttpResponse, Failure> {
    let course = open_course(&state, &instructor).await?;
    let form = form.into_inner();
    let mut page = RecipientsPage::new(&instructor, form.list);
    let learners = match roster_of(&state, instructor.session(), course.course_id, Purpose::Award).await? {
        CourseRoster::Known(roster) => roster.learners,
        CourseRoster::Failed(error) => return Err(AwardError::Roster(error).into()),
        CourseRoster::Reading { .. } | CourseRoster::NotOffered => {
            page.complaint = Some("roster-failed-text");
            return Ok(page.respond());
        }
    };
    let Ok(Recipients { good, bad }) = csv::read(&page.text, &learners) else {
        page.complaint = Some("recipients-no-columns");
        return Ok(page.respond_with(actix_web::http::StatusCode::UNPROCESSABLE_ENTITY));
    };
    let count = good.len();
    let jobs: Vec<NewJob> = good.into_iter().map(|row| job(row, &instructor)).collect();
    let queued = bulk::queue(&state, &instructor, &course, &jobs).await?;
    let queued = usize::try_from(queued).unwrap_or(usize::MAX);
    tracing::info!(course = %course.course_id, queued, refused = bad.len(), "awards queued from a list");
    page.queued = Some((queued, count.saturating_sub(queued)));
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
