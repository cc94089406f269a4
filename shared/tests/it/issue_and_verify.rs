//! From an award to a signed credential and back to a verdict, good and tampered.

use crate::scene::{DID_URL, DID_WEB, Scene, judged, moment, refusal};
use openbadges::model::AchievementCredential;
use openbadges::proof::eddsa_jcs;
use openbadges::verify::{CheckName, CheckResult, NoDocuments, Outcome};
use serde_json::{Value, json};

#[test]
fn an_award_becomes_a_credential_of_the_published_shape() {
    let scene = Scene::with_did_web();
    let signed: Value = serde_json::from_str(&scene.signed()).unwrap();
    let proof_value = signed["proof"][0]["proofValue"].clone();
    assert_eq!(
        signed,
        json!({
            "@context": [
                "https://www.w3.org/ns/credentials/v2",
                "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
            ],
            "id": "https://badges.example/credentials/0e4e3a1c-6f3b-4d39-9d6d-9c6f6f2d9c11",
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "name": "DX Beginner / DXビギナー",
            "description": "Knows what digital transformation is about.",
            "issuer": {"id": DID_WEB, "type": ["Profile"], "name": "Example Academy"},
            "validFrom": "2026-11-23T16:48:31Z",
            "awardedDate": "2026-11-23T16:48:31Z",
            "credentialSubject": {
                "id": "urn:uuid:5b4f5d1c-90a5-4f1c-8b4f-0d3f2c5e8a11",
                "type": ["AchievementSubject"],
                "identifier": [{
                    "type": "IdentityObject",
                    "hashed": true,
                    "identityHash": "sha256$b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399",
                    "identityType": "emailAddress",
                    "salt": "Kosher"
                }],
                "achievement": {
                    "id": "https://badges.example/achievements/dx-beginner",
                    "type": ["Achievement"],
                    "name": "DX Beginner / DXビギナー",
                    "description": "Knows what digital transformation is about.",
                    "criteria": {"narrative": "Complete all **five** modules."}
                }
            },
            "proof": [{
                "type": "DataIntegrityProof",
                "cryptosuite": "eddsa-rdfc-2022",
                "created": "2026-11-23T16:48:31Z",
                "verificationMethod": scene.verification_method(),
                "proofPurpose": "assertionMethod",
                "proofValue": proof_value
            }]
        })
    );
}

#[test]
fn a_signed_credential_passes_every_check() {
    for scene in [Scene::with_did_key(), Scene::with_did_web()] {
        let verdict = scene.verdict(&scene.signed());
        assert_eq!(verdict.outcome, Outcome::Valid, "{:?}", verdict.checks);
        assert_eq!(verdict.check(CheckName::Signature).unwrap().result, CheckResult::Passed);
        assert_eq!(verdict.credential_id.as_deref(), Some(scene.award.credential_id.as_str()));
        assert_eq!(verdict.issuer_id.as_deref(), Some(scene.did.as_str()));
        assert_eq!(
            verdict.achievement_id.as_deref(),
            Some("https://badges.example/achievements/dx-beginner")
        );
        assert_eq!(verdict.valid_from, Some(moment("2026-11-23T16:48:31Z")));
        assert_eq!(verdict.valid_until, None);
        assert_eq!(verdict.verification_method, Some(scene.verification_method()));
        assert!(verdict.missing.is_empty());
    }
}

#[test]
fn the_badge_of_the_implementation_guide_is_valid_with_its_key_document() {
    let signed = include_str!("../vectors/ob3-impl-guide/signed-ob.json");
    let at = moment("2026-11-24T12:00:00Z");
    let issuer = "https://example.edu/issuers/565049";
    let method = format!("{issuer}#z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi");

    let verdict = judged(signed, &NoDocuments, at);
    assert_eq!(verdict.outcome, Outcome::NeedsDocuments);
    assert_eq!(verdict.missing, [issuer]);

    let document = json!({
        "id": issuer,
        "verificationMethod": [{
            "id": method, "type": "Multikey", "controller": issuer,
            "publicKeyMultibase": "z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi"
        }],
        "assertionMethod": [method],
    });
    let documents = std::collections::HashMap::from([(issuer.to_owned(), document.to_string())]);
    let verdict = judged(signed, &documents, at);
    assert_eq!(verdict.outcome, Outcome::Valid, "{:?}", verdict.checks);
}

#[test]
fn a_credential_survives_the_model_and_still_verifies() {
    let scene = Scene::with_did_key();
    let text = scene.signed_after(|document| {
        document["validFrom"] = json!("2026-11-24T01:48:31+09:00");
        document["credentialSubject"]["achievement"]["creditsAvailable"] = json!(1.5);
    });
    let credential: AchievementCredential = serde_json::from_str(&text).unwrap();
    let written = serde_json::to_string(&credential).unwrap();
    assert_eq!(
        serde_json::from_str::<Value>(&written).unwrap(),
        serde_json::from_str::<Value>(&text).unwrap()
    );
    assert_eq!(scene.verdict(&written).outcome, Outcome::Valid);
}

#[test]
fn a_missing_did_document_is_asked_for() {
    let mut scene = Scene::with_did_web();
    scene.documents.clear();
    let verdict = scene.verdict(&scene.signed());
    assert_eq!(
        refusal(&verdict),
        (
            Outcome::NeedsDocuments,
            "verification_method",
            format!(
                "/proof/0/verificationMethod: the document that publishes the keys of `{DID_WEB}` is missing: {DID_URL}"
            )
        )
    );
    assert_eq!(verdict.missing, [DID_URL]);
}

#[test]
fn changed_content_is_refused_by_the_signature() {
    let scene = Scene::with_did_key();
    for pointer in
        ["/name", "/credentialSubject/achievement/name", "/credentialSubject/achievement/criteria/narrative"]
    {
        let text = scene.tampered(|document| *document.pointer_mut(pointer).unwrap() = json!("Forged"));
        let verdict = scene.verdict(&text);
        let expected = (
            Outcome::ProofInvalid,
            "signature",
            "signature at /proof/0/proofValue does not fit the document and the key".to_owned(),
        );
        assert_eq!(refusal(&verdict), expected, "{pointer}");
    }
}

#[test]
fn an_undefined_term_is_refused_although_a_signature_would_skip_it() {
    let scene = Scene::with_did_key();
    let text = scene.tampered(|document| document["credentialSubject"]["grade"] = json!("A+"));
    let (outcome, check, detail) = refusal(&scene.verdict(&text));
    assert_eq!((outcome, check), (Outcome::Malformed, "signature"));
    assert!(detail.contains("`grade`"), "{detail}");
}

#[test]
fn an_undefined_term_under_a_jcs_proof_is_refused_too() {
    let scene = Scene::with_did_key();
    let sign = |change: fn(&mut Value)| {
        let mut document = serde_json::to_value(scene.credential()).unwrap();
        change(&mut document);
        eddsa_jcs::add_proof(document, &scene.key, &scene.verification_method(), scene.award.awarded_at)
            .unwrap()
            .to_string()
    };
    assert_eq!(scene.verdict(&sign(|_| {})).outcome, Outcome::Valid);
    let signed = sign(|document| document["credentialSubject"]["grade"] = json!("A+"));
    let detail = "the term `grade` at /credentialSubject/grade is not defined by the document's contexts";
    assert_eq!(refusal(&scene.verdict(&signed)), (Outcome::Malformed, "signature", detail.to_owned()));
}

#[test]
fn a_key_of_someone_else_is_refused() {
    let scene = Scene::with_did_key();
    let mut other = Scene::with_did_key();
    other.key = openbadges::key::SigningKey::from_seed(&[8; 32]);
    other.did = openbadges::key::did::did_key(&other.key.verifying_key());
    let (outcome, check, detail) = refusal(&scene.verdict(&other.signed()));
    assert_eq!((outcome, check), (Outcome::IssuerMismatch, "issuer_controls_key"));
    assert_eq!(detail, format!("/issuer/id is `{}`, the key belongs to `{}`", scene.did, other.did));
}

#[test]
fn a_key_that_is_not_listed_for_assertions_is_refused() {
    let mut scene = Scene::with_did_web();
    let text = scene.documents[DID_URL].replace("assertionMethod", "authentication");
    scene.documents.insert(DID_URL.to_owned(), text);
    let (outcome, check, detail) = refusal(&scene.verdict(&scene.signed()));
    assert_eq!((outcome, check), (Outcome::KeyUnknown, "assertion_method"));
    assert_eq!(detail, format!("{DID_URL}#/assertionMethod does not list `{}`", scene.verification_method()));
}

#[test]
fn the_dates_decide_to_the_second() {
    let mut scene = Scene::with_did_key();
    scene.award.valid_until = Some(moment("2026-12-31T15:00:00Z"));
    let text = scene.signed();
    for (at, outcome) in [
        ("2026-11-23T16:48:30Z", Outcome::NotYetValid),
        ("2026-11-23T16:48:31Z", Outcome::Valid),
        ("2026-12-31T15:00:00Z", Outcome::Valid),
        ("2027-01-01T00:00:01+09:00", Outcome::Expired),
    ] {
        assert_eq!(judged(&text, &NoDocuments, moment(at)).outcome, outcome, "{at}");
    }
}

/// How a document is changed, the check that refuses it, and what it says.
type Case = (fn(&mut Value), &'static str, &'static str);

fn each_is_malformed(cases: &[Case]) {
    let scene = Scene::with_did_key();
    for (change, check, detail) in cases {
        let verdict = scene.verdict(&scene.tampered(change));
        assert_eq!(refusal(&verdict), (Outcome::Malformed, *check, (*detail).to_owned()));
    }
}

fn remove(object: &mut Value, name: &str) {
    object.as_object_mut().unwrap().remove(name).unwrap();
}

#[test]
fn other_contexts_or_types_are_malformed_and_told_where() {
    each_is_malformed(&[
        (
            |d| d["@context"] = json!(["https://www.w3.org/ns/credentials/v2"]),
            "contexts",
            "/@context is not a list of two contexts or more",
        ),
        (
            |d| d["@context"][0] = json!("https://example.com"),
            "contexts",
            "/@context/0 is `https://example.com`, expected `https://www.w3.org/ns/credentials/v2`",
        ),
        (
            |d| d["@context"][1] = json!({}),
            "contexts",
            "/@context/1 is {}, expected `https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json`",
        ),
        (
            |d| d["type"] = json!(["VerifiableCredential"]),
            "types",
            "/type is [\"VerifiableCredential\"], expected it to have `OpenBadgeCredential` or `AchievementCredential`",
        ),
        (|d| remove(&mut d["issuer"], "type"), "types", "/issuer/type is missing"),
        (
            |d| d["credentialSubject"]["achievement"]["type"] = json!(7),
            "types",
            "/credentialSubject/achievement/type is 7, expected it to have `Achievement`",
        ),
    ]);
}

#[test]
fn missing_and_mistyped_properties_are_malformed_and_told_where() {
    each_is_malformed(&[
        (|d| d["id"] = json!("42"), "mandatory_properties", "/id is `42`, expected an absolute URI"),
        (|d| remove(d, "validFrom"), "mandatory_properties", "/validFrom is missing"),
        (
            |d| d["validFrom"] = json!("2026-11-23"),
            "mandatory_properties",
            "/validFrom is `2026-11-23`, expected a date and time with an offset, such as 2026-11-23T16:48:31Z",
        ),
        (
            |d| d["issuer"] = json!({"type": ["Profile"]}),
            "mandatory_properties",
            "/issuer is {\"type\":[\"Profile\"]}, expected a URI, or a profile whose id is one",
        ),
        (
            |d| d["credentialSubject"]["achievement"]["criteria"] = json!({}),
            "mandatory_properties",
            "/credentialSubject/achievement/criteria has neither an id nor a narrative",
        ),
        (
            |d| {
                remove(&mut d["credentialSubject"], "id");
                remove(&mut d["credentialSubject"], "identifier");
            },
            "mandatory_properties",
            "/credentialSubject has neither an id nor an identifier: it awards nobody",
        ),
        (
            |d| d["credentialSubject"]["achievement"]["name"] = json!(["x"]),
            "mandatory_properties",
            "/credentialSubject/achievement/name is [\"x\"], expected a text",
        ),
    ]);
}

#[test]
fn a_text_that_cannot_be_read_is_malformed() {
    let scene = Scene::with_did_key();
    for (text, detail) in [
        ("", "text is not JSON: EOF while parsing a value at line 1 column 0"),
        ("[]", "document is not a JSON object, expected a credential"),
        ("{\"id\":1,\"id\":2}", "key `id` appears twice in the object at the top level"),
    ] {
        let expected = (Outcome::Malformed, "document_readable", detail.to_owned());
        assert_eq!(refusal(&scene.verdict(text)), expected);
    }
    let deep = format!("{{\"a\":{}", "[".repeat(100_000));
    assert_eq!(scene.verdict(&deep).outcome, Outcome::Malformed);
}

/// How a proof is changed, and the refusal.
type ProofCase = (fn(&mut Value), Outcome, &'static str, &'static str);

#[test]
fn a_proof_that_is_missing_unknown_or_for_another_purpose_is_refused() {
    let scene = Scene::with_did_key();
    let cases: [ProofCase; 6] = [
        (
            |d| d["proof"] = json!([]),
            Outcome::ProofInvalid,
            "proof_present",
            "/proof is missing: nobody has signed this document",
        ),
        (
            |d| d["proof"][0]["cryptosuite"] = json!("bbs-2023"),
            Outcome::ProofUnsupported,
            "proof_present",
            "/proof is of the kind `bbs-2023`, which cannot be checked here",
        ),
        (
            |d| d["proof"][0]["proofPurpose"] = json!("authentication"),
            Outcome::ProofInvalid,
            "proof_purpose",
            "/proof/0/proofPurpose is `authentication`, expected `assertionMethod`",
        ),
        (
            |d| d["proof"][0]["expires"] = json!("2026-11-23T17:00:00Z"),
            Outcome::ProofInvalid,
            "proof_purpose",
            "/proof/0/expires is 2026-11-23T17:00:00Z, and it is 2026-11-24T12:00:00Z",
        ),
        (
            |d| d["proof"][0]["created"] = json!(5),
            Outcome::ProofInvalid,
            "proof_purpose",
            "/proof/0/created is 5, expected a date and time",
        ),
        (
            |d| d["proof"][0]["proofValue"] = json!("z1"),
            Outcome::ProofInvalid,
            "signature",
            "/proof/0/proofValue is missing or not 64 bytes in base58-btc behind `z`",
        ),
    ];
    for (change, outcome, check, detail) in cases {
        let verdict = scene.verdict(&scene.tampered(change));
        assert_eq!(refusal(&verdict), (outcome, check, detail.to_owned()));
    }
}

#[test]
fn one_good_proof_among_others_is_enough() {
    let scene = Scene::with_did_key();
    let text = scene.tampered(|document| {
        let good = document["proof"][0].clone();
        let mut bad = good.clone();
        bad["created"] = json!("2020-01-01T00:00:00Z");
        document["proof"] = json!([{"type": "SomethingElse"}, bad, good]);
    });
    assert_eq!(scene.verdict(&text).outcome, Outcome::Valid);
}

#[test]
fn a_second_proof_over_the_json_itself_holds_alone() {
    let scene = Scene::with_did_web();
    let created = scene.award.awarded_at;
    let text =
        eddsa_jcs::countersign(&scene.signed(), &scene.key, &scene.verification_method(), created).unwrap();
    let mut document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["proof"][0]["cryptosuite"], "eddsa-rdfc-2022");
    assert_eq!(document["proof"][1]["cryptosuite"], "eddsa-jcs-2022");
    assert_eq!(scene.verdict(&text).outcome, Outcome::Valid);

    document["proof"].as_array_mut().unwrap().remove(0);
    assert_eq!(scene.verdict(&document.to_string()).outcome, Outcome::Valid);
    document["credentialSubject"]["achievement"]["name"] = json!("Forged");
    assert_eq!(scene.verdict(&document.to_string()).outcome, Outcome::ProofInvalid);
}

#[test]
fn a_proof_after_another_needs_the_one_before() {
    let scene = Scene::with_did_key();
    let text = scene.tampered(|document| {
        document["proof"][0]["previousProof"] = json!("urn:uuid:26329423-bec9-4b2e-88cb-a7c7d9dc4544");
    });
    let detail =
        "/proof/0/previousProof is `urn:uuid:26329423-bec9-4b2e-88cb-a7c7d9dc4544`, which no proof is called"
            .to_owned();
    assert_eq!(refusal(&scene.verdict(&text)), (Outcome::ProofInvalid, "signature", detail));
}
