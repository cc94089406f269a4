//! `/verify`: anybody's badge, judged while one looks. No account, and nothing is kept about who asks or what they brought.
//!
//! A file, a text or a link arrives ([`received`]), the documents that its issuer publishes are fetched within bounds ([`documents`]), the
//! database judges. Works without a script; with one, files can be dropped.

pub mod documents;
pub mod received;

use actix_multipart::Multipart;
use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use serde_json::Value;

use self::{
    documents::{Gathered, Missing},
    received::{Given, NotReceived},
};
use crate::{
    credential::{
        page::summary_of,
        picture::Picture,
        summary::{Summary, unverified_json},
        verdict::{Words, words},
    },
    error::Failure,
    language::Language,
    page::Page,
    state::AppState,
    store::{Store, StoreError, credential::CheckRow},
    usage::Use,
};

/// A longer text is no address.
const LONGEST_ADDRESS: usize = 2048;

/// The page, before and after.
#[derive(askama::Template)]
#[template(path = "verify.html")]
pub(crate) struct VerifyPage {
    pub(crate) t: Language,
    /// The key of the sentence that says why there is no answer.
    pub(crate) complaint: Option<&'static str>,
    pub(crate) answer: Option<Answer>,
}

impl Page for VerifyPage {}

/// What is said of a badge.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) outcome: String,
    pub(crate) words: Words,
    /// What it says, if it can be read.
    pub(crate) summary: Option<Summary>,
    /// Its picture, if it is one of ours.
    pub(crate) picture: Option<Picture>,
    pub(crate) checks: Vec<CheckRow>,
    pub(crate) missing: Vec<Missing>,
}

/// `GET /verify`.
pub async fn show(request: HttpRequest) -> HttpResponse {
    VerifyPage { t: Language::of_request(&request), complaint: None, answer: None }.respond()
}

/// `POST /verify`: a form with a `file`, or a `text` that is a badge or the link of one.
///
/// # Errors
/// [`Failure`] if the database does not answer.
pub async fn verify(
    request: HttpRequest,
    state: web::Data<AppState>,
    form: Multipart,
) -> Result<HttpResponse, Failure> {
    let t = Language::of_request(&request);
    let judged = match received::read(form).await {
        Ok(given) => judge(&state, &given, t).await?,
        Err(refusal) => Err(refusal),
    };
    let page = match judged {
        Ok(answer) => return Ok(VerifyPage { t, complaint: None, answer: Some(answer) }.respond()),
        Err(refusal) => refusal,
    };
    let status = match page {
        NotReceived::TooLong => StatusCode::PAYLOAD_TOO_LARGE,
        NotReceived::NotShared => StatusCode::FORBIDDEN,
        NotReceived::Busy => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Ok(VerifyPage { t, complaint: Some(page.sentence()), answer: None }.respond_with(status))
}

/// The answer, or why what was given is nothing that could have one.
async fn judge(
    state: &AppState,
    given: &Given,
    t: Language,
) -> Result<Result<Answer, NotReceived>, StoreError> {
    let text = match received::text(state, given).await? {
        Ok(text) => text,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let Gathered { judged, missing } = documents::gather(state, &text).await?;
    if let Some(achievement_id) = judged.achievement_id {
        state.usage.count(achievement_id, Use::VerificationPageOpened);
    }
    let badge = whole(&state.store, &text).await?;
    let summary = match badge {
        Some(badge) => {
            Some(summary_of(&state.store, &badge).await?).filter(|summary| !summary.name.is_empty())
        }
        None => None,
    };
    let picture = match &summary {
        Some(summary) => Picture::of(state, summary, t).await?,
        None => None,
    };
    Ok(Ok(Answer {
        words: words(&judged.outcome, &judged.checks),
        outcome: judged.outcome,
        summary,
        picture,
        checks: judged.checks,
        missing,
    }))
}

/// The badge as JSON; one of Open Badges 2.0 with the documents that it links to, which verification has fetched.
async fn whole(store: &Store, text: &str) -> Result<Option<Value>, StoreError> {
    let mut badge = match unverified_json(text) {
        Some(badge) => badge,
        None if text.len() <= LONGEST_ADDRESS => {
            match store.find_document(text).await?.as_deref().and_then(unverified_json) {
                Some(badge) => badge,
                None => return Ok(None),
            }
        }
        None => return Ok(None),
    };
    for pointer in ["/badge", "/badge/issuer"] {
        let Some(link) = badge.pointer_mut(pointer) else { break };
        let Some(url) = link.as_str() else { continue };
        if let Some(document) = store.find_document(url).await?.as_deref().and_then(unverified_json) {
            *link = document;
        }
    }
    Ok(Some(badge))
}
