//! Functions that need no table: immutable, strict, parallel safe, for anyone.

use openbadges::bake::{self, Edition};
use openbadges::json;
use openbadges::jsonld;
use openbadges::key::{PublicKey, VerifyingKey};
use openbadges::proof::jcs;
use openbadges::verify::{self, RecipientError};
use pgrx::pg_sys::panic::ErrorReport;
use pgrx::prelude::*;

use crate::error::BadgesError;
use crate::verification::given_key;

/// `badges.is_multikey(key text) returns boolean`: an Ed25519 or P-256 public key, `z6Mk…` or `zDn…`.
#[pg_extern(immutable, strict, parallel_safe)]
fn is_multikey(key: &str) -> bool {
    PublicKey::from_multikey(key).is_ok()
}

/// `badges.proof_is_valid(credential text, key text) returns boolean`: whether that key signed these words.
#[pg_extern(immutable, strict, parallel_safe, cost = 1000)]
fn proof_is_valid(credential: &str, key: &str) -> Result<bool, ErrorReport> {
    let key = VerifyingKey::from_multikey(key).map_err(|source| BadgesError::Key { source })?;
    Ok(given_key::proof_is_valid(credential, &key))
}

/// `badges.recipient_matches(credential text, identity_type text, value text) returns boolean`
#[pg_extern(immutable, strict, parallel_safe, cost = 50)]
fn recipient_matches(credential: &str, identity_type: &str, value: &str) -> Option<bool> {
    match verify::recipient_matches(credential, identity_type, value) {
        Ok(matches) => Some(matches),
        Err(RecipientError::Unreadable(_)) => Some(false),
        Err(RecipientError::Identity(_)) => None,
    }
}

/// `badges.canonicalize(document text) returns text`: N-Quads by RDFC-1.0 (<https://www.w3.org/TR/rdf-canon/>).
#[pg_extern(immutable, strict, parallel_safe, cost = 1000)]
fn canonicalize(document: &str) -> Result<String, ErrorReport> {
    let document = json::parse(document).map_err(|source| BadgesError::Json { source })?;
    let canonical =
        jsonld::canonicalize(&document).map_err(|source| BadgesError::Canonicalization { source })?;
    Ok(sql_text(canonical)?)
}

/// `badges.jcs(document text) returns text`: JSON by RFC 8785 (<https://www.rfc-editor.org/rfc/rfc8785>).
#[pg_extern(immutable, strict, parallel_safe, cost = 50)]
fn jcs(document: &str) -> Result<String, ErrorReport> {
    let document = json::parse(document).map_err(|source| BadgesError::Json { source })?;
    Ok(jcs::canonicalize(&document))
}

/// `badges.bake(image bytea, credential text) returns bytea`: the PNG or SVG picture with the credential inside.
#[pg_extern(immutable, strict, parallel_safe, cost = 1000)]
fn bake(image: &[u8], credential: &str) -> Result<Vec<u8>, ErrorReport> {
    let baked = bake::bake(image, credential, Edition::OpenBadges3);
    Ok(baked.map_err(|source| BadgesError::Picture { source })?)
}

/// `badges.unbake(image bytea) returns text`: the credential in a picture, unverified; null if there is none.
#[pg_extern(immutable, strict, parallel_safe, cost = 1000)]
fn unbake(image: &[u8]) -> Result<Option<String>, ErrorReport> {
    let found = bake::unbake(image).map_err(|source| BadgesError::Picture { source })?;
    let text = found.into_iter().next().map(|badge| sql_text(badge.unverified));
    Ok(text.transpose()?)
}

/// A text that SQL can hold: a zero character has no place in it.
fn sql_text(text: String) -> Result<String, BadgesError> {
    if text.contains('\0') { Err(BadgesError::ZeroCharacter) } else { Ok(text) }
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
