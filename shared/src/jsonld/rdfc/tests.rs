//! Our RDFC-1.0 against `oxrdf`'s on small graphs, and against the clock on poison.

use super::super::nquads::write_quad;
use super::super::quad::{Node, Object, Quad, Quads};
use super::{Issuer, canonicalize};
use crate::jsonld::JsonLdError;
use bumpalo::Bump;
use oxrdf::dataset::{CanonicalizationAlgorithm, CanonicalizationHashAlgorithm};
use oxrdf::{BlankNode, Dataset, GraphName, Literal, NamedNode, NamedOrBlankNode, Term};
use proptest::prelude::*;

fn canonical(quads: &[Quad<'_>], blank_nodes: usize) -> Result<String, JsonLdError> {
    let arena = Bump::new();
    let quads =
        Quads { quads: bumpalo::collections::Vec::from_iter_in(quads.iter().copied(), &arena), blank_nodes };
    let canonical = canonicalize(&quads)?;
    assert_eq!(canonical.lines().collect::<Vec<_>>().concat(), canonical.text);
    Ok(String::from_utf8(canonical.text).unwrap())
}

/// What the library makes of the same quads.
fn expected(quads: &[Quad<'_>]) -> String {
    let node = |node: Node<'_>| -> NamedOrBlankNode {
        match node {
            Node::Iri(iri) => NamedNode::new_unchecked(iri).into(),
            Node::Blank(number) => BlankNode::new_unchecked(format!("n{number}")).into(),
        }
    };
    let quad = |quad: &Quad<'_>| {
        let object = match quad.object {
            Object::Node(object) => Term::from(node(object)),
            Object::Typed(text, None) => Literal::new_simple_literal(text).into(),
            Object::Typed(text, Some(datatype)) => {
                Literal::new_typed_literal(text, NamedNode::new_unchecked(datatype)).into()
            }
            Object::InLanguage(text, language) => {
                Literal::new_language_tagged_literal_unchecked(text, language).into()
            }
        };
        let graph = quad.graph.map_or(GraphName::DefaultGraph, |graph| node(graph).into());
        oxrdf::Quad::new(node(quad.subject), NamedNode::new_unchecked(quad.predicate), object, graph)
    };
    let mut dataset: Dataset = quads.iter().map(quad).collect();
    dataset.canonicalize(CanonicalizationAlgorithm::Rdfc10 {
        hash_algorithm: CanonicalizationHashAlgorithm::Sha256,
    });
    let mut lines: Vec<String> = dataset.iter().map(|quad| format!("{quad} .\n")).collect();
    lines.sort_unstable();
    lines.concat()
}

const BLANK_NODES: usize = 5;

fn any_node() -> impl Strategy<Value = Node<'static>> {
    prop_oneof![
        3 => (0..BLANK_NODES).prop_map(Node::Blank),
        1 => prop::sample::select(vec!["urn:a", "urn:b"]).prop_map(Node::Iri),
    ]
}

fn any_quad() -> impl Strategy<Value = Quad<'static>> {
    let object = prop_oneof![
        4 => any_node().prop_map(Object::Node),
        1 => prop::sample::select(vec![Object::Typed("x", None), Object::Typed("1", Some("urn:d")), Object::InLanguage("x", "en")]),
    ];
    let predicate = prop::sample::select(vec!["urn:p", "urn:q"]);
    (any_node(), predicate, object, prop::option::weighted(0.2, any_node()))
        .prop_map(|(subject, predicate, object, graph)| Quad { subject, predicate, object, graph })
}

proptest! {
    #[test]
    fn small_graphs_have_the_canonical_form_of_the_library(quads in prop::collection::vec(any_quad(), 1..10)) {
        prop_assert_eq!(canonical(&quads, BLANK_NODES).unwrap(), expected(&quads));
    }

    #[test]
    fn the_names_of_blank_nodes_do_not_matter(quads in prop::collection::vec(any_quad(), 1..10), by in 1..BLANK_NODES) {
        let moved = |node| match node {
            Node::Blank(number) => Node::Blank((number + by) % BLANK_NODES),
            iri @ Node::Iri(_) => iri,
        };
        let renamed: Vec<Quad<'_>> = quads
            .iter()
            .rev()
            .map(|quad| Quad {
                subject: moved(quad.subject),
                object: if let Object::Node(object) = quad.object { Object::Node(moved(object)) } else { quad.object },
                graph: quad.graph.map(moved),
                ..*quad
            })
            .collect();
        prop_assert_eq!(canonical(&quads, BLANK_NODES).unwrap(), canonical(&renamed, BLANK_NODES).unwrap());
    }
}

fn says(subject: usize, predicate: &'static str, object: usize) -> Quad<'static> {
    Quad { subject: Node::Blank(subject), predicate, object: Object::Node(Node::Blank(object)), graph: None }
}

#[test]
fn a_ring_of_alike_nodes_is_put_in_order() {
    let ring: Vec<Quad<'_>> = (0..8).map(|at| says(at, "urn:next", (at + 1) % 8)).collect();
    assert_eq!(canonical(&ring, 8).unwrap(), expected(&ring));
}

#[test]
fn everybody_knowing_everybody_is_refused_and_not_computed() {
    let poison: Vec<Quad<'_>> =
        (0..12).flat_map(|one| (0..12).map(move |other| says(one, "urn:knows", other))).collect();
    assert!(matches!(canonical(&poison, 12), Err(JsonLdError::Poisoned)));
}

#[test]
fn a_chain_of_alike_nodes_without_end_is_refused() {
    let ring: Vec<Quad<'_>> = (0..2000).map(|at| says(at, "urn:next", (at + 1) % 2000)).collect();
    assert!(matches!(canonical(&ring, 2000), Err(JsonLdError::Poisoned)));
}

#[test]
fn a_crowd_of_alike_nodes_is_refused_and_not_compared() {
    let crowd = |size: usize| -> Vec<Quad<'static>> {
        let root = Node::Iri("urn:root");
        let member = |number| Object::Node(Node::Blank(number));
        (0..size)
            .map(|number| Quad { subject: root, predicate: "urn:has", object: member(number), graph: None })
            .collect()
    };
    assert_eq!(canonical(&crowd(8), 8).unwrap(), expected(&crowd(8)));
    // Each took the room of all others once: as many as a megabyte of text can name filled any memory.
    assert!(matches!(canonical(&crowd(20_000), 20_000), Err(JsonLdError::Poisoned)));
    assert!(matches!(canonical(&crowd(20_001), 20_001), Err(JsonLdError::TooLarge { .. })));
}

#[test]
fn the_same_statement_twice_is_one() {
    let once = [says(0, "urn:p", 1), says(1, "urn:p", 0), says(0, "urn:q", 0)];
    let twice: Vec<Quad<'_>> = once.iter().chain(&once).copied().collect();
    assert_eq!(canonical(&twice, 2).unwrap(), canonical(&once, 2).unwrap());
    let many: Vec<Quad<'_>> = once.iter().cycle().take(900).copied().collect();
    assert_eq!(canonical(&many, 2).unwrap(), canonical(&once, 2).unwrap());
}

#[test]
fn lines_are_ordered_as_bytes_and_not_as_iris() {
    let about = |iri| Quad {
        subject: Node::Iri(iri),
        predicate: "urn:p",
        object: Object::Typed("x", None),
        graph: None,
    };
    let quads = [about("urn:a"), about("urn:a/b"), about("urn:ab")];
    let mut lines: Vec<String> = quads
        .iter()
        .map(|quad| {
            let mut line = Vec::new();
            write_quad(&mut line, quad, &Issuer::new("c14n", 0));
            String::from_utf8(line).unwrap()
        })
        .collect();
    lines.sort_unstable();
    assert_eq!(canonical(&quads, 0).unwrap(), lines.concat());
}
