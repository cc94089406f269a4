//! Rows of the composite types `badges.verdict` and `badges.examination`.

use openbadges::time::Timestamp;
use pgrx::heap_tuple::PgHeapTuple;
use pgrx::{AllocatedByRust, IntoDatum};

use crate::error::BadgesError;
use crate::types::time::to_postgres;
use crate::verification::judgement::Judgement;

/// A row for SQL.
pub(super) type Composite = PgHeapTuple<'static, AllocatedByRust>;

/// A row under construction; a column that does not exist is an error of the installation.
struct Row {
    type_name: &'static str,
    tuple: Composite,
}

impl Row {
    fn of(type_name: &'static str) -> Result<Self, BadgesError> {
        match PgHeapTuple::new_composite_type(type_name) {
            Ok(tuple) => Ok(Self { type_name, tuple }),
            Err(_missing) => Err(BadgesError::CompositeType(type_name)),
        }
    }

    fn with<T: IntoDatum>(mut self, column: &str, value: Option<T>) -> Result<Self, BadgesError> {
        match value.map(|value| self.tuple.set_by_name(column, value)) {
            Some(Err(_mismatch)) => Err(BadgesError::CompositeType(self.type_name)),
            Some(Ok(())) | None => Ok(self),
        }
    }

    fn with_time(self, column: &str, time: Option<Timestamp>) -> Result<Self, BadgesError> {
        self.with(column, time.and_then(to_postgres))
    }
}

/// The row that `badges.verify` answers with.
pub(super) fn verdict(judgement: &Judgement) -> Result<Composite, BadgesError> {
    let verdict = &judgement.examination.verdict;
    Ok(Row::of("badges.verdict")?
        .with("outcome", Some(judgement.outcome))?
        .with("credential_id", verdict.credential_id.as_deref())?
        .with("issuer_id", verdict.issuer_id.as_deref())?
        .with("achievement_id", verdict.achievement_id.as_deref())?
        .with_time("valid_from", verdict.valid_from)?
        .with_time("valid_until", verdict.valid_until)?
        .with("missing", Some(judgement.missing.clone()))?
        .with("detail", judgement.detail())?
        .tuple)
}

/// The row that the guard of `badges.assertion` compares with the tables.
pub(super) fn examination(judgement: &Judgement) -> Result<Composite, BadgesError> {
    let examination = &judgement.examination;
    let verdict = &examination.verdict;
    let status = examination.status.as_ref();
    Ok(Row::of("badges.examination")?
        .with("outcome", Some(judgement.outcome))?
        .with("detail", judgement.detail())?
        .with("credential_id", verdict.credential_id.as_deref())?
        .with("issuer_id", verdict.issuer_id.as_deref())?
        .with("achievement_id", verdict.achievement_id.as_deref())?
        .with("subject_id", examination.subject_id.as_deref())?
        .with_time("valid_from", verdict.valid_from)?
        .with_time("valid_until", verdict.valid_until)?
        .with_time("signed_at", examination.signed_at)?
        .with("verification_method", verdict.verification_method.as_deref())?
        .with("status_list_url", status.map(|status| status.list_url.as_str()))?
        .with("status_index", status.map(|status| status.index))?
        .with("status_purpose", status.map(|status| status.purpose.as_str()))?
        .with("missing", Some(judgement.missing.clone()))?
        .tuple)
}
