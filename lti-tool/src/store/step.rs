//! Badges of courses as steps of programmes: `badges.place_in_programme` and what is said of the badge, `badges.define_achievement_fact`.

use sqlx::{Row, postgres::PgRow};
use uuid::Uuid;

use super::{
    Store, StoreError,
    achievement::{Definition, define, read_wording},
};
use crate::language::wording::Wording;

/// More courses are not found at once.
pub const MOST_COURSES: usize = 50;

/// A course whose badge can be a step.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundCourse {
    /// Our id.
    pub course_id: Uuid,
    /// The course's title.
    pub title: String,
    /// The badge's name.
    pub name: Wording,
    /// The platform's name.
    pub platform: String,
}

/// A programme, by the name that commands and lists call it.
#[derive(Clone, Debug, PartialEq)]
pub struct CodedProgramme {
    /// Our id.
    pub programme_id: Uuid,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: Wording,
}

/// A course's badge within a programme.
#[derive(Clone, Debug, PartialEq)]
pub struct CourseStepRow {
    /// The course.
    pub course_id: Uuid,
    /// Its title; `None` if it went with its platform.
    pub title: Option<String>,
    /// The badge's name.
    pub name: Wording,
    /// Its stage, from one.
    pub stage: i32,
    /// The stage's name, if it has one.
    pub stage_name: Option<Wording>,
    /// Which step of the path it is, from one.
    pub place: i64,
    /// `start`, `understand`, `apply` or `continue`.
    pub purpose: Option<String>,
    /// `participation`, `knowledge`, `skill` or `milestone`.
    pub kind: Option<String>,
    /// Its level.
    pub level: Option<i32>,
    /// What it was designed to take, `12` or `1.5`.
    pub hours: Option<String>,
}

/// What is said of a course's badge when it becomes a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CourseStep {
    /// Its stage, from one.
    pub stage: i32,
    /// Which step of the path it becomes, from one; the last of its stage if it has none, the last of all if it has one beyond the end.
    pub place: Option<i32>,
    /// What it is for.
    pub purpose: Option<&'static str>,
    /// What kind of achievement it is.
    pub kind: &'static str,
    /// Its level, from one.
    pub level: Option<i32>,
    /// What it was designed to take, as a decimal number.
    pub hours: String,
}

fn read_course_step(row: &PgRow) -> Result<CourseStepRow, StoreError> {
    Ok(CourseStepRow {
        course_id: row.try_get("course_id")?,
        title: row.try_get("title")?,
        name: read_wording(row, "name")?,
        stage: row.try_get("stage")?,
        stage_name: Some(read_wording(row, "stage_name")?).filter(|name| !name.is_empty()),
        place: row.try_get("place")?,
        purpose: row.try_get("purpose")?,
        kind: row.try_get("kind")?,
        level: row.try_get("level")?,
        hours: row.try_get("hours")?,
    })
}

impl Store {
    /// The courses whose title, badge, platform or id has `text` in it, by title: [`MOST_COURSES`], and one more if there are more.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_courses(&self, text: &str) -> Result<Vec<FoundCourse>, StoreError> {
        let rows = sqlx::query(
            "select c.course_id, c.title, c.name_en, c.name_ja, r.name as platform from lti.course c join lti.registration r using (registration_id)
             where strpos(lower(concat_ws(' ', c.title, c.name_en, c.name_ja, r.name, c.course_id)), lower($1)) > 0
             order by c.title, c.course_id limit $2",
        )
        .bind(text)
        .bind(i64::try_from(MOST_COURSES + 1).unwrap_or(i64::MAX))
        .fetch_all(&self.pool)
        .await?;
        let read = |row: &PgRow| {
            let (english, japanese): (String, String) = (row.try_get("name_en")?, row.try_get("name_ja")?);
            Ok(FoundCourse {
                course_id: row.try_get("course_id")?,
                title: row.try_get("title")?,
                name: Wording::both(&english, &japanese),
                platform: row.try_get("platform")?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// The programmes of an issuer, by code.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_coded_programmes(&self, issuer_did: &str) -> Result<Vec<CodedProgramme>, StoreError> {
        let rows = sqlx::query(
            "select programme_id, code, name from badges.programme join badges.issuer using (issuer_id) where did = $1
             order by code collate \"C\"",
        )
        .bind(issuer_did)
        .fetch_all(&self.pool)
        .await?;
        let read = |row: &PgRow| {
            Ok(CodedProgramme {
                programme_id: row.try_get("programme_id")?,
                code: row.try_get("code")?,
                name: read_wording(row, "name")?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// The steps of a programme that are badges of courses, in the order of the path. `achievements` is what the addresses of our
    /// achievements begin with.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_course_steps(
        &self,
        programme_id: Uuid,
        achievements: &str,
    ) -> Result<Vec<CourseStepRow>, StoreError> {
        let rows = sqlx::query(
            "with step as (
               select m.series_id, m.stage, m.purpose, row_number() over (order by m.place nulls last, m.stage, a.uri collate \"C\") as place, a.uri,
                 case when starts_with(a.uri, $2) then substr(a.uri, length($2) + 1) end as name
               from badges.programme_achievement m join badges.achievement a on a.achievement_id = m.series_id
               where m.programme_id = $1 and m.ended_at is null)
             select s.name::uuid as course_id, c.title, s.stage, n.name as stage_name, s.place, s.purpose, f.kind, f.level,
               trim_scale(f.nominal_hours)::text as hours, lti.wording(s.uri, latest.name) as name
             from step s
               cross join lateral (select coalesce(a.body ->> 'name', a.uri) as name from badges.achievement a where a.series_id = s.series_id
                 order by a.version desc limit 1) latest
               left join lti.course c on c.course_id::text = s.name
               left join badges.programme_stage n on n.programme_id = $1 and n.stage = s.stage
               left join lateral (select f.kind, f.level, f.nominal_hours from badges.achievement_fact f where f.series_id = s.series_id
                 order by f.recorded_at desc limit 1) f on true
             where s.name ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
             order by s.place",
        )
        .bind(programme_id)
        .bind(achievements)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(read_course_step).collect()
    }

    /// Makes a badge a step of a programme, or changes what is said of it there; steps that stand where it goes, and those after them, move
    /// on by one. The audit trail says who did.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn place_course_step(
        &self,
        programme_id: Uuid,
        issuer_did: &str,
        definition: &Definition,
        step: &CourseStep,
        actor: &str,
    ) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        // Two who add at once would both number the steps that they have seen.
        sqlx::query("select pg_advisory_xact_lock(hashtextextended('lti.programme ' || $1::text, 0))")
            .bind(programme_id)
            .execute(&mut *transaction)
            .await?;
        let achievement_id = define(&mut *transaction, issuer_did, definition).await?;
        sqlx::query("select badges.define_achievement_fact($1, $2, $3, $4::text::numeric)")
            .bind(achievement_id)
            .bind(step.kind)
            .bind(step.level)
            .bind(&step.hours)
            .execute(&mut *transaction)
            .await?;
        sqlx::query(
            "with target as (select series_id from badges.achievement where achievement_id = $2),
             own as (
               select m.leads_to from badges.programme_achievement m join target using (series_id) where m.programme_id = $1 and m.ended_at is null),
             other as (
               select m.series_id, m.stage, m.purpose, m.leads_to, row_number() over (order by m.place nulls last, m.stage, a.uri collate \"C\") as number
               from badges.programme_achievement m join badges.achievement a on a.achievement_id = m.series_id
               where m.programme_id = $1 and m.ended_at is null and m.series_id <> (select series_id from target)),
             -- Without a place of its own, a step comes behind the others of its stage, or of the stages before.
             wanted as (
               select case when $4::bigint is null then coalesce(max(o.number) filter (where o.stage <= $3), 0) + 1 else least($4, count(*) + 1) end as place
               from other o),
             numbered as (
               select o.series_id, o.stage, o.purpose, o.leads_to, o.number + case when o.number >= w.place then 1 else 0 end as place
               from other o, wanted w
               union all
               select t.series_id, $3, $5, (select leads_to from own), w.place from target t, wanted w)
             select badges.place_in_programme($1, series_id, stage, place::integer, purpose, leads_to) from numbered order by place",
        )
        .bind(programme_id)
        .bind(achievement_id)
        .bind(step.stage)
        .bind(step.place.map(i64::from))
        .bind(step.purpose)
        .execute(&mut *transaction)
        .await?;
        sqlx::query(
            "insert into lti.admin_event (actor, action, subject)
             select $2, 'programme-badge-added', code || ', ' || $3 from badges.programme where programme_id = $1",
        )
        .bind(programme_id)
        .bind(actor)
        .bind(definition.body.get("id").and_then(serde_json::Value::as_str).unwrap_or_default())
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Takes the badge with that address away from a programme; `false` if it is no step of it. The audit trail says who did.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn remove_course_step(
        &self,
        programme_id: Uuid,
        uri: &str,
        actor: &str,
    ) -> Result<bool, StoreError> {
        let removed = sqlx::query(
            "with step as (
               select m.series_id, p.code from badges.programme_achievement m join badges.achievement a on a.achievement_id = m.series_id
                 join badges.programme p on p.programme_id = m.programme_id
               where m.programme_id = $1 and m.ended_at is null and a.uri = $2
             ), event as (
               insert into lti.admin_event (actor, action, subject) select $3, 'programme-badge-removed', code || ', ' || $2 from step)
             select badges.remove_from_programme($1, series_id) from step",
        )
        .bind(programme_id)
        .bind(uri)
        .bind(actor)
        .fetch_optional(&self.pool)
        .await?;
        Ok(removed.is_some())
    }
}
