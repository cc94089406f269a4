//! The data model of Open Badges 2.0, for older backpacks and for badges that are still in circulation.
//!
//! <https://www.imsglobal.org/sites/default/files/Badges/OBv2p0Final/index.html>. As in the newer model, what has no field
//! here is kept and written back.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::lists::one_or_many;
use super::{Criteria, DateTimeZ, OtherProperties};

/// The context of Open Badges 2.0.
pub const CONTEXT: &str = "https://w3id.org/openbadges/v2";

/// Who was awarded what.
///
/// <https://www.imsglobal.org/sites/default/files/Badges/OBv2p0Final/index.html#Assertion>
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Assertion {
    /// The context, see [`CONTEXT`].
    #[serde(rename = "@context", skip_serializing_if = "Option::is_none")]
    pub context: Option<Value>,
    /// URL of a hosted assertion, URN of a signed one.
    pub id: String,
    /// `Assertion`.
    #[serde(rename = "type")]
    pub type_: Value,
    /// Who was awarded.
    pub recipient: Recipient,
    /// The badge class, in full or its URL.
    pub badge: Link<BadgeClass>,
    /// How it is verified.
    pub verification: Verification,
    /// When it was awarded.
    pub issued_on: DateTimeZ,
    /// When it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<DateTimeZ>,
    /// Baked picture, URL or `data:` URI.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<Value>,
    /// What was done to earn it.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub evidence: Vec<Value>,
    /// How it was earned, Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub narrative: Option<String>,
    /// Whether the issuer has revoked it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoked: Option<bool>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revocation_reason: Option<String>,
    /// Everything else.
    #[serde(flatten)]
    pub other: OtherProperties,
}

/// A document in full, or its URL.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Link<T> {
    /// Its URL.
    Url(String),
    /// The document.
    Document(Box<T>),
}

/// Who was awarded, by an identifier that may be hashed.
///
/// <https://www.imsglobal.org/sites/default/files/Badges/OBv2p0Final/index.html#IdentityObject>
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recipient {
    /// Kind of identifier: `email`, `url`, `telephone` or `id`.
    #[serde(rename = "type")]
    pub type_: String,
    /// Whether `identity` is a hash.
    pub hashed: bool,
    /// `sha256$` and hexadecimal digits if hashed, otherwise the identifier itself.
    pub identity: String,
    /// Text that was appended before hashing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub salt: Option<String>,
    /// Everything else.
    #[serde(flatten)]
    pub other: OtherProperties,
}

/// How an assertion is verified.
///
/// <https://www.imsglobal.org/sites/default/files/Badges/OBv2p0Final/index.html#VerificationObject>
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Verification {
    /// `HostedBadge` or `SignedBadge`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub type_: Option<String>,
    /// URL of the key of a signed badge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creator: Option<String>,
    /// Hosts on which the issuer's assertions may stand.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub allowed_origins: Vec<String>,
    /// Beginnings of the addresses of the issuer's assertions.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub starts_with: Vec<String>,
    /// Everything else.
    #[serde(flatten)]
    pub other: OtherProperties,
}

/// What can be awarded.
///
/// <https://www.imsglobal.org/sites/default/files/Badges/OBv2p0Final/index.html#BadgeClass>
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BadgeClass {
    /// The context, see [`CONTEXT`].
    #[serde(rename = "@context", skip_serializing_if = "Option::is_none")]
    pub context: Option<Value>,
    /// URL.
    pub id: String,
    /// `BadgeClass`.
    #[serde(rename = "type")]
    pub type_: Value,
    /// Title.
    pub name: String,
    /// What it recognises.
    pub description: String,
    /// Picture, URL, `data:` URI or an object.
    pub image: Value,
    /// What has to be done for it, in full or the URL of a page.
    pub criteria: Link<Criteria>,
    /// Who awards it, in full or their URL.
    pub issuer: Link<Issuer>,
    /// Words to find it by.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub tags: Vec<String>,
    /// Framework nodes that it corresponds to.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub alignment: Vec<Value>,
    /// Everything else.
    #[serde(flatten)]
    pub other: OtherProperties,
}

/// Who awards.
///
/// <https://www.imsglobal.org/sites/default/files/Badges/OBv2p0Final/index.html#Profile>
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Issuer {
    /// The context, see [`CONTEXT`].
    #[serde(rename = "@context", skip_serializing_if = "Option::is_none")]
    pub context: Option<Value>,
    /// URL.
    pub id: String,
    /// `Issuer` or `Profile`.
    #[serde(rename = "type")]
    pub type_: Value,
    /// Name for people.
    pub name: String,
    /// Home page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// E-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Keys that sign its badges, in full or their URLs.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub public_key: Vec<Link<CryptographicKey>>,
    /// Where its assertions may stand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verification: Option<Verification>,
    /// URL of its [`RevocationList`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revocation_list: Option<String>,
    /// Everything else.
    #[serde(flatten)]
    pub other: OtherProperties,
}

/// A key that signs badges.
///
/// <https://www.imsglobal.org/sites/default/files/Badges/OBv2p0Final/index.html#CryptographicKey>
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CryptographicKey {
    /// The context, see [`CONTEXT`].
    #[serde(rename = "@context", skip_serializing_if = "Option::is_none")]
    pub context: Option<Value>,
    /// URL.
    pub id: String,
    /// `CryptographicKey`.
    #[serde(rename = "type")]
    pub type_: Value,
    /// URL of the issuer.
    pub owner: String,
    /// The key in PEM.
    pub public_key_pem: String,
    /// Everything else.
    #[serde(flatten)]
    pub other: OtherProperties,
}

/// The signed assertions that an issuer has revoked.
///
/// <https://www.imsglobal.org/sites/default/files/Badges/OBv2p0Final/index.html#RevocationList>
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RevocationList {
    /// The context, see [`CONTEXT`].
    #[serde(rename = "@context", skip_serializing_if = "Option::is_none")]
    pub context: Option<Value>,
    /// URL.
    pub id: String,
    /// `RevocationList`.
    #[serde(rename = "type")]
    pub type_: Value,
    /// URL of the issuer.
    pub issuer: String,
    /// Ids, or objects with `id` or `uid` and a reason.
    #[serde(default, deserialize_with = "one_or_many")]
    pub revoked_assertions: Vec<Value>,
    /// Everything else.
    #[serde(flatten)]
    pub other: OtherProperties,
}
