//! Programmes as people walk them, and how far all are: `badges.walk_programme`, `badges.list_programme_progress`.

use openbadges::time::Timestamp;
use serde::Deserialize;
use sqlx::{Row, postgres::PgRow};
use uuid::Uuid;

use super::{Store, StoreError, achievement::read_wording};
use crate::language::wording::Wording;

/// More programmes are not listed.
const MOST_PROGRAMMES: i64 = 100;

/// A person at a platform.
#[derive(Clone, Copy, Debug)]
pub struct PersonKey<'a> {
    /// Whose badges.
    pub issuer_did: &'a str,
    /// The platform's name in `badges.recipient`.
    pub platform: &'a str,
    /// The registration of the platform.
    pub registration_id: Uuid,
    /// The tenant within it.
    pub deployment_id: &'a str,
    /// The person's id there.
    pub user_id: &'a str,
}

/// A programme with how far one person is.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct WalkedRow {
    /// Our id.
    pub programme_id: Uuid,
    /// Its name.
    pub name: Wording,
    /// For whom it is.
    pub audience: Vec<String>,
    /// How many steps it has.
    pub steps: i64,
    /// How many of them the person has earned.
    pub earned: i64,
    /// The name of the next one; `None` at the end.
    pub next: Option<Wording>,
    /// Whether the person takes part: they have a badge of it, are enrolled, or are in a course of it.
    pub is_own: bool,
}

/// A step of a programme.
#[derive(Clone, Debug, PartialEq)]
pub struct StepRow {
    /// Its stage, from one.
    pub stage: i32,
    /// The stage's name, if it has one.
    pub stage_name: Option<Wording>,
    /// The achievement's address.
    pub uri: String,
    /// Its name.
    pub name: Wording,
    /// `start`, `understand`, `apply` or `continue`.
    pub purpose: Option<String>,
    /// Whether it gathers others.
    pub is_milestone: bool,
    /// When the person earned it.
    pub earned_at: Option<Timestamp>,
    /// Whether it has lapsed since.
    pub is_lapsed: bool,
    /// Whether it comes next.
    pub is_next: bool,
    /// What it leads to: address and name.
    pub leads_to: Option<(String, Wording)>,
}

/// What a programme says of itself.
#[derive(Clone, Debug, PartialEq)]
pub struct ProgrammeDetails {
    /// Our id.
    pub programme_id: Uuid,
    /// Who runs it.
    pub issuer_id: Uuid,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: Wording,
    /// What it is.
    pub summary: Wording,
    /// For whom.
    pub audience: Vec<String>,
    /// The first day, if it has one.
    pub starts_on: Option<String>,
    /// The last day, if it has one.
    pub ends_on: Option<String>,
    /// Whether people are told where they stand.
    pub has_standing: bool,
}

/// People at a stage.
#[derive(Clone, Debug, PartialEq)]
pub struct ProgressRow {
    /// The stage, from one.
    pub stage: i32,
    /// Its name, if it has one.
    pub stage_name: Option<Wording>,
    /// Of this population; `None` for all.
    pub population: Option<String>,
    /// With at least one badge of the stage.
    pub began: i64,
    /// With all of them.
    pub finished: i64,
    /// For whom it is the furthest stage.
    pub furthest: i64,
}

/// What owners say of a programme.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProgrammeChange {
    /// The first day, `2026-04-01`.
    pub starts_on: Option<String>,
    /// The last day.
    pub ends_on: Option<String>,
    /// Whether people are told where they stand.
    pub has_standing: bool,
}

fn read_walked(row: &PgRow) -> Result<WalkedRow, StoreError> {
    Ok(WalkedRow {
        programme_id: row.try_get("programme_id")?,
        name: read_wording(row, "name")?,
        audience: row.try_get("audience")?,
        steps: row.try_get("steps")?,
        earned: row.try_get("earned")?,
        next: Some(read_wording(row, "next")?).filter(|next| !next.is_empty()),
        is_own: row.try_get("is_own")?,
    })
}

fn read_stage_name(row: &PgRow) -> Result<Option<Wording>, StoreError> {
    Ok(Some(read_wording(row, "stage_name")?).filter(|name| !name.is_empty()))
}

fn read_step(row: &PgRow) -> Result<StepRow, StoreError> {
    let leads_to: Option<String> = row.try_get("leads_to_uri")?;
    Ok(StepRow {
        stage: row.try_get("stage")?,
        stage_name: read_stage_name(row)?,
        uri: row.try_get("achievement_uri")?,
        name: read_wording(row, "name")?,
        purpose: row.try_get("purpose")?,
        is_milestone: row.try_get("is_milestone")?,
        earned_at: row.try_get::<Option<i64>, _>("earned_at")?.map(Timestamp::from_unix_seconds),
        is_lapsed: row.try_get("is_lapsed")?,
        is_next: row.try_get("is_next")?,
        leads_to: leads_to
            .map(|uri| Ok::<_, StoreError>((uri, read_wording(row, "leads_to_name")?)))
            .transpose()?,
    })
}

impl Store {
    /// Every identity of a person that the issuer knows: this one, the one under LTI 1.1, and those linked with consent.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_identities(&self, person: &PersonKey<'_>) -> Result<Vec<Uuid>, StoreError> {
        let ids = sqlx::query_scalar(
            "select distinct i.recipient_id from badges.recipient r join badges.issuer using (issuer_id)
               cross join lateral badges.list_identities(r.recipient_id) i (recipient_id)
             where did = $1 and platform = $2 and (user_id = $5 or user_id in (
               select former_user_id from lti.former_user where (registration_id, deployment_id, user_id) = ($3, $4, $5)))",
        )
        .bind(person.issuer_did)
        .bind(person.platform)
        .bind(person.registration_id)
        .bind(person.deployment_id)
        .bind(person.user_id)
        .fetch_all(&self.pool)
        .await?;
        Ok(ids)
    }

    /// The programmes of an issuer with how far the person is; first those that they take part in. `uri` is the badge of the course
    /// that they are in.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_walked(
        &self,
        issuer_did: &str,
        identities: &[Uuid],
        uri: Option<&str>,
    ) -> Result<Vec<WalkedRow>, StoreError> {
        let rows = sqlx::query(
            "select * from (
               select p.programme_id, p.code, p.name, p.audience, count(*) as steps, count(*) filter (where w.is_earned) as earned,
                 lti.wording(max(w.achievement_uri) filter (where w.is_next), max(w.name) filter (where w.is_next)) as next,
                 bool_or(w.is_earned or w.achievement_uri = $3) is true or exists (select from badges.enrolment e
                   where e.programme_id = p.programme_id and e.recipient_id = any($2) and e.withdrawn_at is null) as is_own
               from badges.programme p join badges.issuer i on i.issuer_id = p.issuer_id and i.did = $1
                 cross join lateral badges.walk_programme(p.programme_id, $2) w
               group by p.programme_id) walked
             order by is_own desc, code collate \"C\" limit $4",
        )
        .bind(issuer_did)
        .bind(identities)
        .bind(uri)
        .bind(MOST_PROGRAMMES)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(read_walked).collect()
    }

    /// What a programme says of itself.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_programme_details(
        &self,
        programme_id: Uuid,
    ) -> Result<Option<ProgrammeDetails>, StoreError> {
        let row = sqlx::query(
            "select issuer_id, code, name, summary, audience, starts_on::text, ends_on::text, has_standing from badges.programme
             where programme_id = $1",
        )
        .bind(programme_id)
        .fetch_optional(&self.pool)
        .await?;
        row.map(|row| {
            Ok(ProgrammeDetails {
                programme_id,
                issuer_id: row.try_get("issuer_id")?,
                code: row.try_get("code")?,
                name: read_wording(&row, "name")?,
                summary: read_wording(&row, "summary")?,
                audience: row.try_get("audience")?,
                starts_on: row.try_get("starts_on")?,
                ends_on: row.try_get("ends_on")?,
                has_standing: row.try_get("has_standing")?,
            })
        })
        .transpose()
    }

    /// The steps of a programme as the person with these identities walks them.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_steps(
        &self,
        programme_id: Uuid,
        identities: &[Uuid],
    ) -> Result<Vec<StepRow>, StoreError> {
        let rows = sqlx::query(
            "select stage, stage_name, achievement_uri, lti.wording(achievement_uri, name) as name, purpose, is_milestone,
               extract(epoch from earned_at)::bigint as earned_at, is_lapsed, is_next, leads_to_uri,
               lti.wording(leads_to_uri, leads_to_name) as leads_to_name
             from badges.walk_programme($1, $2) order by place",
        )
        .bind(programme_id)
        .bind(identities)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(read_step).collect()
    }

    /// How many are ahead of the person, and how many there are; `None` if the programme does not ask for it, or there are few.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_standing(
        &self,
        programme_id: Uuid,
        identities: &[Uuid],
    ) -> Result<Option<(i64, i64)>, StoreError> {
        let row = sqlx::query("select ahead, people from badges.programme_standing($1, $2)")
            .bind(programme_id)
            .bind(identities)
            .fetch_optional(&self.pool)
            .await?;
        row.map(|row| Ok((row.try_get("ahead")?, row.try_get("people")?))).transpose()
    }

    /// How far people are in a programme, stage by stage.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_progress(&self, programme_id: Uuid) -> Result<Vec<ProgressRow>, StoreError> {
        let rows = sqlx::query(
            "select stage, stage_name, population, began, finished, furthest from badges.list_programme_progress($1)",
        )
        .bind(programme_id)
        .fetch_all(&self.pool)
        .await?;
        let read = |row: &PgRow| {
            Ok(ProgressRow {
                stage: row.try_get("stage")?,
                stage_name: read_stage_name(row)?,
                population: row.try_get("population")?,
                began: row.try_get("began")?,
                finished: row.try_get("finished")?,
                furthest: row.try_get("furthest")?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// Changes the period of a programme and whether people are told where they stand; the audit trail says who did.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn update_programme(
        &self,
        programme_id: Uuid,
        change: &ProgrammeChange,
        actor: &str,
    ) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        sqlx::query(
            "select badges.define_programme(did, code, name, audience, $2::date, $3::date), badges.describe_programme(programme_id, summary, $4)
             from badges.programme join badges.issuer using (issuer_id) where programme_id = $1",
        )
        .bind(programme_id)
        .bind(change.starts_on.as_deref())
        .bind(change.ends_on.as_deref())
        .bind(change.has_standing)
        .execute(&mut *transaction)
        .await?;
        sqlx::query(
            "insert into lti.admin_event (actor, action, subject, details)
             select $2, 'programme-changed', code, jsonb_build_object('programme', code) from badges.programme where programme_id = $1",
        )
        .bind(programme_id)
        .bind(actor)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }
}
