//! Asks the tables and the rules in their order; what every function about a credential shares.

use std::rc::Rc;

use openbadges::bake::unverified_text;
use pgrx::datum::TimestampWithTimeZone;

use crate::error::BadgesError;
use crate::guc;
use crate::storage::documents::StoredDocuments;
use crate::storage::{issuer, record};
use crate::types::record::{AssertionRecord, IssuerRecord};
use crate::types::time::from_postgres;
use crate::verification::examination::{Examination, examine, unreadable};
use crate::verification::judgement::{Judgement, judge_record, judge_signature};

/// The proof and the dates, then the key's time, then the record of the stored assertion.
pub(super) fn judge(credential: &str, at: TimestampWithTimeZone) -> Result<Judgement, BadgesError> {
    let judgement = judge_with(credential, StoredDocuments::default(), at)?;
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
pub(super) fn judge_signed(credential: &str, at: TimestampWithTimeZone) -> Result<Judgement, BadgesError> {
    judge_with(credential, StoredDocuments::of_registered_issuers(), at)
}

fn judge_with(
    credential: &str,
    documents: StoredDocuments,
    at: TimestampWithTimeZone,
) -> Result<Judgement, BadgesError> {
    let examination: Examination =
        examine(credential, &documents, from_postgres(at), guc::max_credential_bytes());
    let examination = documents.vouch_for(examination)?;
    let issuer = match &examination.verdict.issuer_id {
        Some(did) => issuer::find(did)?,
        None => Rc::default(),
    };
    Ok(judge_signature(examination, &issuer, guc::leeway_seconds()))
}
