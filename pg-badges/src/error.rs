//! What went wrong, and the SQLSTATE and hint that say so in SQL.
//!
//! A credential that does not verify is no error: it is a verdict (see `types::verdict`).

use pgrx::pg_sys::panic::ErrorReport;
use pgrx::{PgSqlErrorCode, function_name};

/// Why a function of the extension could not answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BadgesError {
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
            Self::Storage(_) | Self::AuditCounts => PgSqlErrorCode::ERRCODE_INTERNAL_ERROR,
            Self::NotInAggregate => PgSqlErrorCode::ERRCODE_FEATURE_NOT_SUPPORTED,
            Self::RegisteredKey { .. } => PgSqlErrorCode::ERRCODE_DATA_CORRUPTED,
            Self::CompositeType(_) => PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
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
            Self::Storage(_) | Self::AuditCounts => "See the server's log.",
            Self::NotInAggregate => "Use badges.audit().",
            Self::RegisteredKey { .. } => {
                "Restore badges.issuer_key from a backup; badges.audit() shows what is affected."
            }
            Self::Key { .. } => "It is the Multikey of an Ed25519 public key, z6Mk…",
            Self::Json { .. } => "It has to be JSON of at most 2 MiB, nested at most 64 levels deep.",
            Self::ZeroCharacter => "PostgreSQL's text cannot hold one.",
            Self::Canonicalization { .. } => "Every term must be defined by a context that is known here.",
            Self::Picture { .. } => "It has to be a whole PNG or SVG file.",
            Self::CompositeType(_) => "Run: alter extension pg_badges update.",
            Self::StatusIndex { .. } => "Indexes count from 0.",
            Self::StatusListSize(_) => "The usual size is 131072.",
        }
    }
}

impl From<BadgesError> for ErrorReport {
    fn from(error: BadgesError) -> Self {
        let report = Self::new(error.sqlstate(), error.to_string(), function_name!()).set_hint(error.hint());
        match std::error::Error::source(&error) {
            Some(source) => report.set_detail(source.to_string()),
            None => report,
        }
    }
}
