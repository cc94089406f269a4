//! What an event says (<https://developerdocs.instructure.com/services/canvas/data-services/live-events/event-types>), as far as a rule can ask for it.
//!
//! Ids are numbers or texts, local or global: a global one is the shard's number times ten to the thirteenth, and the local one.

use openbadges::completion::Fact;
use serde::Deserialize;
use serde_json::Value;

use super::{ASSIGNMENT, SUBMISSION};
use crate::completion::canvas::{COURSE_GRADE, ProgressWire};

/// The distance between two shards of a Canvas.
const SHARD: i64 = 10_000_000_000_000;

/// An event in Canvas's own format.
#[derive(Debug, Deserialize)]
pub(super) struct EventWire {
    pub(super) metadata: MetadataWire,
    #[serde(default)]
    body: Value,
    /// When the token ends, if it says so.
    #[serde(default)]
    pub(super) exp: Option<f64>,
}

/// What all events have in common.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct MetadataWire {
    pub(super) event_name: Option<String>,
    /// RFC 3339, with milliseconds.
    pub(super) event_time: Option<String>,
    pub(super) producer: Option<String>,
    pub(super) root_account_uuid: Option<String>,
    root_account_id: Value,
    context_type: Option<String>,
    context_id: Value,
}

/// What an event says of a person in a course.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Told {
    /// Canvas's number of the course.
    pub(super) course: i64,
    /// Canvas's number of the person.
    pub(super) person: i64,
    /// What it is about.
    pub(super) fact: Fact,
    /// Whether that is so, or is no more.
    pub(super) holds: bool,
}

impl EventWire {
    /// What a rule could ask for; `None` if nothing is.
    pub(super) fn told(&self) -> Option<Told> {
        match self.metadata.event_name.as_deref()? {
            "course_completed" | "course_progress" => self.progress(),
            "course_grade_change" => self.course_grade(),
            "grade_change" => self.grade(),
            "submission_created" | "submission_updated" => self.submission(),
            _ => None,
        }
    }

    fn progress(&self) -> Option<Told> {
        let progress: ProgressWire = serde_json::from_value(self.body.get("progress")?.clone()).ok()?;
        Some(Told {
            course: self.number(self.body.pointer("/course/id")?)?,
            person: self.number(self.body.pointer("/user/id")?)?,
            fact: Fact::CourseComplete { course: None },
            holds: progress.is_complete(),
        })
    }

    fn course_grade(&self) -> Option<Told> {
        let points = self.body.get("current_score").and_then(Value::as_f64);
        let is_deleted = self.text("workflow_state") == Some("deleted");
        Some(Told {
            course: self.number(self.body.get("course_id")?)?,
            person: self.number(self.body.get("user_id")?)?,
            fact: score(COURSE_GRADE.to_owned(), points, 100.0),
            holds: points.is_some() && !is_deleted,
        })
    }

    /// Points that the learner may not see yet, or that are not all given, are none.
    fn grade(&self) -> Option<Told> {
        let assignment = self.number(self.body.get("assignment_id")?)?;
        let points = self.body.get("score").and_then(Value::as_f64);
        let max = self.body.get("points_possible").and_then(Value::as_f64).unwrap_or_default();
        let says = |name: &str| self.body.get(name).and_then(Value::as_bool);
        Some(Told {
            course: self.context_course()?,
            person: self.number(self.body.get("user_id")?)?,
            fact: score(format!("{ASSIGNMENT}{assignment}"), points, max),
            holds: points.is_some() && says("muted") != Some(true) && says("grading_complete") != Some(false),
        })
    }

    fn submission(&self) -> Option<Told> {
        let assignment = self.number(self.body.get("assignment_id")?)?;
        let is_gone = matches!(self.text("workflow_state"), Some("unsubmitted" | "deleted"));
        Some(Told {
            course: self.context_course()?,
            person: self.number(self.body.get("user_id")?)?,
            fact: Fact::ActivityComplete { activity: format!("{SUBMISSION}{assignment}") },
            holds: self.text("submitted_at").is_some() && !is_gone,
        })
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.body.get(name).and_then(Value::as_str)
    }

    fn context_course(&self) -> Option<i64> {
        let is_course = self.metadata.context_type.as_deref() == Some("Course");
        is_course.then(|| self.number(&self.metadata.context_id)).flatten()
    }

    /// An id as Canvas's launches and its API say it: local if it is of the shard of this root account.
    fn number(&self, id: &Value) -> Option<i64> {
        let id = positive(id)?;
        let shard = positive(&self.metadata.root_account_id).map(|root| root / SHARD);
        Some(if shard == Some(id / SHARD) { id % SHARD } else { id })
    }
}

fn positive(id: &Value) -> Option<i64> {
    let number = id.as_i64().or_else(|| id.as_str()?.parse().ok());
    number.filter(|number| *number > 0)
}

fn score(line_item: String, points: Option<f64>, max: f64) -> Fact {
    Fact::Score { line_item: Some(line_item), points: points.unwrap_or_default(), max, sections: Vec::new() }
}
