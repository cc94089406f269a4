//! [Hash N-Degree Quads](https://www.w3.org/TR/rdf-canon/#hash-nd-quads): telling blank nodes apart by their neighbours.
//!
//! The work grows with the factorial of how many are alike; a graph made for that purpose
//! ([poisoning](https://www.w3.org/TR/rdf-canon/#dataset-poisoning)) is refused once a bound is reached.

use super::super::JsonLdError;
use super::mentions::{Mentions, Position, blank_nodes};
use super::{Hash, Issuer, Names};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// Most orders of neighbours that are tried for one dataset: about 50 ms.
const WORK_LIMIT: usize = 20_000;
/// Longest chain of alike nodes that is followed.
const DEPTH_LIMIT: usize = 256;

/// Step 5 of the [algorithm](https://www.w3.org/TR/rdf-canon/#canon-algo-algo): names for the nodes that are alike.
pub(super) fn issue(
    mentions: &Mentions<'_>,
    hashes: &[Hash],
    alike: &[&[(Hash, usize)]],
    canonical: Issuer,
) -> Result<Issuer, JsonLdError> {
    let mut state = State { mentions, hashes, canonical, work: 0 };
    for group in alike {
        let mut paths = Vec::new();
        for (_, node) in *group {
            if !state.canonical.has(*node) {
                state.spend()?;
                let mut temporary = Issuer::new("b", hashes.len());
                temporary.issue(*node);
                let (hash, issuer) = state.hash_n_degree(*node, temporary, 0)?;
                // The names alone are kept: thousands of issuers would fill the memory.
                paths.push((hash, issuer.into_issued()));
            }
        }
        paths.sort_by_key(|(hash, _)| *hash);
        for node in paths.into_iter().flat_map(|(_, issued)| issued) {
            state.canonical.issue(node);
        }
    }
    Ok(state.canonical)
}

struct State<'s> {
    mentions: &'s Mentions<'s>,
    hashes: &'s [Hash],
    canonical: Issuer,
    work: usize,
}

/// The best order of neighbours found so far, and the names that it leads to.
type Chosen = Option<(Vec<u8>, Issuer)>;

impl State<'_> {
    /// Counts a step; a large dataset makes each dearer, because names are copied.
    fn spend(&mut self) -> Result<(), JsonLdError> {
        self.work += 1 + self.hashes.len() / 256;
        if self.work > WORK_LIMIT { Err(JsonLdError::Poisoned) } else { Ok(()) }
    }

    fn hash_n_degree(
        &mut self,
        node: usize,
        mut issuer: Issuer,
        depth: usize,
    ) -> Result<(Hash, Issuer), JsonLdError> {
        if depth == DEPTH_LIMIT {
            return Err(JsonLdError::Poisoned);
        }
        let mut data = Sha256::new();
        for (hash, related) in self.related(node, &issuer) {
            data.update(hex(&hash));
            let (path, chosen) = self.choose(related, &issuer, depth)?;
            data.update(path);
            issuer = chosen;
        }
        Ok((data.finalize().into(), issuer))
    }

    /// Steps 1 to 3: the neighbours by their hashes.
    fn related(&self, node: usize, issuer: &Issuer) -> BTreeMap<Hash, Vec<usize>> {
        let mut related: BTreeMap<Hash, Vec<usize>> = BTreeMap::new();
        for quad in self.mentions.quads(node) {
            for (position, other) in blank_nodes(quad).filter(|(_, other)| *other != node) {
                let hash = self.hash_related(other, quad.predicate, issuer, position);
                related.entry(hash).or_default().push(other);
            }
        }
        related
    }

    /// [Hash Related Blank Node](https://www.w3.org/TR/rdf-canon/#hash-related-blank-node)
    fn hash_related(&self, node: usize, predicate: &str, issuer: &Issuer, position: Position) -> Hash {
        let mut input = match position {
            Position::Subject => format!("s<{predicate}>"),
            Position::Object => format!("o<{predicate}>"),
            Position::Graph => "g".to_owned(),
        }
        .into_bytes();
        if !self.write_name(&mut input, node, issuer) {
            let first_degree = self.hashes.get(node).copied().unwrap_or_default();
            input.extend_from_slice(hex(&first_degree).as_bytes());
        }
        Sha256::digest(input).into()
    }

    /// The canonical name of a node, else its temporary one; false if it has none.
    fn write_name(&self, text: &mut Vec<u8>, node: usize, issuer: &Issuer) -> bool {
        let named = [&self.canonical, issuer].into_iter().find(|issuer| issuer.has(node));
        if let Some(issuer) = named {
            text.extend_from_slice(b"_:");
            issuer.write(text, node);
        }
        named.is_some()
    }

    /// Steps 5.2 to 5.6: the order of the neighbours whose path comes first.
    fn choose(
        &mut self,
        related: Vec<usize>,
        issuer: &Issuer,
        depth: usize,
    ) -> Result<(Vec<u8>, Issuer), JsonLdError> {
        let mut chosen: Chosen = None;
        let mut order = related;
        order.sort_unstable();
        loop {
            self.spend()?;
            if let Some(better) = self.walk(&order, issuer.clone(), chosen.as_ref(), depth)? {
                chosen = Some(better);
            }
            if !next_permutation(&mut order) {
                break;
            }
        }
        chosen.ok_or(JsonLdError::Poisoned)
    }

    /// Steps 5.4.1 to 5.4.6: the path of one order, unless the chosen one comes before it.
    fn walk(
        &mut self,
        order: &[usize],
        mut issuer: Issuer,
        chosen: Option<&(Vec<u8>, Issuer)>,
        depth: usize,
    ) -> Result<Chosen, JsonLdError> {
        let is_worse = |path: &[u8]| {
            chosen.is_some_and(|(chosen, _)| path.len() >= chosen.len() && path > chosen.as_slice())
        };
        let mut path = Vec::new();
        let mut unnamed = Vec::new();
        for node in order {
            if !self.write_name(&mut path, *node, &issuer) {
                unnamed.push(*node);
                issuer.issue(*node);
                self.write_name(&mut path, *node, &issuer);
            }
            if is_worse(&path) {
                return Ok(None);
            }
        }
        for node in unnamed {
            let (hash, reached) = self.hash_n_degree(node, issuer.clone(), depth + 1)?;
            path.extend_from_slice(b"_:");
            issuer.write(&mut path, node);
            path.extend_from_slice(format!("<{}>", hex(&hash)).as_bytes());
            issuer = reached;
            if is_worse(&path) {
                return Ok(None);
            }
        }
        let better = chosen.is_none_or(|(chosen, _)| path < *chosen);
        Ok(better.then_some((path, issuer)))
    }
}

/// The next order after this one; false if it was the last.
fn next_permutation(order: &mut [usize]) -> bool {
    let Some(pivot) = order.array_windows().rposition(|[one, next]| one < next) else { return false };
    let larger = order.iter().rposition(|node| order.get(pivot).is_some_and(|pivot| node > pivot));
    if let Some(larger) = larger {
        order.swap(pivot, larger);
    }
    if let Some(rest) = order.get_mut(pivot + 1..) {
        rest.reverse();
    }
    true
}

fn hex(hash: &Hash) -> String {
    use std::fmt::Write as _;
    hash.iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _infallible = write!(hex, "{byte:02x}");
        hex
    })
}
