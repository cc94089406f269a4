//! PostgreSQL: the tool's own schema `lti`, and the extension's functions `badges.*`. The only place with SQL.
//!
//! Each function is one statement and one round trip unless it says otherwise. Points in time are bound as seconds since 1970, so that the
//! tool's clock decides and not the database's; only what waits in the queue of awards, which all replicas share, goes by the database's. A lost connection is [`StoreError::Unavailable`]; the pool connects again by itself.

pub mod access_token;
pub mod achievement;
pub mod admin;
pub mod administration;
pub mod aim;
pub mod award;
pub mod badge;
pub mod batch;
pub mod belonging;
pub mod canvas;
pub mod canvas_event;
pub mod catalogue;
pub mod column;
pub mod completion;
pub mod course;
pub mod credential;
pub mod document;
pub mod examination;
pub mod former;
mod gathering;
pub mod holding;
pub mod identity;
pub mod import;
pub mod invitation;
pub mod issuer;
mod lane;
pub mod login;
pub mod message;
mod migration;
pub mod model;
pub mod moodle;
pub mod notice;
pub mod path;
pub mod person;
mod platform;
mod pool;
pub mod provenance;
pub mod queue;
pub mod receipt;
pub mod record;
pub mod refusal;
pub mod registration;
pub mod renewal;
pub mod report;
pub mod roster;
pub mod rule;
pub mod score;
pub mod session;
pub mod sign_in;
pub mod signing_key;
pub mod status_list;
pub mod step;
pub mod usage;
mod values;
pub mod visibility;
pub mod visit;

use std::sync::Arc;

use sqlx::postgres::PgConnectOptions;
use tokio::sync::Notify;

use self::{gathering::Gathering, pool::Pool};
use crate::config::DatabaseConfig;

/// Why the database did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// `database.url` cannot be read. The text is not repeated: it holds a password.
    #[error("`database.url` is not a PostgreSQL URL")]
    Url,
    /// No connection, or it broke.
    #[error("the database cannot be reached")]
    Unavailable(#[source] sqlx::Error),
    /// The extension is not there.
    #[error(
        "the database has no extension pg_badges; `create extension pg_badges` as a superuser installs it"
    )]
    NoExtension,
    /// The schema is newer than this program.
    #[error("the database was migrated by a newer version of lti-tool (migration {0})")]
    TooNew(i32),
    /// Anything else that PostgreSQL refuses.
    #[error("the database refuses a statement")]
    Refused(#[source] sqlx::Error),
    /// A row holds what cannot be; somebody changed it by hand.
    #[error("column {0} holds a value that cannot be read")]
    Damaged(&'static str),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let lost = match &error {
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => true,
            // Class 57: the server shuts down or starts; class 08: the connection broke; 53300: too many connections.
            sqlx::Error::Database(database) => database
                .code()
                .is_some_and(|code| code.starts_with("57P") || code.starts_with("08") || code == "53300"),
            _ => false,
        };
        if lost { Self::Unavailable(error) } else { Self::Refused(error) }
    }
}

impl StoreError {
    /// Whether a unique constraint said no.
    fn is_unique_violation(error: &sqlx::Error) -> bool {
        error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation)
    }
}

/// The database; cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    pool: Pool,
    /// Told when this replica has queued awards; the others look again by themselves.
    queued: Arc<Notify>,
    /// Logins that wait for one that is being stored.
    logins: Arc<Gathering<login::OwnedLogin, Option<login::Found>>>,
}

impl Store {
    /// A pool that connects when it is first used.
    ///
    /// # Errors
    /// [`StoreError::Url`].
    pub fn new(config: &DatabaseConfig) -> Result<Self, StoreError> {
        let options: PgConnectOptions = config.url.parse().map_err(|_error: sqlx::Error| StoreError::Url)?;
        let pool = Pool::new(config, options.application_name("lti-tool"));
        Ok(Self { pool, queued: Arc::default(), logins: Arc::default() })
    }

    /// The same for one of `threads` threads that answer requests, with connections that it keeps to itself.
    #[must_use]
    pub fn for_thread(&self, threads: usize) -> Self {
        let (pool, queued) = (self.pool.for_thread(threads), Arc::clone(&self.queued));
        Self { pool, queued, logins: Arc::default() }
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("select 1").execute(&self.pool).await?;
        Ok(())
    }

    /// Deletes what has expired; the time of a platform's last launch stays.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn delete_expired(&self, now: openbadges::time::Timestamp) -> Result<(), StoreError> {
        sqlx::query(
            "with logins as (delete from lti.login where expires_at < to_timestamp($1)),
                  nonces as (delete from lti.nonce where expires_at < to_timestamp($1)),
                  notices as (delete from lti.notice where expires_at < to_timestamp($1)),
                  events as (delete from lti.canvas_event where expires_at < to_timestamp($1)),
                  administrators as (delete from lti.admin_session where expires_at < to_timestamp($1)),
                  refusals as (delete from lti.refusal where happened_at < to_timestamp($1) - interval '30 days'
                                 or refusal_id <= (select max(refusal_id) from lti.refusal) - 1000),
                  sessions as (delete from lti.session where expires_at < to_timestamp($1) returning registration_id, begun_at)
             update lti.registration r set last_launch_at = ended.last_launch_at
             from (select registration_id, max(begun_at) as last_launch_at from sessions group by registration_id) ended
             where r.registration_id = ended.registration_id and coalesce(r.last_launch_at < ended.last_launch_at, true)",
        )
        .bind(seconds(now))
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}

/// A point in time as PostgreSQL's `to_timestamp(double precision)` takes it; exact, because the seconds are whole.
fn seconds(moment: openbadges::time::Timestamp) -> f64 {
    #[expect(
        clippy::as_conversions,
        clippy::cast_precision_loss,
        reason = "timestamps stay far below 2 to the power of 53"
    )]
    let seconds = moment.as_unix_seconds() as f64;
    seconds
}
