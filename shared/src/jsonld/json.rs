//! A JSON document as a tree that borrows from its text.
//!
//! Everything lies in one arena, strings without escapes in the text itself. A member that is named twice is refused:
//! parsers disagree on which one counts, and so would the signature.

use super::limits::DEPTH_LIMIT;
use super::read;
use super::seed::Seed;
use bumpalo::Bump;
use bumpalo::collections::Vec;
use serde::de::DeserializeSeed;
use serde_json::{Map, Number, Value};

/// One value of a document.
#[derive(Debug, Clone, Copy)]
pub enum Json<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A whole number from zero on.
    Unsigned(u64),
    /// A whole number below zero.
    Signed(i64),
    /// Any other number.
    Float(f64),
    /// A text.
    String(&'a str),
    /// The items in order.
    Array(&'a [Json<'a>]),
    /// The members in order.
    Object(&'a [(&'a str, Json<'a>)]),
}

impl<'a> Json<'a> {
    /// Reads a text.
    ///
    /// # Errors
    /// What the parser says, with line and column.
    pub fn parse(text: &'a str, arena: &'a Bump) -> Result<Self, serde_json::Error> {
        Self::parse_within(DEPTH_LIMIT, text, arena)
    }

    /// The same with another bound on the levels of nesting.
    pub(crate) fn parse_within(
        levels: usize,
        text: &'a str,
        arena: &'a Bump,
    ) -> Result<Self, serde_json::Error> {
        read::read(text, levels, arena).map_or_else(|| Self::parse_by_library(levels, text, arena), Ok)
    }

    /// The same by `serde_json`, which says what is wrong.
    pub(super) fn parse_by_library(
        levels: usize,
        text: &'a str,
        arena: &'a Bump,
    ) -> Result<Self, serde_json::Error> {
        let mut parser = serde_json::Deserializer::from_str(text);
        let tree = Seed { arena, levels }.deserialize(&mut parser)?;
        parser.end()?;
        Ok(tree)
    }

    /// The same for a value that has been parsed already.
    ///
    /// # Errors
    /// A document that is nested too deeply.
    pub fn from_value(value: &'a Value, arena: &'a Bump) -> Result<Self, serde_json::Error> {
        Seed { arena, levels: DEPTH_LIMIT }.deserialize(value)
    }

    /// The same for a value whose nesting is bounded already.
    pub(crate) fn of(value: &'a Value, arena: &'a Bump) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(*value),
            Value::Number(number) => Self::of_number(number),
            Value::String(text) => Self::String(text),
            Value::Array(items) => {
                Self::Array(arena.alloc_slice_fill_iter(items.iter().map(|item| Self::of(item, arena))))
            }
            Value::Object(members) => Self::of_members(members, arena),
        }
    }

    /// The same for the members of an object.
    pub(crate) fn of_members(members: &'a Map<String, Value>, arena: &'a Bump) -> Self {
        let members = members.iter().map(|(key, value)| (key.as_str(), Self::of(value, arena)));
        Self::Object(arena.alloc_slice_fill_iter(members))
    }

    pub(super) fn of_number(number: &Number) -> Self {
        match (number.as_u64(), number.as_i64()) {
            (Some(unsigned), _) => Self::Unsigned(unsigned),
            (None, Some(signed)) => Self::Signed(signed),
            (None, None) => Self::Float(number.as_f64().unwrap_or_default()),
        }
    }

    /// The same for the members of an object.
    ///
    /// # Errors
    /// A document that is nested too deeply.
    pub fn from_members(members: &'a Map<String, Value>, arena: &'a Bump) -> Result<Self, serde_json::Error> {
        let seed = Seed { arena, levels: DEPTH_LIMIT - 1 };
        let mut tree = Vec::with_capacity_in(members.len(), arena);
        for (key, value) in members {
            tree.push((key.as_str(), seed.deserialize(value)?));
        }
        Ok(Json::Object(tree.into_bump_slice()))
    }

    /// The members of an object.
    #[must_use]
    pub fn members(self) -> Option<&'a [(&'a str, Json<'a>)]> {
        match self {
            Self::Object(members) => Some(members),
            _ => None,
        }
    }

    /// The member of an object with this name.
    #[must_use]
    pub fn find(self, name: &str) -> Option<Json<'a>> {
        self.members()?.iter().find(|(key, _)| *key == name).map(|(_, value)| *value)
    }

    /// The text of a string.
    #[must_use]
    pub fn as_str(self) -> Option<&'a str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// Whether it is this text.
    #[must_use]
    pub fn is(self, text: &str) -> bool {
        self.as_str() == Some(text)
    }

    /// The number as a double.
    #[must_use]
    pub fn as_f64(self) -> Option<f64> {
        match self {
            Self::Unsigned(number) => Number::from(number).as_f64(),
            Self::Signed(number) => Number::from(number).as_f64(),
            Self::Float(number) => Some(number),
            _ => None,
        }
    }

    /// The items of an array; anything else is one item.
    #[must_use]
    pub fn items(&self) -> &[Json<'a>] {
        match self {
            Self::Array(items) => items,
            other => std::slice::from_ref(other),
        }
    }

    /// A tree of its own.
    #[must_use]
    pub fn to_value(self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(value),
            Self::Unsigned(number) => Value::Number(number.into()),
            Self::Signed(number) => Value::Number(number.into()),
            Self::Float(number) => Number::from_f64(number).map_or(Value::Null, Value::Number),
            Self::String(text) => Value::String(text.to_owned()),
            Self::Array(items) => items.iter().map(|item| item.to_value()).collect(),
            Self::Object(members) => {
                members.iter().map(|(key, value)| ((*key).to_owned(), value.to_value())).collect()
            }
        }
    }
}

impl From<i64> for Json<'_> {
    fn from(number: i64) -> Self {
        u64::try_from(number).map_or(Self::Signed(number), Self::Unsigned)
    }
}

/// Equal if they say the same: the order of members says nothing.
impl PartialEq for Json<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Bool(one), Self::Bool(other)) => one == other,
            (Self::Unsigned(one), Self::Unsigned(other)) => one == other,
            (Self::Signed(one), Self::Signed(other)) => one == other,
            (Self::Float(one), Self::Float(other)) => one == other,
            (Self::String(one), Self::String(other)) => one == other,
            (Self::Array(one), Self::Array(other)) => one == other,
            (Self::Object(one), Self::Object(other)) if one.len() == other.len() => {
                let by_name = |members: &[(&'_ str, Self)]| {
                    let mut order: std::vec::Vec<usize> = (0..members.len()).collect();
                    order.sort_unstable_by_key(|at| members.get(*at).map(|(name, _)| *name));
                    order
                };
                let is_same_order = one.iter().zip(*other).all(|((one, _), (other, _))| one == other);
                if is_same_order {
                    return one.iter().zip(*other).all(|((_, one), (_, other))| one == other);
                }
                let pairs = by_name(one).into_iter().zip(by_name(other));
                pairs.into_iter().all(|(at, other_at)| one.get(at) == other.get(other_at))
            }
            _ => false,
        }
    }
}

/// A name that occurs more than once.
pub(super) fn repeated<'a>(members: &[(&'a str, Json<'a>)]) -> Option<&'a str> {
    const FEW: usize = 24;
    if members.len() > FEW {
        let mut names: std::vec::Vec<&str> = members.iter().map(|(name, _)| *name).collect();
        names.sort_unstable();
        return names.array_windows().find(|[one, next]| one == next).map(|[name, _]| *name);
    }
    let mut seen = 0_u64;
    for (at, (name, _)) in members.iter().enumerate() {
        // Names that differ mostly differ here already.
        let mark = 1_u64.wrapping_shl(mark_of(name));
        if seen & mark != 0 && members.iter().take(at).any(|(earlier, _)| earlier == name) {
            return Some(*name);
        }
        seen |= mark;
    }
    None
}

fn mark_of(name: &str) -> u32 {
    let byte = |byte: Option<&u8>| u32::from(byte.copied().unwrap_or_default());
    let bytes = name.as_bytes();
    byte(bytes.first()) * 7 + byte(bytes.last()) * 3 + byte(bytes.get(bytes.len() / 2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_tree_says_the_same_as_its_text() {
        let text = r#"{"a": [1, -2, 1.5, "plain", "\u00e9\n", null, true], "b": {"c": {}}}"#;
        let arena = Bump::new();
        let tree = Json::parse(text, &arena).unwrap();
        assert_eq!(tree.to_value(), serde_json::from_str::<Value>(text).unwrap());
    }

    #[test]
    fn a_value_makes_the_same_tree_as_its_text() {
        let value = json!({"a": [1, -2, 1.5, "x", null], "b": {"c": "d"}});
        let (text, arena) = (value.to_string(), Bump::new());
        assert_eq!(Json::from_value(&value, &arena).unwrap(), Json::parse(&text, &arena).unwrap());
        assert_eq!(Json::of(&value, &arena), Json::parse(&text, &arena).unwrap());
    }

    #[test]
    fn the_order_of_members_says_nothing() {
        let arena = Bump::new();
        let tree = |text| Json::parse(text, &arena).unwrap();
        assert_eq!(
            tree(r#"{"a": 1, "b": {"c": 2, "d": [3]}}"#),
            tree(r#"{"b": {"d": [3], "c": 2}, "a": 1}"#)
        );
        assert_ne!(tree(r#"{"a": 1, "b": 2}"#), tree(r#"{"b": 1, "a": 2}"#));
        assert_ne!(tree(r#"{"a": [1, 2]}"#), tree(r#"{"a": [2, 1]}"#));
        assert_ne!(tree(r#"{"a": 1}"#), tree(r#"{"a": 1, "b": 2}"#));
    }

    #[test]
    fn a_member_that_is_named_twice_is_refused() {
        let arena = Bump::new();
        let refusal = Json::parse(r#"{"a": 1, "b": 2, "\u0061": 3}"#, &arena).unwrap_err();
        assert_eq!(refusal.to_string(), "the member `a` is named twice at line 1 column 29");
        let many: std::vec::Vec<String> = (0..40).map(|number| format!("\"k{number}\": 0")).collect();
        let (again, other) = ([&many[..], &many[7..8]].concat().join(","), many.join(","));
        assert!(Json::parse(arena.alloc_str(&format!("{{{again}}}")), &arena).is_err());
        assert!(Json::parse(arena.alloc_str(&format!("{{{other}}}")), &arena).is_ok());
    }

    #[test]
    fn nesting_without_end_is_refused() {
        let arena = Bump::new();
        let text = "[".repeat(1000);
        assert!(Json::parse(&text, &arena).is_err());
    }

    #[test]
    fn text_after_the_document_is_refused() {
        assert!(Json::parse("{} {}", &Bump::new()).is_err());
    }
}
