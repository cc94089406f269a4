//! Secrets that travel through a browser: 256 random bits in Base64url; the database keeps their SHA-256 only.
//!
//! Base64url without padding, because Moodle cleans a `state` as text (<https://www.rfc-editor.org/rfc/rfc4648#section-5>).

use aws_lc_rs::{constant_time, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{clock::Chance, store::login::Hash};

/// A new secret.
#[must_use]
pub fn draw(chance: &dyn Chance) -> String {
    URL_SAFE_NO_PAD.encode(chance.bytes())
}

/// Three new secrets.
#[must_use]
pub fn draw_three(chance: &dyn Chance) -> [String; 3] {
    chance.bytes_of_three().map(|bytes| URL_SAFE_NO_PAD.encode(bytes))
}

/// SHA-256 of a secret, as the database keeps it.
#[must_use]
pub fn hash(secret: &str) -> Hash {
    let mut hash = [0; 32];
    for (to, from) in hash.iter_mut().zip(digest::digest(&digest::SHA256, secret.as_bytes()).as_ref()) {
        *to = *from;
    }
    hash
}

/// Whether `secret` is the one with that hash, in time that does not depend on where they differ.
#[must_use]
pub fn matches(secret: &str, hash_of_secret: &[u8]) -> bool {
    constant_time::verify_slices_are_equal(&hash(secret), hash_of_secret).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::fixed::CountingChance;

    #[test]
    fn a_secret_is_43_characters_that_need_no_escaping() {
        let secret = draw(&CountingChance::default());
        assert_eq!(secret.len(), 43);
        assert!(secret.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
    }

    #[test]
    fn three_secrets_are_three() {
        let [a, b, c] = draw_three(&crate::clock::SystemChance);
        assert!(a.len() == 43 && a != b && b != c && a != c);
        let [a, b, _] = draw_three(&CountingChance::default());
        assert_ne!(a, b);
    }

    #[test]
    fn only_the_same_secret_matches() {
        assert!(matches("abc", &hash("abc")));
        assert!(!matches("abd", &hash("abc")) && !matches("abc", b"") && !matches("", &hash("abc")));
    }

    #[test]
    fn the_hash_is_sha_256() {
        assert_eq!(hash("abc")[..4], [0xba, 0x78, 0x16, 0xbf]);
    }
}
