//! What is signed, judged with the keys that the tables know.

use openbadges::bake::ContainerError;
use openbadges::key::SignatureEquation;
use openbadges::time::Timestamp;
use openbadges::verify::{
    Check, CheckName, CheckResult, Documents, Outcome, Prepared, Verdict, prepare, verify, verify_briefly,
};

use crate::types::record::{RegisteredKey, Telling};

/// Verifies the text as it would stand at the time given.
pub(crate) fn examine(
    unverified: &str,
    documents: &dyn Documents,
    at: Timestamp,
    max_bytes: usize,
    telling: Telling,
) -> Verdict {
    refuse_length(unverified, max_bytes).unwrap_or_else(|| {
        believable(match telling {
            Telling::Everything => verify(unverified, documents, at),
            Telling::Refusals => verify_briefly(unverified, documents, at),
        })
    })
}

/// The same as if the signature held, and the equation that has to hold for it; none if nothing is open.
pub(crate) fn examine_up_to_equation(
    unverified: &str,
    documents: &dyn Documents,
    at: Timestamp,
    max_bytes: usize,
) -> (Verdict, Option<SignatureEquation>) {
    if let Some(verdict) = refuse_length(unverified, max_bytes) {
        return (verdict, None);
    }
    match prepare(unverified, documents, at) {
        Prepared::Settled(verdict) => (believable(*verdict), None),
        Prepared::Pending(pending) => match pending.check().equation() {
            Some(equation) => (believable(pending.accept()), Some(equation)),
            None => (believable(verify_briefly(unverified, documents, at)), None),
        },
    }
}

fn refuse_length(unverified: &str, max_bytes: usize) -> Option<Verdict> {
    let length = unverified.len();
    (length > max_bytes).then(|| {
        malformed(format!("the text has {length} bytes, pg_badges.max_credential_bytes is {max_bytes}"))
    })
}

/// The verdict without what counts for nothing after such an outcome, and without what SQL could not hold.
fn believable(verdict: Verdict) -> Verdict {
    let mut verdict = refuse_zeros(verdict);
    if is_refused(verdict.outcome) {
        verdict.subject_id = None;
        verdict.names_subject_plainly = false;
        verdict.status = None;
        verdict.status_entries = 0;
        verdict.signed_at = None;
    }
    verdict
}

/// An identifier with a zero character, which JSON can say as `\u0000` and SQL cannot: it could not be stored as it was signed.
fn refuse_zeros(verdict: Verdict) -> Verdict {
    let identifiers =
        [&verdict.credential_id, &verdict.issuer_id, &verdict.achievement_id, &verdict.verification_method];
    if identifiers.into_iter().flatten().any(|identifier| identifier.contains('\0')) {
        return malformed("an identifier contains a zero character".to_owned());
    }
    verdict
}

/// What is said of a file that holds no credential.
pub(crate) fn unreadable(error: &ContainerError) -> Verdict {
    malformed(error.to_string())
}

/// Outcomes after which nothing that the text says counts.
pub(crate) fn is_refused(outcome: Outcome) -> bool {
    !matches!(
        outcome,
        Outcome::Valid
            | Outcome::Expired
            | Outcome::NotYetValid
            | Outcome::Revoked
            | Outcome::Suspended
            | Outcome::NeedsDocuments
            | Outcome::StatusUnknown
    )
}

/// Why a registered key's signature does not count, if it was made outside the key's time.
///
/// A signature without `created` is taken as made when the credential's validity began.
pub(crate) fn key_refusal(verdict: &Verdict, key: &RegisteredKey, leeway_seconds: i64) -> Option<String> {
    let signed_at = verdict.signed_at.or(verdict.valid_from)?;
    let begins =
        Timestamp::from_unix_seconds(key.valid_from.as_unix_seconds().saturating_sub(leeway_seconds));
    if signed_at < begins {
        return Some(format!(
            "signed at {signed_at}, before key `{}` was valid from {}",
            key.verification_method, key.valid_from
        ));
    }
    let until = key.valid_until.filter(|until| signed_at > *until)?;
    Some(format!("signed at {signed_at}, after key `{}` was retired at {until}", key.verification_method))
}

/// The verdict on what holds no credential at all.
fn malformed(detail: String) -> Verdict {
    Verdict {
        outcome: Outcome::Malformed,
        checks: vec![Check {
            name: CheckName::DocumentReadable,
            result: CheckResult::Failed,
            detail: detail.into(),
        }],
        missing: Vec::new(),
        credential_id: None,
        issuer_id: None,
        achievement_id: None,
        subject_id: None,
        names_subject_plainly: false,
        valid_from: None,
        valid_until: None,
        status: None,
        status_entries: 0,
        verification_method: None,
        signed_at: None,
    }
}
