//! The present and chance, as parameters: everything that needs either takes a trait object.
//!
//! This is the only file that reads the system's clock or its random numbers.

use openbadges::time::Timestamp;

/// Tells the present.
pub trait Clock: Send + Sync {
    /// The present, in whole seconds.
    fn now(&self) -> Timestamp;
}

/// Gives numbers that nobody can guess.
pub trait Chance: Send + Sync {
    /// 32 bytes from a cryptographic source.
    fn bytes(&self) -> [u8; 32];

    /// Three times 32 bytes, which may be one question to the source.
    fn bytes_of_three(&self) -> [[u8; 32]; 3] {
        std::array::from_fn(|_| self.bytes())
    }
}

/// The system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the system's clock is read")]
    fn now(&self) -> Timestamp {
        let since_1970 = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let seconds = since_1970.map_or(0, |duration| duration.as_secs());
        Timestamp::from_unix_seconds(i64::try_from(seconds).unwrap_or(i64::MAX))
    }
}

/// The operating system's source of random numbers, through aws-lc.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemChance;

impl Chance for SystemChance {
    fn bytes(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        fill(&mut bytes);
        bytes
    }

    fn bytes_of_three(&self) -> [[u8; 32]; 3] {
        let mut bytes = [[0; 32]; 3];
        fill(bytes.as_flattened_mut());
        bytes
    }
}

#[expect(
    clippy::expect_used,
    reason = "without random numbers no login is safe: stopping is the only answer"
)]
fn fill(bytes: &mut [u8]) {
    aws_lc_rs::rand::fill(bytes).expect("the operating system gives random numbers");
}

/// The moment `seconds` after `moment`; negative goes back.
#[must_use]
pub fn later(moment: Timestamp, seconds: i64) -> Timestamp {
    Timestamp::from_unix_seconds(moment.as_unix_seconds().saturating_add(seconds))
}

/// A version 4 UUID (<https://www.rfc-editor.org/rfc/rfc9562#section-5.4>) drawn from `chance`.
#[must_use]
pub fn uuid_from(chance: &dyn Chance) -> uuid::Uuid {
    let bytes = chance.bytes();
    let (first, _) =
        bytes.split_first_chunk::<16>().map_or(([0; 16], &[][..]), |(first, rest)| (*first, rest));
    uuid::Builder::from_random_bytes(first).into_uuid()
}

#[cfg(test)]
pub(crate) mod fixed {
    //! A clock that stands still and chance that counts, for tests.

    use std::sync::atomic::{AtomicU8, Ordering};

    use super::{Chance, Clock, Timestamp};

    /// Always the given moment.
    pub(crate) struct FixedClock(pub(crate) Timestamp);

    impl Clock for FixedClock {
        fn now(&self) -> Timestamp {
            self.0
        }
    }

    /// 32 times 1, then 32 times 2, and so on.
    #[derive(Default)]
    pub(crate) struct CountingChance(AtomicU8);

    impl Chance for CountingChance {
        fn bytes(&self) -> [u8; 32] {
            [self.0.fetch_add(1, Ordering::Relaxed).wrapping_add(1); 32]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{fixed::CountingChance, *};

    #[test]
    fn the_system_clock_is_past_the_day_this_was_written() {
        assert!(SystemClock.now().as_unix_seconds() > 1_700_000_000);
    }

    #[test]
    fn the_system_never_gives_the_same_bytes_twice() {
        assert_ne!(SystemChance.bytes(), SystemChance.bytes());
    }

    #[test]
    fn a_uuid_from_chance_is_version_4() {
        let uuid = uuid_from(&CountingChance::default());
        assert_eq!(uuid.get_version_num(), 4);
        assert_eq!(uuid.to_string(), "01010101-0101-4101-8101-010101010101");
    }

    #[test]
    fn later_moves_in_both_directions() {
        let noon: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
        assert_eq!(later(noon, 90).to_string(), "2026-11-23T12:01:30Z");
        assert_eq!(later(noon, -60).to_string(), "2026-11-23T11:59:00Z");
    }
}
