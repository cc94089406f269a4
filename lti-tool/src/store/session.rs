//! `lti.session`: begun by a launch, found again by the hash of its token.

use std::sync::Arc;

use openbadges::time::Timestamp;
use sqlx::{Row, postgres::PgRow};
use uuid::Uuid;

use super::{Store, StoreError, login::Hash, platform::read_platform, seconds, values::Values};
use crate::{lti::deep_linking::Takes, platform::Platform};

/// A session to be begun, together with the login and the nonce that it uses up.
#[derive(Clone, Debug)]
pub struct NewSession<'a> {
    /// Of the token that travels with each request.
    pub token_hash: Hash,
    /// Of the login's state.
    pub state_hash: Hash,
    /// Of the secret by which the browser proved that the login is its own.
    pub browser_hash: &'a [u8],
    /// Of the `id_token`'s nonce.
    pub nonce_hash: Hash,
    /// No `id_token` with this nonce is valid any more after this.
    pub nonce_expires_at: Timestamp,
    /// The platform.
    pub registration_id: Uuid,
    /// The tenant within the platform.
    pub deployment_id: &'a str,
    /// Whether the deployment is to be remembered.
    pub is_new_deployment: bool,
    /// The course.
    pub context_id: Option<&'a str>,
    /// Its title.
    pub context_title: Option<&'a str>,
    /// The person; `None` for an anonymous launch.
    pub user_id: Option<&'a str>,
    /// Their name, if told.
    pub user_name: Option<&'a str>,
    /// What they may do.
    pub standing: &'a str,
    /// The language of their pages.
    pub language: &'a str,
    /// Where the roster is.
    pub memberships_url: Option<&'a str>,
    /// Where people go back to.
    pub return_url: Option<&'a str>,
    /// Where a chosen badge goes back to.
    pub deep_link_return_url: Option<&'a str>,
    /// What goes with it.
    pub deep_link_data: Option<&'a str>,
    /// What it may be.
    pub deep_link_takes: &'a [Takes],
    /// The link in the course.
    pub resource_link_id: Option<&'a str>,
    /// Its column in the grade book.
    pub line_item_url: Option<&'a str>,
    /// Whom the launch is about, if that is somebody else.
    pub for_user_id: Option<&'a str>,
    /// Whether the launch asks what we know about that person.
    pub is_data_privacy: bool,
    /// Whether the person administers the institution.
    pub administers_institution: bool,
    /// Where the groups of the course are.
    pub groups_url: Option<&'a str>,
    /// The courses that this one was copied from, the latest first.
    pub context_history: &'a [String],
    /// Where our columns of the grade book are, if we may make one.
    pub line_items_url: Option<&'a str>,
    /// The links that the launched one was copied from, the latest first.
    pub link_history: &'a [String],
    /// The person's proven id under LTI 1.1.
    pub former_user_id: Option<&'a str>,
    /// When the pages stop working.
    pub expires_at: Timestamp,
}

/// A session that has not expired.
#[derive(Clone, Debug)]
pub struct SessionRow {
    /// The platform.
    pub platform: Arc<Platform>,
    /// As in [`NewSession`].
    pub deployment_id: String,
    /// As in [`NewSession`].
    pub context_id: Option<String>,
    /// As in [`NewSession`].
    pub context_title: Option<String>,
    /// As in [`NewSession`].
    pub user_id: Option<String>,
    /// As in [`NewSession`].
    pub user_name: Option<String>,
    /// As in [`NewSession`].
    pub standing: String,
    /// As in [`NewSession`].
    pub language: String,
    /// As in [`NewSession`].
    pub memberships_url: Option<String>,
    /// As in [`NewSession`].
    pub return_url: Option<String>,
    /// As in [`NewSession`].
    pub deep_link_return_url: Option<String>,
    /// As in [`NewSession`].
    pub deep_link_data: Option<String>,
    /// As in [`NewSession`], by their words.
    pub deep_link_takes: Vec<String>,
    /// As in [`NewSession`].
    pub resource_link_id: Option<String>,
    /// As in [`NewSession`].
    pub for_user_id: Option<String>,
    /// As in [`NewSession`].
    pub is_data_privacy: bool,
    /// Whether the person administers the institution, and the platform's administrators may read the reports.
    pub reads_reports: bool,
    /// As in [`NewSession`].
    pub groups_url: Option<String>,
    /// As in [`NewSession`].
    pub context_history: Vec<String>,
    /// As in [`NewSession`].
    pub line_items_url: Option<String>,
}

/// Reads a session from a row with its columns, those of `lti.registration` and `reads_reports`.
pub(super) fn read_session(row: &PgRow) -> Result<SessionRow, StoreError> {
    Ok(SessionRow {
        platform: read_platform(row)?,
        deployment_id: row.try_get("deployment_id")?,
        context_id: row.try_get("context_id")?,
        context_title: row.try_get("context_title")?,
        user_id: row.try_get("user_id")?,
        user_name: row.try_get("user_name")?,
        standing: row.try_get("standing")?,
        language: row.try_get("language")?,
        memberships_url: row.try_get("memberships_url")?,
        return_url: row.try_get("return_url")?,
        deep_link_return_url: row.try_get("deep_link_return_url")?,
        deep_link_data: row.try_get("deep_link_data")?,
        deep_link_takes: row.try_get("deep_link_takes")?,
        resource_link_id: row.try_get("resource_link_id")?,
        for_user_id: row.try_get("for_user_id")?,
        is_data_privacy: row.try_get("is_data_privacy")?,
        reads_reports: row.try_get("reads_reports")?,
        groups_url: row.try_get("groups_url")?,
        context_history: row.try_get("context_history")?,
        line_items_url: row.try_get("line_items_url")?,
    })
}

impl Store {
    /// Claims the login and the nonce and begins the session, all of it or nothing; `false` if either was used before, or the login
    /// is not what the caller believes: expired, of another browser, its platform suspended or its deployment removed.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn insert_session(&self, new: &NewSession<'_>, now: Timestamp) -> Result<bool, StoreError> {
        let mut values = Values::reserve(31, 2048);
        values
            .add(new.state_hash.as_slice())
            .add(new.registration_id)
            .add(new.nonce_hash.as_slice())
            .add(seconds(new.nonce_expires_at))
            .add(new.token_hash.as_slice())
            .add(new.deployment_id)
            .add(new.context_id)
            .add(new.context_title)
            .add(new.user_id)
            .add(new.user_name)
            .add(new.standing)
            .add(new.language)
            .add(new.memberships_url)
            .add(new.return_url)
            .add(seconds(new.expires_at))
            .add(seconds(now))
            .add(new.is_new_deployment)
            .add(new.deep_link_return_url)
            .add(new.deep_link_data)
            .add(new.resource_link_id)
            .add(new.line_item_url)
            .add(new.for_user_id)
            .add(new.groups_url)
            .add(new.context_history)
            .add(new.former_user_id)
            .add(new.is_data_privacy)
            .add(new.deep_link_takes.iter().map(|takes| takes.as_str()).collect::<Vec<_>>())
            .add(new.administers_institution)
            .add(new.browser_hash)
            .add(new.link_history)
            .add(new.line_items_url);
        let begun = values.query(include_str!("insert_session.sql"))?.execute(&self.pool).await?;
        Ok(begun.rows_affected() == 1)
    }

    /// The session with that token, unless it has expired or its platform is not active any more.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_session(
        &self,
        token_hash: &Hash,
        now: Timestamp,
    ) -> Result<Option<SessionRow>, StoreError> {
        let row = sqlx::query(
            "select *, administers_institution and allows_reports as reads_reports from lti.session join lti.registration using (registration_id)
             where token_hash = $1 and expires_at > to_timestamp($2) and status = 'active'",
        )
        .bind(token_hash.as_slice())
        .bind(seconds(now))
        .fetch_optional(&self.pool)
        .await?;
        row.as_ref().map(read_session).transpose()
    }
}
