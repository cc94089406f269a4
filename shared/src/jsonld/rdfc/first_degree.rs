//! [Hash First Degree Quads](https://www.w3.org/TR/rdf-canon/#hash-1d-quads): what is said about a blank node directly.

use super::mentions::Mentions;
use super::{Hash, Lines, Names, Repetition};
use sha2::{Digest as _, Sha256};

/// The hash of a node's quads, in which it is `a` and every other blank node `z`.
pub(super) fn hash_first_degree<'q>(node: usize, mentions: &Mentions<'q>, lines: &mut Lines<'q>) -> Hash {
    lines.write(mentions.quads(node).iter().copied(), &ItselfOrOther(node), Repetition::Kept);
    Sha256::digest(&lines.text).into()
}

/// The node with this number is `a`, the others are `z`.
struct ItselfOrOther(usize);

impl Names for ItselfOrOther {
    fn write(&self, line: &mut Vec<u8>, node: usize) {
        line.push(if node == self.0 { b'a' } else { b'z' });
    }

    fn place(&self, node: usize) -> u64 {
        u64::from(node != self.0)
    }
}
