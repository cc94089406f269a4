//! Why not yet: structured, so that a page can say it in any language, and in plain English.
//!
//! Each reason names what is asked and what is there, in numbers where there are numbers. [`Reason`]'s `Display` is one clause without a
//! full stop; a page in another language reads the fields.

use std::{borrow::Cow, fmt};

use super::Percent;
use crate::{
    completion::{Obstacle, Population, Source},
    time::Timestamp,
};

/// One thing that is missing or in the way.
#[derive(Clone, Debug, PartialEq)]
pub enum Reason {
    /// The course is not complete.
    Course {
        /// Which; `None` is the rule's own.
        course: Option<String>,
    },
    /// Some activities are not complete.
    Activities {
        /// How many are.
        done: usize,
        /// How many there are.
        total: usize,
        /// Which are not, in the rule's order.
        missing: Vec<String>,
    },
    /// A score is too low, or there is none.
    Score {
        /// The column; `None` is our own.
        line_item: Option<String>,
        /// What is asked.
        wanted: Percent,
        /// What is there.
        reached: Option<Percent>,
    },
    /// A scaled score is too low, or there is none.
    ScaledScore {
        /// The column.
        line_item: String,
        /// Points asked altogether.
        total: f64,
        /// Points asked in each section.
        per_section: f64,
        /// Points reached altogether.
        reached: Option<f64>,
        /// Sections below what is asked, counted from one.
        weak_sections: Vec<usize>,
    },
    /// A badge is not held.
    Badge {
        /// Its code.
        code: String,
        /// When it ended, if it was held.
        expired_at: Option<Timestamp>,
    },
    /// No certificate of an examination is recorded.
    Examination {
        /// Which.
        exam: String,
        /// What the examination asks.
        pass_mark: Option<String>,
    },
    /// A certificate is recorded and nobody has checked it.
    UncheckedExamination {
        /// Which.
        exam: String,
        /// How it has to be checked.
        verified_by: String,
    },
    /// Too few meetings, or no record of them.
    Attendance {
        /// What is asked.
        wanted: Percent,
        /// What is there.
        reached: Option<Percent>,
    },
    /// People have to approve.
    Approval {
        /// As what.
        role: String,
        /// How many have.
        have: usize,
        /// How many have to.
        needed: usize,
        /// Approvals that do not count because there was no evidence.
        without_evidence: usize,
    },
    /// Peers have to vouch.
    Endorsements {
        /// How many do.
        have: usize,
        /// How many have to.
        needed: usize,
    },
    /// Too few of several ways are done.
    Choice {
        /// How many are.
        done: usize,
        /// How many are needed.
        needed: usize,
        /// What each of the others lacks.
        options: Vec<Self>,
    },
    /// The time has not come.
    NotYetOpen {
        /// When it does.
        from: Timestamp,
    },
    /// The time has passed.
    Closed {
        /// When it did.
        until: Timestamp,
    },
    /// The badge is for others; or it is not known on which footing the learner works.
    Population {
        /// For whom it is.
        wanted: Vec<Population>,
        /// What the learner is, if known.
        is: Option<Population>,
    },
    /// A source cannot tell.
    Obstacle {
        /// Which source.
        source: Source,
        /// Why not.
        obstacle: Obstacle,
    },
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Course { course: None } => formatter.write_str("the course is not complete"),
            Self::Course { course: Some(course) } => write!(formatter, "course {course} is not complete"),
            Self::Activities { done, total, missing } => {
                write!(formatter, "{done} of {total} activities complete; missing: {}", missing.join(", "))
            }
            Self::Score { line_item, wanted, reached } => {
                let name = line_item.as_deref().unwrap_or("this course's badge column");
                match reached {
                    Some(reached) => {
                        write!(formatter, "score in {name} is {reached}, at least {wanted} needed")
                    }
                    None => write!(formatter, "no score in {name} yet, at least {wanted} needed"),
                }
            }
            Self::ScaledScore { .. } => self.write_scaled_score(formatter),
            Self::Badge { code, expired_at: None } => write!(formatter, "badge {code} is not held"),
            Self::Badge { code, expired_at: Some(at) } => write!(formatter, "badge {code} expired at {at}"),
            Self::Examination { exam, pass_mark: None } => {
                write!(formatter, "no certificate of examination {exam} is recorded")
            }
            Self::Examination { exam, pass_mark: Some(mark) } => {
                write!(formatter, "no certificate of examination {exam} is recorded (pass mark: {mark})")
            }
            Self::UncheckedExamination { exam, verified_by } => {
                write!(formatter, "the certificate of examination {exam} awaits its check ({verified_by})")
            }
            Self::Attendance { wanted, reached: Some(reached) } => {
                write!(formatter, "attendance is {reached}, at least {wanted} needed")
            }
            Self::Attendance { wanted, reached: None } => {
                write!(formatter, "no attendance recorded yet, at least {wanted} needed")
            }
            Self::Approval { .. } | Self::Endorsements { .. } | Self::Choice { .. } => {
                self.write_counted(formatter)
            }
            Self::NotYetOpen { from } => write!(formatter, "awards begin at {from}"),
            Self::Closed { until } => write!(formatter, "awards ended at {until}"),
            Self::Population { wanted, is } => {
                let wanted =
                    wanted.iter().map(|population| population.as_str()).collect::<Vec<_>>().join(" or ");
                match is {
                    Some(is) => write!(formatter, "this badge is for {wanted}, not for {is}"),
                    None => {
                        write!(formatter, "this badge is for {wanted}; the learner's population is not known")
                    }
                }
            }
            Self::Obstacle { source, obstacle } => write!(formatter, "{source}: {}", sentence(obstacle)),
        }
    }
}

impl Reason {
    fn write_scaled_score(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::ScaledScore { line_item, total, per_section, reached, weak_sections } = self else {
            return Ok(());
        };
        let Some(reached) = reached else {
            return write!(formatter, "no score in {line_item} yet, at least {total} points needed");
        };
        write!(formatter, "{line_item}: {reached} of at least {total} points")?;
        if !weak_sections.is_empty() {
            let weak = weak_sections.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            write!(formatter, "; below {per_section} points in section {weak}")?;
        }
        Ok(())
    }

    fn write_counted(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Approval { role, have, needed, without_evidence } => {
                write!(formatter, "{have} of {needed} approvals by {role}")?;
                if *without_evidence > 0 {
                    write!(formatter, " ({without_evidence} without evidence do not count)")?;
                }
                Ok(())
            }
            Self::Endorsements { have, needed } => {
                write!(formatter, "{have} of {needed} endorsements by peers")
            }
            Self::Choice { done, needed, options } => {
                write!(formatter, "{done} of {needed} needed; open: ")?;
                for (place, option) in options.iter().enumerate() {
                    if place > 0 {
                        formatter.write_str(" / ")?;
                    }
                    write!(formatter, "{option}")?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

fn sentence(obstacle: &Obstacle) -> Cow<'static, str> {
    let sentence = match obstacle {
        Obstacle::LinkIsOpen => "the link is open to everybody, so opening it says nothing",
        Obstacle::LinkIsGone => "the link is not in the course",
        Obstacle::RosterCut { limit } => {
            return format!("only the first {limit} members of the course are read, and a list that was cut shows nobody's absence").into();
        }
        Obstacle::NothingRequired => "the course requires nothing, so nobody can complete it",
        Obstacle::TrackingOff => "completion tracking is off",
        Obstacle::NotConfigured => "not set up",
        Obstacle::NotAllowed => "the platform refuses, a right is missing",
        Obstacle::NoAnswer => "the platform does not answer",
    };
    sentence.into()
}
