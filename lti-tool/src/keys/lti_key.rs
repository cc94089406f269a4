//! The tool's RSA key: signs what we send to platforms, and its public half stands in our key set.
//!
//! 2048 bits and RS256 as LTI asks (<https://www.imsglobal.org/spec/security/v1p0/#h_best-practices>). The `kid` is the key's thumbprint
//! (<https://www.rfc-editor.org/rfc/rfc7638>), so that no two keys ever share one.

use aws_lc_rs::{
    digest,
    encoding::AsDer,
    rsa::{KeyPair, KeySize},
    signature::KeyPair as _,
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Serialize;
use serde_json::{Value, json};
use zeroize::Zeroizing;

/// Why an RSA key cannot be made or used.
#[derive(Debug, thiserror::Error)]
pub enum LtiKeyError {
    /// Key generation failed.
    #[error("an RSA key cannot be generated")]
    Generate,
    /// The stored bytes are no RSA key in PKCS#8.
    #[error("the stored RSA key is damaged")]
    Damaged,
    /// The signing library refuses the key.
    #[error("the stored RSA key cannot be used")]
    Unusable(#[source] jsonwebtoken::errors::Error),
}

/// A JSON Web Token could not be signed.
#[derive(Debug, thiserror::Error)]
#[error("a token cannot be signed")]
pub struct SignError(#[from] jsonwebtoken::errors::Error);

/// An RSA key, ready to sign.
#[derive(Clone)]
pub struct LtiKey {
    encoding_key: EncodingKey,
    key_id: String,
    public_jwk: Value,
}

impl std::fmt::Debug for LtiKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("LtiKey").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}

/// A new private key in PKCS#8.
///
/// # Errors
/// [`LtiKeyError::Generate`].
pub fn generate() -> Result<Zeroizing<Vec<u8>>, LtiKeyError> {
    let failed = |_error: aws_lc_rs::error::Unspecified| LtiKeyError::Generate;
    let pair = KeyPair::generate(KeySize::Rsa2048).map_err(failed)?;
    let der: aws_lc_rs::encoding::Pkcs8V1Der<'_> = pair.as_der().map_err(failed)?;
    Ok(Zeroizing::new(der.as_ref().to_vec()))
}

impl LtiKey {
    /// Reads a private key in PKCS#8.
    ///
    /// # Errors
    /// [`LtiKeyError::Damaged`] or [`LtiKeyError::Unusable`].
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, LtiKeyError> {
        let pair =
            KeyPair::from_pkcs8(der).map_err(|_error: aws_lc_rs::error::KeyRejected| LtiKeyError::Damaged)?;
        let public = pair.public_key();
        let modulus = URL_SAFE_NO_PAD.encode(public.modulus().big_endian_without_leading_zero());
        let exponent = URL_SAFE_NO_PAD.encode(public.exponent().big_endian_without_leading_zero());
        let thumbprint_input = format!(r#"{{"e":"{exponent}","kty":"RSA","n":"{modulus}"}}"#);
        let key_id = URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, thumbprint_input.as_bytes()));
        let public_jwk =
            json!({ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": key_id, "n": modulus, "e": exponent });
        let pem = Zeroizing::new(format!(
            "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
            STANDARD.encode(der)
        ));
        let encoding_key = EncodingKey::from_rsa_pem(pem.as_bytes()).map_err(LtiKeyError::Unusable)?;
        Ok(Self { encoding_key, key_id, public_jwk })
    }

    /// The key's `kid`.
    #[must_use]
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// The public half as a JSON Web Key.
    #[must_use]
    pub fn public_jwk(&self) -> &Value {
        &self.public_jwk
    }

    /// Signs `claims` with RS256.
    ///
    /// # Errors
    /// [`SignError`] if the claims are not JSON or the key fails.
    pub fn sign(&self, claims: &impl Serialize) -> Result<String, SignError> {
        let header = Header { kid: Some(self.key_id.clone()), ..Header::new(Algorithm::RS256) };
        Ok(jsonwebtoken::encode(&header, claims, &self.encoding_key)?)
    }
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{DecodingKey, Validation};

    use super::*;

    #[test]
    fn what_it_signs_verifies_with_its_public_half() {
        let key = LtiKey::from_pkcs8(&generate().unwrap()).unwrap();
        let token = key.sign(&json!({ "exp": 4_000_000_000_u64, "jti": "1" })).unwrap();
        let jwk = serde_json::from_value(key.public_jwk().clone()).unwrap();
        let decoded = jsonwebtoken::decode::<Value>(
            &token,
            &DecodingKey::from_jwk(&jwk).unwrap(),
            &Validation::new(Algorithm::RS256),
        )
        .unwrap();
        assert_eq!(decoded.claims["jti"], "1");
        assert_eq!(decoded.header.kid.as_deref(), Some(key.key_id()));
    }

    #[test]
    fn the_key_has_2048_bits_and_a_thumbprint_for_a_name() {
        let key = LtiKey::from_pkcs8(&generate().unwrap()).unwrap();
        let modulus = URL_SAFE_NO_PAD.decode(key.public_jwk()["n"].as_str().unwrap()).unwrap();
        assert_eq!((modulus.len(), key.key_id().len()), (256, 43));
        assert_eq!(format!("{key:?}"), format!("LtiKey {{ key_id: {:?}, .. }}", key.key_id()));
    }

    #[test]
    fn damaged_bytes_are_told() {
        assert!(matches!(LtiKey::from_pkcs8(b"damaged"), Err(LtiKeyError::Damaged)));
    }
}
