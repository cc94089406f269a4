//! Credentials that vouch for an issuer, an achievement or an award.
//!
//! <https://www.imsglobal.org/spec/ob/v3p0/#endorsementcredential>

use serde::{Deserialize, Serialize};

use super::lists::{of_type, one_or_many};
use super::{CredentialStatus, DateTimeZ, OtherProperties, ProfileRef};

/// A credential whose subject is a profile, an achievement or another credential.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EndorsementCredential {
    /// Contexts in their order.
    #[serde(rename = "@context", deserialize_with = "one_or_many")]
    pub context: Vec<serde_json::Value>,
    /// URI of this credential.
    pub id: String,
    /// Types, at least `VerifiableCredential` and `EndorsementCredential`.
    #[serde(rename = "type", deserialize_with = "one_or_many")]
    pub types: Vec<String>,
    /// Title.
    pub name: String,
    /// Who vouches.
    pub issuer: ProfileRef,
    /// Start of validity.
    pub valid_from: DateTimeZ,
    /// End of validity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<DateTimeZ>,
    /// What is vouched for.
    pub credential_subject: EndorsementSubject,
    /// Where its status is published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential_status: Option<CredentialStatus>,
    /// Its proofs.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub proof: Vec<serde_json::Value>,
    /// Everything else.
    #[serde(flatten)]
    pub other: OtherProperties,
}

/// What an endorsement vouches for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EndorsementSubject {
    /// URI of what is endorsed.
    pub id: String,
    /// Types, at least `EndorsementSubject`.
    #[serde(rename = "type", deserialize_with = "one_or_many")]
    pub types: Vec<String>,
    /// What the endorser says about it, Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endorsement_comment: Option<String>,
    /// Everything else.
    #[serde(flatten)]
    pub other: OtherProperties,
}

impl EndorsementSubject {
    /// Vouches for the thing with that URI.
    #[must_use]
    pub fn new(id: &str, comment: &str) -> Self {
        Self {
            id: id.to_owned(),
            types: of_type("EndorsementSubject"),
            endorsement_comment: Some(comment.to_owned()),
            other: OtherProperties::new(),
        }
    }
}
