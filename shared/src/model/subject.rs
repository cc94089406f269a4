//! Who was awarded what.
//!
//! <https://www.imsglobal.org/spec/ob/v3p0/#achievementsubject>

use serde::{Deserialize, Serialize};

use super::lists::{of_type, one_or_many};
use super::{Achievement, DateTimeZ, IdentityObject, Image, OtherProperties, ProfileRef, Result};

/// The recipient and the achievement; `id` or at least one `identifier` has to be there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AchievementSubject {
    /// URI of the recipient; a VC-JWT needs it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Types, at least `AchievementSubject`.
    #[serde(rename = "type", deserialize_with = "one_or_many")]
    pub types: Vec<String>,
    /// The recipient by other identifiers, hashed or plain.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub identifier: Vec<IdentityObject>,
    /// What was awarded.
    pub achievement: Achievement,
    /// When the activity ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub activity_end_date: Option<DateTimeZ>,
    /// When the activity started.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub activity_start_date: Option<DateTimeZ>,
    /// Credit hours or units earned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credits_earned: Option<f64>,
    /// Baked picture, or one for this recipient.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<Image>,
    /// Licence number that comes with the award.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub license_number: Option<String>,
    /// How the recipient earned it, Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub narrative: Option<String>,
    /// Results that were reached.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub result: Vec<Result>,
    /// Role or job of the recipient.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Who assessed on behalf of the issuer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<ProfileRef>,
    /// Academic term.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub term: Option<String>,
    /// Everything else.
    #[serde(flatten)]
    pub other: OtherProperties,
}

impl AchievementSubject {
    /// A subject without a recipient yet.
    #[must_use]
    pub fn new(achievement: Achievement) -> Self {
        Self {
            id: None,
            types: of_type("AchievementSubject"),
            identifier: Vec::new(),
            achievement,
            activity_end_date: None,
            activity_start_date: None,
            credits_earned: None,
            image: None,
            license_number: None,
            narrative: None,
            result: Vec::new(),
            role: None,
            source: None,
            term: None,
            other: OtherProperties::new(),
        }
    }
}
