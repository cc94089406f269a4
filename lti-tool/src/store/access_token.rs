//! `lti.access_token`: tokens for the platforms' services, sealed, one cache for all replicas.
//!
//! Whoever needs a new one takes a lease on registration and scope, so that of all replicas one asks the platform and the others wait and
//! then find what it got. A lease is a time in the row: while the platform thinks, nobody holds a connection.

use openbadges::time::Timestamp;
use sqlx::{Row, postgres::PgRow};
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
#[derive(Debug)]
pub struct TokenLease {
    store: Store,
    registration_id: Uuid,
    scope: String,
    /// What tells this lease from a later one.
    until: Timestamp,
    is_open: bool,
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

    /// The right to ask the platform until `until`, for whoever has `seen` that there is no usable token; `None` if somebody has it already,
    /// or if the row is another by now.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn lease_access_token(
        &self,
        registration_id: Uuid,
        scope: &str,
        seen: &AccessTokenRow,
        [now, until]: [Timestamp; 2],
    ) -> Result<Option<TokenLease>, StoreError> {
        let leased = sqlx::query(
            "insert into lti.access_token as t (registration_id, scope, asking_until) values ($1, $2, to_timestamp($4))
             on conflict (registration_id, scope) do update set asking_until = excluded.asking_until
             where coalesce(t.asking_until <= to_timestamp($3), true) and t.sealed is not distinct from $5
               and coalesce(t.ask_again_at <= to_timestamp($3), true)",
        )
        .bind(registration_id)
        .bind(scope)
        .bind(seconds(now))
        .bind(seconds(until))
        .bind(seen.token.as_ref().map(|(sealed, _)| sealed))
        .execute(&self.pool)
        .await?;
        Ok((leased.rows_affected() == 1).then(|| TokenLease {
            store: self.clone(),
            registration_id,
            scope: scope.to_owned(),
            until,
            is_open: true,
        }))
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

    async fn end_lease(
        &self,
        registration_id: Uuid,
        scope: &str,
        until: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "update lti.access_token set asking_until = null
             where registration_id = $1 and scope = $2 and asking_until = to_timestamp($3)",
        )
        .bind(registration_id)
        .bind(scope)
        .bind(seconds(until))
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}

impl TokenLease {
    /// Stores a token for all replicas and ends the lease.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn store(self, sealed: &[u8], renew_at: Timestamp) -> Result<(), StoreError> {
        self.write(Some(sealed), Some(renew_at), None).await
    }

    /// Makes all replicas wait and ends the lease.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn wait_until(self, ask_again_at: Timestamp) -> Result<(), StoreError> {
        self.write(None, None, Some(ask_again_at)).await
    }

    /// The lease may have run out and be another's by now: what was got is good all the same.
    async fn write(
        mut self,
        sealed: Option<&[u8]>,
        renew_at: Option<Timestamp>,
        ask_again_at: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        self.is_open = false;
        sqlx::query(
            "insert into lti.access_token (registration_id, scope, sealed, renew_at, ask_again_at)
             values ($1, $2, $3, to_timestamp($4), to_timestamp($5))
             on conflict (registration_id, scope) do update set sealed = excluded.sealed, renew_at = excluded.renew_at,
               ask_again_at = excluded.ask_again_at, asking_until = null",
        )
        .bind(self.registration_id)
        .bind(&self.scope)
        .bind(sealed)
        .bind(renew_at.map(seconds))
        .bind(ask_again_at.map(seconds))
        .execute(&self.store.pool)
        .await?;
        Ok(())
    }
}

impl Drop for TokenLease {
    /// Whoever asked may be gone, with the person who waited for the page; the lease goes too, in the background.
    fn drop(&mut self) {
        let Some(runtime) = tokio::runtime::Handle::try_current().ok().filter(|_| self.is_open) else {
            return;
        };
        let (store, registration_id, until) = (self.store.clone(), self.registration_id, self.until);
        let scope = std::mem::take(&mut self.scope);
        runtime.spawn(async move {
            if let Err(error) = store.end_lease(registration_id, &scope, until).await {
                tracing::warn!(reason = %error, "the right to ask for a token ends by itself in some seconds");
            }
        });
    }
}
