//! `badges.verify` and `badges.verify_checks`: for anyone, about any credential, at any time.
//!
//! Stable and parallel safe: they read the tables as the calling query sees them, and never the network.
//! They run as the extension's owner, so that a caller needs no right on any table.

use pgrx::pg_sys::panic::ErrorReport;
use pgrx::{composite_type, prelude::*};

use super::composite;
use super::judge::{judge, judge_file};
use crate::types::record::Telling;
use crate::verification::judgement::CheckRow;

/// `badges.verify(credential text, at timestamptz default now()) returns badges.verdict`
#[pg_extern(stable, parallel_safe, security_definer, cost = 1000, requires = ["tables"])]
#[search_path(pg_catalog, pg_temp)]
fn verify(
    credential: &str,
    at: default!(TimestampWithTimeZone, "now()"),
) -> Result<composite_type!('static, "badges.verdict"), ErrorReport> {
    Ok(composite::verdict(&judge(credential, at, Telling::Refusals)?)?)
}

/// `badges.verify(credential bytea, at timestamptz default now()) returns badges.verdict`
#[pg_extern(name = "verify", stable, parallel_safe, security_definer, cost = 1000, requires = ["tables"])]
#[search_path(pg_catalog, pg_temp)]
fn verify_file(
    credential: &[u8],
    at: default!(TimestampWithTimeZone, "now()"),
) -> Result<composite_type!('static, "badges.verdict"), ErrorReport> {
    Ok(composite::verdict(&judge_file(credential, at, Telling::Refusals)?)?)
}

/// `badges.verify_outcome(credential text, at timestamptz default now()) returns text`
#[pg_extern(stable, parallel_safe, security_definer, cost = 1000, requires = ["tables"])]
#[search_path(pg_catalog, pg_temp)]
fn verify_outcome(
    credential: &str,
    at: default!(TimestampWithTimeZone, "now()"),
) -> Result<&'static str, ErrorReport> {
    Ok(judge(credential, at, Telling::Refusals)?.outcome)
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
    Ok(TableIterator::new(judge(credential, at, Telling::Everything)?.checks.into_iter().map(columns)))
}

/// `badges.verify_checks(credential bytea, at timestamptz default now()) returns table (name, result, detail)`
#[pg_extern(name = "verify_checks", stable, parallel_safe, security_definer, cost = 1000, requires = ["tables"])]
#[search_path(pg_catalog, pg_temp)]
fn verify_file_checks(
    credential: &[u8],
    at: default!(TimestampWithTimeZone, "now()"),
) -> Result<
    TableIterator<'static, (name!(name, &'static str), name!(result, &'static str), name!(detail, String))>,
    ErrorReport,
> {
    Ok(TableIterator::new(judge_file(credential, at, Telling::Everything)?.checks.into_iter().map(columns)))
}

fn columns(CheckRow { name, result, detail }: CheckRow) -> (&'static str, &'static str, String) {
    let detail =
        if detail.contains('\0') { composite::printable(&detail).into_owned() } else { detail.into_owned() };
    (name, result, detail)
}
