//! Who is signed in: a cookie that only this browser has, and a token in every form that only its pages know.
//!
//! `__Host-`, `HttpOnly` and `SameSite=Lax` (<https://www.rfc-editor.org/rfc/rfc6265#section-5>): no other site can send a form with the
//! cookie, and if a browser lets it, the form's token is missing. [`Confirmed`] is the only way to a form's fields, so that no handler
//! can forget the token.

use std::{future::Future, pin::Pin};

use actix_web::{FromRequest, HttpRequest, dev::Payload, web};
use uuid::Uuid;

use super::{AdminError, SESSION_SECONDS, oidc};
use crate::{
    clock::later,
    error::Failure,
    secret,
    state::AppState,
    store::{
        admin::{AdminSessionRow, NewAdminSession},
        login::Hash,
    },
};

/// The cookie of the session.
const COOKIE: &str = "__Host-lti_admin";

/// What somebody may do outside of the learning platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Reads reports.
    ReportReader,
    /// Files figures too.
    ProgrammeOwner,
    /// Everything.
    Administrator,
}

impl Role {
    /// From the least to the most.
    pub const ALL: [Self; 3] = [Self::ReportReader, Self::ProgrammeOwner, Self::Administrator];

    /// Its name in the database and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ReportReader => "report-reader",
            Self::ProgrammeOwner => "programme-owner",
            Self::Administrator => "administrator",
        }
    }

    /// The role of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// The first page of somebody with the role.
    pub(super) fn home(self) -> &'static str {
        if self == Self::Administrator { super::PATH } else { crate::report::PATH }
    }
}

/// Somebody who is signed in and may read reports, whatever else. Only requests make one.
#[derive(Clone, Debug)]
pub struct Reader {
    /// Who, as the audit trail names them.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// What forms carry.
    pub form_token: String,
    token_hash: Hash,
    session_id: Uuid,
}

impl Reader {
    /// Refuses who may only read.
    ///
    /// # Errors
    /// [`AdminError::NotAllowed`].
    pub fn require_owner(&self) -> Result<(), AdminError> {
        if self.role == Role::ReportReader { Err(AdminError::NotAllowed) } else { Ok(()) }
    }
}

#[cfg(test)]
impl Reader {
    /// Somebody for a test of pages.
    pub(crate) fn sample(name: &str, role: Role) -> Self {
        Self {
            name: name.to_owned(),
            role,
            form_token: "token".to_owned(),
            token_hash: secret::hash("token"),
            session_id: Uuid::nil(),
        }
    }
}

/// An administrator who is signed in. Only requests make one.
#[derive(Clone, Debug)]
pub struct Administrator {
    /// Who, as the audit trail names them.
    pub name: String,
    /// What forms carry.
    pub form_token: String,
    /// By which the session is ended.
    pub session_id: Uuid,
}

/// A new session: what is stored, and the header that gives it to the browser.
pub(crate) fn begin(state: &AppState) -> (NewAdminSession, String) {
    let token = secret::draw(&*state.chance);
    let expires_at = later(state.clock.now(), SESSION_SECONDS);
    let cookie = set_cookie(COOKIE, &token, SESSION_SECONDS);
    (NewAdminSession { token_hash: secret::hash(&token), expires_at }, cookie)
}

/// The header that takes the session from the browser.
pub(super) fn forget() -> String {
    set_cookie(COOKIE, "", 0)
}

/// A cookie for pages that are never framed.
pub(super) fn set_cookie(name: &str, value: &str, seconds: i64) -> String {
    format!("{name}={value}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Lax")
}

/// The form's token, made from the session's so that nobody has to keep it.
fn form_token(token: &str) -> String {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    URL_SAFE_NO_PAD.encode(secret::hash(&format!("form {token}")))
}

impl FromRequest for Reader {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Ok(find(&request).await?) })
    }
}

impl FromRequest for Administrator {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Ok(administrator(find(&request).await?)?) })
    }
}

async fn find(request: &HttpRequest) -> Result<Reader, AdminError> {
    let state = request.app_data::<web::Data<AppState>>().ok_or(AdminError::SignedOut)?;
    let cookie = request.cookie(COOKIE).ok_or(AdminError::SignedOut)?;
    let token_hash = secret::hash(cookie.value());
    let found = state.store.find_admin_session(&token_hash, state.clock.now()).await?;
    let AdminSessionRow { session_id, name, role, provider } = found.ok_or(AdminError::SignedOut)?;
    // The lists may have changed since the sign-in: what they say now holds.
    let role = match provider {
        Some(provider) => {
            oidc::role_of(&name, &provider, &state.config.admin).ok_or(AdminError::SignedOut)?
        }
        None => role,
    };
    Ok(Reader { name, role, form_token: form_token(cookie.value()), token_hash, session_id })
}

fn administrator(reader: Reader) -> Result<Administrator, AdminError> {
    let Reader { name, role, form_token, session_id, .. } = reader;
    match role {
        Role::Administrator => Ok(Administrator { name, form_token, session_id }),
        Role::ReportReader | Role::ProgrammeOwner => Err(AdminError::NotAllowed),
    }
}

/// A form of a page of this session, from anybody who may read reports.
#[derive(Debug)]
pub struct ConfirmedReader {
    /// Who sends it.
    pub reader: Reader,
    fields: Vec<(String, String)>,
}

impl ConfirmedReader {
    /// The text of a field without white space around; empty if it was not sent.
    #[must_use]
    pub fn field(&self, name: &str) -> &str {
        field(&self.fields, name)
    }

    /// The hash of the session's token.
    pub(super) fn token_hash(&self) -> &Hash {
        &self.reader.token_hash
    }
}

impl FromRequest for ConfirmedReader {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let form = web::Form::<Vec<(String, String)>>::from_request(request, payload);
        let reader = Reader::from_request(request, payload);
        Box::pin(async move {
            let reader = reader.await?;
            let unreadable = |_error: actix_web::Error| Failure::BadRequest("the form cannot be read");
            let fields = form.await.map_err(unreadable)?.into_inner();
            let own = secret::hash(&reader.form_token);
            let is_own =
                fields.iter().any(|(name, value)| name == "form_token" && secret::matches(value, &own));
            if is_own { Ok(Self { reader, fields }) } else { Err(AdminError::ForeignForm.into()) }
        })
    }
}

fn field<'a>(fields: &'a [(String, String)], name: &str) -> &'a str {
    let found = fields.iter().find(|(field, _)| field == name);
    found.map_or("", |(_, value)| value.trim())
}

/// A form of a page of this session, from an administrator.
#[derive(Debug)]
pub struct Confirmed {
    /// Who sends it.
    pub administrator: Administrator,
    fields: Vec<(String, String)>,
}

impl Confirmed {
    /// The text of a field without white space around; empty if it was not sent.
    #[must_use]
    pub fn field(&self, name: &str) -> &str {
        field(&self.fields, name)
    }
}

impl FromRequest for Confirmed {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let form = ConfirmedReader::from_request(request, payload);
        Box::pin(async move {
            let ConfirmedReader { reader, fields } = form.await?;
            Ok(Self { administrator: administrator(reader)?, fields })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_goes_to_this_host_only_and_no_script_reads_it() {
        let cookie = set_cookie(COOKIE, "secret", 60);
        assert_eq!(cookie, "__Host-lti_admin=secret; Path=/; Max-Age=60; Secure; HttpOnly; SameSite=Lax");
    }

    #[test]
    fn a_form_s_token_belongs_to_its_session_and_does_not_betray_it() {
        assert_ne!(form_token("a"), form_token("b"));
        assert_ne!(form_token("a").as_bytes(), secret::hash("a"));
    }
}
