//! `/s/{token}/examinations`: a learner's own passes, and the form to record one. It counts once somebody else approves it.

use actix_multipart::Multipart;
use actix_web::{HttpResponse, http::header, web};
use serde::Deserialize;

use super::{
    Shown,
    form::{PassForm, record},
};
use crate::{
    error::Failure,
    language::Language,
    page::Page,
    path,
    session::{Session, SessionError},
    state::AppState,
    store::examination::ExaminationRow,
};

/// How learners are called in the trail.
pub(super) const LEARNER: &str = "learner ";

/// The page.
#[derive(askama::Template)]
#[template(path = "examination/own.html")]
pub(crate) struct OwnPage {
    pub(crate) t: Language,
    pub(crate) course_title: Option<String>,
    pub(crate) mine_path: String,
    pub(crate) path: String,
    pub(crate) examinations: Vec<ExaminationRow>,
    pub(crate) passes: Vec<Shown>,
    pub(crate) complaint: Option<&'static str>,
    pub(crate) is_recorded: bool,
}

impl Page for OwnPage {}

/// What the page before it has done.
#[derive(Debug, Default, Deserialize)]
pub struct Done {
    recorded: Option<u8>,
}

async fn page(
    session: &Session,
    state: &AppState,
    complaint: Option<&'static str>,
    done: &Done,
) -> Result<OwnPage, Failure> {
    let did = state.issuer_profile().id;
    let identities = path::identities(state, session).await?;
    let passes = state.store.list_passes(&did, Some(&identities)).await?;
    Ok(OwnPage {
        t: session.language,
        course_title: session.course_title().map(str::to_owned),
        mine_path: session.path("mine"),
        path: session.path("examinations"),
        examinations: state.store.list_examinations(&did).await?,
        passes: passes.into_iter().map(|row| Shown { row, is_decidable: false }).collect(),
        complaint,
        is_recorded: done.recorded.is_some(),
    })
}

/// `GET /s/{token}/examinations`.
///
/// # Errors
/// [`Failure`] as a page.
pub async fn show(
    session: Session,
    state: web::Data<AppState>,
    done: web::Query<Done>,
) -> Result<HttpResponse, Failure> {
    Ok(page(&session, &state, None, &done).await?.respond())
}

/// `POST /s/{token}/examinations`.
///
/// # Errors
/// [`Failure`] as a page.
pub async fn save(
    session: Session,
    state: web::Data<AppState>,
    form: Multipart,
) -> Result<HttpResponse, Failure> {
    let user_id = session.user_id.as_deref().ok_or(SessionError::Anonymous)?;
    let form = PassForm::read(form).await?;
    let (did, platform) = (state.issuer_profile().id, session.recipient_platform());
    let name = session.user_name.as_deref();
    let recipient_id = state.store.register_person(&did, &platform, user_id, name).await?;
    let complaint = record(&state, &form, recipient_id, &format!("{LEARNER}{recipient_id}")).await?;
    if complaint.is_some() {
        let page = page(&session, &state, complaint, &Done::default()).await?;
        return Ok(page.respond_with(actix_web::http::StatusCode::UNPROCESSABLE_ENTITY));
    }
    let location = session.path("examinations?recorded=1");
    Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, location)).finish())
}
