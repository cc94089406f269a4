//! Signs many distinct full badges for measurements of storing and verifying, one a line, ready for `copy … from stdin`.
//!
//! `sign_many FORMAT COUNT FIRST`: FORMAT is `rdfc`, `jcs`, `jwt-eddsa` or `jwt-rs256`; badges are numbered from FIRST on.
//! Each line has the number, the subject's UUID and the credential. `rdfc` is by an issuer that is to be registered and has a
//! status; the others are by a stranger, without one. `sign_many document` prints the stranger's DID document.
//! The keys are published in this file or among the tests: for measurements only.

use std::error::Error;
use std::io::{BufWriter, Write as _, stdout};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use openbadges::key::{PublicKey, SigningKey, TokenSigningKey, did};
use openbadges::model::AchievementCredential;
use openbadges::proof::{eddsa_jcs, eddsa_rdfc, jwt};
use openbadges::time::Timestamp;
use serde_json::{Value, json};

/// Not to be registered: its keys are in its DID document, two of which are of kinds that are not registered.
const STRANGER: &str = "did:web:elsewhere.example.ac.jp";
const TEMPLATE: &str = include_str!("../tests/badges/full.json");
const RSA: &str = include_str!("../tests/it/keys/rsa-2048.pem");
/// Status lists have as many entries.
const LIST_SIZE: u64 = 131_072;
/// 2026-11-23T16:48:31Z, the template's.
const CREATED: i64 = 1_795_452_511;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut out = BufWriter::new(stdout().lock());
    match arguments.iter().map(String::as_str).collect::<Vec<&str>>().as_slice() {
        ["document"] => writeln!(out, "{}", Signer::new(true)?.did_document())?,
        [format, count, first] => {
            let signer = Signer::new(*format != "rdfc")?;
            let first: u64 = first.parse()?;
            for number in first..first + count.parse::<u64>()? {
                let subject = format!("20000000-0000-4000-8000-{number:012x}");
                let credential = signer.sign(format, number, &subject)?;
                // The text format of `copy` wants backslashes doubled; JSON on one line has no tab and no line break.
                writeln!(out, "{number}\t{subject}\t{}", credential.replace('\\', "\\\\"))?;
            }
        }
        _ => {
            return Err(
                "usage: sign_many rdfc|jcs|jwt-eddsa|jwt-rs256 COUNT FIRST, or sign_many document".into()
            );
        }
    }
    Ok(out.flush()?)
}

/// The keys of one issuer.
struct Signer {
    template: Value,
    issuer: String,
    key: SigningKey,
    method: String,
    rsa: TokenSigningKey,
}

impl Signer {
    fn new(is_stranger: bool) -> Result<Self, Box<dyn Error>> {
        let mut template: Value = serde_json::from_str(TEMPLATE)?;
        if let Some(members) = template.as_object_mut() {
            members.shift_remove("proof");
            if is_stranger {
                members.shift_remove("credentialStatus");
            }
        }
        if let Some(id) = template.pointer_mut("/issuer/id").filter(|_| is_stranger) {
            *id = STRANGER.into();
        }
        let issuer = template.pointer("/issuer/id").and_then(Value::as_str).ok_or("no issuer")?.to_owned();
        let key = SigningKey::from_seed(&[7; 32]);
        let method = format!("{issuer}#{}", key.verifying_key().to_multikey());
        Ok(Self { template, issuer, key, method, rsa: TokenSigningKey::from_pem(RSA)? })
    }

    fn rsa_method(&self) -> String {
        format!("{}#{}", self.issuer, self.rsa.public_key().thumbprint())
    }

    fn did_document(&self) -> Value {
        let mut document =
            did::did_document(&self.issuer, &[(self.method.clone(), self.key.verifying_key())]);
        let id = self.rsa_method();
        let rsa = json!({"id": id, "type": "JsonWebKey", "controller": self.issuer, "publicKeyJwk": self.rsa.public_key().to_jwk()});
        for (list, entry) in [("verificationMethod", rsa), ("assertionMethod", json!(id))] {
            if let Some(entries) = document.get_mut(list).and_then(Value::as_array_mut) {
                entries.push(entry);
            }
        }
        document
    }

    /// The template for another learner.
    fn unsigned(&self, number: u64, subject: &str) -> Value {
        let mut badge = self.template.clone();
        // What is stored names nobody in plain text.
        if let Some(is_hashed) = badge.pointer_mut("/credentialSubject/identifier/1/hashed") {
            *is_hashed = true.into();
        }
        let id = format!("https://badges.example.ac.jp/credentials/20000000-0000-4000-9000-{number:012x}");
        let (list, index) = (number / LIST_SIZE, number % LIST_SIZE);
        let list = format!("https://badges.example.ac.jp/status/{list}");
        for (pointer, value) in [
            ("/image/id", format!("{id}/image.png")),
            ("/id", id),
            ("/credentialSubject/id", format!("urn:uuid:{subject}")),
            ("/credentialSubject/identifier/1/identityHash", format!("sha256${number:064x}")),
            ("/credentialSubject/result/0/value", (number % 101).to_string()),
            ("/credentialStatus/id", format!("{list}#{index}")),
            ("/credentialStatus/statusListIndex", index.to_string()),
            ("/credentialStatus/statusListCredential", list),
        ] {
            if let Some(place) = badge.pointer_mut(pointer) {
                *place = Value::from(value);
            }
        }
        badge
    }

    fn sign(&self, format: &str, number: u64, subject: &str) -> Result<String, Box<dyn Error>> {
        let unsigned = self.unsigned(number, subject);
        let created = Timestamp::from_unix_seconds(CREATED);
        Ok(match format {
            "rdfc" => eddsa_rdfc::add_proof(unsigned, &self.key, &self.method, created)?.to_string(),
            "jcs" => eddsa_jcs::add_proof(unsigned, &self.key, &self.method, created)?.to_string(),
            "jwt-rs256" => {
                let credential: AchievementCredential = serde_json::from_value(unsigned)?;
                jwt::sign(&credential, &self.rsa, &self.rsa_method())?
            }
            "jwt-eddsa" => self.sign_token(unsigned)?,
            other => return Err(format!("no format `{other}`").into()),
        })
    }

    /// A token with `EdDSA`, which the library reads and never issues.
    fn sign_token(&self, mut payload: Value) -> Result<String, Box<dyn Error>> {
        let text = |pointer| payload.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
        let seconds = |pointer| text(pointer).parse().map(Timestamp::as_unix_seconds);
        let claims = [
            ("iss", Value::from(text("/issuer/id"))),
            ("jti", Value::from(text("/id"))),
            ("sub", Value::from(text("/credentialSubject/id"))),
            ("nbf", Value::from(seconds("/validFrom")?)),
            ("exp", Value::from(seconds("/validUntil")?)),
        ];
        if let Some(members) = payload.as_object_mut() {
            members.extend(claims.map(|(claim, value)| (claim.to_owned(), value)));
        }
        let algorithm = PublicKey::Ed25519(self.key.verifying_key()).algorithm();
        let header = json!({"alg": algorithm, "typ": "JWT", "kid": self.method});
        let input = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header.to_string()),
            URL_SAFE_NO_PAD.encode(payload.to_string())
        );
        let signature = URL_SAFE_NO_PAD.encode(self.key.sign(input.as_bytes()));
        Ok(format!("{input}.{signature}"))
    }
}
