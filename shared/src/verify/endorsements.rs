//! The credentials of others that vouch for a badge, its issuer or its achievement.
//!
//! <https://www.imsglobal.org/spec/ob/v3p0/#verification>, step 6: each by the same steps. An endorsement may be
//! endorsed in turn; depth and number are bounded.

use super::Circumstances;
use super::prepared::Signatures;
use super::report::{Finding, Passed, Refusal, Report};
use super::unverified::{self, Unverified};
use super::verdict::Outcome;
use crate::jsonld::{Arena, Json};

/// Deepest chain of endorsed endorsements that is followed.
pub(super) const DEEPEST: usize = 3;
/// Most endorsements of one credential that are checked.
const MOST: usize = 16;

/// Where endorsements may stand.
const PLACES: [&str; 12] = [
    "/endorsement",
    "/endorsementJwt",
    "/issuer/endorsement",
    "/issuer/endorsementJwt",
    "/credentialSubject/achievement/endorsement",
    "/credentialSubject/achievement/endorsementJwt",
    "/credentialSubject/achievement/creator/endorsement",
    "/credentialSubject/achievement/creator/endorsementJwt",
    "/credentialSubject/source/endorsement",
    "/credentialSubject/source/endorsementJwt",
    "/issuer/parentOrg/endorsement",
    "/issuer/parentOrg/endorsementJwt",
];

/// Every endorsement holds.
pub(super) fn hold(credential: &Unverified<'_>, circumstances: Circumstances<'_>) -> Finding {
    let endorsements = all(credential);
    if endorsements.is_empty() {
        return Ok(Passed::new((), "nobody else vouches for it"));
    }
    if endorsements.len() > MOST || circumstances.nesting >= DEEPEST {
        let first = endorsements.first().map(|(pointer, _)| pointer.as_str()).unwrap_or_default();
        let detail = format!(
            "{first} and others: endorsements are checked {DEEPEST} deep and {MOST} at a time, here are more"
        );
        return Err(Refusal::new(Outcome::EndorsementInvalid, detail));
    }
    let inner = Circumstances { nesting: circumstances.nesting + 1, may_refresh: false, ..circumstances };
    for (pointer, endorsement) in &endorsements {
        check(pointer, *endorsement, credential.arena, inner)?;
    }
    Ok(Passed::new((), format!("endorsements that hold: {}", endorsements.len())))
}

/// The endorsements of a credential with their JSON pointers.
fn all<'a>(credential: &Unverified<'a>) -> Vec<(String, Json<'a>)> {
    let mut found = Vec::new();
    for pointer in PLACES {
        match credential.at(pointer) {
            Some(Json::Array(values)) => {
                let named = values.iter().enumerate();
                found.extend(named.map(|(index, value)| (format!("{pointer}/{index}"), *value)));
            }
            Some(value) => found.push((pointer.to_owned(), value)),
            None => {}
        }
    }
    found
}

fn check<'a>(
    pointer: &str,
    endorsement: Json<'a>,
    arena: &'a Arena,
    circumstances: Circumstances<'_>,
) -> Result<(), Refusal> {
    let read = match endorsement {
        Json::String(token) => unverified::read(token, arena, circumstances.telling),
        document => unverified::from_part(document, arena, circumstances.telling),
    };
    let mut report = Report::default();
    let refusal = match read {
        Ok(Passed { value, .. }) => {
            super::check_credential(&mut report, &value, circumstances, &mut Signatures::CheckedAtOnce);
            report.into_first_refusal()
        }
        Err(refusal) => Some(refusal),
    };
    match refusal {
        None => Ok(()),
        Some(Refusal::Failed { outcome, detail }) => {
            let detail = format!("endorsement at {pointer} is {outcome}: {detail}");
            Err(Refusal::new(Outcome::EndorsementInvalid, detail))
        }
        Some(unknown @ Refusal::Unknown { .. }) => Err(unknown.at(pointer)),
    }
}
