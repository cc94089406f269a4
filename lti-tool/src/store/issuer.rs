//! The issuer and its keys, told to the extension.

use serde_json::Value;

use super::{Store, StoreError};

impl Store {
    /// Registers the issuer and every key of credentials in `lti.signing_key`, retired ones with their end; repeating it changes nothing.
    ///
    /// A key counts from the minute it was made in: a credential's dates are whole seconds. It counts for ten minutes longer than it
    /// signs: replicas read the keys once a minute. A key for tokens writes credentials again that were signed before it was made, so that it
    /// counts from the issuer's first minute. A key that was withdrawn counts no longer than it was published. An end that somebody set
    /// earlier by hand, in the database, stays.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn register_issuer(&self, did: &str, profile: &Value) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        sqlx::query("select badges.register_issuer($1, $2)")
            .bind(did)
            .bind(profile)
            .execute(&mut *transaction)
            .await?;
        sqlx::query(
            "select badges.register_issuer_key($1, $1 || '#' || public_key, public_key, date_trunc('minute', case when purpose = 'issuer' then created_at
                      else (select min(created_at) from lti.signing_key where purpose = 'issuer') end))
             from lti.signing_key where purpose = 'issuer' or purpose = 'token' and badges.is_multikey(public_key) order by created_at",
        )
        .bind(did)
        .execute(&mut *transaction)
        .await?;
        sqlx::query(
            "select badges.retire_issuer_key(k.verification_method, e.ends)
             from (select public_key, greatest(date_trunc('minute', created_at), least(retired_at + interval '10 minutes', published_until)) as ends
                   from lti.signing_key where (purpose = 'issuer' or purpose = 'token' and badges.is_multikey(public_key)) and retired_at is not null) e
               join badges.issuer_key k on k.verification_method = $1 || '#' || e.public_key
             where coalesce(k.valid_until > e.ends, true)",
        )
        .bind(did)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }
}
