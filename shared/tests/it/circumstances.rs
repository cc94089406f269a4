//! What decides beside the signature: status lists, newer forms, endorsements, older data models, recipients.

use openbadges::issue::Award;
use openbadges::model::{BitstringStatusListEntry, IdentityError};
use openbadges::proof::eddsa_rdfc;
use openbadges::status::{Bitstring, list_credential};
use openbadges::time::Timestamp;
use openbadges::verify::{CheckName, CheckResult, Outcome, RecipientError, recipient_matches};
use serde_json::{Value, json};

use crate::scene::{DID_WEB, Scene, judged, moment, refusal};

const LIST_URL: &str = "https://badges.example/status/1";
const REFRESH_URL: &str = "https://badges.example/refresh/1";

/// An issuer whose credential has entry 94567 of a list for a purpose.
fn scene_with_status(purpose: &str) -> Scene {
    let mut scene = Scene::with_did_web();
    scene.award.status = Some(BitstringStatusListEntry::new(LIST_URL, 94567, purpose));
    scene
}

fn publish(scene: &mut Scene, change: impl FnOnce(&mut Value), purpose: &str, set: &[usize]) {
    let mut bits = Bitstring::default();
    for index in set {
        bits.set(*index, true).unwrap();
    }
    let from = moment("2026-11-23T00:00:00Z");
    let until = Some(moment("2026-11-30T00:00:00Z"));
    let mut list = list_credential(LIST_URL, &scene.did, purpose, &bits, from, until);
    change(&mut list);
    let signed = eddsa_rdfc::add_proof(list, &scene.key, &scene.verification_method(), from).unwrap();
    scene.documents.insert(LIST_URL.to_owned(), signed.to_string());
}

#[test]
fn a_set_bit_revokes_or_suspends_and_another_bit_does_not() {
    for (purpose, outcome) in [("revocation", Outcome::Revoked), ("suspension", Outcome::Suspended)] {
        let mut scene = scene_with_status(purpose);
        publish(&mut scene, |_| {}, purpose, &[94566, 94568]);
        assert_eq!(scene.verdict(&scene.signed()).outcome, Outcome::Valid);
        publish(&mut scene, |_| {}, purpose, &[94567]);
        let (found, check, detail) = refusal(&scene.verdict(&scene.signed()));
        assert_eq!((found, check), (outcome, "status"));
        assert_eq!(
            detail,
            format!("/credentialStatus: the issuer has {outcome} it (entry 94567 of its list)")
        );
    }
}

#[test]
fn a_bit_for_another_purpose_is_told_and_decides_nothing() {
    let mut scene = scene_with_status("message");
    publish(&mut scene, |_| {}, "message", &[94567]);
    let verdict = scene.verdict(&scene.signed());
    assert_eq!(verdict.outcome, Outcome::Valid);
    assert_eq!(verdict.check(CheckName::Status).unwrap().detail, "entry 94567 of the message list is 0x1");
}

#[test]
fn a_missing_list_is_asked_for() {
    let scene = scene_with_status("revocation");
    let verdict = scene.verdict(&scene.signed());
    assert_eq!(verdict.outcome, Outcome::NeedsDocuments);
    assert_eq!(verdict.missing, [LIST_URL]);
    assert_eq!(verdict.check(CheckName::Status).unwrap().result, CheckResult::Unknown);
}

/// How a list is changed before it is signed, and the beginning of the refusal.
type ListCase = (fn(&mut Value), &'static str);

#[test]
fn a_list_that_cannot_be_relied_on_decides_nothing() {
    let cases: [ListCase; 6] = [
        (|list| list["id"] = json!("https://badges.example/status/2"), "STATUS_VERIFICATION_ERROR"),
        (|list| list["issuer"] = json!("did:web:other.example"), "STATUS_VERIFICATION_ERROR"),
        (|list| list["validUntil"] = json!("2026-11-24T00:00:00Z"), "STATUS_VERIFICATION_ERROR"),
        (|list| list["type"] = json!(["VerifiableCredential"]), "MALFORMED_VALUE_ERROR"),
        (
            |list| list["credentialSubject"]["statusPurpose"] = json!("suspension"),
            "STATUS_VERIFICATION_ERROR",
        ),
        (|list| list["credentialSubject"]["encodedList"] = json!("uH4sI"), "STATUS_VERIFICATION_ERROR"),
    ];
    for (change, kind) in cases {
        let mut scene = scene_with_status("revocation");
        publish(&mut scene, change, "revocation", &[]);
        let (outcome, check, detail) = refusal(&scene.verdict(&scene.signed()));
        assert_eq!((outcome, check), (Outcome::StatusUnknown, "status"), "{detail}");
        assert!(detail.starts_with(&format!("/credentialStatus: {kind}: ")), "{detail}");
    }
}

#[test]
fn a_list_changed_after_signing_decides_nothing() {
    let mut scene = scene_with_status("revocation");
    publish(&mut scene, |_| {}, "revocation", &[94567]);
    let mut list: Value = serde_json::from_str(&scene.documents[LIST_URL]).unwrap();
    list["credentialSubject"]["encodedList"] = json!(Bitstring::default().encode());
    scene.documents.insert(LIST_URL.to_owned(), list.to_string());
    let (outcome, _, detail) = refusal(&scene.verdict(&scene.signed()));
    assert_eq!(outcome, Outcome::StatusUnknown);
    assert!(
        detail.ends_with("signature at /proof/0/proofValue does not fit the document and the key"),
        "{detail}"
    );
}

/// A credential under the extensions context, which older status methods and refresh services need.
fn extended(scene: &Scene, change: impl FnOnce(&mut Value)) -> String {
    scene.signed_after(|document| {
        let contexts = document["@context"].as_array_mut().unwrap();
        contexts.push(json!("https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"));
        change(document);
    })
}

#[test]
fn the_older_revocation_list_revokes_by_id() {
    let mut scene = Scene::with_did_web();
    let url = "https://badges.example/revocations";
    let text = extended(&scene, |document| {
        document["credentialStatus"] = json!({"id": url, "type": "1EdTechRevocationList"});
    });
    assert_eq!(scene.verdict(&text).missing, [url]);
    let id = scene.award.credential_id.clone();
    for (entry, outcome) in [
        (json!({"id": id, "revocationReason": "awarded by mistake"}), Outcome::Revoked),
        (json!({"id": id, "revoked": false}), Outcome::Valid),
        (json!({"id": "https://badges.example/credentials/other"}), Outcome::Valid),
    ] {
        let list = json!({"id": url, "issuer": DID_WEB, "revokedCredential": [entry]});
        scene.documents.insert(url.to_owned(), list.to_string());
        assert_eq!(scene.verdict(&text).outcome, outcome, "{list}");
    }
    let foreign = json!({"id": url, "issuer": "did:web:other", "revokedCredential": []});
    scene.documents.insert(url.to_owned(), foreign.to_string());
    assert_eq!(scene.verdict(&text).outcome, Outcome::StatusUnknown);
}

#[test]
fn a_credential_that_names_the_schema_has_to_keep_to_it() {
    let scene = Scene::with_did_web();
    let with = |change: fn(&mut Value)| {
        let text = extended(&scene, |document| {
            document["credentialSchema"] = json!([{
                "id": "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json",
                "type": "1EdTechJsonSchemaValidator2019"
            }]);
            change(document);
        });
        scene.verdict(&text)
    };
    assert_eq!(with(|_| {}).outcome, Outcome::Valid);
    assert_eq!(
        with(|d| d["type"] = json!(["VerifiableCredential", "OpenBadgeCredential"])).outcome,
        Outcome::Valid
    );
    let single = |d: &mut Value| d["credentialSubject"]["type"] = json!("AchievementSubject");
    assert_eq!(with(single).outcome, Outcome::Valid);
    let verdict = with(|d| d["credentialSubject"]["achievement"]["achievementType"] = json!("Medal"));
    let detail = "/credentialSubject/achievement/achievementType is `Medal`, which is no published word and does not start with `ext:`";
    assert_eq!(refusal(&verdict), (Outcome::Malformed, "mandatory_properties", detail.to_owned()));
}

fn with_refresh(scene: &Scene) -> String {
    extended(scene, |document| {
        document["refreshService"] = json!({"id": REFRESH_URL, "type": "1EdTechCredentialRefresh"});
    })
}

#[test]
fn a_newer_form_is_judged_instead() {
    let mut scene = Scene::with_did_web();
    scene.award.valid_until = Some(moment("2026-11-24T00:00:00Z"));
    let expired = with_refresh(&scene);
    let verdict = scene.verdict(&expired);
    assert_eq!((verdict.outcome, verdict.missing), (Outcome::Expired, vec![REFRESH_URL.to_owned()]));

    scene.award.valid_until = Some(moment("2027-11-24T00:00:00Z"));
    scene.award.valid_from = moment("2026-11-24T00:00:00Z");
    let renewed = with_refresh(&scene);
    scene.documents.insert(REFRESH_URL.to_owned(), renewed);
    let verdict = scene.verdict(&expired);
    assert_eq!(verdict.outcome, Outcome::Valid, "{:?}", verdict.checks);
    assert_eq!(verdict.valid_until, Some(moment("2027-11-24T00:00:00Z")));
    assert_eq!(verdict.check(CheckName::Refresh).unwrap().detail, format!("refreshed from {REFRESH_URL}"));
}

#[test]
fn a_newer_form_that_is_forged_older_or_another_is_not_judged() {
    let mut scene = Scene::with_did_web();
    let original = with_refresh(&scene);
    let mut forged: Value = serde_json::from_str(&original).unwrap();
    forged["name"] = json!("Forged");
    let mut other: Value = serde_json::from_str(&original).unwrap();
    other["id"] = json!("https://badges.example/credentials/other");
    let mut older: Value = serde_json::from_str(&original).unwrap();
    older["validFrom"] = json!("2020-01-01T00:00:00Z");
    for newer in [forged.to_string(), other.to_string(), older.to_string(), "{".to_owned()] {
        scene.documents.insert(REFRESH_URL.to_owned(), newer);
        let verdict = scene.verdict(&original);
        assert_eq!(verdict.outcome, Outcome::Valid);
        assert_eq!(verdict.check(CheckName::Refresh).unwrap().result, CheckResult::Skipped);
    }
}

/// An endorsement of the scene's credential by an issuer that is its key.
fn endorsement(scene: &Scene, change: impl FnOnce(&mut Value)) -> Value {
    let endorser = Scene::with_did_key();
    let mut document = json!({
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
        ],
        "id": "urn:uuid:9ad3b1f0-6d6f-4c7e-8c27-3d2f0a1d5e11",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": "Endorsed by an industry association",
        "issuer": {"id": endorser.did, "type": ["Profile"], "name": "Association"},
        "validFrom": "2026-11-23T00:00:00Z",
        "credentialSubject": {
            "id": scene.award.credential_id,
            "type": ["EndorsementSubject"],
            "endorsementComment": "Solid work."
        }
    });
    change(&mut document);
    let created = moment("2026-11-23T00:00:00Z");
    eddsa_rdfc::add_proof(document, &endorser.key, &endorser.verification_method(), created).unwrap()
}

#[test]
fn endorsements_are_checked_wherever_they_stand() {
    let scene = Scene::with_did_web();
    for pointer in ["", "/issuer", "/credentialSubject/achievement"] {
        let with = |endorsement: Value| {
            scene.signed_after(|document| {
                document.pointer_mut(pointer).unwrap()["endorsement"] = json!([endorsement]);
            })
        };
        let verdict = scene.verdict(&with(endorsement(&scene, |_| {})));
        assert_eq!(verdict.outcome, Outcome::Valid, "{:?}", verdict.checks);
        assert_eq!(verdict.check(CheckName::Endorsements).unwrap().detail, "endorsements that hold: 1");

        let mut forged = endorsement(&scene, |_| {});
        forged["credentialSubject"]["endorsementComment"] = json!("The best ever.");
        let expected = format!(
            "endorsement at {pointer}/endorsement/0 is proof_invalid: signature at /proof/0/proofValue does not fit the document and the key"
        );
        assert_eq!(
            refusal(&scene.verdict(&with(forged))),
            (Outcome::EndorsementInvalid, "endorsements", expected)
        );
    }
}

#[test]
fn endorsed_endorsements_are_followed_to_a_bound() {
    let scene = Scene::with_did_web();
    let nested = |levels: usize| {
        let mut innermost = endorsement(&scene, |_| {});
        for _ in 1..levels {
            innermost = endorsement(&scene, |document| document["endorsement"] = json!([innermost]));
        }
        scene.signed_after(|document| document["endorsement"] = json!([innermost]))
    };
    assert_eq!(scene.verdict(&nested(3)).outcome, Outcome::Valid);
    assert_eq!(scene.verdict(&nested(4)).outcome, Outcome::EndorsementInvalid);
}

#[test]
fn an_endorsement_by_itself_is_a_credential() {
    let scene = Scene::with_did_key();
    let verdict = scene.verdict(&endorsement(&scene, |_| {}).to_string());
    assert_eq!(verdict.outcome, Outcome::Valid, "{:?}", verdict.checks);
    assert_eq!(verdict.achievement_id, None);
}

/// The credential in the older data model, which is read and never written.
fn in_older_data_model(scene: &Scene, until: Option<&str>) -> String {
    scene.signed_after(|document| {
        document["@context"] = json!([
            "https://www.w3.org/2018/credentials/v1",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
            "https://w3id.org/security/data-integrity/v2"
        ]);
        let object = document.as_object_mut().unwrap();
        let from = object.remove("validFrom").unwrap();
        object.insert("issuanceDate".to_owned(), from);
        object.remove("description");
        if let Some(until) = until {
            object.insert("expirationDate".to_owned(), json!(until));
        }
    })
}

#[test]
fn the_older_data_model_is_verified_with_its_own_dates() {
    let scene = Scene::with_did_web();
    let verdict = scene.verdict(&in_older_data_model(&scene, None));
    assert_eq!(verdict.outcome, Outcome::Valid, "{:?}", verdict.checks);
    assert_eq!(verdict.valid_from, Some(moment("2026-11-23T16:48:31Z")));
    let expired = in_older_data_model(&scene, Some("2026-11-24T00:00:00Z"));
    assert_eq!(scene.verdict(&expired).outcome, Outcome::Expired);
}

#[test]
fn a_recipient_is_recognised_by_id_and_by_hashed_identifier() {
    let scene = Scene::with_did_key();
    let text = scene.signed();
    let matches = |kind: &str, value: &str| recipient_matches(&text, kind, value).unwrap();
    assert!(matches("emailAddress", "a@example.com"));
    assert!(!matches("emailAddress", "b@example.com"));
    assert!(!matches("ltiUserId", "a@example.com"));
    assert!(matches("id", "urn:uuid:5b4f5d1c-90a5-4f1c-8b4f-0d3f2c5e8a11"));
    assert!(!matches("id", "urn:uuid:00000000-0000-0000-0000-000000000000"));
    assert!(matches!(recipient_matches("{", "id", "x"), Err(RecipientError::Unreadable(_))));
}

#[test]
fn the_recipient_of_an_older_assertion_is_recognised_plain_and_hashed() {
    let assertion = |recipient: &str| {
        format!(
            r#"{{"@context":"https://w3id.org/openbadges/v2","type":"Assertion","id":"https://b.example/1","badge":"https://b.example/c","recipient":{recipient},"verification":{{"type":"HostedBadge"}},"issuedOn":"2026-01-02T03:04:05Z"}}"#
        )
    };
    let plain = assertion(r#"{"type":"email","hashed":false,"identity":"a@example.com"}"#);
    assert_eq!(recipient_matches(&plain, "emailAddress", "a@example.com"), Ok(true));
    assert_eq!(recipient_matches(&plain, "emailAddress", "b@example.com"), Ok(false));
    assert_eq!(recipient_matches(&plain, "id", "a@example.com"), Ok(false));
    let hashed = assertion(
        r#"{"type":"email","hashed":true,"salt":"Kosher","identity":"sha256$b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399"}"#,
    );
    assert_eq!(recipient_matches(&hashed, "emailAddress", "a@example.com"), Ok(true));
    assert_eq!(recipient_matches(&hashed, "emailAddress", "b@example.com"), Ok(false));
    let url = assertion(r#"{"type":"url","hashed":false,"identity":"https://a.example"}"#);
    assert_eq!(recipient_matches(&url, "id", "https://a.example"), Ok(true));
    assert_eq!(recipient_matches(&assertion("5"), "emailAddress", "a@example.com"), Ok(false));
    let address = recipient_matches("https://b.example/1", "emailAddress", "a@example.com");
    assert!(matches!(address, Err(RecipientError::Unreadable(_))));
}

#[test]
fn an_unknown_hash_is_told_unless_another_identifier_agrees() {
    let mut scene = Scene::with_did_key();
    let Award { recipient, .. } = &mut scene.award;
    recipient.identifiers[0].identity_hash = "sha1$00".to_owned();
    let unknown = recipient_matches(&scene.signed(), "emailAddress", "a@example.com");
    let expected = RecipientError::Identity(IdentityError::UnknownAlgorithm("sha1".to_owned()));
    assert_eq!(unknown, Err(expected));
}

#[test]
fn no_moment_makes_verification_panic() {
    let scene = Scene::with_did_key();
    for seconds in [i64::MIN, 0, i64::MAX] {
        let at = Timestamp::from_unix_seconds(seconds);
        let verdict = judged(&scene.signed(), &scene.documents, at);
        assert_ne!(verdict.outcome, Outcome::Malformed);
    }
}

#[test]
fn what_is_signed_beside_the_verdict_is_told() {
    let mut scene = Scene::with_did_web();
    scene.award.status =
        Some(BitstringStatusListEntry::new("https://badges.example/status/1", 7, "revocation"));
    let verdict = scene.verdict(&scene.signed());
    assert_eq!(verdict.subject_id.as_deref(), Some("urn:uuid:5b4f5d1c-90a5-4f1c-8b4f-0d3f2c5e8a11"));
    assert_eq!(verdict.signed_at, Some(scene.award.awarded_at));
    assert!(!verdict.names_subject_plainly);
    let status = verdict.status.unwrap();
    assert_eq!(
        (status.list.as_str(), status.index, status.purpose.as_str()),
        ("https://badges.example/status/1", 7, "revocation")
    );
    assert_eq!(verdict.status_entries, 1);
}

#[test]
fn whose_name_anybody_reads_is_named_plainly() {
    let scene = Scene::with_did_key();
    let plain =
        json!({"type": "IdentityObject", "hashed": false, "identityHash": "Ada", "identityType": "name"});
    let cases: [(&str, Value, bool); 5] = [
        ("/credentialSubject/identifier/0/hashed", json!(true), false),
        ("/credentialSubject/identifier/0/hashed", json!(false), true),
        ("/credentialSubject/id", json!("MAILTO:ada@example.org"), true),
        ("/credentialSubject/id", json!("tel:+81600000000"), true),
        ("/credentialSubject/identifier", plain, true),
    ];
    for (pointer, value, is_plain) in cases {
        let text = scene.signed_after(|document| *document.pointer_mut(pointer).unwrap() = value);
        assert_eq!(scene.verdict(&text).names_subject_plainly, is_plain, "{pointer}");
    }
}

#[test]
fn an_index_that_is_a_number_is_read_and_a_status_of_another_kind_has_none() {
    let mut scene = Scene::with_did_key();
    scene.award.status =
        Some(BitstringStatusListEntry::new("https://badges.example/status/1", 7, "revocation"));
    let status = |value: Value| {
        let text = scene.signed_after(|document| document["credentialStatus"] = value);
        let verdict = scene.verdict(&text);
        (verdict.status.map(|entry| entry.index), verdict.status_entries)
    };
    let entry = |index: Value| {
        json!({"type": "BitstringStatusListEntry", "statusPurpose": "revocation",
        "statusListIndex": index, "statusListCredential": "https://badges.example/status/1"})
    };
    assert_eq!(status(entry(json!(7))), (Some(7), 1));
    assert_eq!(status(entry(json!("8"))), (Some(8), 1));
    assert_eq!(status(entry(json!("-8"))), (None, 1));
    assert_eq!(status(json!([entry(json!("8")), entry(json!("9"))])), (Some(8), 2));
    assert_eq!(
        status(json!({"type": "https://x.example/Unheard", "id": "https://badges.example/status/1"})),
        (None, 1)
    );
}

#[test]
fn a_malformed_entry_is_told_where() {
    let mut scene = Scene::with_did_key();
    scene.award.status =
        Some(BitstringStatusListEntry::new("https://badges.example/status/1", 7, "revocation"));
    for (name, value, sentence) in [
        ("statusPurpose", json!(7), "/credentialStatus: statusPurpose is 7, expected a text"),
        ("statusListIndex", json!(-7), "/credentialStatus: statusListIndex is -7, expected a text"),
        (
            "statusListCredential",
            json!(["https://x.example"]),
            "/credentialStatus: statusListCredential is [\"https://x.example\"], expected a text",
        ),
    ] {
        let text = scene.signed_after(|document| document["credentialStatus"][name] = value);
        assert_eq!(refusal(&scene.verdict(&text)), (Outcome::StatusUnknown, "status", sentence.to_owned()));
    }
}
