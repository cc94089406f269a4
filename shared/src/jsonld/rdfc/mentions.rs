//! Which quads mention which blank node: the [blank node to quads
//! map](https://www.w3.org/TR/rdf-canon/#dfn-blank-node-to-quads-map).

use super::super::quad::{Node, Object, Quad, Quads};
use std::collections::HashSet;

/// For each blank node the quads that mention it, each once.
pub(super) struct Mentions<'q>(Vec<Vec<&'q Quad<'q>>>);

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
        let mut mentions = Self(vec![Vec::new(); quads.blank_nodes]);
        for quad in &quads.quads {
            for (_, node) in blank_nodes(quad) {
                mentions.add(node, quad);
            }
        }
        mentions.0.iter_mut().for_each(remove_repeated);
        mentions
    }

    fn add(&mut self, node: usize, quad: &'q Quad<'q>) {
        if let Some(quads) = self.0.get_mut(node)
            && !quads.last().is_some_and(|last| std::ptr::eq(*last, quad))
        {
            quads.push(quad);
        }
    }

    /// The quads that mention a node.
    pub(super) fn quads(&self, node: usize) -> &[&'q Quad<'q>] {
        self.0.get(node).map(Vec::as_slice).unwrap_or_default()
    }

    /// True if any quad mentions the node.
    pub(super) fn any(&self, node: usize) -> bool {
        !self.quads(node).is_empty()
    }
}

/// A dataset is a set: the same statement twice is one.
fn remove_repeated(quads: &mut Vec<&Quad<'_>>) {
    const FEW: usize = 12;
    if quads.len() > FEW {
        let mut seen = HashSet::with_capacity(quads.len());
        quads.retain(|quad| seen.insert(*quad));
        return;
    }
    let mut kept: Vec<&Quad<'_>> = Vec::new();
    let repeated = |at: usize| {
        let mut earlier = quads.iter().take(at);
        quads.get(at).is_some_and(|quad| earlier.any(|other| other == quad))
    };
    if (1..quads.len()).any(repeated) {
        for quad in quads.iter() {
            if !kept.contains(quad) {
                kept.push(quad);
            }
        }
        *quads = kept;
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
