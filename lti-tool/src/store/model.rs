//! What badges stand for and how programmes are made, with counts of people and no person.

use serde_json::Value;
use sqlx::Row;
use uuid::Uuid;

use super::{Store, StoreError, achievement::read_wording};
use crate::language::wording::Wording;

/// A framework.
#[derive(Clone, Debug)]
pub struct FrameworkRow {
    /// Its address.
    pub uri: String,
    /// Its version, or empty.
    pub version: String,
    /// Its name.
    pub name: Wording,
    /// Its competencies that a badge stands for, and those above them.
    pub competencies: Vec<CompetencyLine>,
}

/// A competency.
#[derive(Clone, Debug)]
pub struct CompetencyLine {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: Wording,
    /// Its level within the framework.
    pub level: Option<i32>,
    /// Badges by name, each with its relation.
    pub badges: Vec<(Wording, String)>,
}

/// A programme.
#[derive(Clone, Debug)]
pub struct ProgrammeRow {
    /// Our id.
    pub programme_id: Uuid,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: Wording,
    /// For whom.
    pub audience: Vec<String>,
    /// Its stages, the first first.
    pub stages: Vec<StageRow>,
}

/// A stage.
#[derive(Clone, Debug)]
pub struct StageRow {
    /// Counted from one.
    pub stage: i32,
    /// What it is called, if it is.
    pub name: Option<Wording>,
    /// People with at least one badge of it.
    pub people: i64,
    /// Its badges by name, each with the people who hold it.
    pub badges: Vec<(Wording, i64)>,
}

impl Store {
    /// Every framework with the competencies that the issuer's badges stand for.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_frameworks(&self, issuer_did: &str) -> Result<Vec<FrameworkRow>, StoreError> {
        let rows = sqlx::query(
            "with aligned as (
               select l.competency_id, array_agg(lti.wording(a.uri, a.body ->> 'name') order by a.body ->> 'humanCode', a.uri) as badges,
                 array_agg(l.relation order by a.body ->> 'humanCode', a.uri) as relations
               from badges.alignment l
                 join badges.issuer i on i.issuer_id = l.issuer_id and i.did = $1
                 join badges.achievement a on a.series_id = l.series_id and a.version =
                   (select max(n.version) from badges.achievement n where n.series_id = l.series_id)
               where l.ended_at is null group by 1)
             select f.uri, f.version, f.name as framework, c.code, c.name, c.level::integer as level, coalesce(d.badges, '{}') as badges,
               coalesce(d.relations, '{}') as relations
             from badges.competency c
               join badges.framework f on f.framework_id = c.framework_id
               left join aligned d on d.competency_id = c.competency_id
             where d.competency_id is not null
               or exists (select from badges.competency b join aligned e on e.competency_id = b.competency_id where b.parent_id = c.competency_id)
             order by f.uri, f.version, c.code collate \"C\"",
        )
        .bind(issuer_did)
        .fetch_all(&self.pool)
        .await?;
        let mut frameworks: Vec<FrameworkRow> = Vec::new();
        for row in &rows {
            let (uri, version): (String, String) = (row.try_get("uri")?, row.try_get("version")?);
            let (badges, relations): (Vec<Value>, Vec<String>) =
                (row.try_get("badges")?, row.try_get("relations")?);
            let line = CompetencyLine {
                code: row.try_get("code")?,
                name: read_wording(row, "name")?,
                level: row.try_get("level")?,
                badges: badges.into_iter().map(Wording::from).zip(relations).collect(),
            };
            let last = frameworks.last_mut().filter(|last| last.uri == uri && last.version == version);
            if let Some(last) = last {
                last.competencies.push(line);
            } else {
                let name = read_wording(row, "framework")?;
                frameworks.push(FrameworkRow { uri, version, name, competencies: vec![line] });
            }
        }
        Ok(frameworks)
    }

    /// Every programme by stage, with people who hold what is not revoked.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_programme_stages(&self, issuer_did: &str) -> Result<Vec<ProgrammeRow>, StoreError> {
        let rows = sqlx::query(
            "with held as (select series_id, recipient_id from badges.list_states() where state <> 'revoked' group by 1, 2),
             place as (
               select p.programme_id, p.code, p.name, p.audience, m.stage, m.series_id, lti.wording(a.uri, a.body ->> 'name') as badge,
                 a.body ->> 'humanCode' as badge_code, (select count(*) from held h where h.series_id = m.series_id) as people
               from badges.programme p
                 join badges.issuer i on i.issuer_id = p.issuer_id and i.did = $1
                 join badges.programme_achievement m on m.programme_id = p.programme_id and m.ended_at is null
                 join badges.achievement a on a.series_id = m.series_id and a.version =
                   (select max(n.version) from badges.achievement n where n.series_id = m.series_id))
             select programme_id, code, name, audience, stage, array_agg(badge order by badge_code) as badges, array_agg(people order by badge_code) as holders,
               (select count(distinct h.recipient_id) from held h where h.series_id = any (array_agg(place.series_id))) as people,
               (select s.name from badges.programme_stage s where s.programme_id = place.programme_id and s.stage = place.stage) as stage_name
             from place group by programme_id, code, name, audience, stage order by code collate \"C\", stage",
        )
        .bind(issuer_did)
        .fetch_all(&self.pool)
        .await?;
        let mut programmes: Vec<ProgrammeRow> = Vec::new();
        for row in &rows {
            let code: String = row.try_get("code")?;
            let (badges, holders): (Vec<Value>, Vec<i64>) = (row.try_get("badges")?, row.try_get("holders")?);
            let stage = StageRow {
                stage: row.try_get("stage")?,
                name: Some(read_wording(row, "stage_name")?).filter(|name| !name.is_empty()),
                people: row.try_get("people")?,
                badges: badges.into_iter().map(Wording::from).zip(holders).collect(),
            };
            match programmes.last_mut().filter(|last| last.code == code) {
                Some(last) => last.stages.push(stage),
                None => programmes.push(ProgrammeRow {
                    programme_id: row.try_get("programme_id")?,
                    code,
                    name: read_wording(row, "name")?,
                    audience: row.try_get("audience")?,
                    stages: vec![stage],
                }),
            }
        }
        Ok(programmes)
    }
}
