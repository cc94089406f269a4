//! Counts of outcomes over many stored rows, whose signatures are checked together.
//!
//! A row's outcome is found as if its signature held, and waits with the signature's equation until there are enough of
//! them. If all equations of a batch hold, so do the outcomes ([`openbadges::key::which_hold`] gives the answer of
//! single checks); the rows of equations that do not hold are judged again, one by one, as `badges.verify` does.

use std::collections::BTreeMap;

use openbadges::key::{SignatureEquation, which_hold};
use openbadges::time::Timestamp;

use crate::verification::stored_row::StoredRow;

/// So many signatures are checked at once: more gain little, and each waits with its credential, about 4 KB.
const BATCH: usize = 512;
/// Outcomes of a row in order; of the others the ids are kept.
const IN_ORDER: [&str; 6] = ["valid", "expired", "not_yet_valid", "revoked", "suspended", "erased"];

/// A UUID's bytes.
type Id = [u8; 16];

/// How many rows have an outcome.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Rows.
    pub(crate) rows: i64,
    /// The rows themselves, for an outcome that is a failure.
    pub(crate) failures: Vec<Id>,
}

/// A row to be counted.
#[derive(Debug)]
pub(crate) struct AuditedRow {
    /// Its id.
    pub(crate) assertion_id: Id,
    /// What is stored.
    pub(crate) row: StoredRow,
    /// `revoked`, `erased` or `suspended`, which counts if the credential itself is in order.
    pub(crate) state: Option<String>,
    /// The time as of which it is judged.
    pub(crate) at: Timestamp,
}

impl AuditedRow {
    /// What is said of it, if that is said of its credential.
    fn settled<'a>(&'a self, outcome: &'a str) -> &'a str {
        match &self.state {
            Some(state) if matches!(outcome, "valid" | "expired" | "not_yet_valid") => state,
            _ => outcome,
        }
    }
}

/// A row whose outcome hangs on an equation.
#[derive(Debug)]
struct OpenRow {
    row: AuditedRow,
    outcome_if_it_holds: &'static str,
}

/// The counts so far.
#[derive(Debug, Default)]
pub(crate) struct Audit {
    tallies: BTreeMap<String, Tally>,
    open: Vec<OpenRow>,
    equations: Vec<SignatureEquation>,
}

impl Audit {
    /// Counts a row with its outcome, which may hang on an equation; says whether enough are open to be settled.
    pub(crate) fn add(
        &mut self,
        row: AuditedRow,
        outcome: &'static str,
        equation: Option<SignatureEquation>,
    ) -> bool {
        match equation {
            Some(equation) => {
                self.equations.push(equation);
                self.open.push(OpenRow { row, outcome_if_it_holds: outcome });
            }
            None => self.count(row.settled(outcome), row.assertion_id),
        }
        self.open.len() >= BATCH
    }

    /// Checks the open signatures; `judge_alone` gives the outcome of a row whose signature does not hold.
    ///
    /// # Errors
    /// Those of `judge_alone`.
    pub(crate) fn settle<E>(
        &mut self,
        judge_alone: impl Fn(&AuditedRow) -> Result<&'static str, E>,
    ) -> Result<(), E> {
        let answers = which_hold(&std::mem::take(&mut self.equations));
        let rows = std::mem::take(&mut self.open).into_iter().zip(answers);
        for (OpenRow { row, outcome_if_it_holds }, holds) in rows {
            let outcome = if holds { outcome_if_it_holds } else { judge_alone(&row)? };
            self.count(row.settled(outcome), row.assertion_id);
        }
        Ok(())
    }

    fn count(&mut self, outcome: &str, id: Id) {
        let tally = match self.tallies.get_mut(outcome) {
            Some(tally) => tally,
            None => self.tallies.entry(outcome.to_owned()).or_default(),
        };
        tally.rows += 1;
        if !IN_ORDER.contains(&outcome) {
            tally.failures.push(id);
        }
    }

    /// Adds the counts of another part of the rows. Both are settled.
    pub(crate) fn combine(&mut self, other: Self) {
        for (outcome, tally) in other.tallies {
            let own = self.tallies.entry(outcome).or_default();
            own.rows += tally.rows;
            own.failures.extend(tally.failures);
        }
    }

    /// The counts by outcome, failing ids in order. It is settled.
    pub(crate) fn into_tallies(mut self) -> BTreeMap<String, Tally> {
        for tally in self.tallies.values_mut() {
            tally.failures.sort_unstable();
        }
        self.tallies
    }

    /// The counts as bytes, on their way from a parallel worker to its leader. It is settled.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (outcome, Tally { rows, failures }) in &self.tallies {
            bytes.extend_from_slice(outcome.as_bytes());
            bytes.push(0);
            bytes.extend_from_slice(&rows.to_le_bytes());
            bytes.extend_from_slice(&failures.len().to_le_bytes());
            bytes.extend(failures.iter().flatten());
        }
        bytes
    }

    /// What [`Self::to_bytes`] wrote; `None` for anything else.
    pub(crate) fn from_bytes(mut bytes: &[u8]) -> Option<Self> {
        let mut audit = Self::default();
        while !bytes.is_empty() {
            let end = bytes.iter().position(|byte| *byte == 0)?;
            let (outcome, rest) = bytes.split_at_checked(end)?;
            let (rows, rest) = rest.get(1..)?.split_first_chunk()?;
            let (count, rest) = rest.split_first_chunk()?;
            let (ids, rest) = rest.split_at_checked(usize::from_le_bytes(*count).checked_mul(16)?)?;
            let tally = Tally { rows: i64::from_le_bytes(*rows), failures: ids.as_chunks().0.to_vec() };
            audit.tallies.insert(std::str::from_utf8(outcome).ok()?.to_owned(), tally);
            bytes = rest;
        }
        Some(audit)
    }
}
