//! Proofs that are read and never written: older suites, chains, tokens inside of credentials.

use openbadges::key::multibase;
use openbadges::model::BitstringStatusListEntry;
use openbadges::proof::data_integrity::{SecuredDocument, hash_pair};
use openbadges::proof::eddsa_rdfc::Canonical;
use openbadges::status::{Bitstring, list_credential};
use openbadges::verify::{CheckName, Outcome};
use serde_json::{Value, json};

use crate::scene::{DID_WEB, Scene, moment, refusal};
use crate::tokens::eddsa;

/// Completes a proof with the signature of the scene's key over a document.
fn sign(scene: &Scene, document: &Value, mut proof: Value) -> Value {
    let canonical = Canonical::of(document, proof.as_object().unwrap(), &|_| None).unwrap();
    let signature = scene.key.sign(&hash_pair(&canonical.proof, &canonical.document));
    proof["proofValue"] = multibase::base58_encode(&signature).into();
    proof
}

fn proof_of(scene: &Scene) -> Value {
    json!({
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": "2026-11-23T16:48:31Z",
        "verificationMethod": scene.verification_method(),
        "proofPurpose": "assertionMethod"
    })
}

#[test]
fn the_older_ed25519_signature_2020_is_verified() {
    let scene = Scene::with_did_key();
    let mut document = serde_json::to_value(scene.credential()).unwrap();
    document["@context"]
        .as_array_mut()
        .unwrap()
        .push(json!("https://w3id.org/security/suites/ed25519-2020/v1"));
    let mut proof = proof_of(&scene);
    proof["type"] = json!("Ed25519Signature2020");
    proof.as_object_mut().unwrap().remove("cryptosuite");
    document["proof"] = sign(&scene, &document, proof);
    let verdict = scene.verdict(&document.to_string());
    assert_eq!(verdict.outcome, Outcome::Valid, "{:?}", verdict.checks);
    document["name"] = json!("Forged");
    assert_eq!(scene.verdict(&document.to_string()).outcome, Outcome::ProofInvalid);
}

#[test]
fn the_name_that_the_suite_had_in_drafts_is_known() {
    let scene = Scene::with_did_key();
    let mut document = serde_json::to_value(scene.credential()).unwrap();
    let mut proof = proof_of(&scene);
    proof["cryptosuite"] = json!("eddsa-2022");
    document["proof"] = sign(&scene, &document, proof);
    assert_eq!(scene.verdict(&document.to_string()).outcome, Outcome::Valid);
}

#[test]
fn a_did_key_without_its_fragment_is_the_same_key() {
    let scene = Scene::with_did_key();
    let mut document = serde_json::to_value(scene.credential()).unwrap();
    let mut proof = proof_of(&scene);
    proof["verificationMethod"] = json!(scene.did);
    document["proof"] = sign(&scene, &document, proof.clone());
    assert_eq!(scene.verdict(&document.to_string()).outcome, Outcome::Valid);
    proof["verificationMethod"] = json!(format!("{}#other", scene.did));
    document["proof"] = sign(&scene, &document, proof);
    assert_eq!(scene.verdict(&document.to_string()).outcome, Outcome::KeyUnknown);
}

#[test]
fn a_proof_after_another_signs_it_too() {
    let scene = Scene::with_did_key();
    let document = serde_json::to_value(scene.credential()).unwrap();
    let mut first = proof_of(&scene);
    first["id"] = json!("urn:uuid:26329423-bec9-4b2e-88cb-a7c7d9dc4544");
    let mut first = sign(&scene, &document, first);
    let mut second = proof_of(&scene);
    second["previousProof"] = first["id"].clone();
    let chained = SecuredDocument { unsecured: document.clone(), proofs: vec![first.clone()] }.join();
    let second = sign(&scene, &chained, second);

    let with = |first: &Value| {
        let proofs = vec![second.clone(), first.clone()];
        scene.verdict(&SecuredDocument { unsecured: document.clone(), proofs }.join().to_string())
    };
    assert_eq!(
        with(&first).check(CheckName::Signature).unwrap().detail,
        "signature fits the document and the key"
    );
    assert_eq!(with(&first).outcome, Outcome::Valid);
    first["created"] = json!("2026-11-23T16:48:32Z");
    assert_eq!(
        with(&first).outcome,
        Outcome::ProofInvalid,
        "neither the changed proof nor the one over it holds"
    );
}

#[test]
fn a_document_with_too_many_proofs_is_refused_before_any_work() {
    let scene = Scene::with_did_key();
    let text = scene.tampered(|document| document["proof"] = json!(vec![document["proof"][0].clone(); 9]));
    let detail = "/proof has 9 proofs, at most 8 are checked".to_owned();
    assert_eq!(refusal(&scene.verdict(&text)), (Outcome::Malformed, "proof_present", detail));
}

/// The document as a token by the scene's key.
fn token(scene: &Scene, mut document: Value, claims: &Value) -> String {
    document.as_object_mut().unwrap().extend(claims.as_object().unwrap().clone());
    eddsa(&scene.key, &json!({"alg": "EdDSA", "kid": scene.verification_method()}), &document)
}

#[test]
fn a_status_list_may_come_as_a_token() {
    let list_url = "https://badges.example/status/1";
    for (set, outcome) in [(false, Outcome::Valid), (true, Outcome::Revoked)] {
        let mut scene = Scene::with_did_web();
        scene.award.status = Some(BitstringStatusListEntry::new(list_url, 3, "revocation"));
        let mut bits = Bitstring::default();
        bits.set(3, set).unwrap();
        let from = moment("2026-11-23T00:00:00Z");
        let list = list_credential(list_url, DID_WEB, "revocation", &bits, from, None);
        let claims = json!({"iss": DID_WEB, "jti": list_url, "nbf": from.as_unix_seconds()});
        scene.documents.insert(list_url.to_owned(), token(&scene, list, &claims));
        assert_eq!(scene.verdict(&scene.signed()).outcome, outcome);
    }
}

#[test]
fn an_endorsement_may_come_as_a_token() {
    let endorser = Scene::with_did_key();
    let scene = Scene::with_did_web();
    let endorsement = json!({
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
        ],
        "id": "urn:uuid:9ad3b1f0-6d6f-4c7e-8c27-3d2f0a1d5e11",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": "Endorsed",
        "issuer": {"id": endorser.did, "type": ["Profile"]},
        "validFrom": "1970-01-01T00:00:10Z",
        "credentialSubject": {"id": scene.award.credential_id, "type": ["EndorsementSubject"]}
    });
    let claims = json!({"iss": endorser.did, "jti": endorsement["id"], "nbf": 10});
    let good = token(&endorser, endorsement.clone(), &claims);
    let late = token(&endorser, endorsement, &json!({"iss": endorser.did, "jti": claims["jti"], "nbf": 11}));
    for (jwt, outcome) in [(good, Outcome::Valid), (late, Outcome::EndorsementInvalid)] {
        let text = scene.signed_after(|document| document["endorsementJwt"] = json!([jwt]));
        let verdict = scene.verdict(&text);
        assert_eq!(verdict.outcome, outcome, "{:?}", verdict.checks);
    }
}

#[test]
fn a_token_of_the_older_data_model_holds_the_credential_in_a_claim() {
    let scene = Scene::with_did_web();
    let mut credential = serde_json::to_value(scene.credential()).unwrap();
    credential["@context"][0] = json!("https://www.w3.org/2018/credentials/v1");
    let from = credential.as_object_mut().unwrap().remove("validFrom").unwrap();
    credential["issuanceDate"] = from;
    let claims = json!({
        "iss": DID_WEB, "jti": credential["id"], "sub": credential["credentialSubject"]["id"], "nbf": 1_795_452_511,
        "vc": credential
    });
    let verdict = scene.verdict(&token(&scene, json!({}), &claims));
    assert_eq!(verdict.outcome, Outcome::Valid, "{:?}", verdict.checks);
}
