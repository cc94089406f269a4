//! A platform's key set: which keys may check an `id_token`.
//!
//! Specification: JSON Web Key Set, <https://www.rfc-editor.org/rfc/rfc7517#section-5>; LTI asks for a `kid` and RSA of at least 2048 bits
//! (<https://www.imsglobal.org/spec/security/v1p0/#h_key-set-url>). A key that we cannot use is passed over: it may serve another purpose.

use std::{collections::HashMap, sync::Arc};

use aws_lc_rs::{
    rsa::PublicKeyComponents,
    signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{
    Algorithm, DecodingKey,
    jwk::{AlgorithmParameters, Jwk, PublicKeyUse},
};
use serde::Deserialize;
use serde_json::Value;

/// A modulus of 2048 bits, in bytes.
const SMALLEST_MODULUS: usize = 256;

/// The keys of a platform by `kid`.
#[derive(Clone, Default)]
pub struct PlatformKeySet(HashMap<String, Arc<PlatformKey>>);

/// One key, ready to verify.
pub struct PlatformKey {
    decoding_key: DecodingKey,
    /// An RSA key as the library takes it for RS256, which all platforms sign with: made once, not for every launch.
    for_rs256: Option<ParsedPublicKey>,
    /// The only algorithm it may be used with, if its owner says so.
    only_for: Option<String>,
}

impl std::fmt::Debug for PlatformKeySet {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_set().entries(self.0.keys()).finish()
    }
}

impl std::fmt::Debug for PlatformKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("PlatformKey").field("only_for", &self.only_for).finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct KeySetWire {
    keys: Vec<Value>,
}

impl PlatformKeySet {
    /// Reads a key set.
    ///
    /// # Errors
    /// If the text is not a JSON object with an array `keys`.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        let set: KeySetWire = serde_json::from_str(text)?;
        Ok(Self(set.keys.into_iter().filter_map(usable).collect()))
    }

    /// The key with that `kid`.
    #[must_use]
    pub fn find(&self, kid: &str) -> Option<Arc<PlatformKey>> {
        self.0.get(kid).cloned()
    }
}

impl PlatformKey {
    /// Whether the key may verify signatures of this algorithm.
    #[must_use]
    pub fn fits(&self, algorithm: Algorithm) -> bool {
        self.only_for
            .as_deref()
            .is_none_or(|name| name.parse() == Ok::<_, jsonwebtoken::errors::Error>(algorithm))
    }

    /// Whether the base64url `signature` is one of `message` by this key and algorithm.
    #[must_use]
    pub fn accepts(&self, message: &[u8], signature: &str, algorithm: Algorithm) -> bool {
        match &self.for_rs256 {
            Some(key) if algorithm == Algorithm::RS256 => URL_SAFE_NO_PAD
                .decode(signature)
                .is_ok_and(|signature| key.verify_sig(message, &signature).is_ok()),
            _ => jsonwebtoken::crypto::verify(signature, message, &self.decoding_key, algorithm)
                .unwrap_or(false),
        }
    }
}

/// The key with its `kid`, if it is meant for signatures and strong enough.
fn usable(key: Value) -> Option<(String, Arc<PlatformKey>)> {
    let jwk: Jwk = serde_json::from_value(key).ok()?;
    let kid = jwk.common.key_id.clone().filter(|kid| !kid.is_empty())?;
    if !matches!(jwk.common.public_key_use, None | Some(PublicKeyUse::Signature)) {
        return None;
    }
    let (strong, for_rs256) = match &jwk.algorithm {
        AlgorithmParameters::RSA(parameters) => {
            let (modulus, exponent) = (number(&parameters.n)?, number(&parameters.e)?);
            let components = PublicKeyComponents { n: &modulus, e: &exponent };
            let ready = components.to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256).ok();
            (modulus.len() >= SMALLEST_MODULUS, ready)
        }
        AlgorithmParameters::EllipticCurve(_) => (true, None),
        _ => (false, None),
    };
    let only_for = jwk.common.key_algorithm.map(|algorithm| algorithm.to_string());
    let decoding_key = strong.then(|| DecodingKey::from_jwk(&jwk).ok()).flatten()?;
    Some((kid, Arc::new(PlatformKey { decoding_key, for_rs256, only_for })))
}

/// A big-endian number, without zeros before it.
fn number(text: &str) -> Option<Vec<u8>> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    Some(bytes.into_iter().skip_while(|byte| *byte == 0).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rsa(kid: &str, modulus_bytes: usize) -> Value {
        json!({ "kty": "RSA", "kid": kid, "use": "sig", "alg": "RS256", "e": "AQAB", "n": URL_SAFE_NO_PAD.encode(vec![0xC5; modulus_bytes]) })
    }

    fn parsed(keys: &[Value]) -> PlatformKeySet {
        PlatformKeySet::parse(&json!({ "keys": keys }).to_string()).unwrap()
    }

    #[test]
    fn a_key_is_found_by_its_kid_alone() {
        let set = parsed(&[rsa("2026-01-01T00:00:00Z", 256), rsa("second", 512)]);
        assert!(set.find("2026-01-01T00:00:00Z").is_some_and(|key| key.fits(Algorithm::RS256)));
        assert!(set.find("second").is_some() && set.find("third").is_none());
    }

    #[test]
    fn a_key_names_the_only_algorithm_it_is_for() {
        let set = parsed(&[rsa("a", 256)]);
        assert!(!set.find("a").unwrap().fits(Algorithm::RS512));
    }

    #[test]
    fn keys_that_cannot_be_used_are_passed_over() {
        let mut for_encryption = rsa("enc", 256);
        for_encryption["use"] = json!("enc");
        let mut nameless = rsa("x", 256);
        nameless["kid"] = json!(null);
        let symmetric = json!({ "kty": "oct", "kid": "oct", "k": "c2VjcmV0" });
        let set =
            parsed(&[for_encryption, nameless, symmetric, rsa("short", 128), json!("odd"), rsa("good", 256)]);
        assert_eq!(format!("{set:?}"), "{\"good\"}");
    }

    #[test]
    fn what_is_no_key_set_is_an_error() {
        assert!(PlatformKeySet::parse("<html>").is_err());
        assert!(PlatformKeySet::parse("{}").is_err());
    }
}
