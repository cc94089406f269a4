//! Whether the moment lies within the validity that the credential states.
//!
//! Both ends are part of it. <https://www.w3.org/TR/vc-data-model-2.0/#validity-period>

use super::report::{Finding, Passed, Refusal};
use super::unverified::Unverified;
use super::verdict::Outcome;
use crate::time::Timestamp;

/// The validity has begun.
pub(super) fn has_begun(credential: &Unverified<'_>, at: Timestamp) -> Finding {
    match credential.valid_from {
        Some(from) if at < from => Err(Refusal::new(
            Outcome::NotYetValid,
            format!("{} is {from}, and it is {at}", credential.valid_from_pointer()),
        )),
        Some(from) => Ok(Passed::new((), credential.telling.sentence(|| format!("valid from {from}")))),
        None => {
            Err(Refusal::new(Outcome::Malformed, format!("{} is no date", credential.valid_from_pointer())))
        }
    }
}

/// The validity has not ended.
pub(super) fn has_not_ended(credential: &Unverified<'_>, at: Timestamp) -> Finding {
    match credential.valid_until {
        Some(until) if until < at => Err(Refusal::new(
            Outcome::Expired,
            format!("{} is {until}, and it is {at}", credential.valid_until_pointer()),
        )),
        Some(until) => Ok(Passed::new((), credential.telling.sentence(|| format!("valid until {until}")))),
        None => Ok(Passed::new((), "valid without end")),
    }
}
