//! Ed25519 keys and their Multikey form (<https://www.w3.org/TR/cid-1.0/#Multikey>).
//!
//! Signatures are pure Ed25519 (<https://www.rfc-editor.org/rfc/rfc8032#section-5.1>).

use std::fmt;

use curve25519_dalek::EdwardsPoint;
use ed25519_dalek::Signer;

use super::equation::{self, SignatureEquation};
use super::{KeyError, multibase, recent};

/// The multicodec prefix `ed25519-pub` as an unsigned varint.
const PUBLIC_KEY_PREFIX: [u8; 2] = [0xed, 0x01];

/// An Ed25519 private key; the memory is overwritten when it is dropped.
#[derive(Clone)]
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    /// The key that grows from 32 secret random bytes (the "seed" of RFC 8032).
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(seed))
    }

    /// The public half.
    #[must_use]
    pub fn verifying_key(&self) -> VerifyingKey {
        VerifyingKey(self.0.verifying_key())
    }

    /// Signs the message.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

impl fmt::Debug for SigningKey {
    /// Names the public half only.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SigningKey")
            .field("verifying_key", &self.verifying_key())
            .finish_non_exhaustive()
    }
}

/// An Ed25519 public key.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifyingKey(ed25519_dalek::VerifyingKey);

impl VerifyingKey {
    /// Reads a Multikey, `z6Mk…`.
    ///
    /// # Errors
    /// [`KeyError`] when it is no base58-btc, of another kind, of another length, or no usable point.
    pub fn from_multikey(multikey: &str) -> Result<Self, KeyError> {
        recent::find_or_read(multikey, Self::read_multikey)
    }

    fn read_multikey(multikey: &str) -> Result<Self, KeyError> {
        let bytes =
            multibase::base58_decode(multikey).ok_or_else(|| KeyError::NotMultibase(multikey.to_owned()))?;
        let key = bytes
            .strip_prefix(&PUBLIC_KEY_PREFIX)
            .ok_or_else(|| KeyError::NotEd25519(multikey.to_owned()))?;
        Self::from_bytes(key)
    }

    /// Reads the 32 bytes of a compressed point.
    ///
    /// # Errors
    /// [`KeyError::Length`] or [`KeyError::NotAPoint`]; points of small order are refused, because
    /// they would accept signatures that nobody made, and so is a second way to write a point.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, KeyError> {
        let bytes: &[u8; 32] =
            bytes.try_into().ok().ok_or(KeyError::Length { expected: 32, found: bytes.len() })?;
        ed25519_dalek::VerifyingKey::from_bytes(bytes)
            .ok()
            .filter(|key| equation::is_canonical(bytes) && !key.is_weak())
            .map(Self)
            .ok_or_else(|| KeyError::NotAPoint(multikey_of(bytes)))
    }

    /// The point itself.
    pub(super) fn point(&self) -> EdwardsPoint {
        self.0.to_edwards()
    }

    /// The 32 bytes of the compressed point.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// The Multikey form, `z6Mk…`, as `publicKeyMultibase` and `did:key` write it.
    #[must_use]
    pub fn to_multikey(&self) -> String {
        multikey_of(self.as_bytes())
    }

    /// Whether the signature over the message was made with the private half: its [`SignatureEquation`] holds.
    #[must_use]
    pub fn accepts(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        SignatureEquation::new(self, message, signature).is_some_and(|equation| equation.holds())
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "VerifyingKey({})", self.to_multikey())
    }
}

fn multikey_of(key: &[u8; 32]) -> String {
    multibase::base58_encode(&[&PUBLIC_KEY_PREFIX[..], key].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `keyPair.json` of the vc-di-eddsa test vectors.
    const PUBLISHED_PUBLIC: &str = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2";
    const PUBLISHED_PRIVATE: &str = "z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq";

    fn published_signing_key() -> SigningKey {
        let private = multibase::base58_decode(PUBLISHED_PRIVATE).unwrap();
        SigningKey::from_seed(private.strip_prefix(&[0x80, 0x26]).unwrap().try_into().unwrap())
    }

    #[test]
    fn the_published_key_pair_belongs_together() {
        assert_eq!(published_signing_key().verifying_key().to_multikey(), PUBLISHED_PUBLIC);
    }

    #[test]
    fn debug_output_holds_no_secret() {
        let text = format!("{:?}", published_signing_key());
        assert_eq!(text, format!("SigningKey {{ verifying_key: VerifyingKey({PUBLISHED_PUBLIC}), .. }}"));
    }

    #[test]
    fn a_signature_is_accepted_for_its_message_alone() {
        let key = published_signing_key();
        let signature = key.sign(b"badge");
        assert!(key.verifying_key().accepts(b"badge", &signature));
        assert!(!key.verifying_key().accepts(b"badgf", &signature));
        assert!(!SigningKey::from_seed(&[1; 32]).verifying_key().accepts(b"badge", &signature));
    }

    #[test]
    fn each_unusable_multikey_is_refused_for_its_own_reason() {
        let p256 = "zDnaegE6RR3atJtHKwTRTWHsJ3kNHqFwv7n9YjTgmU7TyfU76";
        assert_eq!(VerifyingKey::from_multikey(p256), Err(KeyError::NotEd25519(p256.to_owned())));
        assert_eq!(VerifyingKey::from_multikey("6Mk"), Err(KeyError::NotMultibase("6Mk".to_owned())));
        let short = multibase::base58_encode(&[0xed, 0x01, 7]);
        assert_eq!(VerifyingKey::from_multikey(&short), Err(KeyError::Length { expected: 32, found: 1 }));
    }

    #[test]
    fn a_point_of_small_order_is_refused() {
        let mut neutral = [0; 32];
        neutral[0] = 1;
        assert!(matches!(VerifyingKey::from_bytes(&neutral), Err(KeyError::NotAPoint(_))));
    }

    proptest::proptest! {
        #[test]
        fn a_multikey_is_read_back(seed: [u8; 32]) {
            let key = SigningKey::from_seed(&seed).verifying_key();
            proptest::prop_assert_eq!(VerifyingKey::from_multikey(&key.to_multikey()), Ok(key));
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "z[1-9A-HJ-NP-Za-km-z]{0,80}|\\PC{0,40}") {
            let _outcome = VerifyingKey::from_multikey(&text);
        }
    }
}
