//! The progress of a roster that is being read: a page that goes on by itself, with server-sent events or, without scripts, by reloading.
//!
//! Server-sent events: <https://html.spec.whatwg.org/multipage/server-sent-events.html>.

use std::time::Duration;

use actix_web::{
    HttpResponse,
    http::header::{self, ContentEncoding},
    web::{Bytes, Data},
};
use futures_util::stream;
use uuid::Uuid;

use super::open_course;
use crate::{error::Failure, language::Language, page::Page, session::Instructor, state::AppState};

/// Between two events.
const TICK: Duration = Duration::from_millis(500);
/// A stream ends after this many events; the browser then loads the page again.
const MOST_EVENTS: u32 = 240;

/// The page.
#[derive(askama::Template)]
#[template(path = "reading.html")]
pub(crate) struct ReadingPage {
    pub(crate) t: Language,
    pub(crate) course_title: String,
    pub(crate) count: String,
    pub(crate) events: String,
    pub(crate) next: String,
}

impl Page for ReadingPage {}

impl ReadingPage {
    pub(crate) fn new(instructor: &Instructor, count: usize) -> Self {
        let session = instructor.session();
        Self {
            t: session.language,
            course_title: instructor.course_title().to_owned(),
            count: told(session.language, count),
            events: session.path("roster/events"),
            next: session.path("course?reading=1"),
        }
    }
}

fn told(t: Language, count: usize) -> String {
    t.with_number("reading-count", "count", count)
}

/// Where a stream of events is.
struct Watch {
    state: Data<AppState>,
    course_id: Uuid,
    t: Language,
    sent: u32,
    is_done: bool,
}

/// `GET /s/{token}/roster/events`: `count` while the roster is read, `done` at its end, however it ends.
///
/// # Errors
/// [`Failure`] if this is no instructor's session.
pub async fn events(instructor: Instructor, state: Data<AppState>) -> Result<HttpResponse, Failure> {
    let course = open_course(&state, &instructor).await?;
    let t = instructor.session().language;
    let watch = Watch { state, course_id: course.course_id, t, sent: 0, is_done: false };
    let events = stream::unfold(watch, |watch| async move { next_event(watch).await });
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        // A compressor would hold events back.
        .insert_header(ContentEncoding::Identity)
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .streaming(events))
}

async fn next_event(mut watch: Watch) -> Option<(Result<Bytes, std::convert::Infallible>, Watch)> {
    if watch.is_done {
        return None;
    }
    if watch.sent > 0 {
        tokio::time::sleep(TICK).await;
    }
    watch.sent += 1;
    let roster = watch.state.store.find_roster(watch.course_id).await.ok().flatten();
    let reading = roster.filter(|roster| roster.is_reading() && watch.sent < MOST_EVENTS);
    let event = if let Some(roster) = reading {
        let count = usize::try_from(roster.read_count).unwrap_or(0);
        format!("event: count\ndata: {}\n\n", told(watch.t, count))
    } else {
        watch.is_done = true;
        "event: done\ndata:\n\n".to_owned()
    };
    Some((Ok(Bytes::from(event)), watch))
}
