//! A date and time as a credential writes it, kept letter for letter.
//!
//! A signature covers the letters, so `…T09:00:00+09:00` may not become `…T00:00:00Z` on the way through the
//! model. <https://www.imsglobal.org/spec/ob/v3p0/#org.1edtech.ob.v3p0.derived.type.datetimez>

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};

use crate::time::{Timestamp, TimestampError};

/// A date and time with an offset, in its original spelling.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct DateTimeZ(String);

impl DateTimeZ {
    /// Takes the text as it is.
    ///
    /// # Errors
    /// [`TimestampError`] when it is no date and time with an offset.
    pub fn parse(text: String) -> Result<Self, TimestampError> {
        text.parse::<Timestamp>().map(|_| Self(text))
    }

    /// The point in time; fractions of a second are dropped.
    ///
    /// # Panics
    /// Never: the text was read as a timestamp when the value was made.
    #[must_use]
    pub fn timestamp(&self) -> Timestamp {
        self.0.parse().unwrap_or(Timestamp::from_unix_seconds(0))
    }

    /// The original spelling.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Timestamp> for DateTimeZ {
    fn from(timestamp: Timestamp) -> Self {
        Self(timestamp.to_string())
    }
}

impl fmt::Display for DateTimeZ {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for DateTimeZ {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spelling_survives_and_the_time_is_known() {
        let date: DateTimeZ = serde_json::from_str("\"2026-11-24T01:48:31.50+09:00\"").unwrap();
        assert_eq!(serde_json::to_string(&date).unwrap(), "\"2026-11-24T01:48:31.50+09:00\"");
        assert_eq!(date.timestamp().to_string(), "2026-11-23T16:48:31Z");
    }

    #[test]
    fn a_date_without_an_offset_is_not_read() {
        assert!(serde_json::from_str::<DateTimeZ>("\"2026-11-24T01:48:31\"").is_err());
    }
}
