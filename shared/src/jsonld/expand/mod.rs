//! Expansion and deserialisation to RDF in one pass, with compiled contexts.
//!
//! [Expansion](https://www.w3.org/TR/json-ld11-api/#expansion-algorithm) needs no tree of its own here: each property
//! turns into quads as it is met. Whatever goes beyond the common forms stops with [`Stop::Unsupported`], and the
//! complete library takes over.

mod local;
mod node;
mod stop;
mod value;

use stop::Stop;

use super::context::ActiveContext;
use super::json::Json;
use super::quad::{Node, Object, Quad, Quads};
use super::{Document, FindContext};
use bumpalo::Bump;
use std::collections::HashMap;

/// The quads of a document.
pub(super) fn expand<'a>(
    document: &Document<'a>,
    find: &FindContext<'_>,
    arena: &'a Bump,
) -> Result<Quads<'a>, Stop> {
    let mut expander = Expander::new(true, arena);
    expander.all_of(document, find)?;
    Ok(Quads { quads: expander.quads, blank_nodes: expander.blank_nodes })
}

/// Whether a document has quads, without making them.
pub(super) fn check<'a>(
    document: &Document<'a>,
    find: &FindContext<'_>,
    arena: &'a Bump,
) -> Result<(), Stop> {
    Expander::new(false, arena).all_of(document, find)
}

/// The quads so far, and the blank nodes in them.
struct Expander<'a> {
    arena: &'a Bump,
    /// Empty if they are only counted.
    quads: bumpalo::collections::Vec<'a, Quad<'a>>,
    are_kept: bool,
    /// Quads so far.
    count: usize,
    blank_nodes: usize,
    /// The blank nodes that the document names.
    labels: HashMap<&'a str, usize>,
}

impl<'a> Expander<'a> {
    fn new(are_kept: bool, arena: &'a Bump) -> Self {
        // More than most badges have.
        let room = if are_kept { 128 } else { 0 };
        let quads = bumpalo::collections::Vec::with_capacity_in(room, arena);
        Self { arena, quads, are_kept, count: 0, blank_nodes: 0, labels: HashMap::new() }
    }

    fn all_of(&mut self, document: &Document<'a>, find: &FindContext<'_>) -> Result<(), Stop> {
        let mut active = ActiveContext::EMPTY;
        local::push_root(&mut active, document.context(), find, self.arena)
            .map_err(|unsupported| Stop::from(unsupported).below("@context"))?;
        self.document(document, active)
    }

    fn document(&mut self, document: &Document<'a>, active: ActiveContext<'a>) -> Result<(), Stop> {
        let members = document.root.members().ok_or(Stop::Unsupported)?;
        let kept = |(key, _): &&(&str, Json<'_>)| *key != "@context" && !document.without.contains(key);
        let members = members.iter().filter(kept).copied();
        let members = bumpalo::collections::Vec::from_iter_in(members, self.arena);
        self.node(members.into_bump_slice(), active, None)?;
        if self.count == 0 { Err(Stop::Unsupported) } else { Ok(()) }
    }

    fn emit(&mut self, subject: Node<'a>, predicate: &'a str, object: Object<'a>, graph: Option<Node<'a>>) {
        self.count += 1;
        if self.are_kept {
            self.quads.push(Quad { subject, predicate, object, graph });
        }
    }

    fn new_blank_node(&mut self) -> Node<'a> {
        self.blank_nodes += 1;
        Node::Blank(self.blank_nodes - 1)
    }

    /// The blank node that the document calls `_:label`.
    fn labelled(&mut self, label: &'a str) -> Result<Node<'a>, Stop> {
        oxrdf::BlankNodeRef::new(label).map_err(|_no_label| Stop::Unsupported)?;
        if let Some(number) = self.labels.get(label) {
            return Ok(Node::Blank(*number));
        }
        self.labels.insert(label, self.blank_nodes);
        Ok(self.new_blank_node())
    }
}
