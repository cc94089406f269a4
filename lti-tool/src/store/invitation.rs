//! `lti.invitation`: one-time links that let a platform register itself.

use openbadges::time::Timestamp;
use uuid::Uuid;

use super::{
    Store, StoreError,
    login::Hash,
    registration::{NewRegistration, RegistrationStatus},
    seconds,
};

/// How long a platform that began to register keeps others from the invitation, in seconds: much longer than a registration takes. A tool
/// that is killed between the platform's answer and the end leaves the invitation to whoever comes after that.
pub(super) const CLAIM_SECONDS: f64 = 600.0;

/// A claimed invitation.
#[derive(Clone, Copy, Debug)]
pub struct ClaimedInvitation {
    /// Its id.
    pub invitation_id: Uuid,
    /// Whether the registration may launch at once.
    pub approves: bool,
    /// When it was claimed: who claims it later has it instead.
    pub claimed_at: Timestamp,
}

impl Store {
    /// Remembers an invitation.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn insert_invitation(
        &self,
        token_hash: &Hash,
        note: &str,
        approves: bool,
        expires_at: Timestamp,
        actor: &str,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "with invited as (
               insert into lti.invitation (token_hash, note, approves, expires_at, created_by) values ($1, $2, $3, to_timestamp($4), $5))
             insert into lti.admin_event (actor, action, subject, details) values ($5, 'invited', $2, jsonb_build_object('name', $2::text))",
        )
        .bind(token_hash.as_slice())
        .bind(note)
        .bind(approves)
        .bind(seconds(expires_at))
        .bind(actor)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Takes an invitation; `None` if it is unknown, has expired, was used, or another registration with it is under way. Of two that come
    /// at once, one gets it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn claim_invitation(
        &self,
        token_hash: &Hash,
        now: Timestamp,
    ) -> Result<Option<ClaimedInvitation>, StoreError> {
        let claimed: Option<(Uuid, bool)> = sqlx::query_as(
            "update lti.invitation set used_at = to_timestamp($2)
             where token_hash = $1 and registered_at is null and expires_at > to_timestamp($2)
               and coalesce(used_at <= to_timestamp($2) - make_interval(secs => $3), true)
             returning invitation_id, approves",
        )
        .bind(token_hash.as_slice())
        .bind(seconds(now))
        .bind(CLAIM_SECONDS)
        .fetch_optional(&self.pool)
        .await?;
        let claimed_at = now;
        Ok(claimed.map(|(invitation_id, approves)| ClaimedInvitation { invitation_id, approves, claimed_at }))
    }

    /// Gives an invitation back after a registration that failed, so that it can be tried again; not if somebody else has it by now.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn release_invitation(&self, invitation: ClaimedInvitation) -> Result<(), StoreError> {
        sqlx::query(
            "update lti.invitation set used_at = null
             where invitation_id = $1 and registered_at is null and used_at = to_timestamp($2)",
        )
        .bind(invitation.invitation_id)
        .bind(seconds(invitation.claimed_at))
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Stores what an invited platform registered, which uses the invitation up: active if the invitation approves it, else pending. A
    /// platform that registers again is updated in place and keeps its status, which is returned; `None` if the invitation is no longer
    /// this registration's, and then nothing is stored.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn insert_invited_registration(
        &self,
        new: &NewRegistration,
        invitation: ClaimedInvitation,
        now: Timestamp,
    ) -> Result<Option<RegistrationStatus>, StoreError> {
        let status: Option<String> = sqlx::query_scalar(INSERT_INVITED)
            .bind(&new.name)
            .bind(&new.issuer)
            .bind(&new.client_id)
            .bind(new.authorization_endpoint.as_str())
            .bind(new.token_endpoint.as_str())
            .bind(&new.token_audience)
            .bind(new.jwks_url.as_str())
            .bind(&new.id_token_algorithm)
            .bind(&new.deployments)
            .bind(invitation.approves)
            .bind(invitation.invitation_id)
            .bind(seconds(invitation.claimed_at))
            .bind(seconds(now))
            .fetch_optional(&self.pool)
            .await?;
        status.map(|status| RegistrationStatus::from_text(&status)).transpose()
    }
}

/// One statement, so that registration, deployments, the invitation's end and the trail happen together or not at all.
const INSERT_INVITED: &str = "
    with mine as (
      select created_by from lti.invitation
      where invitation_id = $11 and registered_at is null and used_at = to_timestamp($12) for update
    ), registered as (
      insert into lti.registration as r (name, issuer, client_id, authorization_endpoint, token_endpoint, token_audience,
                                         jwks_url, id_token_algorithm, status, approves_deployments)
      select $1, $2, $3, $4, $5, $6, $7, $8, case when $10 then 'active' else 'pending' end, $10 from mine
      on conflict (issuer, client_id) do update set name = excluded.name,
        authorization_endpoint = excluded.authorization_endpoint, token_endpoint = excluded.token_endpoint,
        token_audience = excluded.token_audience, jwks_url = excluded.jwks_url, id_token_algorithm = excluded.id_token_algorithm
      returning r.registration_id, r.status
    ), deployed as (
      insert into lti.deployment (registration_id, deployment_id)
      select registration_id, deployment_id from registered, unnest($9::text[]) as deployment_id on conflict do nothing
    ), used as (
      update lti.invitation set registration_id = registered.registration_id, registered_at = to_timestamp($13)
      from registered where invitation_id = $11
    ), event as (
      insert into lti.admin_event (actor, action, subject, details)
      select created_by, 'platform-registered', $1 || ' (' || $2 || ')', jsonb_build_object('name', $1::text, 'issuer', $2::text) from mine)
    select status from registered";
