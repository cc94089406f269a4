//! Whether a row may enter `badges.assertion`: what it says, what is signed, and what the tables know.
//!
//! Columns that repeat what is signed are filled in; one that contradicts it is refused. The dates and the status bit
//! are not asked here: a backup is restored years later, with what has expired or was revoked meanwhile.

use pgrx::datum::{TimestampWithTimeZone, Uuid};

use crate::types::record::{AchievementRecord, IssuerRecord, StatusListRecord};
use crate::types::time::to_postgres;
use crate::verification::judgement::Conclusion;

/// The row as it was offered, column by column; the columns that nothing signed is held against are left out.
#[derive(Debug, Clone, Default)]
pub(crate) struct OfferedRow {
    pub(crate) issuer_id: Option<Uuid>,
    pub(crate) issuer_key_id: Option<Uuid>,
    pub(crate) achievement_id: Option<Uuid>,
    pub(crate) series_id: Option<Uuid>,
    pub(crate) recipient_id: Option<Uuid>,
    pub(crate) status_list_id: Option<Uuid>,
    pub(crate) valid_from: Option<TimestampWithTimeZone>,
    pub(crate) valid_until: Option<TimestampWithTimeZone>,
    pub(crate) status_index: Option<i32>,
    pub(crate) credential_id: Option<String>,
}

/// What the tables know of what is offered and of what is signed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known<'a> {
    pub(crate) issuer: &'a IssuerRecord,
    pub(crate) achievement: Option<&'a AchievementRecord>,
    /// With whom the recipient is registered.
    pub(crate) recipients_issuer: Option<Uuid>,
    pub(crate) status_list: Option<&'a StatusListRecord>,
}

/// Why a row does not get in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("there is no credential")]
    NoCredential,
    #[error("the credential has {0} status entries, expected one at most")]
    StatusEntries(usize),
    #[error("the credential does not verify: {outcome}")]
    DoesNotVerify { outcome: &'static str, detail: Option<String> },
    #[error("no issuer `{0}` is registered")]
    UnknownIssuer(String),
    #[error("the credential is signed with `{0}`, which is not registered as a key of its issuer")]
    UnknownKey(String),
    #[error("no achievement {0} is defined")]
    UnknownAchievement(String),
    #[error("no recipient {0} is registered")]
    UnknownRecipient(String),
    #[error("the credential is for achievement `{signed}` of `{issuer}`, not for `{offered}`")]
    OtherAchievement { signed: String, issuer: String, offered: String },
    #[error("recipient {0} is registered with another issuer")]
    OthersRecipient(String),
    #[error("the credential is for subject `{signed}`, not for recipient {offered}")]
    OtherRecipient { signed: String, offered: String },
    #[error("the credential points to status list `{url}`, which is not a {purpose} list of its issuer")]
    UnknownStatusList { url: String, purpose: String },
    #[error("column {0} contradicts the signed credential")]
    Contradiction(&'static str),
    #[error("a stored assertion never changes")]
    Change,
    #[error("a stored assertion is never deleted")]
    Deletion,
}

/// The row with the columns that repeat what is signed.
pub(crate) fn admit(
    offered: &OfferedRow,
    signed: &Conclusion,
    known: Known<'_>,
) -> Result<OfferedRow, Refusal> {
    require_proof(signed)?;
    let verdict = &signed.verdict;
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let issuer_id = known.issuer.issuer_id.ok_or_else(|| Refusal::UnknownIssuer(text(&verdict.issuer_id)))?;
    let key = verdict.verification_method.as_deref().and_then(|method| known.issuer.key(method));
    let key = key.ok_or_else(|| Refusal::UnknownKey(text(&verdict.verification_method)))?;
    let achievement =
        known.achievement.ok_or_else(|| Refusal::UnknownAchievement(name_of(offered.achievement_id)))?;
    let recipients_issuer =
        known.recipients_issuer.ok_or_else(|| Refusal::UnknownRecipient(name_of(offered.recipient_id)))?;
    if achievement.issuer_id != issuer_id || verdict.achievement_id.as_ref() != Some(&achievement.uri) {
        return Err(Refusal::OtherAchievement {
            signed: text(&verdict.achievement_id),
            issuer: text(&verdict.issuer_id),
            offered: achievement.uri.clone(),
        });
    }
    if recipients_issuer != issuer_id {
        return Err(Refusal::OthersRecipient(name_of(offered.recipient_id)));
    }
    require_recipient(offered.recipient_id, signed)?;
    let list = status_list(signed, known.status_list, issuer_id)?;
    fill(
        offered,
        OfferedRow {
            issuer_id: Some(issuer_id),
            issuer_key_id: Some(key.issuer_key_id),
            series_id: Some(achievement.series_id),
            status_list_id: list.map(|list| list.status_list_id),
            valid_from: verdict.valid_from.and_then(to_postgres),
            valid_until: verdict.valid_until.and_then(to_postgres),
            status_index: list
                .and(verdict.status.as_ref())
                .and_then(|status| i32::try_from(status.index).ok()),
            credential_id: verdict.credential_id.clone(),
            achievement_id: offered.achievement_id,
            recipient_id: offered.recipient_id,
        },
    )
}

/// The proof holds; the dates may have passed. The bit in the issuer's own list is the issuer's business: the published
/// copy is not asked.
fn require_proof(signed: &Conclusion) -> Result<(), Refusal> {
    let verdict = &signed.verdict;
    if verdict.status_entries > 1 {
        return Err(Refusal::StatusEntries(verdict.status_entries));
    }
    let lacks_own_list = || {
        let list = verdict.status.as_ref().map(|status| &status.list);
        signed.outcome == "needs_documents" && signed.missing.iter().eq(list)
    };
    if matches!(signed.outcome, "valid" | "expired" | "not_yet_valid") || lacks_own_list() {
        return Ok(());
    }
    Err(Refusal::DoesNotVerify { outcome: signed.outcome, detail: signed.detail.clone() })
}

/// A subject that names a recipient names this one; other subjects are the holder's own names.
fn require_recipient(offered: Option<Uuid>, signed: &Conclusion) -> Result<(), Refusal> {
    let Some(subject) = &signed.verdict.subject_id else { return Ok(()) };
    let Some(named) = subject.strip_prefix("urn:uuid:") else { return Ok(()) };
    let offered = name_of(offered);
    if named.eq_ignore_ascii_case(&offered) {
        return Ok(());
    }
    Err(Refusal::OtherRecipient { signed: subject.clone(), offered })
}

/// The list that the credential points to, which has to be its issuer's own and for that purpose.
fn status_list<'a>(
    signed: &Conclusion,
    list: Option<&'a StatusListRecord>,
    issuer_id: Uuid,
) -> Result<Option<&'a StatusListRecord>, Refusal> {
    let Some(status) = &signed.verdict.status else { return Ok(None) };
    let has_entry = |list: &&StatusListRecord| {
        list.issuer_id == issuer_id && list.purpose == status.purpose && i32::try_from(status.index).is_ok()
    };
    match list.filter(has_entry) {
        Some(list) => Ok(Some(list)),
        None => Err(Refusal::UnknownStatusList { url: status.list.clone(), purpose: status.purpose.clone() }),
    }
}

/// What is signed, if what is offered says the same or nothing.
fn fill(offered: &OfferedRow, signed: OfferedRow) -> Result<OfferedRow, Refusal> {
    let agrees = [
        ("issuer_id", is_same(offered.issuer_id.as_ref(), signed.issuer_id.as_ref())),
        ("issuer_key_id", is_same(offered.issuer_key_id.as_ref(), signed.issuer_key_id.as_ref())),
        ("series_id", is_same(offered.series_id.as_ref(), signed.series_id.as_ref())),
        ("credential_id", is_same(offered.credential_id.as_ref(), signed.credential_id.as_ref())),
        ("valid_from", is_same(offered.valid_from.as_ref(), signed.valid_from.as_ref())),
        ("valid_until", is_same(offered.valid_until.as_ref(), signed.valid_until.as_ref())),
        ("status_index", is_same(offered.status_index.as_ref(), signed.status_index.as_ref())),
        ("status_list_id", is_same(offered.status_list_id.as_ref(), signed.status_list_id.as_ref())),
    ];
    match agrees.iter().find(|(_, agrees)| !agrees) {
        Some((column, _)) => Err(Refusal::Contradiction(column)),
        None => Ok(signed),
    }
}

fn is_same<T: PartialEq>(offered: Option<&T>, signed: Option<&T>) -> bool {
    offered.is_none() || offered == signed
}

fn name_of(id: Option<Uuid>) -> String {
    id.map_or_else(|| "null".to_owned(), |id| id.to_string())
}
