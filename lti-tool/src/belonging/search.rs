//! Who is looked for: the search that the pages about people share.

use serde::Deserialize;

use crate::{
    state::AppState,
    store::{StoreError, examination::FoundPerson},
};

/// The longest text that people are searched by, in characters.
const LONGEST: usize = 100;

/// Whom to search, as a form sends it.
#[derive(Debug, Default, Deserialize)]
pub struct Search {
    search: Option<String>,
}

/// Who was looked for, and who was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Empty if nobody was looked for.
    pub search: String,
    /// The first of them.
    pub people: Vec<FoundPerson>,
}

impl Search {
    /// Looks for people of this issuer.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn run(&self, state: &AppState) -> Result<Found, StoreError> {
        let text = self.search.as_deref().unwrap_or_default().replace('\0', "");
        let search: String = text.trim().chars().take(LONGEST).collect();
        if search.is_empty() {
            return Ok(Found::default());
        }
        let people = state.store.find_people(&state.issuer_profile().id, &search).await?;
        Ok(Found { search, people })
    }
}
