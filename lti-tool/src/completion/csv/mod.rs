//! A list of recipients as CSV (<https://www.rfc-editor.org/rfc/rfc4180>), with the narrative and the evidence of each.
//!
//! It means that a person who may award says who has completed; it needs nothing at the platform but the roster, because nobody outside the
//! course is awarded. The first line names the columns: `user` (the platform's id) or `email`, and if wanted `narrative` and `evidence` (an
//! https address). Good rows count; each bad one is given back as it was written, with the reason. Lists of single facts are in [`facts`].

pub mod facts;
#[cfg(test)]
mod programmes;

use std::collections::{HashMap, HashSet};

use csv::StringRecord;
use url::Url;

use crate::lti::membership::Learner;

/// The most rows of one list.
const MOST_ROWS: usize = 20_000;
/// The longest narrative, in characters.
const LONGEST_NARRATIVE: usize = 4000;
/// The longest address of evidence.
const LONGEST_EVIDENCE: usize = 2000;

/// A good row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecipientRow {
    /// The learner, from the roster.
    pub learner: Learner,
    /// How the badge was earned.
    pub narrative: Option<String>,
    /// Where that can be seen.
    pub evidence: Option<String>,
}

/// A row that is given back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedRow {
    /// Its line in the file, counted from one.
    pub line: u64,
    /// Its fields as they were written, with commas between.
    pub text: String,
    /// Why.
    pub reason: RowProblem,
}

/// What is wrong with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowProblem {
    /// It cannot be read, or has more or fewer fields than the first line.
    Malformed,
    /// It names nobody.
    Nobody,
    /// It names somebody who is not in the course.
    Stranger,
    /// An earlier row names the same person.
    Twice,
    /// The narrative is too long.
    Narrative,
    /// The evidence is no https address.
    Evidence,
    /// It comes after the last row that is read.
    TooMany,
    /// It says nothing that is known.
    Kind,
    /// It lacks the name of what it is about, or that is too long.
    Name,
    /// What it says is no value of that kind.
    Value,
    /// The day is none.
    Date,
}

impl RowProblem {
    /// The text that says it.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Malformed => "row-malformed",
            Self::Nobody => "row-nobody",
            Self::Stranger => "row-stranger",
            Self::Twice => "row-twice",
            Self::Narrative => "row-narrative",
            Self::Evidence => "row-evidence",
            Self::TooMany => "row-too-many",
            Self::Kind => "row-kind",
            Self::Name => "row-name",
            Self::Value => "row-value",
            Self::Date => "row-date",
        }
    }
}

/// What a file comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recipients {
    /// Rows that count.
    pub good: Vec<RecipientRow>,
    /// Rows that come back.
    pub bad: Vec<RefusedRow>,
}

/// Why no row of a file can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CsvError {
    /// The first line names neither.
    #[error("the first line has no column `user` or `email`")]
    NoColumns,
}

/// One row, its fields found by the names of the first line.
struct Fields<'a> {
    headers: &'a StringRecord,
    record: &'a StringRecord,
}

impl Fields<'_> {
    /// A field that is not empty.
    fn find(&self, name: &str) -> Option<&str> {
        let place = self.headers.iter().position(|header| header.eq_ignore_ascii_case(name))?;
        self.record.get(place).filter(|text| !text.is_empty() && !text.contains('\0'))
    }
}

/// Reads a file for a course with these learners.
///
/// # Errors
/// [`CsvError`].
pub fn read(text: &str, learners: &[Learner]) -> Result<Recipients, CsvError> {
    let roster = Roster::new(learners);
    let mut named = HashSet::new();
    let (good, bad) = rows(text, |fields| judge(fields, &roster, &mut named))?;
    Ok(Recipients { good, bad })
}

/// Every row as `judge` takes it, or given back.
fn rows<T>(
    text: &str,
    mut judge: impl FnMut(&Fields<'_>) -> Result<T, RowProblem>,
) -> Result<(Vec<T>, Vec<RefusedRow>), CsvError> {
    // Browsers end lines with two characters, and the reader counts them differently.
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let mut reader =
        csv::ReaderBuilder::new().trim(csv::Trim::All).flexible(true).from_reader(text.as_bytes());
    let headers = reader.headers().map_err(|_error: csv::Error| CsvError::NoColumns)?.clone();
    let has = |name: &str| headers.iter().any(|header| header.eq_ignore_ascii_case(name));
    if !has("user") && !has("email") {
        return Err(CsvError::NoColumns);
    }
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for (number, record) in reader.records().enumerate() {
        let Ok(record) = record else {
            let line = u64::try_from(number).unwrap_or(u64::MAX).saturating_add(2);
            bad.push(RefusedRow { line, text: String::new(), reason: RowProblem::Malformed });
            continue;
        };
        let judged = if number >= MOST_ROWS {
            Err(RowProblem::TooMany)
        } else if record.len() != headers.len() {
            Err(RowProblem::Malformed)
        } else {
            judge(&Fields { headers: &headers, record: &record })
        };
        match judged {
            Ok(row) => good.push(row),
            Err(reason) => {
                let line = record.position().map_or(0, csv::Position::line);
                let text = record.iter().collect::<Vec<_>>().join(", ");
                bad.push(RefusedRow { line, text, reason });
            }
        }
    }
    Ok((good, bad))
}

/// The learners of the course.
struct Roster<'a> {
    by_id: HashMap<&'a str, &'a Learner>,
    by_email: HashMap<String, &'a Learner>,
}

impl<'a> Roster<'a> {
    fn new(learners: &'a [Learner]) -> Self {
        let by_email =
            learners.iter().filter_map(|learner| Some((learner.email.as_ref()?.to_lowercase(), learner)));
        Self {
            by_id: learners.iter().map(|learner| (learner.user_id.as_str(), learner)).collect(),
            by_email: by_email.collect(),
        }
    }

    /// Whom a row is about.
    fn find(&self, fields: &Fields<'_>) -> Result<&'a Learner, RowProblem> {
        let found = match (fields.find("user"), fields.find("email")) {
            (Some(id), _) => self.by_id.get(id),
            (None, Some(email)) => self.by_email.get(&email.to_lowercase()),
            (None, None) => return Err(RowProblem::Nobody),
        };
        found.copied().ok_or(RowProblem::Stranger)
    }
}

fn judge<'a>(
    fields: &Fields<'_>,
    roster: &Roster<'a>,
    named: &mut HashSet<&'a str>,
) -> Result<RecipientRow, RowProblem> {
    let learner = roster.find(fields)?;
    let narrative = fields.find("narrative").map(str::to_owned);
    if narrative.as_ref().is_some_and(|text| text.chars().count() > LONGEST_NARRATIVE) {
        return Err(RowProblem::Narrative);
    }
    let evidence = evidence(fields)?;
    if !named.insert(&learner.user_id) {
        return Err(RowProblem::Twice);
    }
    Ok(RecipientRow { learner: learner.clone(), narrative, evidence })
}

fn evidence(fields: &Fields<'_>) -> Result<Option<String>, RowProblem> {
    match fields.find("evidence") {
        Some(address) if !is_evidence(address) => Err(RowProblem::Evidence),
        address => Ok(address.map(str::to_owned)),
    }
}

fn is_evidence(address: &str) -> bool {
    let is_https = |url: Url| url.scheme() == "https" && url.has_host();
    address.len() <= LONGEST_EVIDENCE && Url::parse(address).is_ok_and(is_https)
}

#[cfg(test)]
mod tests {
    use super::{
        RowProblem::{Evidence, Malformed, Nobody, Stranger, Twice},
        *,
    };

    fn learners() -> Vec<Learner> {
        let learner = |id: &str, email: &str| Learner {
            user_id: id.to_owned(),
            email: Some(email.to_owned()),
            ..Learner::default()
        };
        vec![learner("4", "Sato@lms.example"), learner("5", "ada@lms.example")]
    }

    fn problems(text: &str) -> Vec<(u64, RowProblem)> {
        read(text, &learners()).unwrap().bad.iter().map(|row| (row.line, row.reason)).collect()
    }

    #[test]
    fn good_rows_count_by_id_or_address_in_any_case() {
        let text = "\u{feff}Email,User,Narrative,Evidence\r\nsato@LMS.example,,\"Did it, well\",https://e.example/1\r\n,5,,\r\n";
        let read = read(text, &learners()).unwrap();
        assert_eq!(read.bad, []);
        assert_eq!(
            read.good,
            [
                RecipientRow {
                    learner: learners()[0].clone(),
                    narrative: Some("Did it, well".to_owned()),
                    evidence: Some("https://e.example/1".to_owned()),
                },
                RecipientRow { learner: learners()[1].clone(), narrative: None, evidence: None },
            ]
        );
    }

    #[test]
    fn each_bad_row_comes_back_with_its_line_and_reason() {
        let text = "user,evidence,narrative\n9,,\n,,\n4,http://plain.example/,\n4,nonsense,\n4,,\n4,,\n5,,too,many\n";
        assert_eq!(
            problems(text),
            [(2, Stranger), (3, Nobody), (4, Evidence), (5, Evidence), (7, Twice), (8, Malformed)]
        );
        assert_eq!(problems(&text.replace('\n', "\r\n")), problems(text), "lines as browsers end them");
        let long = format!("user,narrative\n4,{}\n", "x".repeat(4001));
        assert_eq!(problems(&long), [(2, RowProblem::Narrative)]);
        assert_eq!(read("user\n9\n", &learners()).unwrap().bad[0].text, "9");
    }

    #[test]
    fn a_file_without_the_columns_is_refused() {
        for text in ["", "name,grade\nAda,5\n"] {
            assert_eq!(read(text, &learners()), Err(CsvError::NoColumns), "{text}");
        }
    }
}
