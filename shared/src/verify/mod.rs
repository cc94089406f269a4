//! Whether to believe a credential: an ordered list of checks over documents that are handed in.
//!
//! <https://www.imsglobal.org/spec/ob/v3p0/#verification>. Nothing is fetched and no clock is read: what is missing
//! is named ([`Verdict::missing`]), and the time is an argument. Verification tells who said something and that it
//! still stands, not that it is true.

mod conformance;
mod documents;
mod endorsements;
mod known_keys;
mod method;
mod open_badges_2;
mod prepared;
mod proofs;
mod recipient;
mod refresh;
mod report;
mod statements;
mod status;
mod token;
mod unverified;
mod validity;
mod verdict;
mod web_key;

pub use documents::{Documents, NoDocuments};
pub use known_keys::KnownKeys;
pub use prepared::{Pending, Prepared, prepare};
pub use recipient::{RecipientError, recipient_matches};
pub use verdict::{Check, CheckName, CheckResult, Outcome, StatusEntry, Verdict};

use crate::jsonld::{self, Arena};
use crate::proof::jwt::UnverifiedToken;
use crate::time::Timestamp;
use prepared::Signatures;
use refresh::Refreshed;
use report::{Report, Telling};
use unverified::{Received, Unverified};

/// What a credential is judged by, apart from itself.
#[derive(Clone, Copy)]
struct Circumstances<'a> {
    documents: &'a dyn Documents,
    at: Timestamp,
    /// How many credentials this one stands inside of.
    nesting: usize,
    /// Whether a newer form may be judged instead.
    may_refresh: bool,
    telling: Telling,
}

/// Judges a credential at a point in time.
///
/// Takes the text as it was received: JSON with embedded proofs, or a compact JWS; of Open Badges 2.0 also the URL of a
/// hosted assertion. Never fails and never panics; a text
/// that is no credential gets the outcome [`Outcome::Malformed`].
pub fn verify(unverified: &str, documents: &dyn Documents, at: Timestamp) -> Verdict {
    let circumstances =
        Circumstances { documents, at, nesting: 0, may_refresh: true, telling: Telling::Everything };
    judge(unverified, circumstances, &mut Signatures::CheckedAtOnce).into_verdict()
}

/// The same with no more words about checks that passed than cost nothing.
pub fn verify_briefly(unverified: &str, documents: &dyn Documents, at: Timestamp) -> Verdict {
    judge(unverified, briefly(documents, at), &mut Signatures::CheckedAtOnce).into_verdict()
}

/// Circumstances under which only refusals are told.
fn briefly(documents: &dyn Documents, at: Timestamp) -> Circumstances<'_> {
    Circumstances { documents, at, nesting: 0, may_refresh: true, telling: Telling::Refusals }
}

/// Makes all checks but the signatures that may be left open.
fn judge(unverified: &str, circumstances: Circumstances<'_>, signatures: &mut Signatures) -> Report {
    let (mut report, arena) = (Report::default(), Arena::with_capacity(jsonld::ROOM));
    let received = unverified::receive(unverified, &arena, circumstances.telling);
    match report.record(CheckName::DocumentReadable, received) {
        Some(Received::Credential(credential)) => {
            check_credential(&mut report, &credential, circumstances, signatures);
        }
        Some(Received::Assertion(assertion)) => {
            open_badges_2::check(&mut report, &assertion, circumstances);
        }
        None => {}
    }
    report
}

/// Makes the checks in order; stops where the later ones would have nothing to stand on.
fn check_credential(
    report: &mut Report,
    credential: &Unverified<'_>,
    circumstances: Circumstances<'_>,
    signatures: &mut Signatures,
) {
    if circumstances.nesting == 0 {
        report.claims = credential.claims();
    }
    report.record(CheckName::Contexts, conformance::contexts(credential));
    report.record(CheckName::Types, conformance::types(credential));
    report.record(CheckName::MandatoryProperties, conformance::mandatory_properties(credential));
    if !report.is_clean() {
        return;
    }
    check_signature(report, credential, circumstances, signatures);
    signatures.conclude(report.is_clean());
    if report.is_clean() {
        match refresh::newer(credential, circumstances) {
            Refreshed::Newer(newer) => return *report = *newer,
            Refreshed::Original(reason) => report.skip(CheckName::Refresh, reason),
            Refreshed::Missing(url) => {
                report.skip(CheckName::Refresh, format!("a newer form may be at {url}"));
                report.note_missing(url);
            }
        }
        report.record(CheckName::Status, status::stands(credential, circumstances));
    }
    report.record(CheckName::ValidFrom, validity::has_begun(credential, circumstances.at));
    report.record(CheckName::ValidUntil, validity::has_not_ended(credential, circumstances.at));
    if report.is_clean() {
        report.record(CheckName::Endorsements, endorsements::hold(credential, circumstances));
    }
}

/// Whether the issuer has signed it: the token around it, or a proof inside.
fn check_signature(
    report: &mut Report,
    credential: &Unverified<'_>,
    circumstances: Circumstances<'_>,
    signatures: &mut Signatures,
) {
    match &credential.token {
        Some(token) => check_token(report, credential, token, circumstances, signatures),
        None => check_proofs(report, credential, circumstances, signatures),
    };
}

/// One proof that holds is enough; if none does, the first says why.
///
/// <https://www.imsglobal.org/spec/ob/v3p0/#proofs-signatures>
fn check_proofs(
    report: &mut Report,
    credential: &Unverified<'_>,
    circumstances: Circumstances<'_>,
    signatures: &mut Signatures,
) -> Option<()> {
    let candidates = report.record(CheckName::ProofPresent, proofs::known(credential))?;
    let mut first: Option<Report> = None;
    for proof in candidates {
        let mut attempt = Report::default();
        check_proof(&mut attempt, credential, &proof, circumstances, signatures);
        attempt.claims.verification_method = proof.verification_method().map(str::to_owned);
        attempt.claims.signed_at = proof.created();
        if attempt.is_clean() {
            first = Some(attempt);
            break;
        }
        first.get_or_insert(attempt);
    }
    let mut attempt = first?;
    report.claims.verification_method = attempt.claims.verification_method.take();
    report.claims.signed_at = attempt.claims.signed_at;
    report.append(attempt);
    Some(())
}

fn check_proof<'a>(
    report: &mut Report,
    credential: &Unverified<'a>,
    proof: &proofs::UnverifiedProof<'a>,
    circumstances: Circumstances<'_>,
    signatures: &mut Signatures,
) -> Option<()> {
    let Circumstances { documents, at, telling, .. } = circumstances;
    report.record(CheckName::ProofPurpose, proof.purpose(at))?;
    let method = report.record(CheckName::VerificationMethod, method::resolve(proof, circumstances))?;
    report.record(CheckName::AssertionMethod, method.is_for_assertions(telling));
    report.record(CheckName::IssuerControlsKey, method.belongs_to(credential));
    report.record(CheckName::Signature, proof.signature(credential, method.key(), documents, signatures))
}

/// The token around a credential is its proof.
///
/// <https://www.imsglobal.org/spec/ob/v3p0/#verify-jwt>
fn check_token(
    report: &mut Report,
    credential: &Unverified<'_>,
    token: &UnverifiedToken<'_>,
    circumstances: Circumstances<'_>,
    signatures: &mut Signatures,
) -> Option<()> {
    report.claims.verification_method = token.key_id().map(str::to_owned);
    report.record(CheckName::ProofPresent, token::algorithm(token))?;
    report.record(CheckName::ProofPurpose, token::claims(token, credential))?;
    let issuer = credential.issuer_id().unwrap_or_default();
    let method = method::resolve_token(token, issuer, circumstances);
    let method = report.record(CheckName::VerificationMethod, method)?;
    report.record(CheckName::AssertionMethod, method.is_for_assertions(circumstances.telling));
    report.record(CheckName::IssuerControlsKey, method.belongs_to(credential));
    let signature = token::signature(token, &method, signatures);
    let covered =
        signature.and_then(|passed| token::terms(credential, circumstances.documents).map(|()| passed));
    report.record(CheckName::Signature, covered)
}
