//! Connections: single statements travel in lanes ([`super::lane`]), transactions take theirs from a pool that all threads share.
//!
//! Whoever finds no lane free takes a shared connection.

use std::{sync::Arc, time::Duration};

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

use super::lane::{Lanes, TRUSTED_REST, UsedLane};
use crate::config::DatabaseConfig;

/// Where statements and transactions find a connection.
#[derive(Clone, Debug)]
pub(super) struct Pool {
    shared: PgPool,
    /// None if the replica may keep one connection only.
    lanes: Option<Arc<Lanes>>,
}

/// A connection while a statement uses it.
enum Used {
    Lane(UsedLane),
    Shared(PoolConnection<Postgres>),
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
        let lanes = usize::try_from(lanes).unwrap_or(usize::MAX);
        let lanes = (lanes > 0).then(|| Arc::new(Lanes::beside(lanes, longest_wait)));
        Self { shared, lanes }
    }

    /// The same database for one of `threads` threads, each of which answers requests by itself.
    pub(super) fn for_thread(&self, threads: usize) -> Self {
        let lanes = self.lanes.as_ref().map(|beside| Arc::new(beside.for_thread(threads)));
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

impl Used {
    fn connection(&mut self) -> Result<&mut PgConnection, Error> {
        match self {
            Self::Lane(used) => used.connection().ok_or(Error::WorkerCrashed),
            Self::Shared(connection) => Ok(connection),
        }
    }

    /// After a statement that ended so. What went wrong may have to do with the connection, unless a constraint said no (class 23).
    fn end<T>(&mut self, outcome: &Result<T, Error>) {
        let is_sound = match outcome {
            Ok(_) => true,
            Err(Error::Database(error)) => error.code().is_some_and(|code| code.starts_with("23")),
            Err(_) => false,
        };
        if let Self::Lane(used) = self {
            used.end(is_sound);
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

    /// What says only how many rows it touched, without a stream of them.
    fn execute<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<PgQueryResult, Error>>
    where
        'p: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        Box::pin(async move {
            let mut used = self.take().await?;
            let done = used.connection()?.execute(query).await;
            used.end(&done);
            done
        })
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
