//! The same badges in Open Badges 2.0, hosted, for backpacks that know nothing newer.
//!
//! <https://www.imsglobal.org/sites/default/files/Badges/OBv2p0Final/index.html#HostedBadge>: true because it stands here, so that each
//! document says at its address how things are now. Offered by issuers with a home page and an e-mail address, which 2.0 requires.

use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, http::header, web};
use openbadges::{
    issue::{
        Award,
        open_badges_2::{Addresses, assertion, badge_class, issuer},
    },
    model::{Achievement, AchievementCredential, Profile, open_badges_2::CONTEXT},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use uuid::Uuid;

use super::page::NotSharedPage;
use crate::{
    award::AwardError,
    error::Failure,
    state::AppState,
    store::{StoreError, credential::CredentialRow},
};

/// Behind the address of a credential, its older form.
pub const SUFFIX: &str = "/ob2";

/// The address of the older form, for a page: `None` if nobody may read it.
pub(super) fn address(state: &AppState, url: &str, row: &CredentialRow) -> Option<String> {
    let about = &state.config.issuer;
    let is_whole = !about.url.is_empty() && !about.email.is_empty();
    (is_whole && row.is_open && row.revocation_reason.is_none()).then(|| format!("{url}{SUFFIX}"))
}

/// Where the documents of an award are.
fn addresses(state: &AppState, url: &str, achievement_id: Uuid, issuer_id: Uuid) -> Addresses {
    Addresses {
        assertion: format!("{url}{SUFFIX}"),
        badge_class: state.address(&format!("/ob2/badges/{achievement_id}")),
        issuer: state.address(&format!("/ob2/issuers/{issuer_id}")),
    }
}

/// `GET /credentials/{id}/ob2`: the assertion. A revoked one is gone, with the reason; one that is not shared is nobody's business.
///
/// # Errors
/// [`Failure::NotFound`], also if the issuer lacks what 2.0 requires.
pub async fn show_assertion(
    request: HttpRequest,
    state: web::Data<AppState>,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Failure> {
    let url = state.address(&format!("/credentials/{id}"));
    let row = state.store.find_credential(&url).await?.ok_or(Failure::NotFound)?;
    let addresses = addresses(&state, &url, row.achievement_id, row.issuer_id);
    if let Some(reason) = row.revocation_reason {
        let gone = json!({
            "@context": CONTEXT, "id": addresses.assertion, "type": "Assertion", "revoked": true, "revocationReason": reason,
        });
        return answer(HttpResponse::Gone(), &gone);
    }
    if !row.is_open {
        return Ok(NotSharedPage::answer(&request));
    }
    issuer(&profile(&state, row.issuer_id).await?, &addresses).map_err(|_lacking| Failure::NotFound)?;
    let credential: AchievementCredential = serde_json::from_str(&row.credential)
        .map_err(|_error: serde_json::Error| StoreError::Damaged("badges.assertion.credential"))?;
    let award = Award::of(credential).ok_or(Failure::NotFound)?;
    answer(HttpResponse::Ok(), &assertion(&award, &addresses))
}

/// `GET /ob2/badges/{achievement_id}`: the badge class, one for each version of an achievement, so that it never changes.
///
/// # Errors
/// [`Failure::NotFound`].
pub async fn show_badge_class(
    state: web::Data<AppState>,
    achievement_id: web::Path<Uuid>,
) -> Result<HttpResponse, Failure> {
    let (body, issuer_id) =
        state.store.find_achievement_version(*achievement_id).await?.ok_or(Failure::NotFound)?;
    let achievement: Achievement = read(body, "badges.achievement.body")?;
    let addresses = addresses(&state, "", *achievement_id, issuer_id);
    let class = badge_class(&achievement, &addresses).map_err(|_lacking| Failure::NotFound)?;
    answer(HttpResponse::Ok(), &class)
}

/// `GET /ob2/issuers/{issuer_id}`: the issuer.
///
/// # Errors
/// [`Failure::NotFound`].
pub async fn show_issuer(
    state: web::Data<AppState>,
    issuer_id: web::Path<Uuid>,
) -> Result<HttpResponse, Failure> {
    let addresses = addresses(&state, "", Uuid::nil(), *issuer_id);
    let found =
        issuer(&profile(&state, *issuer_id).await?, &addresses).map_err(|_lacking| Failure::NotFound)?;
    answer(HttpResponse::Ok(), &found)
}

async fn profile(state: &AppState, issuer_id: Uuid) -> Result<Profile, Failure> {
    let row = state.store.find_issuer(issuer_id).await?.ok_or(Failure::NotFound)?;
    read(row.profile, "badges.issuer.profile")
}

fn read<T: DeserializeOwned>(document: Value, column: &'static str) -> Result<T, Failure> {
    let read = serde_json::from_value(document);
    Ok(read.map_err(|_error: serde_json::Error| StoreError::Damaged(column))?)
}

/// A document for whoever verifies, from whatever site.
fn answer(mut response: HttpResponseBuilder, document: &impl Serialize) -> Result<HttpResponse, Failure> {
    let body = serde_json::to_string(document).map_err(AwardError::from)?;
    Ok(response
        .content_type("application/ld+json")
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .body(body))
}
