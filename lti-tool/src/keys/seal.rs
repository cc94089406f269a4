//! Private keys at rest: AES-256-GCM under the installation's master key.
//!
//! A sealed secret is the 12 bytes of a random nonce and then the ciphertext with its tag (NIST SP 800-38D). The key's id is bound as
//! associated data, so that sealed keys cannot be exchanged for one another in the database.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64::{Engine, engine::general_purpose::STANDARD};
use zeroize::Zeroizing;

/// Why a secret cannot be sealed or opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The configured key is not 32 bytes in Base64.
    #[error("`keys.master_key` must be 32 bytes in Base64 (`openssl rand -base64 32`)")]
    MasterKey,
    /// The cipher refused to seal.
    #[error("a private key cannot be encrypted")]
    Seal,
    /// Another master key, or damaged data.
    #[error(
        "a private key in the database does not open with `keys.master_key`: it was sealed with another one, or it is damaged"
    )]
    Open,
}

/// The key that seals the others.
pub struct MasterKey(RandomizedNonceKey);

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("MasterKey")
    }
}

impl MasterKey {
    /// Reads 32 bytes in Base64, with or without white space around.
    ///
    /// # Errors
    /// [`SealError::MasterKey`] for anything else.
    pub fn from_base64(text: &str) -> Result<Self, SealError> {
        let bytes = Zeroizing::new(
            STANDARD.decode(text.trim()).map_err(|_error: base64::DecodeError| SealError::MasterKey)?,
        );
        RandomizedNonceKey::new(&AES_256_GCM, &bytes)
            .map(Self)
            .map_err(|_error: aws_lc_rs::error::Unspecified| SealError::MasterKey)
    }

    /// Seals `secret` for the key called `key_id`.
    ///
    /// # Errors
    /// [`SealError::Seal`] if the cipher fails.
    pub fn seal(&self, key_id: &str, secret: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut text = secret.to_vec();
        let nonce = self
            .0
            .seal_in_place_append_tag(Aad::from(key_id.as_bytes()), &mut text)
            .map_err(|_error: aws_lc_rs::error::Unspecified| SealError::Seal)?;
        Ok([nonce.as_ref().as_slice(), &text].concat())
    }

    /// Opens what [`MasterKey::seal`] sealed for the same `key_id`.
    ///
    /// # Errors
    /// [`SealError::Open`] if key, id or data differ.
    pub fn open(&self, key_id: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let (nonce, text) = sealed.split_first_chunk::<NONCE_LEN>().ok_or(SealError::Open)?;
        let mut text = Zeroizing::new(text.to_vec());
        let opened = self
            .0
            .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(key_id.as_bytes()), &mut text)
            .map_err(|_error: aws_lc_rs::error::Unspecified| SealError::Open)?;
        Ok(Zeroizing::new(opened.to_vec()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn master(byte: u8) -> MasterKey {
        MasterKey::from_base64(&format!("{}\n", STANDARD.encode([byte; 32]))).unwrap()
    }

    #[test]
    fn what_was_sealed_opens_again_and_never_looks_the_same() {
        let (first, second) =
            (master(1).seal("a", b"secret").unwrap(), master(1).seal("a", b"secret").unwrap());
        assert_ne!(first, second);
        assert!(!first.windows(6).any(|window| window == b"secret"));
        assert_eq!(master(1).open("a", &first).unwrap().as_slice(), b"secret");
    }

    #[test]
    fn another_key_another_id_or_damage_does_not_open() {
        let sealed = master(1).seal("a", b"secret").unwrap();
        let mut damaged = sealed.clone();
        damaged[15] ^= 1;
        for (key, id, data) in
            [(2, "a", &sealed), (1, "b", &sealed), (1, "a", &damaged), (1, "a", &sealed[..5].to_vec())]
        {
            assert_eq!(master(key).open(id, data).unwrap_err(), SealError::Open);
        }
    }

    #[test]
    fn a_master_key_has_32_bytes() {
        for text in ["", "no base64!", "c2hvcnQ="] {
            assert_eq!(MasterKey::from_base64(text).unwrap_err(), SealError::MasterKey);
        }
    }
}
