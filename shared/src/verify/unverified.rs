//! A credential as it was received: read, and not believed in any way.

use serde_json::Value;

use super::report::{Claims, Finding, Passed, Refusal};
use super::verdict::Outcome;
use crate::json;
use crate::proof::data_integrity::SecuredDocument;
use crate::time::Timestamp;

/// The version of the data model that a credential is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DataModel {
    /// Verifiable Credentials 1.1 (<https://www.w3.org/TR/vc-data-model-1.1/>), read only.
    V1,
    /// Verifiable Credentials 2.0 (<https://www.w3.org/TR/vc-data-model-2.0/>).
    V2,
}

/// A credential without its proofs, and the proofs.
#[derive(Clone, Debug)]
pub(super) struct Unverified {
    pub(super) document: SecuredDocument,
    pub(super) data_model: DataModel,
}

/// Reads the text.
pub(super) fn read(unverified: &str) -> Finding<Unverified> {
    let malformed = |detail: String| Refusal::new(Outcome::Malformed, detail);
    let document = json::parse(unverified.trim_ascii()).map_err(|error| malformed(describe(&error)))?;
    let document = SecuredDocument::split(document)
        .ok_or_else(|| malformed("document is not a JSON object, expected a credential".to_owned()))?;
    let is_v1 = first_context(&document.unsecured) == Some(super::conformance::CREDENTIALS_V1);
    let data_model = if is_v1 { DataModel::V1 } else { DataModel::V2 };
    let detail = format!("document is JSON of {} bytes", unverified.len());
    Ok(Passed::new(Unverified { document, data_model }, detail))
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
