//! Connections: single statements travel in lanes, which a thread keeps to itself; transactions take theirs from a pool that all share.
//!
//! Two habits of sqlx's pool cost more than a short statement does: after every use it asks the server whether the connection still lives,
//! which is a second round trip, and it hands connections from thread to thread, although a connection wakes the thread that opened it.
//! A lane is asked only when it has rested for a while, and is closed when anything but a constraint said no. Whoever finds no lane free
//! takes a shared connection.

use std::{
    fmt::{Debug, Formatter},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use futures_util::{
    TryFutureExt, TryStreamExt,
    future::BoxFuture,
    stream::{self, BoxStream},
};
use sqlx::{
    Connection, Describe, Either, Error, Execute, Executor, PgConnection, PgPool, PgTransaction, Postgres,
    SqlStr,
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgPoolOptions, PgQueryResult, PgRow, PgStatement, PgTypeInfo},
};
use tokio::{
    runtime::Handle,
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use crate::config::DatabaseConfig;

/// A connection that rested longer than this is asked whether it still lives before it is used.
const TRUSTED_REST: Duration = Duration::from_millis(500);
/// A lane is closed after this, so that what the server keeps for it does not grow for ever. As long as sqlx keeps its own.
const LONGEST_LIFE: Duration = Duration::from_mins(30);
/// How long a statement waits for a lane before it waits for a shared connection as well: long statements may be in all lanes.
const PATIENCE: Duration = Duration::from_millis(50);
/// Lanes of what runs beside the requests.
const LANES_BESIDE: usize = 2;

/// Where statements and transactions find a connection.
#[derive(Clone, Debug)]
pub(super) struct Pool {
    shared: PgPool,
    /// None if the replica may keep one connection only.
    lanes: Option<Arc<Lanes>>,
}

/// The lanes of one thread.
struct Lanes {
    /// One permit for each lane that may be open, of all threads together.
    budget: Arc<Semaphore>,
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

/// A connection while a statement uses it.
enum Used {
    Lane(UsedLane),
    Shared(PoolConnection<Postgres>),
}

/// A lane while a statement uses it; gives its turn back when it is dropped.
struct UsedLane {
    /// None once it rests again or is closed.
    lane: Option<Lane>,
    lanes: Arc<Lanes>,
}

impl Debug for Lanes {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Lanes").field("free", &self.turns.available_permits()).finish_non_exhaustive()
    }
}

impl Pool {
    /// Connects when it is first used: half of the connections are lanes.
    pub(super) fn new(config: &DatabaseConfig, options: PgConnectOptions) -> Self {
        let longest_wait = Duration::from_secs(config.acquire_timeout_seconds.into());
        let lanes = config.max_connections / 2;
        let shared = PgPoolOptions::new()
            .max_connections(config.max_connections - lanes)
            .acquire_timeout(longest_wait)
            .test_before_acquire(false)
            .before_acquire(|connection, meta| {
                Box::pin(async move {
                    if meta.idle_for > TRUSTED_REST {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
            .connect_lazy_with(options);
        let lanes = usize::try_from(lanes).unwrap_or(usize::MAX).min(Semaphore::MAX_PERMITS);
        let budget = Arc::new(Semaphore::new(lanes));
        let beside = LANES_BESIDE.min(lanes);
        let lanes = (lanes > 0).then(|| Arc::new(Lanes::new(budget, lanes, beside, longest_wait)));
        Self { shared, lanes }
    }

    /// The same database for one of `threads` threads, each of which answers requests by itself.
    pub(super) fn for_thread(&self, threads: usize) -> Self {
        let lanes = self.lanes.as_ref().map(|beside| {
            let turns = lanes_of_thread(beside.all, threads);
            Arc::new(Lanes::new(Arc::clone(&beside.budget), beside.all, turns, beside.longest_wait))
        });
        Self { shared: self.shared.clone(), lanes }
    }

    /// A transaction, always on a shared connection.
    pub(super) async fn begin(&self) -> Result<PgTransaction<'static>, Error> {
        self.shared.begin().await
    }

    async fn take(&self) -> Result<Used, Error> {
        if let Some(lanes) = &self.lanes
            && let Some(used) = lanes.take(&self.shared).await
        {
            return Ok(Used::Lane(used));
        }
        Ok(Used::Shared(self.shared.acquire().await?))
    }
}

/// How many lanes a thread may use; at least one, as long as there are any.
fn lanes_of_thread(all_lanes: usize, threads: usize) -> usize {
    all_lanes.saturating_sub(LANES_BESIDE).div_ceil(threads.max(1)).max(1)
}

impl Lanes {
    fn new(budget: Arc<Semaphore>, all: usize, turns: usize, longest_wait: Duration) -> Self {
        Self { budget, all, turns: Semaphore::new(turns), resting: Mutex::default(), longest_wait }
    }

    /// None if others have all lanes, or a new one cannot be opened; the shared pool then says why.
    async fn take(self: &Arc<Self>, shared: &PgPool) -> Option<UsedLane> {
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

impl Used {
    fn connection(&mut self) -> Result<&mut PgConnection, Error> {
        match self {
            Self::Lane(used) => {
                used.lane.as_mut().map(|lane| &mut lane.connection).ok_or(Error::WorkerCrashed)
            }
            Self::Shared(connection) => Ok(connection),
        }
    }

    /// After a statement that ended so: a lane rests, or is closed if what went wrong may have to do with the connection.
    fn end<T>(&mut self, outcome: &Result<T, Error>) {
        let is_sound = match outcome {
            Ok(_) => true,
            Err(Error::Database(error)) => error.code().is_some_and(|code| code.starts_with("23")),
            Err(_) => false,
        };
        if let Self::Lane(used) = self
            && let Some(lane) = used.lane.take().filter(|_| is_sound)
        {
            used.lanes.rest(lane);
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

impl<'p> Executor<'p> for &'p Pool {
    type Database = Postgres;

    /// Everything is read before the first row is handed on, so that a connection is not kept for as long as somebody looks at rows.
    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, Result<Either<PgQueryResult, PgRow>, Error>>
    where
        'p: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        let all = async move {
            let mut used = self.take().await?;
            let all: Result<Vec<_>, Error> = used.connection()?.fetch_many(query).try_collect().await;
            used.end(&all);
            Ok(stream::iter(all?.into_iter().map(Ok)))
        };
        Box::pin(all.try_flatten_stream())
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Option<PgRow>, Error>>
    where
        'p: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        Box::pin(async move {
            let mut used = self.take().await?;
            let found = used.connection()?.fetch_optional(query).await;
            used.end(&found);
            found
        })
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        parameters: &'e [PgTypeInfo],
    ) -> BoxFuture<'e, Result<PgStatement, Error>>
    where
        'p: 'e,
    {
        Box::pin(async move {
            let mut used = self.take().await?;
            let prepared = used.connection()?.prepare_with(sql, parameters).await;
            used.end(&prepared);
            prepared
        })
    }

    /// For sqlx's macros, which ask for it wherever they are compiled in.
    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, Result<Describe<Postgres>, Error>>
    where
        'p: 'e,
    {
        Box::pin(async move {
            let mut used = self.take().await?;
            let described = used.connection()?.describe(sql).await;
            used.end(&described);
            described
        })
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

    fn pool(max_connections: u32) -> Pool {
        let config = DatabaseConfig { url: String::new(), max_connections, acquire_timeout_seconds: 1 };
        Pool::new(&config, PgConnectOptions::new_without_pgpass())
    }

    #[tokio::test]
    async fn lanes_and_shared_connections_are_together_as_many_as_the_setting_says() {
        for (max_connections, lanes) in [(1, 0), (2, 1), (3, 1), (10, 5)] {
            let pool = pool(max_connections);
            assert_eq!(pool.shared.options().get_max_connections(), max_connections - lanes);
            let budget = pool.lanes.as_ref().map_or(0, |lanes| lanes.budget.available_permits());
            assert_eq!(budget, usize::try_from(lanes).unwrap());
        }
    }
}
