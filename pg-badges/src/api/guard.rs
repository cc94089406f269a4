//! The way into `badges.assertion`: the trigger that refuses, and the examination of many credentials before it.

use openbadges::key::{SignatureEquation, which_hold};
use pgrx::datum::{Array, UnboxDatum, now};
use pgrx::heap_tuple::PgHeapTuple;
use pgrx::pg_sys::panic::ErrorReport;
use pgrx::tupdesc::PgTupleDesc;
use pgrx::{AllocatedByPostgres, FromDatum, IntoDatum, PgTrigger, pg_sys, prelude::*};

use super::judge::{issuer_of, judge_signed, judge_signed_up_to_equation};
use crate::error::BadgesError;
use crate::storage::{examined, record, register};
use crate::types::time::from_postgres;
use crate::verification::admission::{Known, OfferedRow, Refusal, admit};
use crate::verification::judgement::{Conclusion, Judgement};

/// A row of `badges.assertion`, as PostgreSQL hands it to the trigger.
type Row<'a> = PgHeapTuple<'a, AllocatedByPostgres>;

/// Lets a row into `badges.assertion` whose credential verifies, with the columns that repeat it; refuses all else.
#[pg_trigger]
#[expect(clippy::unnecessary_wraps, reason = "the form that pgrx wants a trigger to have")]
fn guard_assertion<'a>(trigger: &'a PgTrigger<'a>) -> Result<Option<Row<'a>>, BadgesError> {
    match guard(trigger) {
        Ok(row) => Ok(Some(row)),
        Err(error) => {
            // Raises it here: what a trigger returns as an error would reach SQL without its SQLSTATE.
            ErrorReport::from(error).report(PgLogLevel::ERROR);
            Ok(None)
        }
    }
}

/// `badges.examine_together(credentials text[])`: whose row enters next, by the same statement, needs no second examination.
#[pg_extern(volatile, parallel_unsafe, security_definer, cost = 100000, requires = ["tables"])]
#[search_path(pg_catalog, pg_temp)]
#[expect(clippy::needless_pass_by_value, reason = "pgrx hands arguments over by value")]
fn examine_together(
    credentials: Array<'_, &str>,
) -> Result<
    TableIterator<'static, (name!(credential_id, Option<String>), name!(names_plainly, bool))>,
    ErrorReport,
> {
    let credentials: Vec<&str> = credentials.iter().map(Option::unwrap_or_default).collect();
    Ok(TableIterator::new(examine_all(&credentials)?))
}

fn guard<'a>(trigger: &'a PgTrigger<'a>) -> Result<Row<'a>, BadgesError> {
    let event = trigger.event();
    if event.fired_by_update() {
        return Err(Refusal::Change.into());
    }
    let row = trigger.new().filter(|_| event.fired_by_insert()).ok_or(Refusal::Deletion)?;
    let credential: &str = column(&row, "credential")?.ok_or(Refusal::NoCredential)?;
    let offered = read(&row)?;
    let at = from_postgres(now());
    let signed = match examined::take(credential, at) {
        Some(signed) => signed,
        None => judge_signed(credential, at)?.into(),
    };
    let filled = admit_known(&offered, &signed)?;
    Ok(fill(trigger, row, &offered, filled))
}

/// Asks the tables for what the row names.
fn admit_known(offered: &OfferedRow, signed: &Conclusion) -> Result<OfferedRow, BadgesError> {
    let issuer = issuer_of(&signed.verdict)?;
    let achievement = match offered.achievement_id {
        Some(id) => register::find_achievement(id)?,
        None => None,
    };
    let recipients_issuer = match offered.recipient_id {
        Some(id) => record::find_recipients_issuer(id)?,
        None => None,
    };
    let status_list = match &signed.verdict.status {
        Some(status) => register::find_status_list(&status.list)?,
        None => None,
    };
    let known = Known {
        issuer: &issuer,
        achievement: achievement.as_deref(),
        recipients_issuer,
        status_list: status_list.as_deref(),
    };
    Ok(admit(offered, signed, known)?)
}

fn read(row: &Row<'_>) -> Result<OfferedRow, BadgesError> {
    Ok(OfferedRow {
        issuer_id: column(row, "issuer_id")?,
        issuer_key_id: column(row, "issuer_key_id")?,
        achievement_id: column(row, "achievement_id")?,
        series_id: column(row, "series_id")?,
        recipient_id: column(row, "recipient_id")?,
        status_list_id: column(row, "status_list_id")?,
        valid_from: column(row, "valid_from")?,
        valid_until: column(row, "valid_until")?,
        status_index: column(row, "status_index")?,
        credential_id: column(row, "credential_id")?,
    })
}

fn column<'a, T: FromDatum + IntoDatum + UnboxDatum<As<'a> = T> + 'a>(
    row: &'a Row<'_>,
    name: &str,
) -> Result<Option<T>, BadgesError> {
    row.get_by_name(name).or(Err(BadgesError::Table(c"assertion")))
}

/// Puts the columns that were left out into the row; forms it anew once.
#[expect(unsafe_code, reason = "pgrx forms a row anew for each column that is set")]
fn fill<'a>(trigger: &'a PgTrigger<'a>, row: Row<'a>, offered: &OfferedRow, filled: OfferedRow) -> Row<'a> {
    let (mut numbers, mut values) = (Vec::new(), Vec::new());
    let mut set = |name: &str, is_offered: bool, value: Option<pg_sys::Datum>| {
        let number = row.get_attribute_by_name(name).and_then(|(number, _)| i32::try_from(number.get()).ok());
        if let (Some(number), Some(value), false) = (number, value, is_offered) {
            numbers.push(number);
            values.push(value);
        }
    };
    set("issuer_id", offered.issuer_id.is_some(), filled.issuer_id.into_datum());
    set("issuer_key_id", offered.issuer_key_id.is_some(), filled.issuer_key_id.into_datum());
    set("series_id", offered.series_id.is_some(), filled.series_id.into_datum());
    set("status_list_id", offered.status_list_id.is_some(), filled.status_list_id.into_datum());
    set("valid_from", offered.valid_from.is_some(), filled.valid_from.into_datum());
    set("valid_until", offered.valid_until.is_some(), filled.valid_until.into_datum());
    set("status_index", offered.status_index.is_some(), filled.status_index.into_datum());
    set("credential_id", offered.credential_id.is_some(), filled.credential_id.into_datum());
    let Ok(count) = i32::try_from(numbers.len()) else { return row };
    if count == 0 {
        return row;
    }
    let mut are_null = vec![false; numbers.len()];
    let data = trigger.trigger_data();
    // SAFETY: PostgreSQL calls the trigger with the relation and the row, which outlive it; the columns were found by their
    // names above, and `sql/10_tables.sql` gives them the types of the values. The row is formed in the memory of this call.
    unsafe {
        let descriptor = (*data.tg_relation).rd_att;
        let formed = pg_sys::heap_modify_tuple_by_cols(
            data.tg_trigtuple,
            descriptor,
            count,
            numbers.as_mut_ptr(),
            values.as_mut_ptr(),
            are_null.as_mut_ptr(),
        );
        PgHeapTuple::from_heap_tuple(PgTupleDesc::from_pg_unchecked(descriptor), formed)
    }
}

/// Checks the signatures of all at once, keeps what the guard will ask for, and says whom they name and how.
fn examine_all(credentials: &[&str]) -> Result<Vec<(Option<String>, bool)>, BadgesError> {
    let at = from_postgres(now());
    let judged: Vec<(Judgement, Option<SignatureEquation>)> = credentials
        .iter()
        .map(|credential| judge_signed_up_to_equation(credential, at))
        .collect::<Result<_, _>>()?;
    let (mut judgements, equations): (Vec<Judgement>, Vec<Option<SignatureEquation>>) =
        judged.into_iter().unzip();
    let open: Vec<usize> =
        (0..).zip(&equations).filter(|(_, open)| open.is_some()).map(|(place, _)| place).collect();
    let answers = which_hold(&equations.into_iter().flatten().collect::<Vec<_>>());
    for (place, _) in open.into_iter().zip(answers).filter(|(_, holds)| !holds) {
        if let (Some(judgement), Some(credential)) = (judgements.get_mut(place), credentials.get(place)) {
            *judgement = judge_signed(credential, at)?;
        }
    }
    let told = |judgement: &Judgement| {
        (judgement.verdict.credential_id.clone(), judgement.verdict.names_subject_plainly)
    };
    let told = judgements.iter().map(told).collect();
    let texts = credentials.iter().map(|credential| (*credential).to_owned());
    examined::keep(texts.zip(judgements.into_iter().map(Conclusion::from)), at);
    Ok(told)
}
