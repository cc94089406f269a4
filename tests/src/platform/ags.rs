//! Assignment and Grade Services: line items, scores, results.
//!
//! <https://www.imsglobal.org/spec/lti-ags/v2p0>

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::world::{Role, World};

/// Media type of one line item.
pub(crate) const LINE_ITEM: &str = "application/vnd.ims.lis.v2.lineitem+json";
/// Media type of a list of line items.
pub(crate) const LINE_ITEM_CONTAINER: &str = "application/vnd.ims.lis.v2.lineitemcontainer+json";
/// Media type of a score.
pub(crate) const SCORE: &str = "application/vnd.ims.lis.v1.score+json";
/// Media type of a list of results.
pub(crate) const RESULT_CONTAINER: &str = "application/vnd.ims.lis.v2.resultcontainer+json";

/// A column of the grade book.
/// <https://www.imsglobal.org/spec/lti-ags/v2p0#line-item-service>
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LineItem {
    /// Its address; the platform chooses it.
    #[serde(default)]
    pub id: String,
    /// The greatest score.
    pub score_maximum: f64,
    /// The column's title.
    pub label: String,
    /// The tool's own name for the column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_id: Option<String>,
    /// A word to find it by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// The link it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_link_id: Option<String>,
}

/// A score as a tool posts it.
/// <https://www.imsglobal.org/spec/lti-ags/v2p0#score-publish-service>
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the specification names the members")]
pub(crate) struct Score {
    /// Whose.
    pub user_id: String,
    /// How much; absent to clear it.
    pub score_given: Option<f64>,
    /// Out of how much.
    pub score_maximum: Option<f64>,
    /// A remark.
    pub comment: Option<String>,
    /// RFC 3339 with at least milliseconds where two scores are close.
    pub timestamp: String,
    /// Progress of the activity.
    pub activity_progress: String,
    /// Progress of the grading.
    pub grading_progress: String,
}

/// A line item of a tool in a course, with its scores by user.
#[derive(Clone, Debug)]
struct Column {
    client_id: String,
    course_id: String,
    item: LineItem,
    scores: BTreeMap<String, Score>,
}

/// Every line item of every tool.
#[derive(Clone, Debug, Default)]
pub(crate) struct GradeBook {
    columns: BTreeMap<u64, Column>,
}

/// Why a grade call is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum GradeRefusal {
    #[error("there is no such line item")]
    NoLineItem,
    #[error("the body does not fit: {0}")]
    Body(String),
    #[error("user `{0}` cannot be graded in this course")]
    Ungradable(String),
    #[error("a score with this or a later timestamp exists")]
    Stale,
}

impl GradeRefusal {
    pub(crate) fn status(&self) -> u16 {
        match self {
            Self::NoLineItem => 404,
            Self::Body(_) | Self::Ungradable(_) => 400,
            Self::Stale => 409,
        }
    }
}

impl GradeBook {
    /// The tool's line items in a course, filtered as the query says.
    pub(crate) fn list(&self, client_id: &str, course_id: &str, query: &str) -> Vec<LineItem> {
        let filters: Vec<(String, String)> =
            url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let wanted = |name: &str, value: Option<&String>| {
            filters.iter().filter(|(key, _)| key == name).all(|(_, filter)| value == Some(filter))
        };
        self.columns
            .values()
            .filter(|column| column.client_id == client_id && column.course_id == course_id)
            .map(|column| column.item.clone())
            .filter(|item| {
                wanted("resource_id", item.resource_id.as_ref()) && wanted("tag", item.tag.as_ref())
            })
            .filter(|item| wanted("resource_link_id", item.resource_link_id.as_ref()))
            .collect()
    }

    /// Adds a column.
    pub(crate) fn insert(
        &mut self,
        client_id: &str,
        course_id: &str,
        base: &str,
        body: &[u8],
    ) -> Result<LineItem, GradeRefusal> {
        let mut item: LineItem =
            serde_json::from_slice(body).map_err(|cause| GradeRefusal::Body(cause.to_string()))?;
        let number = self.columns.keys().next_back().map_or(1, |last| last + 1);
        item.id = format!("{base}/{number}/lineitem");
        let column = Column {
            client_id: client_id.to_owned(),
            course_id: course_id.to_owned(),
            item: item.clone(),
            scores: BTreeMap::new(),
        };
        self.columns.insert(number, column);
        Ok(item)
    }

    fn column(&mut self, client_id: &str, course_id: &str, number: u64) -> Result<&mut Column, GradeRefusal> {
        self.columns
            .get_mut(&number)
            .filter(|column| column.client_id == client_id && column.course_id == course_id)
            .ok_or(GradeRefusal::NoLineItem)
    }

    /// One column's description.
    pub(crate) fn find(
        &mut self,
        client_id: &str,
        course_id: &str,
        number: u64,
    ) -> Result<LineItem, GradeRefusal> {
        self.column(client_id, course_id, number).map(|column| column.item.clone())
    }

    /// Takes a score if the user can be graded and it is newer than the one before.
    pub(crate) fn score(
        &mut self,
        world: &World,
        client_id: &str,
        course_id: &str,
        number: u64,
        body: &[u8],
    ) -> Result<(), GradeRefusal> {
        let score: Score =
            serde_json::from_slice(body).map_err(|cause| GradeRefusal::Body(cause.to_string()))?;
        if !world.roles(course_id, &score.user_id).contains(&Role::Learner) {
            return Err(GradeRefusal::Ungradable(score.user_id));
        }
        let column = self.column(client_id, course_id, number)?;
        let stale = column.scores.get(&score.user_id).is_some_and(|last| last.timestamp >= score.timestamp);
        if stale {
            return Err(GradeRefusal::Stale);
        }
        column.scores.insert(score.user_id.clone(), score);
        Ok(())
    }

    /// The results of a column, of one user if `user_id` is given.
    pub(crate) fn results(
        &mut self,
        client_id: &str,
        course_id: &str,
        number: u64,
        user_id: Option<&str>,
    ) -> Result<Vec<Value>, GradeRefusal> {
        let column = self.column(client_id, course_id, number)?;
        let results =
            column.scores.values().filter(|score| user_id.is_none_or(|wanted| wanted == score.user_id));
        Ok(results.map(|score| result(&column.item, score)).collect())
    }
}

/// <https://www.imsglobal.org/spec/lti-ags/v2p0#result-service>
fn result(item: &LineItem, score: &Score) -> Value {
    let scaled = match (score.score_given, score.score_maximum) {
        (Some(given), Some(maximum)) if maximum > 0.0 => Some(given / maximum * item.score_maximum),
        _ => None,
    };
    let base = item.id.trim_end_matches("/lineitem");
    let mut result = json!({
        "id": format!("{base}/lineitem/results?user_id={}", score.user_id), "scoreOf": item.id,
        "userId": score.user_id, "resultMaximum": item.score_maximum,
    });
    if let (Some(scaled), Some(members)) = (scaled, result.as_object_mut()) {
        members.insert("resultScore".to_owned(), json!(scaled));
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::sample::{self, LITERACY, SUZUKI, TANAKA};

    fn book() -> GradeBook {
        let mut book = GradeBook::default();
        book.insert(
            "tool",
            LITERACY,
            "https://lms.example/lineitems",
            br#"{"scoreMaximum":10,"label":"Badge"}"#,
        )
        .unwrap();
        book
    }

    fn score(user_id: &str, second: u32) -> Vec<u8> {
        json!({
            "userId": user_id, "scoreGiven": 1, "scoreMaximum": 2, "activityProgress": "Completed",
            "gradingProgress": "FullyGraded", "timestamp": format!("2026-11-23T00:00:{second:02}Z"),
        })
        .to_string()
        .into_bytes()
    }

    #[test]
    fn a_score_becomes_a_scaled_result() {
        let mut book = book();
        book.score(&sample::world(), "tool", LITERACY, 1, &score(SUZUKI, 1)).unwrap();
        let results = book.results("tool", LITERACY, 1, Some(SUZUKI)).unwrap();
        assert_eq!(results[0]["resultScore"], 5.0);
    }

    #[test]
    fn a_score_of_the_same_second_is_stale() {
        let mut book = book();
        book.score(&sample::world(), "tool", LITERACY, 1, &score(SUZUKI, 1)).unwrap();
        let second = book.score(&sample::world(), "tool", LITERACY, 1, &score(SUZUKI, 1));
        assert_eq!(second, Err(GradeRefusal::Stale));
    }

    #[test]
    fn an_instructor_cannot_be_graded() {
        let refused = book().score(&sample::world(), "tool", LITERACY, 1, &score(TANAKA, 1));
        assert_eq!(refused, Err(GradeRefusal::Ungradable(TANAKA.to_owned())));
    }

    #[test]
    fn another_tool_does_not_find_the_line_item() {
        assert_eq!(book().find("other", LITERACY, 1), Err(GradeRefusal::NoLineItem));
        assert!(book().list("other", LITERACY, "").is_empty());
    }

    #[test]
    fn line_items_are_found_by_tag() {
        let mut book = book();
        let tagged = br#"{"scoreMaximum":1,"label":"Tagged","tag":"badge"}"#;
        book.insert("tool", LITERACY, "https://lms.example/lineitems", tagged).unwrap();
        let found = book.list("tool", LITERACY, "tag=badge");
        assert_eq!(found.iter().map(|item| item.label.as_str()).collect::<Vec<_>>(), ["Tagged"]);
    }
}
