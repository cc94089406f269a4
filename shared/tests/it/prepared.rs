//! Signatures that are left open: what is open, and that the answer does not depend on it.

use openbadges::key::{SigningKey, TokenSigningKey, multibase};
use openbadges::proof::{eddsa_jcs, jwt};
use openbadges::verify::{Outcome, Pending, Prepared, prepare};
use serde_json::{Value, json};

use crate::scene::{Scene, moment, without_praise};
use crate::tokens::eddsa;

fn prepared(scene: &Scene, text: &str) -> Prepared {
    prepare(text, &scene.documents, moment("2026-11-24T12:00:00Z"))
}

fn pending(scene: &Scene, text: &str) -> Pending {
    match prepared(scene, text) {
        Prepared::Pending(pending) => *pending,
        Prepared::Settled(verdict) => panic!("nothing is open: {verdict:?}"),
    }
}

fn with_jcs(scene: &Scene) -> String {
    let unsigned = serde_json::to_value(scene.credential()).unwrap();
    let created = scene.award.awarded_at;
    eddsa_jcs::add_proof(unsigned, &scene.key, &scene.verification_method(), created).unwrap().to_string()
}

fn as_token(scene: &Scene) -> String {
    let mut payload = serde_json::to_value(scene.credential()).unwrap();
    let claims = json!({
        "iss": scene.did, "jti": payload["id"], "sub": payload["credentialSubject"]["id"], "nbf": 1_795_452_511
    });
    payload.as_object_mut().unwrap().extend(claims.as_object().unwrap().clone());
    eddsa(&scene.key, &json!({"alg": "EdDSA", "kid": scene.verification_method()}), &payload)
}

#[test]
fn an_ed25519_signature_of_each_format_is_left_open() {
    let scene = Scene::with_did_web();
    for text in [scene.signed(), with_jcs(&scene), as_token(&scene)] {
        let pending = pending(&scene, &text);
        assert!(pending.check().holds());
        assert_eq!(*pending.check().key(), scene.key.verifying_key());
        assert_eq!(pending.check().signature(), &scene.key.sign(pending.check().message()));
        assert_eq!(without_praise(pending.accept()), without_praise(scene.verdict(&text)));
    }
}

#[test]
fn what_is_signed_is_not_what_is_believed() {
    let scene = Scene::with_did_key();
    let text = scene.tampered(|document| document["name"] = json!("Forged"));
    let pending = pending(&scene, &text);
    assert!(!pending.check().holds());
    assert_eq!(pending.accept().outcome, Outcome::Valid, "as if the signature held");
    assert_eq!(scene.verdict(&text).outcome, Outcome::ProofInvalid);
}

#[test]
fn an_expired_credential_hangs_on_its_signature_too() {
    let mut scene = Scene::with_did_key();
    scene.award.valid_until = Some(moment("2026-11-23T23:00:00Z"));
    assert_eq!(pending(&scene, &scene.signed()).accept().outcome, Outcome::Expired);
    assert_eq!(scene.verdict(&scene.signed()).outcome, Outcome::Expired);
}

#[test]
fn nothing_is_open_where_something_else_is_wrong_or_the_key_is_of_another_kind() {
    let scene = Scene::with_did_key();
    let stranger = SigningKey::from_seed(&[8; 32]);
    let method = format!("did:key:{0}#{0}", stranger.verifying_key().to_multikey());
    let of_a_stranger = scene.tampered(|document| document["proof"][0]["verificationMethod"] = json!(method));
    for text in ["{", "{}", &scene.tampered(|document| document["id"] = json!("x y")), &of_a_stranger] {
        assert!(matches!(prepared(&scene, text), Prepared::Settled(_)), "{text}");
        assert_ne!(scene.verdict(text).outcome, Outcome::Valid);
    }
    let mut scene = Scene::with_did_web();
    let key = TokenSigningKey::from_pem(include_str!("keys/rsa-2048.pem")).unwrap();
    let key_url = "https://badges.example/keys/1";
    scene.documents.insert(key_url.to_owned(), key.public_key().to_jwk().to_string());
    let token = jwt::sign(&scene.credential(), &key, key_url).unwrap();
    assert!(
        matches!(prepared(&scene, &token), Prepared::Settled(verdict) if verdict.outcome == Outcome::Valid)
    );
}

/// Two proofs, each right or wrong, in any order: the one that holds is found, whichever was left open.
#[test]
fn of_two_proofs_the_one_that_holds_counts() {
    let scene = Scene::with_did_key();
    let good: Value = serde_json::from_str(&with_jcs(&scene)).unwrap();
    let good_proof = good["proof"][0].clone();
    let broken = |property: &str, value: Value| {
        let mut proof = good_proof.clone();
        proof[property] = value;
        proof
    };
    let wrong = [
        broken("proofValue", json!(multibase::base58_encode(&[7; 64]))),
        broken("proofValue", json!("z1")),
        broken("created", json!("2026-11-23T16:48:32Z")),
        broken("proofPurpose", json!("authentication")),
        broken("verificationMethod", json!("did:key:z1#z1")),
    ];
    for one in &wrong {
        for (proofs, outcome) in [
            (json!([one, good_proof]), Outcome::Valid),
            (json!([good_proof, one]), Outcome::Valid),
            (json!([one, wrong[0]]), scene.verdict(&with_proofs(&good, json!([one]))).outcome),
            (json!([wrong[0], one]), Outcome::ProofInvalid),
        ] {
            assert_eq!(scene.verdict(&with_proofs(&good, proofs)).outcome, outcome);
        }
    }
}

fn with_proofs(document: &Value, proofs: Value) -> String {
    let mut document = document.clone();
    document["proof"] = proofs;
    document.to_string()
}
