//! Asks the tables and the rules in their order; what every function about a credential shares.

use std::rc::Rc;

use openbadges::bake::unverified_text;
use openbadges::key::SignatureEquation;
use openbadges::time::Timestamp;
use openbadges::verify::Verdict;
use pgrx::datum::TimestampWithTimeZone;

use crate::error::BadgesError;
use crate::guc;
use crate::storage::documents::StoredDocuments;
use crate::storage::{issuer, record};
use crate::types::record::{AssertionRecord, IssuerRecord, Telling};
use crate::types::time::from_postgres;
use crate::verification::examination::{examine, examine_up_to_equation, unreadable};
use crate::verification::judgement::{Judgement, judge_record, judge_signature};

/// The proof and the dates, then the key's time, then the record of the stored assertion.
pub(super) fn judge(
    credential: &str,
    at: TimestampWithTimeZone,
    telling: Telling,
) -> Result<Judgement, BadgesError> {
    let documents = StoredDocuments::all()?;
    let verdict = examine(credential, &documents, from_postgres(at), guc::max_credential_bytes(), telling);
    let verdict = documents.vouch_for(verdict)?;
    let issuer = issuer_of(&verdict)?;
    let judgement = judge_signature(verdict, &issuer, guc::leeway_seconds());
    let record = match (&judgement.verdict.credential_id, issuer.issuer_id) {
        (Some(credential_id), Some(issuer_id)) => record::find(credential_id, issuer_id, at, telling)?,
        _ => AssertionRecord::default(),
    };
    Ok(judge_record(judgement, &record))
}

/// The same for a file: text, or a picture with a badge baked in.
pub(super) fn judge_file(
    file: &[u8],
    at: TimestampWithTimeZone,
    telling: Telling,
) -> Result<Judgement, BadgesError> {
    match unverified_text(file) {
        Ok(credential) => judge(&credential, at, telling),
        Err(error) => {
            let judgement =
                judge_signature(unreadable(&error), &IssuerRecord::default(), guc::leeway_seconds());
            Ok(judge_record(judgement, &AssertionRecord::default()))
        }
    }
}

/// What is signed, judged by nothing but the keys registered here; without the record of a stored assertion.
pub(super) fn judge_signed(credential: &str, at: Timestamp) -> Result<Judgement, BadgesError> {
    let documents = StoredDocuments::of_registered_issuers()?;
    let verdict = examine(credential, &documents, at, guc::max_credential_bytes(), Telling::Refusals);
    judge_by_issuer(documents.vouch_for(verdict)?)
}

/// The same as if the signature held, and the equation that has to hold for it, if it is left open.
pub(super) fn judge_signed_up_to_equation(
    credential: &str,
    at: Timestamp,
) -> Result<(Judgement, Option<SignatureEquation>), BadgesError> {
    let documents = StoredDocuments::of_registered_issuers()?;
    let answer = examine_up_to_equation(credential, &documents, at, guc::max_credential_bytes());
    let (verdict, equation) = documents.vouch_for(answer)?;
    Ok((judge_by_issuer(verdict)?, equation))
}

fn judge_by_issuer(verdict: Verdict) -> Result<Judgement, BadgesError> {
    let issuer = issuer_of(&verdict)?;
    Ok(judge_signature(verdict, &issuer, guc::leeway_seconds()))
}

/// What the tables know about the issuer that a verdict names.
pub(super) fn issuer_of(verdict: &Verdict) -> Result<Rc<IssuerRecord>, BadgesError> {
    verdict.issuer_id.as_ref().map_or_else(|| Ok(Rc::default()), |did| issuer::find(did))
}
