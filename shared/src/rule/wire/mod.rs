//! Rules as JSON, read strictly: an unknown word, a wrong type or a number out of range is an error that names its place and value.
//!
//! A branch is `{"op": "all" | "any" | "atLeast", "n": …, "of": […]}`, a leaf `{"kind": …, …}`. The form is that of the programmes that
//! come with the tool (`lti-tool/data/programmes/`).

mod read;
mod write;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser::SerializeMap};
use serde_json::Value;

use self::{
    read::{Place, read},
    write::write,
};
use super::{Condition, DEEPEST, MOST_CONDITIONS, Rule};

/// Why a text is no rule; `place` is a JSON Pointer (RFC 6901), empty for the whole.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// A condition that is no object.
    #[error("at `{place}`: {found} is no condition, expected an object with `op` or `kind`")]
    NotACondition {
        /// Where.
        place: String,
        /// What is there, shortened.
        found: String,
    },
    /// An `op` or `kind` that does not exist.
    #[error("at `{place}`: `{found}` is not known")]
    UnknownWord {
        /// Where.
        place: String,
        /// What is there.
        found: String,
    },
    /// A member that has no place there.
    #[error("at `{place}`: member `{name}` has no place in `{kind}`")]
    UnknownMember {
        /// Where.
        place: String,
        /// Its name.
        name: String,
        /// The `op` or `kind`.
        kind: String,
    },
    /// A member that has to be there.
    #[error("at `{place}`: member `{name}` is missing")]
    Missing {
        /// Where.
        place: String,
        /// Its name.
        name: &'static str,
    },
    /// A value of the wrong type or out of range.
    #[error("at `{place}`: {found} is not {wanted}")]
    BadValue {
        /// Where.
        place: String,
        /// What is there, shortened.
        found: String,
        /// What is expected.
        wanted: &'static str,
    },
    /// Conditions in conditions in conditions.
    #[error("at `{place}`: conditions are nested deeper than {DEEPEST}")]
    TooDeep {
        /// Where.
        place: String,
    },
    /// More than anybody can read.
    #[error("the rule has more than {MOST_CONDITIONS} conditions")]
    TooMany,
}

impl Condition {
    /// Reads a condition.
    ///
    /// # Errors
    /// [`RuleError`] at the first thing that is wrong.
    pub fn from_json(value: &Value) -> Result<Self, RuleError> {
        read(value, &Place::Root, 1, &mut 0)
    }

    /// The condition as JSON; [`Condition::from_json`] reads it again as the same.
    #[must_use]
    pub fn to_json(&self) -> Value {
        write(self)
    }
}

impl Serialize for Condition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write(self).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Condition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_json(&Value::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("version", &self.version)?;
        map.serialize_entry("condition", &self.condition)?;
        map.end()
    }
}

impl<'de> Deserialize<'de> for Rule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct RuleWire {
            version: std::num::NonZeroU32,
            condition: Condition,
        }
        let wire = RuleWire::deserialize(deserializer)?;
        Ok(Self { version: wire.version.get(), condition: wire.condition })
    }
}
