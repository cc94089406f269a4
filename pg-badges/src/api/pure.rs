//! Functions that need no table: immutable, strict, parallel safe, for anyone.

use openbadges::key::VerifyingKey;
use pgrx::pg_sys::panic::ErrorReport;
use pgrx::prelude::*;

use crate::error::BadgesError;

/// `badges.is_multikey(key text) returns boolean`: an Ed25519 public key, `z6Mk…`.
#[pg_extern(immutable, strict, parallel_safe)]
fn is_multikey(key: &str) -> bool {
    VerifyingKey::from_multikey(key).is_ok()
}

/// `badges.set_bits(size integer, indexes integer[]) returns bytea`: index 0 is the first byte's highest bit.
///
/// <https://www.w3.org/TR/vc-bitstring-status-list/#bitstring-generation-algorithm>
#[pg_extern(immutable, strict, parallel_safe)]
#[expect(clippy::needless_pass_by_value, reason = "pgrx hands arguments over by value")]
fn set_bits(size: i32, indexes: Array<'_, i32>) -> Result<Vec<u8>, ErrorReport> {
    Ok(bits(size, indexes.iter().flatten())?)
}

fn bits(size: i32, indexes: impl Iterator<Item = i32>) -> Result<Vec<u8>, BadgesError> {
    let wrong_size = BadgesError::StatusListSize(size);
    let length = match usize::try_from(size) {
        Ok(length) if (8..=8_388_608).contains(&length) && length % 8 == 0 => length / 8,
        _ => return Err(wrong_size),
    };
    let mut bits = vec![0_u8; length];
    for index in indexes {
        let byte = usize::try_from(index).ok().and_then(|index| bits.get_mut(index / 8));
        let Some(byte) = byte else { return Err(BadgesError::StatusIndex { index, size }) };
        *byte |= 0x80 >> (index % 8);
    }
    Ok(bits)
}
