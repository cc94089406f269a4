//! Results of an award and what an achievement says about possible ones.
//!
//! <https://www.imsglobal.org/spec/ob/v3p0/#resultdescription>, <https://www.imsglobal.org/spec/ob/v3p0/#result>

use serde::{Deserialize, Serialize};

use super::lists::{of_type, one_or_many};
use super::{Alignment, OtherProperties};

/// A kind of result that an award of the achievement may carry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ResultDescription {
    /// URI by which a [`Result`] refers to it.
    pub id: String,
    /// Types, at least `ResultDescription`.
    #[serde(rename = "type", deserialize_with = "one_or_many")]
    pub types: Vec<String>,
    /// Name for people.
    pub name: String,
    /// Kind of result: `LetterGrade`, `Percent`, `RawScore`, `Status`, … or `ext:…`.
    pub result_type: String,
    /// Corresponding framework nodes.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub alignment: Vec<Alignment>,
    /// Possible values, lowest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub allowed_value: Vec<String>,
    /// Id of the rubric level that has to be reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required_level: Option<String>,
    /// Value that has to be reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required_value: Option<String>,
    /// Levels of the rubric.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub rubric_criterion_level: Vec<RubricCriterionLevel>,
    /// Highest possible value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value_max: Option<String>,
    /// Lowest possible value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value_min: Option<String>,
    /// Everything else.
    #[serde(flatten)]
    pub other: OtherProperties,
}

impl ResultDescription {
    /// A kind of result with its mandatory properties.
    #[must_use]
    pub fn new(id: &str, name: &str, result_type: &str) -> Self {
        Self {
            id: id.to_owned(),
            types: of_type("ResultDescription"),
            name: name.to_owned(),
            result_type: result_type.to_owned(),
            alignment: Vec::new(),
            allowed_value: Vec::new(),
            required_level: None,
            required_value: None,
            rubric_criterion_level: Vec::new(),
            value_max: None,
            value_min: None,
            other: OtherProperties::new(),
        }
    }
}

/// A level of a rubric.
///
/// <https://www.imsglobal.org/spec/ob/v3p0/#rubriccriterionlevel>
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RubricCriterionLevel {
    /// URI by which results refer to it.
    pub id: String,
    /// Types, at least `RubricCriterionLevel`.
    #[serde(rename = "type", deserialize_with = "one_or_many")]
    pub types: Vec<String>,
    /// Name for people.
    pub name: String,
    /// Corresponding framework nodes.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub alignment: Vec<Alignment>,
    /// What reaching it means.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Rank among the levels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// Points for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub points: Option<String>,
    /// Everything else.
    #[serde(flatten)]
    pub other: OtherProperties,
}

impl RubricCriterionLevel {
    /// A level with its mandatory properties.
    #[must_use]
    pub fn new(id: &str, name: &str) -> Self {
        Self {
            id: id.to_owned(),
            types: of_type("RubricCriterionLevel"),
            name: name.to_owned(),
            alignment: Vec::new(),
            description: None,
            level: None,
            points: None,
            other: OtherProperties::new(),
        }
    }
}

/// A result that the recipient reached.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Result {
    /// Types, at least `Result`.
    #[serde(rename = "type", deserialize_with = "one_or_many")]
    pub types: Vec<String>,
    /// Id of a [`RubricCriterionLevel`] of the linked description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub achieved_level: Option<String>,
    /// Corresponding framework nodes.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub alignment: Vec<Alignment>,
    /// Id of a [`ResultDescription`] of the same achievement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result_description: Option<String>,
    /// `Completed`, `Enrolled`, `Failed`, `InProgress`, `OnHold`, `Provisional` or `Withdrew`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Grade, score or other value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Everything else.
    #[serde(flatten)]
    pub other: OtherProperties,
}

impl Result {
    /// A value for a described kind of result.
    #[must_use]
    pub fn new(result_description: &str, value: &str) -> Self {
        Self {
            types: of_type("Result"),
            achieved_level: None,
            alignment: Vec::new(),
            result_description: Some(result_description.to_owned()),
            status: None,
            value: Some(value.to_owned()),
            other: OtherProperties::new(),
        }
    }
}
