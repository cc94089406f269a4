//! Who earns a badge: a tree of conditions that explains itself.
//!
//! A [`Rule`] and what is known about a learner ([`crate::completion::Record`]) give a [`Decision`]: they qualify, with the inputs that
//! decided; or something is missing, in countable words; or something stands in the way that learning more does not remove. Pure and
//! total: the present is an argument, and no input makes it panic. Reading and writing as JSON is in [`wire`], deciding in `decide`,
//! words in [`reason`], what rules name in `names`, earning anew in `renewal`, trying a change on many learners in [`trial`].

mod decide;
mod names;
pub mod reason;
mod renewal;
#[cfg(test)]
mod tests;
pub mod trial;
pub mod wire;

use crate::{
    completion::{Observation, Population, Record},
    time::Timestamp,
};

pub use names::Names;
pub use reason::Reason;
pub use trial::{Difference, DryRun, difference, dry_run};
pub use wire::RuleError;

/// Conditions below conditions, counted from the root.
pub const DEEPEST: usize = 16;
/// Conditions in one rule, the root included.
pub const MOST_CONDITIONS: usize = 500;

/// A share in percent, 0 to 100, finite.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Percent(f64);

impl Percent {
    /// The share, if it is one.
    #[must_use]
    pub fn new(percent: f64) -> Option<Self> {
        (0.0..=100.0).contains(&percent).then_some(Self(percent))
    }

    /// 0 to 100.
    #[must_use]
    pub fn as_f64(self) -> f64 {
        self.0
    }
}

impl std::fmt::Display for Percent {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // One decimal at most, and none where it says nothing.
        let rounded = (self.0 * 10.0).round() / 10.0;
        write!(formatter, "{rounded}%")
    }
}

/// One node of the tree.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// Every one of them; of none, it holds.
    All(Vec<Self>),
    /// One of them suffices.
    Any(Vec<Self>),
    /// So many of them.
    AtLeast {
        /// How many: 1 to the number of conditions.
        n: usize,
        /// Which.
        of: Vec<Self>,
    },
    /// The course is complete.
    CourseCompletion {
        /// Which; `None` is the course that the rule belongs to.
        course: Option<String>,
    },
    /// Each of these activities is complete.
    ActivitiesComplete {
        /// Their names, at least one.
        activities: Vec<String>,
    },
    /// A column of the grade book shows so much of its maximum.
    GradeAtLeast {
        /// The column.
        line_item: String,
        /// How much.
        percent: Percent,
    },
    /// Our own column of the grade book shows so much of its maximum.
    OwnResultAtLeast {
        /// How much.
        percent: Percent,
    },
    /// A scaled test, in total and in each section.
    ScaledScoreAtLeast {
        /// The column.
        line_item: String,
        /// Points needed altogether.
        total: f64,
        /// Points needed in each section.
        per_section: f64,
        /// Points that can be reached altogether.
        max: f64,
    },
    /// A badge is held: pathways and levels.
    Badge {
        /// Its code.
        code: String,
        /// Whether an expired one does not count.
        must_be_valid: bool,
    },
    /// An examination of somebody else was passed, and its certificate was checked.
    ExternalResult {
        /// Which.
        exam: String,
        /// How it has to be checked.
        verified_by: String,
        /// Another way to check it.
        also_verified_by: Option<String>,
        /// What the examination asks; said to people and not computed.
        pass_mark: Option<String>,
    },
    /// So much of the meetings was attended.
    AttendanceAtLeast {
        /// How much.
        percent: Percent,
    },
    /// People looked and approved.
    ManualReview {
        /// As what they approve.
        role: String,
        /// How many different people.
        quorum: usize,
        /// Whether there has to be evidence.
        evidence_required: bool,
    },
    /// So many different peers vouch.
    PeerEndorsements {
        /// How many.
        n: usize,
    },
    /// Awards are made in this time only.
    DateWindow {
        /// From this moment on.
        from: Option<Timestamp>,
        /// Before this moment.
        until: Option<Timestamp>,
    },
    /// For people on these footings only.
    Population {
        /// Any of them.
        any_of: Vec<Population>,
    },
}

/// A condition at one moment of its history. Versions count from 1 and never change.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Which edition.
    pub version: u32,
    /// What has to hold.
    pub condition: Condition,
}

/// What a rule says about one learner.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub enum Decision {
    /// The badge is earned.
    Qualifies {
        /// What satisfied the rule, in the order of its conditions; kept with the assertion.
        inputs: Vec<Observation>,
    },
    /// The learner can still do what is missing.
    Nearly {
        /// Steps that are done: leaves, or the needed number of a choice.
        done: usize,
        /// Steps altogether.
        needed: usize,
        /// What is missing, never empty.
        missing: Vec<Reason>,
    },
    /// Something that the learner cannot change by learning.
    Blocked {
        /// What stands in the way, never empty.
        because: Vec<Reason>,
        /// What is missing besides.
        missing: Vec<Reason>,
    },
}

impl Decision {
    /// Whether the badge is earned.
    #[must_use]
    pub fn qualifies(&self) -> bool {
        matches!(self, Self::Qualifies { .. })
    }
}

impl Rule {
    /// Decides about a learner at a moment.
    pub fn decide(&self, record: &Record, now: Timestamp) -> Decision {
        decide::decide(&self.condition, record, now)
    }
}
