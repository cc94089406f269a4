//! The form of a rule: from its fields to a condition and sources, and back.

use std::collections::HashMap;

use openbadges::{
    completion::Source,
    rule::{Condition, Names, Percent, Rule},
    time::Timestamp,
};
use serde_json::{Value, json};

use crate::{
    completion::{
        canvas::COURSE_GRADE,
        canvas_events::{ASSIGNMENT, SUBMISSION},
    },
    store::{completion::SourceRow, rule::LinkRow},
};

/// How the instructor says it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Way {
    /// No rule.
    #[default]
    Manual,
    /// A restricted link.
    Link,
    /// Points in our own column of the grade book.
    Score,
    /// Moodle's record of the course.
    Moodle,
    /// Canvas's record of the course.
    Canvas,
    /// The rule as text.
    Text,
}

impl Way {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Manual => "manual",
            Self::Link => "link",
            Self::Score => "score",
            Self::Moodle => "moodle",
            Self::Canvas => "canvas",
            Self::Text => "text",
        }
    }

    fn from_field(text: &str) -> Self {
        [Self::Link, Self::Score, Self::Moodle, Self::Canvas, Self::Text]
            .into_iter()
            .find(|way| way.as_str() == text)
            .unwrap_or_default()
    }
}

/// The fields as they were sent, or as a saved rule fills them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RuleForm {
    pub(crate) way: Way,
    pub(crate) link: String,
    pub(crate) percent: String,
    pub(crate) from: String,
    pub(crate) until: String,
    pub(crate) text: String,
}

/// What is wrong with a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RuleComplaint {
    /// The text is no rule; says where.
    Text(String),
    /// The period.
    Dates,
    /// No link, or one of another course.
    Link,
    /// The link has no column in the grade book.
    Column,
    /// The share is no number from 0 to 100.
    Percent,
}

/// Whom a rule of this course can ask.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known<'a> {
    /// The links of the course.
    pub(crate) links: &'a [LinkRow],
    /// Whether its Moodle's web services can be asked.
    pub(crate) has_moodle: bool,
    /// Whether its Canvas's API can be asked.
    pub(crate) has_canvas: bool,
    /// Whether its Canvas sends events.
    pub(crate) has_events: bool,
}

/// What a form comes to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Chosen {
    /// The rule; `None` if the instructor decides.
    pub(crate) condition: Option<Condition>,
    /// Whom to ask, and how.
    pub(crate) sources: Vec<(Source, Value)>,
}

impl RuleForm {
    /// The fields of a request; what is missing is empty.
    pub(crate) fn read(fields: &HashMap<String, String>) -> Self {
        let field = |name: &str| fields.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
        Self {
            way: Way::from_field(&field("way")),
            link: field("link"),
            percent: field("percent"),
            from: field("from"),
            until: field("until"),
            text: field("text"),
        }
    }

    /// The fields that a saved rule came from, as far as the form can say it; else its text.
    pub(crate) fn of(rule: Option<&Rule>, sources: &[SourceRow]) -> Self {
        let Some(rule) = rule else { return Self::default() };
        let link = sources
            .iter()
            .find_map(|row| row.settings.get("link").and_then(Value::as_str))
            .unwrap_or_default()
            .to_owned();
        let text = serde_json::to_string_pretty(&rule.condition).unwrap_or_default();
        let (main, window) = match &rule.condition {
            Condition::All(of) => match of.as_slice() {
                [main, Condition::DateWindow { from, until }] => (main, (*from, *until)),
                _ => (&rule.condition, (None, None)),
            },
            condition => (condition, (None, None)),
        };
        let asks = |source| sources.iter().any(|row| row.source == source);
        let way = match main {
            Condition::CourseCompletion { course: None } if asks(Source::Moodle) => Way::Moodle,
            Condition::CourseCompletion { course: None }
                if asks(Source::Canvas) || asks(Source::CanvasEvents) =>
            {
                Way::Canvas
            }
            Condition::CourseCompletion { course: None } if !link.is_empty() => Way::Link,
            Condition::OwnResultAtLeast { .. } if !link.is_empty() => Way::Score,
            _ => Way::Text,
        };
        let percent = match main {
            Condition::OwnResultAtLeast { percent } => percent.as_f64().to_string(),
            _ => String::new(),
        };
        let day =
            |moment: Option<Timestamp>| moment.map(|moment| moment.to_string().chars().take(10).collect());
        let (from, until) = (day(window.0).unwrap_or_default(), day(window.1).unwrap_or_default());
        Self { way, link, percent, from, until, text }
    }

    /// The rule and its sources, as far as `known` has them.
    pub(crate) fn choose(&self, known: Known<'_>) -> Result<Chosen, RuleComplaint> {
        let course = Condition::CourseCompletion { course: None };
        let (condition, sources) = match self.way {
            Way::Manual => return Ok(Chosen { condition: None, sources: Vec::new() }),
            Way::Link => (self.within_dates(course)?, vec![self.roster(known).ok_or(RuleComplaint::Link)?]),
            Way::Score => {
                let condition =
                    self.within_dates(Condition::OwnResultAtLeast { percent: self.percent()? })?;
                (condition, vec![self.column(known).ok_or(RuleComplaint::Column)?])
            }
            Way::Moodle => (self.within_dates(course)?, vec![moodle(false)]),
            Way::Canvas => {
                let told = known.has_events.then(events);
                // Without either the source says that it is not set up.
                let asked = (known.has_canvas || told.is_none()).then(|| canvas(false));
                (self.within_dates(course)?, asked.into_iter().chain(told).collect())
            }
            Way::Text => {
                let value: Value = serde_json::from_str(&self.text)
                    .map_err(|error| RuleComplaint::Text(error.to_string()))?;
                let condition =
                    Condition::from_json(&value).map_err(|error| RuleComplaint::Text(error.to_string()))?;
                let sources = self.sources_for(&condition, known);
                (condition, sources)
            }
        };
        Ok(Chosen { condition: Some(condition), sources })
    }

    /// Whoever can tell something that the rule asks.
    fn sources_for(&self, condition: &Condition, known: Known<'_>) -> Vec<(Source, Value)> {
        let asks = |ask: fn(&Condition) -> bool| mentions(condition, ask);
        let activities = asks(|one| matches!(one, Condition::ActivitiesComplete { .. }));
        let points = asks(|one| matches!(one, Condition::OwnResultAtLeast { .. }));
        let course = asks(|one| matches!(one, Condition::CourseCompletion { course: None }));
        let grade =
            asks(|one| matches!(one, Condition::GradeAtLeast { line_item, .. } if line_item == COURSE_GRADE));
        let told = known.has_events && asks(is_told_by_events);
        let names = Names::of([condition]);
        let elsewhere = !names.courses.is_empty() || !names.examinations.is_empty() || names.population;
        // An activity is known to Moodle alone, or to Canvas if it was handed in; to nobody else.
        let unknown = activities && !known.has_moodle && !told;
        let sources = [
            self.roster(known).filter(|_| course || activities),
            self.column(known).filter(|_| points),
            (known.has_moodle && (course || activities)).then(|| moodle(activities)),
            (known.has_canvas && (course || grade)).then(|| canvas(grade)),
            told.then(events),
            elsewhere.then(|| (Source::Records, json!({}))),
            (unknown || asks(is_told_by_lists)).then(|| (Source::Csv, json!({}))),
        ];
        let mut sources: Vec<_> = sources.into_iter().flatten().collect();
        // Somebody has to apply the rule from time to time, also if nobody is asked.
        if !names.badges.is_empty() || sources.is_empty() {
            sources.push((Source::Awards, json!({})));
        }
        sources
    }

    fn roster(&self, known: Known<'_>) -> Option<(Source, Value)> {
        let is_known = known.links.iter().any(|link| link.resource_link_id == self.link);
        is_known.then(|| (Source::Roster, json!({ "link": self.link })))
    }

    fn column(&self, known: Known<'_>) -> Option<(Source, Value)> {
        let has_column =
            known.links.iter().any(|link| link.resource_link_id == self.link && link.line_item_url.is_some());
        has_column.then(|| (Source::LineItem, json!({ "link": self.link })))
    }

    fn percent(&self) -> Result<Percent, RuleComplaint> {
        self.percent.parse().ok().and_then(Percent::new).ok_or(RuleComplaint::Percent)
    }

    fn within_dates(&self, condition: Condition) -> Result<Condition, RuleComplaint> {
        let (from, until) = (day(&self.from)?, day(&self.until)?);
        match (from, until) {
            (None, None) => Ok(condition),
            (Some(from), Some(until)) if until <= from => Err(RuleComplaint::Dates),
            (from, until) => Ok(Condition::All(vec![condition, Condition::DateWindow { from, until }])),
        }
    }
}

/// The beginning of a day, UTC; empty is none.
fn day(text: &str) -> Result<Option<Timestamp>, RuleComplaint> {
    if text.is_empty() {
        return Ok(None);
    }
    format!("{text}T00:00:00Z").parse().map(Some).map_err(|_error| RuleComplaint::Dates)
}

/// Moodle's web services, with or without the activities.
fn moodle(activities: bool) -> (Source, Value) {
    (Source::Moodle, json!({ "activities": activities }))
}

/// Canvas's API, with or without the grade of the course.
fn canvas(grades: bool) -> (Source, Value) {
    (Source::Canvas, json!({ "grades": grades }))
}

/// Canvas's events.
fn events() -> (Source, Value) {
    (Source::CanvasEvents, json!({}))
}

/// Whether Canvas's events can tell it.
fn is_told_by_events(condition: &Condition) -> bool {
    match condition {
        Condition::CourseCompletion { course } => course.is_none(),
        Condition::GradeAtLeast { line_item, .. } => {
            line_item == COURSE_GRADE || line_item.starts_with(ASSIGNMENT)
        }
        Condition::ActivitiesComplete { activities } => {
            activities.iter().any(|activity| activity.starts_with(SUBMISSION))
        }
        _ => false,
    }
}

/// Whether no platform tells it.
fn is_told_by_lists(condition: &Condition) -> bool {
    match condition {
        Condition::AttendanceAtLeast { .. }
        | Condition::PeerEndorsements { .. }
        | Condition::ScaledScoreAtLeast { .. } => true,
        Condition::GradeAtLeast { line_item, .. } => {
            line_item != COURSE_GRADE && !line_item.starts_with(ASSIGNMENT)
        }
        _ => false,
    }
}

/// Whether some condition of the tree is one of those.
fn mentions(condition: &Condition, is_one: fn(&Condition) -> bool) -> bool {
    match condition {
        Condition::All(of) | Condition::Any(of) | Condition::AtLeast { of, .. } => {
            of.iter().any(|condition| mentions(condition, is_one))
        }
        leaf => is_one(leaf),
    }
}

#[cfg(test)]
mod tests;
