//! The way in and out: the sign-in page, one-time links, signing out.

use actix_web::{HttpRequest, HttpResponse, http::header, web};

use super::{
    AdminError, ENTER_PATH, PATH, oidc,
    session::{ConfirmedReader, begin, forget},
};
use crate::{error::Failure, language::Language, page::Page, secret, state::AppState};

/// Asks who it is.
#[derive(askama::Template)]
#[template(path = "admin/sign_in.html")]
pub(crate) struct SignInPage {
    pub(crate) t: Language,
    /// The host of the OpenID provider, if there is one.
    pub(crate) provider: Option<String>,
    /// Where a one-time link is used up.
    pub(crate) enter_path: Option<String>,
}

impl Page for SignInPage {}

/// The page for somebody who is not signed in.
pub(crate) fn sign_in_page(request: &HttpRequest, state: &AppState) -> HttpResponse {
    let provider = oidc::provider_host(&state.config.admin);
    SignInPage { t: Language::of_request(request), provider, enter_path: None }.respond()
}

/// `GET /admin/enter/{token}`: a button, because programs that look at links before people do must not use them up.
pub async fn show_link(request: HttpRequest, token: web::Path<String>) -> HttpResponse {
    let enter_path = Some(format!("{ENTER_PATH}/{token}"));
    SignInPage { t: Language::of_request(&request), provider: None, enter_path }.respond()
}

/// `POST /admin/enter/{token}`.
///
/// # Errors
/// [`AdminError::Link`].
pub async fn enter(state: web::Data<AppState>, token: web::Path<String>) -> Result<HttpResponse, Failure> {
    let (session, cookie) = begin(&state);
    let claimed = state.store.claim_admin_link(&secret::hash(&token), session, state.clock.now()).await?;
    let role = claimed.ok_or(AdminError::Link)?;
    Ok(signed_in(&cookie, role.home()))
}

/// To the first page, with the cookie.
pub(crate) fn signed_in(cookie: &str, home: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, home))
        .insert_header((header::SET_COOKIE, cookie))
        .finish()
}

/// `POST /admin/leave`.
///
/// # Errors
/// [`AdminError`].
pub async fn leave(form: ConfirmedReader, state: web::Data<AppState>) -> Result<HttpResponse, Failure> {
    state.store.delete_admin_session(form.token_hash()).await?;
    Ok(signed_in(&forget(), PATH))
}
