//! `lti.former_key` and `lti.former_user`: LTI 1.1's keys and what they proved.

use sqlx::Row;
use uuid::Uuid;

use super::{Store, StoreError};

impl Store {
    /// The sealed secret of an old key of the platform.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_former_key(
        &self,
        registration_id: Uuid,
        consumer_key: &str,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let row =
            sqlx::query("select sealed from lti.former_key where registration_id = $1 and consumer_key = $2")
                .bind(registration_id)
                .bind(consumer_key)
                .fetch_optional(&self.pool)
                .await?;
        Ok(row.map(|row| row.try_get("sealed")).transpose()?)
    }

    /// Remembers the secret of an old key, or replaces it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn insert_former_key(
        &self,
        registration_id: Uuid,
        consumer_key: &str,
        sealed: &[u8],
    ) -> Result<(), StoreError> {
        sqlx::query(
            "insert into lti.former_key (registration_id, consumer_key, sealed) values ($1, $2, $3)
             on conflict (registration_id, consumer_key) do update set sealed = excluded.sealed",
        )
        .bind(registration_id)
        .bind(consumer_key)
        .bind(sealed)
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}
