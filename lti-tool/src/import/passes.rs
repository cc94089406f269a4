//! A list of passes of examinations, as a personnel department keeps it: `user`, `examination` (its code), `passed_on`, and if wanted
//! `platform`, `number`, `evidence`. Each counts once a person approves it.

use std::collections::HashMap;

use uuid::Uuid;

use super::{
    lists::{ListError, People, known_people, person},
    table::{Reason, Refused, Table},
};
use crate::{
    state::AppState,
    store::examination::{Answer, NewPass},
};

/// A row that can be recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
struct PassLine {
    recipient_id: Uuid,
    competency_id: Uuid,
    passed_on: String,
    number: Option<String>,
    evidence: Option<String>,
    /// The row as it stands in the list, to be given back.
    refused: Refused,
}

fn passes(
    text: &str,
    known: &People,
    examinations: &HashMap<String, Uuid>,
) -> Result<(Vec<PassLine>, Vec<Refused>), ListError> {
    let table = Table::open(text, &["user", "examination", "passed_on"])?;
    Ok(table.rows(|row| {
        let recipient_id = person(row, known)?;
        let code = row.needed("examination")?;
        let competency_id = *examinations.get(&code).ok_or(Reason::Examination)?;
        let (number, evidence) = (row.optional("number"), row.optional("evidence"));
        if number.is_none() && evidence.is_none() {
            return Err(Reason::Evidence);
        }
        let passed_on = row.date("passed_on")?;
        Ok(PassLine {
            recipient_id,
            competency_id,
            passed_on,
            number,
            evidence,
            refused: row.refused(Reason::Recorded),
        })
    }))
}

/// Records passes; returns how many are new, and the rows that are given back.
///
/// # Errors
/// [`ListError`].
pub async fn record_passes(
    state: &AppState,
    text: &str,
    recorded_by: &str,
) -> Result<(usize, Vec<Refused>), ListError> {
    let issuer = state.issuer_profile().id;
    let known = known_people(state, &issuer, text).await?;
    let examinations = state.store.list_examinations(&issuer).await?;
    let examinations = examinations.into_iter().map(|row| (row.code, row.competency_id)).collect();
    let (good, mut bad) = passes(text, &known, &examinations)?;
    let mut recorded = 0;
    for line in good {
        let pass = NewPass {
            recipient_id: line.recipient_id,
            competency_id: line.competency_id,
            passed_on: &line.passed_on,
            certificate_number: line.number.as_deref(),
            evidence: line.evidence.as_deref(),
            badge: None,
            recorded_by,
        };
        match state.store.insert_pass(&pass).await? {
            Answer::Done => recorded += 1,
            Answer::Refused => bad.push(line.refused),
        }
    }
    bad.sort_by_key(|row| row.line);
    Ok((recorded, bad))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pass_needs_a_known_examination_a_day_and_evidence() {
        let people = HashMap::from([("R-1".to_owned(), Uuid::nil())]);
        let known = HashMap::from([("import".to_owned(), people)]);
        let examinations = HashMap::from([("IP".to_owned(), Uuid::nil())]);
        let text = "user,examination,passed_on,number,evidence\n\
            R-1,IP,2026-10-01,IP-1,\n\
            R-1,XX,2026-10-01,IP-1,\n\
            R-1,IP,1 October,IP-1,\n\
            R-1,IP,2026-10-01,,\n\
            R-2,IP,2026-10-01,IP-1,\n";
        let (good, bad) = passes(text, &known, &examinations).unwrap();
        assert_eq!((good.len(), good[0].number.as_deref(), good[0].refused.line), (1, Some("IP-1"), 2));
        let reasons: Vec<(u64, Reason)> = bad.iter().map(|row| (row.line, row.reason)).collect();
        assert_eq!(
            reasons,
            [(3, Reason::Examination), (4, Reason::Date), (5, Reason::Evidence), (6, Reason::Stranger)]
        );
    }
}
