//! `/status/{id}`: the signed list that says which credentials were revoked (<https://www.w3.org/TR/vc-bitstring-status-list/>).
//!
//! One signed copy for all replicas, in the database. It is signed anew as soon as an entry has changed, when another key signs, and once
//! a day; whoever fetches it may keep it for as long as `ttl` and `Cache-Control` say, which say the same. Nothing is kept about who asks.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderMap},
    web,
};
use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use openbadges::{
    proof::eddsa_rdfc,
    status::{Bitstring, list_credential},
    time::Timestamp,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::negotiate::{Form, form};
use crate::{
    award::AwardError,
    clock::later,
    error::Failure,
    keys::Keyring,
    state::AppState,
    store::{
        StoreError,
        status_list::{OpenList, PublishedCopy, PublishedListRow},
    },
};

/// Path of the lists; the list's id follows.
pub const PATH: &str = "/status";
/// What a set entry means: the credential counts no more, for ever.
pub const REVOCATION: &str = "revocation";
/// How long a copy may be kept, in seconds; so long a revocation may stay unseen.
const MAX_AGE_SECONDS: u32 = 300;
/// A copy older than this, in seconds, is signed anew although nothing has changed.
const RENEWAL_SECONDS: i64 = 86_400;
/// How long a signed copy counts, in seconds: whoever keeps an old one to hide a revocation cannot do so for longer.
const LIFETIME_SECONDS: i64 = 8 * 86_400;
/// How far the validity begins before the signing, in seconds, for readers whose clocks are slow.
const SLOW_CLOCK_SECONDS: i64 = 300;
/// The media type of credentials (<https://www.w3.org/TR/vc-data-model-2.0/#media-types>), for whoever names none.
const MEDIA_TYPE: &str = "application/vc";

/// `GET /status/{id}`.
///
/// # Errors
/// [`Failure::NotFound`] if there is no such list.
pub async fn show(
    request: HttpRequest,
    state: web::Data<AppState>,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Failure> {
    let url = state.address(&format!("{PATH}/{id}"));
    let row = state.store.find_status_list(&url).await?.ok_or(Failure::NotFound)?;
    let keyring = state.keyring.current();
    let body = match &row.copy {
        Some(copy) if is_served(copy, &row, &keyring, state.clock.now()) => copy.body.clone(),
        _ if row.issuer_did == keyring.issuer.did => renew(&state, &url).await?,
        // An issuer that this installation has no key of.
        _ => return Err(Failure::NotFound),
    };
    Ok(answer(request.headers(), body))
}

/// Whether the copy says what is true, by the key that signs now, and is young enough. A list of an issuer whose key is gone is served
/// as it is.
fn is_served(copy: &PublishedCopy, row: &PublishedListRow, keyring: &Keyring, now: Timestamp) -> bool {
    let is_young = later(copy.signed_at, RENEWAL_SECONDS) > now;
    let is_ours = row.issuer_did == keyring.issuer.did;
    let is_by_key_in_use = copy.verification_method == keyring.issuer.verification_method;
    !is_ours || (row.is_current && is_young && is_by_key_in_use)
}

/// Signs the list anew, unless another replica has just done it.
async fn renew(state: &AppState, url: &str) -> Result<String, Failure> {
    // One request of this replica at a time: the others wait here and not with a connection in their hands.
    let _turn = state.list_signing.lock().await;
    let open = state.store.open_status_list(url).await?;
    let keyring = state.keyring.current();
    let now = state.clock.now();
    if let Some(copy) = open.published.copy.as_ref()
        && is_served(copy, &open.published, &keyring, now)
    {
        return Ok(copy.body.clone());
    }
    let unsigned = unsigned_list(url, &keyring.issuer.did, &open, now)?;
    let (keys, method) = (keyring.clone(), keyring.issuer.verification_method.clone());
    // Canonicalisation takes milliseconds: not on the threads that answer others.
    let signing = tokio::task::spawn_blocking(move || {
        eddsa_rdfc::add_proof(unsigned, &keys.issuer.signing_key, &keys.issuer.verification_method, now)
    });
    let signed = signing
        .await
        .map_err(|_error: tokio::task::JoinError| AwardError::Stopped)?
        .map_err(AwardError::from)?;
    let copy = PublishedCopy { body: signed.to_string(), verification_method: method, signed_at: now };
    open.store(&copy).await?;
    tracing::info!(url, "status list signed");
    Ok(copy.body)
}

fn unsigned_list(url: &str, issuer_did: &str, open: &OpenList, now: Timestamp) -> Result<Value, StoreError> {
    let bits = Bitstring::from_bytes(open.bits.clone())
        .map_err(|_error: openbadges::status::StatusError| StoreError::Damaged("badges.status_list.size"))?;
    let (from, until) = (later(now, -SLOW_CLOCK_SECONDS), later(now, LIFETIME_SECONDS));
    let mut list = list_credential(url, issuer_did, &open.purpose, &bits, from, Some(until));
    if let Some(subject) = list.pointer_mut("/credentialSubject").and_then(Value::as_object_mut) {
        // In milliseconds (<https://www.w3.org/TR/vc-bitstring-status-list/#bitstringstatuslistcredential>).
        subject.insert("ttl".to_owned(), json!(u64::from(MAX_AGE_SECONDS) * 1000));
    }
    Ok(list)
}

/// The list as the media type that was asked for, or the word that the asker's copy is still right.
fn answer(headers: &HeaderMap, body: String) -> HttpResponse {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    // Weak, because the answer may travel compressed or not.
    let tag = format!("W/\"{}\"", URL_SAFE_NO_PAD.encode(digest(&SHA256, body.as_bytes())));
    let is_known = text(header::IF_NONE_MATCH)
        .is_some_and(|known| known.split(',').any(|known| known.trim() == tag || known.trim() == "*"));
    let mut response = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response
        .insert_header((header::ETAG, tag))
        .insert_header((header::CACHE_CONTROL, format!("public, max-age={MAX_AGE_SECONDS}")))
        .insert_header((header::VARY, "accept"))
        .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"));
    if is_known {
        return response.finish();
    }
    let media_type = match form(text(header::ACCEPT)) {
        Form::Json(named) => named,
        Form::Page => MEDIA_TYPE,
    };
    response.content_type(media_type).body(body)
}

#[cfg(test)]
mod tests {
    use actix_web::{http::StatusCode, test::TestRequest};

    use super::*;

    fn asked(name: &str, value: &str) -> HttpResponse {
        let request = TestRequest::default().insert_header((name, value)).to_http_request();
        answer(request.headers(), "{}".to_owned())
    }

    #[test]
    fn a_copy_that_is_still_right_is_not_sent_again() {
        let first = asked("accept", "*/*");
        let tag = first.headers().get("etag").unwrap().to_str().unwrap().to_owned();
        for known in [tag.clone(), format!("\"other\", {tag}"), "*".to_owned()] {
            let again = asked("if-none-match", &known);
            assert_eq!(again.status(), StatusCode::NOT_MODIFIED, "{known}");
            assert_eq!(again.headers().get("cache-control").unwrap(), "public, max-age=300");
        }
        assert_eq!(asked("if-none-match", "W/\"other\"").status(), StatusCode::OK);
    }

    #[test]
    fn whoever_names_no_json_type_gets_the_type_of_credentials() {
        for (accept, media_type) in [
            ("text/html,*/*;q=0.8", "application/vc"),
            ("application/ld+json", "application/ld+json"),
            ("application/json, text/plain, */*", "application/json"),
        ] {
            assert_eq!(asked("accept", accept).headers().get("content-type").unwrap(), media_type);
        }
    }
}
