//! [RDFC-1.0](https://www.w3.org/TR/rdf-canon/#canon-algorithm) with SHA-256.
//!
//! The blank nodes of a badge tell themselves apart by what is said about them directly, so that one hash each puts them
//! in order. The rest of the algorithm stands behind that, with a bound on its work.

mod first_degree;
mod issuer;
mod mentions;
mod n_degree;
#[cfg(test)]
mod tests;

use super::nquads::write_quad;
use super::quad::{Quad, Quads};
use super::{JsonLdError, limits};
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
    let mut lines = Lines::default();
    lines.write(&quads.quads, &name);
    let mut last: &[u8] = &[];
    for line in lines.iter() {
        // Equal lines are equal quads, and a dataset is a set.
        if line != last {
            sink(line);
        }
        last = line;
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
struct Lines {
    text: Vec<u8>,
    /// Where each line is.
    ranges: Vec<(usize, usize)>,
    /// The lines in order, one after the other, when asked for.
    joined: Vec<u8>,
}

impl Lines {
    /// Writes quads in code point order of their lines. Different quads may look the same.
    fn write<'q>(
        &mut self,
        quads: impl IntoIterator<Item = &'q Quad<'q>, IntoIter: ExactSizeIterator>,
        name: &impl Fn(&mut Vec<u8>, usize),
    ) {
        const USUAL_LENGTH: usize = 160;
        let quads = quads.into_iter();
        self.text.clear();
        self.ranges.clear();
        self.text.reserve(USUAL_LENGTH * quads.len());
        self.ranges.reserve(quads.len());
        for quad in quads {
            let start = self.text.len();
            write_quad(&mut self.text, quad, name);
            self.ranges.push((start, self.text.len()));
        }
        let text = &self.text;
        self.ranges.sort_unstable_by_key(|(start, end)| text.get(*start..*end));
    }

    /// The lines as one text, which is hashed at a higher rate than many.
    fn joined(&mut self) -> &[u8] {
        let Self { text, ranges, joined } = self;
        joined.clear();
        for (start, end) in ranges {
            joined.extend_from_slice(text.get(*start..*end).unwrap_or_default());
        }
        joined
    }

    fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.ranges.iter().filter_map(|(start, end)| self.text.get(*start..*end))
    }
}
