//! `/credentials/{id}`: what an employer sees. Everything on it is read from the signed credential, and each check is made when asked.
//!
//! Shown to people once its holder shares it. Before, only the holder and their instructors see the same page, from inside a course.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web,
};
use serde_json::Value;
use uuid::Uuid;

use super::{
    download,
    negotiate::{Form, form},
    older,
    picture::Picture,
    summary::{Summary, strings, unverified_json},
    verdict::{Words, words},
};
use crate::{
    error::Failure,
    language::{Language, wording::Wordings},
    learner::share::Sharing,
    page::Page,
    state::AppState,
    store::{
        Store, StoreError,
        credential::{CheckRow, CredentialRow},
    },
    usage::Use,
};

/// The page.
#[derive(askama::Template)]
#[template(path = "credential.html")]
pub(crate) struct CredentialPage {
    pub(crate) t: Language,
    pub(crate) url: String,
    /// Where its files are, for who looks.
    pub(crate) download_url: String,
    /// Where it is in Open Badges 2.0, if anybody may read it there.
    pub(crate) older_url: Option<String>,
    pub(crate) issuer_path: String,
    pub(crate) summary: Summary,
    pub(crate) picture: Option<Picture>,
    pub(crate) outcome: String,
    pub(crate) words: Words,
    pub(crate) revocation_reason: Option<String>,
    pub(crate) checks: Vec<CheckRow>,
    /// Who looks.
    pub(crate) viewer: Viewer,
}

/// Who looks at a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Viewer {
    /// Anybody.
    Public,
    /// The holder, with what they can do.
    Holder(Box<Sharing>),
    /// Their instructor.
    Instructor,
}

impl Page for CredentialPage {}

impl CredentialPage {
    /// Reads what is shown from the credential itself.
    pub(crate) async fn new(
        t: Language,
        state: &AppState,
        url: String,
        row: CredentialRow,
    ) -> Result<Self, StoreError> {
        let badge =
            unverified_json(&row.credential).ok_or(StoreError::Damaged("badges.assertion.credential"))?;
        let summary = summary_of(&state.store, &badge).await?;
        let mut words = words(&row.outcome, &row.checks);
        if row.revocation_reason.is_some() {
            words = self::words("revoked", &row.checks);
        }
        Ok(Self {
            t,
            download_url: format!("{url}/download"),
            older_url: older::address(state, &url, &row),
            url,
            issuer_path: format!("/issuers/{}", row.issuer_id),
            picture: Picture::of(state, &summary, t).await?,
            summary,
            outcome: row.outcome,
            words,
            revocation_reason: row.revocation_reason,
            checks: row.checks,
            viewer: Viewer::Public,
        })
    }

    /// The same page for who comes from a course; `path` is its address there.
    pub(crate) fn within(self, path: &str, viewer: Viewer) -> Self {
        Self { download_url: format!("{path}/download"), viewer, ..self }
    }

    fn sharing(&self) -> Option<&Sharing> {
        match &self.viewer {
            Viewer::Holder(sharing) => Some(sharing),
            Viewer::Public | Viewer::Instructor => None,
        }
    }

    fn is_public(&self) -> bool {
        self.viewer == Viewer::Public
    }
}

/// What a badge says, with the languages that we know of its strings.
///
/// # Errors
/// [`StoreError`].
pub(crate) async fn summary_of(store: &Store, badge: &Value) -> Result<Summary, StoreError> {
    let known = match strings(badge) {
        Some((uri, strings)) => store.list_wordings(uri, &strings).await?,
        None => Wordings::default(),
    };
    Ok(Summary::of(badge, &known))
}

/// In place of a badge that its holder keeps to themselves; says nothing about it.
#[derive(askama::Template)]
#[template(path = "not_shared.html")]
pub(crate) struct NotSharedPage {
    pub(crate) t: Language,
}

impl Page for NotSharedPage {}

impl NotSharedPage {
    /// The page, with status 403.
    pub(super) fn answer(request: &HttpRequest) -> HttpResponse {
        Self { t: Language::of_request(request) }.respond_with(StatusCode::FORBIDDEN)
    }
}

/// `GET /credentials/{id}`: the page, or by content negotiation the credential.
///
/// Programs that hold the address get the credential, shared or not: a wallet or a verifier has it from the credential itself. A revoked
/// credential has a page that says so, with status 200: the page is right. To machines it is 410, as for a hosted assertion of
/// Open Badges 2.0 (<https://www.imsglobal.org/spec/ob/v2p0/#hosted-assertion>): whoever fetches a credential must not take it for good.
///
/// # Errors
/// [`Failure::NotFound`].
pub async fn show(
    request: HttpRequest,
    state: web::Data<AppState>,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Failure> {
    let url = state.address(&format!("/credentials/{id}"));
    let accept = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    match form(accept) {
        Form::Json(media_type) => {
            let row = state.store.find_credential(&url).await?.ok_or(Failure::NotFound)?;
            Ok(download::answer(&url, row, media_type))
        }
        Form::Page => {
            let row = state.store.verify_credential(&url).await?.ok_or(Failure::NotFound)?;
            if !row.is_open {
                return Ok(NotSharedPage::answer(&request));
            }
            state.usage.count(row.achievement_id, Use::VerificationPageOpened);
            let page = CredentialPage::new(Language::of_request(&request), &state, url, row).await?;
            let mut response = page.respond();
            response
                .headers_mut()
                .insert(header::VARY, header::HeaderValue::from_static("accept, accept-language"));
            Ok(response)
        }
    }
}
