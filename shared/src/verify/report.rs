//! Collects findings while the checks run and turns them into a verdict.

use std::borrow::Cow;

use super::verdict::{Check, CheckName, CheckResult, Outcome, StatusEntry, Verdict};
use crate::time::Timestamp;

/// Why a check did not pass.
#[derive(Clone, Debug)]
pub(super) enum Refusal {
    /// It does not hold.
    Failed {
        /// What that means for the credential.
        outcome: Outcome,
        /// What was found.
        detail: String,
    },
    /// It needs documents that are not at hand.
    Unknown {
        /// Their URLs.
        missing: Vec<String>,
        /// What was looked for.
        detail: String,
    },
}

impl Refusal {
    pub(super) fn new(outcome: Outcome, detail: impl Into<String>) -> Self {
        Self::Failed { outcome, detail: detail.into() }
    }

    /// What was found, or looked for.
    pub(super) fn detail(&self) -> &str {
        match self {
            Self::Failed { detail, .. } | Self::Unknown { detail, .. } => detail,
        }
    }

    /// The same, with the place in front that led there.
    pub(super) fn at(mut self, place: &str) -> Self {
        let (Self::Failed { detail, .. } | Self::Unknown { detail, .. }) = &mut self;
        *detail = format!("{place}: {detail}");
        self
    }

    pub(super) fn missing(url: &str, detail: impl Into<String>) -> Self {
        Self::Unknown { missing: vec![url.to_owned()], detail: detail.into() }
    }
}

/// Whether anybody will read what is said of checks that pass; what is said of the others is always wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Telling {
    /// Of every check.
    Everything,
    /// Only of checks that do not pass.
    Refusals,
}

impl Telling {
    /// A sentence about a check that passed, if it is wanted.
    pub(super) fn sentence(self, make: impl FnOnce() -> String) -> Cow<'static, str> {
        match self {
            Self::Everything => make().into(),
            Self::Refusals => Cow::Borrowed(""),
        }
    }
}

/// What a check that passed found, in one sentence.
#[derive(Clone, Debug)]
pub(super) struct Passed<T = ()> {
    pub(super) value: T,
    pub(super) detail: Cow<'static, str>,
}

impl<T> Passed<T> {
    pub(super) fn new(value: T, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { value, detail: detail.into() }
    }
}

/// What a check found.
pub(super) type Finding<T = ()> = Result<Passed<T>, Refusal>;

/// Most characters of a sentence: it may quote a stranger's text, and nobody reads more.
const LONGEST_DETAIL: usize = 1000;

#[derive(Clone, Debug)]
struct Entry {
    check: Check,
    outcome: Option<Outcome>,
}

/// The findings so far.
#[derive(Clone, Debug)]
pub(super) struct Report {
    entries: Vec<Entry>,
    missing: Vec<String>,
    pub(super) claims: Claims,
}

/// What the document says of itself.
#[derive(Clone, Debug, Default)]
pub(super) struct Claims {
    pub(super) credential_id: Option<String>,
    pub(super) issuer_id: Option<String>,
    pub(super) achievement_id: Option<String>,
    pub(super) subject_id: Option<String>,
    pub(super) names_subject_plainly: bool,
    pub(super) valid_from: Option<Timestamp>,
    pub(super) valid_until: Option<Timestamp>,
    pub(super) status: Option<StatusEntry>,
    pub(super) status_entries: usize,
    pub(super) verification_method: Option<String>,
    pub(super) signed_at: Option<Timestamp>,
}

impl Default for Report {
    fn default() -> Self {
        Self {
            entries: Vec::with_capacity(CheckName::ALL.len()),
            missing: Vec::new(),
            claims: Claims::default(),
        }
    }
}

impl Report {
    /// Notes what a check found; the value if it passed.
    pub(super) fn record<T>(&mut self, name: CheckName, finding: Finding<T>) -> Option<T> {
        match finding {
            Ok(Passed { value, detail }) => {
                self.push(name, CheckResult::Passed, None, detail);
                Some(value)
            }
            Err(Refusal::Failed { outcome, detail }) => {
                self.push(name, CheckResult::Failed, Some(outcome), detail.into());
                None
            }
            Err(Refusal::Unknown { missing, detail }) => {
                self.push(name, CheckResult::Unknown, Some(Outcome::NeedsDocuments), detail.into());
                for url in missing {
                    self.note_missing(url);
                }
                None
            }
        }
    }

    /// Notes that a check does not apply.
    pub(super) fn skip(&mut self, name: CheckName, detail: impl Into<Cow<'static, str>>) {
        self.push(name, CheckResult::Skipped, None, detail.into());
    }

    /// How a check ended, if it was made.
    pub(super) fn result_of(&self, name: CheckName) -> Option<CheckResult> {
        self.entries.iter().find(|entry| entry.check.name == name).map(|entry| entry.check.result)
    }

    /// Puts another sentence to a check that was made, and lets it pass.
    pub(super) fn replace_detail(&mut self, name: CheckName, detail: String) {
        self.entries.retain(|entry| entry.check.name != name);
        self.push(name, CheckResult::Passed, None, detail.into());
    }

    /// The first check that failed or stayed open.
    pub(super) fn into_first_refusal(self) -> Option<Refusal> {
        let Self { entries, missing, .. } = self;
        let entry = entries.into_iter().find(|entry| entry.outcome.is_some())?;
        let detail = entry.check.detail.into_owned();
        Some(match (entry.check.result, entry.outcome) {
            (CheckResult::Failed, Some(outcome)) => Refusal::Failed { outcome, detail },
            _ => Refusal::Unknown { missing, detail },
        })
    }

    /// Notes a document that would help, although no check hangs on it alone.
    pub(super) fn note_missing(&mut self, url: String) {
        if !self.missing.contains(&url) {
            self.missing.push(url);
        }
    }

    /// Whether no check so far has failed or stayed open.
    pub(super) fn is_clean(&self) -> bool {
        self.entries.iter().all(|entry| entry.outcome.is_none())
    }

    /// Adds what another report found.
    pub(super) fn append(&mut self, other: Self) {
        self.entries.extend(other.entries);
        for url in other.missing {
            self.note_missing(url);
        }
    }

    fn push(
        &mut self,
        name: CheckName,
        result: CheckResult,
        outcome: Option<Outcome>,
        mut detail: Cow<'static, str>,
    ) {
        if detail.len() > LONGEST_DETAIL
            && let Some((cut, _)) = detail.char_indices().nth(LONGEST_DETAIL)
        {
            let detail = detail.to_mut();
            detail.truncate(cut);
            detail.push('…');
        }
        self.entries.push(Entry { check: Check { name, result, detail }, outcome });
    }

    /// The verdict: the first check that did not pass decides.
    ///
    /// A status that could not be looked up yields to a later check that failed, because
    /// a credential that has expired is not made valid by any status.
    pub(super) fn into_verdict(mut self) -> Verdict {
        let open = self.entries.iter().find(|entry| entry.outcome.is_some());
        let failed = self.entries.iter().find(|entry| entry.check.result == CheckResult::Failed);
        let decisive = match (open, failed) {
            (Some(open), Some(failed)) if open.check.name == CheckName::Status => Some(failed),
            (open, _) => open,
        };
        let outcome = decisive.and_then(|entry| entry.outcome).unwrap_or(Outcome::Valid);
        let checks = CheckName::ALL.iter().map(|name| self.take_check(*name)).collect();
        let Self { missing, claims, .. } = self;
        Verdict {
            outcome,
            checks,
            missing,
            credential_id: claims.credential_id,
            issuer_id: claims.issuer_id,
            achievement_id: claims.achievement_id,
            subject_id: claims.subject_id,
            names_subject_plainly: claims.names_subject_plainly,
            valid_from: claims.valid_from,
            valid_until: claims.valid_until,
            status: claims.status,
            status_entries: claims.status_entries,
            verification_method: claims.verification_method,
            signed_at: claims.signed_at,
        }
    }

    fn take_check(&mut self, name: CheckName) -> Check {
        let found = self.entries.iter_mut().find(|entry| entry.check.name == name);
        let detail = found.map(|entry| (entry.check.result, std::mem::take(&mut entry.check.detail)));
        let not_made = Cow::Borrowed("not made, because an earlier check has to hold first");
        let (result, detail) = detail.unwrap_or((CheckResult::Skipped, not_made));
        Check { name, result, detail }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_without_refusals_is_valid_and_lists_every_check_once() {
        let mut report = Report::default();
        report.record(CheckName::Contexts, Ok(Passed::new((), "fine")));
        let verdict = report.into_verdict();
        assert_eq!(verdict.outcome, Outcome::Valid);
        let names: Vec<CheckName> = verdict.checks.iter().map(|check| check.name).collect();
        assert_eq!(names, CheckName::ALL);
        assert_eq!(verdict.check(CheckName::Contexts).unwrap().result, CheckResult::Passed);
        assert_eq!(verdict.check(CheckName::Types).unwrap().result, CheckResult::Skipped);
    }

    #[test]
    fn the_first_refusal_decides() {
        let mut report = Report::default();
        report.record::<()>(CheckName::Signature, Err(Refusal::missing("https://a", "no key")));
        report.record::<()>(CheckName::ValidUntil, Err(Refusal::new(Outcome::Expired, "over")));
        let verdict = report.into_verdict();
        assert_eq!(verdict.outcome, Outcome::NeedsDocuments);
        assert_eq!(verdict.missing, ["https://a"]);
    }

    #[test]
    fn an_expired_credential_needs_no_status() {
        let mut report = Report::default();
        report.record::<()>(CheckName::Status, Err(Refusal::missing("https://list", "no list")));
        report.record::<()>(CheckName::ValidUntil, Err(Refusal::new(Outcome::Expired, "over")));
        let verdict = report.into_verdict();
        assert_eq!(verdict.outcome, Outcome::Expired);
        assert_eq!(verdict.missing, ["https://list"]);
    }

    #[test]
    fn a_missing_document_is_named_once() {
        let mut report = Report::default();
        report.note_missing("https://a".to_owned());
        report.record::<()>(CheckName::Status, Err(Refusal::missing("https://a", "no list")));
        assert_eq!(report.into_verdict().missing, ["https://a"]);
    }

    #[test]
    fn a_sentence_is_cut_however_long_a_text_it_quotes() {
        let mut report = Report::default();
        let quoted = "é".repeat(100_000);
        report.record::<()>(CheckName::Contexts, Err(Refusal::new(Outcome::Malformed, quoted)));
        let verdict = report.into_verdict();
        let detail = &verdict.check(CheckName::Contexts).unwrap().detail;
        assert_eq!(detail.chars().count(), LONGEST_DETAIL + 1);
        assert!(detail.ends_with("é…"));
    }

    #[test]
    fn names_are_stable() {
        let names: Vec<&str> = CheckName::ALL.iter().map(|name| name.as_str()).collect();
        assert_eq!(
            names,
            [
                "document_readable",
                "contexts",
                "types",
                "mandatory_properties",
                "proof_present",
                "proof_purpose",
                "verification_method",
                "assertion_method",
                "issuer_controls_key",
                "signature",
                "refresh",
                "status",
                "valid_from",
                "valid_until",
                "endorsements"
            ]
        );
        assert_eq!(Outcome::NotYetValid.to_string(), "not_yet_valid");
        assert_eq!(CheckResult::Unknown.as_str(), "unknown");
    }
}
