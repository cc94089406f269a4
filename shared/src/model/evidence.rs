//! What was done to earn an award.
//!
//! <https://www.imsglobal.org/spec/ob/v3p0/#evidence>

use serde::{Deserialize, Serialize};

use super::OtherProperties;
use super::lists::{of_type, one_or_many};

/// A piece of evidence: a page, a text, or both.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// URL of a page that shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Types, at least `Evidence`.
    #[serde(rename = "type", deserialize_with = "one_or_many")]
    pub types: Vec<String>,
    /// How it led to the award, Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub narrative: Option<String>,
    /// Title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Longer description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Kind of evidence, for example `Photo`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub genre: Option<String>,
    /// Whom it is meant for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// Everything else.
    #[serde(flatten)]
    pub other: OtherProperties,
}

impl Evidence {
    /// Evidence told in a text.
    #[must_use]
    pub fn narrative(text: &str) -> Self {
        Self { narrative: Some(text.to_owned()), ..Self::empty() }
    }

    /// Evidence shown on a page.
    #[must_use]
    pub fn page(url: &str) -> Self {
        Self { id: Some(url.to_owned()), ..Self::empty() }
    }

    fn empty() -> Self {
        Self {
            id: None,
            types: of_type("Evidence"),
            narrative: None,
            name: None,
            description: None,
            genre: None,
            audience: None,
            other: OtherProperties::new(),
        }
    }
}
