//! Asks the tables and the rules in their order; what every function about a credential shares.

use std::rc::Rc;

use openbadges::bake::unverified_text;
use openbadges::key::SignatureEquation;
use openbadges::time::Timestamp;
use openbadges::verify::Documents;
use pgrx::datum::TimestampWithTimeZone;

use crate::error::BadgesError;
use crate::guc;
use crate::storage::documents::StoredDocuments;
use crate::storage::{issuer, record};
use crate::types::record::{AssertionRecord, IssuerRecord};
use crate::types::time::from_postgres;
use crate::verification::examination::{Examination, examine, examine_up_to_equation, unreadable};
use crate::verification::judgement::{Judgement, judge_record, judge_signature};

/// The proof and the dates, then the key's time, then the record of the stored assertion.
pub(super) fn judge(credential: &str, at: TimestampWithTimeZone) -> Result<Judgement, BadgesError> {
    let judgement = judge_with(StoredDocuments::all()?, |documents| {
        examine_now(credential, documents, from_postgres(at))
    })?;
    let verdict = &judgement.examination.verdict;
    let record = match (&verdict.credential_id, &verdict.issuer_id) {
        (Some(credential_id), Some(issuer_id)) if issuer::find(issuer_id)?.is_registered => {
            record::find(credential_id, issuer_id, at)?
        }
        _ => AssertionRecord::default(),
    };
    Ok(judge_record(judgement, &record))
}

/// The same for a file: text, or a picture with a badge baked in.
pub(super) fn judge_file(file: &[u8], at: TimestampWithTimeZone) -> Result<Judgement, BadgesError> {
    match unverified_text(file) {
        Ok(credential) => judge(&credential, at),
        Err(error) => {
            let judgement =
                judge_signature(unreadable(&error), &IssuerRecord::default(), guc::leeway_seconds());
            Ok(judge_record(judgement, &AssertionRecord::default()))
        }
    }
}

/// What is signed, judged by nothing but the keys registered here; without the record of a stored assertion.
pub(super) fn judge_signed(credential: &str, at: Timestamp) -> Result<Judgement, BadgesError> {
    judge_with(StoredDocuments::of_registered_issuers()?, |documents| examine_now(credential, documents, at))
}

/// The same as if the signature held, and the equation that has to hold for it, if it is left open.
pub(super) fn judge_signed_up_to_equation(
    credential: &str,
    at: Timestamp,
) -> Result<(Judgement, Option<SignatureEquation>), BadgesError> {
    let mut open = None;
    let judgement = judge_with(StoredDocuments::of_registered_issuers()?, |documents| {
        let (examination, equation) =
            examine_up_to_equation(credential, documents, at, guc::max_credential_bytes());
        open = equation;
        examination
    })?;
    Ok((judgement, open))
}

fn examine_now(credential: &str, documents: &dyn Documents, at: Timestamp) -> Examination {
    examine(credential, documents, at, guc::max_credential_bytes())
}

fn judge_with(
    documents: StoredDocuments,
    examine: impl FnOnce(&StoredDocuments) -> Examination,
) -> Result<Judgement, BadgesError> {
    let examination = examine(&documents);
    let examination = documents.vouch_for(examination)?;
    let issuer = match &examination.verdict.issuer_id {
        Some(did) => issuer::find(did)?,
        None => Rc::default(),
    };
    Ok(judge_signature(examination, &issuer, guc::leeway_seconds()))
}
