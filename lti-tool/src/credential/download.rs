//! The credential itself, byte for byte as it was signed.

use actix_web::{HttpResponse, http::header, web};
use serde_json::json;
use uuid::Uuid;

use crate::{error::Failure, state::AppState, store::credential::CredentialRow};

/// `GET /credentials/{id}/download`: the file to keep, even if it was revoked since: the holder's copy is the holder's.
///
/// # Errors
/// [`Failure::NotFound`].
pub async fn download(state: web::Data<AppState>, id: web::Path<Uuid>) -> Result<HttpResponse, Failure> {
    let url = state.address(&format!("/credentials/{id}"));
    let row = state.store.find_credential(&url).await?.ok_or(Failure::NotFound)?;
    Ok(HttpResponse::Ok()
        .content_type("application/vc+ld+json")
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"badge-{id}.json\"")))
        .body(row.credential))
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
