//! Public keys of every kind that signs badges, in every form that publishes them.
//!
//! Multikey <https://www.w3.org/TR/cid-1.0/#Multikey>, JWK <https://www.rfc-editor.org/rfc/rfc7517>, PEM
//! (`SubjectPublicKeyInfo`, <https://www.rfc-editor.org/rfc/rfc7468#section-13>).

use std::sync::Arc;

use aws_lc_rs::rsa::PublicKeyComponents;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256};
use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk};
use p256::elliptic_curve::sec1::ToSec1Point;

use super::{KeyError, VerifyingKey, jwk, multibase};

/// The multicodec prefix `p256-pub` as an unsigned varint.
const P256_PREFIX: [u8; 2] = [0x80, 0x24];
/// How every Ed25519 Multikey begins, and no P-256 one.
const ED25519_BEGINNING: &str = "z6Mk";
/// Shortest RSA modulus that is accepted, in bits (1EdTech Security Framework, and what the backend verifies).
pub const MIN_RSA_BITS: usize = 2048;
/// Longest RSA modulus that is accepted, in bits: longer ones cost time and are in nobody's use.
const MAX_RSA_BITS: usize = 8192;

/// A public key.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PublicKey {
    /// Ed25519: Data Integrity proofs and `EdDSA` tokens.
    Ed25519(VerifyingKey),
    /// P-256: `ES256` tokens.
    P256(P256Key),
    /// RSA: `RS256` tokens.
    Rsa(RsaKey),
}

/// A P-256 public key.
#[derive(Clone, Debug)]
pub struct P256Key {
    point: p256::PublicKey,
    ready: Ready,
}

/// An RSA public key of at least [`MIN_RSA_BITS`].
#[derive(Clone, Debug)]
pub struct RsaKey {
    numbers: Arc<RsaNumbers>,
    ready: Ready,
}

#[derive(Debug, PartialEq, Eq)]
struct RsaNumbers {
    modulus: Vec<u8>,
    exponent: Vec<u8>,
}

/// A key as the backend takes it, made once for all tokens; none if the backend does not take it.
type Ready = Option<Arc<ParsedPublicKey>>;

impl PartialEq for P256Key {
    fn eq(&self, other: &Self) -> bool {
        self.point == other.point
    }
}

impl Eq for P256Key {}

impl PartialEq for RsaKey {
    fn eq(&self, other: &Self) -> bool {
        self.numbers == other.numbers
    }
}

impl Eq for RsaKey {}

impl PublicKey {
    /// Reads a Multikey: `z6Mk…` (Ed25519) or `zDn…` (P-256).
    ///
    /// # Errors
    /// [`KeyError`] when it is of another kind or malformed.
    pub fn from_multikey(multikey: &str) -> Result<Self, KeyError> {
        if multikey.starts_with(ED25519_BEGINNING) {
            return VerifyingKey::from_multikey(multikey).map(Self::Ed25519);
        }
        let bytes =
            multibase::base58_decode(multikey).ok_or_else(|| KeyError::NotMultibase(multikey.to_owned()))?;
        match bytes.strip_prefix(&P256_PREFIX) {
            Some(point) => P256Key::from_sec1(point).map(Self::P256),
            None => VerifyingKey::from_multikey(multikey).map(Self::Ed25519),
        }
    }

    /// Reads a JWK; see [`jwk::parse`].
    ///
    /// # Errors
    /// [`KeyError`] when it is of another kind, malformed, too short, or holds a private key.
    pub fn from_jwk(value: &serde_json::Value) -> Result<Self, KeyError> {
        jwk::parse(value)
    }

    /// Reads a PEM text, `-----BEGIN PUBLIC KEY-----` or `-----BEGIN RSA PUBLIC KEY-----`.
    ///
    /// # Errors
    /// [`KeyError::NotPem`] when it is neither an RSA, a P-256 nor an Ed25519 key.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        let bytes = pem.as_bytes();
        if let Ok(key) = DecodingKey::from_rsa_pem(bytes) {
            return from_backend(&key);
        }
        if let Ok(key) = DecodingKey::from_ec_pem(bytes) {
            return P256Key::from_sec1(key.try_get_as_bytes().unwrap_or_default()).map(Self::P256);
        }
        let key = DecodingKey::from_ed_pem(bytes).ok().ok_or(KeyError::NotPem)?;
        VerifyingKey::from_bytes(key.try_get_as_bytes().unwrap_or_default()).map(Self::Ed25519)
    }

    /// Its JWK, with the members that make the key and no others.
    #[must_use]
    pub fn to_jwk(&self) -> serde_json::Value {
        jwk::write(self)
    }

    /// Its JWK thumbprint: SHA-256, base64url (<https://www.rfc-editor.org/rfc/rfc7638>).
    #[must_use]
    pub fn thumbprint(&self) -> String {
        jwk::thumbprint(self)
    }

    /// Its Multikey, where there is one that anybody reads: not for RSA.
    #[must_use]
    pub fn to_multikey(&self) -> Option<String> {
        match self {
            Self::Ed25519(key) => Some(key.to_multikey()),
            Self::P256(key) => {
                let point = key.point.to_sec1_point(true);
                Some(multibase::base58_encode(&[&P256_PREFIX, point.as_bytes()].concat()))
            }
            Self::Rsa(_) => None,
        }
    }

    /// The JOSE algorithm that goes with it: `EdDSA`, `ES256` or `RS256`.
    #[must_use]
    pub fn algorithm(&self) -> &'static str {
        match self {
            Self::Ed25519(_) => "EdDSA",
            Self::P256(_) => "ES256",
            Self::Rsa(_) => "RS256",
        }
    }

    /// Whether the base64url signature of a token, by this key's algorithm, fits the signing input.
    #[must_use]
    pub fn accepts_jws(&self, signing_input: &str, signature: &str) -> bool {
        let Some(signature) = multibase::base64url_decode(signature) else { return false };
        let message = signing_input.as_bytes();
        let ready = match self {
            Self::Ed25519(key) => {
                return signature.try_into().is_ok_and(|bytes| key.accepts(message, &bytes));
            }
            Self::P256(key) => &key.ready,
            Self::Rsa(key) => &key.ready,
        };
        ready.as_ref().is_some_and(|key| key.verify_sig(message, &signature).is_ok())
    }
}

/// The key that the backend has read from PEM.
fn from_backend(key: &DecodingKey) -> Result<PublicKey, KeyError> {
    let jwk = Jwk::from_decoding_key(key, None).ok().ok_or(KeyError::NotPem)?;
    match jwk.algorithm {
        AlgorithmParameters::RSA(rsa) => RsaKey::from_base64url(&rsa.n, &rsa.e).map(PublicKey::Rsa),
        _ => Err(KeyError::NotPem),
    }
}

impl P256Key {
    /// Reads a point in the compressed or uncompressed form of SEC 1.
    pub(super) fn from_sec1(point: &[u8]) -> Result<Self, KeyError> {
        let not_a_point = || KeyError::NotAPoint(multibase::base58_encode(point));
        let point = p256::PublicKey::from_sec1_bytes(point).ok().ok_or_else(not_a_point)?;
        let ready = ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point.to_sec1_point(false).as_bytes());
        Ok(Self { point, ready: ready.ok().map(Arc::new) })
    }

    /// The uncompressed point: 4, then x and y.
    pub(super) fn to_sec1(&self) -> Vec<u8> {
        self.point.to_sec1_point(false).as_bytes().to_vec()
    }
}

impl RsaKey {
    /// Reads modulus and exponent, each big-endian in base64url.
    pub(super) fn from_base64url(modulus: &str, exponent: &str) -> Result<Self, KeyError> {
        let decode = |text: &str, name| multibase::base64url_decode(text).ok_or(KeyError::JwkMember(name));
        let (modulus, exponent) = (decode(modulus, "n")?, decode(exponent, "e")?);
        let significant = modulus.iter().skip_while(|byte| **byte == 0).copied().collect::<Vec<u8>>();
        let leading = significant.first().map_or(0, |byte| byte.leading_zeros());
        let bits = (significant.len() * 8).saturating_sub(usize::try_from(leading).unwrap_or_default());
        if bits < MIN_RSA_BITS {
            return Err(KeyError::RsaTooShort(bits));
        }
        if bits > MAX_RSA_BITS || exponent.len() > 8 {
            return Err(KeyError::RsaTooLong(bits));
        }
        let components = PublicKeyComponents { n: &significant, e: &exponent };
        let ready = components.to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256).ok().map(Arc::new);
        Ok(Self { numbers: Arc::new(RsaNumbers { modulus: significant, exponent }), ready })
    }

    /// Modulus and exponent, each big-endian in base64url.
    pub(super) fn to_base64url(&self) -> (String, String) {
        let RsaNumbers { modulus, exponent } = &*self.numbers;
        (multibase::base64url_encode(modulus), multibase::base64url_encode(exponent))
    }
}
