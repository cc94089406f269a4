//! The progress of something long: a page that goes on by itself, with server-sent events or, without scripts, by reloading.
//!
//! Server-sent events: <https://html.spec.whatwg.org/multipage/server-sent-events.html>.

use std::{convert::Infallible, time::Duration};

use actix_web::{
    HttpResponse,
    http::header::{self, ContentEncoding},
    web::Bytes,
};
use futures_util::stream;

use crate::{language::Language, page::Page};

/// Between two events.
const TICK: Duration = Duration::from_millis(500);
/// A stream ends after this many events; the browser then loads the page again.
const MOST_EVENTS: u32 = 240;

/// The page.
#[derive(askama::Template)]
#[template(path = "progress.html")]
pub(crate) struct ProgressPage {
    pub(crate) t: Language,
    /// The key of what goes on.
    pub(crate) title: &'static str,
    /// The key of what the reader may do meanwhile.
    pub(crate) text: &'static str,
    pub(crate) course_title: String,
    /// What has been asked for, in words, if that is worth saying.
    pub(crate) done: Option<String>,
    /// How far it is, in words.
    pub(crate) count: String,
    /// Where the events are.
    pub(crate) events: String,
    /// Where the browser goes at the end.
    pub(crate) next: String,
    /// Where it is stopped, if it can be.
    pub(crate) cancel_path: Option<String>,
}

impl Page for ProgressPage {}

/// Sends `count` with what `look` says, until it says nothing more: `done`.
pub(super) fn follow<L>(look: L) -> HttpResponse
where
    L: AsyncFn() -> Option<String> + 'static,
{
    let events = stream::unfold((look, Some(0)), async |(look, sent)| {
        let sent: u32 = sent?;
        if sent > 0 {
            tokio::time::sleep(TICK).await;
        }
        let told = if sent < MOST_EVENTS { look().await } else { None };
        let next = told.as_ref().map(|_| sent + 1);
        let event = told.map_or_else(
            || "event: done\ndata:\n\n".to_owned(),
            |count| format!("event: count\ndata: {count}\n\n"),
        );
        Some((Ok::<_, Infallible>(Bytes::from(event)), (look, next)))
    });
    HttpResponse::Ok()
        .content_type("text/event-stream")
        // A compressor would hold events back.
        .insert_header(ContentEncoding::Identity)
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .streaming(events)
}
