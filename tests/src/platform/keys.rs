//! RSA keys: the platform's own, and foreign ones for attacks.
//!
//! Tokens are put together here from any header and any claims, so that a test can sign what no library would.
//! <https://www.imsglobal.org/spec/security/v1p0/#h_key-set-url>

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::jwk::{Jwk, ThumbprintHash};
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};

/// Why a key or a token could not be made.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The cryptographic library refused to make or to write out a key.
    #[error("no RSA key could be made")]
    Generation,
    /// The key or the message was refused while signing.
    #[error("the token could not be signed")]
    Signing(#[from] jsonwebtoken::errors::Error),
    /// A header or a set of claims is no JSON.
    #[error("the token could not be written as JSON")]
    Json(#[from] serde_json::Error),
}

/// An RSA key pair of 2048 bits with its `kid`, the RFC 7638 thumbprint.
#[derive(Clone)]
pub struct RsaKey {
    private: EncodingKey,
    public: Value,
    kid: String,
}

impl std::fmt::Debug for RsaKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("RsaKey").field("kid", &self.kid).finish_non_exhaustive()
    }
}

impl RsaKey {
    /// Makes a fresh key.
    ///
    /// # Errors
    /// `Generation` when the library cannot make one.
    pub fn generate() -> Result<Self, KeyError> {
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_refused| KeyError::Generation)?;
        let der: Pkcs8V1Der<'_> = pair.as_der().map_err(|_refused| KeyError::Generation)?;
        let pem = format!(
            "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
            STANDARD.encode(der.as_ref())
        );
        let private = EncodingKey::from_rsa_pem(pem.as_bytes())?;
        let jwk = Jwk::from_encoding_key(&private, Algorithm::RS256)?;
        let kid = jwk.thumbprint(ThumbprintHash::SHA256)?;
        let mut public = serde_json::to_value(&jwk)?;
        if let Some(members) = public.as_object_mut() {
            members.insert("kid".to_owned(), json!(kid));
            members.insert("use".to_owned(), json!("sig"));
        }
        Ok(Self { private, public, kid })
    }

    /// The key's identifier in a key set.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The public half as a JSON Web Key with `kid`, `alg` and `use`.
    #[must_use]
    pub fn public_jwk(&self) -> &Value {
        &self.public
    }

    /// The header that an honest platform writes.
    #[must_use]
    pub fn header(&self) -> Value {
        json!({ "typ": "JWT", "alg": "RS256", "kid": self.kid })
    }

    /// Signs with RS256, whatever the header says.
    ///
    /// # Errors
    /// `Signing` when the library refuses.
    pub fn sign(&self, header: &Value, claims: &Value) -> Result<String, KeyError> {
        let message = signing_input(header, claims);
        let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &self.private, Algorithm::RS256)?;
        Ok(format!("{message}.{signature}"))
    }

    /// Signs with HS256 and the *public* key's text as the secret: the classic confusion of algorithms.
    ///
    /// # Errors
    /// `Signing` when the library refuses.
    pub fn sign_with_public_key_as_secret(&self, header: &Value, claims: &Value) -> Result<String, KeyError> {
        let message = signing_input(header, claims);
        let secret = EncodingKey::from_secret(self.public.to_string().as_bytes());
        let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &secret, Algorithm::HS256)?;
        Ok(format!("{message}.{signature}"))
    }
}

/// The first two parts of a compact token.
/// <https://www.rfc-editor.org/rfc/rfc7515#section-5.1>
#[must_use]
pub(crate) fn signing_input(header: &Value, claims: &Value) -> String {
    format!("{}.{}", URL_SAFE_NO_PAD.encode(header.to_string()), URL_SAFE_NO_PAD.encode(claims.to_string()))
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{DecodingKey, Validation};

    use super::*;

    #[test]
    fn a_signed_token_verifies_with_the_published_key() {
        let key = RsaKey::generate().unwrap();
        let token = key.sign(&key.header(), &json!({ "aud": "tool", "exp": 4_102_444_800_i64 })).unwrap();
        let public: Jwk = serde_json::from_value(key.public_jwk().clone()).unwrap();
        let mut rules = Validation::new(Algorithm::RS256);
        rules.set_audience(&["tool"]);
        let read =
            jsonwebtoken::decode::<Value>(&token, &DecodingKey::from_jwk(&public).unwrap(), &rules).unwrap();
        assert_eq!(read.claims["aud"], "tool");
        assert_eq!(read.header.kid.as_deref(), Some(key.kid()));
    }

    #[test]
    fn two_keys_have_two_names() {
        assert_ne!(RsaKey::generate().unwrap().kid(), RsaKey::generate().unwrap().kid());
    }

    #[test]
    fn debug_output_shows_no_private_key() {
        let key = RsaKey::generate().unwrap();
        assert_eq!(format!("{key:?}"), format!("RsaKey {{ kid: \"{}\", .. }}", key.kid()));
    }
}
