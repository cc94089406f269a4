//! JSON Web Keys: reading, writing, thumbprints, and `did:jwk`.
//!
//! <https://www.rfc-editor.org/rfc/rfc7517>, <https://www.rfc-editor.org/rfc/rfc8037> (Ed25519),
//! <https://www.rfc-editor.org/rfc/rfc7638> (thumbprints), <https://github.com/quartzjer/did-jwk>.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::public::{P256Key, RsaKey};
use super::{KeyError, PublicKey, VerifyingKey, multibase};

/// Reads a public key; members that do not make the key (`kid`, `use`, …) are passed over.
///
/// # Errors
/// [`KeyError::PrivateJwk`] when it holds a private key too, which was never meant to be seen.
pub fn parse(value: &Value) -> Result<PublicKey, KeyError> {
    if value.get("d").is_some() {
        return Err(KeyError::PrivateJwk);
    }
    let kind = text(value, "kty")?;
    match (kind, value.get("crv").and_then(Value::as_str)) {
        ("OKP", Some("Ed25519")) => VerifyingKey::from_bytes(&bytes(value, "x")?).map(PublicKey::Ed25519),
        ("EC", Some("P-256")) => {
            let (x, y) = (bytes(value, "x")?, bytes(value, "y")?);
            P256Key::from_sec1(&[&[4], x.as_slice(), y.as_slice()].concat()).map(PublicKey::P256)
        }
        ("RSA", _) => RsaKey::from_base64url(text(value, "n")?, text(value, "e")?).map(PublicKey::Rsa),
        (kind, curve) => Err(KeyError::UnsupportedJwk(format!("{kind} {}", curve.unwrap_or_default()))),
    }
}

fn text<'a>(value: &'a Value, name: &'static str) -> Result<&'a str, KeyError> {
    value.get(name).and_then(Value::as_str).ok_or(KeyError::JwkMember(name))
}

fn bytes(value: &Value, name: &'static str) -> Result<Vec<u8>, KeyError> {
    multibase::base64url_decode(text(value, name)?).ok_or(KeyError::JwkMember(name))
}

/// Writes the members that make the key, in the order of their names.
pub(super) fn write(key: &PublicKey) -> Value {
    match key {
        PublicKey::Ed25519(key) => {
            json!({"crv": "Ed25519", "kty": "OKP", "x": multibase::base64url_encode(key.as_bytes())})
        }
        PublicKey::P256(key) => {
            let point = key.to_sec1();
            let (x, y) = point.get(1..).unwrap_or_default().split_at_checked(32).unwrap_or_default();
            json!({"crv": "P-256", "kty": "EC", "x": multibase::base64url_encode(x), "y": multibase::base64url_encode(y)})
        }
        PublicKey::Rsa(key) => {
            let (modulus, exponent) = key.to_base64url();
            json!({"e": exponent, "kty": "RSA", "n": modulus})
        }
    }
}

/// <https://www.rfc-editor.org/rfc/rfc7638#section-3>: the required members in the order of their names, hashed.
pub(super) fn thumbprint(key: &PublicKey) -> String {
    let canonical = crate::proof::jcs::canonicalize(&write(key));
    multibase::base64url_encode(&Sha256::digest(canonical))
}

/// The set of keys that an issuer of tokens publishes at `/.well-known/jwks.json`, each under its `kid`.
///
/// `application/jwk-set+json`; `iss` names the issuer
/// (<https://www.imsglobal.org/spec/ob/v3p0/impl/#key-management>).
#[must_use]
pub fn key_set(issuer: &str, keys: &[(String, PublicKey)]) -> Value {
    let keys: Vec<Value> = keys
        .iter()
        .map(|(id, key)| {
            let mut jwk = write(key);
            if let Some(members) = jwk.as_object_mut() {
                members.insert("alg".to_owned(), key.algorithm().into());
                members.insert("kid".to_owned(), id.as_str().into());
                members.insert("use".to_owned(), "sig".into());
            }
            jwk
        })
        .collect();
    json!({"iss": issuer, "keys": keys})
}

/// The `did:jwk` of a key.
#[must_use]
pub fn did_jwk(key: &PublicKey) -> String {
    format!("did:jwk:{}", multibase::base64url_encode(write(key).to_string().as_bytes()))
}

/// The key that a `did:jwk` (without fragment) is made of.
///
/// # Errors
/// [`KeyError::NotDidJwk`] when the name holds no JWK, otherwise as [`parse`].
pub fn from_did_jwk(did: &str) -> Result<PublicKey, KeyError> {
    let not_did_jwk = || KeyError::NotDidJwk(did.chars().take(80).collect());
    let encoded = did.strip_prefix("did:jwk:").ok_or_else(not_did_jwk)?;
    let bytes = multibase::base64url_decode(encoded).ok_or_else(not_did_jwk)?;
    let text = std::str::from_utf8(&bytes).ok().ok_or_else(not_did_jwk)?;
    parse(&crate::json::parse(text).ok().ok_or_else(not_did_jwk)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::SigningKey;

    /// RFC 7638, section 3.1.
    const RSA: &str = r#"{"kty": "RSA", "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw", "e": "AQAB", "alg": "RS256", "kid": "2011-04-29"}"#;

    fn json(text: &str) -> Value {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn the_published_thumbprint_of_an_rsa_key_is_computed() {
        let key = parse(&json(RSA)).unwrap();
        assert_eq!(key.thumbprint(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
        assert_eq!(key.algorithm(), "RS256");
    }

    /// RFC 8037, appendix A.3.
    #[test]
    fn the_published_thumbprint_of_an_ed25519_key_is_computed() {
        let key = parse(&json(
            r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
        ));
        assert_eq!(key.unwrap().thumbprint(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }

    /// The example of the did:jwk method.
    #[test]
    fn the_published_did_jwk_is_read_and_written() {
        let did = "did:jwk:eyJjcnYiOiJQLTI1NiIsImt0eSI6IkVDIiwieCI6ImFjYklRaXVNczNpOF91c3pFakoydHBUdFJNNEVVM3l6OTFQSDZDZEgyVjAiLCJ5IjoiX0tjeUxqOXZXTXB0bm1LdG00NkdxRHo4d2Y3NEk1TEtncmwyR3pIM25TRSJ9";
        let key = from_did_jwk(did).unwrap();
        assert_eq!(
            key.to_jwk(),
            json!({"crv": "P-256", "kty": "EC", "x": "acbIQiuMs3i8_uszEjJ2tpTtRM4EU3yz91PH6CdH2V0",
                   "y": "_KcyLj9vWMptnmKtm46GqDz8wf74I5LKgrl2GzH3nSE"})
        );
        assert_eq!(did_jwk(&key), did);
    }

    #[test]
    fn a_p256_key_is_the_same_as_jwk_and_as_multikey() {
        let multikey = "zDnaegE6RR3atJtHKwTRTWHsJ3kNHqFwv7n9YjTgmU7TyfU76";
        let key = PublicKey::from_multikey(multikey).unwrap();
        assert_eq!(parse(&key.to_jwk()), Ok(key.clone()));
        assert_eq!(key.to_multikey().as_deref(), Some(multikey));
    }

    #[test]
    fn what_is_no_public_key_is_refused_for_its_own_reason() {
        for (text, error) in [
            (r#"{"kty":"OKP","crv":"Ed25519","x":"AA","d":"AA"}"#, KeyError::PrivateJwk),
            (r#"{"kty":"oct","k":"AA"}"#, KeyError::UnsupportedJwk("oct ".to_owned())),
            (r#"{"kty":"EC","crv":"P-384"}"#, KeyError::UnsupportedJwk("EC P-384".to_owned())),
            (r#"{"kty":"EC","crv":"P-256","x":"AA"}"#, KeyError::JwkMember("y")),
            (r#"{"kty":"OKP","crv":"Ed25519","x":"!"}"#, KeyError::JwkMember("x")),
            (r#"{"kty":"OKP","crv":"Ed25519","x":"AA"}"#, KeyError::Length { expected: 32, found: 1 }),
            (r#"{"kty":"RSA","n":"_w","e":"AQAB"}"#, KeyError::RsaTooShort(8)),
            (r#"{"crv":"P-256"}"#, KeyError::JwkMember("kty")),
        ] {
            assert_eq!(parse(&json(text)), Err(error), "{text}");
        }
        let off_curve = json!({"kty": "EC", "crv": "P-256", "x": "A".repeat(43), "y": "A".repeat(43)});
        assert!(matches!(parse(&off_curve), Err(KeyError::NotAPoint(_))));
        for did in ["did:key:z6Mk", "did:jwk:", "did:jwk:!", "did:jwk:AAAA"] {
            assert!(from_did_jwk(did).is_err(), "{did}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_key_is_read_back_from_its_jwk_and_its_did(seed: [u8; 32]) {
            let key = PublicKey::Ed25519(SigningKey::from_seed(&seed).verifying_key());
            proptest::prop_assert_eq!(parse(&key.to_jwk()), Ok(key.clone()));
            proptest::prop_assert_eq!(from_did_jwk(&did_jwk(&key)), Ok(key));
        }

        #[test]
        fn no_text_makes_the_did_reader_panic(text in "did:jwk:[A-Za-z0-9_-]{0,60}|\\PC{0,40}") {
            let _outcome = from_did_jwk(&text);
        }
    }
}
