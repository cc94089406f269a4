//! What is kept about one person of a platform, and its erasure.

use sqlx::Row;
use uuid::Uuid;

use super::{Store, StoreError};

/// What is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PersonRow {
    /// Badges, revoked ones included.
    pub badges: i64,
    /// Whether a name or an address is kept.
    pub is_named: bool,
}

impl Store {
    /// What is kept about a person; `platform` is its name in `badges.recipient`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_person(
        &self,
        registration_id: Uuid,
        platform: &str,
        user_id: &str,
    ) -> Result<PersonRow, StoreError> {
        let row = sqlx::query(
            "select (select count(*) from lti.award join lti.course using (course_id) where registration_id = $1 and user_id = $3) as badges,
                    exists (select from badges.recipient where platform = $2 and user_id = $3
                              and (display_name is not null or email is not null))
                    or exists (select from lti.member join lti.course using (course_id) where registration_id = $1 and user_id = $3)
                      as is_named",
        )
        .bind(registration_id)
        .bind(platform)
        .bind(user_id)
        .fetch_one(&self.pool)
        .await?;
        Ok(PersonRow { badges: row.try_get("badges")?, is_named: row.try_get("is_named")? })
    }

    /// Erases name and address of a person everywhere, numbers of certificates and where their evidence is, and what was queued for them;
    /// the badges stay.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn erase_person(
        &self,
        registration_id: Uuid,
        platform: &str,
        user_id: &str,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "with members as (
               delete from lti.member using lti.course c where c.course_id = member.course_id and c.registration_id = $1 and user_id = $3
             ), sessions as (
               update lti.session set user_name = null where registration_id = $1 and user_id = $3
             ), queued as (
               delete from lti.award_job using lti.course c where c.course_id = award_job.course_id and c.registration_id = $1 and user_id = $3
             ), numbers as (
               delete from lti.canvas_user where registration_id = $1 and user_id = $3
             ), strangers as (
               delete from lti.canvas_stranger using lti.course c where c.course_id = canvas_stranger.course_id and c.registration_id = $1 and user_id = $3
             ), certificates as (
               update lti.observation o set fact = (o.fact - 'evidence') || '{\"number\": \"erased\"}' from lti.course c
               where c.course_id = o.course_id and c.registration_id = $1 and o.user_id = $3 and o.fact ->> 'fact' = 'examination')
             select badges.erase_recipient(recipient_id) from badges.recipient where platform = $2 and user_id = $3",
        )
        .bind(registration_id)
        .bind(platform)
        .bind(user_id)
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}
