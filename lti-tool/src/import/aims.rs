//! Lists of what is aimed at: how many are to hold a competency by a day, and who is enrolled in a programme.
//!
//! As in [`super::lists`]: good rows count, each bad one is given back with the reason.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::{
    lists::{ListError, People, known_people, person},
    table::{Fields, Reason, Refused, Table},
};
use crate::{
    state::AppState,
    store::aim::{EnrolmentRow, KnownCompetency, TargetRow},
};

/// The rows of a list of targets: `framework` (its address), `code`, `level`, `due_on`, `people`, and if wanted `version`, that of the framework.
fn targets(text: &str, known: &[KnownCompetency]) -> Result<(Vec<TargetRow>, Vec<Refused>), ListError> {
    let table = Table::open(text, &["framework", "code", "level", "due_on", "people"])?;
    Ok(table.rows(|row| {
        let level =
            row.needed("level")?.parse::<i32>().ok().filter(|level| *level > 0).ok_or(Reason::Level)?;
        Ok(TargetRow {
            competency_id: competency(row, known)?,
            level,
            due_on: row.date("due_on")?,
            people: row.people("people")?,
        })
    }))
}

/// The competency that a row names. A code that stands in several versions of a framework needs the version.
fn competency(row: &Fields<'_>, known: &[KnownCompetency]) -> Result<Uuid, Reason> {
    let (framework, code, version) = (row.needed("framework")?, row.needed("code")?, row.optional("version"));
    let mut found = known.iter().filter(|one| {
        one.framework == framework
            && one.code == code
            && version.as_ref().is_none_or(|version| *version == one.version)
    });
    match (found.next(), found.next()) {
        (Some(one), None) => Ok(one.competency_id),
        (Some(_), Some(_)) => Err(Reason::Version),
        (None, _) => Err(Reason::Competency),
    }
}

/// The rows of a list of enrolments: `user`, `programme`, `enrolled_on`, and if wanted `platform`. Nobody is enrolled twice.
fn enrolments(
    text: &str,
    people: &People,
    programmes: &HashMap<String, Uuid>,
    mut enrolled: HashSet<(Uuid, Uuid)>,
) -> Result<(Vec<EnrolmentRow>, Vec<Refused>), ListError> {
    let table = Table::open(text, &["user", "programme", "enrolled_on"])?;
    Ok(table.rows(|row| {
        let recipient_id = person(row, people)?;
        let programme_id = *programmes.get(&row.needed("programme")?).ok_or(Reason::Programme)?;
        let enrolled_on = row.date("enrolled_on")?;
        if !enrolled.insert((programme_id, recipient_id)) {
            return Err(Reason::Enrolled);
        }
        Ok(EnrolmentRow { programme_id, recipient_id, enrolled_on })
    }))
}

/// Sets targets; returns how many rows count, and the rows that are given back.
///
/// # Errors
/// [`ListError`].
pub async fn record_targets(state: &AppState, text: &str) -> Result<(usize, Vec<Refused>), ListError> {
    let (good, bad) = targets(text, &state.store.list_competencies().await?)?;
    state.store.insert_targets(&state.issuer_profile().id, &good).await?;
    Ok((good.len(), bad))
}

/// Enrols people in programmes; returns how many rows count, and the rows that are given back.
///
/// # Errors
/// [`ListError`].
pub async fn record_enrolments(state: &AppState, text: &str) -> Result<(usize, Vec<Refused>), ListError> {
    let issuer = state.issuer_profile().id;
    let people = known_people(state, &issuer, text).await?;
    let programmes = super::lists::programmes(state).await?;
    let enrolled = state.store.list_enrolled(&issuer).await?;
    let (good, bad) = enrolments(text, &people, &programmes, enrolled)?;
    state.store.insert_enrolments(&good).await?;
    Ok((good.len(), bad))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reasons(bad: &[Refused]) -> Vec<(u64, Reason)> {
        bad.iter().map(|row| (row.line, row.reason)).collect()
    }

    #[test]
    fn a_target_names_a_competency_that_is_known_once() {
        let one = |version: &str, code: &str, id| KnownCompetency {
            framework: "https://dss.example".to_owned(),
            version: version.to_owned(),
            code: code.to_owned(),
            competency_id: Uuid::from_u128(id),
        };
        let known = [one("1", "1.4", 1), one("2", "1.4", 2), one("2", "1.5", 3)];
        let text = "framework,version,code,level,due_on,people\n\
            https://dss.example,,1.5,2,2027-03-31,120\n\
            https://dss.example,1,1.4,1,2027-03-31,0\n\
            https://dss.example,,1.4,2,2027-03-31,120\n\
            https://dss.example,1,1.5,2,2027-03-31,120\n\
            https://other.example,,1.5,2,2027-03-31,120\n\
            https://dss.example,,1.5,0,2027-03-31,120\n\
            https://dss.example,,1.5,2,March,120\n\
            https://dss.example,,1.5,2,2027-03-31,-1\n\
            https://dss.example,,,2,2027-03-31,120\n\
            https://dss.example,,1.5\n";
        let (good, bad) = targets(text, &known).unwrap();
        let target = |id, level, people| TargetRow {
            competency_id: Uuid::from_u128(id),
            level,
            due_on: "2027-03-31".to_owned(),
            people,
        };
        assert_eq!(good, [target(3, 2, 120), target(1, 1, 0)]);
        assert_eq!(
            reasons(&bad),
            [
                (4, Reason::Version),
                (5, Reason::Competency),
                (6, Reason::Competency),
                (7, Reason::Level),
                (8, Reason::Date),
                (9, Reason::Number),
                (10, Reason::Empty),
                (11, Reason::Fields)
            ]
        );
        let refused = targets("framework,code,due_on,people\n", &known).unwrap_err().to_string();
        assert_eq!(refused, "the first line has no column `level`");
    }

    #[test]
    fn a_known_person_is_enrolled_once_in_a_known_programme() {
        let known = HashMap::from([("R-1".to_owned(), Uuid::nil()), ("R-2".to_owned(), Uuid::max())]);
        let people = HashMap::from([("import".to_owned(), known)]);
        let programmes = HashMap::from([("RI".to_owned(), Uuid::nil()), ("DX".to_owned(), Uuid::max())]);
        let text = "user,programme,enrolled_on\n\
            R-1,RI,2026-04-01\n\
            R-1,RI,2026-05-01\n\
            R-2,RI,2026-04-01\n\
            R-1,XX,2026-04-01\n\
            R-3,RI,2026-04-01\n\
            R-2,DX,April\n\
            R-2,DX,2026-04-01\n";
        let enrolled = HashSet::from([(Uuid::nil(), Uuid::max())]);
        let (good, bad) = enrolments(text, &people, &programmes, enrolled).unwrap();
        let row = |programme_id, recipient_id| EnrolmentRow {
            programme_id,
            recipient_id,
            enrolled_on: "2026-04-01".to_owned(),
        };
        assert_eq!(good, [row(Uuid::nil(), Uuid::nil()), row(Uuid::max(), Uuid::max())]);
        assert_eq!(
            reasons(&bad),
            [
                (3, Reason::Enrolled),
                (4, Reason::Enrolled),
                (5, Reason::Programme),
                (6, Reason::Stranger),
                (7, Reason::Date)
            ]
        );
    }
}
