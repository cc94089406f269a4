//! Whether a credential is about somebody: the identifiers that it carries, plain or hashed.
//!
//! <https://www.imsglobal.org/spec/ob/v3p0/#verify-recipient>. It compares claims; it does not verify the credential.

use openbadges::json;
use openbadges::model::IdentityObject;

/// Whether an identifier of that type is the value; `None` if the only candidates use a hash that nobody here knows.
pub(crate) fn is_about(credential: &str, identity_type: &str, value: &str) -> Option<bool> {
    let Ok(credential) = json::parse(credential) else { return Some(false) };
    let subject = credential.get("credentialSubject");
    let identifiers = subject.and_then(|subject| subject.get("identifier"));
    let identifiers = identifiers
        .map_or(&[][..], |found| found.as_array().map_or(std::slice::from_ref(found), Vec::as_slice));
    let mut answer = Some(false);
    for identifier in identifiers {
        let Ok(identity) = serde_json::from_value::<IdentityObject>(identifier.clone()) else { continue };
        match identity.matches(identity_type, value) {
            Ok(true) => return Some(true),
            Ok(false) => {}
            Err(_unknown_hash) => answer = None,
        }
    }
    answer
}
