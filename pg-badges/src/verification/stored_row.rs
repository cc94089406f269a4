//! A stored row, and whether it is still what was signed.

use pgrx::datum::TimestampWithTimeZone;

use crate::types::time::to_postgres;
use crate::verification::examination::is_refused;
use crate::verification::judgement::{Judgement, settle_own_status};

/// A row of `badges.assertion` with what its neighbours say, as plain data.
#[derive(Debug, Clone)]
pub(crate) struct StoredRow {
    /// The credential as it is stored.
    pub(crate) credential: String,
    /// The column `credential_id`.
    pub(crate) credential_id: String,
    /// The DID of the issuer that the row names; `None` if there is no such issuer.
    pub(crate) issuer_did: Option<String>,
    /// The full name of the key that the row names; `None` if there is no such key.
    pub(crate) verification_method: Option<String>,
    /// The URI of the achievement that the row names; `None` if there is no such achievement.
    pub(crate) achievement_uri: Option<String>,
    /// The recipient that the row names, as a UUID is written.
    pub(crate) recipient_id: String,
    /// The column `valid_from`.
    pub(crate) valid_from: TimestampWithTimeZone,
    /// The column `valid_until`.
    pub(crate) valid_until: Option<TimestampWithTimeZone>,
    /// Its entry of a status list, which is kept here.
    pub(crate) status_entry: Option<StoredEntry>,
    /// What the row names is there, and all of it is one issuer's.
    pub(crate) fits_registers: bool,
}

/// An entry of a status list, as the columns have it.
#[derive(Debug, Clone)]
pub(crate) struct StoredEntry {
    /// The list's URL.
    pub(crate) list: String,
    /// The list's purpose.
    pub(crate) purpose: String,
    /// The column `status_index`.
    pub(crate) index: i32,
}

impl StoredEntry {
    /// The entry, if all that makes one is there.
    pub(crate) fn new(list: Option<String>, purpose: Option<String>, index: Option<i32>) -> Option<Self> {
        Some(Self { list: list?, purpose: purpose?, index: index? })
    }
}

impl StoredRow {
    /// The outcome for what is signed in it, or `altered` if the columns contradict that.
    pub(crate) fn outcome(&self, mut judgement: Judgement) -> &'static str {
        if self.status_entry.is_some() {
            settle_own_status(&mut judgement);
        }
        if judgement.is_signed() && !self.repeats(&judgement) { "altered" } else { judgement.outcome }
    }

    fn repeats(&self, judgement: &Judgement) -> bool {
        let verdict = &judgement.verdict;
        verdict.credential_id.as_ref() == Some(&self.credential_id)
            && verdict.issuer_id == self.issuer_did
            && verdict.verification_method == self.verification_method
            && verdict.achievement_id == self.achievement_uri
            && verdict.valid_from.and_then(to_postgres) == Some(self.valid_from)
            && verdict.valid_until.and_then(to_postgres) == self.valid_until
            && self.is_about_its_recipient(judgement)
            && self.has_its_entry(judgement)
            && self.fits_registers
    }

    /// Whether its bit is the one that is signed. A refused credential's entry counts for nothing, and is not told.
    fn has_its_entry(&self, judgement: &Judgement) -> bool {
        let verdict = &judgement.verdict;
        match (&verdict.status, &self.status_entry) {
            (Some(signed), Some(stored)) => {
                signed.list == stored.list
                    && signed.purpose == stored.purpose
                    && i32::try_from(signed.index) == Ok(stored.index)
            }
            (None, None) => true,
            _ => is_refused(verdict.outcome),
        }
    }

    /// Whether a subject that names a recipient names this one; other subjects are the holder's own names.
    fn is_about_its_recipient(&self, judgement: &Judgement) -> bool {
        let subject = judgement.verdict.subject_id.as_deref();
        let named = subject.and_then(|subject| subject.strip_prefix("urn:uuid:"));
        named.is_none_or(|named| named.eq_ignore_ascii_case(&self.recipient_id))
    }
}
