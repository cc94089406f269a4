//! Rules of the checklist that have no other place: versions of contexts, words, names of keys, what a header may carry.

use openbadges::key::{PublicKey, SigningKey, did};
use openbadges::model::schema::departures;
use openbadges::model::{BitstringStatusListEntry, IdentityObject};
use openbadges::verify::{CheckName, Outcome, recipient_matches};
use serde_json::{Value, json};

use crate::scene::{DID_WEB, Scene, moment, refusal};
use crate::tokens::eddsa;

const CONTEXTS: &str = "https://purl.imsglobal.org/spec/ob/v3p0/";

/// The kinds of identifiers that Open Badges publishes.
#[rustfmt::skip]
const IDENTIFIER_TYPES: [&str; 19] = [
    "name", "sourcedId", "systemId", "productId", "userName", "accountId", "emailAddress", "nationalIdentityNumber",
    "isbn", "issn", "lisSourcedId", "oneRosterSourcedId", "sisSourcedId", "ltiContextId", "ltiDeploymentId", "ltiToolId",
    "ltiPlatformId", "ltiUserId", "identifier",
];

/// A badge of the data model 1.1, which the earlier contexts go with.
fn under(scene: &Scene, context: &str) -> String {
    scene.signed_after(|document| {
        document["@context"] = json!([
            "https://www.w3.org/2018/credentials/v1",
            format!("{CONTEXTS}{context}"),
            "https://w3id.org/security/data-integrity/v2"
        ]);
        let members = document.as_object_mut().unwrap();
        let from = members.remove("validFrom").unwrap();
        members.insert("issuanceDate".to_owned(), from);
        for name in ["name", "description", "awardedDate"] {
            members.remove(name);
        }
    })
}

#[test]
fn a_badge_verifies_under_the_context_that_it_was_signed_with() {
    let scene = Scene::with_did_key();
    for version in ["context-3.0.1.json", "context-3.0.2.json", "context-3.0.3.json"] {
        let signed = under(&scene, version);
        let verdict = scene.verdict(&signed);
        assert_eq!(verdict.outcome, Outcome::Valid, "{version}: {:?}", verdict.checks);
    }
    let moved = under(&scene, "context-3.0.1.json").replace("context-3.0.1.json", "context-3.0.3.json");
    assert_eq!(scene.verdict(&moved).outcome, Outcome::ProofInvalid, "its terms mean something else there");
}

#[test]
fn the_context_without_a_version_is_nowhere_embedded() {
    let scene = Scene::with_did_key();
    let mut document: Value = serde_json::from_str(&scene.signed()).unwrap();
    document["@context"][1] = json!(format!("{CONTEXTS}context.json"));
    let verdict = scene.verdict(&document.to_string());
    assert_eq!(verdict.outcome, Outcome::NeedsDocuments);
    assert_eq!(verdict.missing, [format!("{CONTEXTS}context.json")]);
}

#[test]
fn the_words_of_extensions_need_their_context() {
    let scene = Scene::with_did_key();
    for (property, value) in [
        ("credentialSchema", json!([{"id": "https://h/s", "type": "1EdTechJsonSchemaValidator2019"}])),
        ("credentialStatus", json!({"id": "https://h/l", "type": "1EdTechRevocationList"})),
        ("refreshService", json!({"id": "https://h/r", "type": "1EdTechCredentialRefresh"})),
    ] {
        let text = scene.tampered(|document| document[property] = value);
        let (outcome, _, detail) = refusal(&scene.verdict(&text));
        assert_eq!(outcome, Outcome::Malformed, "{detail}");
        assert!(detail.contains(property), "{detail}");
    }
}

#[test]
fn every_published_kind_of_identifier_is_written_and_recognised() {
    for kind in IDENTIFIER_TYPES.into_iter().chain(["ext:studentCard"]) {
        let mut scene = Scene::with_did_key();
        scene.award.recipient.identifiers =
            vec![IdentityObject::hashed(kind, "7", "salt of its own"), IdentityObject::plain(kind, "eight")];
        let text = scene.signed();
        assert_eq!(departures(&serde_json::from_str(&text).unwrap()), [], "{kind}");
        assert_eq!(scene.verdict(&text).outcome, Outcome::Valid, "{kind}");
        for (value, is_theirs) in [("7", true), ("eight", true), ("8", false)] {
            assert_eq!(recipient_matches(&text, kind, value), Ok(is_theirs), "{kind} {value}");
        }
    }
}

/// The method's own vectors: <https://w3c-ccg.github.io/did-key-spec/#test-vectors>.
#[test]
fn the_published_names_of_keys_are_made_and_read() {
    for (last, name) in [
        (0, "z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp"),
        (1, "z6MkjchhfUsD6mmvni8mCdXHw216Xrm9bQe2mBH1P5RDjVJG"),
        (2, "z6MknGc3ocHs3zdPiJbnaaqDi58NGb4pk1Sp9WxWufuXSdxf"),
    ] {
        let mut seed = [0; 32];
        seed[31] = last;
        let key = SigningKey::from_seed(&seed).verifying_key();
        assert_eq!(did::did_key(&key), format!("did:key:{name}"));
        assert_eq!(PublicKey::from_multikey(name), Ok(PublicKey::Ed25519(key)));
    }
    let p256 = PublicKey::from_multikey("zDnaerx9CtbPJ1q36T5Ln5wYt3MQYeGRG5ehnPAmxcf5mDZpv").unwrap();
    assert_eq!(
        p256.to_jwk(),
        json!({
            "kty": "EC", "crv": "P-256", "x": "igrFmi0whuihKnj9R3Om1SoMph72wUGeFaBbzG2vzns",
            "y": "efsX5b10x8yjyrj4ny3pGfLcY7Xby1KzgqOdqnsrJIM"
        })
    );
}

#[test]
fn a_private_key_in_a_header_is_refused() {
    let scene = Scene::with_did_key();
    let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "d": "AA"});
    let mut payload = serde_json::to_value(scene.credential()).unwrap();
    payload["iss"] = json!(scene.did);
    payload["jti"] = payload["id"].clone();
    payload["nbf"] = json!(scene.award.valid_from.as_unix_seconds());
    let verdict = scene.verdict(&eddsa(&scene.key, &json!({"alg": "EdDSA", "jwk": jwk}), &payload));
    let (outcome, check, detail) = refusal(&verdict);
    assert_eq!((outcome, check), (Outcome::KeyUnknown, "verification_method"), "{detail}");
    assert!(detail.contains("holds a private key"), "{detail}");
}

#[test]
fn a_claim_for_the_subject_may_be_left_out_as_published_samples_do() {
    let scene = Scene::with_did_key();
    let mut payload = serde_json::to_value(scene.credential()).unwrap();
    payload["iss"] = json!(scene.did);
    payload["jti"] = payload["id"].clone();
    payload["nbf"] = json!(scene.award.valid_from.as_unix_seconds());
    let header = json!({"alg": "EdDSA", "kid": scene.verification_method()});
    let verdict = scene.verdict(&eddsa(&scene.key, &header, &payload));
    assert_eq!(verdict.outcome, Outcome::Valid, "{:?}", verdict.checks);
}

#[test]
fn a_proof_needs_an_ed25519_key() {
    let p256 = "zDnaerx9CtbPJ1q36T5Ln5wYt3MQYeGRG5ehnPAmxcf5mDZpv";
    let mut scene = Scene::with_did_key();
    scene.award.issuer.id = format!("did:key:{p256}");
    let text =
        scene.tampered(|d| d["proof"][0]["verificationMethod"] = json!(format!("did:key:{p256}#{p256}")));
    let detail = "/proof/0/verificationMethod is a key for ES256, the proof needs an Ed25519 key".to_owned();
    assert_eq!(refusal(&scene.verdict(&text)), (Outcome::KeyUnknown, "signature", detail));
}

#[test]
fn a_moment_of_signing_may_be_left_out() {
    use openbadges::key::multibase;
    use openbadges::proof::{data_integrity::hash_pair, eddsa_rdfc::Canonical};
    let scene = Scene::with_did_key();
    let mut document = serde_json::to_value(scene.credential()).unwrap();
    let mut proof = json!({
        "type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022", "proofPurpose": "assertionMethod",
        "verificationMethod": scene.verification_method(),
    });
    let canonical = Canonical::of(&document, proof.as_object().unwrap(), &|_| None).unwrap();
    let signature = scene.key.sign(&hash_pair(&canonical.proof, &canonical.document));
    proof["proofValue"] = multibase::base58_encode(&signature).into();
    document["proof"] = json!([proof]);
    assert_eq!(scene.verdict(&document.to_string()).outcome, Outcome::Valid);
}

#[test]
fn the_name_of_a_status_entry_is_not_the_address_of_its_list() {
    let entry = BitstringStatusListEntry::new("https://badges.example/status/1", 7, "revocation");
    assert_eq!(entry.id.as_deref(), Some("https://badges.example/status/1#7"));
    assert_eq!(entry.status_list_index, "7");
}

#[test]
fn a_newer_form_is_looked_for_once() {
    let refresh = |number: u8| format!("https://badges.example/refresh/{number}");
    let mut scene = Scene::with_did_web();
    let form = |scene: &Scene, number: u8| {
        scene.signed_after(|document| {
            document["@context"].as_array_mut().unwrap().push(json!(format!("{CONTEXTS}extensions.json")));
            document["refreshService"] = json!({"id": refresh(number), "type": "1EdTechCredentialRefresh"});
        })
    };
    let original = form(&scene, 1);
    scene.award.valid_from = moment("2026-11-24T00:00:00Z");
    let second = form(&scene, 2);
    scene.documents.insert(refresh(1), second);
    let verdict = scene.verdict(&original);
    assert_eq!((verdict.outcome, verdict.missing), (Outcome::Valid, Vec::<String>::new()));
    assert_eq!(verdict.issuer_id.as_deref(), Some(DID_WEB));
}

#[test]
fn proofs_of_a_set_are_tried_in_turn_and_unknown_ones_are_passed_over() {
    let scene = Scene::with_did_key();
    let text = scene.tampered(|document| {
        let good = document["proof"][0].clone();
        let unknown = json!({"type": "DataIntegrityProof", "cryptosuite": "ecdsa-sd-2023", "proofPurpose": "assertionMethod"});
        document["proof"] = json!([unknown, good]);
    });
    let verdict = scene.verdict(&text);
    assert_eq!(verdict.outcome, Outcome::Valid, "{:?}", verdict.checks);
    assert_eq!(verdict.check(CheckName::ProofPresent).unwrap().detail, "1 of 2 proofs can be checked");
}
