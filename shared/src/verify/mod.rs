//! Whether to believe a credential: an ordered list of checks over documents that are handed in.
//!
//! <https://www.imsglobal.org/spec/ob/v3p0/#verification>. Nothing is fetched and no clock is read: what is missing
//! is named ([`Verdict::missing`]), and the time is an argument. Verification tells who said something and that it
//! still stands, not that it is true.

mod conformance;
mod documents;
mod method;
mod proofs;
mod report;
mod unverified;
mod validity;
mod verdict;

pub use documents::{Documents, NoDocuments};
pub use verdict::{Check, CheckName, CheckResult, Outcome, Verdict};

use crate::time::Timestamp;
use report::Report;
use unverified::Unverified;

/// Judges a credential at a point in time.
///
/// Takes the text as it was received: JSON with embedded proofs. Never fails and never panics; a text that is no
/// credential gets the outcome [`Outcome::Malformed`].
pub fn verify(unverified: &str, documents: &dyn Documents, at: Timestamp) -> Verdict {
    let mut report = Report::default();
    check_all(&mut report, unverified, documents, at);
    report.into_verdict()
}

/// Makes the checks in order; stops where the later ones would have nothing to stand on.
fn check_all(report: &mut Report, unverified: &str, documents: &dyn Documents, at: Timestamp) -> Option<()> {
    let credential = report.record(CheckName::DocumentReadable, unverified::read(unverified))?;
    report.claims = credential.claims();

    report.record(CheckName::Contexts, conformance::contexts(&credential));
    report.record(CheckName::Types, conformance::types(&credential));
    report.record(CheckName::MandatoryProperties, conformance::mandatory_properties(&credential));
    if !report.is_clean() {
        return None;
    }
    check_proofs(report, &credential, documents, at);
    report.record(CheckName::ValidFrom, validity::has_begun(&credential, at));
    report.record(CheckName::ValidUntil, validity::has_not_ended(&credential, at));
    Some(())
}

/// One proof that holds is enough; if none does, the first says why.
///
/// <https://www.imsglobal.org/spec/ob/v3p0/#proofs-signatures>
fn check_proofs(
    report: &mut Report,
    credential: &Unverified,
    documents: &dyn Documents,
    at: Timestamp,
) -> Option<()> {
    let candidates = report.record(CheckName::ProofPresent, proofs::known(credential))?;
    let mut first: Option<Report> = None;
    for proof in candidates {
        let mut attempt = Report::default();
        check_proof(&mut attempt, credential, &proof, documents, at);
        attempt.claims.verification_method = proof.verification_method().map(str::to_owned);
        if attempt.is_clean() {
            first = Some(attempt);
            break;
        }
        first.get_or_insert(attempt);
    }
    let attempt = first?;
    report.claims.verification_method.clone_from(&attempt.claims.verification_method);
    report.append(attempt);
    Some(())
}

fn check_proof(
    report: &mut Report,
    credential: &Unverified,
    proof: &proofs::UnverifiedProof<'_>,
    documents: &dyn Documents,
    at: Timestamp,
) -> Option<()> {
    report.record(CheckName::ProofPurpose, proof.purpose(at))?;
    let method = report.record(CheckName::VerificationMethod, method::resolve(proof, documents, at))?;
    report.record(CheckName::AssertionMethod, method.is_for_assertions());
    report.record(CheckName::IssuerControlsKey, method.belongs_to(credential.issuer_id()));
    report.record(CheckName::Signature, proof.signature(credential, method.key(), documents))
}
