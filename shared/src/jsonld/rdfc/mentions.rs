//! Which quads mention which blank node: the [blank node to quads
//! map](https://www.w3.org/TR/rdf-canon/#dfn-blank-node-to-quads-map).

use super::super::quad::{Node, Object, Quad, Quads};
use std::collections::HashSet;
use std::ops::Range;

/// For each blank node the quads that mention it, each once.
pub(super) struct Mentions<'q> {
    /// Those of the first node, then those of the second, …
    quads: Vec<&'q Quad<'q>>,
    /// Where those of each node are.
    ranges: Vec<Range<usize>>,
}

/// The places in a quad where a blank node can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Position {
    /// `s`
    Subject,
    /// `o`
    Object,
    /// `g`
    Graph,
}

impl<'q> Mentions<'q> {
    pub(super) fn of(quads: &'q Quads<'q>) -> Self {
        // From many quads on, one set is quicker than looking among those of each node.
        const MANY: usize = 256;
        let mut mentions = Self { quads: Vec::new(), ranges: vec![0..0; quads.blank_nodes] };
        for (_, node) in quads.quads.iter().flat_map(blank_nodes) {
            if let Some(range) = mentions.ranges.get_mut(node) {
                range.end += 1;
            }
        }
        let mut start = 0;
        for range in &mut mentions.ranges {
            let length = range.len();
            *range = start..start;
            start += length;
        }
        if let Some(any) = quads.quads.first() {
            mentions.quads.resize(start, any);
        }
        let mut seen = HashSet::new();
        let is_large = quads.quads.len() > MANY;
        for quad in quads.quads.iter().filter(|quad| !is_large || seen.insert(*quad)) {
            for (_, node) in blank_nodes(quad) {
                mentions.add(node, quad, is_large);
            }
        }
        mentions
    }

    /// Adds a quad to those of a node. A dataset is a set: the same statement twice is one.
    fn add(&mut self, node: usize, quad: &'q Quad<'q>, is_new: bool) {
        let quads = self.quads(node);
        let is_last = quads.last().is_some_and(|last| std::ptr::eq(*last, quad));
        if is_last || (!is_new && quads.contains(&quad)) {
            return;
        }
        if let Some(range) = self.ranges.get_mut(node)
            && let Some(place) = self.quads.get_mut(range.end)
        {
            *place = quad;
            range.end += 1;
        }
    }

    /// The quads that mention a node.
    pub(super) fn quads(&self, node: usize) -> &[&'q Quad<'q>] {
        let range = self.ranges.get(node).cloned().unwrap_or_default();
        self.quads.get(range).unwrap_or_default()
    }

    /// True if any quad mentions the node.
    pub(super) fn any(&self, node: usize) -> bool {
        !self.quads(node).is_empty()
    }
}

/// The blank nodes of a quad and where they stand.
pub(super) fn blank_nodes(quad: &Quad<'_>) -> impl Iterator<Item = (Position, usize)> {
    let number = |node: Option<Node<'_>>| match node {
        Some(Node::Blank(number)) => Some(number),
        Some(Node::Iri(_)) | None => None,
    };
    let object = match quad.object {
        Object::Node(node) => Some(node),
        Object::Typed(..) | Object::InLanguage(..) => None,
    };
    [
        (Position::Subject, number(Some(quad.subject))),
        (Position::Object, number(object)),
        (Position::Graph, number(quad.graph)),
    ]
    .into_iter()
    .filter_map(|(position, number)| number.map(|number| (position, number)))
}
