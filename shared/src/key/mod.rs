//! Keys that sign and verify badges, and the names under which they are published.
//!
//! Ed25519 signs Data Integrity proofs; its public half travels as a Multikey
//! (<https://www.w3.org/TR/cid-1.0/#Multikey>) in `did:key` names and in DID documents ([`did`]).
//! Private keys are never written or logged by this library.

pub mod did;
mod ed25519;
pub mod multibase;

pub use ed25519::{SigningKey, VerifyingKey};

/// Why a key could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The text is not base58-btc behind the multibase prefix `z`.
    #[error("key `{0}` is not multibase base58-btc (`z…`)")]
    NotMultibase(String),
    /// The multicodec prefix is of another kind of key.
    #[error("key `{0}` is not an Ed25519 Multikey (`z6Mk…`)")]
    NotEd25519(String),
    /// The key has the right prefix and the wrong length.
    #[error("key is {found} bytes long, expected {expected}")]
    Length {
        /// Bytes that the kind of key has.
        expected: usize,
        /// Bytes that were given.
        found: usize,
    },
    /// The bytes are no point of the curve, or a point of small order that any signature would fit.
    #[error("key `{0}` is not a usable point of its curve")]
    NotAPoint(String),
}
