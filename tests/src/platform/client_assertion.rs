//! The JWT with which a tool proves itself at the token endpoint.
//!
//! <https://www.imsglobal.org/spec/security/v1p0/#using-json-web-tokens-with-oauth-2-0-client-credentials-grant>
//! and RFC 7523 section 3.

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;

/// The longest life of an assertion.
pub(crate) const LONGEST_LIFE_SECONDS: i64 = 60;
/// How far a tool's clock may run ahead.
const CLOCK_SKEW_SECONDS: i64 = 5;

/// Why a client assertion is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AssertionRefusal {
    /// Not a JWT.
    #[error("client_assertion is no JWT")]
    NotAJwt,
    /// Not RS256.
    #[error("client_assertion is signed with {0}, expected RS256")]
    Algorithm(String),
    /// The header names no key.
    #[error("client_assertion has no kid")]
    NoKeyId,
    /// The tool's key set does not hold the key.
    #[error("kid `{0}` is not in the tool's key set")]
    UnknownKey(String),
    /// The signature does not verify.
    #[error("the signature of client_assertion does not verify")]
    Signature,
    /// A required claim is missing or of the wrong type.
    #[error("client_assertion lacks one of iss, sub, aud, iat, exp, jti")]
    Claims,
    /// `iss` and `sub` are not both the client id.
    #[error("iss and sub of client_assertion are not both the client id")]
    Issuer,
    /// The audience is not the token endpoint alone.
    #[error("aud of client_assertion is not the token endpoint")]
    Audience,
    /// Expired.
    #[error("client_assertion is expired")]
    Expired,
    /// `iat` lies in the future.
    #[error("client_assertion is from the future")]
    Future,
    /// Lives longer than a minute.
    #[error("client_assertion lives longer than {LONGEST_LIFE_SECONDS} seconds")]
    TooLong,
    /// The identifier was used before.
    #[error("jti of client_assertion is used")]
    Replayed,
}

/// The claims of an assertion.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct AssertionClaims {
    pub(crate) iss: String,
    sub: String,
    aud: Audience,
    iat: i64,
    exp: i64,
    pub(crate) jti: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    fn is_only(&self, wanted: &str) -> bool {
        match self {
            Self::One(audience) => audience == wanted,
            Self::Several(audiences) => matches!(audiences.as_slice(), [audience] if audience == wanted),
        }
    }
}

/// Reads the client id that an assertion claims, to find whose keys have to be fetched.
pub(crate) fn unverified_issuer(assertion: &str) -> Result<String, AssertionRefusal> {
    let unverified: serde_json::Value = jsonwebtoken::dangerous::insecure_decode_claims(assertion)
        .map_err(|_unreadable| AssertionRefusal::NotAJwt)?;
    let issuer = unverified.get("iss").and_then(|issuer| issuer.as_str());
    issuer.map(str::to_owned).ok_or(AssertionRefusal::Claims)
}

/// Checks everything about an assertion but whether its `jti` is new.
pub(crate) fn verify(
    assertion: &str,
    keys: &JwkSet,
    token_endpoint: &str,
    now: i64,
) -> Result<AssertionClaims, AssertionRefusal> {
    let header = jsonwebtoken::decode_header(assertion).map_err(|_unreadable| AssertionRefusal::NotAJwt)?;
    if header.alg != Algorithm::RS256 {
        return Err(AssertionRefusal::Algorithm(format!("{:?}", header.alg)));
    }
    let kid = header.kid.ok_or(AssertionRefusal::NoKeyId)?;
    let key = keys.find(&kid).ok_or_else(|| AssertionRefusal::UnknownKey(kid.clone()))?;
    let key = DecodingKey::from_jwk(key).map_err(|_unusable| AssertionRefusal::UnknownKey(kid))?;
    let claims = verified_claims(assertion, &key)?;
    check_claims(&claims, token_endpoint, now)?;
    Ok(claims)
}

fn verified_claims(assertion: &str, key: &DecodingKey) -> Result<AssertionClaims, AssertionRefusal> {
    let mut signature_only = Validation::new(Algorithm::RS256);
    signature_only.required_spec_claims.clear();
    signature_only.validate_exp = false;
    signature_only.validate_aud = false;
    let verified = jsonwebtoken::decode::<serde_json::Value>(assertion, key, &signature_only)
        .map_err(|_invalid| AssertionRefusal::Signature)?;
    serde_json::from_value(verified.claims).map_err(|_incomplete| AssertionRefusal::Claims)
}

fn check_claims(claims: &AssertionClaims, token_endpoint: &str, now: i64) -> Result<(), AssertionRefusal> {
    if claims.iss != claims.sub {
        return Err(AssertionRefusal::Issuer);
    }
    if !claims.aud.is_only(token_endpoint) {
        return Err(AssertionRefusal::Audience);
    }
    if claims.exp <= now {
        return Err(AssertionRefusal::Expired);
    }
    if claims.iat > now + CLOCK_SKEW_SECONDS {
        return Err(AssertionRefusal::Future);
    }
    if claims.exp - claims.iat > LONGEST_LIFE_SECONDS {
        return Err(AssertionRefusal::TooLong);
    }
    if claims.jti.is_empty() {
        return Err(AssertionRefusal::Claims);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::platform::keys::RsaKey;

    const NOW: i64 = 1_800_000_000;
    const ENDPOINT: &str = "https://lms.example/lti/token";

    fn good() -> Value {
        json!({ "iss": "tool", "sub": "tool", "aud": ENDPOINT, "iat": NOW, "exp": NOW + 60, "jti": "a" })
    }

    fn judge(change: impl FnOnce(&mut Value, &mut Value)) -> Result<AssertionClaims, AssertionRefusal> {
        let key = RsaKey::generate().unwrap();
        let keys: JwkSet = serde_json::from_value(json!({ "keys": [key.public_jwk()] })).unwrap();
        let (mut header, mut claims) = (key.header(), good());
        change(&mut header, &mut claims);
        verify(&key.sign(&header, &claims).unwrap(), &keys, ENDPOINT, NOW)
    }

    #[test]
    fn a_good_assertion_is_believed() {
        assert_eq!(judge(|_, _| {}).unwrap().jti, "a");
    }

    #[test]
    fn an_audience_in_a_list_of_one_is_believed() {
        assert!(judge(|_, claims| claims["aud"] = json!([ENDPOINT])).is_ok());
    }

    #[test]
    fn a_second_audience_is_refused() {
        let refused = judge(|_, claims| claims["aud"] = json!([ENDPOINT, "https://elsewhere.example"]));
        assert_eq!(refused, Err(AssertionRefusal::Audience));
    }

    #[test]
    fn a_wrong_audience_is_refused() {
        let refused = judge(|_, claims| claims["aud"] = json!("https://lms.example/lti/token/"));
        assert_eq!(refused, Err(AssertionRefusal::Audience));
    }

    #[test]
    fn a_life_of_61_seconds_is_refused() {
        assert_eq!(judge(|_, claims| claims["exp"] = json!(NOW + 61)), Err(AssertionRefusal::TooLong));
    }

    #[test]
    fn an_expired_assertion_is_refused() {
        let refused = judge(|_, claims| {
            claims["iat"] = json!(NOW - 60);
            claims["exp"] = json!(NOW);
        });
        assert_eq!(refused, Err(AssertionRefusal::Expired));
    }

    #[test]
    fn an_assertion_from_the_future_is_refused() {
        let refused = judge(|_, claims| {
            claims["iat"] = json!(NOW + 6);
            claims["exp"] = json!(NOW + 60);
        });
        assert_eq!(refused, Err(AssertionRefusal::Future));
    }

    #[test]
    fn a_subject_that_is_not_the_issuer_is_refused() {
        assert_eq!(judge(|_, claims| claims["sub"] = json!("other")), Err(AssertionRefusal::Issuer));
    }

    #[test]
    fn every_claim_is_required() {
        for name in ["iss", "sub", "aud", "iat", "exp", "jti"] {
            let refused = judge(|_, claims| {
                claims.as_object_mut().unwrap().remove(name);
            });
            assert_eq!(refused, Err(AssertionRefusal::Claims), "without {name}");
        }
    }

    #[test]
    fn a_header_without_kid_is_refused() {
        let refused = judge(|header, _| {
            header.as_object_mut().unwrap().remove("kid");
        });
        assert_eq!(refused, Err(AssertionRefusal::NoKeyId));
    }

    #[test]
    fn an_unknown_kid_is_refused() {
        let refused = judge(|header, _| header["kid"] = json!("nobody"));
        assert_eq!(refused, Err(AssertionRefusal::UnknownKey("nobody".to_owned())));
    }

    #[test]
    fn another_algorithm_is_refused() {
        let refused = judge(|header, _| header["alg"] = json!("HS256"));
        assert_eq!(refused, Err(AssertionRefusal::Algorithm("HS256".to_owned())));
    }

    #[test]
    fn a_foreign_signature_is_refused() {
        let (ours, foreign) = (RsaKey::generate().unwrap(), RsaKey::generate().unwrap());
        let keys: JwkSet = serde_json::from_value(json!({ "keys": [ours.public_jwk()] })).unwrap();
        let token = foreign.sign(&ours.header(), &good()).unwrap();
        assert_eq!(verify(&token, &keys, ENDPOINT, NOW), Err(AssertionRefusal::Signature));
    }
}
