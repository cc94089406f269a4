//! PostgreSQL's `timestamptz` (microseconds since 2000) and the library's whole seconds since 1970.

use openbadges::time::Timestamp;
use pgrx::datum::TimestampWithTimeZone;
use pgrx::pg_sys::TimestampTz;

/// Seconds from 1970-01-01 to 2000-01-01, PostgreSQL's zero.
const POSTGRES_EPOCH_SECONDS: i64 = 946_684_800;
const MICROSECONDS: i64 = 1_000_000;

/// The second in which the time lies; `infinity` and what the library cannot write become its nearest end.
pub(crate) fn from_postgres(time: TimestampWithTimeZone) -> Timestamp {
    let microseconds = TimestampTz::from(time);
    Timestamp::from_unix_seconds(microseconds.div_euclid(MICROSECONDS).saturating_add(POSTGRES_EPOCH_SECONDS))
}

/// The same second in PostgreSQL's scale; `None` before its earliest year, which no credential has.
pub(crate) fn to_postgres(time: Timestamp) -> Option<TimestampWithTimeZone> {
    let seconds = time.as_unix_seconds().checked_sub(POSTGRES_EPOCH_SECONDS)?;
    TimestampWithTimeZone::try_from(seconds.checked_mul(MICROSECONDS)?).ok()
}
