//! `eddsa-rdfc-2022` against every published intermediate step.
//!
//! [vc-di-eddsa B.1](https://www.w3.org/TR/vc-di-eddsa/#representation-eddsa-rdfc-2022) and the Open Badges 3.0
//! implementation guide; sources and licences are in `../vectors/SOURCES.md`.

use crate::published::{contexts, hex, json, published_key, signing_key, vector};
use openbadges::key::{SigningKey, VerifyingKey, multibase};
use openbadges::proof::ProofError;
use openbadges::proof::data_integrity::{SecuredDocument, hash_pair};
use openbadges::proof::eddsa_rdfc::{proof_configuration, transform, verify};
use serde_json::{Map, Value};

/// One credential with all its published steps.
struct Steps {
    signed: &'static str,
    canonical_document: &'static str,
    canonical_proof: &'static str,
    document_hash: &'static str,
    proof_hash: &'static str,
    combined_hash: &'static str,
    signature_hex: &'static str,
    signature_base58: &'static str,
}

macro_rules! steps {
    ($folder:literal) => {
        Steps {
            signed: vector!($folder, "signedDataInt.json"),
            canonical_document: vector!($folder, "canonDocDataInt.txt"),
            canonical_proof: vector!($folder, "proofCanonDataInt.txt"),
            document_hash: vector!($folder, "docHashDataInt.txt"),
            proof_hash: vector!($folder, "proofHashDataInt.txt"),
            combined_hash: vector!($folder, "combinedHashDataInt.txt"),
            signature_hex: vector!($folder, "sigHexDataInt.txt"),
            signature_base58: vector!($folder, "sigBTC58DataInt.txt"),
        }
    };
}

const ALUMNI: Steps = steps!("w3c-vc-di-eddsa/TestVectors/eddsa-rdfc-2022/");
const EMPLOYMENT: Steps = steps!("w3c-vc-di-eddsa/TestVectors/eddsa-rdfc-2022/employ/");

fn taken_apart(signed: &str) -> (Value, Map<String, Value>) {
    let SecuredDocument { unsecured, mut proofs } = SecuredDocument::split(json(signed)).unwrap();
    (unsecured, proofs.remove(0).as_object().unwrap().clone())
}

fn every_step_agrees(steps: &Steps) {
    let (unsecured, proof) = taken_apart(steps.signed);
    let canonical_document = transform(&unsecured, &contexts).unwrap();
    assert_eq!(canonical_document, steps.canonical_document);
    let canonical_proof = proof_configuration(&unsecured, &proof, &contexts).unwrap();
    assert_eq!(canonical_proof, steps.canonical_proof);
    let hash_data = hash_pair(&canonical_proof, &canonical_document);
    assert_eq!(hex(&hash_data), steps.combined_hash);
    assert_eq!(hex(&hash_data), format!("{}{}", steps.proof_hash, steps.document_hash));
    let signature = signing_key(&published_key("privateKeyMultibase")).sign(&hash_data);
    assert_eq!(hex(&signature), steps.signature_hex);
    assert_eq!(multibase::base58_encode(&signature), steps.signature_base58);
    assert_eq!(proof["proofValue"], steps.signature_base58);
}

#[test]
fn the_alumni_credential_agrees_at_every_step() {
    every_step_agrees(&ALUMNI);
}

#[test]
fn the_employment_credential_agrees_at_every_step() {
    every_step_agrees(&EMPLOYMENT);
}

#[test]
fn the_published_signatures_verify() {
    let key = VerifyingKey::from_multikey(&published_key("publicKeyMultibase")).unwrap();
    for steps in [&ALUMNI, &EMPLOYMENT] {
        let (unsecured, proof) = taken_apart(steps.signed);
        verify(&unsecured, &proof, &key, &contexts).unwrap();
    }
}

#[test]
fn a_changed_document_or_proof_does_not_verify() {
    let key = VerifyingKey::from_multikey(&published_key("publicKeyMultibase")).unwrap();
    let (unsecured, proof) = taken_apart(ALUMNI.signed);

    let mut changed = unsecured.clone();
    changed["credentialSubject"]["alumniOf"] = "The School of Forgers".into();
    assert!(matches!(verify(&changed, &proof, &key, &contexts), Err(ProofError::SignatureMismatch)));

    let mut later = proof.clone();
    later.insert("created".to_owned(), "2024-02-24T23:36:38Z".into());
    assert!(matches!(verify(&unsecured, &later, &key, &contexts), Err(ProofError::SignatureMismatch)));

    let other = SigningKey::from_seed(&[9; 32]).verifying_key();
    assert!(matches!(verify(&unsecured, &proof, &other, &contexts), Err(ProofError::SignatureMismatch)));
}

#[test]
fn the_badge_of_the_implementation_guide_agrees_and_verifies() {
    let (unsecured, proof) = taken_apart(vector!("ob3-impl-guide/", "signed-ob.json"));
    assert_eq!(
        transform(&unsecured, &contexts).unwrap(),
        vector!("ob3-impl-guide/", "obv3p0/document-canon.txt")
    );
    assert_eq!(
        proof_configuration(&unsecured, &proof, &contexts).unwrap(),
        vector!("ob3-impl-guide/", "obv3p0/proof-canon.txt")
    );
    let method = proof["verificationMethod"].as_str().unwrap();
    let key = VerifyingKey::from_multikey(method.split_once('#').unwrap().1).unwrap();
    verify(&unsecured, &proof, &key, &contexts).unwrap();
}

#[test]
fn every_proof_of_a_published_set_verifies_by_itself() {
    let set = vector!("w3c-vc-di-eddsa/TestVectors/proof-set-chain/", "signedProofSet2.json");
    let SecuredDocument { unsecured, proofs } = SecuredDocument::split(json(set)).unwrap();
    assert_eq!(proofs.len(), 2);
    for proof in &proofs {
        let method = proof["verificationMethod"].as_str().unwrap();
        let key = VerifyingKey::from_multikey(method.split_once('#').unwrap().1).unwrap();
        verify(&unsecured, proof.as_object().unwrap(), &key, &contexts).unwrap();
    }
}

#[test]
fn the_older_ed25519_signature_2020_agrees_at_every_step() {
    let (unsecured, proof) =
        taken_apart(vector!("w3c-vc-di-eddsa/TestVectors/Ed25519Signature2020/", "signedEdSig.json"));
    let canonical_document = transform(&unsecured, &contexts).unwrap();
    assert_eq!(
        canonical_document,
        vector!("w3c-vc-di-eddsa/TestVectors/Ed25519Signature2020/", "canonDocEdSig.txt")
    );
    let canonical_proof = proof_configuration(&unsecured, &proof, &contexts).unwrap();
    assert_eq!(
        canonical_proof,
        vector!("w3c-vc-di-eddsa/TestVectors/Ed25519Signature2020/", "proofCanonEdSig.txt")
    );
    assert_eq!(
        hex(&hash_pair(&canonical_proof, &canonical_document)),
        vector!("w3c-vc-di-eddsa/TestVectors/Ed25519Signature2020/", "combinedHashEdSig.txt")
    );
    let key = VerifyingKey::from_multikey(&published_key("publicKeyMultibase")).unwrap();
    verify(&unsecured, &proof, &key, &contexts).unwrap();
}

#[test]
fn each_proof_of_a_published_chain_signs_the_proofs_before_it() {
    let chain = vector!("w3c-vc-di-eddsa/TestVectors/proof-set-chain/", "signedProofChain2.json");
    let SecuredDocument { unsecured, proofs } = SecuredDocument::split(json(chain)).unwrap();
    for (index, previous) in [(2, vec![0, 1]), (3, vec![2])] {
        let previous = previous.into_iter().map(|index: usize| proofs[index].clone()).collect();
        let input = SecuredDocument { unsecured: unsecured.clone(), proofs: previous }.join();
        let method = proofs[index]["verificationMethod"].as_str().unwrap();
        let key = VerifyingKey::from_multikey(method.split_once('#').unwrap().1).unwrap();
        verify(&input, proofs[index].as_object().unwrap(), &key, &contexts).unwrap();
    }
}
