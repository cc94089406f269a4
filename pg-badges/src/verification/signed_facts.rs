//! Facts that are signed but no part of a verdict: the subject, the time of signing, the status entry.
//!
//! They are worth as much as the verdict beside them: read from an unverified text, they are claims.

use openbadges::time::Timestamp;
use serde_json::Value;

/// The entry of a Bitstring status list that a credential points to.
///
/// <https://www.w3.org/TR/vc-bitstring-status-list/#bitstringstatuslistentry>
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StatusEntry {
    /// `statusListCredential`.
    pub(crate) list_url: String,
    /// `statusListIndex`.
    pub(crate) index: i32,
    /// `statusPurpose`.
    pub(crate) purpose: String,
}

/// What a credential says beside its verdict.
#[derive(Debug, Clone, Default)]
pub(crate) struct SignedFacts {
    /// `credentialSubject.id`.
    pub(crate) subject_id: Option<String>,
    /// `created` of the proof made with the key that the verdict names.
    pub(crate) signed_at: Option<Timestamp>,
    /// `credentialStatus`.
    pub(crate) status: Option<StatusEntry>,
}

impl SignedFacts {
    /// Reads them from a credential secured by an embedded proof; another text has none.
    pub(crate) fn read(credential: &str, verification_method: Option<&str>) -> Self {
        let Ok(document) = serde_json::from_str::<Value>(credential) else { return Self::default() };
        Self {
            subject_id: first(document.get("credentialSubject")).and_then(|subject| text(subject, "id")),
            signed_at: signing_time(&document, verification_method),
            status: first(document.get("credentialStatus")).and_then(status_entry),
        }
    }
}

/// The first of an array, or the value itself: credentials may leave out the array of one.
fn first(value: Option<&Value>) -> Option<&Value> {
    match value? {
        Value::Array(values) => values.first(),
        single => Some(single),
    }
}

fn text(value: &Value, name: &str) -> Option<String> {
    value.get(name)?.as_str().map(str::to_owned)
}

fn signing_time(document: &Value, verification_method: Option<&str>) -> Option<Timestamp> {
    let proof = document.get("proof")?;
    let proofs = proof.as_array().map_or(std::slice::from_ref(proof), Vec::as_slice);
    let made_with =
        |proof: &&Value| proof.get("verificationMethod").and_then(Value::as_str) == verification_method;
    proofs.iter().find(made_with)?.get("created")?.as_str()?.parse().ok()
}

fn status_entry(status: &Value) -> Option<StatusEntry> {
    Some(StatusEntry {
        list_url: text(status, "statusListCredential")?,
        index: text(status, "statusListIndex")?.parse().ok()?,
        purpose: text(status, "statusPurpose")?,
    })
}
