//! [Hash First Degree Quads](https://www.w3.org/TR/rdf-canon/#hash-1d-quads): what is said about a blank node directly.

use super::mentions::Mentions;
use super::{Hash, Lines};
use sha2::{Digest as _, Sha256};

/// The hash of a node's quads, in which it is `a` and every other blank node `z`.
pub(super) fn hash_first_degree(node: usize, mentions: &Mentions<'_>, lines: &mut Lines) -> Hash {
    let name = |line: &mut Vec<u8>, other: usize| line.push(if other == node { b'a' } else { b'z' });
    lines.write(mentions.quads(node).iter().copied(), &name);
    Sha256::digest(lines.joined()).into()
}
