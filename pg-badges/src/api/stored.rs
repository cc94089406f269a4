//! What the guard of `badges.assertion` and the audit ask: is this row still what was signed?

use pgrx::datum::Uuid;
use pgrx::pg_sys::panic::ErrorReport;
use pgrx::{composite_type, prelude::*};

use super::composite;
use super::judge::judge_signed;
use crate::types::time::from_postgres;
use crate::verification::judgement::{Judgement, settle_own_status};

/// `badges.examine(credential text, at timestamptz default now()) returns badges.examination`
#[pg_extern(stable, parallel_safe, security_definer, cost = 1000, requires = ["tables"])]
#[search_path(pg_catalog, pg_temp)]
fn examine(
    credential: &str,
    at: default!(TimestampWithTimeZone, "now()"),
) -> Result<composite_type!('static, "badges.examination"), ErrorReport> {
    Ok(composite::examination(&judge_signed(credential, at)?)?)
}

/// The outcome of a stored row, or `altered` if its columns contradict its credential.
#[pg_extern(stable, parallel_safe, security_definer, cost = 1000, requires = ["tables"])]
#[search_path(pg_catalog, pg_temp)]
#[expect(clippy::too_many_arguments, reason = "one argument for each column that repeats what is signed")]
fn recheck(
    credential: &str,
    credential_id: &str,
    issuer_did: &str,
    achievement_uri: &str,
    recipient_id: Uuid,
    valid_from: TimestampWithTimeZone,
    valid_until: Option<TimestampWithTimeZone>,
    has_status_list: bool,
    at: TimestampWithTimeZone,
) -> Result<&'static str, ErrorReport> {
    let mut judgement = judge_signed(credential, at)?;
    if has_status_list {
        settle_own_status(&mut judgement);
    }
    let verdict = &judgement.examination.verdict;
    let repeats = verdict.credential_id.as_deref() == Some(credential_id)
        && verdict.issuer_id.as_deref() == Some(issuer_did)
        && verdict.achievement_id.as_deref() == Some(achievement_uri)
        && verdict.valid_from == Some(from_postgres(valid_from))
        && verdict.valid_until == valid_until.map(from_postgres)
        && is_about(&judgement, recipient_id);
    Ok(if repeats || !judgement.is_signed() { judgement.outcome } else { "altered" })
}

/// Whether a subject that names a recipient names this one; other subjects are the holder's own names.
fn is_about(judgement: &Judgement, recipient_id: Uuid) -> bool {
    match judgement.examination.subject_id.as_deref().and_then(|subject| subject.strip_prefix("urn:uuid:")) {
        Some(named) => named.eq_ignore_ascii_case(&recipient_id.to_string()),
        None => true,
    }
}
