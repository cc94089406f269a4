//! Counting what badges are used for, without watching anybody: an achievement, what was done, a day.
//!
//! Counted in memory and written every second, so that nobody waits for it; what a crash loses is lost, and reports say "at least".

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use actix_web::web::Data;
use uuid::Uuid;

use crate::state::AppState;

/// Between two writings.
const INTERVAL: Duration = Duration::from_secs(1);

/// What was done with a badge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Use {
    /// It was shown to its holder for the first time.
    Offered,
    /// The holder took it.
    Accepted,
    /// The holder did not want it.
    Declined,
    /// Somebody took a copy of it.
    Downloaded,
    /// The holder made a link of it.
    SharePressed,
    /// Somebody looked at its checks.
    VerificationPageOpened,
}

impl Use {
    fn event(self) -> &'static str {
        match self {
            Self::Offered => "offered",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Downloaded => "downloaded",
            Self::SharePressed => "share_pressed",
            Self::VerificationPageOpened => "verification_page_opened",
        }
    }
}

/// What was counted since it was written last.
#[derive(Debug, Default)]
pub struct UsageCounter(Mutex<HashMap<(Uuid, Use), i64>>);

impl UsageCounter {
    /// Counts one use of an achievement.
    pub fn count(&self, achievement_id: Uuid, use_: Use) {
        self.add(&[((achievement_id, use_), 1)]);
    }

    fn add(&self, counted: &[((Uuid, Use), i64)]) {
        let mut uses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (what, number) in counted {
            *uses.entry(*what).or_default() += number;
        }
    }

    fn take(&self) -> Vec<((Uuid, Use), i64)> {
        let mut uses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut uses: Vec<_> = std::mem::take(&mut *uses).into_iter().collect();
        // Replicas lock the same rows in the same order.
        uses.sort_by_key(|((achievement_id, use_), _)| (*achievement_id, use_.event()));
        uses
    }
}

/// Writes what is counted, for as long as the server runs.
pub async fn write_regularly(state: Data<AppState>) {
    loop {
        tokio::time::sleep(INTERVAL).await;
        write(&state).await;
    }
}

/// Writes what was counted so far; what cannot be written waits for the next time.
pub async fn write(state: &AppState) {
    let counted = state.usage.take();
    if counted.is_empty() {
        return;
    }
    let rows: Vec<_> = counted
        .iter()
        .map(|((achievement_id, use_), number)| (*achievement_id, use_.event(), *number))
        .collect();
    if let Err(error) = state.store.add_usage(&rows).await {
        tracing::warn!(reason = %error, "uses of badges were not written");
        state.usage.add(&counted);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uses_are_summed_and_taken_once() {
        let counter = UsageCounter::default();
        let (a, b) = (Uuid::from_u128(1), Uuid::from_u128(2));
        counter.count(b, Use::Offered);
        counter.count(a, Use::VerificationPageOpened);
        counter.count(a, Use::VerificationPageOpened);
        let taken = counter.take();
        assert_eq!(taken, [((a, Use::VerificationPageOpened), 2), ((b, Use::Offered), 1)]);
        assert_eq!(counter.take(), []);
        counter.add(&taken);
        assert_eq!(counter.take(), taken);
    }
}
