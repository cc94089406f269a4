//! What is awarded: the Achievement and its parts.
//!
//! <https://www.imsglobal.org/spec/ob/v3p0/#achievement>

use serde::{Deserialize, Serialize};

use super::lists::{of_type, one_or_many};
use super::{EndorsementCredential, IdentifierEntry, OtherProperties, ProfileRef, ResultDescription};

/// An accomplishment that someone may be awarded for meeting its criteria.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Achievement {
    /// URI of the achievement; the same in every credential that awards it.
    pub id: String,
    /// Types, at least `Achievement`.
    #[serde(rename = "type", deserialize_with = "one_or_many")]
    pub types: Vec<String>,
    /// Title for people.
    pub name: String,
    /// What it recognises, in a sentence or two.
    pub description: String,
    /// What has to be done for it.
    pub criteria: Criteria,
    /// Kind of achievement: one of the 31 published terms (`Badge`, `Course`, `Certificate`, …) or `ext:…`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub achievement_type: Option<String>,
    /// Skills, competencies and standards that it corresponds to.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub alignment: Vec<Alignment>,
    /// Who defined it; may differ from who awards it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creator: Option<ProfileRef>,
    /// Credit hours or units that it is worth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credits_available: Option<f64>,
    /// Credentials of others that vouch for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub endorsement: Vec<EndorsementCredential>,
    /// The same as compact JWS.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub endorsement_jwt: Vec<String>,
    /// Subject area.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field_of_study: Option<String>,
    /// Course code or the like that people use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub human_code: Option<String>,
    /// Picture of the achievement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<Image>,
    /// Language of the texts, BCP 47.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_language: Option<String>,
    /// Identifiers in other systems.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub other_identifier: Vec<IdentifierEntry>,
    /// The same achievement in other languages or versions.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub related: Vec<Related>,
    /// Results that may accompany an award.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub result_description: Vec<ResultDescription>,
    /// Focus within the field of study.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub specialization: Option<String>,
    /// Words to find it by.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub tag: Vec<String>,
    /// Version of the definition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Everything else.
    #[serde(flatten)]
    pub other: OtherProperties,
}

impl Achievement {
    /// An achievement with its mandatory properties.
    #[must_use]
    pub fn new(id: &str, name: &str, description: &str, criteria: Criteria) -> Self {
        Self {
            id: id.to_owned(),
            types: of_type("Achievement"),
            name: name.to_owned(),
            description: description.to_owned(),
            criteria,
            achievement_type: None,
            alignment: Vec::new(),
            creator: None,
            credits_available: None,
            endorsement: Vec::new(),
            endorsement_jwt: Vec::new(),
            field_of_study: None,
            human_code: None,
            image: None,
            in_language: None,
            other_identifier: Vec::new(),
            related: Vec::new(),
            result_description: Vec::new(),
            specialization: None,
            tag: Vec::new(),
            version: None,
            other: OtherProperties::new(),
        }
    }
}

/// What has to be done: a page, a text, or both; one of them has to be there.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Criteria {
    /// URI of a page that states the criteria.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The criteria themselves, Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub narrative: Option<String>,
    /// Everything else.
    #[serde(flatten)]
    pub other: OtherProperties,
}

impl Criteria {
    /// Criteria told in a text.
    #[must_use]
    pub fn narrative(text: &str) -> Self {
        Self { narrative: Some(text.to_owned()), ..Self::default() }
    }
}

/// A picture, by address or as a `data:` URI; PNG or SVG.
///
/// The schema closes this class: it has no other properties.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// URI or `data:` URI.
    pub id: String,
    /// Always `Image`.
    #[serde(rename = "type")]
    pub type_: String,
    /// What the picture shows, for people who cannot see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
}

impl Image {
    /// A picture at an address.
    #[must_use]
    pub fn new(id: &str) -> Self {
        Self { id: id.to_owned(), type_: "Image".to_owned(), caption: None }
    }
}

/// A node of a published framework that an achievement corresponds to.
///
/// <https://www.imsglobal.org/spec/ob/v3p0/#alignment>
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Alignment {
    /// Types, at least `Alignment`.
    #[serde(rename = "type", deserialize_with = "one_or_many")]
    pub types: Vec<String>,
    /// Name of the node.
    pub target_name: String,
    /// URL of the node.
    pub target_url: String,
    /// Code of the node in its framework.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_code: Option<String>,
    /// What the node says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_description: Option<String>,
    /// Name of the framework.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_framework: Option<String>,
    /// Kind of node: `CFItem`, `ceasn:Competency`, … or `ext:…`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_type: Option<String>,
    /// Everything else.
    #[serde(flatten)]
    pub other: OtherProperties,
}

impl Alignment {
    /// An alignment with its mandatory properties.
    #[must_use]
    pub fn new(target_name: &str, target_url: &str) -> Self {
        Self {
            types: of_type("Alignment"),
            target_name: target_name.to_owned(),
            target_url: target_url.to_owned(),
            target_code: None,
            target_description: None,
            target_framework: None,
            target_type: None,
            other: OtherProperties::new(),
        }
    }
}

/// The same achievement in another language or version of the specification.
///
/// <https://www.imsglobal.org/spec/ob/v3p0/#related>
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Related {
    /// URI of the related achievement.
    pub id: String,
    /// Types, at least `Related`.
    #[serde(rename = "type", deserialize_with = "one_or_many")]
    pub types: Vec<String>,
    /// Its language, BCP 47.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_language: Option<String>,
    /// Its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Everything else.
    #[serde(flatten)]
    pub other: OtherProperties,
}

impl Related {
    /// A relation to the achievement with that URI.
    #[must_use]
    pub fn new(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            types: of_type("Related"),
            in_language: None,
            version: None,
            other: OtherProperties::new(),
        }
    }
}
