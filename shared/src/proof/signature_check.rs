//! One Ed25519 equation: what is left of a proof when everything else about it has been checked.
//!
//! Apart from the rest, so that many can be checked together: [`crate::verify::prepare`] leaves it open, and
//! [`crate::key::which_hold`] answers for many.

use crate::key::{SignatureEquation, VerifyingKey};

/// A key, a message and a signature; whether they fit has not been checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureCheck {
    key: VerifyingKey,
    message: Message,
    signature: [u8; 64],
}

/// What is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Message {
    /// Of a Data Integrity proof: the two hashes.
    HashPair([u8; 64]),
    /// Of a token: its signing input.
    SigningInput(String),
}

impl SignatureCheck {
    /// The equation of a Data Integrity proof over its `hashData`.
    #[must_use]
    pub fn of_hash_pair(key: VerifyingKey, hash_data: [u8; 64], signature: [u8; 64]) -> Self {
        Self { key, message: Message::HashPair(hash_data), signature }
    }

    /// The equation of a token signed with `EdDSA`.
    #[must_use]
    pub fn of_signing_input(key: VerifyingKey, signing_input: String, signature: [u8; 64]) -> Self {
        Self { key, message: Message::SigningInput(signing_input), signature }
    }

    /// The public key; never one of small order.
    #[must_use]
    pub fn key(&self) -> &VerifyingKey {
        &self.key
    }

    /// The bytes that are signed: 64 for a Data Integrity proof.
    #[must_use]
    pub fn message(&self) -> &[u8] {
        match &self.message {
            Message::HashPair(hashes) => hashes,
            Message::SigningInput(text) => text.as_bytes(),
        }
    }

    /// The signature.
    #[must_use]
    pub fn signature(&self) -> &[u8; 64] {
        &self.signature
    }

    /// The numbers that have to fit, without the message; `None` if the signature is none at all.
    #[must_use]
    pub fn equation(&self) -> Option<SignatureEquation> {
        SignatureEquation::new(&self.key, self.message(), &self.signature)
    }

    /// Whether the three fit.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.key.accepts(self.message(), &self.signature)
    }
}
