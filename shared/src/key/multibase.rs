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
    let digits = text.strip_prefix('z').filter(|digits| digits.len() <= MAX_BASE58_CHARS)?.as_bytes();
    let mut number = Number::ZERO;
    for chunk in digits.chunks(DIGITS_AT_ONCE) {
        let mut value = 0;
        let mut scale = 1;
        for digit in chunk {
            value = value * 58 + u64::from(*VALUES.get(usize::from(*digit)).filter(|value| **value < 58)?);
            scale *= 58;
        }
        number.multiply_and_add(scale, value);
    }
    let zeros = digits.iter().take_while(|digit| **digit == b'1').count();
    let mut bytes = Vec::with_capacity(zeros + number.words().len() * 8);
    bytes.resize(zeros, 0);
    bytes.extend(
        number.words().iter().rev().flat_map(|word| word.to_be_bytes()).skip_while(|byte| *byte == 0),
    );
    Some(bytes)
}

/// As many as a word holds: 58¹⁰ < 2⁶⁴.
const DIGITS_AT_ONCE: usize = 10;

/// The value of each character, 255 for those that are no digits.
const VALUES: [u8; 256] = {
    let (mut values, mut value) = ([255; 256], 0_u8);
    let mut rest: &[u8] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    while let [digit, others @ ..] = rest {
        #[expect(clippy::indexing_slicing, clippy::as_conversions, reason = "any byte is below 256")]
        {
            values[*digit as usize] = value;
        }
        (rest, value) = (others, value + 1);
    }
    values
};

/// Words of the largest number: a digit has less than six bits.
const MOST_WORDS: usize = MAX_BASE58_CHARS * 6 / 64;

/// A whole number, lowest word first.
struct Number {
    words: [u64; MOST_WORDS],
    used: usize,
}

impl Number {
    const ZERO: Self = Self { words: [0; MOST_WORDS], used: 0 };

    fn words(&self) -> &[u64] {
        self.words.get(..self.used).unwrap_or_default()
    }

    fn multiply_and_add(&mut self, factor: u64, summand: u64) {
        let mut carry = summand;
        for word in self.words.iter_mut().take(self.used) {
            (*word, carry) = word.carrying_mul(factor, carry);
        }
        if let Some(word) = self.words.get_mut(self.used).filter(|_| carry > 0) {
            *word = carry;
            self.used += 1;
        }
    }
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

        #[test]
        fn every_text_is_read_as_the_library_reads_it(digits in "1{0,3}([1-9A-HJ-NP-Za-km-z]{0,500}|[1-9A-HJ-NP-Za-km-z0OIl+]{0,200})") {
            let expected = bs58::decode(&digits).into_vec().ok();
            proptest::prop_assert_eq!(base58_decode(&format!("z{digits}")), expected);
        }
    }
}
