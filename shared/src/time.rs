//! Points in time as credentials write them: whole seconds, UTC.
//!
//! The library never reads a clock; every function that needs the present takes a [`Timestamp`].
//! Format: `DateTimeZ` of Open Badges 3.0 (<https://www.imsglobal.org/spec/ob/v3p0/#org.1edtech.ob.v3p0.derived.type.datetimez>),
//! that is RFC 3339 with an offset or `Z` (<https://www.rfc-editor.org/rfc/rfc3339#section-5.6>).

use std::{fmt, str::FromStr};

use jiff::{SignedDuration, Span, civil::DateTime};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A point in time, in whole seconds since 1970-01-01T00:00:00Z.
///
/// Reads any RFC 3339 date-time with an offset and drops fractions of a second; writes
/// `2026-11-23T16:48:31Z`. Range: the years 0000 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// Why a text is not a [`Timestamp`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TimestampError {
    /// The text is not `YYYY-MM-DDThh:mm:ss`, an optional fraction and an offset.
    #[error("`{0}` is not a date and time with an offset, such as 2026-11-23T16:48:31Z")]
    Syntax(String),
    /// The text has the right shape, but no such day or time exists.
    #[error("`{0}` names a day or a time that does not exist")]
    NoSuchTime(String),
    /// The number of seconds lies outside the years 0000 to 9999.
    #[error("{0} seconds since 1970 lie outside the years 0000 to 9999")]
    OutOfRange(i64),
}

/// `0000-01-01T00:00:00Z`.
const EARLIEST: i64 = -62_167_219_200;
/// `9999-12-31T23:59:59Z`.
const LATEST: i64 = 253_402_300_799;

impl Timestamp {
    /// The point in time that many seconds after 1970-01-01T00:00:00Z.
    ///
    /// Values beyond the years 0000 to 9999 are moved to the nearest end of that range, so that
    /// every timestamp can be written; use [`Timestamp::try_from_unix_seconds`] to be told instead.
    #[must_use]
    pub fn from_unix_seconds(seconds: i64) -> Self {
        Self(seconds.clamp(EARLIEST, LATEST))
    }

    /// The point in time that many seconds after 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    /// [`TimestampError::OutOfRange`] outside the years 0000 to 9999.
    pub fn try_from_unix_seconds(seconds: i64) -> Result<Self, TimestampError> {
        if (EARLIEST..=LATEST).contains(&seconds) {
            Ok(Self(seconds))
        } else {
            Err(TimestampError::OutOfRange(seconds))
        }
    }

    /// Seconds since 1970-01-01T00:00:00Z, negative before.
    #[must_use]
    pub fn as_unix_seconds(self) -> i64 {
        self.0
    }

    /// The same day and time so many months later, in UTC; the last day of a month that is too short.
    ///
    /// Beyond the year 9999 it is the last second of that year.
    #[must_use]
    pub fn plus_months(self, months: u32) -> Self {
        let Ok(span) = Span::new().try_months(i64::from(months)) else { return Self(LATEST) };
        let moment = EPOCH.saturating_add(SignedDuration::from_secs(self.0)).saturating_add(span);
        Self::from_unix_seconds(moment.duration_since(EPOCH).as_secs())
    }
}

/// 1970-01-01T00:00:00.
const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);

/// The parts of RFC 3339's `date-time` (section 5.6) that matter here.
struct Parts<'a> {
    /// `YYYY-MM-DDThh:mm:ss`.
    local: &'a str,
    /// Seconds that the local time is ahead of UTC.
    offset_seconds: i64,
}

impl<'a> Parts<'a> {
    /// Takes a text apart; `None` if it has another shape.
    fn of(text: &'a str) -> Option<Self> {
        let (local, rest) = text.split_at_checked(19)?;
        if !has_shape(local, b"dddd-dd-ddTdd:dd:dd") {
            return None;
        }
        let offset = match rest.strip_prefix('.') {
            Some(fraction) => {
                let offset = fraction.trim_start_matches(|digit: char| digit.is_ascii_digit());
                if offset.len() == fraction.len() {
                    return None;
                }
                offset
            }
            None => rest,
        };
        Some(Self { local, offset_seconds: offset_seconds(offset)? })
    }
}

/// Whether a text has digits where the pattern has `d`, and otherwise what the pattern has.
fn has_shape(text: &str, pattern: &[u8]) -> bool {
    text.len() == pattern.len()
        && text.bytes().zip(pattern).all(|(byte, wanted)| match wanted {
            b'd' => byte.is_ascii_digit(),
            wanted => byte.eq_ignore_ascii_case(wanted),
        })
}

/// `Z` or `+hh:mm` in seconds.
fn offset_seconds(offset: &str) -> Option<i64> {
    if matches!(offset, "Z" | "z") {
        return Some(0);
    }
    if !has_shape(offset, b"+dd:dd") && !has_shape(offset, b"-dd:dd") {
        return None;
    }
    let hours: i64 = offset.get(1..3)?.parse().ok().filter(|hours| *hours < 24)?;
    let minutes: i64 = offset.get(4..6)?.parse().ok().filter(|minutes| *minutes < 60)?;
    let seconds = (hours * 60 + minutes) * 60;
    Some(if offset.starts_with('-') { -seconds } else { seconds })
}

impl FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = Parts::of(text).ok_or_else(|| TimestampError::Syntax(text.to_owned()))?;
        let local: DateTime =
            parts.local.parse().ok().ok_or_else(|| TimestampError::NoSuchTime(text.to_owned()))?;
        Self::try_from_unix_seconds(local.duration_since(EPOCH).as_secs() - parts.offset_seconds)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let utc = EPOCH.saturating_add(SignedDuration::from_secs(self.0));
        write!(formatter, "{utc}Z")
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn an_offset_is_converted_to_utc() {
        assert_eq!(parsed("2026-11-24T01:48:31+09:00").to_string(), "2026-11-23T16:48:31Z");
        assert_eq!(parsed("2026-11-23T16:48:31-00:00").to_string(), "2026-11-23T16:48:31Z");
        assert_eq!(parsed("2026-11-23t16:48:31z").to_string(), "2026-11-23T16:48:31Z");
    }

    #[test]
    fn a_fraction_of_a_second_is_dropped_towards_the_past() {
        assert_eq!(parsed("1969-12-31T23:59:59.999Z").as_unix_seconds(), -1);
        assert_eq!(parsed("2026-11-23T16:48:31.123456789012345+00:00").to_string(), "2026-11-23T16:48:31Z");
    }

    #[test]
    fn a_text_without_an_offset_is_refused_with_an_example() {
        for text in [
            "2026-11-23T16:48:31",
            "2026-11-23",
            "",
            "2026-11-23 16:48:31Z",
            "2026-11-23T16:48Z",
            "2026-11-23T16:48:31+09",
            "2026-11-23T16:48:31+0900",
            "2026-11-23T16:48:31.Z",
            "２０２６-11-23T16:48:31Z",
            "2026-11-23T16:48:31Z[UTC]",
            "+002026-11-23T16:48:31Z",
        ] {
            let error = text.parse::<Timestamp>().unwrap_err();
            assert_eq!(
                error.to_string(),
                format!("`{text}` is not a date and time with an offset, such as 2026-11-23T16:48:31Z")
            );
        }
    }

    #[test]
    fn a_day_that_does_not_exist_is_refused() {
        for text in
            ["2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-01T25:00:00Z", "2025-02-29T00:00:00Z"]
        {
            assert_eq!(text.parse::<Timestamp>(), Err(TimestampError::NoSuchTime(text.to_owned())));
        }
    }

    #[test]
    fn the_last_second_that_people_write_for_never_is_read() {
        assert_eq!(parsed("9999-12-31T23:59:59Z").as_unix_seconds(), LATEST);
        assert_eq!(parsed("0000-01-01T00:00:00Z").as_unix_seconds(), EARLIEST);
        assert!(matches!(
            "9999-12-31T23:59:59-01:00".parse::<Timestamp>(),
            Err(TimestampError::OutOfRange(_))
        ));
    }

    #[test]
    fn a_leap_day_is_read_and_written() {
        assert_eq!(parsed("2024-02-29T23:59:59Z").to_string(), "2024-02-29T23:59:59Z");
    }

    #[test]
    fn months_are_counted_by_the_calendar_and_end_with_a_short_month() {
        let cases = [
            ("2026-11-23T16:48:31Z", 12, "2027-11-23T16:48:31Z"),
            ("2026-11-30T16:48:31Z", 3, "2027-02-28T16:48:31Z"),
            ("2027-11-30T16:48:31Z", 3, "2028-02-29T16:48:31Z"),
            ("2028-02-29T00:00:00Z", 12, "2029-02-28T00:00:00Z"),
            ("1969-12-31T23:59:59Z", 1, "1970-01-31T23:59:59Z"),
            ("2026-01-31T00:00:00Z", 0, "2026-01-31T00:00:00Z"),
            ("9999-12-01T00:00:00Z", 1, "9999-12-31T23:59:59Z"),
            ("2026-01-31T00:00:00Z", u32::MAX, "9999-12-31T23:59:59Z"),
        ];
        for (from, months, expected) in cases {
            assert_eq!(parsed(from).plus_months(months).to_string(), expected, "{from} + {months}");
        }
    }

    #[test]
    fn seconds_beyond_year_9999_are_clamped_or_refused() {
        assert_eq!(Timestamp::from_unix_seconds(i64::MAX).to_string(), "9999-12-31T23:59:59Z");
        assert_eq!(Timestamp::from_unix_seconds(i64::MIN).as_unix_seconds(), EARLIEST);
        assert_eq!(Timestamp::try_from_unix_seconds(i64::MAX), Err(TimestampError::OutOfRange(i64::MAX)));
    }

    proptest::proptest! {
        #[test]
        fn writing_and_reading_are_inverse(seconds in EARLIEST..=LATEST) {
            let timestamp = Timestamp::from_unix_seconds(seconds);
            proptest::prop_assert_eq!(timestamp.to_string().parse::<Timestamp>(), Ok(timestamp));
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in "[0-9TtZz:.+\\-]{0,40}|\\PC{0,40}") {
            let _outcome = text.parse::<Timestamp>();
        }
    }
}
