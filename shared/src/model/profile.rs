//! People and organisations: issuer, creator, source of an assessment.
//!
//! <https://www.imsglobal.org/spec/ob/v3p0/#profile>

use serde::{Deserialize, Serialize};

use super::lists::{of_type, one_or_many};
use super::{EndorsementCredential, Image, OtherProperties};

/// A profile in full, or its URI alone.
///
/// What this library issues has the profile in full: validators refuse an issuer without a name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ProfileRef {
    /// The URI of a profile.
    Id(String),
    /// The profile itself.
    Profile(Box<Profile>),
}

impl ProfileRef {
    /// The URI of the profile.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Id(id) => id,
            Self::Profile(profile) => &profile.id,
        }
    }
}

impl From<Profile> for ProfileRef {
    fn from(profile: Profile) -> Self {
        Self::Profile(Box::new(profile))
    }
}

/// A person or organisation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    /// URI, for an issuer its DID.
    pub id: String,
    /// Types, at least `Profile`.
    #[serde(rename = "type", deserialize_with = "one_or_many")]
    pub types: Vec<String>,
    /// Name for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Home page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Telephone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Short description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Credentials of others that vouch for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub endorsement: Vec<EndorsementCredential>,
    /// The same as compact JWS.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub endorsement_jwt: Vec<String>,
    /// Logo or portrait.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<Image>,
    /// E-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Postal address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
    /// Identifiers in other systems.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub other_identifier: Vec<IdentifierEntry>,
    /// Name of the person who answers for an organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub official: Option<String>,
    /// The organisation that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_org: Option<ProfileRef>,
    /// Family name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family_name: Option<String>,
    /// Given name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
    /// Middle name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub additional_name: Option<String>,
    /// Patronymic name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patronymic_name: Option<String>,
    /// `Dr`, `Prof.` and the like.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub honorific_prefix: Option<String>,
    /// `MD`, `MBA` and the like.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub honorific_suffix: Option<String>,
    /// `de`, `van` and the like.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family_name_prefix: Option<String>,
    /// Day of birth, `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_of_birth: Option<String>,
    /// Everything else.
    #[serde(flatten)]
    pub other: OtherProperties,
}

impl Profile {
    /// A profile with its URI and name.
    #[must_use]
    pub fn new(id: &str, name: &str) -> Self {
        Self {
            id: id.to_owned(),
            types: of_type("Profile"),
            name: Some(name.to_owned()),
            url: None,
            phone: None,
            description: None,
            endorsement: Vec::new(),
            endorsement_jwt: Vec::new(),
            image: None,
            email: None,
            address: None,
            other_identifier: Vec::new(),
            official: None,
            parent_org: None,
            family_name: None,
            given_name: None,
            additional_name: None,
            patronymic_name: None,
            honorific_prefix: None,
            honorific_suffix: None,
            family_name_prefix: None,
            date_of_birth: None,
            other: OtherProperties::new(),
        }
    }
}

/// An identifier in another system.
///
/// The schema closes this class: it has no other properties.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IdentifierEntry {
    /// Always `IdentifierEntry`.
    #[serde(rename = "type")]
    pub type_: String,
    /// The identifier.
    pub identifier: String,
    /// Its kind: `sourcedId`, `ltiUserId`, … or `ext:…`.
    pub identifier_type: String,
}

impl IdentifierEntry {
    /// An identifier of a kind.
    #[must_use]
    pub fn new(identifier_type: &str, identifier: &str) -> Self {
        Self {
            type_: "IdentifierEntry".to_owned(),
            identifier: identifier.to_owned(),
            identifier_type: identifier_type.to_owned(),
        }
    }
}

/// A postal address.
///
/// <https://www.imsglobal.org/spec/ob/v3p0/#address>
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Address {
    /// Types, at least `Address`.
    #[serde(rename = "type", deserialize_with = "one_or_many")]
    pub types: Vec<String>,
    /// Country name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address_country: Option<String>,
    /// Country code, ISO 3166-1 alpha-2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address_country_code: Option<String>,
    /// Region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address_region: Option<String>,
    /// Town.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address_locality: Option<String>,
    /// Street and number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub street_address: Option<String>,
    /// Number of a post office box.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post_office_box_number: Option<String>,
    /// Postal code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// Position.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub geo: Option<GeoCoordinates>,
    /// Everything else.
    #[serde(flatten)]
    pub other: OtherProperties,
}

/// A position on the earth, in degrees (WGS 84).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GeoCoordinates {
    /// Always `GeoCoordinates`.
    #[serde(rename = "type")]
    pub type_: String,
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
    /// Everything else.
    #[serde(flatten)]
    pub other: OtherProperties,
}
