//! Recording from a list what no platform tells: attendance, examinations, points of elsewhere. Good rows count at once, bad rows come back.

use actix_web::{HttpResponse, web};
use openbadges::completion::Source;

use super::{
    list::{ListForm, learners, refused_row},
    open_course,
};
use crate::{
    completion::{
        csv::{
            RefusedRow,
            facts::{self, Facts},
        },
        decide::queue_awards,
    },
    error::Failure,
    language::Language,
    page::Page,
    session::Instructor,
    state::AppState,
};

/// The words of the column `kind`, and the texts that say what each wants.
const KINDS: [(&str, &str); 7] = [
    ("attendance", "facts-attendance"),
    ("course", "facts-course"),
    ("activity", "facts-activity"),
    ("grade", "facts-grade"),
    ("examination", "facts-examination"),
    ("endorsement", "facts-endorsement"),
    ("population", "facts-population"),
];

/// The page.
#[derive(askama::Template)]
#[template(path = "record.html")]
pub(crate) struct FactsPage {
    pub(crate) t: Language,
    pub(crate) course_title: String,
    pub(crate) awards_path: String,
    pub(crate) rule_path: String,
    pub(crate) badge_path: String,
    pub(crate) facts_path: String,
    pub(crate) text: String,
    pub(crate) complaint: Option<&'static str>,
    pub(crate) refused: Vec<RefusedRow>,
    /// How many facts were recorded, and how many awards follow.
    pub(crate) recorded: Option<(usize, usize)>,
}

impl Page for FactsPage {}

impl FactsPage {
    fn new(instructor: &Instructor, text: String) -> Self {
        let session = instructor.session();
        Self {
            t: session.language,
            course_title: instructor.course_title().to_owned(),
            awards_path: session.path("course"),
            rule_path: session.path("rule"),
            badge_path: session.path("badge"),
            facts_path: session.path("facts"),
            text,
            complaint: None,
            refused: Vec::new(),
            recorded: None,
        }
    }

    fn recorded_sentence(&self) -> Option<String> {
        let (recorded, queued) = self.recorded?;
        Some(self.t.with_numbers("facts-recorded", ("recorded", recorded), ("queued", queued)))
    }

    fn kinds(&self) -> Vec<(&'static str, String)> {
        KINDS.map(|(word, key)| (word, self.t.text(key))).into()
    }

    fn row(&self, row: &RefusedRow) -> String {
        refused_row(self.t, row)
    }
}

/// `GET /s/{token}/facts`.
pub async fn show(instructor: Instructor) -> HttpResponse {
    FactsPage::new(&instructor, String::new()).respond()
}

/// `POST /s/{token}/facts`: records the list; who qualifies by that is awarded.
///
/// # Errors
/// [`Failure`] as a page; bad rows are no failure.
pub async fn record(
    instructor: Instructor,
    state: web::Data<AppState>,
    form: web::Form<ListForm>,
) -> Result<HttpResponse, Failure> {
    let course = open_course(&state, &instructor).await?;
    let mut page = FactsPage::new(&instructor, form.into_inner().list);
    let Some(learners) = learners(&state, &instructor, course.course_id).await? else {
        page.complaint = Some("roster-failed-text");
        return Ok(page.respond());
    };
    let Ok(Facts { good, bad }) = facts::read(&page.text, &learners) else {
        page.complaint = Some("recipients-no-columns");
        return Ok(page.respond_with(actix_web::http::StatusCode::UNPROCESSABLE_ENTITY));
    };
    let now = state.clock.now();
    state.store.update_facts(course.course_id, Source::Csv, &good, now).await?;
    let platform = &instructor.session().platform;
    let queued = queue_awards(&state, course.course_id, platform, &learners, now).await?;
    tracing::info!(course = %course.course_id, recorded = good.len(), refused = bad.len(), queued, "facts recorded from a list");
    page.recorded = Some((good.len(), usize::try_from(queued).unwrap_or(usize::MAX)));
    page.refused = bad;
    if page.refused.is_empty() {
        page.text.clear();
    }
    Ok(page.respond())
}
