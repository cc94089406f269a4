//! Every refusal says where: a JSON pointer into the credential, the token's header or claims, or a document that was handed in.

use openbadges::proof::eddsa_jcs;
use openbadges::verify::{CheckResult, Verdict};
use serde_json::{Value, json};

use crate::scene::{DID_URL, Scene, moment};
use crate::tokens::eddsa;

/// Whether a sentence has a JSON pointer, which may stand behind the address of a document.
fn has_place(sentence: &str) -> bool {
    let begins = |word: &str| {
        word.strip_prefix('/')
            .is_some_and(|rest| rest.starts_with(|c: char| c == '@' || c.is_ascii_alphabetic()))
    };
    sentence.split_ascii_whitespace().any(|word| {
        begins(word)
            || word
                .split_once("#/")
                .is_some_and(|(address, rest)| address.starts_with("https://") && !rest.is_empty())
    })
}

/// Holds every refusal of a verdict to it; says how many there were.
fn assert_places(verdict: &Verdict, what: &str) -> usize {
    let refused = |check: &&openbadges::verify::Check| {
        matches!(check.result, CheckResult::Failed | CheckResult::Unknown)
    };
    let refusals = verdict.checks.iter().filter(refused);
    refusals
        .map(|check| {
            // The third part of a token is no JSON, and has no place in any.
            let no_json = "signature does not fit the token and the key";
            let has_none = check.detail == no_json || check.detail.contains("near its top");
            assert!(has_none || has_place(&check.detail), "{}: {}\n{what}", check.name, check.detail);
        })
        .count()
}

/// A document with each of its values replaced by each of some others, or left out.
fn broken(document: &Value) -> Vec<Value> {
    let others = [
        json!(null),
        json!("x"),
        json!(""),
        json!([]),
        json!({}),
        json!(7),
        json!("did:key:z6Mk"),
        json!("a b:c"),
    ];
    let mut all = Vec::new();
    for at in 0.. {
        let mut changed = document.clone();
        if replace(&mut changed, &mut at.clone(), &others[0]).is_none() {
            return all;
        }
        for other in &others {
            let mut changed = document.clone();
            replace(&mut changed, &mut at.clone(), other);
            all.push(changed);
        }
        let mut changed = document.clone();
        remove(&mut changed, &mut at.clone());
        all.push(changed);
    }
    all
}

/// Replaces the value with that number in reading order, the document itself apart.
fn replace(value: &mut Value, left: &mut usize, other: &Value) -> Option<()> {
    let below: Vec<&mut Value> = match value {
        Value::Object(members) => members.values_mut().collect(),
        Value::Array(items) => items.iter_mut().collect(),
        _ => Vec::new(),
    };
    below.into_iter().find_map(|value| {
        if *left == 0 {
            *value = other.clone();
            return Some(());
        }
        *left -= 1;
        replace(value, left, other)
    })
}

/// Leaves out the value with that number.
fn remove(value: &mut Value, left: &mut usize) -> bool {
    match value {
        Value::Object(members) => {
            for key in members.keys().cloned().collect::<Vec<_>>() {
                if *left == 0 {
                    members.shift_remove(&key);
                    return true;
                }
                *left -= 1;
                if members.get_mut(&key).is_some_and(|member| remove(member, left)) {
                    return true;
                }
            }
            false
        }
        Value::Array(items) => {
            for at in 0..items.len() {
                if *left == 0 {
                    items.remove(at);
                    return true;
                }
                *left -= 1;
                if remove(&mut items[at], left) {
                    return true;
                }
            }
            false
        }
        _ => false,
    }
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn every_refusal_of_a_broken_credential_has_a_place() {
    let scene = Scene::with_did_web();
    let jcs = eddsa_jcs::add_proof(
        serde_json::to_value(scene.credential()).unwrap(),
        &scene.key,
        &scene.verification_method(),
        scene.award.awarded_at,
    );
    let mut refusals = 0;
    for signed in [parsed(&scene.signed()), jcs.unwrap()] {
        for text in broken(&signed).iter().map(Value::to_string) {
            refusals += assert_places(&scene.verdict(&text), &text);
        }
    }
    assert!(refusals > 700, "{refusals}");
}

#[test]
fn every_refusal_of_what_was_signed_wrongly_has_a_place() {
    let scene = Scene::with_did_web();
    let unsigned = serde_json::to_value(scene.credential()).unwrap();
    let sign = |document| {
        let created = scene.award.awarded_at;
        eddsa_jcs::add_proof(document, &scene.key, &scene.verification_method(), created).unwrap()
    };
    let refusals: usize = (broken(&unsigned).into_iter().map(sign))
        .map(|signed| assert_places(&scene.verdict(&signed.to_string()), &signed.to_string()))
        .sum();
    assert!(refusals > 200, "{refusals}");
}

#[test]
fn every_refusal_of_a_broken_token_has_a_place() {
    let scene = Scene::with_did_web();
    let mut payload = serde_json::to_value(scene.credential()).unwrap();
    let claims = json!({
        "iss": scene.did, "jti": payload["id"], "sub": payload["credentialSubject"]["id"], "nbf": 1_795_452_511
    });
    payload.as_object_mut().unwrap().extend(claims.as_object().unwrap().clone());
    let header = json!({"alg": "EdDSA", "kid": scene.verification_method(), "typ": "JWT"});
    let mut refusals = 0;
    for header in broken(&header) {
        let token = eddsa(&scene.key, &header, &payload);
        refusals += assert_places(&scene.verdict(&token), &header.to_string());
    }
    for payload in broken(&payload) {
        let token = eddsa(&scene.key, &header, &payload);
        refusals += assert_places(&scene.verdict(&token), &payload.to_string());
    }
    assert!(refusals > 250, "{refusals}");
}

#[test]
fn every_refusal_because_of_a_did_document_has_a_place() {
    let mut scene = Scene::with_did_web();
    let (signed, document) = (scene.signed(), parsed(&scene.documents[DID_URL]));
    let expiring = |end: &str| {
        let mut document = document.clone();
        document["verificationMethod"][0]["expires"] = json!(end);
        document
    };
    let more = [expiring("2026-11-24T00:00:00Z"), expiring("soon"), json!([]), json!(7)];
    let mut refusals = 0;
    for broken in broken(&document).into_iter().chain(more) {
        scene.documents.insert(DID_URL.to_owned(), broken.to_string());
        refusals += assert_places(&scene.verdict(&signed), &broken.to_string());
    }
    scene.documents.clear();
    refusals += assert_places(&scene.verdict(&signed), "no document");
    assert!(refusals > 40, "{refusals}");
}

#[test]
fn dates_that_speak_against_it_have_a_place() {
    let scene = Scene::with_did_key();
    let signed = scene.signed_after(|document| document["validUntil"] = json!("2026-12-31T00:00:00Z"));
    for moment in [moment("2020-01-01T00:00:00Z"), moment("2030-01-01T00:00:00Z")] {
        let verdict = openbadges::verify::verify(&signed, &scene.documents, moment);
        assert_eq!(assert_places(&verdict, "dates"), 1);
    }
}
