//! Why expansion by tables ends early.

use super::super::JsonLdError;
use super::super::context::Unsupported;
use super::super::error::pointer_below;
use std::fmt::Display;

/// Not every document ends in quads.
#[derive(Debug)]
pub(crate) enum Stop {
    /// Only the complete library can tell.
    Unsupported,
    /// The same, with a JSON pointer to where that showed.
    UnsupportedAt(String),
    /// The document is refused.
    Refused(Box<JsonLdError>),
}

impl From<Unsupported> for Stop {
    fn from(_: Unsupported) -> Self {
        Self::Unsupported
    }
}

impl From<JsonLdError> for Stop {
    fn from(refusal: JsonLdError) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

impl Stop {
    /// The same, seen from one level further out.
    pub(super) fn below(self, step: impl Display) -> Self {
        match self {
            Self::Refused(mut refusal) => {
                refusal.prepend(&step);
                Self::Refused(refusal)
            }
            Self::Unsupported => Self::UnsupportedAt(pointer_below(&step, "")),
            Self::UnsupportedAt(pointer) => Self::UnsupportedAt(pointer_below(&step, &pointer)),
        }
    }

    /// Where only the complete library can tell.
    pub(crate) fn into_pointer(self) -> Result<String, JsonLdError> {
        match self {
            Self::Unsupported => Ok(String::new()),
            Self::UnsupportedAt(pointer) => Ok(pointer),
            Self::Refused(refusal) => Err(*refusal),
        }
    }
}
