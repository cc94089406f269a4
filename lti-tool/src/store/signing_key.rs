//! `lti.signing_key`: the tool's own keys, sealed.

use openbadges::time::Timestamp;
use sqlx::Row;

use super::{Store, StoreError, seconds};
use crate::clock::later;

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyPurpose {
    /// RSA, signs messages to platforms.
    Lti,
    /// Ed25519, signs credentials.
    Issuer,
    /// P-256, signs credentials as tokens.
    Token,
}

impl KeyPurpose {
    /// The name in the database and on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lti => "lti",
            Self::Issuer => "issuer",
            Self::Token => "token",
        }
    }
}

/// What a key does at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// Published, and signs later.
    Next,
    /// Published, and signs.
    Signs,
    /// Published only, for what it has signed.
    Retired,
    /// Not even published.
    Withdrawn,
}

impl KeyState {
    /// The word on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Signs => "signs",
            Self::Retired => "retired",
            Self::Withdrawn => "withdrawn",
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
    /// When it begins to sign.
    pub signs_from: Timestamp,
    /// When it stops to sign.
    pub retired_at: Option<Timestamp>,
    /// When it is published no more.
    pub published_until: Option<Timestamp>,
}

impl SigningKeyRow {
    /// What the key does at this moment.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> KeyState {
        let is_past = |moment: Option<Timestamp>| moment.is_some_and(|moment| moment <= now);
        if is_past(self.published_until) {
            KeyState::Withdrawn
        } else if is_past(self.retired_at) {
            KeyState::Retired
        } else if self.signs_from > now {
            KeyState::Next
        } else {
            KeyState::Signs
        }
    }
}

#[cfg(test)]
impl SigningKeyRow {
    /// The row of a key that signs between two moments.
    pub(crate) fn signing(new: NewKeyRow, signs_from: Timestamp, retired_at: Option<Timestamp>) -> Self {
        let NewKeyRow { key_id, purpose, public_key, sealed } = new;
        Self { key_id, purpose, public_key, sealed, signs_from, retired_at, published_until: None }
    }
}

/// How a key takes over from the one before it.
#[derive(Clone, Copy, Debug)]
pub struct Rotation {
    /// When it signs, and the others stop.
    pub signs_from: Timestamp,
    /// How long the others stay published after that, in seconds; without end if none.
    pub published_for: Option<i64>,
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
    /// All keys, the one that signs last first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_signing_keys(&self) -> Result<Vec<SigningKeyRow>, StoreError> {
        let rows = sqlx::query(
            "select key_id, purpose, public_key, sealed, extract(epoch from signs_from)::bigint as signs_from,
                    extract(epoch from retired_at)::bigint as retired_at, extract(epoch from published_until)::bigint as published_until
             from lti.signing_key order by lti.signing_key.signs_from desc, key_id",
        )
        .fetch_all(&self.pool)
        .await?;
        let read = |row: &sqlx::postgres::PgRow| -> Result<SigningKeyRow, StoreError> {
            let purpose = match row.try_get("purpose")? {
                "lti" => KeyPurpose::Lti,
                "issuer" => KeyPurpose::Issuer,
                "token" => KeyPurpose::Token,
                _ => return Err(StoreError::Damaged("lti.signing_key.purpose")),
            };
            let moment = |column| -> Result<Option<Timestamp>, sqlx::Error> {
                Ok(row.try_get::<Option<i64>, _>(column)?.map(Timestamp::from_unix_seconds))
            };
            Ok(SigningKeyRow {
                key_id: row.try_get("key_id")?,
                purpose,
                public_key: row.try_get("public_key")?,
                sealed: row.try_get("sealed")?,
                signs_from: Timestamp::from_unix_seconds(row.try_get("signs_from")?),
                retired_at: moment("retired_at")?,
                published_until: moment("published_until")?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// Stores `key`, which signs from now on, unless a key of its purpose does already: of two replicas that start together, one wins.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn insert_signing_key_if_none(
        &self,
        key: &NewKeyRow,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        sqlx::query("lock table lti.signing_key in share row exclusive mode")
            .execute(&mut *transaction)
            .await?;
        sqlx::query(
            "insert into lti.signing_key (key_id, purpose, public_key, sealed, signs_from)
             select $1, $2, $3, $4, to_timestamp($5)
             where not exists (select from lti.signing_key where purpose = $2 and signs_from <= to_timestamp($5)
                               and coalesce(retired_at > to_timestamp($5), true))",
        )
        .bind(&key.key_id)
        .bind(key.purpose.as_str())
        .bind(&key.public_key)
        .bind(&key.sealed)
        .bind(seconds(now))
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Stores `key`, published at once, and retires the others of its purpose when it begins to sign.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn rotate_signing_key(&self, key: &NewKeyRow, rotation: Rotation) -> Result<(), StoreError> {
        let published_until =
            rotation.published_for.map(|period| seconds(later(rotation.signs_from, period)));
        sqlx::query(
            "with fresh as (
               insert into lti.signing_key (key_id, purpose, public_key, sealed, signs_from) values ($1, $2, $3, $4, to_timestamp($5)))
             update lti.signing_key set retired_at = to_timestamp($5), published_until = to_timestamp($6)
             where purpose = $2 and coalesce(retired_at > to_timestamp($5), true)",
        )
        .bind(&key.key_id)
        .bind(key.purpose.as_str())
        .bind(&key.public_key)
        .bind(&key.sealed)
        .bind(seconds(rotation.signs_from))
        .bind(published_until)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Stops publishing a key that has stopped to sign; `false` if there is none, or it signs or will.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn withdraw_signing_key(&self, key_id: &str, now: Timestamp) -> Result<bool, StoreError> {
        let withdrawn = sqlx::query(
            "update lti.signing_key set published_until = to_timestamp($2) where key_id = $1 and retired_at <= to_timestamp($2)",
        )
        .bind(key_id)
        .bind(seconds(now))
        .execute(&self.pool)
        .await?;
        Ok(withdrawn.rows_affected() == 1)
    }

    /// Puts keys that were sealed with another master key in the place of the former ones, all or none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn update_sealed_keys(&self, sealed: &[(String, Vec<u8>)]) -> Result<(), StoreError> {
        let (key_ids, secrets): (Vec<&str>, Vec<&[u8]>) =
            sealed.iter().map(|(key_id, secret)| (key_id.as_str(), secret.as_slice())).unzip();
        sqlx::query(
            "update lti.signing_key k set sealed = s.sealed from unnest($1::text[], $2::bytea[]) s (key_id, sealed) where k.key_id = s.key_id",
        )
        .bind(key_ids)
        .bind(secrets)
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_published_before_it_signs_and_after() {
        let at = Timestamp::from_unix_seconds;
        let row = SigningKeyRow {
            key_id: "1".to_owned(),
            purpose: KeyPurpose::Lti,
            public_key: String::new(),
            sealed: Vec::new(),
            signs_from: at(100),
            retired_at: Some(at(200)),
            published_until: Some(at(300)),
        };
        let states = [99, 100, 199, 200, 299, 300].map(|now| row.state(at(now)).as_str());
        assert_eq!(states, ["next", "signs", "signs", "retired", "retired", "withdrawn"]);
    }
}
