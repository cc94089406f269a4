//! Awarding many at once: they are queued, begin after a moment in which they can be taken back, and go on whatever happens to this replica.
//!
//! The page follows the queue by server-sent events or, without scripts, by reloading.

use actix_web::{
    HttpResponse,
    http::header,
    web::{Data, Query},
};
use serde_json::json;

use super::{
    asked::Asked,
    open_course,
    progress::{self, ProgressPage},
};
use crate::{
    error::Failure,
    language::Language,
    lti::membership::Learner,
    page::Page,
    session::Instructor,
    state::AppState,
    store::{
        StoreError,
        course::CourseRow,
        queue::{JobScene, NewJob},
    },
};

/// Fewer are awarded while the instructor waits.
pub(super) const MANY: usize = 25;

/// Queues jobs that an instructor asked for; they begin after `completion.undo_seconds`. Who is queued already keeps their time, and what
/// failed is tried again. With `gives_again` those from whom the badge was taken back get it again.
///
/// # Errors
/// [`StoreError`]; what was queued before it stays queued.
pub(super) async fn queue(
    state: &AppState,
    instructor: &Instructor,
    course: &CourseRow,
    jobs: &[NewJob],
    gives_again: bool,
) -> Result<Asked, StoreError> {
    let platform = &instructor.session().platform;
    let platform = format!("{}#{}", platform.issuer, platform.client_id);
    let did = state.keyring.current().issuer.did.clone();
    let scene = JobScene { course_id: course.course_id, issuer_did: &did, platform: &platform, gives_again };
    let users: Vec<&str> = jobs.iter().map(|job| job.user_id.as_str()).collect();
    let again = state.store.ask_again(course.course_id, &users).await?;
    let queued = state.store.insert_jobs(scene, jobs, state.config.completion.undo_seconds).await?;
    tracing::info!(course = %course.course_id, queued, again = again.waiting, retried = again.retried, "awards queued by an instructor");
    Ok(Asked::in_queue(jobs.len(), usize::try_from(queued).unwrap_or(usize::MAX), again))
}

/// Queues the ticked learners, those too from whom the badge was taken back.
///
/// # Errors
/// [`StoreError`]; what was queued before it stays queued.
pub(super) async fn queue_learners(
    state: &AppState,
    instructor: &Instructor,
    course: &CourseRow,
    learners: Vec<Learner>,
) -> Result<Asked, StoreError> {
    let provenance =
        json!({ "source": "instructor", "awarded_by": instructor.user_id(), "course_id": course.course_id });
    let job = |learner: Learner| NewJob {
        user_id: learner.user_id,
        name: learner.name,
        email: learner.email,
        provenance: provenance.clone(),
        narrative: None,
        evidence: None,
    };
    let jobs: Vec<NewJob> = learners.into_iter().map(job).collect();
    queue(state, instructor, course, &jobs, true).await
}

fn told(t: Language, waiting: i64) -> String {
    t.with_number("bulk-count", "count", usize::try_from(waiting).unwrap_or(0))
}

/// `GET /s/{token}/queue`: how far the queue of the course is, and what came of the press before it; the course itself when it is empty.
///
/// # Errors
/// [`Failure`] as a page.
pub async fn show(
    instructor: Instructor,
    state: Data<AppState>,
    Query(asked): Query<Asked>,
) -> Result<HttpResponse, Failure> {
    let course = open_course(&state, &instructor).await?;
    let session = instructor.session();
    let waiting = state.store.count_jobs(course.course_id).await?.waiting;
    let done = asked.sentence(session.language);
    if waiting == 0 {
        let query = done.map(|_| format!("?{}", asked.query())).unwrap_or_default();
        let location = session.path(&format!("course{query}"));
        return Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, location)).finish());
    }
    let page = ProgressPage {
        t: session.language,
        title: "bulk-title",
        text: "bulk-text",
        done,
        course_title: course.title,
        count: told(session.language, waiting),
        events: session.path("queue/events"),
        next: session.path("queue"),
        cancel_path: Some(session.path("queue/cancel")),
    };
    Ok(page.respond())
}

/// `POST /s/{token}/queue/cancel`: awards that nobody works on yet are taken back.
///
/// # Errors
/// [`Failure`] as a page.
pub async fn cancel(instructor: Instructor, state: Data<AppState>) -> Result<HttpResponse, Failure> {
    let course = open_course(&state, &instructor).await?;
    let cancelled = state.store.cancel_jobs(course.course_id).await?;
    tracing::info!(course = %course.course_id, cancelled, "queued awards cancelled");
    let location = instructor.session().path(&format!("course?cancelled={cancelled}"));
    Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, location)).finish())
}

/// `GET /s/{token}/queue/events`: `count` while awards wait, `done` when none does.
///
/// # Errors
/// [`Failure`] if this is no instructor's session.
pub async fn events(instructor: Instructor, state: Data<AppState>) -> Result<HttpResponse, Failure> {
    let course = open_course(&state, &instructor).await?;
    let t = instructor.session().language;
    Ok(progress::follow(async move || {
        let waiting = state.store.count_jobs(course.course_id).await.map_or(0, |queue| queue.waiting);
        (waiting > 0).then(|| told(t, waiting))
    }))
}
