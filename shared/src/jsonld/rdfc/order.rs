//! The order of canonical lines, found mostly without writing them.
//!
//! Lines are compared by code point, which is by byte. A line begins with its subject and its property; few have both in
//! common, and only those are written to be compared.

use super::super::nquads::{Names, write_quad};
use super::super::quad::{Node, Object, Quad};
use std::cmp::Ordering;

/// Puts quads in the order of their lines.
pub(super) fn sort(quads: &mut [&Quad<'_>], names: &impl Names) {
    // For a few quads it takes longer to look for their subjects first.
    const FEW: usize = 16;
    let mut scratch = Scratch::default();
    let places = if quads.len() > FEW { places_of_subjects(quads, names) } else { None };
    match places {
        Some(places) => {
            let mut keyed: Vec<(usize, &Quad<'_>)> = places.into_iter().zip(quads.iter().copied()).collect();
            keyed.sort_unstable_by(|(one_place, one), (other_place, other)| {
                one_place.cmp(other_place).then_with(|| scratch.beyond_subjects(one, other, names))
            });
            quads.iter_mut().zip(keyed).for_each(|(quad, (_, next))| *quad = next);
        }
        None => quads.sort_unstable_by(|one, other| {
            subjects(one.subject, other.subject, names)
                .then_with(|| scratch.beyond_subjects(one, other, names))
        }),
    }
}

/// For each quad the place of its subject among all subjects; none if there are many.
fn places_of_subjects(quads: &[&Quad<'_>], names: &impl Names) -> Option<Vec<usize>> {
    const MANY: usize = 64;
    let mut found: Vec<Node<'_>> = Vec::with_capacity(MANY);
    let mut numbers = Vec::with_capacity(quads.len());
    for quad in quads {
        let number = found.iter().rposition(|known| is_same(*known, quad.subject));
        numbers.push(number.unwrap_or(found.len()));
        if number.is_none() {
            if found.len() == MANY {
                return None;
            }
            found.push(quad.subject);
        }
    }
    let mut order: Vec<usize> = (0..found.len()).collect();
    let node = |number: &usize| found.get(*number).copied().unwrap_or(Node::Blank(0));
    order.sort_unstable_by(|one, other| subjects(node(one), node(other), names));
    // The same IRI may stand in several places of a document; it has one place here.
    let mut places = vec![0; found.len()];
    let mut place = 0;
    for (at, number) in order.iter().enumerate() {
        let is_next = at > 0
            && order.get(at - 1).is_some_and(|before| subjects(node(before), node(number), names).is_ne());
        place += usize::from(is_next);
        if let Some(slot) = places.get_mut(*number) {
            *slot = place;
        }
    }
    Some(numbers.into_iter().map(|number| places.get(number).copied().unwrap_or_default()).collect())
}

/// Whether two nodes are known to be the same at a glance.
fn is_same(one: Node<'_>, other: Node<'_>) -> bool {
    match (one, other) {
        (Node::Iri(one), Node::Iri(other)) => std::ptr::eq(one, other),
        (Node::Blank(one), Node::Blank(other)) => one == other,
        _ => false,
    }
}

/// Room for the lines that have to be written.
#[derive(Default)]
struct Scratch {
    line: Vec<u8>,
    other_line: Vec<u8>,
}

impl Scratch {
    /// The order of two quads about the same subject.
    fn beyond_subjects(&mut self, one: &Quad<'_>, other: &Quad<'_>, names: &impl Names) -> Ordering {
        iris(one.predicate, other.predicate)
            .then_with(|| plain_objects(one, other).unwrap_or_else(|| self.lines(one, other, names)))
    }

    fn lines(&mut self, one: &Quad<'_>, other: &Quad<'_>, names: &impl Names) -> Ordering {
        self.line.clear();
        self.other_line.clear();
        write_quad(&mut self.line, one, names);
        write_quad(&mut self.other_line, other, names);
        self.line.cmp(&self.other_line)
    }
}

fn subjects(one: Node<'_>, other: Node<'_>, names: &impl Names) -> Ordering {
    match (one, other) {
        (Node::Iri(one), Node::Iri(other)) => iris(one, other),
        (Node::Blank(one), Node::Blank(other)) => names.place(one).cmp(&names.place(other)),
        // `<` comes before `_`.
        (Node::Iri(_), Node::Blank(_)) => Ordering::Less,
        (Node::Blank(_), Node::Iri(_)) => Ordering::Greater,
    }
}

/// The order of IRIs in brackets.
fn iris(one: &str, other: &str) -> Ordering {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if std::ptr::eq(one, other) {
        return Ordering::Equal;
    }
    let shorter = one.len().min(other.len());
    let next = |iri: &[u8]| iri.get(shorter).copied().unwrap_or(b'>');
    one.get(..shorter).cmp(&other.get(..shorter)).then_with(|| next(one).cmp(&next(other)))
}

/// The order of objects that are IRIs, in the default graph.
fn plain_objects(one: &Quad<'_>, other: &Quad<'_>) -> Option<Ordering> {
    match (one, other) {
        (
            Quad { object: Object::Node(Node::Iri(one)), graph: None, .. },
            Quad { object: Object::Node(Node::Iri(other)), graph: None, .. },
        ) => Some(iris(one, other)),
        _ => None,
    }
}
