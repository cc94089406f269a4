//! The published canonical forms, from document and proof configuration to N-Quads.
//!
//! [vc-di-eddsa B](https://www.w3.org/TR/vc-di-eddsa/#test-vectors) and the Open Badges 3.0 implementation guide.
#![expect(clippy::unwrap_used, reason = "a vector that cannot be read is a failed test")]

use openbadges::jsonld::{JsonLdError, canonicalize, canonicalize_with};
use serde_json::{Value, json};
use std::borrow::Cow;

macro_rules! vector {
    ($path:literal) => {
        include_str!(concat!("vectors/", $path))
    };
}

/// `https://www.w3.org/ns/credentials/examples/v2`: whatever is undefined belongs to one vocabulary.
const EXAMPLES: &str = r#"{"@context": {"@vocab": "https://www.w3.org/ns/credentials/examples#"}}"#;

/// What the employment vector needs of `https://w3id.org/citizenship/v4rc1`, written after its published N-Quads.
const CITIZENSHIP: &str = r#"{"@context": {
    "EmploymentAuthorizationDocumentCredential": "https://w3id.org/citizenship#EmploymentAuthorizationDocumentCredential",
    "EmployablePerson": {"@id": "https://w3id.org/citizenship#EmployablePerson", "@context": {
        "employmentAuthorizationDocument": {"@id": "https://w3id.org/citizenship#employmentAuthorizationDocument", "@type": "@id"}}},
    "EmploymentAuthorizationDocument": {"@id": "https://w3id.org/citizenship#EmploymentAuthorizationDocument", "@context": {
        "identifier": "https://schema.org/identifier",
        "lprCategory": "https://w3id.org/citizenship#lprCategory",
        "lprNumber": "https://w3id.org/citizenship#lprNumber"}},
    "Person": {"@id": "https://schema.org/Person", "@context": {
        "additionalName": "https://schema.org/additionalName",
        "birthCountry": "https://w3id.org/citizenship#birthCountry",
        "birthDate": {"@id": "https://schema.org/birthDate", "@type": "http://www.w3.org/2001/XMLSchema#dateTime"},
        "familyName": "https://schema.org/familyName",
        "gender": "https://schema.org/gender",
        "givenName": "https://schema.org/givenName",
        "residentSince": {"@id": "https://w3id.org/citizenship#residentSince", "@type": "http://www.w3.org/2001/XMLSchema#dateTime"}}},
    "image": {"@id": "https://schema.org/image", "@type": "@id"}
}}"#;

fn find(url: &str) -> Option<Cow<'static, str>> {
    match url {
        "https://www.w3.org/ns/credentials/examples/v2" => Some(EXAMPLES.into()),
        "https://w3id.org/citizenship/v4rc1" => Some(CITIZENSHIP.into()),
        _ => None,
    }
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn canonical(document: &Value) -> String {
    canonicalize_with(document, &find).unwrap()
}

#[test]
fn the_alumni_credential_has_the_published_canonical_form() {
    assert_eq!(
        canonical(&parse(vector!("w3c-vc-di-eddsa/TestVectors/unsigned.json"))),
        vector!("w3c-vc-di-eddsa/TestVectors/eddsa-rdfc-2022/canonDocDataInt.txt")
    );
}

#[test]
fn the_data_integrity_proof_configuration_has_the_published_canonical_form() {
    assert_eq!(
        canonical(&parse(vector!("w3c-vc-di-eddsa/TestVectors/eddsa-rdfc-2022/proofConfigDataInt.json"))),
        vector!("w3c-vc-di-eddsa/TestVectors/eddsa-rdfc-2022/proofCanonDataInt.txt")
    );
}

#[test]
fn the_employment_credential_has_the_published_canonical_form() {
    assert_eq!(
        canonical(&parse(vector!("w3c-vc-di-eddsa/TestVectors/employmentAuth.json"))),
        vector!("w3c-vc-di-eddsa/TestVectors/eddsa-rdfc-2022/employ/canonDocDataInt.txt")
    );
}

#[test]
fn the_employment_proof_configuration_has_the_published_canonical_form() {
    assert_eq!(
        canonical(&parse(vector!(
            "w3c-vc-di-eddsa/TestVectors/eddsa-rdfc-2022/employ/proofConfigDataInt.json"
        ))),
        vector!("w3c-vc-di-eddsa/TestVectors/eddsa-rdfc-2022/employ/proofCanonDataInt.txt")
    );
}

#[test]
fn the_ed25519_signature_2020_proof_configuration_has_the_published_canonical_form() {
    assert_eq!(
        canonical(&parse(vector!("w3c-vc-di-eddsa/TestVectors/Ed25519Signature2020/proofConfigEdSig.json"))),
        vector!("w3c-vc-di-eddsa/TestVectors/Ed25519Signature2020/proofCanonEdSig.txt")
    );
}

#[test]
fn the_implementation_guide_badge_has_the_published_canonical_form() {
    let mut badge = parse(vector!("ob3-impl-guide/signed-ob.json"));
    let mut proof = badge.as_object_mut().unwrap().remove("proof").unwrap();
    assert_eq!(canonicalize(&badge).unwrap(), vector!("ob3-impl-guide/obv3p0/document-canon.txt"));

    let configuration = proof.as_object_mut().unwrap();
    configuration.remove("proofValue");
    configuration.insert("@context".to_owned(), badge["@context"].clone());
    assert_eq!(canonicalize(&proof).unwrap(), vector!("ob3-impl-guide/obv3p0/proof-canon.txt"));
}

fn badge() -> Value {
    let mut badge = parse(vector!("ob3-impl-guide/signed-ob.json"));
    badge.as_object_mut().unwrap().remove("proof");
    badge
}

#[test]
fn an_undefined_property_refuses_the_badge_and_says_where_it_is() {
    let mut badge = badge();
    badge["credentialSubject"]["achievement"]["colour"] = json!("red");
    assert_eq!(
        canonicalize(&badge).unwrap_err().to_string(),
        "the term `colour` at /credentialSubject/achievement/colour is not defined by the document's contexts"
    );
}

#[test]
fn an_undefined_property_refuses_the_badge_even_without_a_value() {
    for nothing in [json!(null), json!([]), json!([null])] {
        let mut badge = badge();
        badge["colour"] = nothing;
        assert!(
            matches!(canonicalize(&badge), Err(JsonLdError::UndefinedTerm { term, .. }) if term == "colour")
        );
    }
}

#[test]
fn an_undefined_type_refuses_the_badge() {
    let mut badge = badge();
    badge["type"] = json!(["VerifiableCredential", "OpenBadgeCredential", "Medal"]);
    assert_eq!(
        canonicalize(&badge).unwrap_err().to_string(),
        "the term `Medal` at /type/2 is not defined by the document's contexts"
    );
}

#[test]
fn a_relative_identifier_refuses_the_badge() {
    for reference in ["subjects/1", "/subjects/1", "//example.com/1", "#1", "?1", "../1"] {
        let mut badge = badge();
        badge["credentialSubject"]["id"] = json!(reference);
        let refusal = canonicalize(&badge).unwrap_err();
        assert!(matches!(refusal, JsonLdError::RelativeReference { .. }), "{reference}: {refusal}");
    }
}

#[test]
fn a_context_that_nobody_knows_is_named() {
    let mut badge = badge();
    badge["@context"].as_array_mut().unwrap().push(json!("https://example.com/unknown"));
    assert_eq!(
        canonicalize(&badge).unwrap_err().to_string(),
        "the contexts https://example.com/unknown are not known"
    );
}

#[test]
fn a_protected_term_cannot_be_given_another_meaning() {
    let mut badge = badge();
    badge["@context"].as_array_mut().unwrap().push(json!({"name": "https://example.com/name"}));
    assert!(matches!(canonicalize(&badge), Err(JsonLdError::Syntax { .. })));
}

#[test]
fn a_name_that_is_no_iri_refuses_the_badge() {
    let mut badge = badge();
    badge["id"] = json!("https://example.com/a b");
    assert!(matches!(canonicalize(&badge), Err(JsonLdError::InvalidIri { .. })));
}

#[test]
fn a_poison_graph_is_refused() {
    let mut badge = badge();
    let knows: Vec<Value> = (0..10).map(|node| json!(format!("_:n{node}"))).collect();
    let nodes: Vec<Value> = (0..10)
        .map(|node| json!({"@id": format!("_:n{node}"), "https://example.com/knows": knows.iter().map(|id| json!({"@id": id})).collect::<Vec<_>>()}))
        .collect();
    badge["https://example.com/nodes"] = json!(nodes);
    assert!(matches!(canonicalize(&badge), Err(JsonLdError::Poisoned)));
}

#[test]
fn numbers_of_a_float_term_keep_their_datatype() {
    let mut badge = badge();
    badge["credentialSubject"]["creditsEarned"] = json!(1.5);
    badge["credentialSubject"]["achievement"]["creditsAvailable"] = json!(2);
    let canonical = canonicalize(&badge).unwrap();
    assert!(canonical.contains(r#"creditsEarned> "1.5E0"^^<https://www.w3.org/2001/XMLSchema#float> ."#));
    assert!(canonical.contains(r#"creditsAvailable> "2"^^<https://www.w3.org/2001/XMLSchema#float> ."#));
}
