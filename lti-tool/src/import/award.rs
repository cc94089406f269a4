//! One line of `assertions.jsonl`: who was awarded what when, and what became of it.

use openbadges::time::Timestamp;
use serde::{Deserialize, Deserializer, de};

use crate::clock::later;

/// An award.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportedAward {
    /// Its number in the file.
    pub id: String,
    /// The achievement's code.
    pub achievement: String,
    /// The person's number; no name.
    pub recipient: String,
    /// Their footing.
    pub population: String,
    /// The day of the award.
    #[serde(deserialize_with = "day")]
    pub issued_on: Timestamp,
    #[serde(default, deserialize_with = "optional_day")]
    valid_until: Option<Timestamp>,
    /// The award that it renews.
    pub supersedes: Option<String>,
    /// Which edition of the rule decided.
    pub rule_version: u32,
    /// What became of the message to the person.
    pub delivery: String,
    /// Its revocation, if it was revoked.
    pub revoked: Option<RevokedWire>,
}

/// A revocation.
#[derive(Clone, Debug, Deserialize)]
pub struct RevokedWire {
    /// The day.
    #[serde(deserialize_with = "day")]
    pub on: Timestamp,
    /// Why.
    pub reason: String,
}

fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
    let text = String::deserialize(deserializer)?;
    format!("{text}T00:00:00Z").parse().map_err(de::Error::custom)
}

fn optional_day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    let text: Option<String> = Option::deserialize(deserializer)?;
    text.map(|text| format!("{text}T00:00:00Z").parse().map_err(de::Error::custom)).transpose()
}

impl ImportedAward {
    /// The end of its validity; one that has ended by `now` begins anew then and lasts as long as it did.
    #[must_use]
    pub fn valid_until(&self, now: Timestamp) -> Option<Timestamp> {
        let until = self.valid_until?;
        if until > now {
            return Some(until);
        }
        Some(later(now, until.as_unix_seconds() - self.issued_on.as_unix_seconds()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_validity_that_has_ended_begins_anew() {
        let award: ImportedAward = serde_json::from_str(
            r#"{"id":"A-1","achievement":"RI-01","recipient":"R-1","population":"employee","issuedOn":"2021-10-01",
                "validUntil":"2024-10-01","supersedes":null,"ruleVersion":1,"delivery":"accepted","revoked":null}"#,
        )
        .unwrap();
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        assert_eq!(award.valid_until(at("2024-01-01T00:00:00Z")), Some(at("2024-10-01T00:00:00Z")));
        assert_eq!(award.valid_until(at("2026-10-01T00:00:00Z")), Some(at("2029-10-01T00:00:00Z")));
    }
}
