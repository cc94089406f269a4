//! The envelope of Data Integrity proofs: where they stand, what they say.
//!
//! <https://www.w3.org/TR/vc-data-integrity/#proofs>. Cryptography is in the suites beside.

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::{ProofError, SignError};
use crate::jsonld::Json;
use crate::key::multibase;
use crate::time::Timestamp;

/// A document apart from its proofs.
#[derive(Clone, Debug)]
pub struct SecuredDocument {
    /// The document, an object, without `proof`.
    pub unsecured: Value,
    /// What stood in `proof`, one or several, none when there was no such property.
    pub proofs: Vec<Value>,
}

impl SecuredDocument {
    /// Takes a document apart; `None` when it is no object.
    #[must_use]
    pub fn split(mut document: Value) -> Option<Self> {
        let proofs = match document.as_object_mut()?.shift_remove("proof") {
            Some(Value::Array(proofs)) => proofs,
            Some(proof) => vec![proof],
            None => Vec::new(),
        };
        Some(Self { unsecured: document, proofs })
    }

    /// Puts it together again; `proof` is last, and an array.
    #[must_use]
    pub fn join(mut self) -> Value {
        if let (Some(document), false) = (self.unsecured.as_object_mut(), self.proofs.is_empty()) {
            document.insert("proof".to_owned(), Value::Array(self.proofs));
        }
        self.unsecured
    }
}

/// The proof options that a new proof starts from.
///
/// <https://www.w3.org/TR/vc-data-integrity/#proofs>
#[must_use]
pub(super) fn proof_options(
    cryptosuite: &str,
    verification_method: &str,
    created: Timestamp,
) -> Map<String, Value> {
    let options = json!({
        "type": "DataIntegrityProof",
        "cryptosuite": cryptosuite,
        "created": created,
        "verificationMethod": verification_method,
        "proofPurpose": "assertionMethod",
    });
    match options {
        Value::Object(options) => options,
        _ => Map::new(),
    }
}

/// Takes a document to be signed apart; nulls and empty arrays are left out.
pub(super) fn prepare(mut document: Value) -> Result<SecuredDocument, SignError> {
    crate::json::prune(&mut document);
    SecuredDocument::split(document).ok_or(SignError::NotAnObject)
}

/// The 64 bytes of a proof's `proofValue`.
pub(crate) fn signature_bytes(proof: Json<'_>) -> Result<[u8; 64], ProofError> {
    proof
        .find("proofValue")
        .and_then(Json::as_str)
        .and_then(multibase::base58_decode)
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or(ProofError::Property { property: "proofValue", expected: "64 bytes in base58-btc behind `z`" })
}

/// The 64 bytes that are signed: the hash of the proof configuration, then the hash of the document.
///
/// <https://www.w3.org/TR/vc-di-eddsa/#hashing-eddsa-rdfc-2022>; `eddsa-jcs-2022` has the same order.
#[must_use]
pub fn hash_pair(canonical_proof_config: &str, canonical_document: &str) -> [u8; 64] {
    join_hashes(Sha256::digest(canonical_proof_config).into(), Sha256::digest(canonical_document).into())
}

/// The same two hashes, made before.
pub(crate) fn join_hashes(proof_config: [u8; 32], document: [u8; 32]) -> [u8; 64] {
    let mut hash_data = [0; 64];
    let (proof_half, document_half) = hash_data.split_at_mut(32);
    proof_half.copy_from_slice(&proof_config);
    document_half.copy_from_slice(&document);
    hash_data
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jsonld::Arena;

    #[test]
    fn a_document_is_taken_apart_and_put_together() {
        let split = SecuredDocument::split(json!({"proof": {"type": "P"}, "id": "x"})).unwrap();
        assert_eq!(split.unsecured.clone(), json!({"id": "x"}));
        assert_eq!(split.join(), json!({"id": "x", "proof": [{"type": "P"}]}));
    }

    #[test]
    fn a_document_without_proof_stays_without() {
        let split = SecuredDocument::split(json!({"id": "x"})).unwrap();
        assert!(split.proofs.is_empty());
        assert_eq!(split.join(), json!({"id": "x"}));
        assert!(SecuredDocument::split(json!([])).is_none());
    }

    #[test]
    fn a_signature_of_another_length_or_alphabet_is_refused() {
        for proof_value in [json!(null), json!(7), json!("z11"), json!("u11"), json!("z0")] {
            let proof = json!({"proofValue": proof_value});
            assert_eq!(
                signature_bytes(Json::of(&proof, &Arena::new())).unwrap_err().to_string(),
                "proof property `proofValue` is missing or not 64 bytes in base58-btc behind `z`"
            );
        }
    }
}
