//! `POST /s/{token}/reports`: from a launch to the reports, in a window of their own.
//!
//! Only for who administers the institution, at a platform whose administrators may read them. The session of the reports is asked for that
//! at every request, so it ends with the permission.

use actix_web::{HttpResponse, web};

use super::PATH;
use crate::{
    admin::{entry::signed_in, session::begin},
    error::Failure,
    session::{Session, SessionError},
    state::AppState,
};

/// The most characters of a name in the audit trail.
const LONGEST_NAME: usize = 120;

/// Signs in and goes to the reports.
///
/// # Errors
/// [`SessionError::NoReports`] for whom it is not.
pub async fn enter(session: Session, state: web::Data<AppState>) -> Result<HttpResponse, Failure> {
    if !session.reads_reports {
        return Err(SessionError::NoReports.into());
    }
    let user_id = session.user_id.as_deref().ok_or(SessionError::Anonymous)?;
    let name = match &session.user_name {
        Some(name) => format!("{name} ({user_id}, {})", session.platform.issuer),
        None => format!("{user_id} ({})", session.platform.issuer),
    };
    let name: String = name.chars().take(LONGEST_NAME).collect();
    let (new, cookie) = begin(&state);
    state.store.insert_launched_session(new, &name, session.platform.registration_id).await?;
    Ok(signed_in(&cookie, PATH))
}
