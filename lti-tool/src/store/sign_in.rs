//! `lti.admin_session` and `lti.admin_link` as operators see them: who is signed in, which links are open, and how one ends.

use openbadges::time::Timestamp;
use sqlx::{Row, postgres::PgRow};
use uuid::Uuid;

use super::{Store, StoreError, admin::read_role, seconds};
use crate::admin::session::Role;

/// More are not listed.
const MOST_ROWS: i64 = 200;

/// What a sign-in rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ground {
    /// A one-time link that nobody has used yet.
    OpenLink,
    /// A one-time link.
    Link,
    /// The provider that vouched for the person.
    Provider(String),
    /// A launch from the platform of that name.
    Launch(String),
}

/// A sign-in, or a link to one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInRow {
    /// By which it is ended; it opens nothing.
    pub sign_in_id: Uuid,
    /// Who.
    pub name: String,
    /// What they might do when it began.
    pub role: Role,
    /// What it rests on.
    pub ground: Ground,
    /// When it began, or the link was made.
    pub begun_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
}

fn read(row: &PgRow) -> Result<SignInRow, StoreError> {
    let (is_link, provider, platform): (bool, Option<String>, Option<String>) =
        (row.try_get("is_link")?, row.try_get("provider")?, row.try_get("platform")?);
    Ok(SignInRow {
        sign_in_id: row.try_get("sign_in_id")?,
        name: row.try_get("name")?,
        role: read_role(row.try_get("role")?)?,
        ground: match (is_link, provider, platform) {
            (true, ..) => Ground::OpenLink,
            (false, Some(provider), _) => Ground::Provider(provider),
            (false, None, Some(platform)) => Ground::Launch(platform),
            (false, None, None) => Ground::Link,
        },
        begun_at: Timestamp::from_unix_seconds(row.try_get("begun_at")?),
        expires_at: Timestamp::from_unix_seconds(row.try_get("expires_at")?),
    })
}

impl Store {
    /// Who is signed in and which links can still be used, the latest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_sign_ins(&self, now: Timestamp) -> Result<Vec<SignInRow>, StoreError> {
        let rows = sqlx::query(
            "select sign_in_id, is_link, u.name, role, provider, platform, extract(epoch from begun_at)::bigint as begun_at,
               extract(epoch from expires_at)::bigint as expires_at
             from (
               select s.session_id, false, s.name, s.role, s.provider, r.name, s.begun_at, s.expires_at
               from lti.admin_session s left join lti.registration r using (registration_id)
               union all
               select l.link_id, true, l.note, l.role, null, null, l.created_at, l.expires_at from lti.admin_link l where l.used_at is null)
               u (sign_in_id, is_link, name, role, provider, platform, begun_at, expires_at)
             where expires_at > to_timestamp($1) order by u.begun_at desc, sign_in_id limit $2",
        )
        .bind(seconds(now))
        .bind(MOST_ROWS)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(read).collect()
    }

    /// Ends a sign-in, or takes a link back that nobody has used; the audit trail says who did. `false` if there is none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_sign_in(&self, sign_in_id: Uuid, actor: &str) -> Result<bool, StoreError> {
        let ended = sqlx::query(
            "with ended as (delete from lti.admin_session where session_id = $1 returning name, role),
             withdrawn as (delete from lti.admin_link where link_id = $1 and used_at is null returning note, role)
             insert into lti.admin_event (actor, action, subject, details)
             select $2, 'sign-in-ended', name || ', ' || role, jsonb_build_object('name', name, 'role', role) from ended
             union all select $2, 'link-withdrawn', note || ', ' || role, jsonb_build_object('name', note, 'role', role) from withdrawn",
        )
        .bind(sign_in_id)
        .bind(actor)
        .execute(&self.pool)
        .await?;
        Ok(ended.rows_affected() == 1)
    }
}
