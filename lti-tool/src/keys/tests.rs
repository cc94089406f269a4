//! What is published, and what happens with the wrong master key.

use super::*;
use crate::clock::fixed::CountingChance;

fn master(byte: u8) -> MasterKey {
    use base64::{Engine, engine::general_purpose::STANDARD};
    MasterKey::from_base64(&STANDARD.encode([byte; 32])).unwrap()
}

fn row(new: NewKeyRow, is_retired: bool) -> SigningKeyRow {
    SigningKeyRow {
        key_id: new.key_id,
        purpose: new.purpose,
        public_key: new.public_key,
        sealed: new.sealed,
        is_retired,
        created_at: "2026-11-23T12:00:00Z".to_owned(),
    }
}

fn rows() -> Vec<SigningKeyRow> {
    let chance = CountingChance::default();
    let key = |purpose, retired| row(new_key(purpose, &master(1), &chance).unwrap(), retired);
    vec![
        key(KeyPurpose::Lti, false),
        key(KeyPurpose::Issuer, false),
        key(KeyPurpose::Lti, true),
        key(KeyPurpose::Issuer, true),
    ]
}

fn public_url() -> Url {
    "https://badges.example.org/".parse().unwrap()
}

#[test]
fn the_key_in_use_signs_and_retired_ones_stay_published() {
    let rows = rows();
    let keyring = Keyring::open(&rows, &master(1), DidMethod::Web, &public_url()).unwrap();
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
    assert_eq!(document["verificationMethod"].as_array().unwrap().len(), 2);
}

#[test]
fn a_did_key_is_the_key_itself() {
    let keyring = Keyring::open(&rows(), &master(1), DidMethod::Key, &public_url()).unwrap();
    assert_eq!(keyring.issuer.did, format!("did:key:{}", keyring.issuer.public_key_multibase));
}

#[test]
fn another_master_key_is_told_with_its_name() {
    let error = Keyring::open(&rows(), &master(2), DidMethod::Web, &public_url()).unwrap_err();
    assert!(error.to_string().contains("`keys.master_key`"), "{error}");
}

#[test]
fn a_missing_key_names_the_command_that_makes_it() {
    let only_retired: Vec<SigningKeyRow> = rows().into_iter().filter(|row| row.is_retired).collect();
    let error = Keyring::open(&only_retired, &master(1), DidMethod::Web, &public_url()).unwrap_err();
    assert_eq!(error.to_string(), "there is no lti key; `lti-tool keys generate` makes one");
}

#[test]
fn a_handle_sees_a_replaced_keyring() {
    let open =
        |rows: &[SigningKeyRow]| Keyring::open(rows, &master(1), DidMethod::Web, &public_url()).unwrap();
    let (first, second) = (rows(), rows());
    let handle = KeyringHandle::new(open(&first));
    let other = handle.clone();
    handle.replace(open(&second));
    assert_eq!(other.current().lti.key_id(), second[0].key_id);
}
