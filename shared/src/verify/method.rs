//! From the name of a key to the key, its owner, and what the owner lets it do.
//!
//! <https://www.w3.org/TR/cid-1.0/#retrieve-verification-method>. `did:key` needs nothing; `did:web` and plain URLs
//! need the document that publishes the key.

use serde_json::Value;

use super::conformance::shown;
use super::proofs::UnverifiedProof;
use super::report::{Finding, Passed, Refusal, Telling};
use super::unverified::{Unverified, describe};
use super::verdict::Outcome;
use super::web_key;
use super::{Circumstances, Documents};
use crate::json;
use crate::key::{PublicKey, did, jwk};
use crate::proof::jwt::UnverifiedToken;
use crate::time::Timestamp;

/// What gives a verification method an end.
const ENDS: [&str; 2] = ["expires", "revoked"];

/// Where a token names its key.
const IN_KID: &str = "/kid in the header";
/// Where a token carries its key.
const IN_JWK: &str = "/jwk in the header";

/// A key with its owner.
#[derive(Clone, Debug)]
pub(super) struct Method {
    id: String,
    key: PublicKey,
    controller: String,
    is_listed: bool,
}

pub(super) fn unknown(detail: impl Into<String>) -> Refusal {
    Refusal::new(Outcome::KeyUnknown, detail)
}

/// The key that an embedded proof names.
pub(super) fn resolve(
    proof: &UnverifiedProof<'_>,
    Circumstances { documents, at, telling, .. }: Circumstances<'_>,
) -> Finding<Method> {
    let place = || proof.place_of("verificationMethod");
    let id = proof.verification_method().ok_or_else(|| unknown(format!("{} is missing", place())))?;
    Ok(found(from_name(id, documents, at).map_err(|refusal| refusal.at(&place()))?, telling))
}

/// The key of a token: by its name in `kid`, otherwise by the copy in `jwk`, which its owner has to publish too.
///
/// <https://www.imsglobal.org/spec/ob/v3p0/#jose-header>
pub(super) fn resolve_token(
    token: &UnverifiedToken<'_>,
    issuer: &str,
    Circumstances { documents, at, telling, .. }: Circumstances<'_>,
) -> Finding<Method> {
    let embedded = match token.embedded_key() {
        Some(jwk) => {
            let key = PublicKey::from_jwk(&jwk.to_value());
            Some(key.map_err(|error| unknown(describe(&error)).at(IN_JWK))?)
        }
        None => None,
    };
    let method = match (token.key_id(), &embedded) {
        (Some(id), _) if is_address(id) => {
            web_key::by_address(id, issuer, documents, at).map_err(|refusal| refusal.at(IN_KID))?
        }
        (Some(id), _) => from_name(id, documents, at).map_err(|refusal| refusal.at(IN_KID))?,
        (None, Some(key)) => {
            web_key::published_by(issuer, key, documents).map_err(|refusal| refusal.at(IN_JWK))?
        }
        (None, None) => return Err(unknown("the header has neither /kid nor /jwk")),
    };
    if embedded.is_some_and(|key| key != method.key) {
        return Err(unknown(format!("{IN_JWK} is another key than `{}`", method.id)));
    }
    Ok(found(method, telling))
}

fn found(method: Method, telling: Telling) -> Passed<Method> {
    let sentence = telling.sentence(|| format!("key `{}` is known ({})", method.id, method.key.algorithm()));
    Passed::new(method, sentence)
}

fn from_name(id: &str, documents: &dyn Documents, at: Timestamp) -> Result<Method, Refusal> {
    if id.starts_with("did:key:") {
        return from_did_key(id);
    }
    if id.starts_with("did:jwk:") {
        return from_did_jwk(id);
    }
    from_document(id, documents, at)
}

/// `did:jwk:…#0`: the name is the key.
fn from_did_jwk(id: &str) -> Result<Method, Refusal> {
    let (controller, fragment) = id.split_once('#').unwrap_or((id, "0"));
    if fragment != "0" {
        return Err(unknown(format!("did:jwk has one key, `#0`, and not `#{fragment}`")));
    }
    let key = jwk::from_did_jwk(controller).map_err(|error| unknown(describe(&error)))?;
    Ok(Method::of_owner(id, key, controller))
}

/// `did:key:z…#z…`: the name is the key. Some issuers leave the fragment out; there is only one key to mean.
fn from_did_key(id: &str) -> Result<Method, Refusal> {
    let malformed = || unknown(format!("`{id}` is not of the form did:key:z…#z…, both parts equal"));
    let (controller, fragment) = id.split_once('#').unwrap_or((id, id.trim_start_matches("did:key:")));
    let multikey = controller.strip_prefix("did:key:").ok_or_else(malformed)?;
    if multikey != fragment {
        return Err(malformed());
    }
    let key = PublicKey::from_multikey(multikey).map_err(|error| unknown(describe(&error)))?;
    Ok(Method::of_owner(id, key, controller))
}

/// A key that a document publishes.
pub(super) fn from_document(id: &str, documents: &dyn Documents, at: Timestamp) -> Result<Method, Refusal> {
    if let Some(known) = documents.known_keys().and_then(|keys| keys.find(id)) {
        return Ok(known);
    }
    let owner = id.split_once('#').map_or(id, |(owner, _)| owner);
    let (url, document) = find(owner, documents)?;
    let (place, entry) = entry_of(&document, owner, id)
        .ok_or_else(|| unknown(format!("{url}#/verificationMethod has none with the id `{id}`")))?;
    let place = format!("{url}#{place}");
    let controller = entry.get("controller").and_then(Value::as_str).ok_or_else(|| {
        let found = entry.get("controller").map_or_else(|| "missing".to_owned(), shown);
        unknown(format!("{place}/controller is {found}, expected the name of the key's owner"))
    })?;
    refuse_out_of_force(entry, &place, at)?;
    let key = key_of(entry, &place)?;
    let is_listed = if document.get("id").and_then(Value::as_str) == Some(controller) {
        lists(&document, controller, id)
    } else {
        let (_, document) =
            find(controller, documents).map_err(|refusal| refusal.at(&format!("{place}/controller")))?;
        lists(&document, controller, id)
    };
    let method = Method { id: id.to_owned(), key, controller: controller.to_owned(), is_listed };
    if let Some(keys) = documents.known_keys().filter(|_| ENDS.iter().all(|name| entry.get(name).is_none())) {
        keys.keep(id, &method);
    }
    Ok(method)
}

/// The document of a DID or URL and where it stands, if it speaks of itself under that name.
fn find(name: &str, documents: &dyn Documents) -> Result<(String, Value), Refusal> {
    let url = document_url(name)?;
    let text = documents.find(&url).ok_or_else(|| {
        Refusal::missing(&url, format!("the document that publishes the keys of `{name}` is missing: {url}"))
    })?;
    let document =
        json::parse(&text).map_err(|error| unknown(format!("document at {url}: {}", describe(&error))))?;
    match document.get("id") {
        Some(found) if found == name || name_without_fragment(found) == Some(name) => Ok((url, document)),
        found => {
            let found = found.map_or_else(|| "missing".to_owned(), shown);
            Err(unknown(format!("{url}#/id is {found}, expected `{name}`")))
        }
    }
}

/// A lone verification method is published under its own name, whose fragment is no part of the URL.
fn name_without_fragment(id: &Value) -> Option<&str> {
    id.as_str()?.split_once('#').map(|(name, _)| name)
}

fn is_address(name: &str) -> bool {
    name.starts_with("https://") || name.starts_with("http://")
}

fn document_url(name: &str) -> Result<String, Refusal> {
    if name.starts_with("did:web:") {
        return did::did_web_document_url(name).map_err(|error| unknown(describe(&error)));
    }
    if is_address(name) {
        return Ok(name.to_owned());
    }
    Err(unknown(format!(
        "`{name}` is neither did:key, did:web nor an http address: its keys cannot be found"
    )))
}

/// The verification method with that name in a document, or the document itself, and where it is.
fn entry_of<'a>(document: &'a Value, owner: &str, id: &str) -> Option<(String, &'a Value)> {
    let is_it = |entry: &Value| entry.get("id").is_some_and(|found| is_name(found, owner, id));
    let in_property = |name: &str| {
        let value = document.get(name)?;
        let (index, found) = many(Some(value)).iter().enumerate().find(|(_, entry)| is_it(entry))?;
        let place = if value.is_array() { format!("/{name}/{index}") } else { format!("/{name}") };
        Some((place, found))
    };
    let stands_alone = document.get("controller").is_some() && is_it(document);
    let alone = stands_alone.then(|| (String::new(), document));
    in_property("verificationMethod").or_else(|| in_property("assertionMethod")).or(alone)
}

/// Whether a name, absolute or relative to its document, is `id`.
fn is_name(found: &Value, owner: &str, id: &str) -> bool {
    match found.as_str() {
        Some(relative) if relative.starts_with('#') => id.strip_prefix(owner) == Some(relative),
        Some(absolute) => absolute == id,
        None => false,
    }
}

/// The values of a property that may hold one or several.
fn many(value: Option<&Value>) -> &[Value] {
    match value {
        Some(Value::Array(values)) => values,
        Some(value) => std::slice::from_ref(value),
        None => &[],
    }
}

fn lists(document: &Value, owner: &str, id: &str) -> bool {
    many(document.get("assertionMethod")).iter().any(|listed| {
        is_name(listed, owner, id) || listed.get("id").is_some_and(|found| is_name(found, owner, id))
    })
}

/// A key past its published end or revocation counts for nothing any more.
///
/// <https://www.w3.org/TR/cid-1.0/#verification-methods>
fn refuse_out_of_force(entry: &Value, place: &str, at: Timestamp) -> Result<(), Refusal> {
    for name in ENDS {
        let Some(value) = entry.get(name) else { continue };
        match value.as_str().and_then(|text| text.parse::<Timestamp>().ok()) {
            Some(end) if at < end => {}
            Some(end) => return Err(unknown(format!("{place}/{name} is {end}, and it is {at}"))),
            None => {
                let found = shown(value);
                return Err(unknown(format!("{place}/{name} is {found}, expected a date and time")));
            }
        }
    }
    Ok(())
}

/// The key of a verification method, as Multikey or JWK.
fn key_of(entry: &Value, place: &str) -> Result<PublicKey, Refusal> {
    let (name, key) =
        match (entry.get("publicKeyMultibase").and_then(Value::as_str), entry.get("publicKeyJwk")) {
            (Some(multikey), _) => ("publicKeyMultibase", PublicKey::from_multikey(multikey)),
            (None, Some(jwk)) => ("publicKeyJwk", PublicKey::from_jwk(jwk)),
            (None, None) => {
                let detail = format!("{place} has neither publicKeyMultibase nor publicKeyJwk");
                return Err(unknown(detail));
            }
        };
    key.map_err(|error| unknown(describe(&error)).at(&format!("{place}/{name}")))
}

impl Method {
    /// A key whose owner stands for it in every way.
    pub(super) fn of_owner(id: &str, key: PublicKey, controller: &str) -> Self {
        Self { id: id.to_owned(), key, controller: controller.to_owned(), is_listed: true }
    }

    /// The key.
    pub(super) fn key(&self) -> &PublicKey {
        &self.key
    }

    /// The owner lists the key for assertions.
    pub(super) fn is_for_assertions(&self, telling: Telling) -> Finding {
        if self.is_listed {
            let sentence = || format!("`{}` lists the key for assertions", self.controller);
            return Ok(Passed::new((), telling.sentence(sentence)));
        }
        let url = document_url(&self.controller).unwrap_or_else(|_| self.controller.clone());
        Err(unknown(format!("{url}#/assertionMethod does not list `{}`", self.id)))
    }

    /// The owner is the issuer.
    pub(super) fn belongs_to(&self, credential: &Unverified<'_>) -> Finding {
        if credential.issuer_id() == Some(self.controller.as_str()) {
            let sentence = || format!("key belongs to the issuer `{}`", self.controller);
            return Ok(Passed::new((), credential.telling.sentence(sentence)));
        }
        let (place, issuer) = (credential.issuer_pointer(), credential.issuer_id().unwrap_or_default());
        let detail = format!("{place} is `{issuer}`, the key belongs to `{}`", self.controller);
        Err(Refusal::new(Outcome::IssuerMismatch, detail))
    }
}
