//! The compiled contexts say what their sources say.

use super::super::contexts::PUBLISHED_CONTEXTS;
use super::definition::{Container, Kind, Mapping, RUNTIME, Scoped, hash};
use super::{ActiveContext, Expansion, Layer, compile_at_run_time, published_layer};
use serde_json::{Value, json};

const CREDENTIALS: &str = "https://www.w3.org/ns/credentials/v2";
const OPEN_BADGES: &str = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json";

fn layer(url: &str) -> &'static Layer {
    published_layer(url).unwrap()
}

fn compile(context: &Value) -> Layer {
    compile_at_run_time(context).unwrap()
}

#[test]
fn the_tables_are_those_of_the_published_texts() {
    for context in PUBLISHED_CONTEXTS {
        let source: Value = serde_json::from_str(context.text).unwrap();
        let (compiled, table) = (compile(&source["@context"]), layer(context.url));
        assert!(compiled == *table, "{}", context.url);
        assert_ne!(table.number, RUNTIME);
        for term in source["@context"].as_object().unwrap().keys().filter(|key| !key.starts_with('@')) {
            assert!(table.find(term, hash(term)).is_some(), "{term} of {}", context.url);
        }
    }
}

#[test]
fn a_proof_is_a_graph_of_its_own_and_a_purpose_a_term() {
    let proof = layer("https://w3id.org/security/data-integrity/v2");
    let term = proof.find("proof", hash("proof")).unwrap();
    assert_eq!((&term.kind, term.container, term.protected), (&Kind::Id, Container::Graph, true));
    assert_eq!(term.mapping, Mapping::Iri("https://w3id.org/security#proof".into()));
    let kind = proof.find("DataIntegrityProof", hash("DataIntegrityProof")).unwrap();
    let purpose = kind.scoped.layer().unwrap().find("proofPurpose", hash("proofPurpose")).unwrap();
    assert_eq!(purpose.kind, Kind::Vocabulary);
    assert!(purpose.scoped.layer().is_some());
}

#[test]
fn the_context_of_a_type_does_not_reach_inside() {
    let mut active = ActiveContext::EMPTY;
    active.push(layer(CREDENTIALS)).unwrap();
    active.push(layer(OPEN_BADGES)).unwrap();
    let achievement = active.find("Achievement").unwrap();
    assert!(active.find("criteria").is_none());
    active.push_scoped(&achievement.scoped).unwrap();
    assert!(active.find("criteria").is_some());
    active.revert();
    assert!(active.find("criteria").is_none());
    assert!(active.find("name").is_some());
}

#[test]
fn a_protected_term_cannot_be_redefined_but_by_a_property() {
    let other = compile(&json!({"name": "https://example.com/name"}));
    let same = compile(&json!({"name": "https://schema.org/name"}));
    for (layer, is_accepted) in [(&other, false), (&same, true)] {
        let mut active = ActiveContext::EMPTY;
        active.push(self::layer(CREDENTIALS)).unwrap();
        // The short form makes a prefix only of an IRI that ends in a delimiter, so that both are equal.
        assert_eq!(active.push(layer).is_ok(), is_accepted);
    }
    let scoped = Scoped::Owned(Box::new(other));
    let mut active = ActiveContext::EMPTY;
    active.push(layer(CREDENTIALS)).unwrap();
    active.push_property_scoped(&scoped).unwrap();
    assert_eq!(active.find("name").unwrap().iri(), Some("https://example.com/name"));
}

#[test]
fn terms_prefixes_and_vocabularies_expand() {
    let context = compile(
        &json!({"@vocab": "https://example.com/v#", "ex": "https://example.com/", "long": {"@id": "ex:long"}}),
    );
    let mut active = ActiveContext::EMPTY;
    active.push(&context).unwrap();
    assert!(
        matches!(active.expand_term("long"), Expansion::Term(term) if term.iri() == Some("https://example.com/long"))
    );
    assert!(matches!(active.expand_term("ex:a"), Expansion::Compact("https://example.com/", "a")));
    assert!(matches!(active.expand_term("long:a"), Expansion::Absolute("long:a")));
    assert!(matches!(active.expand_term("ex://a"), Expansion::Absolute("ex://a")));
    assert!(matches!(
        active.expand_term("other"),
        Expansion::InVocabulary("https://example.com/v#", "other")
    ));
    assert!(matches!(active.expand_iri("other"), Expansion::Undefined));
    assert!(matches!(ActiveContext::EMPTY.expand_term("other"), Expansion::Undefined));
}

#[test]
fn a_layer_is_not_used_where_its_surroundings_differ() {
    // `awardedDate` of 3.0.3 is an `xsd:dateTime`, and the context does not say what `xsd` is.
    let xsd = compile(&json!({"xsd": "http://www.w3.org/2001/XMLSchema#"}));
    let mut active = ActiveContext::EMPTY;
    active.push(&xsd).unwrap();
    assert!(active.push(layer(OPEN_BADGES)).is_err());
}

#[test]
fn what_the_tables_do_not_hold_is_left_to_the_library() {
    for context in [
        json!("https://example.com/context"),
        json!({"@import": "https://example.com/context"}),
        json!({"@base": "https://example.com/"}),
        json!({"@version": 1.0}),
        json!({"a": {"@reverse": "https://example.com/a"}}),
        json!({"a": {"@id": "https://example.com/a", "@container": "@index"}}),
        json!({"a": null}),
        json!({"a": "b", "b": "a"}),
        json!({"a": "no vocabulary"}),
        json!({"identifier": "@id"}),
        json!({"a:b": "https://example.com/a"}),
        json!({"a": "https://exa mple"}),
    ] {
        assert!(compile_at_run_time(&context).is_err(), "{context}");
    }
}
