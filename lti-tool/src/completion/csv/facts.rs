//! A list of single facts as CSV: what is known of learners and what no platform tells.
//!
//! It means that a person who may award says so. The first line names the columns: `user` or `email`, `kind`, and what the kinds want:
//!
//! | `kind` | `name` | `value` | besides |
//! |---|---|---|---|
//! | `attendance` | | percent of the meetings | |
//! | `course` | the course, as the rule names it | | |
//! | `activity` | the activity | | |
//! | `grade` | the column | points | `max` (100 if empty), `sections` (points with spaces between) |
//! | `examination` | the examination | number of the certificate | `date`, `checked` (how), `evidence` |
//! | `endorsement` | who vouches | | |
//! | `population` | | `employee`, `dispatched` or `external` | |
//!
//! Anything in `withdrawn` takes the fact back. Good rows count and stay until they are said anew; each bad one is given back.

use openbadges::{
    completion::{Fact, Population, Source},
    time::Timestamp,
};

use super::{CsvError, Fields, RefusedRow, Roster, RowProblem, evidence, rows};
use crate::{
    completion::{CompletionSource, ReadError, Reading, learners},
    lti::membership::Learner,
    state::AppState,
    store::completion::{DueSource, SeenFact},
};

/// The source: lists say what they say; it only tells who is in the course, so that the rule is applied to them.
#[derive(Clone, Copy, Debug)]
pub struct Lists;

impl CompletionSource for Lists {
    const SOURCE: Source = Source::Csv;
    const MEANING: &'static str = "source-csv-meaning";
    const NEEDS: &'static str = "source-csv-needs";

    async fn read(state: &AppState, due: &DueSource) -> Result<Reading, ReadError> {
        let roster = learners(state, due, None).await?;
        Ok(Reading { learners: roster.learners, is_cut: roster.is_cut, ..Reading::default() })
    }
}

/// The longest name, as in a rule.
const LONGEST_NAME: usize = 255;
/// The most points, as in a rule.
const MOST_POINTS: f64 = 1e6;

/// What a file comes to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// What counts; `false` takes it back.
    pub good: Vec<(SeenFact, bool)>,
    /// Rows that come back.
    pub bad: Vec<RefusedRow>,
}

/// Reads a file for a course with these learners.
///
/// # Errors
/// [`CsvError`].
pub fn read(text: &str, learners: &[Learner]) -> Result<Facts, CsvError> {
    let roster = Roster::new(learners);
    let (good, bad) = rows(text, |fields| {
        let user_id = roster.find(fields)?.user_id.clone();
        let fact = fact(fields)?;
        Ok((SeenFact { user_id, fact }, fields.find("withdrawn").is_none()))
    })?;
    Ok(Facts { good, bad })
}

fn fact(fields: &Fields<'_>) -> Result<Fact, RowProblem> {
    let kind = fields.find("kind").ok_or(RowProblem::Kind)?.to_ascii_lowercase();
    Ok(match kind.as_str() {
        "attendance" => Fact::Attendance { percent: number(fields, "value", 100.0)? },
        "course" => Fact::CourseComplete { course: optional_name(fields)? },
        "activity" => Fact::ActivityComplete { activity: name(fields)? },
        "grade" => grade(fields)?,
        "examination" => examination(fields)?,
        "endorsement" => Fact::Endorsement { by: name(fields)? },
        "population" => Fact::Population { population: population(fields)? },
        _ => return Err(RowProblem::Kind),
    })
}

fn grade(fields: &Fields<'_>) -> Result<Fact, RowProblem> {
    let max = if fields.find("max").is_some() { number(fields, "max", MOST_POINTS)? } else { 100.0 };
    let sections = fields.find("sections").unwrap_or_default();
    let sections: Result<Vec<f64>, RowProblem> =
        sections.split_whitespace().map(|text| points(text, MOST_POINTS)).collect();
    let reached = number(fields, "value", MOST_POINTS)?;
    if max <= 0.0 || reached > max {
        return Err(RowProblem::Value);
    }
    Ok(Fact::Score { line_item: optional_name(fields)?, points: reached, max, sections: sections? })
}

fn examination(fields: &Fields<'_>) -> Result<Fact, RowProblem> {
    let exam = name(fields)?;
    let number = bounded(fields, "value")?.ok_or(RowProblem::Value)?;
    let passed_on: Timestamp = fields
        .find("date")
        .and_then(|day| format!("{day}T00:00:00Z").parse().ok())
        .ok_or(RowProblem::Date)?;
    let verified_by = bounded(fields, "checked")?;
    Ok(Fact::Examination { exam, number, passed_on, evidence: evidence(fields)?, verified_by })
}

fn population(fields: &Fields<'_>) -> Result<Population, RowProblem> {
    let value = fields.find("value").ok_or(RowProblem::Value)?;
    Population::ALL.into_iter().find(|known| known.as_str() == value).ok_or(RowProblem::Value)
}

fn name(fields: &Fields<'_>) -> Result<String, RowProblem> {
    optional_name(fields)?.ok_or(RowProblem::Name)
}

fn optional_name(fields: &Fields<'_>) -> Result<Option<String>, RowProblem> {
    bounded(fields, "name").map_err(|_problem| RowProblem::Name)
}

fn bounded(fields: &Fields<'_>, column: &str) -> Result<Option<String>, RowProblem> {
    match fields.find(column) {
        Some(text) if text.chars().count() > LONGEST_NAME => Err(RowProblem::Value),
        text => Ok(text.map(str::to_owned)),
    }
}

fn number(fields: &Fields<'_>, column: &str, most: f64) -> Result<f64, RowProblem> {
    points(fields.find(column).ok_or(RowProblem::Value)?.trim_end_matches('%'), most)
}

fn points(text: &str, most: f64) -> Result<f64, RowProblem> {
    text.trim().parse().ok().filter(|number| (0.0..=most).contains(number)).ok_or(RowProblem::Value)
}

#[cfg(test)]
mod tests {
    use super::{
        RowProblem::{Date, Evidence, Kind, Name, Nobody, Stranger, Value},
        *,
    };

    fn learners() -> Vec<Learner> {
        vec![Learner {
            user_id: "4".to_owned(),
            email: Some("sato@lms.example".to_owned()),
            ..Learner::default()
        }]
    }

    fn facts(rows: &str) -> Facts {
        read(
            &format!("user,kind,name,value,max,sections,date,checked,evidence,withdrawn\n{rows}"),
            &learners(),
        )
        .unwrap()
    }

    #[test]
    fn every_kind_is_the_fact_that_it_says() {
        let list = facts(
            "4,attendance,,92.5%,,,,,,\n4,course,ri-dxlit,,,,,,,\n4,Activity,ri-plan,,,,,,,\n\
             4,grade,ip-mock,940,1000,310 320 310,,,,\n4,grade,,16,20,,,,,\n\
             4,examination,IP,IP-2026-04-00123,,,2026-04-20,document-check,https://e.example/1,\n\
             4,endorsement,Suzuki,,,,,,,\n4,population,,employee,,,,,,\n4,course,,,,,,,,yes\n",
        );
        assert_eq!(list.bad, []);
        let said: Vec<&Fact> = list.good.iter().map(|(seen, _)| &seen.fact).collect();
        assert_eq!(said[0], &Fact::Attendance { percent: 92.5 });
        assert_eq!(said[1], &Fact::CourseComplete { course: Some("ri-dxlit".to_owned()) });
        assert_eq!(said[2], &Fact::ActivityComplete { activity: "ri-plan".to_owned() });
        let (mock, sections) = (Some("ip-mock".to_owned()), vec![310.0, 320.0, 310.0]);
        assert_eq!(said[3], &Fact::Score { line_item: mock, points: 940.0, max: 1000.0, sections });
        assert_eq!(said[4], &Fact::Score { line_item: None, points: 16.0, max: 20.0, sections: vec![] });
        let exam = Fact::Examination {
            exam: "IP".to_owned(),
            number: "IP-2026-04-00123".to_owned(),
            passed_on: "2026-04-20T00:00:00Z".parse().unwrap(),
            evidence: Some("https://e.example/1".to_owned()),
            verified_by: Some("document-check".to_owned()),
        };
        assert_eq!(said[5], &exam);
        assert_eq!(said[6], &Fact::Endorsement { by: "Suzuki".to_owned() });
        assert_eq!(said[7], &Fact::Population { population: Population::Employee });
        let held: Vec<bool> = list.good.iter().map(|(_, holds)| *holds).collect();
        assert_eq!(held, [true, true, true, true, true, true, true, true, false]);
    }

    #[test]
    fn each_bad_row_comes_back_with_its_reason() {
        let list = facts(
            "9,attendance,,90,,,,,,\n,attendance,,90,,,,,,\n4,,,90,,,,,,\n4,rumour,,90,,,,,,\n4,attendance,,101,,,,,,\n\
             4,attendance,,NaN,,,,,,\n4,attendance,,,,,,,,\n4,activity,,,,,,,,\n4,grade,x,21,20,,,,,\n4,grade,x,0,0,,,,,\n\
             4,grade,x,5,20,1 many,,,,\n4,examination,IP,1,,,April,,,\n4,examination,IP,,,,2026-04-20,,,\n\
             4,examination,IP,1,,,2026-04-20,,http://plain.example/,\n4,population,,robot,,,,,,\n4,endorsement,,,,,,,,\n",
        );
        let reasons: Vec<RowProblem> = list.bad.iter().map(|row| row.reason).collect();
        let wanted = [
            Stranger, Nobody, Kind, Kind, Value, Value, Value, Name, Value, Value, Value, Date, Value,
            Evidence, Value, Name,
        ];
        assert_eq!(reasons, wanted);
        assert_eq!((list.good.len(), list.bad[0].line), (0, 2));
    }

    #[test]
    fn a_file_without_the_columns_is_refused() {
        assert_eq!(read("kind,value\nattendance,90\n", &learners()), Err(CsvError::NoColumns));
    }
}
