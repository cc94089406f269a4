//! Rows of the composite types `badges.verdict`, `badges.examination` and `badges.audit_tally`, column by column as `sql/10_tables.sql` has them.

use std::borrow::Cow;

use openbadges::time::Timestamp;
use pgrx::datum::Uuid;
use pgrx::heap_tuple::PgHeapTuple;
use pgrx::pg_sys::Datum;
use pgrx::{AllocatedByRust, IntoDatum};

use crate::error::BadgesError;
use crate::storage::composite_type;
use crate::types::time::to_postgres;
use crate::verification::audit::Tally;
use crate::verification::judgement::Judgement;

/// A row for SQL.
pub(super) type Composite = PgHeapTuple<'static, AllocatedByRust>;

/// The row that `badges.verify` answers with.
pub(super) fn verdict(judgement: &Judgement) -> Result<Composite, BadgesError> {
    let verdict = &judgement.verdict;
    row(
        "badges.verdict",
        vec![
            judgement.outcome.into_datum(),
            text(verdict.credential_id.as_deref()),
            text(verdict.issuer_id.as_deref()),
            text(verdict.achievement_id.as_deref()),
            time(verdict.valid_from),
            time(verdict.valid_until),
            missing(judgement),
            text(judgement.detail()),
        ],
    )
}

/// The row that the guard of `badges.assertion` compares with the tables.
pub(super) fn examination(judgement: &Judgement) -> Result<Composite, BadgesError> {
    let verdict = &judgement.verdict;
    let status = verdict.status.as_ref();
    row(
        "badges.examination",
        vec![
            judgement.outcome.into_datum(),
            text(judgement.detail()),
            text(verdict.credential_id.as_deref()),
            text(verdict.issuer_id.as_deref()),
            text(verdict.achievement_id.as_deref()),
            text(verdict.subject_id.as_deref()),
            time(verdict.valid_from),
            time(verdict.valid_until),
            time(verdict.signed_at),
            text(verdict.verification_method.as_deref()),
            text(status.map(|status| status.list.as_str())),
            status.and_then(|status| i32::try_from(status.index).ok()).and_then(IntoDatum::into_datum),
            text(status.map(|status| status.purpose.as_str())),
            missing(judgement),
        ],
    )
}

/// A count of the audit.
pub(super) fn audit_tally(outcome: &str, tally: &Tally) -> Result<Composite, BadgesError> {
    let ids: Option<Vec<Uuid>> =
        (!tally.failures.is_empty()).then(|| tally.failures.iter().map(|id| Uuid::from_bytes(*id)).collect());
    row("badges.audit_tally", vec![text(Some(outcome)), tally.rows.into_datum(), ids.into_datum()])
}

fn text(value: Option<&str>) -> Option<Datum> {
    printable(value?).as_ref().into_datum()
}

/// SQL's text holds no zero character: a sentence that repeats one shows a replacement character in its place.
pub(super) fn printable(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { text.replace('\0', "\u{FFFD}").into() } else { text.into() }
}

fn missing(judgement: &Judgement) -> Option<Datum> {
    judgement.missing.iter().map(|url| printable(url).into_owned()).collect::<Vec<String>>().into_datum()
}

fn time(value: Option<Timestamp>) -> Option<Datum> {
    value.and_then(to_postgres).and_then(IntoDatum::into_datum)
}

/// Forms a row at once: setting columns one by one would form it anew for each.
#[expect(unsafe_code, reason = "pgrx sets columns one by one, or all of them unchecked")]
fn row(type_name: &'static str, columns: Vec<Option<Datum>>) -> Result<Composite, BadgesError> {
    let descriptor = composite_type::describe(type_name)?;
    // SAFETY: the callers above name one column after the other with the types of `sql/10_tables.sql`, which the
    // regression test `surface` lists; a different number of columns is an error here.
    let formed = unsafe { PgHeapTuple::from_datums(descriptor, columns) };
    formed.or(Err(BadgesError::CompositeType(type_name)))
}
