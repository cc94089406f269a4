//! What is signed, judged with the keys that the tables know.

use openbadges::bake::ContainerError;
use openbadges::key::SignatureEquation;
use openbadges::time::Timestamp;
use openbadges::verify::{
    Check, CheckName, CheckResult, Documents, Outcome, Prepared, Verdict, prepare, verify,
};

use crate::types::record::RegisteredKey;
use crate::verification::signed_facts::{SignedFacts, Wanted};

/// A credential's verdict and the signed facts beside it.
#[derive(Debug)]
pub(crate) struct Examination {
    /// What the library says.
    pub(crate) verdict: Verdict,
    /// What else is signed, as far as it was asked for.
    pub(crate) facts: SignedFacts,
}

/// Verifies the text as it would stand at the time given.
pub(crate) fn examine(
    unverified: &str,
    documents: &dyn Documents,
    at: Timestamp,
    max_bytes: usize,
) -> Verdict {
    refuse_length(unverified, max_bytes).unwrap_or_else(|| refuse_zeros(verify(unverified, documents, at)))
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
        Prepared::Settled(verdict) => (refuse_zeros(verdict), None),
        Prepared::Pending(pending) => match pending.check().equation() {
            Some(equation) => (refuse_zeros(pending.accept()), Some(equation)),
            None => (refuse_zeros(verify(unverified, documents, at)), None),
        },
    }
}

fn refuse_length(unverified: &str, max_bytes: usize) -> Option<Verdict> {
    let length = unverified.len();
    (length > max_bytes).then(|| {
        malformed(format!("the text has {length} bytes, pg_badges.max_credential_bytes is {max_bytes}"))
    })
}

/// Reads the facts that are wanted, if what the text says counts.
pub(crate) fn with_facts(unverified: &str, verdict: Verdict, wanted: Wanted) -> Examination {
    let facts = if wanted == Wanted::Nothing || is_refused(verdict.outcome) {
        SignedFacts::default()
    } else {
        SignedFacts::read(unverified, verdict.verification_method.as_deref(), wanted)
    };
    Examination { verdict, facts }
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
pub(crate) fn unreadable(error: &ContainerError) -> Examination {
    Examination { verdict: malformed(error.to_string()), facts: SignedFacts::default() }
}

/// Outcomes after which nothing that the text says counts.
fn is_refused(outcome: Outcome) -> bool {
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
pub(crate) fn key_refusal(
    examination: &Examination,
    key: &RegisteredKey,
    leeway_seconds: i64,
) -> Option<String> {
    let signed_at = examination.facts.signed_at.or(examination.verdict.valid_from)?;
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
        checks: vec![Check { name: CheckName::DocumentReadable, result: CheckResult::Failed, detail }],
        missing: Vec::new(),
        credential_id: None,
        issuer_id: None,
        achievement_id: None,
        valid_from: None,
        valid_until: None,
        verification_method: None,
    }
}
