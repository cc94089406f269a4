//! What is published, and what happens with the wrong master key.

use super::*;
use crate::clock::fixed::CountingChance;

fn master(byte: u8) -> MasterKey {
    use base64::{Engine, engine::general_purpose::STANDARD};
    MasterKey::from_base64(&STANDARD.encode([byte; 32])).unwrap()
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix_seconds(seconds)
}

/// For each purpose a key that signs from 200 on and the one before it.
fn rows() -> Vec<SigningKeyRow> {
    let chance = CountingChance::default();
    let key = |purpose, from, until: Option<i64>| {
        SigningKeyRow::signing(new_key(purpose, &master(1), &chance).unwrap(), at(from), until.map(at))
    };
    vec![
        key(KeyPurpose::Lti, 200, None),
        key(KeyPurpose::Issuer, 200, None),
        key(KeyPurpose::Lti, 100, Some(200)),
        key(KeyPurpose::Issuer, 100, Some(200)),
        key(KeyPurpose::Token, 100, None),
    ]
}

fn open(rows: &[SigningKeyRow], method: DidMethod, now: i64) -> Result<Keyring, KeyringError> {
    Keyring::open(rows, &master(1), method, &public_url(), at(now))
}

fn published_kids(keyring: &Keyring) -> Vec<String> {
    let jwks: Value = serde_json::from_str(keyring.jwks()).unwrap();
    let keys = jwks["keys"].as_array().unwrap();
    keys.iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

fn public_url() -> Url {
    "https://badges.example.org/".parse().unwrap()
}

#[test]
fn the_key_in_use_signs_and_retired_ones_stay_published() {
    let rows = rows();
    let keyring = open(&rows, DidMethod::Web, 200).unwrap();
    assert_eq!(keyring.lti.key_id(), rows[0].key_id);
    assert_eq!(keyring.issuer.did, "did:web:badges.example.org");
    assert_eq!(
        keyring.issuer.verification_method,
        format!("did:web:badges.example.org#{}", rows[1].public_key)
    );
    let jwks: Value = serde_json::from_str(keyring.jwks()).unwrap();
    assert_eq!(jwks["keys"].as_array().unwrap().len(), 2);
    assert!(jwks["keys"].as_array().unwrap().iter().all(|key| key["d"].is_null() && key["kid"].is_string()));
    let document: Value = serde_json::from_str(keyring.did_document()).unwrap();
    assert_eq!(document["id"], "did:web:badges.example.org");
    assert_eq!(document["verificationMethod"].as_array().unwrap().len(), 3);
    assert_eq!(document["verificationMethod"][2]["publicKeyJwk"]["crv"], "P-256");
    assert_eq!(keyring.token.unwrap().public_key, rows[4].public_key);
}

#[test]
fn the_next_key_is_published_before_it_signs() {
    let rows = rows();
    let before = open(&rows, DidMethod::Web, 199).unwrap();
    assert_eq!(before.lti.key_id(), rows[2].key_id);
    assert_eq!(before.issuer.public_key_multibase, rows[3].public_key);
    assert_eq!(published_kids(&before), [rows[0].key_id.as_str(), rows[2].key_id.as_str()]);
    assert!(before.did_document().contains(&rows[1].public_key));
}

#[test]
fn a_key_is_published_no_longer_than_it_was_meant_to_be() {
    let mut rows = rows();
    rows[2].published_until = Some(at(300));
    assert_eq!(published_kids(&open(&rows, DidMethod::Web, 299).unwrap()).len(), 2);
    assert_eq!(published_kids(&open(&rows, DidMethod::Web, 300).unwrap()), [rows[0].key_id.as_str()]);
}

#[test]
fn a_did_key_is_the_key_itself() {
    let keyring = open(&rows(), DidMethod::Key, 200).unwrap();
    assert_eq!(keyring.issuer.did, format!("did:key:{}", keyring.issuer.public_key_multibase));
    assert!(keyring.token.is_none() && !keyring.did_document().contains("P-256"));
}

#[test]
fn another_master_key_is_told_with_its_name() {
    let error = Keyring::open(&rows(), &master(2), DidMethod::Web, &public_url(), at(200)).unwrap_err();
    assert!(error.to_string().contains("`keys.master_key`"), "{error}");
}

#[test]
fn a_missing_key_names_the_command_that_makes_it() {
    let error = open(&rows(), DidMethod::Web, 99).unwrap_err();
    assert_eq!(error.to_string(), "there is no lti key; `lti-tool keys generate` makes one");
}

#[test]
fn a_handle_sees_a_replaced_keyring() {
    let (first, second) = (rows(), rows());
    let handle = KeyringHandle::new(open(&first, DidMethod::Web, 200).unwrap());
    let other = handle.clone();
    handle.replace(open(&second, DidMethod::Web, 200).unwrap());
    assert_eq!(other.current().lti.key_id(), second[0].key_id);
}
