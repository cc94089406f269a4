//! `/s/{token}/identities`: a person says that two identities are theirs, and takes that back.
//!
//! Who can launch as one identity makes a one-time code there and enters it as the other, so that both are proven; for an identity that
//! cannot launch, such as a number in a list, an administrator hands the code to the person. The consent is kept with its date.

use actix_web::{HttpResponse, http::header, web};
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    clock::{Chance, later},
    error::Failure,
    language::Language,
    page::Page,
    path, secret,
    session::{Session, SessionError},
    state::AppState,
    store::{StoreError, examination::Answer, identity::IdentityRow},
};

/// How long a code of one's own can be used.
const OWN_SECONDS: i64 = 900;
/// How long a code from an administrator can be used: it has to reach the person.
pub(crate) const OFFICE_SECONDS: i64 = 7 * 24 * 3600;
/// Letters and digits that are not mistaken for one another.
const LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/// Characters of a code: 60 random bits.
const LENGTH: usize = 12;

/// The page.
#[derive(askama::Template)]
#[template(path = "identity/own.html")]
pub(crate) struct IdentitiesPage {
    pub(crate) t: Language,
    pub(crate) course_title: Option<String>,
    pub(crate) mine_path: String,
    pub(crate) path: String,
    pub(crate) linked: Vec<IdentityRow>,
    /// A code that was just made; it is shown once.
    pub(crate) code: Option<String>,
    pub(crate) complaint: Option<&'static str>,
    pub(crate) done: Option<&'static str>,
}

impl Page for IdentitiesPage {}

/// What the page before it has done.
#[derive(Debug, Default, Deserialize)]
pub struct Done {
    done: Option<String>,
}

/// A new code of an identity.
///
/// # Errors
/// [`StoreError`].
pub(crate) async fn make_code(
    state: &AppState,
    recipient_id: Uuid,
    made_by: &str,
    lifetime_seconds: i64,
) -> Result<String, StoreError> {
    let code = draw(&*state.chance);
    let expires_at = later(state.clock.now(), lifetime_seconds);
    state.store.insert_identity_code(&hash(&code), recipient_id, made_by, expires_at).await?;
    Ok(code)
}

/// Three groups of four characters.
fn draw(chance: &dyn Chance) -> String {
    let letter = |byte: u8| LETTERS.get(usize::from(byte % 32)).copied().map_or('2', char::from);
    let letters: Vec<char> = chance.bytes().into_iter().take(LENGTH).map(letter).collect();
    letters.chunks(4).map(|part| part.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// What is kept of a code, however it is typed.
fn hash(code: &str) -> crate::store::login::Hash {
    let typed: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    secret::hash(&typed.to_ascii_uppercase())
}

/// The identity of the session's person, known from now on.
async fn own(session: &Session, state: &AppState) -> Result<Uuid, Failure> {
    let user_id = session.user_id.as_deref().ok_or(SessionError::Anonymous)?;
    let did = state.issuer_profile().id;
    Ok(state.store.register_person(&did, &session.recipient_platform(), user_id, None).await?)
}

async fn page(session: &Session, state: &AppState) -> Result<IdentitiesPage, Failure> {
    let identities = path::identities(state, session).await?;
    let own = session.user_id.as_deref().unwrap_or_default();
    let platform = session.recipient_platform();
    let mut linked = state.store.list_linked(&identities).await?;
    for row in &mut linked {
        row.is_own = row.platform == platform && row.user_id == own;
    }
    Ok(IdentitiesPage {
        t: session.language,
        course_title: session.course_title().map(str::to_owned),
        mine_path: session.path("mine"),
        path: session.path("identities"),
        linked,
        code: None,
        complaint: None,
        done: None,
    })
}

/// `GET /s/{token}/identities`.
///
/// # Errors
/// [`Failure`] as a page.
pub async fn show(
    session: Session,
    state: web::Data<AppState>,
    done: web::Query<Done>,
) -> Result<HttpResponse, Failure> {
    session.user_id.as_ref().ok_or(SessionError::Anonymous)?;
    let done = match done.done.as_deref() {
        Some("linked") => Some("identity-linked"),
        Some("ended") => Some("identity-ended"),
        _ => None,
    };
    Ok(IdentitiesPage { done, ..page(&session, &state).await? }.respond())
}

/// `POST /s/{token}/identities/code`.
///
/// # Errors
/// [`Failure`] as a page.
pub async fn show_code(session: Session, state: web::Data<AppState>) -> Result<HttpResponse, Failure> {
    let own = own(&session, &state).await?;
    let code = make_code(&state, own, "the person", OWN_SECONDS).await?;
    Ok(IdentitiesPage { code: Some(code), ..page(&session, &state).await? }.respond())
}

/// A code of another identity, and the consent.
#[derive(Deserialize)]
#[expect(missing_debug_implementations, reason = "holds a code, which must not reach a log")]
pub struct LinkForm {
    code: String,
    consent: Option<String>,
}

/// `POST /s/{token}/identities`: links, with consent.
///
/// # Errors
/// [`Failure`] as a page.
pub async fn link(
    session: Session,
    state: web::Data<AppState>,
    form: web::Form<LinkForm>,
) -> Result<HttpResponse, Failure> {
    let own = own(&session, &state).await?;
    let complaint = if form.consent.is_none() {
        Some("identity-no-consent")
    } else {
        match state.store.link_by_code(&hash(&form.code), own, state.clock.now()).await? {
            Answer::Done => None,
            Answer::Refused => Some("identity-no-code"),
        }
    };
    if complaint.is_some() {
        let page = IdentitiesPage { complaint, ..page(&session, &state).await? };
        return Ok(page.respond_with(actix_web::http::StatusCode::UNPROCESSABLE_ENTITY));
    }
    Ok(back(&session, "linked"))
}

/// `POST /s/{token}/identities/end`: takes the consent back.
///
/// # Errors
/// [`Failure`] as a page.
pub async fn end(session: Session, state: web::Data<AppState>) -> Result<HttpResponse, Failure> {
    state.store.end_identity_link(own(&session, &state).await?).await?;
    Ok(back(&session, "ended"))
}

fn back(session: &Session, done: &str) -> HttpResponse {
    let location = session.path(&format!("identities?done={done}"));
    HttpResponse::SeeOther().insert_header((header::LOCATION, location)).finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::fixed::CountingChance;

    #[test]
    fn a_code_is_read_aloud_and_typed_without_mistakes() {
        let code = draw(&CountingChance::default());
        assert_eq!(code.len(), 14);
        assert!(code.split('-').all(|part| part.len() == 4), "{code}");
        assert!(
            code.chars().all(|letter| letter == '-' || LETTERS.iter().any(|one| char::from(*one) == letter))
        );
        assert_eq!(hash(&code), hash(&format!(" {} ", code.replace('-', "").to_lowercase())));
        assert_ne!(hash(&code), hash("2222-2222-222A"));
    }
}
