//! The external proof VC-JWT: a credential as the payload of a signed token.
//!
//! <https://www.imsglobal.org/spec/ob/v3p0/#jwt-proof>. Issued with `RS256` or `ES256`; read with `EdDSA` too. Whether
//! claims and credential agree, and whose key it is, is the matter of [`crate::verify`].

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::{SignError, SignatureCheck};
use crate::json::{self, JsonError};
use crate::jsonld::{self, Arena, Document, Json};
use crate::key::{PublicKey, TokenSigningKey, multibase};
use crate::model::{AchievementCredential, DateTimeZ};

/// Claims that a token adds to the credential in its payload, each for a property of it.
pub const REGISTERED_CLAIMS: [&str; 7] = ["iss", "sub", "aud", "jti", "nbf", "exp", "iat"];

/// Signs a credential as compact JWS; `key_id` is the URL under which the key is published as JWK.
///
/// # Errors
/// [`SignError::NoSubjectId`] when the recipient is named by identifiers alone, which `sub` cannot say;
/// [`SignError::FractionOfSecond`] when a date is finer than `nbf` and `exp` are; [`SignError::Canonicalization`] when a
/// term is not defined by the credential's contexts.
pub fn sign(
    credential: &AchievementCredential,
    key: &TokenSigningKey,
    key_id: &str,
) -> Result<String, SignError> {
    let header = json!({"alg": key.public_key().algorithm(), "typ": "JWT", "kid": key_id});
    let payload = payload(credential)?;
    // A token signs its text whatever the terms mean; validators refuse one with a term that no context defines.
    let arena = Arena::new();
    jsonld::require_defined_terms(&Document::from_value(&payload, &arena)?, &|_| None, &arena)?;
    let signing_input = format!("{}.{}", encode(&header)?, encode(&payload)?);
    let signature = key.sign(&signing_input)?;
    Ok(format!("{signing_input}.{signature}"))
}

fn encode(part: &Value) -> Result<String, SignError> {
    Ok(URL_SAFE_NO_PAD.encode(serde_json::to_string(part)?))
}

/// The credential with the claims that repeat it.
fn payload(credential: &AchievementCredential) -> Result<Value, SignError> {
    let subject = credential.credential_subject.id.as_ref().ok_or(SignError::NoSubjectId)?;
    let mut payload = serde_json::to_value(credential)?;
    json::prune(&mut payload);
    let claims = payload.as_object_mut().ok_or(SignError::NotAnObject)?;
    claims.insert("iss".to_owned(), credential.issuer.id().into());
    claims.insert("jti".to_owned(), credential.id.as_str().into());
    claims.insert("sub".to_owned(), subject.as_str().into());
    claims.insert("nbf".to_owned(), whole_seconds("validFrom", &credential.valid_from)?.into());
    if let Some(until) = &credential.valid_until {
        claims.insert("exp".to_owned(), whole_seconds("validUntil", until)?.into());
    }
    Ok(payload)
}

fn whole_seconds(property: &'static str, date: &DateTimeZ) -> Result<i64, SignError> {
    if date.as_str().contains('.') {
        return Err(SignError::FractionOfSecond { property, date: date.to_string() });
    }
    Ok(date.timestamp().as_unix_seconds())
}

/// Why a text is not a token that this profile allows.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The text is not three parts with dots between.
    #[error("text is neither JSON nor a compact JWS of three parts")]
    NotCompact,
    /// A part is no base64url without padding, or no UTF-8 inside.
    #[error("{0} of the token is not base64url of UTF-8 text")]
    NotBase64url(&'static str),
    /// A part is no JSON object.
    #[error("{part} of the token is not a JSON object")]
    NotAnObject {
        /// Which part.
        part: &'static str,
        /// What the parser says.
        source: Option<JsonError>,
    },
    /// The header has a member that the profile forbids.
    #[error("/{0} in the header is not allowed: a badge has alg, kid, jwk and typ alone")]
    HeaderNotAllowed(String),
    /// The header's `typ` is something else.
    #[error("/typ in the header is `{0}`, expected `JWT`")]
    Type(String),
    /// The header has no `alg`, or it is no text.
    #[error("/alg in the header is missing")]
    NoAlgorithm,
    /// The header names no key.
    #[error("the header has neither /kid nor /jwk: nobody can tell whose signature this is")]
    NoKey,
}

/// A token that was read; its signature has not been checked.
#[derive(Clone, Copy, Debug)]
pub struct UnverifiedToken<'a> {
    header: Json<'a>,
    /// The claims, and among them the credential; an object.
    pub unverified_payload: Json<'a>,
    signing_input: &'a str,
    signature: &'a str,
}

impl<'a> UnverifiedToken<'a> {
    /// Reads a compact JWS and holds its header to the rules of Open Badges 3.0.
    ///
    /// # Errors
    /// [`TokenError`] names the part or the header.
    pub fn parse(token: &'a str, arena: &'a Arena) -> Result<Self, TokenError> {
        let token = Self::parse_any_header(token, arena)?;
        token.require_profile()?;
        Ok(token)
    }

    /// Holds the header to the rules of Open Badges 3.0.
    ///
    /// # Errors
    /// [`TokenError`] names the header.
    pub fn require_profile(&self) -> Result<(), TokenError> {
        refuse_other_headers(self.header)
    }

    /// Reads a compact JWS with any header, as Open Badges 2.0 has it.
    ///
    /// # Errors
    /// [`TokenError`] names the part.
    pub fn parse_any_header(token: &'a str, arena: &'a Arena) -> Result<Self, TokenError> {
        let (signing_input, signature) = token.rsplit_once('.').ok_or(TokenError::NotCompact)?;
        let (header, payload) = signing_input.split_once('.').ok_or(TokenError::NotCompact)?;
        match (object("header", header, arena), object("payload", payload, arena)) {
            (Ok(header), Ok(unverified_payload)) => {
                Ok(Self { header, unverified_payload, signing_input, signature })
            }
            // Whatever can be read is base64url, so that it need not be looked at twice.
            _ if ![header, payload].into_iter().all(is_base64url) => Err(TokenError::NotCompact),
            (Err(error), _) | (_, Err(error)) => Err(error),
        }
    }

    /// The algorithm that the header names.
    #[must_use]
    pub fn algorithm(&self) -> &'a str {
        self.header.find("alg").and_then(Json::as_str).unwrap_or_default()
    }

    /// The name of the key.
    #[must_use]
    pub fn key_id(&self) -> Option<&'a str> {
        self.header.find("kid").and_then(Json::as_str)
    }

    /// The key that the header carries.
    #[must_use]
    pub fn embedded_key(&self) -> Option<Json<'a>> {
        self.header.find("jwk")
    }

    /// Whether the signature was made by that key with the algorithm of the header.
    #[must_use]
    pub fn is_signed_by(&self, key: &PublicKey) -> bool {
        key.algorithm() == self.algorithm() && key.accepts_jws(self.signing_input, self.signature)
    }

    /// The equation that holds if that Ed25519 key made the signature; `None` for another key, another algorithm and
    /// for a signature of another length.
    #[must_use]
    pub fn signature_check(&self, key: &PublicKey) -> Option<SignatureCheck> {
        let PublicKey::Ed25519(ed25519) = key else { return None };
        let signature = multibase::base64url_decode(self.signature)?.try_into().ok()?;
        (key.algorithm() == self.algorithm()).then(|| {
            SignatureCheck::of_signing_input(ed25519.clone(), self.signing_input.to_owned(), signature)
        })
    }
}

fn is_base64url(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

fn object<'a>(part: &'static str, encoded: &str, arena: &'a Arena) -> Result<Json<'a>, TokenError> {
    let bytes = arena.alloc_slice_fill_copy(base64::decoded_len_estimate(encoded.len()), 0);
    let length = URL_SAFE_NO_PAD.decode_slice(encoded, bytes).ok().ok_or(TokenError::NotBase64url(part))?;
    let bytes = bytes.get(..length).unwrap_or_default();
    let text = std::str::from_utf8(bytes).ok().ok_or(TokenError::NotBase64url(part))?;
    match json::parse_in(text, arena) {
        Ok(object @ Json::Object(_)) => Ok(object),
        Ok(_) => Err(TokenError::NotAnObject { part, source: None }),
        Err(error) => Err(TokenError::NotAnObject { part, source: Some(error) }),
    }
}

/// "Additional JOSE Headers are NOT allowed": <https://www.imsglobal.org/spec/ob/v3p0/#jose-header>.
fn refuse_other_headers(header: Json<'_>) -> Result<(), TokenError> {
    let mut names = header.members().unwrap_or_default().iter().map(|(name, _)| *name);
    if let Some(other) = names.find(|name| !matches!(*name, "alg" | "kid" | "jwk" | "typ")) {
        return Err(TokenError::HeaderNotAllowed(other.to_owned()));
    }
    if let Some(kind) = header.find("typ").filter(|kind| !is_jwt(*kind)) {
        let kind = kind.as_str().map_or_else(|| kind.to_value().to_string(), str::to_owned);
        return Err(TokenError::Type(kind));
    }
    let has_text = |name| header.find(name).and_then(Json::as_str).is_some();
    if !has_text("alg") {
        return Err(TokenError::NoAlgorithm);
    }
    if !has_text("kid") && header.find("jwk").and_then(Json::members).is_none() {
        return Err(TokenError::NoKey);
    }
    Ok(())
}

/// Media types are compared without regard to case (<https://www.rfc-editor.org/rfc/rfc7515#section-4.1.9>).
fn is_jwt(kind: Json<'_>) -> bool {
    kind.as_str().is_some_and(|kind| kind.eq_ignore_ascii_case("JWT"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(header: &str, payload: &str) -> String {
        format!("{}.{}.AA", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload))
    }

    #[test]
    fn a_header_outside_the_profile_is_refused_by_name() {
        for (header, sentence) in [
            (
                r#"{"alg":"RS256","kid":"k","crit":["x"]}"#,
                "/crit in the header is not allowed: a badge has alg, kid, jwk and typ alone",
            ),
            (r#"{"alg":"RS256","kid":"k","typ":"vc+jwt"}"#, "/typ in the header is `vc+jwt`, expected `JWT`"),
            (r#"{"kid":"k"}"#, "/alg in the header is missing"),
            (
                r#"{"alg":"RS256"}"#,
                "the header has neither /kid nor /jwk: nobody can tell whose signature this is",
            ),
            ("[]", "header of the token is not a JSON object"),
        ] {
            assert_eq!(
                UnverifiedToken::parse(&token(header, "{}"), &Arena::new()).unwrap_err().to_string(),
                sentence
            );
        }
        assert!(
            UnverifiedToken::parse(&token(r#"{"alg":"RS256","kid":"k","typ":"jwt"}"#, "{}"), &Arena::new())
                .is_ok()
        );
    }

    #[test]
    fn a_text_of_another_form_is_refused() {
        for text in ["", "a.b", "a..c", "a b.c.d", "a.b=.c", "...."] {
            let error = UnverifiedToken::parse(text, &Arena::new()).unwrap_err();
            assert_eq!(error.to_string(), "text is neither JSON nor a compact JWS of three parts", "{text}");
        }
        assert!(matches!(
            UnverifiedToken::parse("a.b.c", &Arena::new()),
            Err(TokenError::NotBase64url("header"))
        ));
        let twice = token(r#"{"alg":"RS256","alg":"none","kid":"k"}"#, "{}");
        assert!(matches!(
            UnverifiedToken::parse(&twice, &Arena::new()),
            Err(TokenError::NotAnObject { part: "header", .. })
        ));
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in "[A-Za-z0-9_-]{0,20}(\\.[A-Za-z0-9_-]{0,20}){0,3}|\\PC{0,40}") {
            let _outcome = UnverifiedToken::parse(&text, &Arena::new());
        }
    }
}
