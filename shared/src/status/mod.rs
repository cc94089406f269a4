//! Status lists: a bit for each credential, published by its issuer.
//!
//! <https://www.w3.org/TR/vc-bitstring-status-list/>. [`Bitstring`] is the list itself, [`list_credential`] the
//! credential that carries it. What a set bit means for a badge is decided in [`crate::verify`].

mod bitstring;
mod list;

pub use bitstring::{Bitstring, MAX_ENTRIES, MIN_ENTRIES};
pub(crate) use list::Size;
pub use list::{StatusList, list_credential};

/// Why a status could not be read from a list.
///
/// The kinds are those of the specification (<https://www.w3.org/TR/vc-bitstring-status-list/#validate-algorithm>).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatusError {
    /// The credential that carries the list does not hold.
    #[error("status list does not hold: {0}")]
    Verification(String),
    /// The list has fewer entries than privacy needs, or more than anybody publishes.
    #[error("status list has {0} entries, expected {MIN_ENTRIES} to {MAX_ENTRIES}")]
    Length(usize),
    /// The list has no such entry.
    #[error("status list has no entry {0}")]
    Range(usize),
    /// The list is for another purpose.
    #[error("status list is for `{found}`, expected `{expected}`")]
    Purpose {
        /// What the entry says.
        expected: String,
        /// What the list says.
        found: String,
    },
    /// A property of the entry or of the list is missing or of another kind.
    #[error("{property} is missing or not {expected}")]
    Malformed {
        /// JSON pointer to the property.
        property: &'static str,
        /// What it should be.
        expected: &'static str,
    },
    /// The text of the list is no `u`, base64url and gzip.
    #[error("encodedList is not multibase base64url of gzip data")]
    Encoding,
}

impl StatusError {
    /// The name of the kind in the specification.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Length(_) => "STATUS_LIST_LENGTH_ERROR",
            Self::Range(_) => "RANGE_ERROR",
            Self::Malformed { .. } => "MALFORMED_VALUE_ERROR",
            Self::Verification(_) | Self::Purpose { .. } | Self::Encoding => "STATUS_VERIFICATION_ERROR",
        }
    }
}
