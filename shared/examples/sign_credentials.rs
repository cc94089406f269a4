//! Signs credentials for tests and measurements: one JSON object per line in, one signed credential per line out.
//!
//! The keys are made from a small number (`seed`) and protect nothing. Equal input gives equal output, because
//! Ed25519 is deterministic. Members of a line, with their defaults:
//! `seed` (1), `issuer` (`did:key` of the seed's key), `method` (`<issuer>#<multikey>`), `credential_id`, `subject`,
//! `achievement`, `valid_from` (all four mandatory), `valid_until` (none), `created` (`valid_from`),
//! `status_list` (none), `status_index` (0), `status_purpose` (`revocation`), `suspension_list` (none; a second entry with the same index), `email` (none; hashed with a salt made of the credential's id), `plain_email` (none),
//! `token` (false; true signs a token with `EdDSA` instead of embedding a proof).
//! With the argument `--keys`, each line gives `{"method", "multikey"}` instead.

use std::error::Error;
use std::io::{BufRead, BufWriter, Write, stdin, stdout};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use openbadges::issue::{Award, Recipient, unsigned_credential};
use openbadges::key::{SigningKey, did};
use openbadges::model::{Achievement, BitstringStatusListEntry, Criteria, IdentityObject, Profile};
use openbadges::proof::eddsa_rdfc;
use openbadges::time::Timestamp;
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    let keys_only = std::env::args().any(|argument| argument == "--keys");
    let mut out = BufWriter::new(stdout().lock());
    for line in stdin().lock().lines() {
        let order = Order(serde_json::from_str(&line?)?);
        let text = if keys_only { order.key().to_string() } else { order.sign()? };
        writeln!(out, "{text}")?;
    }
    Ok(out.flush()?)
}

/// One line of the input.
struct Order(Value);

impl Order {
    fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    fn mandatory(&self, name: &str) -> Result<&str, String> {
        self.text(name).ok_or_else(|| format!("`{name}` is missing"))
    }

    fn time(&self, name: &str) -> Result<Option<Timestamp>, Box<dyn Error>> {
        Ok(self.text(name).map(str::parse).transpose()?)
    }

    fn signing_key(&self) -> SigningKey {
        let seed = self.0.get("seed").and_then(Value::as_u64).unwrap_or(1);
        let mut bytes = [0; 32];
        let (number, _rest) = bytes.split_at_mut(8);
        number.copy_from_slice(&seed.to_le_bytes());
        SigningKey::from_seed(&bytes)
    }

    fn issuer(&self) -> String {
        self.text("issuer").map_or_else(|| did::did_key(&self.signing_key().verifying_key()), str::to_owned)
    }

    fn method(&self) -> String {
        let usual = || format!("{}#{}", self.issuer(), self.signing_key().verifying_key().to_multikey());
        self.text("method").map_or_else(usual, str::to_owned)
    }

    fn key(&self) -> Value {
        json!({ "method": self.method(), "multikey": self.signing_key().verifying_key().to_multikey() })
    }

    fn sign(&self) -> Result<String, Box<dyn Error>> {
        let credential_id = self.mandatory("credential_id")?;
        let valid_from: Timestamp = self.mandatory("valid_from")?.parse()?;
        let criteria = Criteria::narrative(
            "Finish the course with at least 80 points. コースを80点以上で修了すること。",
        );
        let achievement = Achievement::new(
            self.mandatory("achievement")?,
            "SQL basics / SQL入門",
            "Reads and writes SQL.",
            criteria,
        );
        let hashed =
            self.text("email").map(|email| IdentityObject::hashed("emailAddress", email, credential_id));
        let plain = self.text("plain_email").map(|email| IdentityObject::plain("emailAddress", email));
        let recipient = Recipient {
            id: self.mandatory("subject")?.to_owned(),
            identifiers: hashed.into_iter().chain(plain).collect(),
        };
        let issuer = Profile::new(&self.issuer(), "Example College");
        let mut award = Award::new(credential_id, issuer, achievement, recipient, valid_from);
        award.valid_until = self.time("valid_until")?;
        award.status = self.text("status_list").map(|list| {
            let index = self
                .0
                .get("status_index")
                .and_then(Value::as_u64)
                .and_then(|index| usize::try_from(index).ok());
            let purpose = self.text("status_purpose").unwrap_or("revocation");
            BitstringStatusListEntry::new(list, index.unwrap_or_default(), purpose)
        });
        let credential = unsigned_credential(&award);
        if self.0.get("token") == Some(&Value::Bool(true)) {
            return self.token(serde_json::to_value(&credential)?);
        }
        let created = self.time("created")?.unwrap_or(valid_from);
        if let (Some(list), Some(status)) = (self.text("suspension_list"), &award.status) {
            let index = status.status_list_index.parse()?;
            let mut document = serde_json::to_value(&credential)?;
            let other = BitstringStatusListEntry::new(list, index, "suspension");
            // The model has one entry, as Open Badges have; the data model below them allows several.
            if let Some(members) = document.as_object_mut() {
                members.insert("credentialStatus".to_owned(), json!([status, other]));
            }
            let signed = eddsa_rdfc::add_proof(document, &self.signing_key(), &self.method(), created)?;
            return Ok(signed.to_string());
        }
        Ok(eddsa_rdfc::sign(&credential, &self.signing_key(), &self.method(), created)?)
    }

    /// The library signs tokens with RS256 and ES256 only, because validators refuse `EdDSA`; it verifies them.
    fn token(&self, credential: Value) -> Result<String, Box<dyn Error>> {
        let Value::Object(mut payload) = credential else { return Err("a credential is an object".into()) };
        let seconds = |date: Timestamp| Value::from(date.as_unix_seconds());
        payload.insert("iss".to_owned(), self.issuer().into());
        payload.insert("jti".to_owned(), self.mandatory("credential_id")?.into());
        payload.insert("sub".to_owned(), self.mandatory("subject")?.into());
        payload.extend(self.time("valid_from")?.map(|date| ("nbf".to_owned(), seconds(date))));
        payload.extend(self.time("valid_until")?.map(|date| ("exp".to_owned(), seconds(date))));
        let header = json!({ "alg": "EdDSA", "typ": "JWT", "kid": self.method() });
        let encode = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
        let signing_input = format!("{}.{}", encode(&header), encode(&Value::Object(payload)));
        let signature = self.signing_key().sign(signing_input.as_bytes());
        Ok(format!("{signing_input}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}
