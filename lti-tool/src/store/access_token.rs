//! `lti.access_token`: tokens for the platforms' services, sealed, one cache for all replicas.
//!
//! Whoever needs a new one takes the advisory lock of registration and scope, so that of all replicas one asks the platform and the others
//! wait and then find what it got.

use openbadges::time::Timestamp;
use sqlx::{PgTransaction, Row, postgres::PgRow};
use uuid::Uuid;

use super::{Store, StoreError, seconds};

/// What is remembered for a registration and a scope.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccessTokenRow {
    /// The token, sealed, and when it has to be renewed.
    pub token: Option<(Vec<u8>, Timestamp)>,
    /// Nobody asks the platform before this.
    pub ask_again_at: Option<Timestamp>,
}

/// The right to ask the platform for a token; dropped, it gives the right to the next without a change.
pub struct OpenAccessToken {
    transaction: PgTransaction<'static>,
    registration_id: Uuid,
    scope: String,
    /// What another replica may have stored in the meantime.
    pub row: AccessTokenRow,
}

impl std::fmt::Debug for OpenAccessToken {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("OpenAccessToken").field("scope", &self.scope).finish_non_exhaustive()
    }
}

const FIND: &str = "select sealed, extract(epoch from renew_at)::bigint as renew_at, extract(epoch from ask_again_at)::bigint as ask_again_at
                    from lti.access_token where registration_id = $1 and scope = $2";

fn read_row(row: Option<PgRow>) -> Result<AccessTokenRow, StoreError> {
    let Some(row) = row else { return Ok(AccessTokenRow::default()) };
    let sealed: Option<Vec<u8>> = row.try_get("sealed")?;
    let moment = |column| -> Result<Option<Timestamp>, StoreError> {
        Ok(row.try_get::<Option<i64>, _>(column)?.map(Timestamp::from_unix_seconds))
    };
    Ok(AccessTokenRow { token: sealed.zip(moment("renew_at")?), ask_again_at: moment("ask_again_at")? })
}

impl Store {
    /// What is remembered; everything is absent if nothing is.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_access_token(
        &self,
        registration_id: Uuid,
        scope: &str,
    ) -> Result<AccessTokenRow, StoreError> {
        let row = sqlx::query(FIND).bind(registration_id).bind(scope).fetch_optional(&self.pool).await?;
        read_row(row)
    }

    /// Waits for the right to ask the platform. Two statements.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn open_access_token(
        &self,
        registration_id: Uuid,
        scope: &str,
    ) -> Result<OpenAccessToken, StoreError> {
        let mut transaction = self.pool.begin().await?;
        sqlx::query(
            "select pg_advisory_xact_lock(hashtextextended('access_token ' || $1::text || ' ' || $2, 0))",
        )
        .bind(registration_id)
        .bind(scope)
        .execute(&mut *transaction)
        .await?;
        let row = sqlx::query(FIND).bind(registration_id).bind(scope).fetch_optional(&mut *transaction);
        let row = read_row(row.await?)?;
        Ok(OpenAccessToken { transaction, registration_id, scope: scope.to_owned(), row })
    }

    /// Forgets a token that a service refused, unless another has taken its place.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn delete_access_token(
        &self,
        registration_id: Uuid,
        scope: &str,
        sealed: &[u8],
    ) -> Result<(), StoreError> {
        sqlx::query("delete from lti.access_token where registration_id = $1 and scope = $2 and sealed = $3")
            .bind(registration_id)
            .bind(scope)
            .bind(sealed)
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}

impl OpenAccessToken {
    /// Stores a token for all replicas.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn store(self, sealed: &[u8], renew_at: Timestamp) -> Result<(), StoreError> {
        self.write(Some(sealed), Some(renew_at), None).await
    }

    /// Makes all replicas wait.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn wait_until(self, ask_again_at: Timestamp) -> Result<(), StoreError> {
        self.write(None, None, Some(ask_again_at)).await
    }

    async fn write(
        mut self,
        sealed: Option<&[u8]>,
        renew_at: Option<Timestamp>,
        ask_again_at: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "insert into lti.access_token (registration_id, scope, sealed, renew_at, ask_again_at)
             values ($1, $2, $3, to_timestamp($4), to_timestamp($5))
             on conflict (registration_id, scope) do update set sealed = excluded.sealed, renew_at = excluded.renew_at,
               ask_again_at = excluded.ask_again_at",
        )
        .bind(self.registration_id)
        .bind(&self.scope)
        .bind(sealed)
        .bind(renew_at.map(seconds))
        .bind(ask_again_at.map(seconds))
        .execute(&mut *self.transaction)
        .await?;
        self.transaction.commit().await?;
        Ok(())
    }
}
