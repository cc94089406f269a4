//! Identities of one person: one-time codes (`lti.identity_code`) and links with consent (`badges.person_link`).

use openbadges::time::Timestamp;
use sqlx::{Row, postgres::PgRow};
use uuid::Uuid;

use super::{
    Store, StoreError,
    examination::{Answer, answer},
    login::Hash,
    seconds,
};

/// An identity that is linked with another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityRow {
    /// The recipient.
    pub recipient_id: Uuid,
    /// The platform.
    pub platform: String,
    /// The id there.
    pub user_id: String,
    /// When the person agreed.
    pub consented_at: Timestamp,
    /// Whether it is the one that was asked for.
    pub is_own: bool,
}

fn read_identity(row: &PgRow) -> Result<IdentityRow, StoreError> {
    Ok(IdentityRow {
        recipient_id: row.try_get("recipient_id")?,
        platform: row.try_get("platform")?,
        user_id: row.try_get("user_id")?,
        consented_at: Timestamp::from_unix_seconds(row.try_get("consented_at")?),
        is_own: row.try_get("is_own")?,
    })
}

impl Store {
    /// Remembers a one-time code of a recipient.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn insert_identity_code(
        &self,
        code_hash: &Hash,
        recipient_id: Uuid,
        made_by: &str,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "with old as (delete from lti.identity_code where recipient_id = $2 and used_at is null)
             insert into lti.identity_code (code_hash, recipient_id, made_by, expires_at) values ($1, $2, $3, to_timestamp($4))",
        )
        .bind(code_hash.as_slice())
        .bind(recipient_id)
        .bind(made_by)
        .bind(seconds(expires_at))
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Uses up a code and links its identity with `recipient_id`, whose person agrees to that now. [`Answer::Refused`] if the code is unknown,
    /// has expired, was used, or is of the same identity.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn link_by_code(
        &self,
        code_hash: &Hash,
        recipient_id: Uuid,
        now: Timestamp,
    ) -> Result<Answer, StoreError> {
        let linked = sqlx::query_scalar(
            "with code as (
               update lti.identity_code set used_at = now()
               where code_hash = $1 and used_at is null and expires_at > to_timestamp($3) returning recipient_id, made_by)
             select badges.link_identities($2, recipient_id, now(), 'one-time code of: ' || made_by, 'the person') is not null from code",
        )
        .bind(code_hash.as_slice())
        .bind(recipient_id)
        .bind(seconds(now))
        .fetch_optional(&self.pool)
        .await;
        answer(linked.map(|linked: Option<bool>| linked.is_some()))
    }

    /// The identities that are linked with these, themselves included; none if they are not linked.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_linked(&self, recipients: &[Uuid]) -> Result<Vec<IdentityRow>, StoreError> {
        let rows = sqlx::query(
            "select distinct r.recipient_id, coalesce(r.platform, '') as platform, coalesce(r.user_id, '') as user_id,
               extract(epoch from other.consented_at)::bigint as consented_at, r.recipient_id = any($1) as is_own
             from badges.person_link own
               join badges.person_link other on other.person_id = own.person_id and other.ended_at is null
               join badges.recipient r on r.recipient_id = other.recipient_id
             where own.recipient_id = any($1) and own.ended_at is null
             order by is_own desc, platform, user_id",
        )
        .bind(recipients)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(read_identity).collect()
    }

    /// The consent is taken back: an identity counts by itself again.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_identity_link(&self, recipient_id: Uuid) -> Result<(), StoreError> {
        sqlx::query("select badges.end_identity_link($1, 'the person')")
            .bind(recipient_id)
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}
