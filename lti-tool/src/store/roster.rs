//! `lti.roster` and `lti.member`: the learners of a course, filled page by page by one reading at a time.

use openbadges::time::Timestamp;
use sqlx::{Row, postgres::PgRow};
use uuid::Uuid;

use super::{Store, StoreError, seconds};
use crate::lti::{group::Group, membership::Learner};

/// A reading that has not moved for this long has died.
const DEAD_AFTER_SECONDS: f64 = 60.0;
/// Lists that were not read again for this long are deleted.
const KEPT_SECONDS: f64 = 86_400.0;

/// How far the list of a course is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterRow {
    /// The number of the reading under way, or of the last.
    pub reading: i32,
    /// How many learners it has read.
    pub read_count: i32,
    /// Whether it has ended.
    pub has_ended: bool,
    /// Whether it ended before the last page.
    pub has_failed: bool,
    /// Whether the limit cut the list.
    pub is_cut: bool,
    /// When the list was last whole.
    pub whole_at: Option<Timestamp>,
    /// Where the platform tells what has changed since then.
    pub differences_url: Option<String>,
}

impl RosterRow {
    /// Whether a reading is under way.
    #[must_use]
    pub fn is_reading(&self) -> bool {
        !self.has_ended
    }
}

fn read_roster_row(row: &PgRow) -> Result<RosterRow, StoreError> {
    Ok(RosterRow {
        reading: row.try_get("reading")?,
        read_count: row.try_get("read_count")?,
        has_ended: row.try_get("has_ended")?,
        has_failed: row.try_get("has_failed")?,
        is_cut: row.try_get("is_cut")?,
        whole_at: row.try_get::<Option<i64>, _>("whole_at_seconds")?.map(Timestamp::from_unix_seconds),
        differences_url: row.try_get("differences_url")?,
    })
}

impl Store {
    /// How far the list of the course is; `None` if it was never read.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_roster(&self, course_id: Uuid) -> Result<Option<RosterRow>, StoreError> {
        let row = sqlx::query(
            "select *, ended_at is not null as has_ended, extract(epoch from whole_at)::bigint as whole_at_seconds
             from lti.roster where course_id = $1",
        )
        .bind(course_id)
        .fetch_optional(&self.pool)
        .await?;
        row.as_ref().map(read_roster_row).transpose()
    }

    /// Begins a reading; `None` if one is under way.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn begin_reading(
        &self,
        course_id: Uuid,
        now: Timestamp,
    ) -> Result<Option<RosterRow>, StoreError> {
        let row = sqlx::query(
            "insert into lti.roster as r (course_id, moved_at) values ($1, to_timestamp($2))
             on conflict (course_id) do update set reading = r.reading + 1, moved_at = excluded.moved_at, read_count = 0,
               ended_at = null, has_failed = false, is_cut = false
             where r.ended_at is not null or r.moved_at < to_timestamp($2 - $3)
             returning *, ended_at is not null as has_ended, extract(epoch from whole_at)::bigint as whole_at_seconds",
        )
        .bind(course_id)
        .bind(seconds(now))
        .bind(DEAD_AFTER_SECONDS)
        .fetch_optional(&self.pool)
        .await?;
        row.as_ref().map(read_roster_row).transpose()
    }

    /// Adds a page; `false` if the reading is not under way any more.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn insert_members(
        &self,
        course_id: Uuid,
        reading: i32,
        learners: &[Learner],
        gone: &[String],
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let column = |of: fn(&Learner) -> Option<&str>| learners.iter().map(of).collect::<Vec<_>>();
        let moved = sqlx::query(
            "with moved as (
               update lti.roster set moved_at = to_timestamp($3), read_count = read_count + $4
               where course_id = $1 and reading = $2 and ended_at is null returning read_count - $4 as before
             ), gone as (
               delete from lti.member using moved where course_id = $1 and user_id = any($8)
             ), added as (
               insert into lti.member as m (course_id, user_id, reading, place, name, email, groups)
               select $1, user_id, $2, before + place, name, email, string_to_array(groups, E'\n')
               from moved, unnest($5::text[], $6::text[], $7::text[], $9::text[])
                 with ordinality as page (user_id, name, email, groups, place)
               on conflict (course_id, user_id) do update set reading = excluded.reading, place = excluded.place, name = excluded.name,
                 email = excluded.email, groups = excluded.groups)
             select from moved",
        )
        .bind(course_id)
        .bind(reading)
        .bind(seconds(now))
        .bind(i32::try_from(learners.len()).unwrap_or(i32::MAX))
        .bind(column(|learner| Some(&learner.user_id)))
        .bind(column(|learner| learner.name.as_deref()))
        .bind(column(|learner| learner.email.as_deref()))
        .bind(gone)
        .bind(learners.iter().map(|learner| learner.groups.join("\n")).collect::<Vec<_>>())
        .fetch_optional(&self.pool)
        .await?;
        Ok(moved.is_some())
    }

    /// Ends a reading that reached the last page. A whole list drops those who are not on it any more; differences only add and remove.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn finish_reading(
        &self,
        course_id: Uuid,
        ended: &RosterRow,
        is_whole: bool,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "with ended as (
               update lti.roster set ended_at = to_timestamp($3), whole_at = to_timestamp($3), is_cut = $4, differences_url = $5
               where course_id = $1 and reading = $2 and ended_at is null returning course_id)
             delete from lti.member m using ended where m.course_id = ended.course_id and m.reading <> $2 and $6",
        )
        .bind(course_id)
        .bind(ended.reading)
        .bind(seconds(now))
        .bind(ended.is_cut)
        .bind(&ended.differences_url)
        .bind(is_whole)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Ends a reading that failed; what it read is a part, so that the next one reads the whole list.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn fail_reading(
        &self,
        course_id: Uuid,
        reading: i32,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "update lti.roster set ended_at = to_timestamp($3), has_failed = true, whole_at = null, differences_url = null
             where course_id = $1 and reading = $2 and ended_at is null",
        )
        .bind(course_id)
        .bind(reading)
        .bind(seconds(now))
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// The learners of the course, in the platform's order.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_members(&self, course_id: Uuid) -> Result<Vec<Learner>, StoreError> {
        let rows = sqlx::query(
            "select user_id, name, email, groups from lti.member where course_id = $1 order by place, user_id",
        )
        .bind(course_id)
        .fetch_all(&self.pool)
        .await?;
        let read = |row: &PgRow| -> Result<Learner, StoreError> {
            Ok(Learner {
                user_id: row.try_get("user_id")?,
                name: row.try_get("name")?,
                email: row.try_get("email")?,
                groups: row.try_get("groups")?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// Puts the groups of the course in the place of those that were known.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn replace_groups(&self, course_id: Uuid, groups: &[Group]) -> Result<(), StoreError> {
        let column = |of: fn(&Group) -> &str| groups.iter().map(of).collect::<Vec<_>>();
        sqlx::query(
            "with gone as (delete from lti.course_group where course_id = $1 and group_id <> all($2))
             insert into lti.course_group (course_id, group_id, name, place)
             select distinct on (group_id) $1, group_id, name, place
             from unnest($2::text[], $3::text[]) with ordinality as listed (group_id, name, place)
             on conflict (course_id, group_id) do update set name = excluded.name, place = excluded.place",
        )
        .bind(course_id)
        .bind(column(|group| &group.group_id))
        .bind(column(|group| &group.name))
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// The groups of the course, in the platform's order.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_groups(&self, course_id: Uuid) -> Result<Vec<Group>, StoreError> {
        let rows = sqlx::query(
            "select group_id, name from lti.course_group where course_id = $1 order by place, group_id",
        )
        .bind(course_id)
        .fetch_all(&self.pool)
        .await?;
        let read = |row: &PgRow| -> Result<Group, StoreError> {
            Ok(Group { group_id: row.try_get("group_id")?, name: row.try_get("name")? })
        };
        rows.iter().map(read).collect()
    }

    /// Deletes lists that nobody needs any more.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn delete_old_rosters(&self, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query("delete from lti.roster where moved_at < to_timestamp($1 - $2)")
            .bind(seconds(now))
            .bind(KEPT_SECONDS)
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}
