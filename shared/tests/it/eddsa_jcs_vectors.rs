//! `eddsa-jcs-2022` against every published intermediate step.
//!
//! [vc-di-eddsa B.2](https://www.w3.org/TR/vc-di-eddsa/#representation-eddsa-jcs-2022); sources in `../vectors/SOURCES.md`.

use crate::published::{hex, json, published_key, signing_key, vector};
use openbadges::key::{VerifyingKey, multibase};
use openbadges::proof::data_integrity::{SecuredDocument, hash_pair};
use openbadges::proof::eddsa_jcs::{add_proof, proof_configuration, verify};
use openbadges::proof::{ProofError, jcs};
use serde_json::{Map, Value};

macro_rules! jcs_vector {
    ($file:literal) => {
        vector!("w3c-vc-di-eddsa/TestVectors/eddsa-jcs-2022/", $file)
    };
}

fn taken_apart(signed: &str) -> (Value, Map<String, Value>) {
    let SecuredDocument { unsecured, mut proofs } = SecuredDocument::split(json(signed)).unwrap();
    (unsecured, proofs.remove(0).as_object().unwrap().clone())
}

fn published_verifying_key() -> VerifyingKey {
    VerifyingKey::from_multikey(&published_key("publicKeyMultibase")).unwrap()
}

#[test]
fn the_alumni_credential_agrees_at_every_step() {
    let (unsecured, proof) = taken_apart(jcs_vector!("signedJCS.json"));
    let canonical_document = jcs::canonicalize(&unsecured);
    assert_eq!(canonical_document, jcs_vector!("canonDocJCS.txt"));
    let canonical_proof = proof_configuration(&proof);
    assert_eq!(canonical_proof, jcs_vector!("proofCanonJCS.txt"));
    let hash_data = hash_pair(&canonical_proof, &canonical_document);
    assert_eq!(hex(&hash_data), jcs_vector!("combinedHashJCS.txt"));
    assert_eq!(
        hex(&hash_data),
        format!("{}{}", jcs_vector!("proofHashJCS.txt"), jcs_vector!("docHashJCS.txt"))
    );
    let signature = signing_key(&published_key("privateKeyMultibase")).sign(&hash_data);
    assert_eq!(hex(&signature), jcs_vector!("sigHexJCS.txt"));
    assert_eq!(multibase::base58_encode(&signature), jcs_vector!("sigBTC58JCS.txt"));
    verify(&unsecured, &proof, &published_verifying_key()).unwrap();
}

#[test]
fn signing_makes_the_published_proof() {
    let unsigned = json(vector!("w3c-vc-di-eddsa/TestVectors/", "unsigned.json"));
    let multikey = published_key("publicKeyMultibase");
    let method = format!("did:key:{multikey}#{multikey}");
    let key = signing_key(&published_key("privateKeyMultibase"));
    let signed = add_proof(unsigned, &key, &method, "2023-02-24T23:36:38Z".parse().unwrap()).unwrap();
    assert_eq!(signed["proof"][0], json(jcs_vector!("signedJCS.json"))["proof"]);
}

#[test]
fn contexts_added_at_the_end_keep_the_proof_and_others_break_it() {
    let (mut unsecured, proof) = taken_apart(jcs_vector!("signedJCS.json"));
    unsecured["@context"].as_array_mut().unwrap().push("https://example.com/more".into());
    verify(&unsecured, &proof, &published_verifying_key()).unwrap();

    unsecured["@context"][0] = "https://example.com/other".into();
    assert_eq!(
        verify(&unsecured, &proof, &published_verifying_key()).unwrap_err().to_string(),
        "proof property `@context` is missing or not the beginning of the document's contexts"
    );
}

#[test]
fn a_changed_document_does_not_verify() {
    let (mut unsecured, proof) = taken_apart(jcs_vector!("signedJCS.json"));
    unsecured["added"] = Value::Null;
    let verdict = verify(&unsecured, &proof, &published_verifying_key());
    assert!(matches!(verdict, Err(ProofError::SignatureMismatch)));
}
