//! The badges that are judged, signed in every format.

use ed25519_dalek::{Signer as _, Verifier as _};
use openbadges::key::{SigningKey, did};
use openbadges::model::AchievementCredential;
use openbadges::proof::{eddsa_jcs, eddsa_rdfc};
use openbadges::time::Timestamp;
use serde_json::Value;

/// The key of the issuer, and of the raw loop.
const SEED: [u8; 32] = [7; 32];

/// When the badges were signed.
fn signed_at() -> Timestamp {
    Timestamp::from_unix_seconds(1_795_452_511)
}

/// When they are judged.
pub(crate) fn verified_at() -> Timestamp {
    Timestamp::from_unix_seconds(1_795_452_600)
}

/// The check of one signature over 64 bytes with the key ready: what nobody can avoid.
pub(crate) fn raw_ed25519() -> impl Fn() -> bool {
    let signing = ed25519_dalek::SigningKey::from_bytes(&SEED);
    let (verifying, message) = (signing.verifying_key(), [42; 64]);
    let signature = signing.sign(&message);
    move || verifying.verify(&message, &signature).is_ok()
}

/// A badge as the texts that its formats are.
pub(crate) struct Badge {
    pub(crate) name: &'static str,
    pub(crate) rdfc: String,
    pub(crate) jcs: String,
}

impl Badge {
    pub(crate) fn sign(name: &'static str, unsigned: &str) -> anyhow::Result<Self> {
        let key = SigningKey::from_seed(&SEED);
        let did = did::did_key(&key.verifying_key());
        let method = format!("{did}#{}", key.verifying_key().to_multikey());
        let mut document: Value = serde_json::from_str(unsigned)?;
        if let Some(members) = document.as_object_mut() {
            members.shift_remove("proof");
            members.shift_remove("credentialStatus");
        }
        if let Some(id) = document.pointer_mut("/issuer/id") {
            *id = Value::from(did);
        }
        let credential: AchievementCredential = serde_json::from_value(document.clone())?;
        Ok(Self {
            name,
            rdfc: eddsa_rdfc::sign(&credential, &key, &method, signed_at())?,
            jcs: serde_json::to_string(&eddsa_jcs::add_proof(document, &key, &method, signed_at())?)?,
        })
    }
}
