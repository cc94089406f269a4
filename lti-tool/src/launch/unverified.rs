//! An `id_token` taken apart. Nothing in here is believed: the header only says which key to fetch.
//!
//! JWS Compact Serialization: <https://www.rfc-editor.org/rfc/rfc7515#section-7.1>. Of the header only `kid` and `alg` are read; `jku`,
//! `jwk`, `x5u` and `x5c` would let the sender name the key, and are ignored.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;

use super::LaunchError;
use crate::lti::claims::{AudienceWire, LaunchClaimsWire};

/// Longer than any platform's token; Moodle and Canvas stay below 10 KB.
const LONGEST_TOKEN: usize = 64 * 1024;

/// An `id_token` before anything in it is believed.
#[derive(Debug)]
pub struct UnverifiedToken<'a> {
    /// The key that is said to have signed it.
    pub unverified_kid: String,
    /// The algorithm that is said to have been used; the registration decides.
    pub unverified_algorithm: String,
    /// Header and payload as signed.
    pub(super) signing_input: &'a str,
    /// The signature in Base64url.
    pub(super) signature: &'a str,
    /// The payload in Base64url.
    pub(super) unverified_payload: &'a str,
}

#[derive(Deserialize)]
struct HeaderWire {
    alg: Option<String>,
    kid: Option<String>,
}

impl<'a> UnverifiedToken<'a> {
    /// Takes a compact JWS apart.
    ///
    /// # Errors
    /// [`LaunchError::NotAToken`], or [`LaunchError::NoKid`] if the header names no key.
    pub fn parse(id_token: &'a str) -> Result<Self, LaunchError> {
        let (signing_input, signature) = id_token.rsplit_once('.').ok_or(LaunchError::NotAToken)?;
        let (header, payload) = signing_input.split_once('.').ok_or(LaunchError::NotAToken)?;
        if id_token.len() > LONGEST_TOKEN || payload.contains('.') {
            return Err(LaunchError::NotAToken);
        }
        let header = decode(header)?;
        let header: HeaderWire =
            serde_json::from_slice(&header).map_err(|_error: serde_json::Error| LaunchError::NotAToken)?;
        Ok(Self {
            unverified_kid: header.kid.filter(|kid| !kid.is_empty()).ok_or(LaunchError::NoKid)?,
            unverified_algorithm: header.alg.ok_or(LaunchError::NotAToken)?,
            signing_input,
            signature,
            unverified_payload: payload,
        })
    }
}

impl UnverifiedToken<'_> {
    /// Who is said to have sent it, and for whom: for messages that answer no login, to find out whose key to fetch.
    ///
    /// # Errors
    /// [`LaunchError::NotAToken`], or that it names no issuer.
    pub fn unverified_parties(&self) -> Result<(String, Option<AudienceWire>), LaunchError> {
        let payload = decode(self.unverified_payload)?;
        let claims: LaunchClaimsWire =
            serde_json::from_slice(&payload).map_err(|_error: serde_json::Error| LaunchError::NotAToken)?;
        Ok((claims.iss.ok_or(LaunchError::MissingClaim("iss"))?, claims.aud))
    }
}

/// Base64url without padding.
pub(super) fn decode(text: &str) -> Result<Vec<u8>, LaunchError> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_error: base64::DecodeError| LaunchError::NotAToken)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(header: &str) -> String {
        format!("{}.e30.c2ln", URL_SAFE_NO_PAD.encode(header))
    }

    #[test]
    fn the_header_says_which_key_to_fetch_and_nothing_else() {
        let text = token(r#"{"alg":"RS256","kid":"a","jku":"https://evil.example/","jwk":{}}"#);
        let token = UnverifiedToken::parse(&text).unwrap();
        assert_eq!((token.unverified_kid.as_str(), token.unverified_algorithm.as_str()), ("a", "RS256"));
    }

    #[test]
    fn a_token_without_a_kid_is_refused() {
        for header in [r#"{"alg":"RS256"}"#, r#"{"alg":"RS256","kid":""}"#, r#"{"alg":"RS256","kid":null}"#] {
            assert!(matches!(UnverifiedToken::parse(&token(header)), Err(LaunchError::NoKid)), "{header}");
        }
    }

    #[test]
    fn what_is_no_jws_is_refused() {
        let long = format!("{}{}", token(r#"{"alg":"RS256","kid":"a"}"#), "A".repeat(LONGEST_TOKEN));
        for text in ["", "a", "a.b", "a.b.c.d", "!!.e30.c2ln", &token("[]"), &token(r#"{"kid":"a"}"#), &long]
        {
            assert!(matches!(UnverifiedToken::parse(text), Err(LaunchError::NotAToken)), "{text:.60}");
        }
    }
}
