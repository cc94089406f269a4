//! [RDFC-1.0](https://www.w3.org/TR/rdf-canon/#canon-algorithm) with SHA-256.
//!
//! The blank nodes of a badge tell themselves apart by what is said about them directly, so that one hash each puts them
//! in order. The rest of the algorithm stands behind that, with a bound on its work.

mod first_degree;
mod issuer;
mod mentions;
mod n_degree;

use super::JsonLdError;
use super::nquads::write_quad;
use super::quad::{Quad, Quads};
use first_degree::hash_first_degree;
use issuer::Issuer;
use mentions::Mentions;

/// A SHA-256 value; in the order of its hexadecimal form.
type Hash = [u8; 32];

/// The canonical lines of a dataset, handed to `sink` in order.
///
/// # Errors
/// [`JsonLdError::Poisoned`] when the blank nodes are too alike.
pub(super) fn canonicalize(quads: &Quads<'_>, sink: &mut impl FnMut(&[u8])) -> Result<(), JsonLdError> {
    let issuer = issue_identifiers(quads)?;
    let name = |line: &mut Vec<u8>, number: usize| issuer.write(line, number);
    let lines = Lines::write(&quads.quads, &name);
    for line in lines.sorted() {
        sink(line);
    }
    Ok(())
}

/// Steps 2 to 5 of the [algorithm](https://www.w3.org/TR/rdf-canon/#canon-algo-algo).
fn issue_identifiers(quads: &Quads<'_>) -> Result<Issuer, JsonLdError> {
    let mut canonical = Issuer::new("c14n", quads.blank_nodes);
    if quads.blank_nodes <= 1 {
        // One node needs no hash to be the first.
        (0..quads.blank_nodes).for_each(|only| canonical.issue(only));
        return Ok(canonical);
    }
    let mentions = Mentions::of(quads);
    let hashes: Vec<Hash> = (0..quads.blank_nodes).map(|node| hash_first_degree(node, &mentions)).collect();
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

/// Lines of text in one buffer.
struct Lines {
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl Lines {
    fn write<'q>(
        quads: impl IntoIterator<Item = &'q Quad<'q>, IntoIter: ExactSizeIterator>,
        name: &impl Fn(&mut Vec<u8>, usize),
    ) -> Self {
        const USUAL_LENGTH: usize = 160;
        let quads = quads.into_iter();
        let mut lines = Self {
            text: Vec::with_capacity(USUAL_LENGTH * quads.len()),
            ends: Vec::with_capacity(quads.len()),
        };
        for quad in quads {
            write_quad(&mut lines.text, quad, name);
            lines.ends.push(lines.text.len());
        }
        lines
    }

    /// In code point order; equal quads are one.
    fn sorted(&self) -> Vec<&[u8]> {
        let mut lines = self.in_order();
        lines.dedup();
        lines
    }

    /// In code point order, equal lines included: different quads may look the same.
    fn in_order(&self) -> Vec<&[u8]> {
        let mut start = 0;
        let mut lines: Vec<&[u8]> = Vec::with_capacity(self.ends.len());
        for end in &self.ends {
            lines.extend(self.text.get(start..*end));
            start = *end;
        }
        lines.sort_unstable();
        lines
    }
}
