//! One badge of a learner, from inside the course: its page, its files, and what they decide about it.
//!
//! Their instructor sees the same page without the choices. Nobody else does, whatever the address.

use actix_web::{HttpResponse, http::header, web};
use serde::Deserialize;
use uuid::Uuid;

use super::share::{Badge, Sharing};
use crate::{
    credential::{
        download::{self, Wanted},
        page::{CredentialPage, Viewer},
    },
    error::Failure,
    lti::role::Standing,
    page::Page,
    session::Session,
    state::AppState,
    store::{
        award::AwardRow,
        holding::{Change, HeldAward},
    },
    usage::Use,
};

/// What the page before it has done.
#[derive(Debug, Default, Deserialize)]
pub struct Done {
    shared: Option<u8>,
}

/// The badge, if the session's person may see it: their own, or one of the course that they teach.
async fn find(state: &AppState, session: &Session, assertion_id: Uuid) -> Result<HeldAward, Failure> {
    let found = state
        .store
        .find_held_award(
            assertion_id,
            session.platform.registration_id,
            &session.deployment_id,
            session.user_id.as_deref(),
        )
        .await?;
    let is_taught = |held: &HeldAward| {
        session.standing == Standing::Instructor
            && session.course().is_some_and(|course| course.context_id == held.context_id)
    };
    found.filter(|held| held.is_own || is_taught(held)).ok_or(Failure::NotFound)
}

/// The badge, if it is the person's own.
pub(crate) async fn find_own(
    state: &AppState,
    session: &Session,
    assertion_id: Uuid,
) -> Result<AwardRow, Failure> {
    let held = find(state, session, assertion_id).await?;
    if held.is_own { Ok(held.award) } else { Err(Failure::NotFound) }
}

/// `GET /s/{token}/credentials/{assertion_id}`.
///
/// # Errors
/// [`Failure`] as a page.
pub async fn show(
    session: Session,
    state: web::Data<AppState>,
    path: web::Path<(String, Uuid)>,
    done: web::Query<Done>,
) -> Result<HttpResponse, Failure> {
    let (_, assertion_id) = path.into_inner();
    let held = find(&state, &session, assertion_id).await?;
    let url = held.award.credential_id;
    let row = state.store.verify_credential(&url).await?.ok_or(Failure::NotFound)?;
    let page = CredentialPage::new(session.language, &state, url.clone(), row).await?;
    let path = session.path(&format!("credentials/{assertion_id}"));
    let viewer = if held.is_own {
        let holding = super::holdings(&state, &[assertion_id]).await?;
        let holding = holding.get(&assertion_id).ok_or(Failure::NotFound)?;
        let badge = Badge::of(session.language, &url, &page.summary, page.revocation_reason.is_some());
        let sharing = Sharing::of(session.language, path.clone(), holding, &badge);
        Viewer::Holder(Box::new(Sharing { is_just_shared: done.shared.is_some(), ..sharing }))
    } else {
        Viewer::Instructor
    };
    Ok(page.within(&path, viewer).respond())
}

/// `GET /s/{token}/credentials/{assertion_id}/download`.
///
/// # Errors
/// [`Failure`] as a page.
pub async fn download(
    session: Session,
    state: web::Data<AppState>,
    path: web::Path<(String, Uuid)>,
    wanted: web::Query<Wanted>,
) -> Result<HttpResponse, Failure> {
    let (_, assertion_id) = path.into_inner();
    let award = find_own(&state, &session, assertion_id).await?;
    let row = state.store.find_credential(&award.credential_id).await?.ok_or(Failure::NotFound)?;
    let name = award.credential_id.rsplit('/').next().unwrap_or_default();
    download::file(&state, name, &row, wanted.kind).await
}

/// `POST /s/{token}/credentials/{assertion_id}/accept`.
///
/// # Errors
/// [`Failure`] as a page.
pub async fn accept(
    session: Session,
    state: web::Data<AppState>,
    path: web::Path<(String, Uuid)>,
) -> Result<HttpResponse, Failure> {
    change(&session, &state, path.1, Change::Accept).await
}

/// `POST /s/{token}/credentials/{assertion_id}/decline`.
///
/// # Errors
/// [`Failure`] as a page.
pub async fn decline(
    session: Session,
    state: web::Data<AppState>,
    path: web::Path<(String, Uuid)>,
) -> Result<HttpResponse, Failure> {
    change(&session, &state, path.1, Change::Decline).await
}

/// `POST /s/{token}/credentials/{assertion_id}/share`: one action, which accepts too.
///
/// # Errors
/// [`Failure`] as a page.
pub async fn share(
    session: Session,
    state: web::Data<AppState>,
    path: web::Path<(String, Uuid)>,
) -> Result<HttpResponse, Failure> {
    change(&session, &state, path.1, Change::Share).await
}

/// `POST /s/{token}/credentials/{assertion_id}/unshare`.
///
/// # Errors
/// [`Failure`] as a page.
pub async fn unshare(
    session: Session,
    state: web::Data<AppState>,
    path: web::Path<(String, Uuid)>,
) -> Result<HttpResponse, Failure> {
    change(&session, &state, path.1, Change::Unshare).await
}

async fn change(
    session: &Session,
    state: &AppState,
    assertion_id: Uuid,
    change: Change,
) -> Result<HttpResponse, Failure> {
    find_own(state, session, assertion_id).await?;
    let before = super::holdings(state, &[assertion_id]).await?;
    let is_changed = state.store.update_holding(assertion_id, change, state.clock.now()).await?;
    if let Some(holding) = before.get(&assertion_id).filter(|_| is_changed) {
        use crate::store::holding::Decision::Accepted;
        let is_accepted = matches!(change, Change::Accept | Change::Share) && holding.decision != Accepted;
        let uses = [
            (is_accepted, Use::Accepted),
            (change == Change::Decline, Use::Declined),
            (change == Change::Share, Use::SharePressed),
        ];
        for (_, use_) in uses.into_iter().filter(|(happened, _)| *happened) {
            state.usage.count(holding.achievement_id, use_);
        }
    }
    let place = match change {
        Change::Share => format!("credentials/{assertion_id}?shared=1#sharing"),
        Change::Accept | Change::Unshare => format!("credentials/{assertion_id}#sharing"),
        Change::Decline => "mine".to_owned(),
    };
    Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, session.path(&place))).finish())
}
