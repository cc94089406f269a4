//! Proofs: what is hashed, what is signed, and whether a signature fits.
//!
//! Data Integrity (<https://www.w3.org/TR/vc-data-integrity/>) with the suites [`eddsa_rdfc`] and
//! [`eddsa_jcs`], whose functions follow the steps of their specification. Whether the key belongs to the issuer, and all else, is the matter of [`crate::verify`].

pub mod data_integrity;
pub mod eddsa_jcs;
pub mod eddsa_rdfc;
pub mod jcs;
pub mod jwt;
mod signature_check;

pub use signature_check::SignatureCheck;

use crate::json::JsonError;
use crate::jsonld::JsonLdError;

/// Why a document could not be signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// The document has no canonical form, for example because a term is not defined.
    #[error("document cannot be canonicalized")]
    Canonicalization(#[from] JsonLdError),
    /// The document cannot be written as JSON.
    #[error("document cannot be written as JSON")]
    Serialization(#[from] serde_json::Error),
    /// The document to be signed is no JSON text.
    #[error("document cannot be read")]
    Unreadable(#[from] JsonError),
    /// The document to be signed is no JSON object.
    #[error("document is not a JSON object")]
    NotAnObject,
    /// A token needs `credentialSubject.id` for its claim `sub`.
    #[error("credential subject has no id, which a token has to repeat as `sub`")]
    NoSubjectId,
    /// A token's dates are whole seconds.
    #[error("`{property}` is {date}, a token can say whole seconds only")]
    FractionOfSecond {
        /// Name of the property.
        property: &'static str,
        /// Its value.
        date: String,
    },
    /// The token could not be signed.
    #[error("token could not be signed")]
    Token(#[from] jsonwebtoken::errors::Error),
}

/// Why a proof does not hold.
#[derive(Debug, thiserror::Error)]
pub enum ProofError {
    /// The document has no canonical form, for example because a term is not defined.
    #[error("document cannot be canonicalized")]
    Canonicalization(#[from] JsonLdError),
    /// The proof lacks a property, or it has the wrong form.
    #[error("proof property `{property}` is missing or not {expected}")]
    Property {
        /// Name of the property.
        property: &'static str,
        /// What it should be.
        expected: &'static str,
    },
    /// The signature is not one of that key over that document.
    #[error("signature does not fit the document and the key")]
    SignatureMismatch,
}
