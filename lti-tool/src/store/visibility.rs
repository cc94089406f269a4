//! `badges.holder_visibility`: who may see who holds badges from a level on, and what that lets them see; the levels of the model.

use openbadges::time::Timestamp;
use serde_json::{Value, json};
use sqlx::{Row, postgres::PgRow};
use uuid::Uuid;

use super::{Store, StoreError, achievement::read_wording};
use crate::language::wording::Wording;

/// A rule that lets somebody see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisibilityRow {
    /// Its key.
    pub rule_id: Uuid,
    /// Badges of this level and higher ones.
    pub from_level: i32,
    /// A role of ours or of the database.
    pub viewer: String,
    /// Holders of this population only.
    pub population: Option<String>,
}

/// Which holders are looked at.
#[derive(Clone, Copy, Debug)]
pub struct HolderView<'a> {
    /// Part of a name, an id or a badge's name; empty for all.
    pub search: &'a str,
    /// Badges of this level only.
    pub level: Option<i32>,
    /// People of this population only; empty for all.
    pub population: &'a str,
    /// Counted from one; beyond the last it is the last.
    pub page: usize,
    /// How many on a page.
    pub size: usize,
}

/// Somebody who holds a badge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HolderRow {
    /// Their name, or their id where no name is kept.
    pub name: String,
    /// Where they belong.
    pub population: Option<String>,
    /// The badge.
    pub achievement: Wording,
    /// Its level.
    pub level: i32,
    /// Since when.
    pub held_since: Timestamp,
}

/// A level of the model.
#[derive(Clone, Debug, PartialEq)]
pub struct LevelRow {
    /// From one.
    pub level: i32,
    /// What programmes call it, if they do.
    pub name: Option<Wording>,
    /// How many badges are of this level.
    pub badges: i64,
    /// National examinations of this level: name, how many badges prepare for it, how many recognise a pass.
    pub examinations: Vec<(Wording, i64, i64)>,
}

fn read_holder(row: &PgRow) -> Result<HolderRow, StoreError> {
    Ok(HolderRow {
        name: row.try_get("name")?,
        population: row.try_get("population")?,
        achievement: read_wording(row, "achievement")?,
        level: row.try_get("level")?,
        held_since: Timestamp::from_unix_seconds(row.try_get("held_since")?),
    })
}

impl Store {
    /// The rules that hold, by level and viewer.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_visibility(&self, issuer_did: &str) -> Result<Vec<VisibilityRow>, StoreError> {
        let rows = sqlx::query(
            "select holder_visibility_id, from_level, viewer, population from badges.holder_visibility join badges.issuer using (issuer_id)
             where did = $1 and ended_at is null order by from_level, viewer collate \"C\", population collate \"C\" nulls first",
        )
        .bind(issuer_did)
        .fetch_all(&self.pool)
        .await?;
        let read = |row: &PgRow| {
            Ok(VisibilityRow {
                rule_id: row.try_get("holder_visibility_id")?,
                from_level: row.try_get("from_level")?,
                viewer: row.try_get("viewer")?,
                population: row.try_get("population")?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// Lets somebody see; the audit trail says who did.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn insert_visibility(
        &self,
        issuer_did: &str,
        from_level: i32,
        viewer: &str,
        population: Option<&str>,
        actor: &str,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "with said as materialized (select badges.show_holders($1, $2, $3, $5, $4))
             insert into lti.admin_event (actor, action, subject, details)
             select $5, 'visibility-given', concat_ws(', ', $3, $2::text || '+', $4),
               jsonb_strip_nulls(jsonb_build_object('viewer', $3::text, 'level', $2::int, 'population', $4::text)) from said",
        )
        .bind(issuer_did)
        .bind(from_level)
        .bind(viewer)
        .bind(population)
        .bind(actor)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Takes a rule back; the audit trail says who did. `false` if there is none of this issuer.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_visibility(
        &self,
        issuer_did: &str,
        rule_id: Uuid,
        actor: &str,
    ) -> Result<bool, StoreError> {
        let ended = sqlx::query(
            "with rule as materialized (
               select v.* from badges.holder_visibility v join badges.issuer using (issuer_id)
               where did = $1 and holder_visibility_id = $2 and ended_at is null),
             hidden as materialized (select badges.hide_holders(holder_visibility_id, $3) from rule)
             insert into lti.admin_event (actor, action, subject, details)
             select $3, 'visibility-ended', concat_ws(', ', viewer, from_level || '+', population),
               jsonb_strip_nulls(jsonb_build_object('viewer', viewer, 'level', from_level, 'population', population)) from rule, hidden",
        )
        .bind(issuer_did)
        .bind(rule_id)
        .bind(actor)
        .execute(&self.pool)
        .await?;
        Ok(ended.rows_affected() == 1)
    }

    /// Who holds what, as far as the rules let `viewer` see it, a page at a time, and how many there are; that they looked is kept.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_visible_holders(
        &self,
        issuer_did: &str,
        viewer: &str,
        actor: &str,
        view: &HolderView<'_>,
    ) -> Result<(Vec<HolderRow>, usize), StoreError> {
        let number = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let rows = sqlx::query(
            "select coalesce(display_name, user_id, '') as name, population, lti.wording(achievement_uri, achievement_name) as achievement, level,
               extract(epoch from held_since)::bigint as held_since, total
             from badges.list_visible_holders($1, $2, $3, $4, nullif($5, ''), $6, $7) with ordinality order by ordinality",
        )
        .bind(issuer_did)
        .bind(viewer)
        .bind(view.search)
        .bind(view.level)
        .bind(view.population)
        .bind(number(view.size))
        .bind(number(view.page))
        .fetch_all(&self.pool)
        .await?;
        let total: i64 = rows.first().map_or(Ok(0), |row| row.try_get("total"))?;
        let subject = format!("{} of {total} rows", rows.len());
        let details = json!({ "shown": rows.len(), "total": total });
        self.insert_report_event(actor, "holders-seen", &subject, &details).await?;
        let holders = rows.iter().map(read_holder).collect::<Result<_, _>>()?;
        Ok((holders, usize::try_from(total).unwrap_or_default()))
    }

    /// The levels of the issuer's badges, each with the national examinations of that level.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_levels(&self, issuer_did: &str) -> Result<Vec<LevelRow>, StoreError> {
        let rows = sqlx::query(
            "with own as (select issuer_id from badges.issuer where did = $1),
             fact as (
               select distinct on (f.series_id) f.series_id, f.level from badges.achievement_fact f join own using (issuer_id)
               order by f.series_id, f.recorded_at desc),
             examination as (
               select c.level::int as level, c.code, c.name, count(*) filter (where l.relation = 'prepares') as prepare,
                 count(*) filter (where l.relation = 'recognises_pass') as recognise
               from badges.alignment l join own using (issuer_id) join badges.competency c using (competency_id)
               where l.ended_at is null and c.level is not null and l.relation in ('prepares', 'recognises_pass')
               group by c.competency_id)
             select f.level, count(*) as badges,
               (select s.name from badges.programme_stage s join badges.programme p using (programme_id) join own using (issuer_id)
                where s.stage = f.level order by p.code collate \"C\" limit 1) as name,
               array(select e.name from examination e where e.level = f.level order by e.code collate \"C\") as names,
               array(select e.prepare from examination e where e.level = f.level order by e.code collate \"C\") as prepare,
               array(select e.recognise from examination e where e.level = f.level order by e.code collate \"C\") as recognise
             from fact f where f.level is not null group by f.level order by f.level",
        )
        .bind(issuer_did)
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| {
                let names: Vec<Value> = row.try_get("names")?;
                let (prepare, recognise): (Vec<i64>, Vec<i64>) =
                    (row.try_get("prepare")?, row.try_get("recognise")?);
                let counts = prepare.into_iter().zip(recognise);
                Ok(LevelRow {
                    level: row.try_get("level")?,
                    name: Some(read_wording(row, "name")?).filter(|name| !name.is_empty()),
                    badges: row.try_get("badges")?,
                    examinations: names
                        .into_iter()
                        .zip(counts)
                        .map(|(name, (prepare, recognise))| (Wording::from(name), prepare, recognise))
                        .collect(),
                })
            })
            .collect()
    }

    /// Words for populations: the three that everybody knows, and those that lists brought.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_populations(&self, issuer_did: &str) -> Result<Vec<String>, StoreError> {
        let words = sqlx::query_scalar(
            "select word from (
               select distinct m.population, 1 from badges.membership m join badges.issuer using (issuer_id) where did = $1 and m.origin = 'list'
               union select unnest(array['employee', 'dispatched', 'external']), 0) known (word, is_own)
             group by word order by min(is_own), word collate \"C\" limit 50",
        )
        .bind(issuer_did)
        .fetch_all(&self.pool)
        .await?;
        Ok(words)
    }
}
