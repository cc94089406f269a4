//! A database of one's own for each test, in the cluster that `tests/cluster.sh run` started.

use std::str::FromStr as _;

use anyhow::Context as _;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions as _, Connection as _, Executor as _, PgConnection, PgPool};

/// Held while the extension is created: it makes roles, which all databases share.
const CREATION_LOCK: i64 = 0x6261_6467;

/// A database with the extension, and a role for the tool that is no superuser.
#[derive(Debug)]
pub struct Database {
    name: String,
    admin: PgConnectOptions,
    tool: PgConnectOptions,
    /// Connections as superuser, to look at everything.
    pub pool: PgPool,
}

impl Database {
    /// Creates the database, the extension in it and the tool's role.
    ///
    /// # Errors
    /// When no cluster is given by `DATABASE_URL`, or the extension is not installed there.
    pub async fn create() -> anyhow::Result<Self> {
        Self::create_at(&cluster_url()?).await
    }

    /// The same in the cluster at this address.
    ///
    /// # Errors
    /// When the cluster does not answer, or the extension is not installed there.
    pub async fn create_at(cluster: &str) -> anyhow::Result<Self> {
        let admin = PgConnectOptions::from_str(cluster).context("the cluster's address is none")?;
        let word = uuid::Uuid::new_v4().simple().to_string();
        let (name, role) = (format!("test_{word}"), format!("tool_{word}"));
        let own = admin.clone().database(&name);
        let mut connection = admin.connect().await.context("the cluster does not answer")?;
        run(&mut connection, format!("create database {name}")).await?;
        sqlx::query("select pg_advisory_lock($1)").bind(CREATION_LOCK).execute(&mut connection).await?;
        let created = furnish(&own, &name, &role, &word).await;
        sqlx::query("select pg_advisory_unlock($1)").bind(CREATION_LOCK).execute(&mut connection).await?;
        connection.close().await?;
        created?;
        let pool = PgPoolOptions::new().max_connections(2).connect_lazy_with(own.clone());
        let tool = own.username(&role).password(&word);
        Ok(Self { name, admin, tool, pool })
    }

    /// The database's name, for programs that take the rest of the address from the cluster's environment.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The address that the tool is given.
    #[must_use]
    pub fn tool_url(&self) -> String {
        self.tool.to_url_lossy().to_string()
    }

    /// The same database as its administrator reaches it.
    #[must_use]
    pub fn owner_url(&self) -> String {
        self.admin.clone().database(&self.name).to_url_lossy().to_string()
    }

    /// What its administrator does by hand.
    ///
    /// # Errors
    /// When the statement fails.
    pub async fn execute(&self, statement: &'static str) -> anyhow::Result<()> {
        self.pool.execute(statement).await.with_context(|| format!("`{statement}` failed"))?;
        Ok(())
    }

    /// A single value.
    ///
    /// # Errors
    /// When the query fails or yields no row.
    pub async fn value<T>(&self, query: &'static str) -> anyhow::Result<T>
    where
        T: Send + Unpin + for<'row> sqlx::Decode<'row, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>,
    {
        sqlx::query_scalar(query).fetch_one(&self.pool).await.with_context(|| format!("`{query}` failed"))
    }

    /// How many rows each table of the product holds: equal before and after means that nothing was stored. The administrator's list of
    /// what was refused is left out: it grows with each refusal.
    ///
    /// # Errors
    /// When the catalogue cannot be read.
    pub async fn row_counts(&self) -> anyhow::Result<Vec<(String, i64)>> {
        let tables: Vec<String> = sqlx::query_scalar(
            "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname in ('badges', 'lti') and tablename <> 'refusal' order by 1",
        )
        .fetch_all(&self.pool)
        .await?;
        let mut counts = Vec::new();
        for table in tables {
            let query = sqlx::AssertSqlSafe(format!("select count(*) from {table}"));
            let count = sqlx::query_scalar(query).fetch_one(&self.pool).await?;
            counts.push((table, count));
        }
        Ok(counts)
    }

    /// Lets nobody but superusers in, and ends the sessions of the others: the database is lost for the tool.
    ///
    /// # Errors
    /// When the cluster refuses.
    pub async fn close(&self) -> anyhow::Result<()> {
        let mut connection = self.admin.connect().await?;
        run(&mut connection, format!("alter database {} connection limit 0", self.name)).await?;
        let end = "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = $1 and usename = $2";
        sqlx::query(end).bind(&self.name).bind(self.tool.get_username()).execute(&mut connection).await?;
        Ok(connection.close().await?)
    }

    /// Lets everybody in again.
    ///
    /// # Errors
    /// When the cluster refuses.
    pub async fn open(&self) -> anyhow::Result<()> {
        let mut connection = self.admin.connect().await?;
        run(&mut connection, format!("alter database {} connection limit -1", self.name)).await?;
        Ok(connection.close().await?)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let (admin, name) = (self.admin.clone(), self.name.clone());
        // Dropping happens outside of async code, and what is left behind goes with the throwaway cluster anyway.
        let dropped = std::thread::spawn(move || -> anyhow::Result<()> {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let mut connection = admin.connect().await?;
                run(&mut connection, format!("drop database if exists {name} with (force)")).await
            })
        });
        drop(dropped.join());
    }
}

/// What a database administrator does by hand: the extension, the role, the right to make a schema.
async fn furnish(own: &PgConnectOptions, name: &str, role: &str, password: &str) -> anyhow::Result<()> {
    let mut connection = own.connect().await?;
    run(&mut connection, "create extension pg_badges".to_owned())
        .await
        .context("the extension is not installed in this cluster; run `make extension` first")?;
    let grants = format!(
        "create role {role} login password '{password}' in role badges_issuer, badges_reader, badges_personal; grant create on database {name} to {role}"
    );
    run(&mut connection, grants).await?;
    Ok(connection.close().await?)
}

/// Runs statements that hold nothing but words made here.
async fn run(connection: &mut PgConnection, statements: String) -> anyhow::Result<()> {
    connection.execute(sqlx::AssertSqlSafe(statements)).await?;
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "the cluster's address comes from the command that started it")]
fn cluster_url() -> anyhow::Result<String> {
    std::env::var("DATABASE_URL")
        .context("DATABASE_URL is not set; run the integration tests with `tests/cluster.sh run -- cargo test …` or `make test-all`")
}
