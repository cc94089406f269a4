//! Recipients by their identifiers, hashed so that the badge does not tell them.
//!
//! <https://www.imsglobal.org/spec/ob/v3p0/#identityobject>; the hash is
//! <https://www.imsglobal.org/spec/ob/v3p0/#org.1edtech.ob.v3p0.derived.type.identityhash>.

use md5::{Digest, Md5};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

/// An identifier of the recipient, plain or as a salted hash.
///
/// The schema closes this class: it has no other properties.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IdentityObject {
    /// Always `IdentityObject`.
    #[serde(rename = "type")]
    pub type_: String,
    /// Whether `identity_hash` is a hash.
    pub hashed: bool,
    /// `sha256$` and hexadecimal digits if hashed, otherwise the identifier itself.
    pub identity_hash: String,
    /// Kind of identifier: `emailAddress`, `ltiUserId`, `sourcedId`, … or `ext:…`.
    pub identity_type: String,
    /// Text that was appended before hashing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub salt: Option<String>,
}

/// Why an identity could not be compared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// The hash names another algorithm than `sha256` or `md5`, or has none.
    #[error("identity hash is of the algorithm `{0}`, expected `sha256` or `md5`")]
    UnknownAlgorithm(String),
}

impl IdentityObject {
    /// A salted SHA-256 hash of an identifier; the salt should be random and of its own for each credential.
    #[must_use]
    pub fn hashed(identity_type: &str, identifier: &str, salt: &str) -> Self {
        Self {
            type_: "IdentityObject".to_owned(),
            hashed: true,
            identity_hash: format!("sha256${}", sha256_hex(identifier, salt)),
            identity_type: identity_type.to_owned(),
            salt: Some(salt.to_owned()),
        }
    }

    /// An identifier in plain text.
    #[must_use]
    pub fn plain(identity_type: &str, identifier: &str) -> Self {
        Self {
            type_: "IdentityObject".to_owned(),
            hashed: false,
            identity_hash: identifier.to_owned(),
            identity_type: identity_type.to_owned(),
            salt: None,
        }
    }

    /// Whether this is the identifier, of that kind.
    ///
    /// <https://www.imsglobal.org/spec/ob/v3p0/#recipient-verification>
    ///
    /// # Errors
    /// [`IdentityError::UnknownAlgorithm`] when the kind agrees and the hash cannot be computed.
    pub fn matches(&self, identity_type: &str, identifier: &str) -> Result<bool, IdentityError> {
        if self.identity_type != identity_type {
            return Ok(false);
        }
        if !self.hashed {
            return Ok(self.identity_hash == identifier);
        }
        let (algorithm, digits) = self.identity_hash.split_once('$').unwrap_or((&self.identity_hash, ""));
        let salt = self.salt.as_deref().unwrap_or_default();
        let computed = match algorithm {
            "sha256" => sha256_hex(identifier, salt),
            "md5" => hex(&Md5::new().chain_update(identifier).chain_update(salt).finalize()),
            other => return Err(IdentityError::UnknownAlgorithm(other.to_owned())),
        };
        Ok(computed.eq_ignore_ascii_case(digits))
    }
}

fn sha256_hex(identifier: &str, salt: &str) -> String {
    hex(&Sha256::new().chain_update(identifier).chain_update(salt).finalize())
}

/// Lower-case hexadecimal digits.
fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _infallible = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vector of the specification: `a@example.com` with the salt `Kosher`.
    const PUBLISHED: &str = "sha256$b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399";

    #[test]
    fn the_published_hash_is_computed() {
        let identity = IdentityObject::hashed("emailAddress", "a@example.com", "Kosher");
        assert_eq!(identity.identity_hash, PUBLISHED);
    }

    #[test]
    fn a_hash_matches_in_either_case_and_for_its_kind_alone() {
        let mut identity = IdentityObject::hashed("emailAddress", "a@example.com", "Kosher");
        identity.identity_hash = identity.identity_hash.to_uppercase().replace("SHA256", "sha256");
        assert_eq!(identity.matches("emailAddress", "a@example.com"), Ok(true));
        assert_eq!(identity.matches("emailAddress", "b@example.com"), Ok(false));
        assert_eq!(identity.matches("ltiUserId", "a@example.com"), Ok(false));
    }

    #[test]
    fn an_md5_hash_of_an_older_badge_matches() {
        let mut identity = IdentityObject::hashed("emailAddress", "a@example.com", "Kosher");
        identity.identity_hash = "md5$DDD142639a792e74751ee7e129237efa".to_owned();
        assert_eq!(identity.matches("emailAddress", "a@example.com"), Ok(true));
        identity.salt = None;
        assert_eq!(identity.matches("emailAddress", "a@example.com"), Ok(false));
    }

    #[test]
    fn a_plain_identifier_matches_itself() {
        let identity = IdentityObject::plain("ltiUserId", "42");
        assert_eq!(identity.matches("ltiUserId", "42"), Ok(true));
        assert_eq!(identity.matches("ltiUserId", "43"), Ok(false));
    }

    #[test]
    fn an_unknown_hash_is_an_error_and_not_a_mismatch() {
        let mut identity = IdentityObject::hashed("emailAddress", "a@example.com", "Kosher");
        identity.identity_hash = "sha1$00".to_owned();
        assert_eq!(
            identity.matches("emailAddress", "a@example.com").unwrap_err().to_string(),
            "identity hash is of the algorithm `sha1`, expected `sha256` or `md5`"
        );
    }
}
