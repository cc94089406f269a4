//! The suite `eddsa-rdfc-2022`, step by step as its specification has them.
//!
//! <https://www.w3.org/TR/vc-di-eddsa/#eddsa-rdfc-2022>. The same document says the same thing however its JSON is
//! written, because RDF is signed and not text.

use serde_json::{Map, Value};

use super::data_integrity::{SecuredDocument, hash_pair, prepare, proof_options, signature_bytes};
use super::{ProofError, SignError, SignatureCheck};
use crate::jsonld::{self, Arena, Document, FindContext, Json, JsonLdError};
use crate::key::{SigningKey, VerifyingKey, multibase};
use crate::model::AchievementCredential;
use crate::time::Timestamp;

/// The name of the suite.
pub const CRYPTOSUITE: &str = "eddsa-rdfc-2022";

/// Signs a credential and returns its JSON text; proofs that it already has are kept before the new one.
///
/// # Errors
/// [`SignError`], above all when a term of the credential is not defined by its contexts.
pub fn sign(
    credential: &AchievementCredential,
    key: &SigningKey,
    verification_method: &str,
    created: Timestamp,
) -> Result<String, SignError> {
    let document = serde_json::to_value(credential)?;
    let signed = add_proof(document, key, verification_method, created)?;
    Ok(serde_json::to_string(&signed)?)
}

/// Adds a proof to a document of any kind.
///
/// <https://www.w3.org/TR/vc-di-eddsa/#create-proof-eddsa-rdfc-2022>
///
/// # Errors
/// [`SignError::NotAnObject`] or [`SignError::Canonicalization`].
pub fn add_proof(
    document: Value,
    key: &SigningKey,
    verification_method: &str,
    created: Timestamp,
) -> Result<Value, SignError> {
    let SecuredDocument { unsecured, mut proofs } = prepare(document)?;
    let mut proof = proof_options(CRYPTOSUITE, verification_method, created);

    let canonical_document = transform(&unsecured, &|_| None)?;
    let canonical_proof_config = proof_configuration(&unsecured, &proof, &|_| None)?;
    let hash_data = hash_pair(&canonical_proof_config, &canonical_document);
    let proof_value = multibase::base58_encode(&key.sign(&hash_data));

    proof.insert("proofValue".to_owned(), proof_value.into());
    proofs.push(Value::Object(proof));
    Ok(SecuredDocument { unsecured, proofs }.join())
}

/// Whether a proof of this suite holds for the document with that key.
///
/// <https://www.w3.org/TR/vc-di-eddsa/#verify-proof-eddsa-rdfc-2022>
///
/// # Errors
/// [`ProofError`] says what does not fit; contexts that nobody knows are in
/// [`JsonLdError::MissingContexts`].
pub fn verify(
    unsecured: &Value,
    proof: &Map<String, Value>,
    key: &VerifyingKey,
    contexts: &FindContext<'_>,
) -> Result<(), ProofError> {
    let canonical = Canonical::of(unsecured, proof, contexts)?;
    let check = canonical.signature_check(proof, key)?;
    if check.holds() { Ok(()) } else { Err(ProofError::SignatureMismatch) }
}

/// What a proof of this suite is made over: statements, one a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Canonical {
    /// The document without its proofs.
    pub document: String,
    /// The proof without its value.
    pub proof: String,
}

impl Canonical {
    /// Brings a document and a proof into their canonical forms.
    ///
    /// # Errors
    /// [`JsonLdError`] when one has none.
    pub fn of(
        unsecured: &Value,
        proof: &Map<String, Value>,
        contexts: &FindContext<'_>,
    ) -> Result<Self, JsonLdError> {
        Ok(Self {
            document: transform(unsecured, contexts)?,
            proof: proof_configuration(unsecured, proof, contexts)?,
        })
    }

    /// The equation that holds if the proof was made over these forms with that key.
    ///
    /// # Errors
    /// [`ProofError::Property`] when the proof has no signature.
    pub fn signature_check(
        &self,
        proof: &Map<String, Value>,
        key: &VerifyingKey,
    ) -> Result<SignatureCheck, ProofError> {
        let signature = signature_bytes(Json::of_members(proof, &Arena::new()))?;
        let hash_data = hash_pair(&self.proof, &self.document);
        Ok(SignatureCheck::of_hash_pair(key.clone(), hash_data, signature))
    }
}

/// The canonical form of a document without its proofs.
///
/// <https://www.w3.org/TR/vc-di-eddsa/#transformation-eddsa-rdfc-2022>
///
/// # Errors
/// [`JsonLdError`] when there is none.
pub fn transform(unsecured: &Value, contexts: &FindContext<'_>) -> Result<String, JsonLdError> {
    jsonld::canonicalize_with(unsecured, contexts)
}

/// The canonical form of a proof without its value, under the contexts of the document.
///
/// <https://www.w3.org/TR/vc-di-eddsa/#proof-configuration-eddsa-rdfc-2022>
///
/// # Errors
/// [`JsonLdError`] when there is none.
pub fn proof_configuration(
    unsecured: &Value,
    proof: &Map<String, Value>,
    contexts: &FindContext<'_>,
) -> Result<String, JsonLdError> {
    let arena = Arena::new();
    let document_contexts = unsecured.get("@context").map(|contexts| Json::from_value(contexts, &arena));
    let document_contexts = document_contexts.transpose().map_err(JsonLdError::Unreadable)?;
    let proof = Json::from_members(proof, &arena).map_err(JsonLdError::Unreadable)?;
    jsonld::canonical_text(&configuration_of(proof, document_contexts), contexts, &arena)
}

/// A proof without its value, under the contexts of the document.
pub(crate) fn configuration_of<'a>(proof: Json<'a>, contexts: Option<Json<'a>>) -> Document<'a> {
    Document::new(proof).without(&["proofValue"]).under(contexts)
}
