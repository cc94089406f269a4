//! Keys that sign and verify badges, and the names under which they are published.
//!
//! Ed25519 signs Data Integrity proofs; its public half travels as a Multikey
//! (<https://www.w3.org/TR/cid-1.0/#Multikey>) in `did:key` names and in DID documents ([`did`]). RSA and P-256 sign
//! tokens; their public halves travel as JWK ([`jwk`]).
//! Private keys are never written or logged by this library.

pub mod did;
mod ed25519;
mod equation;
mod jose;
pub mod jwk;
pub mod multibase;
mod multiples;
mod public;
mod recent;

pub use ed25519::{SigningKey, VerifyingKey};
pub use equation::{SignatureEquation, all_hold, which_hold};
pub use jose::TokenSigningKey;
pub use public::{MIN_RSA_BITS, P256Key, PublicKey, RsaKey};

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
    /// A JWK lacks a member, or it is no base64url.
    #[error("JWK member `{0}` is missing or not base64url without padding")]
    JwkMember(&'static str),
    /// A JWK is of a kind that signs no badges.
    #[error("JWK is of the kind `{0}`, expected RSA, EC P-256 or OKP Ed25519")]
    UnsupportedJwk(String),
    /// A JWK that should be public holds a private key.
    #[error("JWK holds a private key (`d`): it has to be replaced, and published without it")]
    PrivateJwk,
    /// An RSA key is too short to be safe.
    #[error("RSA key has {0} bits, expected at least {MIN_RSA_BITS}")]
    RsaTooShort(usize),
    /// An RSA key is longer than anybody uses.
    #[error("RSA key has {0} bits, more than are accepted, or an exponent of more than 64 bits")]
    RsaTooLong(usize),
    /// The text is no PEM of a key of a known kind.
    #[error("text is not PEM of an RSA, P-256 or Ed25519 key")]
    NotPem,
    /// The text is no did:jwk name.
    #[error("`{0}` is not a did:jwk name")]
    NotDidJwk(String),
}
