//! The credential itself, byte for byte as it was signed: alone, or inside the picture of its badge.

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use openbadges::{
    bake::{Edition, bake},
    model::AchievementCredential,
    proof::jwt,
};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::{page::NotSharedPage, summary::unverified_json};
use crate::{
    award::AwardError,
    course::image::{draw, picture},
    error::Failure,
    state::AppState,
    store::{Store, StoreError, course::CourseRow, credential::CredentialRow},
    usage::Use,
};

/// What kind of file is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileKind {
    /// The credential as signed.
    #[default]
    Json,
    /// The credential as a compact JWS, signed by the issuer's key for tokens (<https://www.imsglobal.org/spec/ob/v3p0/#jwt-proof>).
    Jwt,
    /// The badge's picture with the credential inside (<https://www.imsglobal.org/spec/ob/v3p0/#baked-badge>).
    Svg,
    /// The same as PNG.
    Png,
}

/// The query of a download.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub struct Wanted {
    /// Default: JSON.
    #[serde(default, rename = "as")]
    pub kind: FileKind,
}

/// `GET /credentials/{id}/download`: the file to keep, even if it was revoked since: the holder's copy is the holder's.
///
/// Of a badge that is not shared only its holder gets files, by [`crate::learner::badge::download`].
///
/// # Errors
/// [`Failure::NotFound`].
pub async fn download(
    request: HttpRequest,
    state: web::Data<AppState>,
    id: web::Path<Uuid>,
    wanted: web::Query<Wanted>,
) -> Result<HttpResponse, Failure> {
    let url = state.address(&format!("/credentials/{id}"));
    let row = state.store.find_credential(&url).await?.ok_or(Failure::NotFound)?;
    if !row.is_open {
        return Ok(NotSharedPage::answer(&request));
    }
    file(&state, &id.to_string(), &row, wanted.kind).await
}

/// The file for who may have it; counted.
///
/// # Errors
/// [`Failure`].
pub async fn file(
    state: &AppState,
    name: &str,
    row: &CredentialRow,
    kind: FileKind,
) -> Result<HttpResponse, Failure> {
    let (media_type, ending, body) = match kind {
        FileKind::Json => ("application/vc+ld+json", "json", row.credential.clone().into_bytes()),
        FileKind::Jwt => ("application/vc+jwt", "jwt", token(state, row).await?.into_bytes()),
        FileKind::Svg => {
            ("image/svg+xml", "svg", baked(row, draw(&course(&state.store, row).await?).as_bytes())?)
        }
        FileKind::Png => {
            let picture = picture(state, &course(&state.store, row).await?).await?;
            ("image/png", "png", baked(row, &picture.png)?)
        }
    };
    state.usage.count(row.achievement_id, Use::Downloaded);
    let disposition = format!("attachment; filename=\"badge-{name}.{ending}\"");
    Ok(HttpResponse::Ok()
        .content_type(media_type)
        .insert_header((header::CONTENT_DISPOSITION, disposition))
        .body(body))
}

/// The same credential in its other serialisation, without the proof inside.
async fn token(state: &AppState, row: &CredentialRow) -> Result<String, Failure> {
    let keyring = state.keyring.current();
    let Some(key) = keyring.token.clone() else { return Err(Failure::NotFound) };
    let mut badge =
        unverified_json(&row.credential).ok_or(StoreError::Damaged("badges.assertion.credential"))?;
    if let Some(members) = badge.as_object_mut() {
        members.shift_remove("proof");
    }
    let credential: AchievementCredential = serde_json::from_value(badge).map_err(AwardError::from)?;
    let key_id = format!("{}#{}", keyring.issuer.did, key.public_key);
    let signing = tokio::task::spawn_blocking(move || jwt::sign(&credential, &key.signing_key, &key_id));
    Ok(signing
        .await
        .map_err(|_error: tokio::task::JoinError| AwardError::Stopped)?
        .map_err(AwardError::from)?)
}

/// The course whose badge it is, for its picture.
async fn course(store: &Store, row: &CredentialRow) -> Result<CourseRow, Failure> {
    let badge = unverified_json(&row.credential).ok_or(StoreError::Damaged("badges.assertion.credential"))?;
    let achievement = badge.pointer("/credentialSubject/achievement/id").and_then(serde_json::Value::as_str);
    let course_id = achievement.and_then(|id| id.rsplit('/').next()?.parse::<Uuid>().ok());
    let course_id = course_id.ok_or(Failure::NotFound)?;
    store.find_course_by_id(course_id).await?.ok_or(Failure::NotFound)
}

/// A picture with the credential inside.
fn baked(row: &CredentialRow, picture: &[u8]) -> Result<Vec<u8>, Failure> {
    Ok(bake(picture, &row.credential, Edition::OpenBadges3)?)
}

/// The credential for a machine; a revoked one is gone, with the reason.
pub(super) fn answer(url: &str, row: CredentialRow, media_type: &'static str) -> HttpResponse {
    let mut response = match &row.revocation_reason {
        None => HttpResponse::Ok(),
        Some(_) => HttpResponse::Gone(),
    };
    response
        .content_type(media_type)
        .insert_header((header::VARY, "accept, accept-language"))
        .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"));
    match row.revocation_reason {
        None => response.body(row.credential),
        Some(reason) => {
            response.body(json!({ "id": url, "revoked": true, "revocationReason": reason }).to_string())
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::{body::to_bytes, http::StatusCode};

    use super::*;

    fn row(revocation_reason: Option<&str>) -> CredentialRow {
        CredentialRow {
            credential: "{ \"as\":\"signed\" }".to_owned(),
            achievement_id: Uuid::nil(),
            issuer_id: Uuid::nil(),
            is_open: false,
            revocation_reason: revocation_reason.map(str::to_owned),
            checks: Vec::new(),
            outcome: String::new(),
        }
    }

    #[actix_web::test]
    async fn a_machine_gets_the_bytes_that_were_signed() {
        let response = answer("https://b.example/credentials/1", row(None), "application/ld+json");
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers().get("content-type").unwrap(), "application/ld+json");
        assert_eq!(response.headers().get("access-control-allow-origin").unwrap(), "*");
        assert_eq!(to_bytes(response.into_body()).await.unwrap(), "{ \"as\":\"signed\" }");
    }

    #[actix_web::test]
    async fn a_revoked_credential_is_gone_and_the_answer_says_why() {
        let response =
            answer("https://b.example/credentials/1", row(Some("by \"mistake\"")), "application/json");
        assert_eq!(response.status(), StatusCode::GONE);
        let body = to_bytes(response.into_body()).await.unwrap();
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(
            body,
            json!({ "id": "https://b.example/credentials/1", "revoked": true, "revocationReason": "by \"mistake\"" })
        );
    }
}
