//! What is asked of a stored row: is it still what was signed?

use pgrx::datum::Uuid;
use pgrx::pg_sys::panic::ErrorReport;
use pgrx::{composite_type, prelude::*};

use super::composite;
use super::judge::judge_signed;
use crate::types::time::from_postgres;
use crate::verification::stored_row::{StoredEntry, StoredRow};

/// `badges.examine(credential text, at timestamptz default now()) returns badges.examination`
#[pg_extern(stable, parallel_safe, security_definer, cost = 1000, requires = ["tables"])]
#[search_path(pg_catalog, pg_temp)]
fn examine(
    credential: &str,
    at: default!(TimestampWithTimeZone, "now()"),
) -> Result<composite_type!('static, "badges.examination"), ErrorReport> {
    Ok(composite::examination(&judge_signed(credential, from_postgres(at))?)?)
}

/// The outcome of a stored row, or `altered` if its columns contradict its credential.
#[pg_extern(stable, parallel_safe, security_definer, cost = 1000, requires = ["tables"])]
#[search_path(pg_catalog, pg_temp)]
#[expect(clippy::too_many_arguments, reason = "one argument for each column that repeats what is signed")]
fn recheck(
    credential: &str,
    credential_id: &str,
    issuer_did: Option<String>,
    verification_method: Option<String>,
    achievement_uri: Option<String>,
    recipient_id: Uuid,
    valid_from: TimestampWithTimeZone,
    valid_until: Option<TimestampWithTimeZone>,
    status_list_url: Option<String>,
    status_purpose: Option<String>,
    status_index: Option<i32>,
    fits_registers: bool,
    at: TimestampWithTimeZone,
) -> Result<&'static str, ErrorReport> {
    let row = StoredRow {
        credential: credential.to_owned(),
        credential_id: credential_id.to_owned(),
        issuer_did,
        verification_method,
        achievement_uri,
        recipient_id: recipient_id.to_string(),
        valid_from,
        valid_until,
        status_entry: StoredEntry::new(status_list_url, status_purpose, status_index),
        fits_registers,
    };
    Ok(row.outcome(judge_signed(credential, from_postgres(at))?))
}
