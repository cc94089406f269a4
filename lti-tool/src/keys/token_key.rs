//! The P-256 key that signs credentials as tokens, for wallets that take nothing else.
//!
//! `ES256`: validators of Open Badges refuse tokens with `EdDSA` (<https://www.imsglobal.org/spec/ob/v3p0/#jwt-proof>).

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use openbadges::key::{KeyError, TokenSigningKey};
use zeroize::Zeroizing;

/// Why there is no key for tokens.
#[derive(Debug, thiserror::Error)]
pub enum TokenKeyError {
    /// The backend makes none.
    #[error("a P-256 key cannot be made")]
    Generate,
    /// It cannot be read.
    #[error("the stored key for tokens is damaged")]
    Damaged(#[from] KeyError),
}

/// Signs credentials as tokens.
#[derive(Clone, Debug)]
pub struct TokenKey {
    /// Signs.
    pub signing_key: TokenSigningKey,
    /// The public half as a Multikey.
    pub public_key: String,
}

/// A new private key in PKCS#8.
///
/// # Errors
/// [`TokenKeyError::Generate`].
pub fn generate() -> Result<Zeroizing<Vec<u8>>, TokenKeyError> {
    let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
    let made = made.map_err(|_error: aws_lc_rs::error::Unspecified| TokenKeyError::Generate)?;
    Ok(Zeroizing::new(made.as_ref().to_vec()))
}

impl TokenKey {
    /// Reads a private key in PKCS#8.
    ///
    /// # Errors
    /// [`TokenKeyError::Damaged`].
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, TokenKeyError> {
        let pem = Zeroizing::new(format!(
            "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
            STANDARD.encode(der)
        ));
        let signing_key = TokenSigningKey::from_pem(&pem)?;
        let public_key = signing_key.public_key().to_multikey().ok_or(KeyError::NotPem)?;
        Ok(Self { signing_key, public_key })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_key_is_p_256_and_reads_back() {
        let key = TokenKey::from_pkcs8(&generate().unwrap()).unwrap();
        assert_eq!(key.signing_key.public_key().algorithm(), "ES256");
        assert!(key.public_key.starts_with("zDn"), "{}", key.public_key);
        assert!(!format!("{key:?}").contains("PRIVATE"));
    }

    #[test]
    fn damaged_bytes_are_told() {
        assert!(matches!(TokenKey::from_pkcs8(b"damaged"), Err(TokenKeyError::Damaged(_))));
    }
}
