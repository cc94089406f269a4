//! `badges.membership`: where people belong, from launches and by hand; which custom parameters of a platform say it.

use openbadges::time::Timestamp;
use serde_json::Value;
use sqlx::{Row, postgres::PgRow};
use uuid::Uuid;

use super::{
    Store, StoreError,
    examination::{Answer, FoundPerson, answer},
};

/// What a launch says of where a person belongs.
#[derive(Clone, Debug)]
pub struct LaunchMembership<'a> {
    /// The registration whose parameters are meant.
    pub registration_id: Uuid,
    /// The custom parameters.
    pub custom: &'a Value,
    /// Whose people.
    pub issuer_did: &'a str,
    /// The platform's name in `badges.recipient`.
    pub platform: &'a str,
    /// The person's id there.
    pub user_id: &'a str,
    /// The day of the launch, `2026-04-01`.
    pub day: &'a str,
}

/// Where somebody belongs or belonged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BelongingRow {
    /// Employee, dispatched, external, or another word.
    pub population: String,
    /// Company within the group; may be empty.
    pub legal_entity: String,
    /// The first day.
    pub valid_from: String,
    /// The day after the last.
    pub valid_until: Option<String>,
    /// `list`, `launch` or `hand`.
    pub origin: String,
    /// The list, the platform, or the reason.
    pub source: String,
    /// Who recorded it.
    pub recorded_by: String,
    /// When.
    pub recorded_at: Timestamp,
    /// Whether something else has taken its place since.
    pub is_withdrawn: bool,
}

/// Where somebody belongs from a day on, by hand.
#[derive(Clone, Debug)]
pub struct NewBelonging<'a> {
    /// Who.
    pub recipient_id: Uuid,
    /// As in [`BelongingRow`].
    pub population: &'a str,
    /// As in [`BelongingRow`].
    pub legal_entity: &'a str,
    /// The first day, `2026-04-01`.
    pub valid_from: &'a str,
    /// Why.
    pub reason: &'a str,
}

fn read_belonging(row: &PgRow) -> Result<BelongingRow, StoreError> {
    Ok(BelongingRow {
        population: row.try_get("population")?,
        legal_entity: row.try_get("legal_entity")?,
        valid_from: row.try_get("valid_from")?,
        valid_until: row.try_get("valid_until")?,
        origin: row.try_get("origin")?,
        source: row.try_get("source")?,
        recorded_by: row.try_get("recorded_by")?,
        recorded_at: Timestamp::from_unix_seconds(row.try_get("recorded_at")?),
        is_withdrawn: row.try_get("is_withdrawn")?,
    })
}

impl Store {
    /// Records where a launch says that its person belongs, if an administrator has named the parameter, its value is a known population,
    /// and nobody knows better; `None` if the launch says nothing that counts.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn record_launch_membership(
        &self,
        said: &LaunchMembership<'_>,
    ) -> Result<Option<String>, StoreError> {
        let recorded = sqlx::query_scalar(
            "with said as (
               select r.issuer as source, lower(btrim($2::jsonb ->> r.population_parameter)) as population,
                 btrim(coalesce($2::jsonb ->> r.entity_parameter, '')) as entity
               from lti.registration r where r.registration_id = $1 and r.population_parameter is not null),
             known as materialized (
               select s.source, w.word as population, case when s.entity like '$%' or length(s.entity) > 100 then '' else s.entity end as entity
               from said s join lateral (
                 select word from unnest(array['employee', 'dispatched', 'external']) word where word = s.population
                 union select m.population from badges.membership m join badges.issuer i using (issuer_id)
                 where i.did = $3 and m.origin = 'list' and lower(m.population) = s.population limit 1) w on true)
             select badges.record_launch_membership(badges.register_recipient($3, $4, $5, null, null), population, entity, $6::date, source)
             from known",
        )
        .bind(said.registration_id)
        .bind(said.custom)
        .bind(said.issuer_did)
        .bind(said.platform)
        .bind(said.user_id)
        .bind(said.day)
        .fetch_optional(&self.pool)
        .await?;
        Ok(recorded)
    }

    /// Names the parameters that say where people belong, or none; the audit trail says who did. `false` if there is no such platform.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn update_population_parameters(
        &self,
        registration_id: Uuid,
        population: Option<&str>,
        entity: Option<&str>,
        actor: &str,
    ) -> Result<bool, StoreError> {
        let changed = sqlx::query(
            "with changed as (
               update lti.registration set population_parameter = $2, entity_parameter = $3 where registration_id = $1 returning name)
             insert into lti.admin_event (actor, action, subject, details)
             select $4, 'populations-changed', concat_ws(', ', name, $2, $3),
               jsonb_strip_nulls(jsonb_build_object('name', name, 'population_parameter', $2::text, 'entity_parameter', $3::text)) from changed",
        )
        .bind(registration_id)
        .bind(population)
        .bind(entity)
        .bind(actor)
        .execute(&self.pool)
        .await?;
        Ok(changed.rows_affected() == 1)
    }

    /// The person with that key, if this issuer knows them.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_recipient(
        &self,
        issuer_did: &str,
        recipient_id: Uuid,
    ) -> Result<Option<FoundPerson>, StoreError> {
        let people = self.find_people(issuer_did, &recipient_id.to_string()).await?;
        Ok(people.into_iter().find(|person| person.recipient_id == recipient_id))
    }

    /// Where somebody belongs and belonged, the latest first; what was closed as wrong after the rest.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_belongings(&self, recipient_id: Uuid) -> Result<Vec<BelongingRow>, StoreError> {
        let rows = sqlx::query(
            "select population, legal_entity, valid_from::text, valid_until::text, origin, source, recorded_by,
               extract(epoch from recorded_at)::bigint as recorded_at, withdrawn_at is not null as is_withdrawn
             from badges.membership m where m.recipient_id = $1
             order by withdrawn_at is not null, m.valid_from desc, m.recorded_at desc limit 100",
        )
        .bind(recipient_id)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(read_belonging).collect()
    }

    /// Says by hand where somebody belongs; the audit trail says who did, and the record why.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn insert_belonging(&self, new: &NewBelonging<'_>, actor: &str) -> Result<Answer, StoreError> {
        let done = sqlx::query(
            "with said as materialized (select badges.set_membership($1, $2, $3, $4::date, $5, $6))
             insert into lti.admin_event (actor, action, subject, details)
             select $6, 'population-set', concat_ws(', ', $1::text, $2, $4, $5),
               jsonb_build_object('person', $1::text, 'population', $2::text, 'entity', $3::text, 'day', $4::text, 'reason', $5::text) from said",
        )
        .bind(new.recipient_id)
        .bind(new.population)
        .bind(new.legal_entity)
        .bind(new.valid_from)
        .bind(new.reason)
        .bind(actor)
        .execute(&self.pool)
        .await;
        answer(done.map(|done| done.rows_affected() == 1))
    }
}
