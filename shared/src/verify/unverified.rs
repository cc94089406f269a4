//! A credential as it was received: read, and not believed in any way.

use serde_json::Value;

use super::report::{Claims, Finding, Passed, Refusal};
use super::verdict::Outcome;
use crate::json;
use crate::proof::data_integrity::SecuredDocument;
use crate::proof::jwt::{REGISTERED_CLAIMS, UnverifiedToken};
use crate::time::Timestamp;

/// The version of the data model that a credential is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DataModel {
    /// Verifiable Credentials 1.1 (<https://www.w3.org/TR/vc-data-model-1.1/>), read only.
    V1,
    /// Verifiable Credentials 2.0 (<https://www.w3.org/TR/vc-data-model-2.0/>).
    V2,
}

/// A credential without its proofs, and the proofs: embedded ones, or the token around it.
#[derive(Clone, Debug)]
pub(super) struct Unverified {
    pub(super) document: SecuredDocument,
    pub(super) data_model: DataModel,
    /// The token that it came in, if it did.
    pub(super) token: Option<UnverifiedToken>,
}

/// Reads the text: JSON, or a compact JWS with JSON inside.
pub(super) fn read(unverified: &str) -> Finding<Unverified> {
    let malformed = |detail: String| Refusal::new(Outcome::Malformed, detail);
    let text = unverified.trim_ascii();
    let (document, token) = if looks_like_token(text) {
        let token = UnverifiedToken::parse(text).map_err(|error| malformed(describe(&error)))?;
        (credential_in(&token), Some(token))
    } else {
        (json::parse(text).map_err(|error| malformed(describe(&error)))?, None)
    };
    let form = if token.is_some() { "a token" } else { "JSON" };
    let detail = format!("document is {form} of {} bytes", unverified.len());
    let credential = apart(document, token)?;
    Ok(Passed::new(credential, detail))
}

/// Takes a document that was read as a part of another.
pub(super) fn from_value(document: Value) -> Finding<Unverified> {
    Ok(Passed::new(apart(document, None)?, "document is part of another"))
}

fn apart(document: Value, token: Option<UnverifiedToken>) -> Result<Unverified, Refusal> {
    let not_an_object =
        || Refusal::new(Outcome::Malformed, "document is not a JSON object, expected a credential");
    let document = SecuredDocument::split(document).ok_or_else(not_an_object)?;
    let is_v1 = first_context(&document.unsecured) == Some(super::conformance::CREDENTIALS_V1);
    let data_model = if is_v1 { DataModel::V1 } else { DataModel::V2 };
    Ok(Unverified { document, data_model, token })
}

/// JSON starts with a bracket or a quote; a token never does.
fn looks_like_token(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphanumeric()) && text.contains('.')
}

/// The credential in a token: the claim `vc` (VCDM 1.1), otherwise the payload without what repeats it.
fn credential_in(token: &UnverifiedToken) -> Value {
    if let Some(credential) = token.unverified_payload.get("vc") {
        return credential.clone();
    }
    let mut payload = token.unverified_payload.clone();
    payload.retain(|name, _| !REGISTERED_CLAIMS.contains(&name.as_str()));
    Value::Object(payload)
}

fn first_context(document: &Value) -> Option<&str> {
    match document.get("@context")? {
        Value::Array(contexts) => contexts.first()?.as_str(),
        context => context.as_str(),
    }
}

/// An error with its cause, in one sentence.
pub(super) fn describe(error: &dyn std::error::Error) -> String {
    let mut sentence = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        sentence.push_str(": ");
        sentence.push_str(&error.to_string());
        cause = error.source();
    }
    sentence
}

impl Unverified {
    /// The value at a JSON pointer.
    pub(super) fn at(&self, pointer: &str) -> Option<&Value> {
        self.document.unsecured.pointer(pointer)
    }

    fn text_at(&self, pointer: &str) -> Option<&str> {
        self.at(pointer)?.as_str()
    }

    /// URI of the issuer, whether the issuer is given in full or not.
    pub(super) fn issuer_id(&self) -> Option<&str> {
        self.text_at("/issuer").or_else(|| self.text_at("/issuer/id"))
    }

    /// Pointer to the property that holds the start of validity.
    pub(super) fn valid_from_pointer(&self) -> &'static str {
        match self.data_model {
            DataModel::V1 => "/issuanceDate",
            DataModel::V2 => "/validFrom",
        }
    }

    /// Pointer to the property that holds the end of validity.
    pub(super) fn valid_until_pointer(&self) -> &'static str {
        match self.data_model {
            DataModel::V1 => "/expirationDate",
            DataModel::V2 => "/validUntil",
        }
    }

    /// What the document says of itself.
    pub(super) fn claims(&self) -> Claims {
        let date = |pointer| self.text_at(pointer).and_then(|text| text.parse::<Timestamp>().ok());
        Claims {
            credential_id: self.text_at("/id").map(str::to_owned),
            issuer_id: self.issuer_id().map(str::to_owned),
            achievement_id: self.text_at("/credentialSubject/achievement/id").map(str::to_owned),
            valid_from: date(self.valid_from_pointer()),
            valid_until: date(self.valid_until_pointer()),
            verification_method: None,
        }
    }
}
