//! Trying a rule on many learners before it counts, and what a change of it would change.
//!
//! Nothing is awarded here, and nothing taken back: who does not qualify any more keeps the badge until a person decides.

use super::{Decision, Rule};
use crate::{completion::Record, time::Timestamp};

/// What a rule says about a group, in the group's order.
#[derive(Clone, Debug, PartialEq)]
pub struct DryRun<Id> {
    /// Who would be awarded.
    pub qualify: Vec<Id>,
    /// Who could still.
    pub nearly: Vec<(Id, Decision)>,
    /// Who cannot.
    pub blocked: Vec<(Id, Decision)>,
}

/// What a change of a rule changes for a group, in the group's order.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference<Id> {
    /// Who qualifies by the new one only.
    pub gained: Vec<Id>,
    /// Who qualified by the old one only, and what the new one says.
    pub lost: Vec<(Id, Decision)>,
    /// For how many both say the same.
    pub unchanged: usize,
}

/// Decides about everybody.
#[must_use]
pub fn dry_run<'r, Id>(
    rule: &Rule,
    learners: impl IntoIterator<Item = (Id, &'r Record)>,
    now: Timestamp,
) -> DryRun<Id> {
    let mut run = DryRun { qualify: Vec::new(), nearly: Vec::new(), blocked: Vec::new() };
    for (id, record) in learners {
        match rule.decide(record, now) {
            Decision::Qualifies { .. } => run.qualify.push(id),
            decision @ Decision::Nearly { .. } => run.nearly.push((id, decision)),
            decision @ Decision::Blocked { .. } => run.blocked.push((id, decision)),
        }
    }
    run
}

/// Decides about everybody by both rules.
#[must_use]
pub fn difference<'r, Id>(
    old: &Rule,
    new: &Rule,
    learners: impl IntoIterator<Item = (Id, &'r Record)>,
    now: Timestamp,
) -> Difference<Id> {
    let mut difference = Difference { gained: Vec::new(), lost: Vec::new(), unchanged: 0 };
    for (id, record) in learners {
        let decision = new.decide(record, now);
        match (old.decide(record, now).qualifies(), decision.qualifies()) {
            (false, true) => difference.gained.push(id),
            (true, false) => difference.lost.push((id, decision)),
            _ => difference.unchanged += 1,
        }
    }
    difference
}
