//! The answer of `badges.verify`: the library's verdict, then what only the database knows.

use std::borrow::Cow;

use openbadges::verify::{Check, CheckName, CheckResult, Outcome, Verdict};

use crate::types::record::{AssertionRecord, IssuerRecord};
use crate::verification::examination::key_refusal;

/// One row of `badges.verify_checks`.
#[derive(Debug)]
pub(crate) struct CheckRow {
    /// The check's stable name.
    pub(crate) name: &'static str,
    /// `passed`, `failed`, `skipped` or `unknown`.
    pub(crate) result: &'static str,
    /// One sentence for people.
    pub(crate) detail: Cow<'static, str>,
}

/// A final answer: the first check that did not pass decides.
#[derive(Debug)]
pub(crate) struct Judgement {
    /// The answer in one word.
    pub(crate) outcome: &'static str,
    /// Every check in order, the library's first.
    pub(crate) checks: Vec<CheckRow>,
    /// URLs that would have to be in `badges.document` for a better answer.
    pub(crate) missing: Vec<String>,
    /// What is signed; its checks have moved to the ones above.
    pub(crate) verdict: Verdict,
    decisive: Option<&'static str>,
}

/// A final answer without its checks.
#[derive(Debug)]
pub(crate) struct Conclusion {
    /// The answer in one word.
    pub(crate) outcome: &'static str,
    /// The sentence of the check that decided; none for a valid credential.
    pub(crate) detail: Option<String>,
    /// URLs that would have to be in `badges.document` for a better answer.
    pub(crate) missing: Vec<String>,
    /// What is signed.
    pub(crate) verdict: Verdict,
}

impl From<Judgement> for Conclusion {
    fn from(judgement: Judgement) -> Self {
        let detail = judgement.detail().map(str::to_owned);
        let Judgement { outcome, missing, verdict, .. } = judgement;
        Self { outcome, detail, missing, verdict }
    }
}

impl Judgement {
    /// The sentence of the check that decided; none for a valid credential.
    pub(crate) fn detail(&self) -> Option<&str> {
        let decisive = self.decisive?;
        self.checks.iter().find(|check| check.name == decisive).map(|check| check.detail.as_ref())
    }

    /// Whether the signature itself was checked and holds.
    pub(crate) fn is_signed(&self) -> bool {
        let signature = self.checks.iter().find(|check| check.name == CheckName::Signature.as_str());
        signature.is_some_and(|check| check.result == CheckResult::Passed.as_str())
    }

    /// Notes a check, and that it decides if `outcome` is given.
    fn push(
        &mut self,
        name: &'static str,
        result: CheckResult,
        detail: impl Into<Cow<'static, str>>,
        outcome: Option<&'static str>,
    ) {
        self.checks.push(CheckRow { name, result: result.as_str(), detail: detail.into() });
        if let Some(outcome) = outcome {
            self.outcome = outcome;
            self.decisive = Some(name);
        }
    }
}

/// Adds to the verdict what the tables say of the issuer and of its key at the time of signing.
pub(crate) fn judge_signature(verdict: Verdict, issuer: &IssuerRecord, leeway_seconds: i64) -> Judgement {
    let mut judgement = begin(verdict);
    let key = judgement.verdict.verification_method.as_deref().and_then(|name| issuer.key(name));
    let is_named = judgement.verdict.issuer_id.is_some();
    let (result, detail) = match (issuer.is_registered(), issuer.is_trusted) {
        (true, _) => (CheckResult::Passed, "the issuer is registered here"),
        (false, true) => (CheckResult::Passed, "an administrator of this database trusts the issuer"),
        (false, false) if is_named => (
            CheckResult::Unknown,
            "the issuer is neither registered nor trusted here; the proof says only that it signed",
        ),
        (false, false) => (CheckResult::Skipped, "no issuer is named"),
    };
    judgement.push("issuer_known", result, detail, None);
    let is_signed = judgement.is_signed();
    match key.filter(|_| is_signed).map(|key| key_refusal(&judgement.verdict, key, leeway_seconds)) {
        None => {
            judgement.push(
                "key_valid_when_signed",
                CheckResult::Skipped,
                "no registered key signed it",
                None,
            );
        }
        Some(None) => {
            judgement.push(
                "key_valid_when_signed",
                CheckResult::Passed,
                "the key was valid when it signed",
                None,
            );
        }
        Some(Some(refusal)) => {
            judgement.push(
                "key_valid_when_signed",
                CheckResult::Failed,
                refusal,
                Some("key_not_valid_when_signed"),
            );
        }
    }
    judgement
}

/// Adds what the tables say of the stored assertion with that id and issuer.
pub(crate) fn judge_record(mut judgement: Judgement, record: &AssertionRecord) -> Judgement {
    if !record.is_stored || !judgement.is_signed() {
        judgement.push(
            "record",
            CheckResult::Skipped,
            "no assertion with this id and issuer is stored here",
            None,
        );
        return judgement;
    }
    if record.has_status_list {
        settle_own_status(&mut judgement);
    }
    let counts = judgement.outcome != "key_not_valid_when_signed";
    if let Some(reason) = &record.revocation_reason {
        judgement.push(
            "record",
            CheckResult::Failed,
            format!("revoked: {reason}"),
            counts.then_some("revoked"),
        );
    } else if let Some(reason) = &record.suspension_reason {
        judgement.push(
            "record",
            CheckResult::Failed,
            format!("suspended: {reason}"),
            counts.then_some("suspended"),
        );
    } else if record.is_erased {
        judgement.push("record", CheckResult::Passed, "stored here; its recipient asked for erasure", None);
    } else {
        judgement.push("record", CheckResult::Passed, "stored here, neither revoked nor suspended", None);
    }
    judgement
}

/// The verdict's own checks, as rows; they move from one to the other.
fn begin(mut verdict: Verdict) -> Judgement {
    let decisive = decisive_check(&verdict);
    let found = std::mem::take(&mut verdict.checks);
    let mut checks = Vec::with_capacity(found.len() + OWN_CHECKS);
    checks.extend(found.into_iter().map(|Check { name, result, detail }| CheckRow {
        name: name.as_str(),
        result: result.as_str(),
        detail,
    }));
    Judgement {
        outcome: verdict.outcome.as_str(),
        decisive,
        missing: std::mem::take(&mut verdict.missing),
        checks,
        verdict,
    }
}

/// Checks that are made here: `issuer_known`, `key_valid_when_signed` and `record`.
const OWN_CHECKS: usize = 3;

/// The check that decided the library's verdict: the first that failed, else the first left open.
fn decisive_check(verdict: &Verdict) -> Option<&'static str> {
    let wanted = match verdict.outcome {
        Outcome::Valid => return None,
        Outcome::NeedsDocuments => CheckResult::Unknown,
        _ => CheckResult::Failed,
    };
    verdict.checks.iter().find(|check| check.result == wanted).map(|check| check.name.as_str())
}

/// The status list is kept here, so the published copy that the library asked for is not needed.
pub(crate) fn settle_own_status(judgement: &mut Judgement) {
    let Some(entry) = judgement.verdict.status.as_ref() else { return };
    judgement.missing.retain(|url| *url != entry.list);
    for check in judgement.checks.iter_mut().filter(|check| check.name == CheckName::Status.as_str()) {
        if check.result == CheckResult::Unknown.as_str() {
            check.result = CheckResult::Passed.as_str();
            check.detail = "the status list is kept here; see `record`".into();
        }
    }
    if judgement.outcome == Outcome::NeedsDocuments.as_str() && judgement.missing.is_empty() {
        judgement.outcome = Outcome::Valid.as_str();
        judgement.decisive = None;
    }
}
