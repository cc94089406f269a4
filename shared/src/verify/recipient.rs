//! Whether a credential was awarded to someone whose identifier is known.
//!
//! <https://www.imsglobal.org/spec/ob/v3p0/#recipient-verification>. This compares; whether the credential is to be
//! believed is for [`verify`](super::verify) to say.

use super::report::{Refusal, Telling};
use super::unverified;
use crate::jsonld::{Arena, Json};
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
    let arena = Arena::new();
    let read = unverified::read(unverified, &arena, Telling::Refusals);
    let credential =
        read.map_err(|refusal: Refusal| RecipientError::Unreadable(refusal.detail().to_owned()))?.value;
    if identity_type == "id" {
        return Ok(credential.text_at("/credentialSubject/id") == Some(identifier));
    }
    let identities = credential.at("/credentialSubject/identifier");
    let mut doubt = None;
    for identity in identities.as_ref().map(Json::items).unwrap_or_default() {
        let Ok(identity) = serde_json::from_value::<IdentityObject>(identity.to_value()) else { continue };
        match identity.matches(identity_type, identifier) {
            Ok(true) => return Ok(true),
            Ok(false) => {}
            Err(error) => doubt = Some(error),
        }
    }
    doubt.map_or(Ok(false), |error| Err(error.into()))
}
