//! The suite `eddsa-jcs-2022`, step by step as its specification has them.
//!
//! <https://www.w3.org/TR/vc-di-eddsa/#eddsa-jcs-2022>. It signs the JSON itself: fast, and at home with undefined
//! terms. Few validators of Open Badges know it, so it is added after an [`eddsa_rdfc`](super::eddsa_rdfc) proof, never alone.

use serde_json::{Map, Value};

use super::data_integrity::{SecuredDocument, join_hashes, prepare, proof_options, signature_bytes};
use super::{ProofError, SignError, SignatureCheck, jcs};
use crate::json;
use crate::jsonld::{self, Arena, Document, Json};
use crate::key::{SigningKey, VerifyingKey, multibase};
use crate::time::Timestamp;

/// The name of the suite.
pub const CRYPTOSUITE: &str = "eddsa-jcs-2022";

/// Adds a proof to a credential that was signed before, and returns its JSON text.
///
/// # Errors
/// [`SignError::Unreadable`] or [`SignError::NotAnObject`] when the text is no JSON object.
pub fn countersign(
    signed: &str,
    key: &SigningKey,
    verification_method: &str,
    created: Timestamp,
) -> Result<String, SignError> {
    let document = add_proof(json::parse(signed)?, key, verification_method, created)?;
    Ok(serde_json::to_string(&document)?)
}

/// Adds a proof to a document of any kind.
///
/// <https://www.w3.org/TR/vc-di-eddsa/#create-proof-eddsa-jcs-2022>
///
/// # Errors
/// [`SignError::NotAnObject`].
pub fn add_proof(
    document: Value,
    key: &SigningKey,
    verification_method: &str,
    created: Timestamp,
) -> Result<Value, SignError> {
    let SecuredDocument { unsecured, mut proofs } = prepare(document)?;
    let mut proof = proof_options(CRYPTOSUITE, verification_method, created);
    if let Some(context) = unsecured.get("@context") {
        proof.insert("@context".to_owned(), context.clone());
    }

    let arena = Arena::with_capacity(jsonld::ROOM);
    let document = Document::new(Json::of(&unsecured, &arena));
    let hash_data = hash_data(&document, Json::of_members(&proof, &arena), &arena);
    let proof_value = multibase::base58_encode(&key.sign(&hash_data));

    proof.insert("proofValue".to_owned(), proof_value.into());
    proofs.push(Value::Object(proof));
    Ok(SecuredDocument { unsecured, proofs }.join())
}

/// Whether a proof of this suite holds for the document with that key.
///
/// <https://www.w3.org/TR/vc-di-eddsa/#verify-proof-eddsa-jcs-2022>
///
/// # Errors
/// [`ProofError`] says what does not fit.
pub fn verify(unsecured: &Value, proof: &Map<String, Value>, key: &VerifyingKey) -> Result<(), ProofError> {
    if signature_check(unsecured, proof, key)?.holds() { Ok(()) } else { Err(ProofError::SignatureMismatch) }
}

/// The same up to the equation, which is handed out.
///
/// # Errors
/// [`ProofError`] says what does not fit.
pub fn signature_check(
    unsecured: &Value,
    proof: &Map<String, Value>,
    key: &VerifyingKey,
) -> Result<SignatureCheck, ProofError> {
    let arena = Arena::with_capacity(jsonld::ROOM);
    let document = Document::new(Json::of(unsecured, &arena));
    signature_check_of(&document, Json::of_members(proof, &arena), key, &arena)
}

/// The same for what was read as trees.
pub(crate) fn signature_check_of<'a>(
    document: &Document<'a>,
    proof: Json<'a>,
    key: &VerifyingKey,
    arena: &'a Arena,
) -> Result<SignatureCheck, ProofError> {
    let signature = signature_bytes(proof)?;
    let document = under_contexts_of_proof(document, proof)?;
    Ok(SignatureCheck::of_hash_pair(key.clone(), hash_data(&document, proof, arena), signature))
}

/// <https://www.w3.org/TR/vc-di-eddsa/#hashing-eddsa-jcs-2022>
fn hash_data(document: &Document<'_>, proof: Json<'_>, arena: &Arena) -> [u8; 64] {
    let configuration = Document::new(proof).without(&["proofValue"]);
    join_hashes(jcs::hash(&configuration, arena), jcs::hash(document, arena))
}

/// The canonical form of a proof without its value.
///
/// <https://www.w3.org/TR/vc-di-eddsa/#proof-configuration-eddsa-jcs-2022>
#[must_use]
pub fn proof_configuration(proof: &Map<String, Value>) -> String {
    let arena = Arena::new();
    jcs::canonicalize_document(&Document::new(Json::of_members(proof, &arena)).without(&["proofValue"]))
}

/// The document with the contexts that the proof was made under: contexts may have been added after them since.
fn under_contexts_of_proof<'a>(document: &Document<'a>, proof: Json<'a>) -> Result<Document<'a>, ProofError> {
    let Some(signed) = proof.find("@context") else { return Ok(*document) };
    let present = document.context();
    if present == Some(signed) {
        return Ok(*document);
    }
    if !present.as_ref().map(Json::items).unwrap_or_default().starts_with(signed.items()) {
        return Err(ProofError::Property {
            property: "@context",
            expected: "the beginning of the document's contexts",
        });
    }
    Ok(document.under(Some(signed)))
}
