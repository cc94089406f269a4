//! Keys of tokens that a site publishes as JWK or as a set of them.
//!
//! A bare JWK names no owner; it belongs to the issuer if it stands on the issuer's own site
//! (<https://www.imsglobal.org/spec/ob/v3p0/impl/#key-management>).

use serde_json::Value;
use url::{Origin, Url};

use super::Documents;
use super::method::{self, Method, unknown};
use super::report::Refusal;
use super::unverified::describe;
use crate::json;
use crate::key::{PublicKey, did, jwk};
use crate::time::Timestamp;

/// The key at an address: a JWK, a set of JWKs, or a document with verification methods.
pub(super) fn by_address(
    id: &str,
    issuer: &str,
    documents: &dyn Documents,
    at: Timestamp,
) -> Result<Method, Refusal> {
    let address = id.split_once('#').map_or(id, |(address, _)| address);
    let document = find(address, documents)?;
    let (place, key) = if document.get("kty").is_some() {
        (format!("{address}#"), &document)
    } else if document.get("keys").is_some() {
        let found = in_set(&document, id);
        let (index, key) = found.ok_or_else(|| unknown(format!("{address}#/keys has no key `{id}`")))?;
        (format!("{address}#/keys/{index}"), key)
    } else {
        return method::from_document(id, documents, at);
    };
    let key = PublicKey::from_jwk(key).map_err(|error| unknown(describe(&error)).at(&place))?;
    let owner = if stands_on_site_of(address, issuer) { issuer } else { address };
    Ok(Method::of_owner(id, key, owner))
}

/// A key that the token carries, if the issuer is that key or publishes it at `/.well-known/jwks.json`.
pub(super) fn published_by(
    issuer: &str,
    key: &PublicKey,
    documents: &dyn Documents,
) -> Result<Method, Refusal> {
    let is_the_key = match issuer.strip_prefix("did:key:") {
        Some(multikey) => PublicKey::from_multikey(multikey).is_ok_and(|found| found == *key),
        None => jwk::from_did_jwk(issuer).is_ok_and(|found| found == *key),
    };
    if is_the_key {
        return Ok(Method::of_owner(issuer, key.clone(), issuer));
    }
    let site = site_of(issuer)
        .ok_or_else(|| unknown(format!("`{issuer}` has no site that could publish its keys")))?;
    let address = format!("{}/.well-known/jwks.json", site.ascii_serialization());
    let set = find(&address, documents)?;
    let is_published =
        keys(&set).iter().any(|found| PublicKey::from_jwk(found).is_ok_and(|found| found == *key));
    if is_published {
        return Ok(Method::of_owner(&address, key.clone(), issuer));
    }
    Err(unknown(format!("{address}#/keys does not have the key")))
}

fn find(address: &str, documents: &dyn Documents) -> Result<Value, Refusal> {
    let text = documents
        .find(address)
        .ok_or_else(|| Refusal::missing(address, format!("the key is missing: {address}")))?;
    json::parse(&text).map_err(|error| unknown(format!("document at {address}: {}", describe(&error))))
}

fn keys(set: &Value) -> &[Value] {
    set.get("keys").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// The key of a set whose `kid` is the whole name or its fragment, and its place.
fn in_set<'a>(set: &'a Value, id: &str) -> Option<(usize, &'a Value)> {
    let fragment = id.split_once('#').map(|(_, fragment)| fragment);
    keys(set).iter().enumerate().find(|(_, key)| {
        let name = key.get("kid").and_then(Value::as_str);
        name == Some(id) || (name.is_some() && name == fragment)
    })
}

/// The site of an issuer: that of its address, or of its did:web document.
fn site_of(issuer: &str) -> Option<Origin> {
    let address = if issuer.starts_with("did:web:") {
        did::did_web_document_url(issuer).ok()?
    } else {
        issuer.to_owned()
    };
    Some(Url::parse(&address).ok()?.origin()).filter(Origin::is_tuple)
}

fn stands_on_site_of(address: &str, issuer: &str) -> bool {
    let site = site_of(issuer);
    site.is_some() && site == site_of(address)
}
