//! Whether a credential was awarded to someone whose identifier is known.
//!
//! <https://www.imsglobal.org/spec/ob/v3p0/#recipient-verification>. This compares; whether the credential is to be
//! believed is for [`verify`](super::verify) to say.

use super::open_badges_2::Assertion;
use super::report::{Refusal, Telling};
use super::unverified::{self, Received};
use crate::jsonld::{Arena, Json};
use crate::model::open_badges_2::Recipient;
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
/// `identity_type` is a term such as `emailAddress`; `id` compares the subject's URI. An assertion of Open Badges 2.0 has one recipient, whose
/// kind `email` is `emailAddress` here, and `url` is `id`.
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
    let received = unverified::receive(unverified, &arena, Telling::Refusals);
    let received =
        received.map_err(|refusal: Refusal| RecipientError::Unreadable(refusal.detail().to_owned()))?.value;
    let credential = match received {
        Received::Credential(credential) => credential,
        Received::Assertion(Assertion::Document(document)) => {
            return older_matches(document, identity_type, identifier);
        }
        Received::Assertion(Assertion::Token(token)) => {
            return older_matches(token.unverified_payload, identity_type, identifier);
        }
        Received::Assertion(Assertion::Address(_)) => {
            let detail = "it is an address, expected the assertion that is there";
            return Err(RecipientError::Unreadable(detail.to_owned()));
        }
    };
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

/// The one recipient of an assertion of Open Badges 2.0
/// (<https://www.imsglobal.org/sites/default/files/Badges/OBv2p0Final/index.html#IdentityObject>).
fn older_matches(assertion: Json<'_>, identity_type: &str, identifier: &str) -> Result<bool, RecipientError> {
    let recipient = assertion.find("recipient").map(Json::to_value);
    let Some(recipient) = recipient.and_then(|recipient| serde_json::from_value::<Recipient>(recipient).ok())
    else {
        return Ok(false);
    };
    let kind = match recipient.type_.as_str() {
        "email" => "emailAddress",
        "url" => "id",
        other => other,
    };
    let identity = IdentityObject {
        type_: "IdentityObject".to_owned(),
        hashed: recipient.hashed,
        identity_hash: recipient.identity,
        identity_type: kind.to_owned(),
        salt: recipient.salt,
    };
    Ok(identity.matches(identity_type, identifier)?)
}
