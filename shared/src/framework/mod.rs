//! Frameworks of competencies: what badges are aligned to, read from the files in which they are published.
//!
//! [`case`] reads 1EdTech CASE packages, [`csv`] tables. Both bound what they read, and give competencies in an order in which a parent
//! stands before its children. What is signed is never touched by a framework: alignments lie over achievements.

pub mod case;
pub mod csv;

use std::collections::{BTreeMap, HashMap, HashSet};

/// The most competencies of one framework; ESCO, the largest in use, has about 14,000.
pub const MOST_COMPETENCIES: usize = 50_000;
/// The longest code, in characters.
const LONGEST_CODE: usize = 200;
/// The longest name, in characters.
const LONGEST_NAME: usize = 2000;

/// A framework.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Framework {
    /// Its address, which stays the same for all versions.
    pub uri: String,
    /// Its version; may be empty.
    pub version: String,
    /// Its name by language tag.
    pub name: BTreeMap<String, String>,
    /// What it consists of, parents before children.
    pub competencies: Vec<Competency>,
}

/// A competency.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Competency {
    /// What the framework calls it, unique there.
    pub code: String,
    /// Its name by language tag.
    pub name: BTreeMap<String, String>,
    /// Its level, if the framework has levels.
    pub level: Option<i32>,
    /// Code of the competency above.
    pub parent: Option<String>,
    /// Where it is described.
    pub url: Option<String>,
}

/// Why a competency is no part of a framework.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CompetencyError {
    /// No code.
    #[error("competency {position} has no code")]
    NoCode {
        /// Counted from one.
        position: usize,
    },
    /// No name.
    #[error("competency `{0}` has no name")]
    NoName(String),
    /// A code or a name that is too long.
    #[error("code or name of competency {position} is longer than {LONGEST_NAME} characters")]
    TooLong {
        /// Counted from one.
        position: usize,
    },
    /// A code that another has.
    #[error("competency `{0}` occurs twice")]
    Twice(String),
    /// A parent that is not there.
    #[error("competency `{code}` is below `{parent}`, which is not in the framework")]
    NoParent {
        /// Which.
        code: String,
        /// Its parent.
        parent: String,
    },
    /// A competency below itself.
    #[error("competency `{0}` is below itself")]
    Circle(String),
    /// Too many.
    #[error("the framework has more than {MOST_COMPETENCIES} competencies")]
    TooMany,
}

/// Puts parents before children, otherwise as they came.
///
/// # Errors
/// [`CompetencyError`] for codes and names that cannot be, unknown parents, circles.
pub(crate) fn ordered(competencies: &[Competency]) -> Result<Vec<Competency>, CompetencyError> {
    if competencies.len() > MOST_COMPETENCIES {
        return Err(CompetencyError::TooMany);
    }
    let mut codes = HashSet::with_capacity(competencies.len());
    for (index, competency) in competencies.iter().enumerate() {
        check(competency, index + 1)?;
        if !codes.insert(competency.code.as_str()) {
            return Err(CompetencyError::Twice(competency.code.clone()));
        }
    }
    let mut children: HashMap<&str, Vec<&Competency>> = HashMap::new();
    let mut ready = Vec::new();
    for competency in competencies.iter().rev() {
        match competency.parent.as_deref() {
            None => ready.push(competency),
            Some(parent) if codes.contains(parent) => children.entry(parent).or_default().push(competency),
            Some(parent) => {
                let (code, parent) = (competency.code.clone(), parent.to_owned());
                return Err(CompetencyError::NoParent { code, parent });
            }
        }
    }
    let mut done = Vec::with_capacity(competencies.len());
    while let Some(competency) = ready.pop() {
        ready.extend(children.remove(competency.code.as_str()).unwrap_or_default());
        done.push(competency.clone());
    }
    let reached: HashSet<&str> = done.iter().map(|competency| competency.code.as_str()).collect();
    match competencies.iter().find(|competency| !reached.contains(competency.code.as_str())) {
        Some(left) => Err(CompetencyError::Circle(left.code.clone())),
        None => Ok(done),
    }
}

fn check(competency: &Competency, position: usize) -> Result<(), CompetencyError> {
    if competency.code.trim().is_empty() {
        return Err(CompetencyError::NoCode { position });
    }
    let is_long = |text: &String| text.chars().count() > LONGEST_NAME;
    if competency.code.chars().count() > LONGEST_CODE || competency.name.values().any(is_long) {
        return Err(CompetencyError::TooLong { position });
    }
    if competency.name.values().all(|name| name.trim().is_empty()) {
        return Err(CompetencyError::NoName(competency.code.clone()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn below(code: &str, parent: Option<&str>) -> Competency {
        Competency {
            code: code.to_owned(),
            name: BTreeMap::from([("en".to_owned(), format!("Name of {code}"))]),
            parent: parent.map(str::to_owned),
            ..Competency::default()
        }
    }

    #[test]
    fn parents_stand_before_children_in_the_order_in_which_they_came() {
        let given = vec![below("b1", Some("b")), below("a", None), below("b", None), below("a1", Some("a"))];
        let codes: Vec<String> = ordered(&given).unwrap().into_iter().map(|one| one.code).collect();
        assert_eq!(codes, ["a", "a1", "b", "b1"]);
    }

    #[test]
    fn what_is_no_framework_is_refused_with_the_place() {
        let refused = |given: Vec<Competency>| ordered(&given).unwrap_err().to_string();
        assert_eq!(refused(vec![below(" ", None)]), "competency 1 has no code");
        assert_eq!(refused(vec![below("a", None), below("a", None)]), "competency `a` occurs twice");
        assert_eq!(
            refused(vec![below("a", Some("x"))]),
            "competency `a` is below `x`, which is not in the framework"
        );
        let circle = vec![below("top", None), below("a", Some("b")), below("b", Some("a"))];
        assert_eq!(refused(circle), "competency `a` is below itself");
        assert_eq!(refused(vec![below("a", Some("a"))]), "competency `a` is below itself");
        let long = "x".repeat(LONGEST_CODE + 1);
        assert!(refused(vec![below(&long, None)]).starts_with("code or name of competency 1 is longer"));
        let nameless = Competency { code: "a".to_owned(), ..Competency::default() };
        assert_eq!(refused(vec![nameless]), "competency `a` has no name");
    }
}
