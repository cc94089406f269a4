//! Reading JSON that a stranger wrote: bounded, and without keys that say two things.
//!
//! Two parsers that disagree about a repeated key see two different badges under one signature, so
//! such a document is refused (<https://www.rfc-editor.org/rfc/rfc8259#section-4> leaves it open).
//! Memory: at most 128 times the length of the text (`tests/memory.rs`).

use std::cell::RefCell;
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::map::Entry;
use serde_json::{Map, Value};

use crate::jsonld::{Arena, Json};

/// Longest text that is read, in bytes: enough for a badge with its picture inside.
pub const MAX_BYTES: usize = 2 * 1024 * 1024;
/// Deepest nesting that is read; a badge with endorsed endorsements needs fewer than 20 levels.
pub const MAX_DEPTH: usize = 64;

/// Members that an object has room for from the first on.
const FIRST_MEMBERS: usize = 4;

/// Why a text was not read as JSON.
#[derive(Debug, thiserror::Error)]
pub enum JsonError {
    /// The text is longer than [`MAX_BYTES`].
    #[error("text is {0} bytes long, at most {MAX_BYTES} are read")]
    TooLong(usize),
    /// Objects and arrays are nested deeper than [`MAX_DEPTH`].
    #[error("value at {0} is nested deeper than {MAX_DEPTH} levels")]
    TooDeep(String),
    /// An object has the same key twice.
    #[error("key `{key}` appears twice in the object at {pointer}")]
    DuplicateKey {
        /// The key.
        key: String,
        /// JSON pointer of the object.
        pointer: String,
    },
    /// The text is no JSON; the parser's error has line and column.
    #[error("text is not JSON")]
    Syntax(#[source] serde_json::Error),
}

/// Reads a JSON text.
///
/// # Errors
/// [`JsonError`] names the place as a JSON pointer (<https://www.rfc-editor.org/rfc/rfc6901>), or line and column.
pub fn parse(text: &str) -> Result<Value, JsonError> {
    if text.len() > MAX_BYTES {
        return Err(JsonError::TooLong(text.len()));
    }
    let fault = RefCell::new(None);
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let outcome = ValueSeed { depth: MAX_DEPTH, place: &Place::Root, fault: &fault }
        .deserialize(&mut deserializer)
        .and_then(|value| deserializer.end().map(|()| value));
    outcome.map_err(|error| fault.into_inner().unwrap_or(JsonError::Syntax(error)))
}

/// Reads a JSON text as a tree that borrows from it; the same texts are refused for the same reasons.
pub(crate) fn parse_in<'a>(text: &'a str, arena: &'a Arena) -> Result<Json<'a>, JsonError> {
    if text.len() > MAX_BYTES {
        return Err(JsonError::TooLong(text.len()));
    }
    Json::parse_within(MAX_DEPTH, text, arena)
        .map_err(|error| parse(text).err().unwrap_or(JsonError::Syntax(error)))
}

/// Where the reader is: a list on the stack, spelled out only when something is wrong.
enum Place<'a> {
    Root,
    Key(&'a Place<'a>, &'a str),
    Index(&'a Place<'a>, usize),
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Key(parent, key) => {
                write!(formatter, "{parent}/{}", key.replace('~', "~0").replace('/', "~1"))
            }
            Self::Index(parent, index) => write!(formatter, "{parent}/{index}"),
        }
    }
}

struct ValueSeed<'a> {
    depth: usize,
    place: &'a Place<'a>,
    fault: &'a RefCell<Option<JsonError>>,
}

impl ValueSeed<'_> {
    fn fail<E: de::Error>(&self, fault: JsonError) -> E {
        let message = E::custom(&fault);
        *self.fault.borrow_mut() = Some(fault);
        message
    }

    /// The place as a JSON pointer; the top level, whose pointer is empty, is named.
    fn pointer(&self) -> String {
        match self.place {
            Place::Root => "the top level".to_owned(),
            place => place.to_string(),
        }
    }

    fn one_deeper<E: de::Error>(&self) -> Result<usize, E> {
        self.depth.checked_sub(1).ok_or_else(|| self.fail(JsonError::TooDeep(self.pointer())))
    }
}

impl<'de> DeserializeSeed<'de> for ValueSeed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ValueSeed<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let depth = self.one_deeper()?;
        let mut values = Vec::new();
        loop {
            let place = Place::Index(self.place, values.len());
            match elements.next_element_seed(ValueSeed { depth, place: &place, fault: self.fault })? {
                Some(value) => values.push(value),
                None => return Ok(Value::Array(values)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let depth = self.one_deeper()?;
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            if map.is_empty() {
                // Few objects of a badge have more members, and growing costs more than the parser. One without any
                // takes nothing, or a text of `{}` would fill the memory.
                map = Map::with_capacity(FIRST_MEMBERS);
            }
            let entry = match map.entry(key) {
                Entry::Vacant(entry) => entry,
                Entry::Occupied(entry) => {
                    let (key, pointer) = (entry.key().clone(), self.pointer());
                    return Err(self.fail(JsonError::DuplicateKey { key, pointer }));
                }
            };
            let place = Place::Key(self.place, entry.key());
            let value = entries.next_value_seed(ValueSeed { depth, place: &place, fault: self.fault })?;
            entry.insert(value);
        }
        Ok(Value::Object(map))
    }
}

/// Removes nulls and empty arrays, which Open Badges wants left out
/// (<https://www.imsglobal.org/spec/ob/v3p0/#json>).
pub(crate) fn prune(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.values_mut().for_each(prune);
            map.retain(|_, value| !is_absent(value));
        }
        Value::Array(values) => {
            values.iter_mut().for_each(prune);
            values.retain(|value| !is_absent(value));
        }
        _ => {}
    }
}

/// A value without nulls and empty arrays.
pub(crate) fn pruned(mut value: Value) -> Value {
    prune(&mut value);
    value
}

fn is_absent(value: &Value) -> bool {
    value.is_null() || value.as_array().is_some_and(Vec::is_empty)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_document_is_read_as_it_is() {
        let text = r#"{"a":[1,-2,0.5,1e3,true,false,null,"é\u0000"],"b":{"":{}}}"#;
        assert_eq!(parse(text).unwrap(), serde_json::from_str::<Value>(text).unwrap());
    }

    #[test]
    fn a_repeated_key_is_refused_with_its_place() {
        let error = parse(r#"{"a":[{"b/c":{"k":1,"k":1}}]}"#).unwrap_err();
        assert_eq!(error.to_string(), "key `k` appears twice in the object at /a/0/b~1c");
        assert!(parse(r#"{"k":1,"\u006b":1}"#).is_err(), "an escaped spelling is the same key");
    }

    #[test]
    fn nesting_is_bounded() {
        let nested = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
        assert!(parse(&nested(MAX_DEPTH)).is_ok());
        let error = parse(&nested(MAX_DEPTH + 1)).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("value at {} is nested deeper than 64 levels", "/0".repeat(64))
        );
        assert!(parse(&"[".repeat(1_000_000)).is_err());
    }

    #[test]
    fn length_is_bounded() {
        let error = parse(&" ".repeat(MAX_BYTES + 1)).unwrap_err();
        assert_eq!(error.to_string(), "text is 2097153 bytes long, at most 2097152 are read");
    }

    #[test]
    fn what_is_no_json_is_refused_with_line_and_column() {
        let JsonError::Syntax(error) = parse("{\n\"a\": nope}").unwrap_err() else {
            panic!("expected a syntax error")
        };
        assert_eq!((error.line(), error.column()), (2, 7));
        for text in ["", "{} {}", "[1e999]", r#""\ud800""#, "{'a':1}", "[1,]", "\u{feff}{}"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn pruning_leaves_out_nulls_and_empty_arrays_at_every_depth() {
        let mut value = json!({"a": null, "b": [], "c": [null, {"d": []}], "e": [[]], "f": false, "g": ""});
        prune(&mut value);
        assert_eq!(value, json!({"c": [{}], "f": false, "g": ""}));
    }

    proptest::proptest! {
        #[test]
        fn reading_agrees_with_the_general_parser_or_refuses(text in "[\\[\\]{}\",:a0-9 ]{0,40}") {
            if let Ok(value) = parse(&text) {
                proptest::prop_assert_eq!(value, serde_json::from_str::<Value>(&text).unwrap());
            }
        }
    }
}
