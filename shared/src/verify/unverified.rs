//! A credential as it was received: read, and not believed in any way.

use serde_json::Value;

use super::open_badges_2::{self, Assertion};
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

/// What a text turned out to be.
pub(super) enum Received {
    /// A credential of Open Badges 3.0.
    Credential(Unverified),
    /// An assertion of Open Badges 2.0.
    Assertion(Assertion),
}

/// Reads the text: JSON, a compact JWS with JSON inside, or the address of a hosted assertion.
pub(super) fn receive(unverified: &str) -> Finding<Received> {
    let malformed = |error: &dyn std::error::Error| Refusal::new(Outcome::Malformed, describe(error));
    let text = unverified.trim_ascii();
    let passed = |form: &str, received| {
        Ok(Passed::new(received, format!("document is {form} of {} bytes", unverified.len())))
    };
    if text.starts_with("https://") || text.starts_with("http://") {
        return passed("an address", Received::Assertion(Assertion::Address(text.to_owned())));
    }
    if looks_like_token(text) {
        let token = UnverifiedToken::parse_any_header(text).map_err(|error| malformed(&error))?;
        if open_badges_2::is_older(&token.unverified_payload) {
            return passed("a token", Received::Assertion(Assertion::Token(token)));
        }
        token.require_profile().map_err(|error| malformed(&error))?;
        return passed("a token", Received::Credential(apart(credential_in(&token), Some(token))?));
    }
    match json::parse(text).map_err(|error| malformed(&error))? {
        Value::Object(document) if open_badges_2::is_older(&document) => {
            passed("JSON", Received::Assertion(Assertion::Document(document)))
        }
        document => passed("JSON", Received::Credential(apart(document, None)?)),
    }
}

/// Reads a text that has to be a credential of Open Badges 3.0, or of another kind over the same data model.
pub(super) fn read(unverified: &str) -> Finding<Unverified> {
    let Passed { value, detail } = receive(unverified)?;
    match value {
        Received::Credential(credential) => Ok(Passed::new(credential, detail)),
        Received::Assertion(_) => Err(Refusal::new(
            Outcome::Malformed,
            "document is of Open Badges 2.0, expected a verifiable credential",
        )),
    }
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
        // These pointers have no escapes and no indexes, so that `Value::pointer` would do too much.
        let mut steps = pointer.split('/').skip(1);
        steps.try_fold(&self.document.unsecured, |value, step| value.get(step))
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
