//! Reading properties that may hold one value or several.
//!
//! JSON-LD lets a one-element array be written as its element
//! (<https://www.w3.org/TR/json-ld11/#compacted-document-form>); we read both and write arrays.

use serde::{Deserialize, Deserializer};

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany<T> {
    Many(Vec<T>),
    One(T),
}

/// Reads an array or a single value as a list.
pub(super) fn one_or_many<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Ok(match Option::<OneOrMany<T>>::deserialize(deserializer)? {
        Some(OneOrMany::Many(values)) => values,
        Some(OneOrMany::One(value)) => vec![value],
        None => Vec::new(),
    })
}

/// A `type` list of one term.
pub(super) fn of_type(term: &str) -> Vec<String> {
    vec![term.to_owned()]
}
