//! Schema changes: forward only, each once, under a lock that replicas share.

use openbadges::time::Timestamp;
use sqlx::{Executor, PgConnection};

use super::{Store, StoreError, seconds};

/// Every migration in order; its number is its place, counted from one.
const MIGRATIONS: [&str; 3] = [
    include_str!("../../migrations/0001_tables.sql"),
    include_str!("../../migrations/0002_invitations.sql"),
    include_str!("../../migrations/0003_deep_linking.sql"),
];
/// The advisory lock that replicas wait for; "lti1" in ASCII.
const LOCK: i64 = 0x6c74_6931;

impl Store {
    /// Brings the schema up to date, all of it in one transaction, and returns how many migrations ran.
    ///
    /// Installs the extension too if it is missing and the role may.
    ///
    /// # Errors
    /// [`StoreError::NoExtension`], [`StoreError::TooNew`] or what the database says.
    pub async fn migrate(&self, now: Timestamp) -> Result<usize, StoreError> {
        let mut transaction = self.pool.begin().await?;
        sqlx::query("select pg_advisory_xact_lock($1)").bind(LOCK).execute(&mut *transaction).await?;
        transaction
            .execute(
                "set local client_min_messages = warning;
                 create schema if not exists lti;
                 create table if not exists lti.migration (version integer primary key, applied_at timestamptz not null);",
            )
            .await?;
        let applied: i32 = sqlx::query_scalar("select coalesce(max(version), 0) from lti.migration")
            .fetch_one(&mut *transaction)
            .await?;
        let done = usize::try_from(applied)
            .ok()
            .filter(|done| *done <= MIGRATIONS.len())
            .ok_or(StoreError::TooNew(applied))?;
        for (version, sql) in (1_i32..).zip(MIGRATIONS).skip(done) {
            transaction.execute(sql).await?;
            sqlx::query("insert into lti.migration values ($1, to_timestamp($2))")
                .bind(version)
                .bind(seconds(now))
                .execute(&mut *transaction)
                .await?;
        }
        ensure_extension(&mut transaction).await?;
        transaction.commit().await?;
        Ok(MIGRATIONS.len() - done)
    }
}

async fn ensure_extension(connection: &mut PgConnection) -> Result<(), StoreError> {
    let installed: bool = sqlx::query_scalar("select to_regnamespace('badges') is not null")
        .fetch_one(&mut *connection)
        .await?;
    if installed {
        return Ok(());
    }
    match connection.execute("create extension pg_badges").await {
        Ok(_) => Ok(()),
        Err(sqlx::Error::Database(_)) => Err(StoreError::NoExtension),
        Err(error) => Err(error.into()),
    }
}
