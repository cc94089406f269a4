//! From a condition and a record to a decision: one function for each kind of condition.

use super::{Condition, Decision, Percent, Reason};
use crate::{
    completion::{Fact, Observation, Population, Record},
    time::Timestamp,
};

/// What one condition comes to.
#[derive(Default)]
struct Outcome<'a> {
    /// Steps that are done and steps altogether.
    done: usize,
    needed: usize,
    /// What satisfied it.
    inputs: Vec<&'a Observation>,
    /// What the learner can still do.
    missing: Vec<Reason>,
    /// What they cannot.
    blocking: Vec<Reason>,
}

impl<'a> Outcome<'a> {
    fn met(inputs: Vec<&'a Observation>) -> Self {
        Self { done: 1, needed: 1, inputs, ..Self::default() }
    }

    fn missing(reason: Reason) -> Self {
        Self { needed: 1, missing: vec![reason], ..Self::default() }
    }

    fn blocked(reason: Reason) -> Self {
        Self { needed: 1, blocking: vec![reason], ..Self::default() }
    }

    fn is_met(&self) -> bool {
        self.missing.is_empty() && self.blocking.is_empty()
    }
}

pub(super) fn decide(condition: &Condition, record: &Record, now: Timestamp) -> Decision {
    let outcome = Look { record, now }.at(condition);
    if outcome.is_met() {
        return Decision::Qualifies { inputs: outcome.inputs.into_iter().cloned().collect() };
    }
    let obstacles = record
        .obstacles
        .iter()
        .map(|(source, obstacle)| Reason::Obstacle { source: *source, obstacle: obstacle.clone() });
    let because: Vec<Reason> = outcome.blocking.into_iter().chain(obstacles).collect();
    if because.is_empty() {
        Decision::Nearly { done: outcome.done, needed: outcome.needed, missing: outcome.missing }
    } else {
        Decision::Blocked { because, missing: outcome.missing }
    }
}

struct Look<'a> {
    record: &'a Record,
    now: Timestamp,
}

impl<'a> Look<'a> {
    fn at(&self, condition: &Condition) -> Outcome<'a> {
        match condition {
            Condition::All(of) => self.all(of),
            Condition::Any(of) => self.choice(1, of),
            Condition::AtLeast { n, of } => self.choice(*n, of),
            Condition::CourseCompletion { course } => self.course(course.as_deref()),
            Condition::ActivitiesComplete { activities } => self.activities(activities),
            Condition::GradeAtLeast { line_item, percent } => self.score(Some(line_item), *percent),
            Condition::OwnResultAtLeast { percent } => self.score(None, *percent),
            Condition::ScaledScoreAtLeast { line_item, total, per_section, .. } => {
                self.scaled_score(line_item, *total, *per_section)
            }
            Condition::Badge { code, must_be_valid } => self.badge(code, *must_be_valid),
            Condition::ExternalResult { exam, verified_by, also_verified_by, pass_mark } => {
                self.examination(exam, verified_by, also_verified_by.as_deref(), pass_mark.as_deref())
            }
            Condition::AttendanceAtLeast { percent } => self.attendance(*percent),
            Condition::ManualReview { role, quorum, evidence_required } => {
                self.approval(role, *quorum, *evidence_required)
            }
            Condition::PeerEndorsements { n } => self.endorsements(*n),
            Condition::DateWindow { from, until } => self.window(*from, *until),
            Condition::Population { any_of } => self.population(any_of),
        }
    }

    fn observations(&self) -> impl Iterator<Item = &'a Observation> + use<'a> {
        self.record.observations.iter()
    }

    /// The observation whose fact `pick`s, with what it picked; the latest where several do.
    fn latest<T>(&self, pick: impl Fn(&'a Fact) -> Option<T>) -> Option<(&'a Observation, T)> {
        self.observations()
            .filter_map(|observation| Some((observation, pick(&observation.fact)?)))
            .max_by_key(|(observation, _)| observation.seen_at)
    }

    fn all(&self, of: &[Condition]) -> Outcome<'a> {
        of.iter().map(|condition| self.at(condition)).fold(Outcome::default(), |mut sum, part| {
            sum.done += part.done;
            sum.needed += part.needed;
            sum.inputs.extend(part.inputs);
            sum.missing.extend(part.missing);
            sum.blocking.extend(part.blocking);
            sum
        })
    }

    fn choice(&self, n: usize, of: &[Condition]) -> Outcome<'a> {
        let (met, open): (Vec<Outcome<'_>>, Vec<Outcome<'_>>) =
            of.iter().map(|condition| self.at(condition)).partition(Outcome::is_met);
        let done = met.len().min(n);
        if met.len() >= n {
            let inputs = met.into_iter().flat_map(|outcome| outcome.inputs).collect();
            return Outcome { done, needed: n, inputs, ..Outcome::default() };
        }
        let reachable = done + open.iter().filter(|outcome| outcome.blocking.is_empty()).count();
        let options =
            open.into_iter().flat_map(|outcome| outcome.blocking.into_iter().chain(outcome.missing));
        let reason = Reason::Choice { done, needed: n, options: options.collect() };
        let (missing, blocking) =
            if reachable >= n { (vec![reason], vec![]) } else { (vec![], vec![reason]) };
        Outcome { done, needed: n, missing, blocking, ..Outcome::default() }
    }

    fn course(&self, wanted: Option<&str>) -> Outcome<'a> {
        let found = self.latest(|fact| match fact {
            Fact::CourseComplete { course } => (course.as_deref() == wanted).then_some(()),
            _ => None,
        });
        match found {
            Some((observation, ())) => Outcome::met(vec![observation]),
            None => Outcome::missing(Reason::Course { course: wanted.map(str::to_owned) }),
        }
    }

    fn activities(&self, wanted: &[String]) -> Outcome<'a> {
        let mut inputs = Vec::new();
        let mut missing = Vec::new();
        for name in wanted {
            let found = self.latest(|fact| match fact {
                Fact::ActivityComplete { activity } => (activity == name).then_some(()),
                _ => None,
            });
            match found {
                Some((observation, ())) => inputs.push(observation),
                None => missing.push(name.clone()),
            }
        }
        let (done, total) = (inputs.len(), wanted.len());
        if missing.is_empty() {
            return Outcome { done, needed: total, inputs, ..Outcome::default() };
        }
        let missing = vec![Reason::Activities { done, total, missing }];
        Outcome { done, needed: total, missing, ..Outcome::default() }
    }

    fn score(&self, column: Option<&String>, wanted: Percent) -> Outcome<'a> {
        let found = self.latest(|fact| match fact {
            Fact::Score { line_item, points, max, .. } if line_item.as_ref() == column && *max > 0.0 => {
                Percent::new((points / max * 100.0).clamp(0.0, 100.0))
            }
            _ => None,
        });
        match found {
            Some((observation, reached)) if reaches(reached.as_f64(), wanted.as_f64()) => {
                Outcome::met(vec![observation])
            }
            found => Outcome::missing(Reason::Score {
                line_item: column.cloned(),
                wanted,
                reached: found.map(|(_, reached)| reached),
            }),
        }
    }

    fn scaled_score(&self, column: &str, total: f64, per_section: f64) -> Outcome<'a> {
        let found = self.latest(|fact| match fact {
            Fact::Score { line_item: Some(name), points, sections, .. }
                if name == column && points.is_finite() =>
            {
                Some((*points, sections))
            }
            _ => None,
        });
        let reason = |reached, weak_sections| Reason::ScaledScore {
            line_item: column.to_owned(),
            total,
            per_section,
            reached,
            weak_sections,
        };
        let Some((observation, (points, sections))) = found else {
            return Outcome::missing(reason(None, vec![]));
        };
        let weak: Vec<usize> = (1..)
            .zip(sections)
            .filter(|(_, points)| !reaches(**points, per_section))
            .map(|(place, _)| place)
            .collect();
        // Without the sections nobody can tell whether each was reached.
        if reaches(points, total) && weak.is_empty() && (per_section <= 0.0 || !sections.is_empty()) {
            Outcome::met(vec![observation])
        } else {
            Outcome::missing(reason(Some(points), weak))
        }
    }

    fn badge(&self, wanted: &str, must_be_valid: bool) -> Outcome<'a> {
        let held = |until: Option<Timestamp>| until.is_none_or(|until| self.now < until);
        let found = self
            .observations()
            .filter_map(|observation| match &observation.fact {
                Fact::Badge { code, valid_until } if code == wanted => Some((observation, *valid_until)),
                _ => None,
            })
            // One without an end is the best, then the one that ends last.
            .max_by_key(|(_, until)| (until.is_none(), *until));
        match found {
            Some((observation, until)) if !must_be_valid || held(until) => Outcome::met(vec![observation]),
            found => Outcome::missing(Reason::Badge {
                code: wanted.to_owned(),
                expired_at: found.and_then(|(_, until)| until),
            }),
        }
    }

    fn examination(&self, wanted: &str, by: &str, also: Option<&str>, mark: Option<&str>) -> Outcome<'a> {
        let recorded = |observation: &&'a Observation| matches!(&observation.fact, Fact::Examination { exam, number, .. } if exam == wanted && !number.trim().is_empty());
        let checked = |observation: &&'a Observation| matches!(&observation.fact, Fact::Examination { verified_by: Some(how), .. } if how == by || also == Some(how.as_str()));
        let mut found = self.observations().filter(recorded).peekable();
        if found.peek().is_none() {
            return Outcome::missing(Reason::Examination {
                exam: wanted.to_owned(),
                pass_mark: mark.map(str::to_owned),
            });
        }
        match found.find(checked) {
            Some(observation) => Outcome::met(vec![observation]),
            None => Outcome::missing(Reason::UncheckedExamination {
                exam: wanted.to_owned(),
                verified_by: by.to_owned(),
            }),
        }
    }

    fn attendance(&self, wanted: Percent) -> Outcome<'a> {
        let found = self.latest(|fact| match fact {
            Fact::Attendance { percent } => Percent::new(percent.clamp(0.0, 100.0)),
            _ => None,
        });
        match found {
            Some((observation, reached)) if reaches(reached.as_f64(), wanted.as_f64()) => {
                Outcome::met(vec![observation])
            }
            found => {
                Outcome::missing(Reason::Attendance { wanted, reached: found.map(|(_, reached)| reached) })
            }
        }
    }

    fn approval(&self, wanted: &str, quorum: usize, evidence_required: bool) -> Outcome<'a> {
        let mut people = Vec::new();
        let mut inputs = Vec::new();
        let mut without_evidence = 0;
        for observation in self.observations() {
            match &observation.fact {
                Fact::Approval { role, evidence, .. } if role == wanted && evidence_required && !evidence => {
                    without_evidence += 1;
                }
                Fact::Approval { role, by, .. } if role == wanted && !people.contains(&by) => {
                    people.push(by);
                    inputs.push(observation);
                }
                _ => {}
            }
        }
        let (have, needed) = (people.len().min(quorum), quorum);
        if have >= needed {
            return Outcome { done: have, needed, inputs, ..Outcome::default() };
        }
        let missing = vec![Reason::Approval { role: wanted.to_owned(), have, needed, without_evidence }];
        Outcome { done: have, needed, missing, ..Outcome::default() }
    }

    fn endorsements(&self, needed: usize) -> Outcome<'a> {
        let mut people = Vec::new();
        let mut inputs = Vec::new();
        for observation in self.observations() {
            if let Fact::Endorsement { by } = &observation.fact
                && !people.contains(&by)
            {
                people.push(by);
                inputs.push(observation);
            }
        }
        let have = people.len().min(needed);
        if have >= needed {
            return Outcome { done: have, needed, inputs, ..Outcome::default() };
        }
        Outcome {
            done: have,
            needed,
            missing: vec![Reason::Endorsements { have, needed }],
            ..Outcome::default()
        }
    }

    fn window(&self, from: Option<Timestamp>, until: Option<Timestamp>) -> Outcome<'a> {
        if let Some(from) = from.filter(|from| self.now < *from) {
            return Outcome::blocked(Reason::NotYetOpen { from });
        }
        if let Some(until) = until.filter(|until| self.now >= *until) {
            return Outcome::blocked(Reason::Closed { until });
        }
        Outcome::default()
    }

    fn population(&self, any_of: &[Population]) -> Outcome<'a> {
        let found = self.latest(|fact| match fact {
            Fact::Population { population } => Some(*population),
            _ => None,
        });
        match found {
            Some((observation, population)) if any_of.contains(&population) => {
                Outcome { inputs: vec![observation], ..Outcome::default() }
            }
            found => Outcome::blocked(Reason::Population {
                wanted: any_of.to_vec(),
                is: found.map(|(_, population)| population),
            }),
        }
    }
}

/// Whether `reached` is `wanted` or more, forgiving what binary fractions lose: 0.7 of 1 is 70 percent.
fn reaches(reached: f64, wanted: f64) -> bool {
    reached.is_finite() && reached >= wanted - 1e-9
}
