//! Line items, scores and results as Assignment and Grade Services write them.
//!
//! Specification: <https://www.imsglobal.org/spec/lti-ags/v2p0>. Platforms add members of their own and send numbers where texts belong;
//! what we do not need is not read.

use openbadges::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use url::Url;

/// By which our columns are known among others.
pub const COLUMN_TAG: &str = "badge";
/// What the badge is worth in a column that we ask for.
pub const COLUMN_MAXIMUM: u32 = 100;

/// A column of the grade book that belongs to us (<https://www.imsglobal.org/spec/lti-ags/v2p0#line-item-service>).
#[derive(Clone, Debug, PartialEq)]
pub struct LineItem {
    /// Its address.
    pub url: Url,
    /// The column's title.
    pub label: String,
    /// The greatest score.
    pub score_maximum: f64,
    /// Our own name for it.
    pub resource_id: Option<String>,
    /// A word to find it by.
    pub tag: Option<String>,
    /// The link that it belongs to.
    pub resource_link_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LineItemWire {
    id: String,
    label: String,
    score_maximum: f64,
    #[serde(default)]
    resource_id: Value,
    #[serde(default)]
    tag: Value,
    #[serde(default)]
    resource_link_id: Value,
}

impl LineItem {
    /// Reads one; addresses are relative to `base`. `None` if it has no usable address.
    ///
    /// # Errors
    /// `serde_json` says what is missing.
    pub fn read(value: &Value, base: &Url) -> Result<Option<Self>, serde_json::Error> {
        let wire = LineItemWire::deserialize(value)?;
        let Ok(url) = base.join(&wire.id) else { return Ok(None) };
        Ok(Some(Self {
            url,
            label: wire.label,
            score_maximum: wire.score_maximum,
            resource_id: text(&wire.resource_id),
            tag: text(&wire.tag),
            resource_link_id: text(&wire.resource_link_id),
        }))
    }
}

/// A text that is there and not empty; Moodle writes empty ones for absent ones, Canvas numbers.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A line item to be made.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewLineItem<'a> {
    /// The column's title.
    pub label: &'a str,
    /// The greatest score, more than 0.
    pub score_maximum: f64,
    /// Our own name for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_id: Option<&'a str>,
    /// A word to find it by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<&'a str>,
    /// The link that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_link_id: Option<&'a str>,
}

/// What is told to the grade book about one learner (<https://www.imsglobal.org/spec/lti-ags/v2p0#score-publish-service>).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score<'a> {
    /// The learner.
    pub user_id: &'a str,
    /// How many points; `None` takes back what was given before.
    pub given: Option<f64>,
    /// Out of how many.
    pub maximum: f64,
    /// When; a platform refuses a score that is not newer than the one before.
    pub at: Timestamp,
}

impl Score<'_> {
    /// The body of the request. A score that is final completes a Moodle activity that wants a grade; taken back, it does so no more.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let at = self.at.to_string();
        // The specification wants fractions of a second.
        let at = format!("{}.000Z", at.trim_end_matches('Z'));
        match self.given {
            Some(given) => json!({
                "userId": self.user_id, "scoreGiven": given, "scoreMaximum": self.maximum, "timestamp": at,
                "activityProgress": "Completed", "gradingProgress": "FullyGraded",
            }),
            None => json!({
                "userId": self.user_id, "timestamp": at,
                "activityProgress": "InProgress", "gradingProgress": "NotReady",
            }),
        }
    }
}

/// What the grade book holds about one learner (<https://www.imsglobal.org/spec/lti-ags/v2p0#result-service>).
#[derive(Clone, Debug, PartialEq)]
pub struct LearnerResult {
    /// The learner.
    pub user_id: String,
    /// Their points; `None` if they have none.
    pub score: Option<f64>,
    /// Out of how many; 1 if the platform does not say.
    pub maximum: f64,
    /// When it was changed, if the platform says so (Moodle does).
    pub at: Option<Timestamp>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ResultWire {
    user_id: Value,
    #[serde(default)]
    result_score: Option<f64>,
    #[serde(default)]
    result_maximum: Option<f64>,
    #[serde(default)]
    timestamp: Option<String>,
}

impl LearnerResult {
    /// Reads one; `None` if it names nobody.
    ///
    /// # Errors
    /// `serde_json` says what is wrong.
    pub fn read(value: &Value) -> Result<Option<Self>, serde_json::Error> {
        let wire = ResultWire::deserialize(value)?;
        let Some(user_id) = text(&wire.user_id) else { return Ok(None) };
        Ok(Some(Self {
            user_id,
            score: wire.result_score,
            maximum: wire.result_maximum.filter(|maximum| *maximum > 0.0).unwrap_or(1.0),
            at: wire.timestamp.and_then(|at| at.parse().ok()),
        }))
    }

    /// The points as a part of the maximum.
    #[must_use]
    pub fn fraction(&self) -> Option<f64> {
        self.score.map(|score| score / self.maximum)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_items_of_moodle_and_canvas_are_read() {
        let base = Url::parse("https://lms.example/lineitems").unwrap();
        let moodle = json!({ "id": "https://lms.example/2/lineitems/4/lineitem?type_id=2", "label": "Badge", "scoreMaximum": 100,
            "resourceId": "", "tag": "", "resourceLinkId": "2", "ltiLinkId": "2" });
        let read = LineItem::read(&moodle, &base).unwrap().unwrap();
        assert_eq!((read.resource_id, read.tag, read.resource_link_id.as_deref()), (None, None, Some("2")));
        let canvas = json!({ "id": "/api/lti/courses/1/line_items/9", "label": "B", "scoreMaximum": 100.0, "resourceId": 1 });
        let read = LineItem::read(&canvas, &base).unwrap().unwrap();
        assert_eq!(
            (read.url.as_str(), read.resource_id.as_deref()),
            ("https://lms.example/api/lti/courses/1/line_items/9", Some("1"))
        );
        assert!(LineItem::read(&json!({ "id": "x" }), &base).is_err());
    }

    #[test]
    fn an_award_is_a_final_score_and_its_withdrawal_leaves_the_score_out() {
        let at = "2026-11-25T10:00:00Z".parse().unwrap();
        let score = Score { user_id: "4", given: Some(1.0), maximum: 1.0, at };
        assert_eq!(
            score.to_json(),
            json!({ "userId": "4", "scoreGiven": 1.0, "scoreMaximum": 1.0, "timestamp": "2026-11-25T10:00:00.000Z",
                "activityProgress": "Completed", "gradingProgress": "FullyGraded" })
        );
        let withdrawn = Score { given: None, ..score }.to_json();
        assert_eq!((withdrawn.get("scoreGiven"), &withdrawn["gradingProgress"]), (None, &json!("NotReady")));
    }

    #[test]
    fn a_result_without_a_score_or_maximum_is_read() {
        let moodle = json!({ "id": "x", "userId": "4", "resultScore": 16, "resultMaximum": 20, "comment": "ok",
            "scoreOf": "y", "timestamp": "2026-11-22T23:25:28+00:00" });
        let read = LearnerResult::read(&moodle).unwrap().unwrap();
        assert_eq!((read.fraction(), read.at), (Some(0.8), "2026-11-22T23:25:28Z".parse().ok()));
        let bare = LearnerResult::read(&json!({ "userId": 7, "resultMaximum": 0 })).unwrap().unwrap();
        assert_eq!((bare.user_id.as_str(), bare.fraction(), bare.maximum), ("7", None, 1.0));
        assert_eq!(LearnerResult::read(&json!({ "userId": "" })).unwrap(), None);
    }
}
