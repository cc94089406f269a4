//! `/people/examinations`: what waits for approval, what was decided, and the form to record a pass for somebody.
//!
//! For programme owners and administrators: names are on these pages. Who recorded a pass does not approve it, here and in the database.

use actix_multipart::Multipart;
use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    PATH, Shown,
    form::{PassForm, record},
};
use crate::{
    admin::{
        AdminError,
        session::{ConfirmedReader, Reader, Role},
    },
    belonging::{
        hand,
        search::{Found, Search},
    },
    error::Failure,
    language::Language,
    page::{Page, see_other},
    secret,
    state::AppState,
    store::examination::{Answer, ExaminationRow, FoundPerson, Verdict},
};

/// What waits and what was decided.
#[derive(askama::Template)]
#[template(path = "examination/office.html")]
pub(crate) struct OfficePage {
    pub(crate) t: Language,
    pub(crate) reader: Reader,
    pub(crate) waiting: Vec<Shown>,
    pub(crate) decided: Vec<Shown>,
    pub(crate) search: String,
    pub(crate) people: Vec<FoundPerson>,
    pub(crate) done: Option<String>,
}

impl Page for OfficePage {}

impl OfficePage {
    /// Title, id and rows of each part.
    fn parts(&self) -> [(String, &'static str, &[Shown]); 2] {
        [
            (self.t.text("pass-waiting"), "waiting", &self.waiting),
            (self.t.text("pass-decided-title"), "decided", &self.decided),
        ]
    }
}

/// The form for one person.
#[derive(askama::Template)]
#[template(path = "examination/record.html")]
pub(crate) struct RecordPage {
    pub(crate) t: Language,
    pub(crate) reader: Reader,
    pub(crate) person: FoundPerson,
    pub(crate) examinations: Vec<ExaminationRow>,
    pub(crate) complaint: Option<&'static str>,
}

impl Page for RecordPage {}

/// What the page before it has done.
#[derive(Debug, Default, Deserialize)]
pub struct Done {
    done: Option<String>,
}

/// `GET /people/examinations`.
///
/// # Errors
/// [`Failure`].
pub async fn show(
    request: HttpRequest,
    reader: Reader,
    state: web::Data<AppState>,
    wanted: web::Query<Search>,
    before: web::Query<Done>,
) -> Result<HttpResponse, Failure> {
    reader.require_owner()?;
    let (t, did) = (Language::of_request(&request), state.issuer_profile().id);
    let Found { search, people } = wanted.run(&state).await?;
    let passes = state.store.list_passes(&did, None).await?.into_iter();
    let passes = passes
        .map(|row| Shown { is_decidable: row.is_approved.is_none() && row.recorded_by != reader.name, row });
    let (waiting, decided) = passes.partition(|pass| pass.row.is_approved.is_none());
    let done = before
        .into_inner()
        .done
        .filter(|word| matches!(word.as_str(), "recorded" | "approve" | "refuse" | "withdraw"));
    Ok(OfficePage { t, reader, waiting, decided, search, people, done }.respond())
}

/// Whom a pass is recorded for.
#[derive(Debug, Deserialize)]
pub struct Person {
    person: Uuid,
}

/// `GET /people/examinations/new?person=…`.
///
/// # Errors
/// [`Failure::NotFound`] if nobody is.
pub async fn show_form(
    request: HttpRequest,
    reader: Reader,
    state: web::Data<AppState>,
    wanted: web::Query<Person>,
) -> Result<HttpResponse, Failure> {
    reader.require_owner()?;
    let t = Language::of_request(&request);
    Ok(form_page(t, reader, &state, wanted.person, None).await?.respond())
}

async fn form_page(
    t: Language,
    reader: Reader,
    state: &AppState,
    person: Uuid,
    complaint: Option<&'static str>,
) -> Result<RecordPage, Failure> {
    let person = hand::find(state, person).await?;
    let examinations = state.store.list_examinations(&state.issuer_profile().id).await?;
    Ok(RecordPage { t, reader, person, examinations, complaint })
}

/// `POST /people/examinations`: records a pass for somebody.
///
/// # Errors
/// [`Failure`].
pub async fn save(
    request: HttpRequest,
    reader: Reader,
    state: web::Data<AppState>,
    form: Multipart,
) -> Result<HttpResponse, Failure> {
    reader.require_owner()?;
    let form = PassForm::read(form).await?;
    if !secret::matches(form.field("form_token"), &secret::hash(&reader.form_token)) {
        return Err(AdminError::ForeignForm.into());
    }
    let person = form.field("person").parse().map_err(|_error| Failure::NotFound)?;
    // Only somebody of this issuer.
    let page = form_page(Language::of_request(&request), reader, &state, person, None).await?;
    match record(&state, &form, page.person.recipient_id, &page.reader.name).await? {
        None => Ok(back("recorded")),
        complaint => Ok(RecordPage { complaint, ..page }.respond_with(StatusCode::UNPROCESSABLE_ENTITY)),
    }
}

/// `POST /people/examinations/{id}`: approves, refuses or withdraws.
///
/// # Errors
/// [`Failure::BadRequest`] if it was decided meanwhile, or by the person who recorded it.
pub async fn decide(
    form: ConfirmedReader,
    state: web::Data<AppState>,
    pass_id: web::Path<Uuid>,
) -> Result<HttpResponse, Failure> {
    form.reader.require_owner()?;
    let name = form.field("verdict");
    let verdict = Verdict::from_name(name).ok_or(Failure::BadRequest("the verdict is none"))?;
    match state.store.decide_pass(*pass_id, verdict, &form.reader.name).await? {
        Answer::Done => Ok(back(name)),
        Answer::Refused => Err(Failure::BadRequest("the pass cannot be decided so")),
    }
}

fn back(done: &str) -> HttpResponse {
    see_other(&format!("{PATH}?done={done}"))
}
