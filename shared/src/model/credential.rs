//! The credential: an award as it is signed.
//!
//! <https://www.imsglobal.org/spec/ob/v3p0/#achievementcredential>

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::lists::one_or_many;
use super::{
    AchievementSubject, CREDENTIAL_CONTEXTS, DateTimeZ, EndorsementCredential, Evidence, Image,
    OtherProperties, ProfileRef,
};

/// A verifiable credential that awards an achievement (also known as `OpenBadgeCredential`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AchievementCredential {
    /// Contexts in their order, see [`CREDENTIAL_CONTEXTS`].
    #[serde(rename = "@context", deserialize_with = "one_or_many")]
    pub context: Vec<Value>,
    /// URI of this credential.
    pub id: String,
    /// Types, at least `VerifiableCredential` and `OpenBadgeCredential` or `AchievementCredential`.
    #[serde(rename = "type", deserialize_with = "one_or_many")]
    pub types: Vec<String>,
    /// Title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Short description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Picture of this credential.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<Image>,
    /// Who awards.
    pub issuer: ProfileRef,
    /// Start of validity; moves when the credential is issued again.
    pub valid_from: DateTimeZ,
    /// End of validity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<DateTimeZ>,
    /// When it was first awarded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub awarded_date: Option<DateTimeZ>,
    /// Who was awarded what.
    pub credential_subject: AchievementSubject,
    /// Credentials of others that vouch for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub endorsement: Vec<EndorsementCredential>,
    /// The same as compact JWS.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub endorsement_jwt: Vec<String>,
    /// What was done to earn it.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub evidence: Vec<Evidence>,
    /// Schemas that it conforms to.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub credential_schema: Vec<CredentialSchema>,
    /// Where its status is published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential_status: Option<CredentialStatus>,
    /// Where a newer form of it is found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_service: Option<RefreshService>,
    /// Terms of use, opaque here.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub terms_of_use: Vec<Value>,
    /// Its proofs.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub proof: Vec<Value>,
    /// Everything else.
    #[serde(flatten)]
    pub other: OtherProperties,
}

impl AchievementCredential {
    /// A credential with its mandatory properties, the published contexts and no proof.
    #[must_use]
    pub fn new(id: &str, issuer: ProfileRef, valid_from: DateTimeZ, subject: AchievementSubject) -> Self {
        Self {
            context: CREDENTIAL_CONTEXTS.iter().map(|url| Value::from(*url)).collect(),
            id: id.to_owned(),
            types: ["VerifiableCredential", "OpenBadgeCredential"].map(str::to_owned).to_vec(),
            name: None,
            description: None,
            image: None,
            issuer,
            valid_from,
            valid_until: None,
            awarded_date: None,
            credential_subject: subject,
            endorsement: Vec::new(),
            endorsement_jwt: Vec::new(),
            evidence: Vec::new(),
            credential_schema: Vec::new(),
            credential_status: None,
            refresh_service: None,
            terms_of_use: Vec::new(),
            proof: Vec::new(),
            other: OtherProperties::new(),
        }
    }
}

/// A schema that a credential conforms to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CredentialSchema {
    /// URL of the schema.
    pub id: String,
    /// Kind of schema, for example `1EdTechJsonSchemaValidator2019`.
    #[serde(rename = "type")]
    pub type_: String,
    /// Everything else.
    #[serde(flatten)]
    pub other: OtherProperties,
}

/// Where a newer form of a credential is found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RefreshService {
    /// URL to ask.
    pub id: String,
    /// Kind of service, `1EdTechCredentialRefresh`.
    #[serde(rename = "type")]
    pub type_: String,
    /// Everything else.
    #[serde(flatten)]
    pub other: OtherProperties,
}

/// Where the status of a credential is published.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum CredentialStatus {
    /// A bit in a published list.
    Bitstring(BitstringStatusListEntry),
    /// Any other method, kept as it was read.
    Other(OtherProperties),
}

/// The bit of a credential in a status list.
///
/// <https://www.w3.org/TR/vc-bitstring-status-list/#bitstringstatuslistentry>
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BitstringStatusListEntry {
    /// Optional name of the entry; never the URL of the list itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Always `BitstringStatusListEntry`.
    #[serde(rename = "type")]
    pub type_: BitstringStatusListEntryType,
    /// What a set bit means: `revocation`, `suspension`, `refresh` or `message`.
    pub status_purpose: String,
    /// Position in the list, decimal digits, counted from zero.
    pub status_list_index: String,
    /// URL of the credential that holds the list.
    pub status_list_credential: String,
    /// Everything else.
    #[serde(flatten)]
    pub other: OtherProperties,
}

/// The type of a [`BitstringStatusListEntry`]; tells it from other status methods.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum BitstringStatusListEntryType {
    /// The only value.
    #[default]
    BitstringStatusListEntry,
}

impl BitstringStatusListEntry {
    /// The entry at an index of the list at a URL, named `URL#index`.
    #[must_use]
    pub fn new(list: &str, index: usize, status_purpose: &str) -> Self {
        Self {
            id: Some(format!("{list}#{index}")),
            type_: BitstringStatusListEntryType::BitstringStatusListEntry,
            status_purpose: status_purpose.to_owned(),
            status_list_index: index.to_string(),
            status_list_credential: list.to_owned(),
            other: OtherProperties::new(),
        }
    }
}
