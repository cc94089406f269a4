//! What reports are made of besides the assertions, written through the extension's functions.

use openbadges::time::Timestamp;
use serde_json::Value;
use sqlx::Row;
use uuid::Uuid;

use super::{Store, StoreError, seconds};

/// A competency to be defined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompetencyRow {
    /// What the framework calls it.
    pub code: String,
    /// Its name, by language.
    pub name: Value,
    /// Its level within the framework.
    pub level: Option<i32>,
    /// Code of the competency above, which is defined before.
    pub parent: Option<String>,
    /// Where it is described.
    pub url: Option<String>,
}

/// Where somebody belonged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MembershipRow {
    /// The person.
    pub recipient_id: Uuid,
    /// Employee, dispatched, external, or another word.
    pub population: String,
    /// Company within the group; may be empty.
    pub legal_entity: String,
    /// The first day, `2026-04-01`.
    pub valid_from: String,
    /// The day after the last.
    pub valid_until: Option<String>,
}

/// How many there were.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadcountRow {
    /// As in [`MembershipRow`].
    pub population: String,
    /// As in [`MembershipRow`].
    pub legal_entity: String,
    /// Code of the programme whose audience was counted; everybody if there is none.
    pub programme: Option<String>,
    /// The day.
    pub counted_on: String,
    /// How many.
    pub people: i64,
}

/// What became of an assertion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRow {
    /// The assertion.
    pub assertion_id: Uuid,
    /// `accepted`, `declined`, `undeliverable`, `revoked`.
    pub event: String,
    /// When.
    pub happened_at: Timestamp,
}

impl Store {
    /// Defines a framework with its competencies; returns their ids in the order given.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn define_framework(
        &self,
        uri: &str,
        version: &str,
        name: &Value,
        competencies: &[CompetencyRow],
    ) -> Result<Vec<Uuid>, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let framework_id: Uuid = sqlx::query_scalar("select badges.define_framework($1, $2, $3)")
            .bind(uri)
            .bind(name)
            .bind(version)
            .fetch_one(&mut *transaction)
            .await?;
        let mut ids = Vec::with_capacity(competencies.len());
        for competency in competencies {
            let id = sqlx::query_scalar(
                "select badges.define_competency($1, $2, $3, $4::numeric,
                   (select competency_id from badges.competency where framework_id = $1 and code = $5), $6)",
            )
            .bind(framework_id)
            .bind(&competency.code)
            .bind(&competency.name)
            .bind(competency.level)
            .bind(&competency.parent)
            .bind(&competency.url)
            .fetch_one(&mut *transaction)
            .await?;
            ids.push(id);
        }
        transaction.commit().await?;
        Ok(ids)
    }

    /// Lays alignments over achievements: achievement, competency, relation.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn align_achievements(&self, alignments: &[(Uuid, Uuid, &str)]) -> Result<(), StoreError> {
        let query = "select badges.align_achievement(achievement_id, competency_id, relation)
             from unnest($1::uuid[], $2::uuid[], $3::text[]) as a (achievement_id, competency_id, relation)";
        sqlx::query(query)
            .bind(alignments.iter().map(|one| one.0).collect::<Vec<_>>())
            .bind(alignments.iter().map(|one| one.1).collect::<Vec<_>>())
            .bind(alignments.iter().map(|one| one.2).collect::<Vec<_>>())
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Says kind, level and nominal hours of an achievement.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn define_achievement_fact(
        &self,
        achievement_id: Uuid,
        kind: &str,
        level: Option<i32>,
        nominal_hours: i32,
    ) -> Result<(), StoreError> {
        sqlx::query("select badges.define_achievement_fact($1, $2, $3, $4::numeric)")
            .bind(achievement_id)
            .bind(kind)
            .bind(level)
            .bind(nominal_hours)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Says where people belonged; returns how many rows are new.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn record_memberships(
        &self,
        issuer_did: &str,
        rows: &[MembershipRow],
        source: &str,
    ) -> Result<i64, StoreError> {
        let added = sqlx::query_scalar(
            "select badges.record_memberships($1, $2, $3, $4, $5::text[]::date[], $6::text[]::date[], $7)",
        )
        .bind(issuer_did)
        .bind(rows.iter().map(|row| row.recipient_id).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.population.as_str()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.legal_entity.as_str()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.valid_from.as_str()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.valid_until.as_deref()).collect::<Vec<_>>())
        .bind(source)
        .fetch_one(&self.pool)
        .await?;
        Ok(added)
    }

    /// Says how many there were, all of it or nothing.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn record_headcounts(
        &self,
        issuer_did: &str,
        rows: &[HeadcountRow],
        source: &str,
    ) -> Result<(), StoreError> {
        let query = "select badges.record_headcount($1, population, counted_on::date, people, $2, legal_entity, programme)
             from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[])
               as h (population, legal_entity, programme, counted_on, people)";
        sqlx::query(query)
            .bind(issuer_did)
            .bind(source)
            .bind(rows.iter().map(|row| row.population.as_str()).collect::<Vec<_>>())
            .bind(rows.iter().map(|row| row.legal_entity.as_str()).collect::<Vec<_>>())
            .bind(rows.iter().map(|row| row.programme.as_deref()).collect::<Vec<_>>())
            .bind(rows.iter().map(|row| row.counted_on.as_str()).collect::<Vec<_>>())
            .bind(rows.iter().map(|row| row.people).collect::<Vec<_>>())
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Says what became of assertions.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn record_assertion_events(&self, events: &[EventRow]) -> Result<(), StoreError> {
        let query = "select badges.record_assertion_events($1, $2, array(select to_timestamp(s) from unnest($3::float8[]) with ordinality t (s, n) order by n))";
        sqlx::query(query)
            .bind(events.iter().map(|row| row.assertion_id).collect::<Vec<_>>())
            .bind(events.iter().map(|row| row.event.as_str()).collect::<Vec<_>>())
            .bind(events.iter().map(|row| seconds(row.happened_at)).collect::<Vec<_>>())
            .fetch_one(&self.pool)
            .await?
            .try_get::<i64, _>(0)?;
        Ok(())
    }
}
