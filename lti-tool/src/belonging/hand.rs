//! Where somebody belongs, said by a person, and which parameters of a launch say it: what pages and commands check alike.

use openbadges::time::Timestamp;
use uuid::Uuid;

use crate::{
    error::Failure,
    report::AsOf,
    state::AppState,
    store::{
        StoreError,
        belonging::NewBelonging,
        examination::{Answer, FoundPerson},
    },
};

/// The longest text, in characters.
const LONGEST: usize = 200;
/// The longest name of a custom parameter.
const LONGEST_PARAMETER: usize = 100;

/// Why it is not recorded.
#[derive(Debug, thiserror::Error)]
pub enum BelongingError {
    /// No day.
    #[error("the first day must be a day such as 2026-04-01")]
    Day,
    /// No word, or no reason.
    #[error("the population or the reason is missing")]
    Missing,
    /// Nobody.
    #[error("nobody is known by this id; `lti-tool people find` looks for people")]
    Unknown,
    /// What the database refuses.
    #[error("where the person belongs cannot be set so")]
    Refused,
    /// A name with other characters, or the second without the first.
    #[error(
        "a parameter's name has letters, digits, `_`, `.` and `-`, at most 100; that of legal entities needs one of populations"
    )]
    Parameter,
    /// The database.
    #[error("the database does not answer as it should")]
    Store(#[from] StoreError),
}

impl From<BelongingError> for Failure {
    fn from(error: BelongingError) -> Self {
        match error {
            BelongingError::Day => Self::BadRequest("the date is none"),
            BelongingError::Missing => Self::BadRequest("the population or the reason is missing"),
            BelongingError::Refused => Self::BadRequest("where the person belongs cannot be set so"),
            BelongingError::Parameter => Self::BadRequest("the name of a parameter is none"),
            BelongingError::Unknown => Self::NotFound,
            BelongingError::Store(error) => error.into(),
        }
    }
}

/// Where somebody belongs from a day on, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByHand {
    population: String,
    legal_entity: String,
    valid_from: String,
    reason: String,
}

impl ByHand {
    /// What was said, shortened where it is too long.
    ///
    /// # Errors
    /// [`BelongingError::Day`], [`BelongingError::Missing`].
    pub fn new(
        population: &str,
        legal_entity: &str,
        from: &str,
        reason: &str,
        now: Timestamp,
    ) -> Result<Self, BelongingError> {
        let text = |text: &str| -> String { text.trim().replace('\0', "").chars().take(LONGEST).collect() };
        let valid_from = AsOf::day(from.trim(), true, now).ok_or(BelongingError::Day)?.day_text();
        let (population, legal_entity, reason) = (text(population), text(legal_entity), text(reason));
        if population.is_empty() || reason.is_empty() {
            return Err(BelongingError::Missing);
        }
        Ok(Self { population, legal_entity, valid_from, reason })
    }
}

/// The person with that id.
///
/// # Errors
/// [`BelongingError::Unknown`].
pub async fn find(state: &AppState, recipient_id: Uuid) -> Result<FoundPerson, BelongingError> {
    let found = state.store.find_recipient(&state.issuer_profile().id, recipient_id).await?;
    found.ok_or(BelongingError::Unknown)
}

/// Records where somebody belongs; the audit trail says who did.
///
/// # Errors
/// [`BelongingError`].
pub async fn record(
    state: &AppState,
    recipient_id: Uuid,
    said: &ByHand,
    actor: &str,
) -> Result<FoundPerson, BelongingError> {
    let person = find(state, recipient_id).await?;
    let new = NewBelonging {
        recipient_id,
        population: &said.population,
        legal_entity: &said.legal_entity,
        valid_from: &said.valid_from,
        reason: &said.reason,
    };
    match state.store.insert_belonging(&new, actor).await? {
        Answer::Done => Ok(person),
        Answer::Refused => Err(BelongingError::Refused),
    }
}

/// The custom parameters that say population and legal entity; empty texts are none.
///
/// # Errors
/// [`BelongingError::Parameter`].
pub fn parameters<'a>(population: &'a str, entity: &'a str) -> Result<[Option<&'a str>; 2], BelongingError> {
    let names = [population, entity].map(|name| Some(name.trim()).filter(|name| !name.is_empty()));
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || "_.-".contains(letter);
    let is_name = |name: &str| name.len() <= LONGEST_PARAMETER && name.chars().all(is_letter);
    let [population, entity] = names;
    let is_whole = population.is_some() || entity.is_none();
    if is_whole && names.into_iter().flatten().all(is_name) {
        Ok(names)
    } else {
        Err(BelongingError::Parameter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_is_named_with_letters_digits_and_three_signs() {
        assert_eq!(parameters("", "").unwrap(), [None, None]);
        assert_eq!(
            parameters(" group ", "ext_company-2.x").unwrap(),
            [Some("group"), Some("ext_company-2.x")]
        );
        let long = "a".repeat(101);
        for (population, entity) in [("", "company"), ("a b", ""), ("グループ", ""), ("a", "$b"), (&long, "")]
        {
            assert_eq!(
                parameters(population, entity).unwrap_err().to_string(),
                "a parameter's name has letters, digits, `_`, `.` and `-`, at most 100; that of legal entities needs one of populations"
            );
        }
    }

    #[test]
    fn what_a_person_says_has_a_day_a_word_and_a_reason() {
        let now: Timestamp = "2026-11-30T12:00:00Z".parse().unwrap();
        let new = |population, from, reason| ByHand::new(population, " West ", from, reason, now);
        let said = new("contractor\0", "2026-04-01", " moved ").unwrap();
        assert_eq!(
            [said.population, said.legal_entity, said.valid_from, said.reason],
            ["contractor", "West", "2026-04-01", "moved"]
        );
        let refused = |population, from, reason| new(population, from, reason).unwrap_err().to_string();
        assert_eq!(refused("employee", "soon", "moved"), "the first day must be a day such as 2026-04-01");
        assert_eq!(refused(" ", "2026-04-01", "moved"), "the population or the reason is missing");
        assert_eq!(refused("employee", "2026-04-01", ""), "the population or the reason is missing");
    }
}
