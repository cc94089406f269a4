//! Private keys that sign tokens: RSA with `RS256`, P-256 with `ES256`.
//!
//! These two are what validators of Open Badges accept
//! (<https://www.imsglobal.org/spec/ob/v3p0/#jwt-proof>); `EdDSA` tokens are verified, never issued.

use std::fmt;

use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey};

use super::{KeyError, PublicKey};

/// A private key for tokens; overwritten in memory when dropped.
#[derive(Clone)]
pub struct TokenSigningKey {
    private: EncodingKey,
    algorithm: Algorithm,
    public: PublicKey,
}

impl TokenSigningKey {
    /// Reads a PEM text (PKCS#8 for P-256, PKCS#8 or PKCS#1 for RSA).
    ///
    /// # Errors
    /// [`KeyError::NotPem`] when it is no such key, [`KeyError::RsaTooShort`] below 2048 bits.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        let rsa = EncodingKey::from_rsa_pem(pem.as_bytes()).ok().map(|key| (key, Algorithm::RS256));
        let key =
            rsa.or_else(|| EncodingKey::from_ec_pem(pem.as_bytes()).ok().map(|key| (key, Algorithm::ES256)));
        let (private, algorithm) = key.ok_or(KeyError::NotPem)?;
        let jwk = Jwk::from_encoding_key(&private, algorithm).ok().ok_or(KeyError::NotPem)?;
        let jwk = serde_json::to_value(jwk).ok().ok_or(KeyError::NotPem)?;
        Ok(Self { private, algorithm, public: PublicKey::from_jwk(&jwk)? })
    }

    /// The public half.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// Signs the signing input of a token; base64url.
    pub(crate) fn sign(&self, signing_input: &str) -> Result<String, jsonwebtoken::errors::Error> {
        jsonwebtoken::crypto::sign(signing_input.as_bytes(), &self.private, self.algorithm)
    }
}

impl fmt::Debug for TokenSigningKey {
    /// Names the public half only.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("TokenSigningKey").field("public_key", &self.public).finish_non_exhaustive()
    }
}
