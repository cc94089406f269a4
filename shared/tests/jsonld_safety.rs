//! What safe mode refuses, and the sentence that a person reads.
//!
//! Each is something that a signature would not cover, because expansion or RDF drops it.
#![expect(clippy::unwrap_used, reason = "a document that cannot be built is a failed test")]

use openbadges::jsonld::{canonicalize, canonicalize_with, is_quick};
use serde_json::{Value, json};
use std::borrow::Cow;

fn badge() -> Value {
    let mut badge: Value = serde_json::from_str(include_str!("badges/minimal.json")).unwrap();
    badge.as_object_mut().unwrap().remove("proof");
    badge
}

/// The badge with one more context and one more member.
fn badge_with(context: Value, name: &str, value: Value) -> Value {
    let mut badge = badge();
    let members = badge.as_object_mut().unwrap();
    members.get_mut("@context").and_then(Value::as_array_mut).unwrap().push(context);
    members.insert(name.to_owned(), value);
    badge
}

fn extra(url: &str) -> Option<Cow<'static, str>> {
    match url {
        "https://example.com/text" => Some("no JSON".into()),
        "https://example.com/index" => Some(
            r#"{"@context": {"kept": {"@id": "https://example.com/kept", "@container": "@index"},
                "One": {"@id": "https://example.com/One", "@context": {"one": "https://example.com/one"}},
                "Two": {"@id": "https://example.com/Two", "@context": {"two": "https://example.com/two"}}}}"#
                .into(),
        ),
        _ => None,
    }
}

fn refusal(document: &Value) -> String {
    canonicalize_with(document, &extra).unwrap_err().to_string()
}

#[test]
fn each_refusal_names_the_place_and_the_value() {
    let mut undefined = badge();
    undefined["credentialSubject"]["achievement"]["criteria"]["colour"] = json!("red");
    let mut relative = badge();
    relative["issuer"]["image"] = json!({"id": "logo.png", "type": "Image"});
    let mut no_iri = badge();
    no_iri["issuer"]["image"] = json!({"id": "https://example.com/{size}.png", "type": "Image"});
    let mut reserved = badge();
    reserved["@colour"] = json!("red");
    for (document, expected) in [
        (
            undefined,
            "the term `colour` at /credentialSubject/achievement/criteria/colour is not defined by the document's contexts",
        ),
        (relative, "`logo.png` at /issuer/image/id is a relative reference, expected an absolute IRI"),
        (no_iri, "`https://example.com/{size}.png` at /issuer/image/id is not an IRI"),
        (reserved, "the term `@colour` at /@colour is not defined by the document's contexts"),
    ] {
        assert_eq!(refusal(&document), expected);
    }
}

#[test]
fn what_rdf_cannot_say_is_refused() {
    let direction = json!({"@value": "badge", "@direction": "ltr"});
    for (document, expected) in [
        (
            badge_with(json!({}), "_:colour", json!("red")),
            "the blank node `_:colour` at /_:colour is used as a property",
        ),
        (
            badge_with(json!({}), "name", json!({"@value": "x", "@language": "no language"})),
            "`no language` at /name/@language is not a language tag",
        ),
        (badge_with(json!({}), "name", direction), "`@direction` at /name/@direction cannot be signed"),
        (
            badge_with(json!({}), "name", json!({"@value": null})),
            "the value at /name/@value is attached to nothing and would be dropped",
        ),
    ] {
        assert_eq!(refusal(&document), expected);
    }
}

#[test]
fn a_document_that_says_nothing_is_refused() {
    assert_eq!(
        refusal(&json!({"@context": "https://www.w3.org/ns/credentials/v2", "id": "urn:a"})),
        "the document makes no statement"
    );
    assert_eq!(refusal(&json!(["urn:a"])), "the document is not an object");
}

#[test]
fn contexts_that_cannot_be_read_are_named() {
    let context = |name: &str| json!(format!("https://example.com/{name}"));
    assert_eq!(
        refusal(&badge_with(context("text"), "name", json!("x"))),
        "the context `https://example.com/text` is not JSON"
    );
    assert_eq!(
        refusal(&badge_with(context("unknown"), "name", json!("x"))),
        "the contexts https://example.com/unknown are not known"
    );
}

#[test]
fn contexts_beyond_the_tables_are_answered_by_the_library() {
    let document = badge_with(json!("https://example.com/index"), "kept", json!({"a": "x", "b": "y"}));
    assert!(!is_quick(&document, &extra));
    let canonical = canonicalize_with(&document, &extra).unwrap();
    assert!(canonical.contains("<https://example.com/kept> \"x\" .\n"), "{canonical}");
}

#[test]
fn several_types_with_contexts_are_refused_where_the_library_would_be_wrong() {
    let document = badge_with(
        json!("https://example.com/index"),
        "kept",
        json!({"a": {"type": ["One", "Two"], "one": 1, "two": 2}}),
    );
    assert_eq!(
        refusal(&document),
        "several of the types [\"One\",\"Two\"] at /kept/a/type change the context, next to contexts that are not compiled in"
    );
}

#[test]
fn a_shape_on_which_the_library_panics_is_refused() {
    let mut document = badge();
    document["proof"] = json!([{"@set": [{"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022"}]}]);
    assert!(canonicalize(&document).is_err());
}

#[test]
fn nesting_and_size_are_bounded() {
    let mut nested = json!("x");
    for _ in 0..120 {
        nested = json!([nested]);
    }
    assert!(canonicalize(&badge_with(json!({}), "name", nested)).is_err());
    let many: Vec<Value> = (0..60_000).map(|number| json!({"@index": number.to_string()})).collect();
    assert_eq!(
        refusal(&badge_with(json!({}), "evidence", json!(many))),
        "the document has more than 50000 values"
    );
}

#[test]
fn a_context_written_in_the_badge_is_quick() {
    let context = json!({"ext": "https://example.com/ext#", "room": {"@id": "ext:room", "@type": "@id"}});
    let document = badge_with(context, "room", json!("https://example.com/rooms/1"));
    assert!(is_quick(&document, &|_| None));
    let canonical = canonicalize(&document).unwrap();
    assert!(
        canonical.contains("<https://example.com/ext#room> <https://example.com/rooms/1> .\n"),
        "{canonical}"
    );
}
