//! Assignment and Grade Services: line items, scores, results.
//!
//! <https://www.imsglobal.org/spec/lti-ags/v2p0>

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::dialect::{GradeDialect, Refusal};
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
    /// It came with its link and cannot be deleted alone.
    is_coupled: bool,
    scores: BTreeMap<String, Score>,
}

/// Every line item of every tool.
#[derive(Clone, Debug, Default)]
pub(crate) struct GradeBook {
    pub(crate) dialect: GradeDialect,
    /// Learners whom nobody may grade.
    pub(crate) ungradable: BTreeSet<String>,
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
    #[error("the line item belongs to a link and is not deleted alone")]
    Coupled,
}

impl GradeRefusal {
    pub(crate) fn wire(&self, dialect: GradeDialect) -> Refusal {
        let plain = |status| Refusal { status, reason: None, body: "{}" };
        match self {
            Self::NoLineItem => plain(404),
            Self::Body(_) => plain(400),
            Self::Ungradable(_) => dialect.ungradable(),
            Self::Stale => dialect.stale(),
            Self::Coupled => plain(401),
        }
    }
}

impl GradeBook {
    /// An empty grade book.
    pub(crate) fn new(dialect: GradeDialect) -> Self {
        Self { dialect, ..Self::default() }
    }

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
        let item: LineItem =
            serde_json::from_slice(body).map_err(|cause| GradeRefusal::Body(cause.to_string()))?;
        Ok(self.place(client_id, course_id, base, item, false))
    }

    /// Adds a column; a coupled one comes with a link.
    pub(crate) fn place(
        &mut self,
        client_id: &str,
        course_id: &str,
        base: &str,
        mut item: LineItem,
        is_coupled: bool,
    ) -> LineItem {
        let number = self.columns.keys().next_back().map_or(1, |last| last + 1);
        item.id = format!("{base}/{number}/lineitem{}", self.dialect.query());
        let (client_id, course_id) = (client_id.to_owned(), course_id.to_owned());
        let column = Column { client_id, course_id, item: item.clone(), is_coupled, scores: BTreeMap::new() };
        self.columns.insert(number, column);
        item
    }

    /// The one column of a link, which its launches name; none if it has several.
    pub(crate) fn of_link(&self, client_id: &str, link_id: &str) -> Option<&str> {
        let mut columns = self.columns.values().filter(|column| {
            column.client_id == client_id && column.item.resource_link_id.as_deref() == Some(link_id)
        });
        let first = columns.next()?;
        columns.next().is_none().then_some(first.item.id.as_str())
    }

    /// Changes a column's description.
    pub(crate) fn update(
        &mut self,
        client_id: &str,
        course_id: &str,
        number: u64,
        body: &[u8],
    ) -> Result<LineItem, GradeRefusal> {
        let new: LineItem =
            serde_json::from_slice(body).map_err(|cause| GradeRefusal::Body(cause.to_string()))?;
        let column = self.column(client_id, course_id, number)?;
        column.item = LineItem { id: column.item.id.clone(), ..new };
        Ok(column.item.clone())
    }

    /// Deletes a column; Canvas keeps one that came with a link.
    pub(crate) fn delete(
        &mut self,
        client_id: &str,
        course_id: &str,
        number: u64,
    ) -> Result<(), GradeRefusal> {
        let keeps = self.dialect == GradeDialect::Canvas;
        if self.column(client_id, course_id, number)?.is_coupled && keeps {
            return Err(GradeRefusal::Coupled);
        }
        self.columns.remove(&number);
        Ok(())
    }

    /// The titles of the columns of the course, for tests.
    pub(crate) fn titles(&self, course_id: &str) -> Vec<String> {
        let columns = self.columns.values().filter(|column| column.course_id == course_id);
        columns.map(|column| column.item.label.clone()).collect()
    }

    /// What was last told about each learner in every column of the course, for tests: learner and points.
    pub(crate) fn told(&self, course_id: &str) -> Vec<(String, Option<f64>)> {
        let columns = self.columns.values().filter(|column| column.course_id == course_id);
        columns
            .flat_map(|column| column.scores.values())
            .map(|score| (score.user_id.clone(), score.score_given))
            .collect()
    }

    /// A teacher types a part of the full score into every column of the course.
    pub(crate) fn enter(&mut self, course_id: &str, user_id: &str, part: f64, timestamp: &str) {
        let columns = self.columns.values_mut().filter(|column| column.course_id == course_id);
        for column in columns {
            let score = Score {
                user_id: user_id.to_owned(),
                score_given: Some(part),
                score_maximum: Some(1.0),
                comment: None,
                timestamp: timestamp.to_owned(),
                activity_progress: "Completed".to_owned(),
                grading_progress: "FullyGraded".to_owned(),
            };
            column.scores.insert(user_id.to_owned(), score);
        }
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
        let is_learner = world.roles(course_id, &score.user_id).contains(&Role::Learner);
        if !is_learner || self.ungradable.contains(&score.user_id) {
            return Err(GradeRefusal::Ungradable(score.user_id));
        }
        let column = self.column(client_id, course_id, number)?;
        // Whole seconds count, as in Moodle.
        let second = |score: &Score| score.timestamp.get(..19).map(str::to_owned);
        let stale = column.scores.get(&score.user_id).is_some_and(|last| second(last) >= second(&score));
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
    let base = item.id.split('?').next().unwrap_or_default();
    let mut result = json!({
        "id": format!("{base}/results?user_id={}", score.user_id), "scoreOf": item.id,
        "userId": score.user_id, "resultMaximum": item.score_maximum, "timestamp": score.timestamp,
    });
    if let (Some(scaled), Some(members)) = (scaled, result.as_object_mut()) {
        members.insert("resultScore".to_owned(), json!(scaled));
    }
    result
}

#[cfg(test)]
#[path = "ags_tests.rs"]
mod tests;
