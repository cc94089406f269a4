//! The compiled tables and the general library give the same N-Quads or both refuse, whatever the document.
//!
//! Badges of every shape are made from whole ones by mutations that keep them near to what issuers write.
#![expect(clippy::unwrap_used, reason = "a mutation that cannot be applied is a mistake of this test")]

use openbadges::jsonld::{
    JsonLdError, PUBLISHED_CONTEXTS, canonicalize_generally, canonicalize_with, is_quick,
};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Map, Value, json};
use std::borrow::Cow;

const FULL: &str = include_str!("badges/full.json");
const MINIMAL: &str = include_str!("badges/minimal.json");
const VERSION_1: &str = include_str!("badges/version_1.json");
const VERSION_2: &str = include_str!("badges/open_badges_2.json");
const ENDORSED: &str = include_str!("badges/endorsed.json");

/// A context that nobody has compiled.
const EXTRA: &str = r#"{"@context": {"ext": "https://example.com/ext#", "level": "ext:level",
    "Course": {"@id": "ext:Course", "@context": {"room": {"@id": "ext:room", "@type": "@id"}}},
    "titles": {"@id": "ext:titles", "@container": "@language"}}}"#;

fn find(url: &str) -> Option<Cow<'static, str>> {
    (url == "https://example.com/extra").then(|| EXTRA.into())
}

/// One change of a document.
#[derive(Debug, Clone)]
enum Mutation {
    /// Leaves a member out.
    Remove(Index),
    /// Puts another value in the place of one.
    Replace(Index, Value),
    /// Adds a member to an object.
    Add(Index, String, Value),
    /// Calls a member differently.
    Rename(Index, String),
    /// Puts a value in an array, or in an object that stands for one.
    Wrap(Index, Option<&'static str>),
    /// Puts a copy of one part in the place of another.
    Copy(Index, Index),
    /// Other contexts for the whole document.
    Contexts(Vec<Value>),
}

fn terms() -> Vec<String> {
    fn names(value: &Value, into: &mut Vec<String>) {
        for (key, value) in value.as_object().into_iter().flatten() {
            if !key.starts_with('@') {
                into.push(key.clone());
            }
            names(value, into);
        }
    }
    let mut terms = Vec::new();
    for context in PUBLISHED_CONTEXTS {
        names(&serde_json::from_str(context.text).unwrap(), &mut terms);
    }
    terms.sort();
    terms.dedup();
    terms
}

fn any_name() -> impl Strategy<Value = String> {
    let odd = [
        "colour",
        "https://example.com/colour",
        "ext:colour",
        "xsd:date",
        "_:b",
        "@id",
        "@type",
        "@index",
        "@foo",
        "a b",
        "",
    ];
    prop_oneof![
        6 => select(terms()),
        1 => select(odd.map(str::to_owned).to_vec()),
    ]
}

fn any_text() -> impl Strategy<Value = String> {
    let known = [
        "https://example.com/a",
        "urn:uuid:1",
        "did:example:1",
        "_:b0",
        "_:b1",
        "relative",
        "#part",
        "//host/path",
        "mailto:a@b",
        "Achievement",
        "Alignment",
        "Profile",
        "Colour",
        "DataIntegrityProof",
        "VerifiableCredential",
        "JsonSchema",
        "EndorsementCredential",
        "assertionMethod",
        "@foo",
        "@type",
        "2026-11-23T16:48:31Z",
        "a \"quoted\" \\ text\n",
        "https://exa mple",
        "relative-9d03c5a8://base/x",
        "https://undefined.invalid/74b2e6f1/x",
        "",
    ];
    prop_oneof![4 => select(known.map(str::to_owned).to_vec()), 1 => ".{0,12}"]
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        4 => any_text().prop_map(Value::from),
        1 => any::<i32>().prop_map(Value::from),
        1 => any::<f64>().prop_map(Value::from),
        1 => select(vec![json!(null), json!(true), json!(1e21), json!(100.0), json!(0.1), json!(-0.0), json!([]), json!({})]),
        1 => any_text().prop_map(|text| json!({"@value": text})),
        1 => any_text().prop_map(|text| json!({"@value": text, "@language": "en-US"})),
        1 => (any_text(), any_text()).prop_map(|(text, kind)| json!({"@value": text, "@type": kind})),
        1 => any_text().prop_map(|text| json!({"id": text})),
        1 => any_text().prop_map(|text| json!({"en": text, "ja": ["一", "二"]})),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::vec((any_name(), inner.clone()), 0..3)
                .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
            (any_text(), inner.clone()).prop_map(|(kind, value)| json!({"type": kind, "name": value})),
            inner.clone().prop_map(|value| json!({"@list": value})),
            inner.prop_map(|value| json!({"@set": value})),
        ]
    })
}

fn any_contexts() -> impl Strategy<Value = Vec<Value>> {
    let mut known: Vec<Value> = PUBLISHED_CONTEXTS.iter().map(|context| json!(context.url)).collect();
    known.push(json!("https://example.com/extra"));
    known.push(json!({"ext": "https://example.com/ext#", "colour": {"@id": "ext:colour", "@type": "@id"}}));
    known.push(json!({"@vocab": "https://example.com/vocabulary#"}));
    known.push(json!({"level": {"@reverse": "https://example.com/level"}}));
    prop::collection::vec(select(known), 1..4)
}

fn any_mutation() -> impl Strategy<Value = Mutation> {
    let at = any::<Index>;
    prop_oneof![
        4 => at().prop_map(Mutation::Remove),
        4 => (at(), any_value()).prop_map(|(at, value)| Mutation::Replace(at, value)),
        4 => (at(), any_name(), any_value()).prop_map(|(at, name, value)| Mutation::Add(at, name, value)),
        2 => (at(), any_name()).prop_map(|(at, name)| Mutation::Rename(at, name)),
        2 => (at(), select(vec![None, Some("@set"), Some("@list"), Some("@graph"), Some("@value")]))
            .prop_map(|(at, with)| Mutation::Wrap(at, with)),
        4 => (at(), at()).prop_map(|(from, to)| Mutation::Copy(from, to)),
        1 => any_contexts().prop_map(Mutation::Contexts),
    ]
}

/// JSON pointers to every value but the document itself.
fn places(value: &Value, pointer: &str, into: &mut Vec<String>) {
    let escape = |key: &str| key.replace('~', "~0").replace('/', "~1");
    let below: Vec<(String, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(key, value)| (escape(key), value)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(at, item)| (at.to_string(), item)).collect(),
        _ => Vec::new(),
    };
    for (step, value) in below {
        let pointer = format!("{pointer}/{step}");
        places(value, &pointer, into);
        into.push(pointer);
    }
}

fn apply(document: &mut Value, mutation: &Mutation) {
    let mut all = Vec::new();
    places(document, "", &mut all);
    if all.is_empty() {
        return;
    }
    let place = |at: &Index| at.get(all.as_slice()).as_str();
    match mutation {
        Mutation::Remove(at) => drop(take(document, place(at))),
        Mutation::Replace(at, value) => *document.pointer_mut(place(at)).unwrap() = value.clone(),
        Mutation::Add(at, name, value) => {
            if let Some(Value::Object(members)) = document.pointer_mut(place(at)) {
                members.insert(name.clone(), value.clone());
            }
        }
        Mutation::Rename(at, name) => {
            let pointer = place(at).to_owned();
            let parent = pointer.rsplit_once('/').unwrap().0;
            if document.pointer(parent).unwrap().is_object() {
                let value = take(document, &pointer).unwrap();
                document.pointer_mut(parent).unwrap()[name.as_str()] = value;
            }
        }
        Mutation::Wrap(at, with) => {
            let found = document.pointer_mut(place(at)).unwrap();
            let value = found.take();
            *found = with.map_or_else(|| json!([value]), |key| json!({key: value}));
        }
        Mutation::Copy(from, to) => {
            let value = document.pointer(place(from)).unwrap().clone();
            *document.pointer_mut(place(to)).unwrap() = value;
        }
        Mutation::Contexts(contexts) => document["@context"] = Value::Array(contexts.clone()),
    }
}

fn take(document: &mut Value, pointer: &str) -> Option<Value> {
    let (parent, key) = pointer.rsplit_once('/')?;
    match document.pointer_mut(parent)? {
        Value::Object(members) => members.shift_remove(&key.replace("~1", "/").replace("~0", "~")),
        Value::Array(items) => Some(items.remove(key.parse().ok()?)),
        _ => None,
    }
}

fn any_document() -> impl Strategy<Value = Value> {
    let seeds = [MINIMAL, FULL, ENDORSED, VERSION_1, VERSION_2]
        .map(|text| serde_json::from_str::<Value>(text).unwrap());
    (select(seeds.to_vec()), prop::collection::vec(any_mutation(), 0..5)).prop_map(
        |(mut document, mutations)| {
            for mutation in &mutations {
                apply(&mut document, mutation);
            }
            document
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, max_shrink_iters: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn tables_and_library_agree_on_every_document(document in any_document()) {
        let (ours, library) = (canonicalize_with(&document, &find), canonicalize_generally(&document, &find));
        match (ours, library) {
            (Ok(ours), Ok(library)) => prop_assert!(ours == library, "{}\n{}", document, difference(&ours, &library)),
            (Err(_), Err(_)) => {}
            (Ok(_), Err(error)) if is_beyond_the_library(&error) => {}
            (ours, library) => prop_assert!(false, "{}\n{:?}\n{:?}", document, ours, library),
        }
    }
}

/// The library would answer otherwise than the specification, or not at all.
fn is_beyond_the_library(error: &JsonLdError) -> bool {
    matches!(
        error,
        JsonLdError::LibraryFailed { .. }
            | JsonLdError::SeveralScopes { .. }
            | JsonLdError::ScopeInScope { .. }
    )
}

/// Below a term with a context of its own, the library keeps the terms of the outer node's type, here `xsd`: so it is not asked.
///
/// [Step 7](https://www.w3.org/TR/json-ld11-api/#expansion-algorithm) takes them away first. The expected text was made with `PyLD` 3.3.0.
#[test]
fn terms_of_an_outer_type_end_where_a_member_has_its_own_context() {
    let document: Value = serde_json::from_str(include_str!("scopes/outer_type.json")).unwrap();
    let expected = include_str!("scopes/outer_type.nq");
    let ours = canonicalize_with(&document, &find).unwrap();
    assert_eq!(difference(&ours, expected), "");
    let refusal = canonicalize_generally(&document, &find).unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "the member `credentialSchema` at /credentialSchema changes the context inside of a type that does too, \
         next to contexts that are not compiled in"
    );
}

#[test]
fn a_member_with_a_context_of_its_own_that_needs_no_other_is_no_obstacle() {
    let mut document: Value = serde_json::from_str(VERSION_1).unwrap();
    let schema = json!({"id": "https://example.com/schema", "type": "JsonSchemaValidator2018"});
    for schemas in [
        schema.clone(),
        json!([schema, {"id": "https://example.com/other", "type": "JsonSchemaValidator2018"}]),
    ] {
        document["credentialSchema"] = schemas;
        let ours = canonicalize_with(&document, &find).unwrap();
        assert_eq!(difference(&ours, &canonicalize_generally(&document, &find).unwrap()), "");
    }
}

/// Writes a text to some place of a document.
type Change = fn(&mut Value, &str);

#[test]
fn a_document_with_a_mark_of_this_library_is_refused_on_both_paths() {
    for mark in [
        "relative-9d03c5a8://base/x",
        "relative-9d03c5a8:x",
        "https://undefined.invalid/74b2e6f1/x",
        "https://something.invalid/",
    ] {
        let places: [(&str, Change); 4] = [
            ("/id", |document, mark| document["id"] = json!(mark)),
            ("/type/2", |document, mark| document["type"].as_array_mut().unwrap().push(json!(mark))),
            ("/credentialSubject/source", |document, mark| {
                document["credentialSubject"]["source"] = json!({"id": mark});
            }),
            ("", |document, mark| {
                document["@context"].as_array_mut().unwrap().push(json!({"marked": {"@id": mark}}));
                document["marked"] = json!("x");
            }),
        ];
        for (place, change) in places {
            let mut document: Value = serde_json::from_str(MINIMAL).unwrap();
            change(&mut document, mark);
            let refusals = [canonicalize_with(&document, &find), canonicalize_generally(&document, &find)];
            for refusal in refusals.map(Result::unwrap_err) {
                let sentence = refusal.to_string();
                assert!(sentence.starts_with(&format!("`{mark}` at {place}")), "{sentence}");
                assert!(matches!(refusal, JsonLdError::ReservedIri { .. }), "{sentence}");
            }
        }
        let mut document: Value = serde_json::from_str(MINIMAL).unwrap();
        document["name"] = json!(mark);
        assert_eq!(
            canonicalize_with(&document, &find).unwrap(),
            canonicalize_generally(&document, &find).unwrap(),
            "as a text it is one like any other"
        );
    }
}

/// The lines that only one of them has.
fn difference(ours: &str, library: &str) -> String {
    let only = |here: &str, there: &str, sign: char| {
        let lines = here.lines().filter(|line| there.lines().all(|other| other != *line));
        lines.fold(String::new(), |text, line| format!("{text}{sign} {line}\n"))
    };
    only(ours, library, '+') + &only(library, ours, '-')
}

fn cases() -> u32 {
    option_env!("OPENBADGES_CASES").and_then(|cases| cases.parse().ok()).unwrap_or(400)
}

#[test]
fn whole_badges_of_every_version_take_the_quick_path() {
    for text in [MINIMAL, FULL, ENDORSED, VERSION_1, VERSION_2] {
        let document: Value = serde_json::from_str(text).unwrap();
        assert!(is_quick(&document, &find), "{}", document["type"]);
        assert_eq!(
            canonicalize_with(&document, &find).unwrap(),
            canonicalize_generally(&document, &find).unwrap()
        );
    }
}
