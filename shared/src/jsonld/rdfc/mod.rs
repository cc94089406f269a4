//! [RDFC-1.0](https://www.w3.org/TR/rdf-canon/#canon-algorithm) with SHA-256.
//!
//! The blank nodes of a badge tell themselves apart by what is said about them directly, so that one hash each puts them
//! in order. The rest of the algorithm stands behind that, with a bound on its work.

mod first_degree;
mod issuer;
mod mentions;
mod n_degree;
mod order;
#[cfg(test)]
mod tests;

use super::nquads::{Names, write_quad};
use super::quad::{Quad, Quads};
use super::{JsonLdError, limits};
use first_degree::hash_first_degree;
use issuer::Issuer;
use mentions::Mentions;

/// A SHA-256 value; in the order of its hexadecimal form.
type Hash = [u8; 32];

/// The canonical form of a dataset.
///
/// # Errors
/// [`JsonLdError::Poisoned`] when the blank nodes are too alike.
pub(super) fn canonicalize(quads: &Quads<'_>) -> Result<Canonical, JsonLdError> {
    let issuer = issue_identifiers(quads)?;
    let mut lines = Lines::default();
    // Equal lines are equal quads, and a dataset is a set.
    lines.write(&quads.quads, &issuer, Repetition::LeftOut);
    Ok(Canonical { text: lines.text, ends: lines.ends })
}

/// Canonical N-Quads.
pub(super) struct Canonical {
    /// The lines in order, one after the other.
    pub(super) text: Vec<u8>,
    /// Where each line ends.
    ends: Vec<usize>,
}

impl Canonical {
    /// Each line, with its end.
    pub(super) fn lines(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(&0).chain(&self.ends);
        starts.zip(&self.ends).filter_map(|(start, end)| self.text.get(*start..*end))
    }
}

/// Steps 2 to 5 of the [algorithm](https://www.w3.org/TR/rdf-canon/#canon-algo-algo).
fn issue_identifiers(quads: &Quads<'_>) -> Result<Issuer, JsonLdError> {
    let mut canonical = Issuer::new("c14n", quads.blank_nodes);
    if quads.blank_nodes <= 1 {
        // One node needs no hash to be the first.
        (0..quads.blank_nodes).for_each(|only| canonical.issue(only));
        return Ok(canonical);
    }
    limits::check_blank_nodes(quads.blank_nodes)?;
    let mentions = Mentions::of(quads);
    let mut lines = Lines::default();
    let hashes: Vec<Hash> =
        (0..quads.blank_nodes).map(|node| hash_first_degree(node, &mentions, &mut lines)).collect();
    let mut order: Vec<(Hash, usize)> =
        hashes.iter().copied().zip(0..).filter(|(_, node)| mentions.any(*node)).collect();
    order.sort_unstable();
    let mut alike = Vec::new();
    for group in order.chunk_by(|(one, _), (other, _)| one == other) {
        match group {
            [(_, node)] => canonical.issue(*node),
            _ => alike.push(group),
        }
    }
    if alike.is_empty() { Ok(canonical) } else { n_degree::issue(&mentions, &hashes, &alike, canonical) }
}

/// Lines of text in one buffer, which may be used again.
#[derive(Default)]
struct Lines<'q> {
    /// In order, one after the other.
    text: Vec<u8>,
    /// Where each line ends.
    ends: Vec<usize>,
    order: Vec<&'q Quad<'q>>,
}

/// What becomes of a line that is the same as the one before it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Repetition {
    Kept,
    LeftOut,
}

impl<'q> Lines<'q> {
    /// Writes quads in code point order of their lines. Different quads may look the same.
    fn write(
        &mut self,
        quads: impl IntoIterator<Item = &'q Quad<'q>, IntoIter: ExactSizeIterator>,
        names: &impl Names,
        repetition: Repetition,
    ) {
        const USUAL_LENGTH: usize = 160;
        self.order.clear();
        self.order.extend(quads);
        order::sort(&mut self.order, names);
        self.text.clear();
        self.ends.clear();
        self.text.reserve(USUAL_LENGTH * self.order.len());
        self.ends.reserve(self.order.len());
        let (mut before, mut start) = (0, 0);
        for quad in &self.order {
            write_quad(&mut self.text, quad, names);
            if repetition == Repetition::LeftOut && self.text.get(before..start) == self.text.get(start..) {
                self.text.truncate(start);
                continue;
            }
            self.ends.push(self.text.len());
            (before, start) = (start, self.text.len());
        }
    }
}
