//! What went wrong, and the SQLSTATE and hint that say so in SQL.
//!
//! A credential that does not verify is no error: it is a verdict (see `verification::judgement`). To store it is one.

use pgrx::pg_sys::panic::ErrorReport;
use pgrx::{PgSqlErrorCode, function_name};

use crate::verification::admission::Refusal;

/// Why a function of the extension could not answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BadgesError {
    /// A row does not get into `badges.assertion`.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A table of the extension could not be read.
    #[error("the tables of pg_badges could not be read")]
    Storage(#[from] pgrx::spi::SpiError),
    /// A registered key is not a key: somebody changed the table behind the extension's back.
    #[error("the key registered as `{verification_method}` cannot be read")]
    RegisteredKey {
        /// The key's name.
        verification_method: String,
        /// What is wrong with it.
        source: openbadges::key::KeyError,
    },
    /// A text that should be a public key is none.
    #[error("the key cannot be read")]
    Key {
        /// What is wrong with it.
        source: openbadges::key::KeyError,
    },
    /// A text that should be JSON is none, or more than is read.
    #[error("the document cannot be read")]
    Json {
        /// What is wrong with it.
        source: openbadges::json::JsonError,
    },
    /// An answer that SQL's text cannot hold.
    #[error("the text contains a zero character")]
    ZeroCharacter,
    /// A document has no canonical form.
    #[error("the document has no canonical form")]
    Canonicalization {
        /// What is wrong with it.
        source: openbadges::jsonld::JsonLdError,
    },
    /// A picture that nothing can be baked into or read from.
    #[error("the picture cannot be read or written")]
    Picture {
        /// What is wrong with it.
        source: openbadges::bake::BakeError,
    },
    /// The composite type of a result is not what this version of the library expects.
    #[error("type `{0}` is not the one that this version of the library was built for")]
    CompositeType(&'static str),
    /// A table of the extension that is not there, or has other columns.
    #[error("table badges.{} is not the one that this version of the library was built for", .0.to_string_lossy())]
    Table(&'static std::ffi::CStr),
    /// A bit beyond the end of a status list.
    #[error("index {index} lies outside a status list of {size} entries")]
    StatusIndex {
        /// The index asked for.
        index: i32,
        /// The number of entries.
        size: i32,
    },
    /// A status list of an impossible length.
    #[error("a status list has 8 to 8388608 entries, a multiple of 8, not {0}")]
    StatusListSize(i32),
    /// A part of an aggregate that somebody called by itself.
    #[error("this function is a part of the aggregate badges.audit_rows")]
    NotInAggregate,
    /// A parallel worker's counts that cannot be read.
    #[error("the counts of a parallel worker cannot be read")]
    AuditCounts,
}

impl BadgesError {
    fn sqlstate(&self) -> PgSqlErrorCode {
        match self {
            Self::Refused(refusal) => refusal.sqlstate(),
            Self::Storage(_) | Self::AuditCounts => PgSqlErrorCode::ERRCODE_INTERNAL_ERROR,
            Self::NotInAggregate => PgSqlErrorCode::ERRCODE_FEATURE_NOT_SUPPORTED,
            Self::RegisteredKey { .. } => PgSqlErrorCode::ERRCODE_DATA_CORRUPTED,
            Self::CompositeType(_) | Self::Table(_) => {
                PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE
            }
            Self::Json { .. } => PgSqlErrorCode::ERRCODE_INVALID_JSON_TEXT,
            Self::ZeroCharacter => PgSqlErrorCode::ERRCODE_UNTRANSLATABLE_CHARACTER,
            Self::StatusIndex { .. }
            | Self::StatusListSize(_)
            | Self::Key { .. }
            | Self::Picture { .. }
            | Self::Canonicalization { .. } => PgSqlErrorCode::ERRCODE_INVALID_PARAMETER_VALUE,
        }
    }

    fn hint(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.hint(),
            Self::Storage(_) | Self::AuditCounts => "See the server's log.",
            Self::NotInAggregate => "Use badges.audit().",
            Self::RegisteredKey { .. } => {
                "Restore badges.issuer_key from a backup: until then nothing of its issuer is judged."
            }
            Self::Key { .. } => "It is the Multikey of an Ed25519 public key, z6Mk…",
            Self::Json { .. } => "It has to be JSON of at most 2 MiB, nested at most 64 levels deep.",
            Self::ZeroCharacter => "PostgreSQL's text cannot hold one.",
            Self::Canonicalization { .. } => "Every term must be defined by a context that is known here.",
            Self::Picture { .. } => "It has to be a whole PNG or SVG file.",
            Self::CompositeType(_) | Self::Table(_) => "Run: alter extension pg_badges update.",
            Self::StatusIndex { .. } => "Indexes count from 0.",
            Self::StatusListSize(_) => "The usual size is 131072.",
        }
    }
}

impl BadgesError {
    fn detail(&self) -> Option<String> {
        match self {
            Self::Refused(Refusal::DoesNotVerify { detail, .. }) => detail.clone(),
            error => std::error::Error::source(error).map(ToString::to_string),
        }
    }
}

impl From<BadgesError> for ErrorReport {
    fn from(error: BadgesError) -> Self {
        let report = Self::new(error.sqlstate(), error.to_string(), function_name!()).set_hint(error.hint());
        match error.detail() {
            Some(detail) => report.set_detail(detail),
            None => report,
        }
    }
}

impl Refusal {
    fn sqlstate(&self) -> PgSqlErrorCode {
        match self {
            Self::NoCredential => PgSqlErrorCode::ERRCODE_NOT_NULL_VIOLATION,
            Self::UnknownIssuer(_)
            | Self::UnknownKey(_)
            | Self::UnknownAchievement(_)
            | Self::UnknownRecipient(_)
            | Self::UnknownStatusList { .. } => PgSqlErrorCode::ERRCODE_FOREIGN_KEY_VIOLATION,
            Self::Change | Self::Deletion => PgSqlErrorCode::ERRCODE_RESTRICT_VIOLATION,
            Self::StatusEntries(_)
            | Self::DoesNotVerify { .. }
            | Self::OtherAchievement { .. }
            | Self::OthersRecipient(_)
            | Self::OtherRecipient { .. }
            | Self::Contradiction(_) => PgSqlErrorCode::ERRCODE_CHECK_VIOLATION,
        }
    }

    fn hint(&self) -> &'static str {
        match self {
            Self::NoCredential => "Give the text of the signed credential.",
            Self::StatusEntries(_) => {
                "Open Badges 3.0 allow a credential one status entry: sign it again with one."
            }
            Self::DoesNotVerify { .. } => "See each check: select * from badges.verify_checks(credential).",
            Self::UnknownIssuer(_) => "Register it with badges.register_issuer(did, profile).",
            Self::UnknownKey(_) => "Register it with badges.register_issuer_key(...).",
            Self::UnknownAchievement(_) => {
                "Define it with badges.define_achievement(issuer_did, achievement)."
            }
            Self::UnknownRecipient(_) => "Register them with badges.register_recipient(...).",
            Self::OtherAchievement { .. } => "Give the achievement_id of the achievement that is signed.",
            Self::OthersRecipient(_) => {
                "Each issuer registers its own recipients with badges.register_recipient(...)."
            }
            Self::OtherRecipient { .. } => "Give the recipient_id that the credential's subject names.",
            Self::UnknownStatusList { .. } => {
                "Take the entry from badges.allocate_status_entry(issuer_did, list_url)."
            }
            Self::Contradiction(_) => "Leave the column out: it is filled from the credential.",
            Self::Change => {
                "Use badges.revoke, badges.suspend, badges.reinstate, badges.supersede or badges.erase_recipient."
            }
            Self::Deletion => {
                "Use badges.revoke(assertion_id, reason), or badges.erase_recipient(recipient_id) to remove personal data."
            }
        }
    }
}
