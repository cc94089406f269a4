//! What everything that a platform sends has to have right before anything in it counts: signature, parties, dates.
//!
//! Specification: <https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation>. Launches and notices ([`crate::notice`]) are
//! judged alike. Canvas's events name other parties and dates; their signature is checked here too.

use openbadges::time::Timestamp;

use super::Expected;
use crate::{
    launch::{
        LaunchError,
        unverified::{UnverifiedToken, decode},
    },
    lti::{claims::LaunchClaimsWire, jwks::PlatformKey},
};

/// A token that is right so far. Only [`verify_envelope`] makes one.
#[derive(Debug)]
pub(crate) struct Envelope {
    /// Signed by the platform, for us, now.
    pub(crate) claims: LaunchClaimsWire,
    pub(crate) expires_at: Timestamp,
}

/// Signature, parties and dates, which launches and notices have in common.
///
/// # Errors
/// The first [`LaunchError`] that applies.
pub(crate) fn verify_envelope(
    unverified: &UnverifiedToken<'_>,
    key: &PlatformKey,
    expected: &Expected<'_>,
) -> Result<Envelope, LaunchError> {
    let payload = verified_payload(unverified, key, expected.algorithm)?;
    let claims: LaunchClaimsWire =
        serde_json::from_slice(&payload).map_err(|_error: serde_json::Error| LaunchError::NotAToken)?;
    check_parties(&claims, expected)?;
    let expires_at = check_times(&claims, expected)?;
    Ok(Envelope { claims, expires_at })
}

/// What was signed, once the signature fits. The algorithm is pinned; the header may only agree.
///
/// # Errors
/// [`LaunchError::OtherAlgorithm`], [`LaunchError::BadSignature`] or [`LaunchError::NotAToken`].
pub(crate) fn verified_payload(
    unverified: &UnverifiedToken<'_>,
    key: &PlatformKey,
    algorithm: jsonwebtoken::Algorithm,
) -> Result<Vec<u8>, LaunchError> {
    let said = unverified.unverified_algorithm.parse::<jsonwebtoken::Algorithm>().ok();
    if said != Some(algorithm) || !key.fits(algorithm) {
        return Err(LaunchError::OtherAlgorithm);
    }
    let message = unverified.signing_input.as_bytes();
    if key.accepts(message, unverified.signature, algorithm) {
        decode(unverified.unverified_payload)
    } else {
        Err(LaunchError::BadSignature)
    }
}

/// `iss`, `aud`, `azp` (<https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation>, steps 2 to 5).
fn check_parties(claims: &LaunchClaimsWire, expected: &Expected<'_>) -> Result<(), LaunchError> {
    let issuer = claims.iss.as_deref().ok_or(LaunchError::MissingClaim("iss"))?;
    if issuer != expected.issuer {
        return Err(LaunchError::OtherIssuer);
    }
    let audience = claims.aud.as_ref().ok_or(LaunchError::MissingClaim("aud"))?.as_slice();
    if !audience.iter().any(|party| party == expected.client_id) {
        return Err(LaunchError::OtherAudience);
    }
    // We trust no audience but ourselves, so that an extra one is refused even with an `azp`.
    if audience.iter().any(|party| party != expected.client_id) {
        return Err(LaunchError::ExtraAudience);
    }
    if claims.azp.as_ref().is_some_and(|azp| azp.as_str() != Some(expected.client_id)) {
        return Err(LaunchError::OtherAuthorizedParty);
    }
    Ok(())
}

/// `exp` and `iat`; returns `exp`.
fn check_times(claims: &LaunchClaimsWire, expected: &Expected<'_>) -> Result<Timestamp, LaunchError> {
    let expires_at = moment(claims.exp, "exp")?;
    let issued_at = moment(claims.iat, "iat")?;
    let now = expected.now.as_unix_seconds();
    if expires_at.as_unix_seconds() + expected.leeway_seconds <= now {
        return Err(LaunchError::Expired);
    }
    if issued_at.as_unix_seconds() > now + expected.leeway_seconds {
        return Err(LaunchError::FromTheFuture);
    }
    if issued_at.as_unix_seconds() + expected.max_age_seconds + expected.leeway_seconds < now {
        return Err(LaunchError::TooOld);
    }
    Ok(expires_at)
}

/// A `NumericDate`, its fraction dropped (<https://www.rfc-editor.org/rfc/rfc7519#section-2>).
pub(crate) fn moment(seconds: Option<f64>, claim: &'static str) -> Result<Timestamp, LaunchError> {
    let seconds = seconds.filter(|seconds| seconds.is_finite()).ok_or(LaunchError::MissingClaim(claim))?;
    #[expect(
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        reason = "a float cast to an integer saturates"
    )]
    let seconds = seconds as i64;
    Ok(Timestamp::from_unix_seconds(seconds))
}
