//! `lti.signing_key`: the tool's own keys, sealed.

use openbadges::time::Timestamp;
use sqlx::Row;

use super::{Store, StoreError, seconds};

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyPurpose {
    /// RSA, signs messages to platforms.
    Lti,
    /// Ed25519, signs credentials.
    Issuer,
}

impl KeyPurpose {
    /// The name in the database and on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lti => "lti",
            Self::Issuer => "issuer",
        }
    }
}

/// A stored key.
#[derive(Clone, Debug)]
pub struct SigningKeyRow {
    /// `kid` or Multikey.
    pub key_id: String,
    /// What it is for.
    pub purpose: KeyPurpose,
    /// JSON Web Key or Multikey.
    pub public_key: String,
    /// The private half, encrypted.
    pub sealed: Vec<u8>,
    /// Whether it is only published any more.
    pub is_retired: bool,
    /// RFC 3339.
    pub created_at: String,
}

/// A key to be stored.
#[derive(Clone, Debug)]
pub struct NewKeyRow {
    /// As in [`SigningKeyRow`].
    pub key_id: String,
    /// As in [`SigningKeyRow`].
    pub purpose: KeyPurpose,
    /// As in [`SigningKeyRow`].
    pub public_key: String,
    /// As in [`SigningKeyRow`].
    pub sealed: Vec<u8>,
}

impl Store {
    /// All keys, the newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_signing_keys(&self) -> Result<Vec<SigningKeyRow>, StoreError> {
        let rows = sqlx::query(
            "select key_id, purpose, public_key, sealed, retired_at is not null as is_retired,
                    to_char(created_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') as created_at
             from lti.signing_key order by lti.signing_key.created_at desc, key_id",
        )
        .fetch_all(&self.pool)
        .await?;
        let read = |row: &sqlx::postgres::PgRow| -> Result<SigningKeyRow, StoreError> {
            let purpose = match row.try_get("purpose")? {
                "lti" => KeyPurpose::Lti,
                "issuer" => KeyPurpose::Issuer,
                _ => return Err(StoreError::Damaged("lti.signing_key.purpose")),
            };
            Ok(SigningKeyRow {
                key_id: row.try_get("key_id")?,
                purpose,
                public_key: row.try_get("public_key")?,
                sealed: row.try_get("sealed")?,
                is_retired: row.try_get("is_retired")?,
                created_at: row.try_get("created_at")?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// Stores `key` unless a key of its purpose is in use already: of two replicas that start together, one wins.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn insert_signing_key_if_none(&self, key: &NewKeyRow) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        sqlx::query("lock table lti.signing_key in share row exclusive mode")
            .execute(&mut *transaction)
            .await?;
        sqlx::query(
            "insert into lti.signing_key (key_id, purpose, public_key, sealed)
             select $1, $2, $3, $4
             where not exists (select from lti.signing_key where purpose = $2 and retired_at is null)",
        )
        .bind(&key.key_id)
        .bind(key.purpose.as_str())
        .bind(&key.public_key)
        .bind(&key.sealed)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Stores `key` and retires the others of its purpose; returns the ids of the retired.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn rotate_signing_key(
        &self,
        key: &NewKeyRow,
        now: Timestamp,
    ) -> Result<Vec<String>, StoreError> {
        let retired = sqlx::query_scalar(
            "with fresh as (insert into lti.signing_key (key_id, purpose, public_key, sealed) values ($1, $2, $3, $4))
             update lti.signing_key set retired_at = to_timestamp($5) where purpose = $2 and retired_at is null returning key_id",
        )
        .bind(&key.key_id)
        .bind(key.purpose.as_str())
        .bind(&key.public_key)
        .bind(&key.sealed)
        .bind(seconds(now))
        .fetch_all(&self.pool)
        .await?;
        Ok(retired)
    }
}
