//! `/credentials/{id}`: what an employer sees. Everything on it is read from the signed credential, and each check is made when asked.

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use openbadges::{
    model::{AchievementCredential, ProfileRef},
    time::Timestamp,
};
use uuid::Uuid;

use super::{
    download,
    negotiate::{Form, form},
};
use crate::{
    error::Failure,
    language::Language,
    page::Page,
    state::AppState,
    store::{
        StoreError,
        credential::{CheckRow, CredentialRow},
    },
};

/// The page.
#[derive(askama::Template)]
#[template(path = "credential.html")]
pub(crate) struct CredentialPage {
    pub(crate) t: Language,
    pub(crate) url: String,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) criteria: String,
    pub(crate) image: Option<String>,
    pub(crate) issuer_name: String,
    pub(crate) issuer_id: String,
    pub(crate) issuer_url: Option<String>,
    pub(crate) valid_from: Option<Timestamp>,
    pub(crate) valid_until: Option<Timestamp>,
    pub(crate) outcome: String,
    pub(crate) revocation_reason: Option<String>,
    pub(crate) checks: Vec<CheckRow>,
}

impl Page for CredentialPage {}

impl CredentialPage {
    fn is_valid(&self) -> bool {
        self.outcome == "valid" && self.revocation_reason.is_none()
    }

    fn is_revoked(&self) -> bool {
        self.revocation_reason.is_some()
    }

    /// Reads what is shown from the credential itself.
    pub(crate) fn new(t: Language, url: String, row: CredentialRow) -> Result<Self, StoreError> {
        let credential: AchievementCredential = serde_json::from_str(&row.credential)
            .map_err(|_error: serde_json::Error| StoreError::Damaged("badges.assertion.credential"))?;
        let achievement = credential.credential_subject.achievement;
        let (issuer_name, issuer_url) = match &credential.issuer {
            ProfileRef::Profile(profile) => (profile.name.clone(), profile.url.clone()),
            ProfileRef::Id(_) => (None, None),
        };
        let issuer_id = credential.issuer.id().to_owned();
        let moment = |text: &dyn std::fmt::Display| text.to_string().parse::<Timestamp>().ok();
        Ok(Self {
            t,
            url,
            name: achievement.name,
            description: achievement.description,
            criteria: achievement.criteria.narrative.unwrap_or_default(),
            image: achievement.image.map(|image| image.id),
            issuer_name: issuer_name.unwrap_or_else(|| issuer_id.clone()),
            issuer_id,
            issuer_url: issuer_url.filter(|url| url.starts_with("https://") || url.starts_with("http://")),
            valid_from: moment(&credential.valid_from),
            valid_until: credential.valid_until.as_ref().and_then(|until| moment(until)),
            outcome: row.outcome,
            revocation_reason: row.revocation_reason,
            checks: row.checks,
        })
    }
}

/// `GET /credentials/{id}`: the page, or by content negotiation the credential.
///
/// A revoked credential has a page that says so, with status 200: the page is right. To machines it is 410, as for a hosted assertion of
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
            let mut response = CredentialPage::new(Language::of_request(&request), url, row)?.respond();
            response
                .headers_mut()
                .insert(header::VARY, header::HeaderValue::from_static("accept, accept-language"));
            Ok(response)
        }
    }
}
