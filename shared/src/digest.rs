//! SHA-256 of long texts, by the library that checks RSA: it hashes a third more in the same time than `sha2`.
//!
//! For texts of a few hundred bytes `sha2` is as quick, which the rest of the crate uses.

use aws_lc_rs::digest::{SHA256, digest};

/// The SHA-256 of a text.
pub(crate) fn sha256(text: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    // Both are as long as the algorithm's name says.
    hash.copy_from_slice(digest(&SHA256, text).as_ref());
    hash
}

#[cfg(test)]
mod tests {
    use sha2::{Digest as _, Sha256};

    #[test]
    fn both_libraries_hash_alike() {
        for length in [0, 1, 55, 56, 63, 64, 65, 1000, 70_000] {
            let text = vec![0xA5; length];
            assert_eq!(super::sha256(&text), <[u8; 32]>::from(Sha256::digest(&text)), "{length}");
        }
    }
}
