//! The badges that are judged, signed in every format, and the raw loops that they are compared with.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::Verifier as _;
use jsonwebtoken::{Algorithm, DecodingKey};
use openbadges::key::{SigningKey, TokenSigningKey, did};
use openbadges::model::AchievementCredential;
use openbadges::proof::{eddsa_jcs, eddsa_rdfc, jwt};
use openbadges::time::Timestamp;
use openbadges::verify::{Documents, KnownKeys};
use serde_json::{Value, json};
use std::borrow::Cow;
use std::collections::HashMap;

const RSA: &str = include_str!("../../tests/it/keys/rsa-2048.pem");
const RSA_PUBLIC: &str = include_str!("../../tests/it/keys/rsa-2048.pub.pem");
const P256: &str = include_str!("../../tests/it/keys/p256.pem");
const P256_PUBLIC: &str = include_str!("../../tests/it/keys/p256.pub.pem");
/// The issuer of the tokens, and the names of its keys.
const SITE: &str = "did:web:badges.example";
const RSA_NAME: &str = "did:web:badges.example#rsa";
const P256_NAME: &str = "did:web:badges.example#p256";

/// The key of the issuer, and of the raw loop.
pub(crate) fn key() -> SigningKey {
    SigningKey::from_seed(&[7; 32])
}

/// When the badges were signed.
pub(crate) fn signed_at() -> Timestamp {
    Timestamp::from_unix_seconds(1_795_452_511)
}

/// When they are judged.
pub(crate) fn verified_at() -> Timestamp {
    Timestamp::from_unix_seconds(1_795_452_600)
}

/// The check of one signature over a message with the key ready: what nobody can avoid.
pub(crate) fn raw_ed25519(message: Vec<u8>) -> impl Fn() {
    let signature = ed25519_dalek::Signature::from_bytes(&key().sign(&message));
    let key = ed25519_dalek::SigningKey::from_bytes(&[7; 32]).verifying_key();
    move || key.verify(&message, &signature).expect("signed a moment ago")
}

/// The same for a token of another algorithm, over its own signing input.
pub(crate) fn raw_token(token: &str) -> impl Fn() {
    let (input, signature) = token.rsplit_once('.').expect("a token has dots");
    let (input, signature) = (input.to_owned(), signature.to_owned());
    let header = URL_SAFE_NO_PAD.decode(input.split('.').next().unwrap_or_default()).expect("base64url");
    let is_rsa = String::from_utf8_lossy(&header).contains("RS256");
    let key = if is_rsa {
        DecodingKey::from_rsa_pem(RSA_PUBLIC.as_bytes())
    } else {
        DecodingKey::from_ec_pem(P256_PUBLIC.as_bytes())
    };
    let (key, algorithm) =
        (key.expect("the key of the tests"), if is_rsa { Algorithm::RS256 } else { Algorithm::ES256 });
    move || {
        let fits = jsonwebtoken::crypto::verify(&signature, input.as_bytes(), &key, algorithm);
        assert_eq!(fits.ok(), Some(true));
    }
}

pub(crate) fn rsa() -> TokenSigningKey {
    TokenSigningKey::from_pem(RSA).expect("the key of the tests")
}

pub(crate) fn p256() -> TokenSigningKey {
    TokenSigningKey::from_pem(P256).expect("the key of the tests")
}

/// A badge as the texts that its formats are.
pub(crate) struct Badge {
    pub(crate) name: &'static str,
    pub(crate) credential: AchievementCredential,
    pub(crate) rdfc: String,
    pub(crate) jcs: String,
    pub(crate) eddsa_token: String,
    pub(crate) rsa_token: String,
    pub(crate) p256_token: String,
    /// What verification needs: the keys of the tokens.
    pub(crate) site: Site,
}

impl Badge {
    pub(crate) fn sign(name: &'static str, unsigned: &str) -> anyhow::Result<Self> {
        let (did, method) = names();
        let credential: AchievementCredential = serde_json::from_value(issued_by(&did, unsigned)?)?;
        let of_site: AchievementCredential = serde_json::from_value(issued_by(SITE, unsigned)?)?;
        let rsa_token = jwt::sign(&of_site, &rsa(), RSA_NAME)?;
        Ok(Self {
            name,
            rdfc: eddsa_rdfc::sign(&credential, &key(), &method, signed_at())?,
            jcs: serde_json::to_string(&eddsa_jcs::add_proof(
                issued_by(&did, unsigned)?,
                &key(),
                &method,
                signed_at(),
            )?)?,
            eddsa_token: eddsa_token(&jwt::sign(&credential, &rsa(), RSA_NAME)?, &method),
            p256_token: jwt::sign(&of_site, &p256(), P256_NAME)?,
            rsa_token,
            credential,
            site: Site::default(),
        })
    }
}

/// The issuer's site with its DID document, whose keys are remembered, as the database does it.
pub(crate) struct Site {
    did_document: String,
    keys: KnownKeys,
}

impl Default for Site {
    fn default() -> Self {
        let keys = [(RSA_NAME, rsa().public_key().clone()), (P256_NAME, p256().public_key().clone())];
        let keys = keys.map(|(name, key)| (name.to_owned(), key));
        Self { did_document: did::did_document_of(SITE, &keys).to_string(), keys: KnownKeys::default() }
    }
}

impl Documents for Site {
    fn find(&self, url: &str) -> Option<Cow<'_, str>> {
        (url == "https://badges.example/.well-known/did.json").then_some(Cow::Borrowed(&self.did_document))
    }

    fn known_keys(&self) -> Option<&KnownKeys> {
        Some(&self.keys)
    }
}

/// The issuer that is its key, and its verification method.
pub(crate) fn names() -> (String, String) {
    let did = did::did_key(&key().verifying_key());
    let method = format!("{did}#{}", key().verifying_key().to_multikey());
    (did, method)
}

/// The document without proof and status, under another issuer.
fn issued_by(issuer: &str, unsigned: &str) -> anyhow::Result<Value> {
    let mut document: Value = serde_json::from_str(unsigned)?;
    if let Some(members) = document.as_object_mut() {
        members.shift_remove("proof");
        members.shift_remove("credentialStatus");
    }
    if let Some(id) = document.pointer_mut("/issuer/id") {
        *id = Value::from(issuer);
    }
    Ok(document)
}

/// The payload of a token signed with Ed25519, which is read and never issued.
fn eddsa_token(token: &str, method: &str) -> String {
    let header = json!({"alg": "EdDSA", "typ": "JWT", "kid": method}).to_string();
    let payload = token.split('.').nth(1).unwrap_or_default();
    let input = format!("{}.{payload}", URL_SAFE_NO_PAD.encode(header));
    let signature = URL_SAFE_NO_PAD.encode(key().sign(input.as_bytes()));
    format!("{input}.{signature}")
}

/// A signed assertion of Open Badges 2.0, and the documents that it is linked with.
pub(crate) fn open_badges_2() -> anyhow::Result<(String, HashMap<String, String>)> {
    let context = "https://w3id.org/openbadges/v2";
    let [issuer, class, key] =
        ["issuer", "class", "key"].map(|name| format!("https://badges.example/v2/{name}"));
    let assertion = json!({
        "@context": context, "id": "urn:uuid:0e4e3a1c-6f3b-4d39-9d6d-9c6f6f2d9c11", "type": "Assertion",
        "recipient": {"type": "email", "hashed": false, "identity": "a@example.com"}, "badge": class,
        "verification": {"type": "SignedBadge", "creator": key}, "issuedOn": "2026-11-23T16:48:31Z"
    });
    let class_document = json!({
        "@context": context, "id": class, "type": "BadgeClass", "name": "DX Beginner", "description": "Knows DX.",
        "image": "https://badges.example/1.png", "criteria": {"narrative": "Complete all modules."}, "issuer": issuer
    });
    let issuer_document = json!({
        "@context": context, "id": issuer, "type": "Issuer", "name": "Example", "url": "https://badges.example",
        "email": "a@badges.example", "publicKey": key
    });
    let key_document = json!({"@context": context, "id": key, "type": "CryptographicKey", "owner": issuer, "publicKeyPem": RSA_PUBLIC});
    let header = json!({"alg": "RS256"}).to_string();
    let input = [header, assertion.to_string()].map(|part| URL_SAFE_NO_PAD.encode(part)).join(".");
    let private = jsonwebtoken::EncodingKey::from_rsa_pem(RSA.as_bytes())?;
    let signature = jsonwebtoken::crypto::sign(input.as_bytes(), &private, Algorithm::RS256)?;
    let documents = [(issuer, issuer_document), (class, class_document), (key, key_document)];
    let documents = documents.into_iter().map(|(url, document)| (url, document.to_string())).collect();
    Ok((format!("{input}.{signature}"), documents))
}
