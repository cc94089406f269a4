//! What is known about one learner: who finished what, when, and which source says so.
//!
//! A [`Record`] is the input of a [`crate::rule::Rule`]. It holds only what counts now: a source that takes something back removes its
//! [`Observation`]. Where observations come from, and how often they are looked for, is the tool's business (`lti-tool/src/completion`).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// Who says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Source {
    /// The learner came through a link that the platform keeps closed until completion.
    RestrictedLink,
    /// The platform lists who may open that link (Names and Roles, `rlid`).
    Roster,
    /// Results of our own line item (Assignment and Grade Services).
    LineItem,
    /// Moodle's web services.
    Moodle,
    /// Canvas's API.
    Canvas,
    /// Canvas Live Events.
    CanvasEvents,
    /// A file that an instructor uploaded.
    Csv,
    /// A person's judgement.
    Instructor,
    /// What the issuer awarded before.
    Awards,
    /// What the issuer has on record besides: examinations, populations.
    Records,
}

impl Source {
    /// Every source, in the order of the variants.
    pub const ALL: [Self; 10] = [
        Self::RestrictedLink,
        Self::Roster,
        Self::LineItem,
        Self::Moodle,
        Self::Canvas,
        Self::CanvasEvents,
        Self::Csv,
        Self::Instructor,
        Self::Awards,
        Self::Records,
    ];

    /// The name in JSON and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RestrictedLink => "restrictedLink",
            Self::Roster => "roster",
            Self::LineItem => "lineItem",
            Self::Moodle => "moodle",
            Self::Canvas => "canvas",
            Self::CanvasEvents => "canvasEvents",
            Self::Csv => "csv",
            Self::Instructor => "instructor",
            Self::Awards => "awards",
            Self::Records => "records",
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// On which footing somebody works with the organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Population {
    /// Employed.
    Employee,
    /// Registered with a temporary staffing agency.
    Dispatched,
    /// Neither.
    External,
}

impl Population {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Employee, Self::Dispatched, Self::External];

    /// The name in JSON and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Employee => "employee",
            Self::Dispatched => "dispatched",
            Self::External => "external",
        }
    }
}

impl fmt::Display for Population {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// One thing that is true of a learner.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Fact {
    /// A course is complete.
    CourseComplete {
        /// Its name in the rule; `None` is the course that the rule belongs to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        course: Option<String>,
    },
    /// An activity is complete.
    ActivityComplete {
        /// Its name in the rule.
        activity: String,
    },
    /// Points in a column of the grade book.
    Score {
        /// The column; `None` is our own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        line_item: Option<String>,
        /// Points reached.
        points: f64,
        /// Points that can be reached; a column without a maximum, or with 0, has no percentage.
        max: f64,
        /// Points of each section of a test that has sections.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        sections: Vec<f64>,
    },
    /// A badge that the learner holds, not revoked.
    Badge {
        /// Its code.
        code: String,
        /// When it ends; `None` is never.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        valid_until: Option<Timestamp>,
    },
    /// An examination of somebody else that was passed.
    Examination {
        /// Such as `IP` or `FE`.
        exam: String,
        /// Number of the certificate.
        number: String,
        /// Day of the certificate.
        passed_on: Timestamp,
        /// Where the evidence is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        evidence: Option<String>,
        /// How it was checked; `None` is not at all yet.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        verified_by: Option<String>,
    },
    /// Share of the meetings that were attended.
    Attendance {
        /// 0 to 100.
        percent: f64,
    },
    /// Somebody looked and approved.
    Approval {
        /// As what they approved: `assessor`, `peer`, …
        role: String,
        /// Who.
        by: String,
        /// Whether evidence was there.
        #[serde(default)]
        evidence: bool,
    },
    /// A peer vouches.
    Endorsement {
        /// Who.
        by: String,
    },
    /// The footing on which they work.
    Population {
        /// Which.
        population: Population,
    },
}

/// A fact, and who saw it when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Observation {
    /// What is true.
    pub fact: Fact,
    /// Who says so.
    pub source: Source,
    /// When it was seen.
    pub seen_at: Timestamp,
}

/// What keeps a source from telling: nobody can qualify by it until somebody mends it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "obstacle", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Obstacle {
    /// The platform does not confirm that the link is restricted: it lists every learner.
    LinkIsOpen,
    /// The link is not in the course any more, or never was: it belongs to the course that this one was copied from.
    LinkIsGone,
    /// The course has more members than are read: a list that was cut does not show who is missing from it.
    RosterCut {
        /// So many were read.
        limit: u32,
    },
    /// The course has no completion requirements (Canvas: `requirement_count` is 0).
    NothingRequired,
    /// Completion tracking is off in the course.
    TrackingOff,
    /// The source is chosen but not set up.
    NotConfigured,
    /// The platform refuses: a right is missing.
    NotAllowed,
    /// The platform does not answer, or not as it should.
    NoAnswer,
}

/// Everything that is known about one learner.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    /// What is true now.
    pub observations: Vec<Observation>,
    /// What keeps sources from telling.
    pub obstacles: Vec<(Source, Obstacle)>,
}

impl Record {
    /// A record of these observations without obstacles.
    #[must_use]
    pub fn new(observations: Vec<Observation>) -> Self {
        Self { observations, obstacles: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_same_in_json_and_in_the_database() {
        for source in Source::ALL {
            assert_eq!(serde_json::to_value(source).unwrap(), source.as_str());
        }
        for population in Population::ALL {
            assert_eq!(serde_json::to_value(population).unwrap(), population.as_str());
        }
    }

    #[test]
    fn an_observation_survives_json() {
        let text = r#"{"fact":{"fact":"score","lineItem":"test","points":4.5,"max":5.0,"sections":[2.0,2.5]},"source":"moodle","seenAt":"2026-11-25T01:02:03Z"}"#;
        let observation: Observation = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&observation).unwrap(), text);
    }

    #[test]
    fn an_unknown_member_is_refused() {
        let error = serde_json::from_str::<Fact>(r#"{"fact":"courseComplete","cuorse":"x"}"#)
            .unwrap_err()
            .to_string();
        assert!(error.contains("unknown field `cuorse`"), "{error}");
    }
}
