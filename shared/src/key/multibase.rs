//! Multibase as Data Integrity uses it: base58-btc behind `z`, unpadded base64url behind `u`.
//!
//! <https://www.w3.org/TR/cid-1.0/#multibase-0>. Other alphabets are refused.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// Most characters that [`base58_decode`] reads: base58 takes time quadratic in its length.
///
/// The longest value that a proof or key needs is an RSA-free Multikey or a 64-byte signature, under 100.
pub const MAX_BASE58_CHARS: usize = 512;

/// Writes bytes as `z` and base58-btc.
#[must_use]
pub fn base58_encode(bytes: &[u8]) -> String {
    format!("z{}", bs58::encode(bytes).into_string())
}

/// Reads `z` and base58-btc; `None` for any other text and beyond [`MAX_BASE58_CHARS`].
#[must_use]
pub fn base58_decode(text: &str) -> Option<Vec<u8>> {
    let digits = text.strip_prefix('z').filter(|digits| digits.len() <= MAX_BASE58_CHARS)?;
    bs58::decode(digits).into_vec().ok()
}

/// Most characters of base64url that are read for a key or a signature; an RSA key of 8192 bits needs 1,366.
const MAX_BASE64URL_CHARS: usize = 4096;

/// Writes bytes as base64url without padding.
pub(crate) fn base64url_encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads a short base64url text without padding.
pub(crate) fn base64url_decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(Some(text).filter(|text| text.len() <= MAX_BASE64URL_CHARS)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leading_zeros_survive() {
        assert_eq!(base58_encode(&[0, 0, 1]), "z112");
        assert_eq!(base58_decode("z112"), Some(vec![0, 0, 1]));
    }

    #[test]
    fn another_prefix_or_alphabet_is_refused() {
        for text in ["", "112", "u112", "z0", "zO", "z l", "zé"] {
            assert_eq!(base58_decode(text), None, "{text}");
        }
    }

    #[test]
    fn a_text_beyond_the_bound_is_refused() {
        assert!(base58_decode(&format!("z{}", "2".repeat(MAX_BASE58_CHARS))).is_some());
        assert_eq!(base58_decode(&format!("z{}", "2".repeat(MAX_BASE58_CHARS + 1))), None);
    }

    proptest::proptest! {
        #[test]
        fn writing_and_reading_are_inverse(bytes: [u8; 64]) {
            proptest::prop_assert_eq!(base58_decode(&base58_encode(&bytes)), Some(bytes.to_vec()));
        }
    }
}
