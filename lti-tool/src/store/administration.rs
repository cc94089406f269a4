//! What administrators see and change: platforms, their deployments, invitations. Each change and its event are one statement.

use openbadges::time::Timestamp;
use sqlx::{Row, postgres::PgRow};
use uuid::Uuid;

use super::{Store, StoreError, invitation::CLAIM_SECONDS, seconds};

/// A platform as its page shows it.
#[derive(Clone, Debug)]
pub struct PlatformRow {
    /// Our id of it.
    pub registration_id: Uuid,
    /// For people.
    pub name: String,
    /// `iss`.
    pub issuer: String,
    /// Our id there.
    pub client_id: String,
    /// `active`, `pending` or `suspended`.
    pub status: String,
    /// Whether launches from new deployments are let in.
    pub approves_deployments: bool,
    /// Its deployments.
    pub deployments: Vec<String>,
    /// Its endpoints: authorization, token, keys.
    pub endpoints: [String; 3],
    /// The last launch, if there was one.
    pub last_launch_at: Option<Timestamp>,
    /// How many badges were awarded from it.
    pub award_count: i64,
    /// Whether who administers its institution may read the reports.
    pub allows_reports: bool,
    /// The custom parameters that say population and legal entity, if any do.
    pub parameters: [Option<String>; 2],
}

/// A launch as administrators see it: nothing about the person but what they may do.
#[derive(Clone, Debug)]
pub struct LaunchRow {
    /// When.
    pub begun_at: Timestamp,
    /// From which deployment.
    pub deployment_id: String,
    /// From which course, by the platform's id.
    pub context_id: Option<String>,
    /// `instructor` or `member`.
    pub standing: String,
}

/// An invitation that can still be used.
#[derive(Clone, Debug)]
pub struct InvitationRow {
    /// Its id.
    pub invitation_id: Uuid,
    /// For whom it is.
    pub note: String,
    /// Whether it lets the platform launch at once.
    pub approves: bool,
    /// Until when it can be used.
    pub expires_at: Timestamp,
}

/// What became of a deletion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deletion {
    /// It is gone.
    Deleted,
    /// Badges were awarded there, and their pages need it.
    HasAwards,
    /// There was none.
    Unknown,
}

const PLATFORMS: &str = "
    select r.registration_id, r.name, r.issuer, r.client_id, r.status, r.approves_deployments, r.allows_reports, r.authorization_endpoint, r.token_endpoint,
           r.jwks_url, r.population_parameter, r.entity_parameter,
           array(select deployment_id from lti.deployment d where d.registration_id = r.registration_id order by 1) as deployments,
           extract(epoch from greatest(r.last_launch_at, (select max(begun_at) from lti.session s where s.registration_id = r.registration_id)))::bigint
             as last_launch_at,
           (select count(*) from lti.award join lti.course using (course_id) where course.registration_id = r.registration_id) as award_count
    from lti.registration r where $1::uuid is null or r.registration_id = $1
    order by r.status = 'pending' desc, r.name, r.issuer, r.client_id";

impl Store {
    /// All platforms, those that wait for approval first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_platforms(&self) -> Result<Vec<PlatformRow>, StoreError> {
        let rows = sqlx::query(PLATFORMS).bind(None::<Uuid>).fetch_all(&self.pool).await?;
        rows.iter().map(read_platform).collect()
    }

    /// One platform.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_platform(&self, registration_id: Uuid) -> Result<Option<PlatformRow>, StoreError> {
        let row = sqlx::query(PLATFORMS).bind(registration_id).fetch_optional(&self.pool).await?;
        row.as_ref().map(read_platform).transpose()
    }

    /// The last launches of a platform whose sessions are not over yet.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_launches(
        &self,
        registration_id: Uuid,
        limit: i64,
    ) -> Result<Vec<LaunchRow>, StoreError> {
        let rows = sqlx::query(
            "select extract(epoch from begun_at)::bigint as begun_at, deployment_id, context_id, standing
             from lti.session where registration_id = $1 order by begun_at desc limit $2",
        )
        .bind(registration_id)
        .bind(limit)
        .fetch_all(&self.pool)
        .await?;
        let read = |row: &PgRow| -> Result<LaunchRow, StoreError> {
            Ok(LaunchRow {
                begun_at: Timestamp::from_unix_seconds(row.try_get("begun_at")?),
                deployment_id: row.try_get("deployment_id")?,
                context_id: row.try_get("context_id")?,
                standing: row.try_get("standing")?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// Lets a platform launch, and its new deployments with it, or stops it and its open sessions; `false` if there is none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn update_platform_status(
        &self,
        registration_id: Uuid,
        is_active: bool,
        actor: &str,
    ) -> Result<bool, StoreError> {
        let changed = sqlx::query(
            "with changed as (
               update lti.registration set status = case when $2 then 'active' else 'suspended' end, approves_deployments = $2
               where registration_id = $1 returning name, issuer)
             insert into lti.admin_event (actor, action, subject, details)
             select $3, case when $2 then 'platform-approved' else 'platform-suspended' end, name || ' (' || issuer || ')', jsonb_build_object('name', name, 'issuer', issuer) from changed",
        )
        .bind(registration_id)
        .bind(is_active)
        .bind(actor)
        .execute(&self.pool)
        .await?;
        Ok(changed.rows_affected() == 1)
    }

    /// Lets the administrators of a platform's institution read the reports, or lets them no more; `false` if there is no such platform.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn update_platform_reports(
        &self,
        registration_id: Uuid,
        allows: bool,
        actor: &str,
    ) -> Result<bool, StoreError> {
        let changed = sqlx::query(
            "with changed as (
               update lti.registration set allows_reports = $2 where registration_id = $1 returning name, issuer
             ), ended as (
               delete from lti.admin_session where not $2 and registration_id = $1)
             insert into lti.admin_event (actor, action, subject, details)
             select $3, case when $2 then 'reports-allowed' else 'reports-withdrawn' end, name || ' (' || issuer || ')', jsonb_build_object('name', name, 'issuer', issuer) from changed",
        )
        .bind(registration_id)
        .bind(allows)
        .bind(actor)
        .execute(&self.pool)
        .await?;
        Ok(changed.rows_affected() == 1)
    }

    /// Forgets a platform from which no badge was awarded.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn delete_platform(&self, registration_id: Uuid, actor: &str) -> Result<Deletion, StoreError> {
        let deleted = sqlx::query(
            "with deleted as (
               delete from lti.registration r where registration_id = $1 and not exists (
                 select from lti.award join lti.course using (course_id) where course.registration_id = r.registration_id)
               returning name, issuer)
             insert into lti.admin_event (actor, action, subject, details)
             select $2, 'platform-deleted', name || ' (' || issuer || ')', jsonb_build_object('name', name, 'issuer', issuer) from deleted",
        )
        .bind(registration_id)
        .bind(actor)
        .execute(&self.pool)
        .await?;
        Ok(match deleted.rows_affected() {
            1 => Deletion::Deleted,
            _ if self.find_platform(registration_id).await?.is_some() => Deletion::HasAwards,
            _ => Deletion::Unknown,
        })
    }

    /// Lets a deployment launch; `false` if the platform is unknown or it may already.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn insert_deployment(
        &self,
        registration_id: Uuid,
        deployment_id: &str,
        actor: &str,
    ) -> Result<bool, StoreError> {
        let added = sqlx::query(
            "with added as (
               insert into lti.deployment (registration_id, deployment_id)
               select registration_id, $2 from lti.registration where registration_id = $1 on conflict do nothing returning registration_id)
             insert into lti.admin_event (actor, action, subject, details)
             select $3, 'deployment-added', r.name || ': ' || $2, jsonb_build_object('name', r.name, 'deployment', $2::text) from added join lti.registration r using (registration_id)",
        )
        .bind(registration_id)
        .bind(deployment_id)
        .bind(actor)
        .execute(&self.pool)
        .await?;
        Ok(added.rows_affected() == 1)
    }

    /// Lets a deployment launch no more; `false` if it could not before. New deployments are asked for from then on.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn delete_deployment(
        &self,
        registration_id: Uuid,
        deployment_id: &str,
        actor: &str,
    ) -> Result<bool, StoreError> {
        let removed = sqlx::query(
            "with removed as (
               delete from lti.deployment where registration_id = $1 and deployment_id = $2 returning registration_id
             ), asked as (
               update lti.registration set approves_deployments = false where registration_id in (select registration_id from removed)
             ), ended as (
               delete from lti.session where deployment_id = $2 and registration_id in (select registration_id from removed))
             insert into lti.admin_event (actor, action, subject, details)
             select $3, 'deployment-removed', r.name || ': ' || $2, jsonb_build_object('name', r.name, 'deployment', $2::text) from removed join lti.registration r using (registration_id)",
        )
        .bind(registration_id)
        .bind(deployment_id)
        .bind(actor)
        .execute(&self.pool)
        .await?;
        Ok(removed.rows_affected() == 1)
    }

    /// The invitations that can still be used.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_invitations(&self, now: Timestamp) -> Result<Vec<InvitationRow>, StoreError> {
        let rows = sqlx::query(
            "select invitation_id, note, approves, extract(epoch from expires_at)::bigint as expires_at
             from lti.invitation where registered_at is null and expires_at > to_timestamp($1)
               and coalesce(used_at <= to_timestamp($1) - make_interval(secs => $2), true) order by expires_at",
        )
        .bind(seconds(now))
        .bind(CLAIM_SECONDS)
        .fetch_all(&self.pool)
        .await?;
        let read = |row: &PgRow| -> Result<InvitationRow, StoreError> {
            Ok(InvitationRow {
                invitation_id: row.try_get("invitation_id")?,
                note: row.try_get("note")?,
                approves: row.try_get("approves")?,
                expires_at: Timestamp::from_unix_seconds(row.try_get("expires_at")?),
            })
        };
        rows.iter().map(read).collect()
    }

    /// Takes an invitation back that was not used; `false` if there is none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn delete_invitation(&self, invitation_id: Uuid, actor: &str) -> Result<bool, StoreError> {
        let withdrawn = sqlx::query(
            "with withdrawn as (delete from lti.invitation where invitation_id = $1 and registered_at is null returning note)
             insert into lti.admin_event (actor, action, subject, details) select $2, 'invitation-withdrawn', note, jsonb_build_object('name', note) from withdrawn",
        )
        .bind(invitation_id)
        .bind(actor)
        .execute(&self.pool)
        .await?;
        Ok(withdrawn.rows_affected() == 1)
    }
}

fn read_platform(row: &PgRow) -> Result<PlatformRow, StoreError> {
    let last_launch_at: Option<i64> = row.try_get("last_launch_at")?;
    Ok(PlatformRow {
        registration_id: row.try_get("registration_id")?,
        name: row.try_get("name")?,
        issuer: row.try_get("issuer")?,
        client_id: row.try_get("client_id")?,
        status: row.try_get("status")?,
        approves_deployments: row.try_get("approves_deployments")?,
        deployments: row.try_get("deployments")?,
        endpoints: [
            row.try_get("authorization_endpoint")?,
            row.try_get("token_endpoint")?,
            row.try_get("jwks_url")?,
        ],
        last_launch_at: last_launch_at.map(Timestamp::from_unix_seconds),
        award_count: row.try_get("award_count")?,
        allows_reports: row.try_get("allows_reports")?,
        parameters: [row.try_get("population_parameter")?, row.try_get("entity_parameter")?],
    })
}
