//! Checks of a credential that came as a signed token (VC-JWT).
//!
//! <https://www.imsglobal.org/spec/ob/v3p0/#verify-jwt>: the claims repeat the credential, and every one has to
//! agree with it.

use super::Documents;
use super::conformance::told;
use super::method::Method;
use super::prepared::Signatures;
use super::proofs::refused_by_canonicalization;
use super::report::{Finding, Passed, Refusal};
use super::unverified::Unverified;
use super::verdict::Outcome;
use crate::jsonld::{self, Json};
use crate::proof::jwt::UnverifiedToken;
use crate::time::Timestamp;

/// The algorithm is one that can be checked.
pub(super) fn algorithm(token: &UnverifiedToken<'_>) -> Finding {
    match token.algorithm() {
        "RS256" => Ok(Passed::new((), "token is signed with RS256")),
        "ES256" => Ok(Passed::new((), "token is signed with ES256")),
        "EdDSA" => Ok(Passed::new((), "token is signed with EdDSA")),
        "none" => {
            Err(Refusal::new(Outcome::ProofInvalid, "/alg in the header is `none`: the token is not signed"))
        }
        other => {
            let detail = format!("/alg in the header is `{other}`, expected RS256, ES256 or EdDSA");
            Err(Refusal::new(Outcome::ProofUnsupported, detail))
        }
    }
}

/// Every claim agrees with the property that it repeats.
///
/// `sub` may be left out, because published samples do; whatever is there has to be right.
pub(super) fn claims(token: &UnverifiedToken<'_>, credential: &Unverified<'_>) -> Finding {
    let claim = |name: &str| token.unverified_payload.find(name);
    let text = |pointer| credential.text_at(pointer).map(Json::String);
    let issuer = credential.issuer_id().map(Json::String);
    require_equal("iss", claim("iss"), issuer, credential.issuer_pointer())?;
    require_equal("jti", claim("jti"), text("/id"), "/id")?;
    if let Some(subject) = claim("sub") {
        require_equal("sub", Some(subject), text("/credentialSubject/id"), "/credentialSubject/id")?;
    }
    require_moment("nbf", claim("nbf"), credential.valid_from, credential.valid_from_pointer())?;
    require_moment("exp", claim("exp"), credential.valid_until, credential.valid_until_pointer())?;
    Ok(Passed::new((), "every claim of the token agrees with the credential"))
}

fn invalid(detail: String) -> Refusal {
    Refusal::new(Outcome::ProofInvalid, detail)
}

fn require_equal(
    name: &str,
    claim: Option<Json<'_>>,
    property: Option<Json<'_>>,
    what: &str,
) -> Result<(), Refusal> {
    match (claim, property) {
        (Some(claim), Some(property)) if claim == property => Ok(()),
        (Some(claim), Some(property)) => Err(invalid(format!(
            "/{name} in the claims is {}, {what} of the credential is {}",
            told(claim),
            told(property)
        ))),
        (Some(claim), None) => {
            Err(invalid(format!("/{name} in the claims is {}, the credential has no {what}", told(claim))))
        }
        (None, Some(property)) => Err(invalid(format!(
            "/{name} in the claims is missing, {what} of the credential is {}",
            told(property)
        ))),
        (None, None) => Ok(()),
    }
}

/// Whole seconds on both sides: the property may be finer than the claim can be.
fn require_moment(
    name: &str,
    claim: Option<Json<'_>>,
    property: Option<Timestamp>,
    what: &str,
) -> Result<(), Refusal> {
    let seconds = claim.and_then(Json::as_f64).map(f64::floor);
    let expected = property.map(|moment| Json::from(moment.as_unix_seconds()));
    if seconds.is_some() && seconds == expected.and_then(Json::as_f64) {
        return Ok(());
    }
    require_equal(name, claim, expected, what)
}

/// Every term of the credential is defined by its contexts: validators refuse a badge that says what nobody can read.
///
/// <https://www.imsglobal.org/spec/ob/v3p0/cert/>
pub(super) fn terms(credential: &Unverified<'_>, documents: &dyn Documents) -> Result<(), Refusal> {
    let contexts = |url: &str| documents.find(url);
    jsonld::require_defined_terms(&credential.unsecured(), &contexts, credential.arena)
        .map_err(refused_by_canonicalization)
}

/// The signature fits the token and the key.
pub(super) fn signature(
    token: &UnverifiedToken<'_>,
    method: &Method,
    signatures: &mut Signatures,
) -> Finding {
    let fits = match token.signature_check(method.key()) {
        Some(check) => signatures.accept(check),
        None => token.is_signed_by(method.key()),
    };
    if fits {
        return Ok(Passed::new((), "signature fits the token and the key"));
    }
    if token.algorithm() != method.key().algorithm() {
        let detail = format!(
            "/alg in the header is {}, the key is for {}",
            token.algorithm(),
            method.key().algorithm()
        );
        return Err(invalid(detail));
    }
    Err(invalid("signature does not fit the token and the key".to_owned()))
}
