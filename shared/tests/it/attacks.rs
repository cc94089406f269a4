//! What a holder can do to a credential without the issuer's key, and why it does not help.

use openbadges::model::BitstringStatusListEntry;
use openbadges::proof::eddsa_jcs;
use openbadges::verify::{CheckResult, Outcome};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::scene::{Scene, judged, moment, refusal};

/// A credential that has expired.
fn expired() -> (Scene, Value) {
    let mut scene = Scene::with_did_key();
    scene.award.valid_until = Some(moment("2026-11-24T00:00:00Z"));
    let document = serde_json::from_str(&scene.signed()).unwrap();
    (scene, document)
}

fn rename(document: &mut Value, from: &str, to: &str, change: impl FnOnce(Value) -> Value) {
    let object = document.as_object_mut().unwrap();
    let value = object.remove(from).unwrap();
    object.insert(to.to_owned(), change(value));
}

#[test]
fn an_end_of_validity_under_an_alias_is_found_among_the_signed_statements() {
    let (scene, mut document) = expired();
    assert_eq!(scene.verdict(&document.to_string()).outcome, Outcome::Expired);

    let alias = json!({"until": {
        "@id": "https://www.w3.org/2018/credentials#validUntil",
        "@type": "http://www.w3.org/2001/XMLSchema#dateTime"
    }});
    document["@context"].as_array_mut().unwrap().push(alias);
    rename(&mut document, "validUntil", "until", |value| value);
    let detail = "/validUntil was signed 1 times, the document shows it 0 times".to_owned();
    assert_eq!(refusal(&scene.verdict(&document.to_string())), (Outcome::Malformed, "signature", detail));
}

#[test]
fn an_end_of_validity_under_its_iri_is_found_too() {
    let (scene, mut document) = expired();
    rename(
        &mut document,
        "validUntil",
        "https://www.w3.org/2018/credentials#validUntil",
        |value| json!({"@value": value, "@type": "http://www.w3.org/2001/XMLSchema#dateTime"}),
    );
    assert_eq!(scene.verdict(&document.to_string()).outcome, Outcome::Malformed);
}

#[test]
fn a_status_under_an_alias_is_found_too() {
    let mut scene = Scene::with_did_web();
    scene.award.status =
        Some(BitstringStatusListEntry::new("https://badges.example/status/1", 7, "revocation"));
    let mut document: Value = serde_json::from_str(&scene.signed()).unwrap();
    rename(
        &mut document,
        "credentialStatus",
        "https://www.w3.org/2018/credentials#credentialStatus",
        |value| value,
    );
    let verdict = scene.verdict(&document.to_string());
    assert_ne!(verdict.outcome, Outcome::Valid, "{:?}", verdict.checks);
}

#[test]
fn an_end_of_a_proof_under_an_alias_is_found_too() {
    let scene = Scene::with_did_key();
    let unsigned = serde_json::to_value(scene.credential()).unwrap();
    let signed = with_expiring_proof(&scene, unsigned);
    let mut document = signed;
    assert_eq!(scene.verdict(&document.to_string()).outcome, Outcome::ProofInvalid, "it has expired");
    let alias = json!({"until": {
        "@id": "https://w3id.org/security#expiration",
        "@type": "http://www.w3.org/2001/XMLSchema#dateTime"
    }});
    document["@context"].as_array_mut().unwrap().push(alias);
    rename(&mut document["proof"], "expires", "until", |value| value);
    assert_eq!(scene.verdict(&document.to_string()).outcome, Outcome::Malformed);
}

/// A proof of the suite that says when it ends; the library writes none itself.
fn with_expiring_proof(scene: &Scene, mut document: Value) -> Value {
    use openbadges::key::multibase;
    use openbadges::proof::{data_integrity::hash_pair, eddsa_rdfc::Canonical};
    let mut proof = json!({
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": "2026-11-23T16:48:31Z",
        "expires": "2026-11-23T17:00:00Z",
        "verificationMethod": scene.verification_method(),
        "proofPurpose": "assertionMethod"
    });
    let canonical = Canonical::of(&document, proof.as_object().unwrap(), &|_| None).unwrap();
    let signature = scene.key.sign(&hash_pair(&canonical.proof, &canonical.document));
    proof["proofValue"] = multibase::base58_encode(&signature).into();
    document["proof"] = proof;
    document
}

#[test]
fn a_signature_of_one_credential_does_not_fit_another() {
    let scene = Scene::with_did_key();
    let mut other = Scene::with_did_key();
    other.award.recipient.id = "urn:uuid:00000000-0000-0000-0000-00000000000b".to_owned();
    let theirs: Value = serde_json::from_str(&other.signed()).unwrap();
    let text = scene.tampered(|document| document["proof"] = theirs["proof"].clone());
    assert_eq!(scene.verdict(&text).outcome, Outcome::ProofInvalid);
}

#[test]
fn a_did_document_about_someone_else_is_not_used() {
    let mut scene = Scene::with_did_web();
    for document in scene.documents.values_mut() {
        *document = document.replace("\"id\":\"did:web:badges.example\"", "\"id\":\"did:web:evil.example\"");
    }
    let verdict = scene.verdict(&scene.signed());
    assert_eq!(verdict.outcome, Outcome::KeyUnknown, "{:?}", verdict.checks);
}

/// Where a document is changed, by the number of the value in reading order, and into what.
fn change_at(value: &mut Value, left: &mut usize, into: &Value) -> bool {
    if *left == 0 {
        *value = into.clone();
        return true;
    }
    *left -= 1;
    match value {
        Value::Object(members) => members.values_mut().any(|member| change_at(member, left, into)),
        Value::Array(items) => items.iter_mut().any(|item| change_at(item, left, into)),
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Over the JSON itself, every change at all is found.
    #[test]
    fn no_change_of_any_value_leaves_a_jcs_proof_valid(at in 1_usize..60, into in prop_oneof![
        Just(json!(null)), Just(json!("x")), Just(json!([])), Just(json!({})), Just(json!(7)), Just(json!("did:key:z6Mk")),
    ]) {
        let scene = Scene::with_did_key();
        let unsigned = serde_json::to_value(scene.credential()).unwrap();
        let signed = eddsa_jcs::add_proof(unsigned, &scene.key, &scene.verification_method(), scene.award.awarded_at).unwrap();
        prop_assert_eq!(scene.verdict(&signed.to_string()).outcome, Outcome::Valid);
        let mut changed = signed.clone();
        if change_at(&mut changed, &mut at.clone(), &into) && changed != signed {
            let verdict = scene.verdict(&changed.to_string());
            prop_assert_ne!(verdict.outcome, Outcome::Valid, "{}", changed);
            prop_assert!(verdict.checks.iter().any(|check| check.result == CheckResult::Failed));
        }
    }

    /// Over statements, a change is found unless it changes no statement: a null says nothing, as does an empty list.
    #[test]
    fn no_change_of_any_text_leaves_an_rdfc_proof_valid(at in 1_usize..60, into in "[a-z:]{1,9}") {
        let scene = Scene::with_did_key();
        let signed: Value = serde_json::from_str(&scene.signed()).unwrap();
        let mut changed = signed.clone();
        if change_at(&mut changed, &mut at.clone(), &json!(into)) && changed != signed {
            let verdict = scene.verdict(&changed.to_string());
            prop_assert_ne!(verdict.outcome, Outcome::Valid, "{}", changed);
        }
    }

    #[test]
    fn no_cut_or_flip_of_the_text_makes_verification_panic(at in 0_usize..1800, byte: u8, cut in 0_usize..1900) {
        let scene = Scene::with_did_key();
        let mut bytes = scene.signed().into_bytes();
        if let Some(target) = bytes.get_mut(at) {
            *target = byte;
        }
        bytes.truncate(cut.max(1));
        let verdict = judged(&String::from_utf8_lossy(&bytes), &scene.documents, moment("2026-11-24T12:00:00Z"));
        prop_assert_eq!(verdict.checks.len(), openbadges::verify::CheckName::ALL.len());
    }
}
