//! The parts of the aggregate `badges.audit_rows`: what happens per row, and how parallel workers put their counts together.
//!
//! <https://www.postgresql.org/docs/current/xaggr.html#XAGGR-PARTIAL-AGGREGATES>

use pgrx::datum::Uuid;
use pgrx::memcxt::PgMemoryContexts;
use pgrx::pg_sys::FunctionCallInfo;
use pgrx::pg_sys::panic::ErrorReport;
use pgrx::{Internal, composite_type, pg_sys, prelude::*};

use super::composite;
use super::judge::{judge_signed, judge_signed_up_to_equation};
use crate::error::BadgesError;
use crate::types::time::from_postgres;
use crate::verification::audit::{Audit, AuditedRow};
use crate::verification::stored_row::{StoredEntry, StoredRow};

/// Counts one row; the signatures of several hundred are checked at once.
#[pg_extern(stable, parallel_safe, security_definer, cost = 1000, requires = ["tables"])]
#[search_path(pg_catalog, pg_temp)]
#[expect(clippy::too_many_arguments, reason = "one argument for each column that repeats what is signed")]
fn audit_row(
    state: Internal,
    assertion_id: Uuid,
    credential: String,
    credential_id: String,
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
    record_state: Option<String>,
    at: TimestampWithTimeZone,
    call: FunctionCallInfo,
) -> Result<Internal, ErrorReport> {
    let row = StoredRow {
        credential,
        credential_id,
        issuer_did,
        verification_method,
        achievement_uri,
        recipient_id: recipient_id.to_string(),
        valid_from,
        valid_until,
        status_entry: StoredEntry::new(status_list_url, status_purpose, status_index),
        fits_registers,
    };
    let row = AuditedRow {
        assertion_id: *assertion_id.as_bytes(),
        row,
        state: record_state,
        at: from_postgres(at),
    };
    Ok(add(state, row, call)?)
}

/// Puts together what two workers have counted.
#[pg_extern(immutable, parallel_safe)]
fn audit_combine(state: Internal, other: Internal, call: FunctionCallInfo) -> Result<Internal, ErrorReport> {
    Ok(combine(state, other, call)?)
}

/// A worker's counts on their way to the leader.
#[pg_extern(stable, strict, parallel_safe, security_definer)]
#[search_path(pg_catalog, pg_temp)]
fn audit_serialize(state: Internal, call: FunctionCallInfo) -> Result<Vec<u8>, ErrorReport> {
    Ok(settled(state, call)?.map_or_else(Vec::new, |audit| audit.to_bytes()))
}

/// A worker's counts as the leader receives them.
#[pg_extern(immutable, strict, parallel_safe)]
fn audit_deserialize(counts: &[u8], unused: Internal) -> Result<Internal, ErrorReport> {
    Ok(receive(counts, unused)?)
}

/// The counts, one element per outcome.
#[pg_extern(stable, parallel_safe, security_definer, requires = ["audit_types"])]
#[search_path(pg_catalog, pg_temp)]
fn audit_tallies(
    state: Internal,
    call: FunctionCallInfo,
) -> Result<Option<Vec<composite_type!('static, "badges.audit_tally")>>, ErrorReport> {
    match settled(state, call)? {
        None => Ok(None),
        Some(audit) => {
            let tallies = std::mem::take(audit).into_tallies();
            let rows = tallies.iter().map(|(outcome, tally)| composite::audit_tally(outcome, tally));
            Ok(Some(rows.collect::<Result<_, BadgesError>>()?))
        }
    }
}

fn add(mut state: Internal, row: AuditedRow, call: FunctionCallInfo) -> Result<Internal, BadgesError> {
    let (judgement, equation) = judge_signed_up_to_equation(&row.row.credential, row.at)?;
    let outcome = row.row.outcome(judgement);
    let audit = audit_of(&mut state, call)?;
    if audit.add(row, outcome, equation) {
        audit.settle(judge_alone)?;
    }
    Ok(state)
}

fn judge_alone(row: &AuditedRow) -> Result<&'static str, BadgesError> {
    Ok(row.row.outcome(judge_signed(&row.row.credential, row.at)?))
}

fn combine(
    mut state: Internal,
    mut other: Internal,
    call: FunctionCallInfo,
) -> Result<Internal, BadgesError> {
    if other.initialized() {
        let other = std::mem::take(audit_of(&mut other, call)?);
        audit_of(&mut state, call)?.combine(other);
    }
    Ok(state)
}

/// The second argument is PostgreSQL's sign that only an aggregate may call this; it holds nothing.
fn receive(counts: &[u8], _: Internal) -> Result<Internal, BadgesError> {
    Audit::from_bytes(counts).map(Internal::new).ok_or(BadgesError::AuditCounts)
}

/// The counts with nothing open; `None` if there was no row.
fn settled<'a>(mut state: Internal, call: FunctionCallInfo) -> Result<Option<&'a mut Audit>, BadgesError> {
    if !state.initialized() {
        return Ok(None);
    }
    let audit = audit_of(&mut state, call)?;
    audit.settle(judge_alone)?;
    Ok(Some(audit))
}

/// The counts behind an aggregate's state; empty ones that live as long as the aggregate if there are none yet.
#[expect(unsafe_code, reason = "PostgreSQL hands an aggregate's state around as a bare pointer")]
fn audit_of<'a>(state: &mut Internal, call: FunctionCallInfo) -> Result<&'a mut Audit, BadgesError> {
    let mut context = std::ptr::null_mut();
    // SAFETY: `call` is this call's own, and `context` outlives the question.
    if unsafe { pg_sys::AggCheckCallContext(call, &raw mut context) } == 0 {
        return Err(BadgesError::NotInAggregate);
    }
    let find = |_: &mut PgMemoryContexts| {
        // SAFETY: within an aggregate, the state is null or what this function or `audit_deserialize` left there; only a
        // superuser can create an aggregate with a state of type internal.
        std::ptr::from_mut(unsafe { state.get_or_insert_default::<Audit>() })
    };
    // SAFETY: PostgreSQL says that this is the aggregate's memory, and `find` keeps no reference to it.
    let audit = unsafe { PgMemoryContexts::For(context).switch_to(find) };
    // SAFETY: it lives as long as the aggregate, and nothing else refers to it during this call.
    Ok(unsafe { &mut *audit })
}
