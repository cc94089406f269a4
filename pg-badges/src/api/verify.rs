//! `badges.verify` and `badges.verify_checks`: for anyone, about any credential, at any time.
//!
//! Stable and parallel safe: they read the tables as the calling query sees them, and never the network.
//! They run as the extension's owner, so that a caller needs no right on any table.

use std::rc::Rc;

use pgrx::pg_sys::panic::ErrorReport;
use pgrx::{composite_type, prelude::*};

use super::composite;
use crate::error::BadgesError;
use crate::guc;
use crate::storage::documents::StoredDocuments;
use crate::storage::{issuer, record};
use crate::types::record::{AssertionRecord, IssuerRecord};
use crate::types::time::from_postgres;
use crate::verification::examination::examine;
use crate::verification::judgement::{Judgement, judge_record, judge_signature};

/// `badges.verify(credential text, at timestamptz default now()) returns badges.verdict`
#[pg_extern(stable, parallel_safe, security_definer, cost = 1000, requires = ["tables"])]
#[search_path(pg_catalog, pg_temp)]
fn verify(
    credential: &str,
    at: default!(TimestampWithTimeZone, "now()"),
) -> Result<composite_type!('static, "badges.verdict"), ErrorReport> {
    Ok(composite::verdict(&judge(credential, at)?)?)
}

/// `badges.verify_outcome(credential text, at timestamptz default now()) returns text`
#[pg_extern(stable, parallel_safe, security_definer, cost = 1000, requires = ["tables"])]
#[search_path(pg_catalog, pg_temp)]
fn verify_outcome(
    credential: &str,
    at: default!(TimestampWithTimeZone, "now()"),
) -> Result<&'static str, ErrorReport> {
    Ok(judge(credential, at)?.outcome)
}

/// `badges.verify_checks(credential text, at timestamptz default now()) returns table (name, result, detail)`
#[pg_extern(stable, parallel_safe, security_definer, cost = 1000, requires = ["tables"])]
#[search_path(pg_catalog, pg_temp)]
fn verify_checks(
    credential: &str,
    at: default!(TimestampWithTimeZone, "now()"),
) -> Result<
    TableIterator<'static, (name!(name, &'static str), name!(result, &'static str), name!(detail, String))>,
    ErrorReport,
> {
    let checks = judge(credential, at)?.checks;
    Ok(TableIterator::new(checks.into_iter().map(|check| (check.name, check.result, check.detail))))
}

/// The proof and the dates, then the key's time, then the record of the stored assertion.
fn judge(credential: &str, at: TimestampWithTimeZone) -> Result<Judgement, BadgesError> {
    let judgement = judge_signed(credential, at)?;
    let verdict = &judgement.examination.verdict;
    let record = match (&verdict.credential_id, &verdict.issuer_id) {
        (Some(credential_id), Some(issuer_id)) => record::find(credential_id, issuer_id, at)?,
        _ => AssertionRecord::default(),
    };
    Ok(judge_record(judgement, &record))
}

/// What is signed, and whether its key was valid then; without the record of a stored assertion.
pub(super) fn judge_signed(credential: &str, at: TimestampWithTimeZone) -> Result<Judgement, BadgesError> {
    let documents = StoredDocuments::default();
    let examination = examine(credential, &documents, from_postgres(at), guc::max_credential_bytes());
    let examination = documents.vouch_for(examination)?;
    let issuer = match &examination.verdict.issuer_id {
        Some(did) => issuer::find(did)?,
        None => Rc::new(IssuerRecord::default()),
    };
    Ok(judge_signature(examination, &issuer, guc::leeway_seconds()))
}
