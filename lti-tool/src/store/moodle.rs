//! `lti.moodle_token`: how Moodle's web services are asked, sealed, and whether they let us.

use std::collections::BTreeMap;

use openbadges::time::Timestamp;
use sqlx::{Row, types::Json};
use uuid::Uuid;

use super::{Store, StoreError, seconds};

/// A reading that was refused has the rights looked at again, but not sooner than so long after the last look.
const LEFT_ALONE_SECONDS: f64 = 900.0;

/// What Moodle refuses: functions, and its word for why.
pub type Refusals = BTreeMap<String, String>;

/// A token whose rights are to be looked at now, by whoever claimed it.
#[derive(Clone, Debug)]
pub struct MoodleCheckRow {
    /// Whose it is.
    pub registration_id: Uuid,
    /// The address of the Moodle.
    pub issuer: String,
    /// The token.
    pub sealed: Vec<u8>,
}

/// What the last look at a token's rights said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MoodleRightsRow {
    /// When; `None` if nobody has looked since it was kept.
    pub checked_at: Option<Timestamp>,
    /// What Moodle refuses.
    pub refusals: Refusals,
}

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

    /// Keeps a sealed token, in the place of the one before: its rights are looked at, and courses are read by it, as soon as may be.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn update_moodle_token(&self, registration_id: Uuid, sealed: &[u8]) -> Result<(), StoreError> {
        sqlx::query(
            "with sources as (
               update lti.completion_source s set poll_at = least(poll_at, now()), failures = 0 from lti.course c
               where c.course_id = s.course_id and c.registration_id = $1 and s.source = 'moodle')
             insert into lti.moodle_token as t (registration_id, sealed) values ($1, $2)
             on conflict (registration_id) do update set sealed = excluded.sealed, created_at = now(), check_at = '-infinity',
               checked_at = null, refusals = '{}'",
        )
        .bind(registration_id)
        .bind(sealed)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// What Moodle lets the token of a registration do; `None` if there is no token.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_moodle_rights(
        &self,
        registration_id: Uuid,
    ) -> Result<Option<MoodleRightsRow>, StoreError> {
        let row = sqlx::query(
            "select extract(epoch from checked_at)::bigint as checked_at, refusals from lti.moodle_token where registration_id = $1",
        )
        .bind(registration_id)
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let Json(refusals) = row.try_get("refusals")?;
        let checked_at = row.try_get::<Option<i64>, _>("checked_at")?.map(Timestamp::from_unix_seconds);
        Ok(Some(MoodleRightsRow { checked_at, refusals }))
    }

    /// Claims the token whose rights have been due longest; it is due again after `again_seconds` unless somebody says more.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn claim_moodle_check(
        &self,
        now: Timestamp,
        again_seconds: u32,
    ) -> Result<Option<MoodleCheckRow>, StoreError> {
        let row = sqlx::query(
            "with due as (
               select t.registration_id, r.issuer from lti.moodle_token t join lti.registration r using (registration_id)
               where t.check_at <= to_timestamp($1) and r.status = 'active' order by t.check_at limit 1 for update of t skip locked)
             update lti.moodle_token t set check_at = to_timestamp($1 + $2) from due where t.registration_id = due.registration_id
             returning t.registration_id, due.issuer, t.sealed",
        )
        .bind(seconds(now))
        .bind(f64::from(again_seconds))
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(MoodleCheckRow {
            registration_id: row.try_get("registration_id")?,
            issuer: row.try_get("issuer")?,
            sealed: row.try_get("sealed")?,
        }))
    }

    /// Keeps what Moodle refuses, unless another token was kept meanwhile.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn finish_moodle_check(
        &self,
        due: &MoodleCheckRow,
        refusals: &Refusals,
        now: Timestamp,
        check_at: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "update lti.moodle_token set refusals = $3, checked_at = to_timestamp($4), check_at = to_timestamp($5)
             where registration_id = $1 and sealed = $2",
        )
        .bind(due.registration_id)
        .bind(&due.sealed)
        .bind(Json(refusals))
        .bind(seconds(now))
        .bind(seconds(check_at))
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Moodle refused a reading: the rights of the token are looked at soon.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn hasten_moodle_check(&self, registration_id: Uuid, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query(
            "update lti.moodle_token
             set check_at = least(check_at, greatest(to_timestamp($2), checked_at + $3 * interval '1 second')) where registration_id = $1",
        )
        .bind(registration_id)
        .bind(seconds(now))
        .bind(LEFT_ALONE_SECONDS)
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}
