//! What the tables know about an issuer, its keys, its achievements, and a stored assertion; how much is to be told.

use openbadges::time::Timestamp;
use pgrx::datum::Uuid;

/// Whether anybody reads what is said of checks that passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Telling {
    /// Every check has its sentence.
    Everything,
    /// Only a check that did not pass has one.
    Refusals,
}

/// A registered key and the time in which its signatures count.
#[derive(Debug, Clone)]
pub(crate) struct RegisteredKey {
    /// The row's id.
    pub(crate) issuer_key_id: Uuid,
    /// The key's full name, `did#fragment`.
    pub(crate) verification_method: String,
    /// The public key as Multikey.
    pub(crate) public_key_multibase: String,
    /// First second in which it may sign.
    pub(crate) valid_from: Timestamp,
    /// End of the time in which it may sign; `None` while in use.
    pub(crate) valid_until: Option<Timestamp>,
}

/// What the tables know about an issuer.
#[derive(Debug, Clone, Default)]
pub(crate) struct IssuerRecord {
    /// The row's id, if it is registered: then its keys are managed here.
    pub(crate) issuer_id: Option<Uuid>,
    /// An administrator vouched for it with `badges.trust_issuer`.
    pub(crate) is_trusted: bool,
    /// Its registered keys, retired ones too.
    pub(crate) keys: Vec<RegisteredKey>,
}

impl IssuerRecord {
    /// It is registered, its keys are managed here.
    pub(crate) fn is_registered(&self) -> bool {
        self.issuer_id.is_some()
    }

    /// The registered key of that name.
    pub(crate) fn key(&self, verification_method: &str) -> Option<&RegisteredKey> {
        self.keys.iter().find(|key| key.verification_method == verification_method)
    }
}

/// What the tables know about a stored assertion, as of the time asked for.
#[derive(Debug, Clone, Default)]
pub(crate) struct AssertionRecord {
    /// It is stored.
    pub(crate) is_stored: bool,
    /// Why it is revoked, if it is.
    pub(crate) revocation_reason: Option<String>,
    /// Why it is suspended, if it is.
    pub(crate) suspension_reason: Option<String>,
    /// Its recipient's personal data was erased, if that was asked for: it changes a sentence and no outcome.
    pub(crate) is_erased: bool,
    /// Its status list is kept here: its bit is what the tables say.
    pub(crate) has_status_list: bool,
}

/// A version of an achievement.
#[derive(Debug, Clone)]
pub(crate) struct AchievementRecord {
    /// Whose it is.
    pub(crate) issuer_id: Uuid,
    /// What it is signed as.
    pub(crate) uri: String,
    /// What all its versions have in common.
    pub(crate) series_id: Uuid,
}

/// A status list that is kept here.
#[derive(Debug, Clone)]
pub(crate) struct StatusListRecord {
    /// The row's id.
    pub(crate) status_list_id: Uuid,
    /// Whose it is.
    pub(crate) issuer_id: Uuid,
    /// `revocation` or `suspension`.
    pub(crate) purpose: String,
}
