//! Lanes: connections that a thread keeps to itself for single statements ([`super::pool`]).
//!
//! Two habits of sqlx's pool cost more than a short statement does: after every use it asks the server whether the connection still lives,
//! which is a second round trip, and it hands connections from thread to thread, although a connection wakes the thread that opened it.
//! A lane is asked only when it has rested for a while, and is closed when anything but a constraint said no.

use std::{
    fmt::{Debug, Formatter},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use sqlx::{Connection, PgConnection, PgPool};
use tokio::{
    runtime::Handle,
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

/// A connection that rested longer than this is asked whether it still lives before it is used.
pub(super) const TRUSTED_REST: Duration = Duration::from_millis(500);
/// A lane is closed after this, so that what the server keeps for it does not grow for ever. As long as sqlx keeps its own.
const LONGEST_LIFE: Duration = Duration::from_mins(30);
/// How long a statement waits for a lane before it waits for a shared connection as well: long statements may be in all lanes.
const PATIENCE: Duration = Duration::from_millis(50);
/// Lanes of what runs beside the requests.
const LANES_BESIDE: usize = 2;

/// The lanes of one thread.
pub(super) struct Lanes {
    /// One permit for each lane that may be open, of all threads together.
    pub(super) budget: Arc<Semaphore>,
    /// How many that is while none is open.
    all: usize,
    /// One permit for each that this thread may use.
    turns: Semaphore,
    resting: Mutex<Vec<Resting>>,
    /// For connecting, and for the answer to whether a connection still lives.
    longest_wait: Duration,
}

/// A lane that has a connection.
struct Lane {
    connection: PgConnection,
    opened_at: Instant,
    _budget: OwnedSemaphorePermit,
}

struct Resting {
    lane: Lane,
    since: Instant,
}

/// A lane while a statement uses it; gives its turn back when it is dropped.
pub(super) struct UsedLane {
    /// None once it rests again or is closed.
    lane: Option<Lane>,
    lanes: Arc<Lanes>,
}

impl Debug for Lanes {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Lanes").field("free", &self.turns.available_permits()).finish_non_exhaustive()
    }
}

impl Lanes {
    /// Those of what runs beside the requests; of all threads together `all` may be open.
    pub(super) fn beside(all: usize, longest_wait: Duration) -> Self {
        let all = all.min(Semaphore::MAX_PERMITS);
        Self::new(Arc::new(Semaphore::new(all)), all, LANES_BESIDE.min(all), longest_wait)
    }

    /// Those of one of `threads` threads, each of which answers requests by itself.
    pub(super) fn for_thread(&self, threads: usize) -> Self {
        let turns = lanes_of_thread(self.all, threads);
        Self::new(Arc::clone(&self.budget), self.all, turns, self.longest_wait)
    }

    fn new(budget: Arc<Semaphore>, all: usize, turns: usize, longest_wait: Duration) -> Self {
        Self { budget, all, turns: Semaphore::new(turns), resting: Mutex::default(), longest_wait }
    }

    /// None if others have all lanes, or a new one cannot be opened; the shared pool then says why.
    pub(super) async fn take(self: &Arc<Self>, shared: &PgPool) -> Option<UsedLane> {
        match self.turns.try_acquire() {
            Ok(turn) => turn.forget(),
            Err(_) => timeout(PATIENCE, self.turns.acquire()).await.ok()?.ok()?.forget(),
        }
        let mut used = UsedLane { lane: None, lanes: Arc::clone(self) };
        used.lane = self.rested().await;
        if used.lane.is_none() {
            used.lane = Some(self.open(shared).await?);
        }
        Some(used)
    }

    fn rest(&self, lane: Lane) {
        let resting = Resting { lane, since: Instant::now() };
        self.resting.lock().unwrap_or_else(PoisonError::into_inner).push(resting);
    }

    /// Waits for the end of a statement that nobody waits for.
    async fn recover(self: Arc<Self>, mut lane: Lane) {
        if lane.connection.ping().await.is_ok() {
            self.rest(lane);
        }
        self.turns.add_permits(1);
    }

    async fn rested(&self) -> Option<Lane> {
        loop {
            let Resting { mut lane, since } =
                self.resting.lock().unwrap_or_else(PoisonError::into_inner).pop()?;
            if lane.opened_at.elapsed() > LONGEST_LIFE {
                continue;
            }
            if since.elapsed() <= TRUSTED_REST
                || matches!(timeout(self.longest_wait, lane.connection.ping()).await, Ok(Ok(())))
            {
                return Some(lane);
            }
        }
    }

    async fn open(&self, shared: &PgPool) -> Option<Lane> {
        let budget = Arc::clone(&self.budget).try_acquire_owned().ok()?;
        let options = shared.connect_options();
        let connection = timeout(self.longest_wait, PgConnection::connect_with(&options)).await.ok()?.ok()?;
        Some(Lane { connection, opened_at: Instant::now(), _budget: budget })
    }
}

/// How many lanes a thread may use; at least one, as long as there are any.
fn lanes_of_thread(all_lanes: usize, threads: usize) -> usize {
    all_lanes.saturating_sub(LANES_BESIDE).div_ceil(threads.max(1)).max(1)
}

impl UsedLane {
    /// `None` after [`Self::end`].
    pub(super) fn connection(&mut self) -> Option<&mut PgConnection> {
        self.lane.as_mut().map(|lane| &mut lane.connection)
    }

    /// After a statement: the lane rests if its connection is sound, else it is closed.
    pub(super) fn end(&mut self, is_sound: bool) {
        if let Some(lane) = self.lane.take().filter(|_| is_sound) {
            self.lanes.rest(lane);
        }
    }
}

impl Drop for UsedLane {
    fn drop(&mut self) {
        let abandoned = self.lane.take();
        match abandoned.and_then(|lane| Some((lane, Handle::try_current().ok()?))) {
            // Whoever asked is gone. The statement goes on in the server, and until it ends the lane is in use.
            Some((lane, runtime)) => drop(runtime.spawn(Arc::clone(&self.lanes).recover(lane))),
            None => self.lanes.turns.add_permits(1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_thread_has_a_lane_and_one_thread_has_all_but_those_beside() {
        assert_eq!(lanes_of_thread(5, 1), 3);
        assert_eq!(lanes_of_thread(5, 2), 2);
        assert_eq!(lanes_of_thread(5, 16), 1);
        assert_eq!(lanes_of_thread(1, 4), 1);
        assert_eq!(lanes_of_thread(50, 0), 48);
    }
}
