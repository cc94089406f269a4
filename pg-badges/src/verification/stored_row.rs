//! A stored row, and whether it is still what was signed.

use pgrx::datum::TimestampWithTimeZone;

use crate::types::time::to_postgres;
use crate::verification::judgement::{Judgement, settle_own_status};

/// A row of `badges.assertion` with what its neighbours say, as plain data.
#[derive(Debug, Clone)]
pub(crate) struct StoredRow {
    /// The credential as it is stored.
    pub(crate) credential: String,
    /// The column `credential_id`.
    pub(crate) credential_id: String,
    /// The DID of the issuer that the row names.
    pub(crate) issuer_did: String,
    /// The URI of the achievement that the row names.
    pub(crate) achievement_uri: String,
    /// The recipient that the row names, as a UUID is written.
    pub(crate) recipient_id: String,
    /// The column `valid_from`.
    pub(crate) valid_from: TimestampWithTimeZone,
    /// The column `valid_until`.
    pub(crate) valid_until: Option<TimestampWithTimeZone>,
    /// Its status list is kept here.
    pub(crate) has_status_list: bool,
}

impl StoredRow {
    /// The outcome for what is signed in it, or `altered` if the columns contradict that.
    pub(crate) fn outcome(&self, mut judgement: Judgement) -> &'static str {
        if self.has_status_list {
            settle_own_status(&mut judgement);
        }
        if judgement.is_signed() && !self.repeats(&judgement) { "altered" } else { judgement.outcome }
    }

    fn repeats(&self, judgement: &Judgement) -> bool {
        let verdict = &judgement.verdict;
        verdict.credential_id.as_ref() == Some(&self.credential_id)
            && verdict.issuer_id.as_ref() == Some(&self.issuer_did)
            && verdict.achievement_id.as_ref() == Some(&self.achievement_uri)
            && verdict.valid_from.and_then(to_postgres) == Some(self.valid_from)
            && verdict.valid_until.and_then(to_postgres) == self.valid_until
            && self.is_about_its_recipient(judgement)
    }

    /// Whether a subject that names a recipient names this one; other subjects are the holder's own names.
    fn is_about_its_recipient(&self, judgement: &Judgement) -> bool {
        let subject = judgement.verdict.subject_id.as_deref();
        let named = subject.and_then(|subject| subject.strip_prefix("urn:uuid:"));
        named.is_none_or(|named| named.eq_ignore_ascii_case(&self.recipient_id))
    }
}
