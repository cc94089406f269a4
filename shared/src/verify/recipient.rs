//! Whether a credential was awarded to someone whose identifier is known.
//!
//! <https://www.imsglobal.org/spec/ob/v3p0/#recipient-verification>. This compares; whether the credential is to be
//! believed is for [`verify`](super::verify) to say.

use serde_json::Value;

use super::report::Refusal;
use super::unverified;
use crate::model::{IdentityError, IdentityObject};

/// Why recipients could not be compared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecipientError {
    /// The text is no credential.
    #[error("credential cannot be read: {0}")]
    Unreadable(String),
    /// No identifier agreed, and one of the right kind could not be compared.
    #[error(transparent)]
    Identity(#[from] IdentityError),
}

/// Whether the credential names the identifier, as `id` of its subject or among the identifiers of that kind.
///
/// `identity_type` is a term such as `emailAddress`; `id` compares the subject's URI.
///
/// # Errors
/// [`RecipientError`] when the text is no credential, or when a hash is of an unknown algorithm and nothing else
/// agrees.
pub fn recipient_matches(
    unverified: &str,
    identity_type: &str,
    identifier: &str,
) -> Result<bool, RecipientError> {
    let read = unverified::read(unverified);
    let credential =
        read.map_err(|refusal: Refusal| RecipientError::Unreadable(refusal.detail().to_owned()))?.value;
    if identity_type == "id" {
        return Ok(credential.at("/credentialSubject/id").and_then(Value::as_str) == Some(identifier));
    }
    let identities = match credential.at("/credentialSubject/identifier") {
        Some(Value::Array(identities)) => identities.as_slice(),
        Some(identity) => std::slice::from_ref(identity),
        None => &[],
    };
    let mut doubt = None;
    for identity in identities {
        let Ok(identity) = serde_json::from_value::<IdentityObject>(identity.clone()) else { continue };
        match identity.matches(identity_type, identifier) {
            Ok(true) => return Ok(true),
            Ok(false) => {}
            Err(error) => doubt = Some(error),
        }
    }
    doubt.map_or(Ok(false), |error| Err(error.into()))
}
