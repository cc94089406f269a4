//! Stored assertions and their state.

use std::ffi::CStr;

use pgrx::datum::{TimestampWithTimeZone, Uuid};

use super::index_scan::{self, Key, Lookup, Row};
use crate::error::BadgesError;
use crate::types::record::{AssertionRecord, Telling};

static ASSERTION: Lookup = Lookup {
    table: c"assertion",
    index: c"assertion_credential_id_unique",
    key: c"credential_id",
    columns: &[c"assertion_id", c"issuer_id", c"recipient_id", c"status_list_id"],
};
const ASSERTION_ID: &CStr = c"assertion_id";
static REVOCATION: Lookup = Lookup {
    table: c"revocation",
    index: c"revocation_pkey",
    key: ASSERTION_ID,
    columns: &[c"reason", c"revoked_at"],
};
static SUSPENSION: Lookup = Lookup {
    table: c"suspension",
    index: c"suspension_assertion",
    key: ASSERTION_ID,
    columns: &[c"reason", c"suspended_at", c"reinstated_at"],
};
static RECIPIENT: Lookup = Lookup {
    table: c"recipient",
    index: c"recipient_pkey",
    key: c"recipient_id",
    columns: &[c"issuer_id", c"erased_at"],
};

/// The columns of an assertion that lead to its state.
struct Stored {
    assertion_id: Uuid,
    recipient_id: Uuid,
    has_status_list: bool,
}

/// What the tables know of the assertion with that credential id and issuer, as of a time; of its recipient only if
/// everything is told.
pub(crate) fn find(
    credential_id: &str,
    issuer_id: Uuid,
    at: TimestampWithTimeZone,
    telling: Telling,
) -> Result<AssertionRecord, BadgesError> {
    let stored = index_scan::find(&ASSERTION, Key::Text(credential_id), |row| {
        row.get::<Uuid>(1).filter(|issuer| *issuer == issuer_id)?;
        Some(Stored {
            assertion_id: row.get(0)?,
            recipient_id: row.get(2)?,
            has_status_list: row.get::<Uuid>(3).is_some(),
        })
    })?;
    let Some(Stored { assertion_id, recipient_id, has_status_list }) = stored else {
        return Ok(AssertionRecord::default());
    };
    let has_come =
        |row: &Row<'_>, place| row.get::<TimestampWithTimeZone>(place).is_some_and(|time| time <= at);
    let revocation_reason = index_scan::find(&REVOCATION, Key::Uuid(assertion_id), |row| {
        if has_come(row, 1) { row.get(0) } else { None }
    })?;
    let suspension_reason = index_scan::find(&SUSPENSION, Key::Uuid(assertion_id), |row| {
        if has_come(row, 1) && !has_come(row, 2) { row.get(0) } else { None }
    })?;
    let erased_at = match telling {
        Telling::Everything => {
            index_scan::find(&RECIPIENT, Key::Uuid(recipient_id), |row| row.get::<TimestampWithTimeZone>(1))?
        }
        Telling::Refusals => None,
    };
    let is_erased = erased_at.is_some();
    Ok(AssertionRecord { is_stored: true, revocation_reason, suspension_reason, is_erased, has_status_list })
}

/// The issuer with whom a recipient is registered; `None` for an unknown one.
pub(crate) fn find_recipients_issuer(recipient_id: Uuid) -> Result<Option<Uuid>, BadgesError> {
    index_scan::find(&RECIPIENT, Key::Uuid(recipient_id), |row| row.get(0))
}
