//! Open Badges 2.0: the older form of an award, hosted and signed, written and verified.

use std::collections::HashMap;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use openbadges::issue::open_badges_2::{Addresses, HostedBadge, OlderFormError, hosted, linked};
use openbadges::issue::{Award, unsigned_credential};
use openbadges::model::open_badges_2::{Assertion, RevocationList};
use openbadges::model::schema::departures;
use openbadges::model::{Image, ProfileRef, Related};
use openbadges::verify::{CheckName, Outcome, Verdict};
use serde_json::{Value, json};

use crate::scene::{Scene, judged, moment, refusal};

const ISSUER: &str = "https://badges.example/v2/issuer";
const KEY: &str = "https://badges.example/v2/key";

fn addresses() -> Addresses {
    Addresses {
        assertion: "https://badges.example/v2/assertions/1".to_owned(),
        badge_class: "https://badges.example/v2/classes/1".to_owned(),
        issuer: ISSUER.to_owned(),
    }
}

fn scene() -> Scene {
    let mut scene = Scene::with_did_web();
    scene.award.issuer.url = Some("https://badges.example".to_owned());
    scene.award.issuer.email = Some("badges@badges.example".to_owned());
    scene.award.achievement.image = Some(Image::new("https://badges.example/images/1.png"));
    scene
}

/// The hosted documents as JSON, to be changed in ways that the model would not write.
struct Documents {
    assertion: Value,
    badge_class: Value,
    issuer: Value,
}

fn documents() -> Documents {
    let HostedBadge { assertion, badge_class, issuer } = hosted(&scene().award, &addresses()).unwrap();
    Documents {
        assertion: serde_json::to_value(assertion).unwrap(),
        badge_class: serde_json::to_value(badge_class).unwrap(),
        issuer: serde_json::to_value(issuer).unwrap(),
    }
}

/// The hosted documents at their addresses, each changed before it is put there.
fn site(change: impl FnOnce(&mut Documents)) -> HashMap<String, String> {
    let addresses = addresses();
    let mut badge = documents();
    change(&mut badge);
    HashMap::from([
        (addresses.assertion, badge.assertion.to_string()),
        (addresses.badge_class, badge.badge_class.to_string()),
        (addresses.issuer, badge.issuer.to_string()),
    ])
}

fn verdict(text: &str, site: &HashMap<String, String>) -> Verdict {
    judged(text, site, moment("2026-11-24T12:00:00Z"))
}

#[test]
fn an_award_is_written_as_three_hosted_documents() {
    let badge = documents();
    assert_eq!(
        badge.assertion,
        json!({
            "@context": "https://w3id.org/openbadges/v2",
            "id": "https://badges.example/v2/assertions/1",
            "type": "Assertion",
            "recipient": {
                "type": "email", "hashed": true, "salt": "Kosher",
                "identity": "sha256$b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399"
            },
            "badge": "https://badges.example/v2/classes/1",
            "verification": {"type": "HostedBadge"},
            "issuedOn": "2026-11-23T16:48:31Z",
            "related": {
                "id": "https://badges.example/credentials/0e4e3a1c-6f3b-4d39-9d6d-9c6f6f2d9c11",
                "version": "Open Badges v3p0"
            }
        })
    );
    assert_eq!(badge.badge_class["image"], "https://badges.example/images/1.png");
    assert_eq!(badge.badge_class["related"]["id"], "https://badges.example/achievements/dx-beginner");
    assert_eq!(badge.issuer["email"], "badges@badges.example");
    assert_eq!(
        badge.issuer["related"],
        json!({
            "id": "did:web:badges.example",
            "type": ["https://purl.imsglobal.org/spec/vc/ob/vocab.html#Profile"],
            "version": "Open Badges v3p0"
        })
    );
}

#[test]
fn a_credential_tells_the_award_that_it_came_from() {
    let mut scene = scene();
    scene.award.narrative = Some("Wrote the first program.".to_owned());
    scene.award.valid_until = Some(moment("2027-11-23T16:48:31Z"));
    scene.award.image = Some(Image::new("https://badges.example/images/ada.png"));
    for image in [scene.award.image.clone(), None] {
        let award = Award { image, ..scene.award.clone() };
        assert_eq!(Award::of(unsigned_credential(&award)), Some(award));
    }
    let mut linked = unsigned_credential(&scene.award);
    linked.issuer = ProfileRef::Id("did:web:badges.example".to_owned());
    assert_eq!(Award::of(linked), None);
}

#[test]
fn the_newer_form_names_the_older_one_and_still_verifies() {
    let mut scene = scene();
    scene.award = linked(&scene.award, &addresses());
    let mut related = Related::new("https://badges.example/v2/classes/1");
    related.types.push("https://w3id.org/openbadges#BadgeClass".to_owned());
    related.version = Some("Open Badges v2p0".to_owned());
    assert_eq!(scene.award.achievement.related, [related]);
    assert_eq!(
        serde_json::to_value(&scene.award.issuer.other_identifier).unwrap(),
        json!([{"type": "IdentifierEntry", "identifier": ISSUER, "identifierType": "identifier"}])
    );
    assert_eq!(scene.award.evidence[0].id.as_deref(), Some("https://badges.example/v2/assertions/1"));
    assert_eq!(departures(&serde_json::to_value(scene.credential()).unwrap()), []);
    let verdict = scene.verdict(&scene.signed());
    assert_eq!(verdict.outcome, Outcome::Valid, "{:?}", verdict.checks);
    let older = hosted(&scene.award, &addresses()).unwrap();
    assert_eq!(older.assertion.evidence, Vec::<Value>::new(), "it is no evidence of itself");
}

#[test]
fn documents_of_the_older_form_survive_reading_and_writing() {
    let mut documents = documents();
    documents.assertion["badge"] = documents.badge_class.clone();
    documents.assertion["badge"]["issuer"] = documents.issuer.clone();
    documents.assertion["badge"]["issuer"]["publicKey"] = json!([KEY, {
        "id": KEY, "type": "CryptographicKey", "owner": ISSUER, "publicKeyPem": "-----BEGIN", "xNote": 1
    }]);
    documents.assertion["xNote"] = json!({"kept": true});
    let assertion: Assertion = serde_json::from_value(documents.assertion.clone()).unwrap();
    assert_eq!(serde_json::to_value(&assertion).unwrap(), documents.assertion);
    let list = json!({"@context": "https://w3id.org/openbadges/v2", "id": "https://h/r", "type": "RevocationList",
                      "issuer": ISSUER, "revokedAssertions": ["urn:1", {"id": "urn:2", "revocationReason": "mistake"}]});
    let read: RevocationList = serde_json::from_value(list.clone()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), list);
}

#[test]
fn the_language_of_an_achievement_is_that_of_its_badge_class() {
    let mut award = scene().award;
    award.achievement.in_language = Some("ja".to_owned());
    let badge_class = hosted(&award, &addresses()).unwrap().badge_class;
    assert_eq!(badge_class.context, Some(json!(["https://w3id.org/openbadges/v2", {"@language": "ja"}])));
}

#[test]
fn what_the_older_form_requires_is_named() {
    let mut award = scene().award;
    award.achievement.image = None;
    assert_eq!(hosted(&award, &addresses()), Err(OlderFormError::NoImage));
    award = scene().award;
    award.issuer.email = None;
    let error = hosted(&award, &addresses()).unwrap_err();
    assert_eq!(error.to_string(), "issuer has no email, which Open Badges 2.0 requires");
    award.issuer.url = None;
    assert_eq!(hosted(&award, &addresses()), Err(OlderFormError::NoIssuerUrl));
}

#[test]
fn a_hosted_assertion_is_valid_by_its_address_whatever_was_handed_in() {
    let site = site(|_| {});
    let forged =
        json!({"@context": "https://w3id.org/openbadges/v2", "id": addresses().assertion, "issuedOn": "x"});
    for text in [addresses().assertion, site[&addresses().assertion].clone(), forged.to_string()] {
        let verdict = verdict(&text, &site);
        assert_eq!(verdict.outcome, Outcome::Valid, "{:?}", verdict.checks);
        assert_eq!(verdict.issuer_id.as_deref(), Some(ISSUER));
        assert_eq!(verdict.achievement_id.as_deref(), Some("https://badges.example/v2/classes/1"));
        assert_eq!(verdict.valid_from, Some(moment("2026-11-23T16:48:31Z")));
    }
}

#[test]
fn each_document_that_is_missing_is_asked_for_in_turn() {
    let full = site(|_| {});
    let mut known = HashMap::new();
    for address in [addresses().assertion, addresses().badge_class, addresses().issuer] {
        let verdict = verdict(&addresses().assertion, &known);
        assert_eq!((verdict.outcome, &verdict.missing), (Outcome::NeedsDocuments, &vec![address.clone()]));
        known.insert(address.clone(), full[&address].clone());
    }
    assert_eq!(verdict(&addresses().assertion, &known).outcome, Outcome::Valid);
}

/// How the hosted documents are changed, the outcome, and the check that refuses.
type Case = (fn(&mut Documents), Outcome, &'static str, &'static str);

fn each_is_refused(cases: &[Case]) {
    for (change, outcome, check, detail) in cases {
        let verdict = verdict(&addresses().assertion, &site(change));
        assert_eq!(refusal(&verdict), (*outcome, *check, (*detail).to_owned()));
    }
}

#[test]
fn a_hosted_assertion_that_is_wrong_is_refused_by_name() {
    each_is_refused(&[
        (
            |b| {
                b.assertion =
                    json!({"id": addresses().assertion, "revoked": true, "revocationReason": "mistake"});
            },
            Outcome::Revoked,
            "proof_present",
            "https://badges.example/v2/assertions/1#/revoked: the issuer has revoked it: `mistake`",
        ),
        (
            |b| b.assertion["id"] = json!("https://badges.example/v2/assertions/2"),
            Outcome::Malformed,
            "proof_present",
            "https://badges.example/v2/assertions/1#/id is `https://badges.example/v2/assertions/2`, expected its address",
        ),
        (
            |b| b.assertion["type"] = json!("Badge"),
            Outcome::Malformed,
            "types",
            "/type is `Badge`, expected `Assertion`",
        ),
        (
            |b| drop(b.badge_class.as_object_mut().unwrap().remove("criteria")),
            Outcome::Malformed,
            "mandatory_properties",
            "https://badges.example/v2/classes/1#/criteria is missing",
        ),
        (
            |b| b.issuer["id"] = json!("https://evil.example"),
            Outcome::Malformed,
            "mandatory_properties",
            "https://badges.example/v2/issuer#/id is `https://evil.example`, expected its address",
        ),
    ]);
}

#[test]
fn a_hosted_assertion_outside_its_scope_or_time_is_refused_by_name() {
    each_is_refused(&[
        (
            |b| b.assertion["verification"]["type"] = json!("SignedBadge"),
            Outcome::ProofInvalid,
            "proof_purpose",
            "/verification/type is `SignedBadge`, expected `HostedBadge` for an assertion without a signature",
        ),
        (
            |b| b.issuer["verification"] = json!({"allowedOrigins": "other.example"}),
            Outcome::IssuerMismatch,
            "issuer_controls_key",
            "/id is `https://badges.example/v2/assertions/1`, outside the scope of the issuer `https://badges.example/v2/issuer`",
        ),
        (
            |b| b.assertion["expires"] = json!("2026-11-24T00:00:00Z"),
            Outcome::Expired,
            "valid_until",
            "/expires is 2026-11-24T00:00:00Z, and it is 2026-11-24T12:00:00Z",
        ),
        (
            |b| b.assertion["issuedOn"] = json!("2027-01-01T00:00:00Z"),
            Outcome::NotYetValid,
            "valid_from",
            "/issuedOn is 2027-01-01T00:00:00Z, and it is 2026-11-24T12:00:00Z",
        ),
    ]);
}

#[test]
fn an_issuer_may_allow_other_places() {
    let allowing = |verification: Value| site(|badge| badge.issuer["verification"] = verification);
    let starts = allowing(json!({"startsWith": ["https://badges.example/v2/assertions/"]}));
    assert_eq!(verdict(&addresses().assertion, &starts).outcome, Outcome::Valid);
    let elsewhere = allowing(json!({"startsWith": "https://badges.example/v3/"}));
    assert_eq!(verdict(&addresses().assertion, &elsewhere).outcome, Outcome::IssuerMismatch);
}

/// A signed assertion and the site of an issuer that publishes the key.
fn signed(
    change: impl FnOnce(&mut Value, &mut HashMap<String, String>),
) -> (String, HashMap<String, String>) {
    let mut documents = site(|badge| badge.issuer["publicKey"] = json!([KEY]));
    let pem = include_str!("keys/rsa-2048.pub.pem");
    let key = json!({"@context": "https://w3id.org/openbadges/v2", "id": KEY, "type": "CryptographicKey", "owner": ISSUER,
                     "publicKeyPem": pem});
    documents.insert(KEY.to_owned(), key.to_string());
    let mut assertion: Value =
        serde_json::from_str(&documents.remove(&addresses().assertion).unwrap()).unwrap();
    assertion["id"] = json!("urn:uuid:4d6b8f9c-1d6f-4c7e-8c27-3d2f0a1d5e22");
    assertion["verification"] = json!({"type": "SignedBadge", "creator": KEY});
    change(&mut assertion, &mut documents);
    let input =
        [json!({"alg": "RS256"}), assertion].map(|part| URL_SAFE_NO_PAD.encode(part.to_string())).join(".");
    let key = jsonwebtoken::EncodingKey::from_rsa_pem(include_bytes!("keys/rsa-2048.pem")).unwrap();
    let signature =
        jsonwebtoken::crypto::sign(input.as_bytes(), &key, jsonwebtoken::Algorithm::RS256).unwrap();
    (format!("{input}.{signature}"), documents)
}

#[test]
fn a_signed_assertion_is_valid_by_the_issuers_key() {
    let (token, documents) = signed(|_, _| {});
    let verdict = verdict(&token, &documents);
    assert_eq!(verdict.outcome, Outcome::Valid, "{:?}", verdict.checks);
    assert_eq!(verdict.verification_method.as_deref(), Some(KEY));
}

#[test]
fn a_signed_assertion_that_was_changed_is_refused() {
    let (token, documents) = signed(|_, _| {});
    let (other, _) = signed(|assertion, _| assertion["narrative"] = json!("Forged"));
    let signature = token.rsplit_once('.').unwrap().1;
    let forged = format!("{}.{signature}", other.rsplit_once('.').unwrap().0);
    assert_eq!(verdict(&forged, &documents).outcome, Outcome::ProofInvalid);
}

#[test]
fn a_key_that_is_not_listed_or_of_someone_else_is_refused() {
    let (token, documents) =
        signed(|assertion, _| assertion["verification"]["creator"] = json!("https://evil.example/key"));
    assert_eq!(verdict(&token, &documents).outcome, Outcome::KeyUnknown);
    let (token, documents) = signed(|_, documents| {
        let other = documents[KEY]
            .replace("\"owner\":\"https://badges.example/v2/issuer\"", "\"owner\":\"https://evil.example\"");
        documents.insert(KEY.to_owned(), other);
    });
    assert_eq!(verdict(&token, &documents).outcome, Outcome::IssuerMismatch);
}

#[test]
fn the_issuers_revocation_list_is_read() {
    let list_at = "https://badges.example/v2/revoked";
    let (token, mut documents) = signed(|_, documents| {
        let mut issuer: Value = serde_json::from_str(&documents[ISSUER]).unwrap();
        issuer["revocationList"] = json!(list_at);
        documents.insert(ISSUER.to_owned(), issuer.to_string());
    });
    assert_eq!(verdict(&token, &documents).missing, [list_at]);
    for (revoked, outcome) in [
        (json!("urn:uuid:4d6b8f9c-1d6f-4c7e-8c27-3d2f0a1d5e22"), Outcome::Revoked),
        (
            json!({"id": "urn:uuid:4d6b8f9c-1d6f-4c7e-8c27-3d2f0a1d5e22", "revocationReason": "mistake"}),
            Outcome::Revoked,
        ),
        (json!("urn:uuid:00000000-0000-0000-0000-000000000000"), Outcome::Valid),
    ] {
        let list = json!({"id": list_at, "type": "RevocationList", "issuer": ISSUER, "revokedAssertions": [revoked]});
        documents.insert(list_at.to_owned(), list.to_string());
        let verdict = verdict(&token, &documents);
        assert_eq!(verdict.outcome, outcome, "{:?}", verdict.check(CheckName::Status));
    }
}
