//! Lists that others keep: where people belong, as the personnel department has it; how many there are to reach; frameworks.
//!
//! Good rows count, each bad one is given back with the reason. Nobody is registered by a list: it tells where known people belong.

use std::{
    collections::{BTreeSet, HashMap},
    path::PathBuf,
};

use openbadges::{
    framework::{Framework, case::CaseError, csv::CsvError},
    time::Timestamp,
};
use serde_json::json;
use uuid::Uuid;

use super::{
    PLATFORM,
    table::{Fields, NoColumn, Reason, Refused, Table},
};
use crate::{
    state::AppState,
    store::{
        StoreError,
        record::{CompetencyRow, HeadcountRow, MembershipRow},
    },
};

/// Why a list says nothing.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// A file that cannot be read.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The first line lacks a column.
    #[error(transparent)]
    NoColumn(#[from] NoColumn),
    /// A package of competencies.
    #[error(transparent)]
    Case(#[from] CaseError),
    /// A table of competencies.
    #[error(transparent)]
    Table(#[from] CsvError),
    /// The database.
    #[error("the list cannot be stored")]
    Store(#[from] StoreError),
}

/// People by platform and id there.
pub(super) type People = HashMap<String, HashMap<String, Uuid>>;

/// Whom `user` and `platform` name.
pub(super) fn person(row: &Fields<'_>, known: &People) -> Result<Uuid, Reason> {
    let platform = row.optional("platform").unwrap_or_else(|| PLATFORM.to_owned());
    let user = row.needed("user")?;
    known.get(&platform).and_then(|people| people.get(&user)).copied().ok_or(Reason::Stranger)
}

/// The rows of a list of people: `user`, `population`, `from`, and if wanted `platform`, `legal_entity`, `until` (the last day).
fn people(text: &str, known: &People) -> Result<(Vec<MembershipRow>, Vec<Refused>), ListError> {
    let table = Table::open(text, &["user", "population", "from"])?;
    Ok(table.rows(|row| {
        let population = row.needed("population")?;
        let (valid_from, until) = (row.date("from")?, row.optional_date("until")?);
        if until.as_ref().is_some_and(|until| *until < valid_from) {
            return Err(Reason::Backwards);
        }
        let recipient_id = person(row, known)?;
        let legal_entity = row.optional("legal_entity").unwrap_or_default();
        let valid_until = until.map(|until| day_after(&until));
        Ok(MembershipRow { recipient_id, population, legal_entity, valid_from, valid_until })
    }))
}

/// The day after a day that was read before.
fn day_after(day: &str) -> String {
    let moment: Option<Timestamp> = format!("{day}T00:00:00Z").parse().ok();
    let next = moment.map(|moment| crate::clock::later(moment, 24 * 3600).to_string());
    next.and_then(|text| text.split('T').next().map(str::to_owned)).unwrap_or_else(|| day.to_owned())
}

/// Which platforms a list names.
fn platforms(text: &str) -> Result<BTreeSet<String>, NoColumn> {
    let (named, _) = Table::open(text, &[])?
        .rows(|row| Ok(row.optional("platform").unwrap_or_else(|| PLATFORM.to_owned())));
    Ok(named.into_iter().collect())
}

/// The people of the platforms that a list names.
pub(super) async fn known_people(state: &AppState, issuer: &str, text: &str) -> Result<People, ListError> {
    let mut known = People::new();
    for platform in platforms(text)? {
        let people = state.store.list_recipients(issuer, &platform).await?;
        known.insert(platform, people);
    }
    Ok(known)
}

fn headcounts(
    text: &str,
    programmes: &HashMap<String, Uuid>,
) -> Result<(Vec<HeadcountRow>, Vec<Refused>), ListError> {
    let table = Table::open(text, &["population", "counted_on", "people"])?;
    Ok(table.rows(|row| {
        let programme = row.optional("programme");
        if programme.as_ref().is_some_and(|code| !programmes.contains_key(code)) {
            return Err(Reason::Programme);
        }
        Ok(HeadcountRow {
            population: row.needed("population")?,
            legal_entity: row.optional("legal_entity").unwrap_or_default(),
            programme,
            counted_on: row.date("counted_on")?,
            people: row.people("people")?,
        })
    }))
}

/// The programmes of this installation's issuer, by code.
pub(super) async fn programmes(state: &AppState) -> Result<HashMap<String, Uuid>, ListError> {
    let known = state.store.list_coded_programmes(&state.issuer_profile().id).await?;
    Ok(known.into_iter().map(|programme| (programme.code, programme.programme_id)).collect())
}

/// Records where people belonged; returns how many rows are new, and the rows that are given back.
///
/// # Errors
/// [`ListError`].
pub async fn record_people(
    state: &AppState,
    text: &str,
    source: &str,
) -> Result<(i64, Vec<Refused>), ListError> {
    let issuer = state.issuer_profile().id;
    let known = known_people(state, &issuer, text).await?;
    let (good, bad) = people(text, &known)?;
    let added = state.store.record_memberships(&issuer, &good, source).await?;
    Ok((added, bad))
}

/// Records how many there were; returns how many rows count, and the rows that are given back.
///
/// # Errors
/// [`ListError`].
pub async fn record_headcounts(
    state: &AppState,
    text: &str,
    source: &str,
) -> Result<(usize, Vec<Refused>), ListError> {
    let (good, bad) = headcounts(text, &programmes(state).await?)?;
    state.store.record_headcounts(&state.issuer_profile().id, &good, source).await?;
    Ok((good.len(), bad))
}

/// Defines a framework; returns how many competencies it has.
///
/// # Errors
/// [`ListError`].
pub async fn define(state: &AppState, framework: &Framework) -> Result<usize, ListError> {
    let row = |competency: &openbadges::framework::Competency| CompetencyRow {
        code: competency.code.clone(),
        name: json!(competency.name),
        level: competency.level,
        parent: competency.parent.clone(),
        url: competency.url.clone(),
    };
    let rows: Vec<CompetencyRow> = framework.competencies.iter().map(row).collect();
    let name = json!(framework.name);
    let ids = state.store.define_framework(&framework.uri, &framework.version, &name, &rows).await?;
    Ok(ids.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> People {
        let people = HashMap::from([("R-1".to_owned(), Uuid::nil())]);
        HashMap::from([(PLATFORM.to_owned(), people)])
    }

    #[test]
    fn good_rows_count_and_bad_ones_come_back_with_the_reason() {
        let text = "\u{feff}user,population,legal_entity,from,until\n\
            R-1,employee,Head,2026-04-01,2027-03-31\n\
            R-2,employee,Head,2026-04-01,\n\
            R-1,,Head,2026-04-01,\n\
            R-1,employee,Head,1 April,\n\
            R-1,employee,Head,2026-04-01,2026-03-31\n\
            R-1,employee\n";
        let (good, bad) = people(text, &known()).unwrap();
        let [row] = good.as_slice() else { panic!("{good:?}") };
        assert_eq!((row.valid_from.as_str(), row.valid_until.as_deref()), ("2026-04-01", Some("2027-04-01")));
        let reasons: Vec<(u64, Reason)> = bad.iter().map(|row| (row.line, row.reason)).collect();
        assert_eq!(
            reasons,
            [
                (3, Reason::Stranger),
                (4, Reason::Empty),
                (5, Reason::Date),
                (6, Reason::Backwards),
                (7, Reason::Fields)
            ]
        );
        assert_eq!(bad[0].text, "R-2,employee,Head,2026-04-01,");
    }

    #[test]
    fn a_list_without_its_columns_is_refused() {
        let refused = people("user,from\n", &known()).unwrap_err().to_string();
        assert_eq!(refused, "the first line has no column `population`");
        let refused = headcounts("", &HashMap::new()).unwrap_err().to_string();
        assert_eq!(refused, "the first line has no column `population`");
    }

    #[test]
    fn headcounts_are_whole_numbers_of_programmes_that_are_known() {
        let text = "population,programme,counted_on,people\nemployee,RI,2026-03-31,1200\nemployee,,2026-03-31,many\nemployee,RX,2026-03-31,1200\n\
            employ\0ee,,2026-03-31,7\n";
        let known = HashMap::from([("RI".to_owned(), Uuid::nil())]);
        let (good, bad) = headcounts(text, &known).unwrap();
        assert_eq!((good[0].people, good[0].programme.as_deref()), (1200, Some("RI")));
        assert_eq!((good.len(), good[1].population.as_str()), (2, "employee"));
        let reasons: Vec<(u64, Reason)> = bad.iter().map(|row| (row.line, row.reason)).collect();
        assert_eq!(reasons, [(3, Reason::Number), (4, Reason::Programme)]);
    }
}
