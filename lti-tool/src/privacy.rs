//! What we keep about a person, and its erasure: for themselves, or for an administrator whose signed launch names them.
//!
//! 1EdTech's draft of a Data Privacy Launch; `launch::verify` says who may ask about somebody else. Credentials hold a salted hash of the
//! identity and stay as they are.

use actix_web::{HttpResponse, http::header, web};
use serde::Deserialize;

use crate::{
    competency::visibility::say,
    error::Failure,
    language::Language,
    page::Page,
    session::{Session, SessionError},
    state::AppState,
    store::person::PersonRow,
};

/// The page.
#[derive(askama::Template)]
#[template(path = "privacy.html")]
pub(crate) struct PrivacyPage {
    pub(crate) t: Language,
    pub(crate) subject: String,
    pub(crate) person: PersonRow,
    pub(crate) erase_path: String,
    pub(crate) is_erased: bool,
    /// Who may see them hold badges.
    pub(crate) visibility: Vec<String>,
}

impl Page for PrivacyPage {}

impl PrivacyPage {
    fn badges(&self) -> String {
        self.t.with_number("privacy-badges", "count", usize::try_from(self.person.badges).unwrap_or(0))
    }
}

/// What the page before it has done.
#[derive(Debug, Default, Deserialize)]
pub struct Done {
    erased: Option<u8>,
}

/// `GET /s/{token}/privacy`.
///
/// # Errors
/// [`Failure`] as a page.
pub async fn show(
    session: Session,
    state: web::Data<AppState>,
    done: web::Query<Done>,
) -> Result<HttpResponse, Failure> {
    let user_id = subject(&session)?;
    let registration_id = session.platform.registration_id;
    let person = state.store.find_person(registration_id, &session.recipient_platform(), user_id).await?;
    let rules = state.store.list_visibility(&state.issuer_profile().id).await?;
    let page = PrivacyPage {
        t: session.language,
        subject: called(&session, user_id),
        person,
        erase_path: session.path("privacy/erase"),
        is_erased: done.erased.is_some(),
        visibility: rules.iter().map(|rule| say(session.language, rule).sentence).collect(),
    };
    Ok(page.respond())
}

/// `POST /s/{token}/privacy/erase`.
///
/// # Errors
/// [`Failure`] as a page.
pub async fn erase(session: Session, state: web::Data<AppState>) -> Result<HttpResponse, Failure> {
    let registration_id = session.platform.registration_id;
    let platform = session.recipient_platform();
    state.store.erase_person(registration_id, &platform, subject(&session)?).await?;
    tracing::info!("personal data erased");
    let location = session.path("privacy?erased=1");
    Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, location)).finish())
}

/// Whom the page is about: oneself, unless the launch itself was about the data of somebody else.
fn subject(session: &Session) -> Result<&str, SessionError> {
    let other = session.for_user_id.as_deref().filter(|_| session.is_data_privacy);
    other.or(session.user_id.as_deref()).ok_or(SessionError::Anonymous)
}

/// How the page calls that person: oneself by name, others by their id, because no name was told with it.
fn called(session: &Session, user_id: &str) -> String {
    let own_name = session.user_name.clone().filter(|_| session.user_id.as_deref() == Some(user_id));
    own_name.unwrap_or_else(|| session.language.with("learner-nameless", "id", user_id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::tests::sample;

    #[test]
    fn only_a_data_privacy_launch_is_about_somebody_else() {
        let mut session = sample();
        session.for_user_id = Some("9".to_owned());
        assert_eq!(subject(&session).unwrap(), "3");
        session.is_data_privacy = true;
        assert_eq!(subject(&session).unwrap(), "9");
        assert_eq!(called(&session, "9"), "Learner 9");
        session.user_name = Some("Ada".to_owned());
        assert_eq!(
            (called(&session, "3"), called(&session, "9")),
            ("Ada".to_owned(), "Learner 9".to_owned())
        );
        (session.for_user_id, session.user_id) = (None, None);
        assert!(subject(&session).is_err());
    }
}
