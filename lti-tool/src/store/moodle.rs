//! `lti.moodle_token`: how Moodle's web services are asked, sealed.

use uuid::Uuid;

use super::{Store, StoreError};

impl Store {
    /// Every sealed token, by its registration.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_moodle_tokens(&self) -> Result<Vec<(Uuid, Vec<u8>)>, StoreError> {
        Ok(sqlx::query_as("select registration_id, sealed from lti.moodle_token")
            .fetch_all(&self.pool)
            .await?)
    }

    /// The sealed token for a Moodle's web services.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_moodle_token(&self, registration_id: Uuid) -> Result<Option<Vec<u8>>, StoreError> {
        let token = sqlx::query_scalar("select sealed from lti.moodle_token where registration_id = $1");
        Ok(token.bind(registration_id).fetch_optional(&self.pool).await?)
    }

    /// Keeps a sealed token, in the place of the one before.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn update_moodle_token(&self, registration_id: Uuid, sealed: &[u8]) -> Result<(), StoreError> {
        sqlx::query(
            "insert into lti.moodle_token as t (registration_id, sealed) values ($1, $2)
             on conflict (registration_id) do update set sealed = excluded.sealed, created_at = now()",
        )
        .bind(registration_id)
        .bind(sealed)
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}
