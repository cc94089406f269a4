//! `lti.admin_*`: one-time links, sessions of administrators, and what they did.

use openbadges::time::Timestamp;
use serde_json::{Map, Value};
use sqlx::{Row, postgres::PgRow, types::Json};
use uuid::Uuid;

use super::{Store, StoreError, login::Hash, seconds};
use crate::admin::{COMMAND_LINE, session::Role};

/// Something that an administrator did.
#[derive(Clone, Debug)]
pub struct AdminEventRow {
    /// When.
    pub happened_at: Timestamp,
    /// Who: a name from the sign-in, or the command line.
    pub actor: String,
    /// What, a word with hyphens.
    pub action: String,
    /// To what, in one line, for who reads the table.
    pub subject: String,
    /// The same in parts, codes and names, for pages; empty in rows of long ago.
    pub details: Map<String, Value>,
}

/// A session to be begun.
#[derive(Clone, Copy, Debug)]
pub struct NewAdminSession {
    /// Of the session's token.
    pub token_hash: Hash,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// A session, and what it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdminSessionRow {
    /// By which it is ended.
    pub session_id: Uuid,
    /// Who.
    pub name: String,
    /// What they might do when it began.
    pub role: Role,
    /// The provider that vouched for them, if one did.
    pub provider: Option<String>,
}

impl Store {
    /// Remembers a one-time link.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn insert_admin_link(
        &self,
        token_hash: &Hash,
        note: &str,
        role: Role,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "with link as (insert into lti.admin_link (token_hash, note, expires_at, role) values ($1, $2, to_timestamp($3), $4))
             insert into lti.admin_event (actor, action, subject, details)
             values ($5, 'link-made', $2, jsonb_build_object('name', $2::text, 'role', $4::text))",
        )
        .bind(token_hash.as_slice())
        .bind(note)
        .bind(seconds(expires_at))
        .bind(role.name())
        .bind(COMMAND_LINE)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Uses up a one-time link and begins a session in its name; `None` if it is unknown, has expired or was used.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn claim_admin_link(
        &self,
        token_hash: &Hash,
        session: NewAdminSession,
        now: Timestamp,
    ) -> Result<Option<Role>, StoreError> {
        let begun: Option<String> = sqlx::query_scalar(
            "with link as (
               update lti.admin_link set used_at = to_timestamp($2)
               where token_hash = $1 and used_at is null and expires_at > to_timestamp($2) returning note, role
             ), event as (
               insert into lti.admin_event (actor, action, subject, details)
               select note, 'signed-in', 'link', jsonb_build_object('way', 'link', 'role', role) from link)
             insert into lti.admin_session (token_hash, name, expires_at, role) select $3, note, to_timestamp($4), role from link
             returning role",
        )
        .bind(token_hash.as_slice())
        .bind(seconds(now))
        .bind(session.token_hash.as_slice())
        .bind(seconds(session.expires_at))
        .fetch_optional(&self.pool)
        .await?;
        begun.as_deref().map(read_role).transpose()
    }

    /// Begins a session of somebody whom the identity provider vouches for.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn insert_admin_session(
        &self,
        session: NewAdminSession,
        name: &str,
        role: Role,
        provider: &str,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "with event as (
               insert into lti.admin_event (actor, action, subject, details)
               values ($2, 'signed-in', $4, jsonb_build_object('provider', $4::text, 'role', $5::text)))
             insert into lti.admin_session (token_hash, name, expires_at, role, provider) values ($1, $2, to_timestamp($3), $5, $4)",
        )
        .bind(session.token_hash.as_slice())
        .bind(name)
        .bind(seconds(session.expires_at))
        .bind(provider)
        .bind(role.name())
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Begins a session of an administrator of a platform's institution, who reads reports.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn insert_launched_session(
        &self,
        session: NewAdminSession,
        name: &str,
        registration_id: Uuid,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "with event as (
               insert into lti.admin_event (actor, action, subject, details)
               values ($2, 'signed-in', 'launch', jsonb_build_object('way', 'launch', 'role', $4::text)))
             insert into lti.admin_session (token_hash, name, expires_at, role, registration_id) values ($1, $2, to_timestamp($3), $4, $5)",
        )
        .bind(session.token_hash.as_slice())
        .bind(name)
        .bind(seconds(session.expires_at))
        .bind(Role::ReportReader.name())
        .bind(registration_id)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Who has that session, unless the platform that it rests on may no more.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_admin_session(
        &self,
        token_hash: &Hash,
        now: Timestamp,
    ) -> Result<Option<AdminSessionRow>, StoreError> {
        let found = sqlx::query(
            "select s.session_id, s.name, s.role, s.provider from lti.admin_session s
             where s.token_hash = $1 and s.expires_at > to_timestamp($2) and (s.registration_id is null or exists (
               select from lti.registration r where r.registration_id = s.registration_id and r.status = 'active' and r.allows_reports))",
        )
        .bind(token_hash.as_slice())
        .bind(seconds(now))
        .fetch_optional(&self.pool)
        .await?;
        let read = |row: PgRow| -> Result<AdminSessionRow, StoreError> {
            Ok(AdminSessionRow {
                session_id: row.try_get("session_id")?,
                name: row.try_get("name")?,
                role: read_role(row.try_get("role")?)?,
                provider: row.try_get("provider")?,
            })
        };
        found.map(read).transpose()
    }

    /// Ends a session.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn delete_admin_session(&self, token_hash: &Hash) -> Result<(), StoreError> {
        sqlx::query("delete from lti.admin_session where token_hash = $1")
            .bind(token_hash.as_slice())
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// What was done, the last first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_admin_events(&self, limit: i64) -> Result<Vec<AdminEventRow>, StoreError> {
        let rows = sqlx::query(
            "select extract(epoch from happened_at)::bigint as happened_at, actor, action, subject, details
             from lti.admin_event order by event_id desc limit $1",
        )
        .bind(limit)
        .fetch_all(&self.pool)
        .await?;
        let read = |row: &PgRow| -> Result<AdminEventRow, StoreError> {
            Ok(AdminEventRow {
                happened_at: Timestamp::from_unix_seconds(row.try_get("happened_at")?),
                actor: row.try_get("actor")?,
                action: row.try_get("action")?,
                subject: row.try_get("subject")?,
                details: row.try_get::<Json<_>, _>("details")?.0,
            })
        };
        rows.iter().map(read).collect()
    }
}

pub(super) fn read_role(name: &str) -> Result<Role, StoreError> {
    Role::from_name(name).ok_or(StoreError::Damaged("lti.admin_session.role"))
}
