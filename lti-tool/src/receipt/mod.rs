//! Receipts: a holder says what a badge was used for, dated and revocable, and whoever is given the address reads exactly the same.
//!
//! The holder's page is `/s/{token}/credentials/{id}/receipts`, the other side's `/receipts/{id}`. Reports have counts only, from ten people
//! up and in steps of five (`badges.report_receipts`).

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    error::Failure,
    language::Language,
    learner::badge::find_own,
    page::{Page, see_other},
    report::AsOf,
    session::Session,
    state::AppState,
    store::{
        examination::Answer,
        receipt::{NewReceipt, ReceiptRow},
    },
};

/// What a badge may have been used for, as the form offers it.
const PURPOSES: [&str; 5] = ["application", "internal_posting", "assignment", "qualification", "other"];
/// The longest name of a receiver, in characters.
const LONGEST_RECEIVER: usize = 100;
/// The longest note, in characters.
const LONGEST_NOTE: usize = 300;

/// A receipt as both sides read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) row: ReceiptRow,
    /// Where the other side reads it.
    pub(crate) url: String,
}

impl Shown {
    fn of(state: &AppState, row: ReceiptRow) -> Self {
        Self { url: state.address(&format!("/receipts/{}", row.receipt_id)), row }
    }

    pub(crate) fn purpose(&self, t: Language) -> String {
        purpose(t, &self.row.purpose)
    }

    pub(crate) fn used_on(&self, t: Language) -> String {
        crate::examination::day(t, &self.row.used_on)
    }
}

/// What a badge was used for.
fn purpose(t: Language, word: &str) -> String {
    t.named("receipt-purpose", word).unwrap_or_else(|| word.to_owned())
}

/// The holder's page.
#[derive(askama::Template)]
#[template(path = "receipt/own.html")]
pub(crate) struct ReceiptsPage {
    pub(crate) t: Language,
    pub(crate) course_title: Option<String>,
    pub(crate) badge_path: String,
    pub(crate) path: String,
    pub(crate) receipts: Vec<Shown>,
    pub(crate) today: String,
    pub(crate) complaint: Option<&'static str>,
    pub(crate) is_given: bool,
}

impl Page for ReceiptsPage {}

impl ReceiptsPage {
    fn purposes(&self) -> Vec<(&'static str, String)> {
        PURPOSES.iter().map(|word| (*word, purpose(self.t, word))).collect()
    }
}

/// The other side's page.
#[derive(askama::Template)]
#[template(path = "receipt/public.html")]
pub(crate) struct ReceiptPage {
    pub(crate) t: Language,
    pub(crate) receipt: Shown,
}

impl Page for ReceiptPage {}

/// What the page before it has done.
#[derive(Debug, Default, Deserialize)]
pub struct Done {
    given: Option<u8>,
}

/// A receipt, as the form sends it.
#[derive(Debug, Deserialize)]
pub struct ReceiptForm {
    purpose: String,
    used_on: String,
    #[serde(default)]
    receiver: String,
    #[serde(default)]
    note: String,
}

async fn page(session: &Session, state: &AppState, assertion_id: Uuid) -> Result<ReceiptsPage, Failure> {
    let receipts = state.store.list_receipts(assertion_id).await?;
    Ok(ReceiptsPage {
        t: session.language,
        course_title: session.course_title().map(str::to_owned),
        badge_path: session.path(&format!("credentials/{assertion_id}")),
        path: session.path(&format!("credentials/{assertion_id}/receipts")),
        receipts: receipts.into_iter().map(|row| Shown::of(state, row)).collect(),
        today: AsOf::now(state.clock.now()).day_text(),
        complaint: None,
        is_given: false,
    })
}

/// `GET /s/{token}/credentials/{id}/receipts`.
///
/// # Errors
/// [`Failure::NotFound`] if the badge is somebody else's.
pub async fn show(
    session: Session,
    state: web::Data<AppState>,
    path: web::Path<(String, Uuid)>,
    done: web::Query<Done>,
) -> Result<HttpResponse, Failure> {
    find_own(&state, &session, path.1).await?;
    let page = page(&session, &state, path.1).await?;
    Ok(ReceiptsPage { is_given: done.given.is_some(), ..page }.respond())
}

/// `POST /s/{token}/credentials/{id}/receipts`: gives one.
///
/// # Errors
/// [`Failure::NotFound`] if the badge is somebody else's.
pub async fn give(
    session: Session,
    state: web::Data<AppState>,
    path: web::Path<(String, Uuid)>,
    form: web::Form<ReceiptForm>,
) -> Result<HttpResponse, Failure> {
    find_own(&state, &session, path.1).await?;
    let text = |text: &str, longest: usize| {
        let text: String = text.trim().replace('\0', "").chars().take(longest).collect();
        Some(text).filter(|text| !text.is_empty())
    };
    let (receiver, note) = (text(&form.receiver, LONGEST_RECEIVER), text(&form.note, LONGEST_NOTE));
    let used_on = AsOf::day(&form.used_on, true, state.clock.now()).map(AsOf::day_text);
    let answer = match (&used_on, PURPOSES.contains(&form.purpose.as_str())) {
        (Some(used_on), true) => {
            let new = NewReceipt {
                assertion_id: path.1,
                purpose: &form.purpose,
                used_on,
                receiver: receiver.as_deref(),
                note: note.as_deref(),
            };
            state.store.insert_receipt(&new).await?
        }
        _ => Answer::Refused,
    };
    if answer == Answer::Refused {
        let page =
            ReceiptsPage { complaint: Some("receipt-refused"), ..page(&session, &state, path.1).await? };
        return Ok(page.respond_with(actix_web::http::StatusCode::UNPROCESSABLE_ENTITY));
    }
    Ok(see_other(&session.path(&format!("credentials/{}/receipts?given=1", path.1))))
}

/// `POST /s/{token}/credentials/{id}/receipts/{receipt_id}/revoke`: takes one back.
///
/// # Errors
/// [`Failure::NotFound`] if the badge is somebody else's, or there is no such receipt.
pub async fn revoke(
    session: Session,
    state: web::Data<AppState>,
    path: web::Path<(String, Uuid, Uuid)>,
) -> Result<HttpResponse, Failure> {
    let (_, assertion_id, receipt_id) = path.into_inner();
    find_own(&state, &session, assertion_id).await?;
    if state.store.revoke_receipt(assertion_id, receipt_id).await? {
        Ok(see_other(&session.path(&format!("credentials/{assertion_id}/receipts"))))
    } else {
        Err(Failure::NotFound)
    }
}

/// `GET /receipts/{id}`: what the holder sees too, for who was given the address.
///
/// # Errors
/// [`Failure::NotFound`].
pub async fn show_public(
    request: HttpRequest,
    state: web::Data<AppState>,
    receipt_id: web::Path<Uuid>,
) -> Result<HttpResponse, Failure> {
    let row = state.store.find_receipt(*receipt_id).await?.ok_or(Failure::NotFound)?;
    let page = ReceiptPage { t: Language::of_request(&request), receipt: Shown::of(&state, row) };
    Ok(page.respond())
}
