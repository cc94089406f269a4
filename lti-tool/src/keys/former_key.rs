//! Secrets of LTI 1.1, sealed: they prove who somebody was before the platform moved to LTI 1.3, and sign nothing.

use uuid::Uuid;
use zeroize::Zeroizing;

use super::seal::{MasterKey, SealError};

/// Seals the secret of an old key.
///
/// # Errors
/// [`SealError`].
pub fn seal(
    master: &MasterKey,
    registration_id: Uuid,
    consumer_key: &str,
    secret: &[u8],
) -> Result<Vec<u8>, SealError> {
    master.seal(&name(registration_id, consumer_key), secret)
}

/// Opens what [`seal`] sealed for the same key.
///
/// # Errors
/// [`SealError`].
pub fn open(
    master: &MasterKey,
    registration_id: Uuid,
    consumer_key: &str,
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, SealError> {
    master.open(&name(registration_id, consumer_key), sealed)
}

fn name(registration_id: Uuid, consumer_key: &str) -> String {
    format!("former key {registration_id} {consumer_key}")
}
