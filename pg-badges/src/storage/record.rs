//! Stored assertions and their state.

use pgrx::datum::TimestampWithTimeZone;
use pgrx::pg_sys::{BuiltinOid, PgOid};

use super::statement::{Prepared, query};
use crate::error::BadgesError;
use crate::types::record::AssertionRecord;

thread_local! {
    static FIND_RECORD: Prepared = const { Prepared::new() };
}

/// What the tables know of the assertion with that credential id and issuer, as of a time.
pub(crate) fn find(
    credential_id: &str,
    issuer_did: &str,
    at: TimestampWithTimeZone,
) -> Result<AssertionRecord, BadgesError> {
    let text = PgOid::BuiltIn(BuiltinOid::TEXTOID);
    let record = query(
        &FIND_RECORD,
        include_str!("../../sql/queries/find_record.sql"),
        &[text, text, PgOid::BuiltIn(BuiltinOid::TIMESTAMPTZOID)],
        &[credential_id.into(), issuer_did.into(), at.into()],
        |rows| {
            let mut record = AssertionRecord::default();
            for row in rows {
                record = AssertionRecord {
                    is_stored: true,
                    revocation_reason: row.get(1)?,
                    suspension_reason: row.get(2)?,
                    is_erased: row.get(3)?.unwrap_or_default(),
                    has_status_list: row.get(4)?.unwrap_or_default(),
                };
            }
            Ok(record)
        },
    )?;
    Ok(record)
}
