//! `lti.canvas_stream`, `lti.canvas_event` and `lti.canvas_event_fact`: who may tell what of a Canvas, and what was told.

use std::collections::HashMap;

use openbadges::{completion::Fact, time::Timestamp};
use serde_json::Value;
use sqlx::Row;
use url::Url;
use uuid::Uuid;

use super::{Store, StoreError, completion::fact_key, login::Hash, seconds};

/// Whose events are believed for a registration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CanvasStreamRow {
    /// The root account's `uuid`.
    pub root_account: String,
    /// Where the keys are.
    pub jwks_url: Url,
}

/// An event that is believed.
#[derive(Clone, Copy, Debug)]
pub struct NewEvent<'a> {
    /// For whom it was posted.
    pub registration_id: Uuid,
    /// What tells it from others.
    pub digest: &'a Hash,
    /// Until when the same one would be believed.
    pub expires_at: Timestamp,
    /// When it happened, RFC 3339 with its fraction: two events of one second have an order.
    pub happened_at: &'a str,
    /// Canvas's number of the course.
    pub course: i64,
    /// Canvas's number of the person.
    pub person: i64,
    /// What it is about.
    pub fact: &'a Fact,
    /// Whether that is so now.
    pub holds: bool,
    /// The present.
    pub now: Timestamp,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeptEvent {
    /// The same one was here before.
    Known,
    /// It is new, and changed what is known in these courses.
    Fresh(Vec<Uuid>),
}

/// Canvas's numbers of course and person in a launch, as far as it says them.
#[derive(Clone, Copy, Debug)]
pub struct LaunchedNumbers<'a> {
    /// The registration.
    pub registration_id: Uuid,
    /// The tenant.
    pub deployment_id: &'a str,
    /// The course, and Canvas's number of it.
    pub course: Option<(&'a str, i64)>,
    /// The person, and Canvas's number of them.
    pub person: Option<(&'a str, i64)>,
}

impl Store {
    /// Whose events are believed for an active registration; `None` if they are switched off.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_canvas_stream(
        &self,
        registration_id: Uuid,
    ) -> Result<Option<CanvasStreamRow>, StoreError> {
        let row = sqlx::query(
            "select s.root_account, s.jwks_url from lti.canvas_stream s join lti.registration using (registration_id)
             where registration_id = $1 and status = 'active'",
        )
        .bind(registration_id)
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let jwks_url: String = row.try_get("jwks_url")?;
        let jwks_url = jwks_url
            .parse()
            .map_err(|_error: url::ParseError| StoreError::Damaged("lti.canvas_stream.jwks_url"))?;
        Ok(Some(CanvasStreamRow { root_account: row.try_get("root_account")?, jwks_url }))
    }

    /// Switches events on for a registration, or changes whose.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn update_canvas_stream(
        &self,
        registration_id: Uuid,
        stream: &CanvasStreamRow,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "insert into lti.canvas_stream (registration_id, root_account, jwks_url) values ($1, $2, $3)
             on conflict (registration_id) do update set root_account = excluded.root_account, jwks_url = excluded.jwks_url",
        )
        .bind(registration_id)
        .bind(&stream.root_account)
        .bind(stream.jwks_url.as_str())
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Switches events off for a registration; what they said stays.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn delete_canvas_stream(&self, registration_id: Uuid) -> Result<(), StoreError> {
        sqlx::query("delete from lti.canvas_stream where registration_id = $1")
            .bind(registration_id)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Remembers the numbers that a launch says, where events are switched on.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn insert_canvas_numbers(&self, numbers: LaunchedNumbers<'_>) -> Result<(), StoreError> {
        let (context_id, course) = numbers.course.unzip();
        let (user_id, person) = numbers.person.unzip();
        sqlx::query(
            "with stream as (select registration_id from lti.canvas_stream where registration_id = $1
             ), course as (
               insert into lti.canvas_course as k (registration_id, deployment_id, context_id, canvas_id)
               select registration_id, $2, $3, $4 from stream where $4 is not null
               on conflict (registration_id, deployment_id, context_id) do update set canvas_id = excluded.canvas_id
                 where k.canvas_id <> excluded.canvas_id)
             insert into lti.canvas_user as u (registration_id, user_id, canvas_id)
             select registration_id, $5, $6 from stream where $6 is not null
             on conflict (registration_id, user_id) do update set canvas_id = excluded.canvas_id where u.canvas_id <> excluded.canvas_id",
        )
        .bind(numbers.registration_id)
        .bind(numbers.deployment_id)
        .bind(context_id)
        .bind(course)
        .bind(user_id)
        .bind(person)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Whether Canvas's number of the course is known.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn has_canvas_number(&self, course_id: Uuid) -> Result<bool, StoreError> {
        Ok(sqlx::query_scalar(
            "select exists (select from lti.canvas_course join lti.course using (registration_id, deployment_id, context_id) where course_id = $1)",
        )
        .bind(course_id)
        .fetch_one(&self.pool)
        .await?)
    }

    /// Keeps an event, once, and what it says of a course that is known, unless something newer was said.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing was kept.
    pub async fn insert_canvas_event(&self, event: &NewEvent<'_>) -> Result<KeptEvent, StoreError> {
        let value = serde_json::to_value(event.fact)
            .map_err(|_error: serde_json::Error| StoreError::Damaged("lti.canvas_event_fact.fact"))?;
        let row = sqlx::query(
            "with fresh as (
               insert into lti.canvas_event (registration_id, digest, expires_at) values ($1, $2, to_timestamp($3))
               on conflict do nothing returning registration_id
             ), told as (
               insert into lti.canvas_event_fact as f (course_id, canvas_id, fact_key, fact, happened_at)
               select course_id, $5, $6, $7, $8::text::timestamptz
               from fresh join lti.canvas_course k using (registration_id) join lti.course using (registration_id, deployment_id, context_id)
               where k.canvas_id = $4
               on conflict (course_id, canvas_id, fact_key) do update set fact = excluded.fact, happened_at = excluded.happened_at
                 where f.happened_at <= excluded.happened_at
               returning course_id
             ), seen as (update lti.canvas_stream set seen_at = to_timestamp($9) where registration_id = $1)
             select exists (select from fresh) as is_fresh, array(select course_id from told) as courses",
        )
        .bind(event.registration_id)
        .bind(event.digest.as_slice())
        .bind(seconds(event.expires_at))
        .bind(event.course)
        .bind(event.person)
        .bind(fact_key(event.fact))
        .bind(event.holds.then_some(value))
        .bind(event.happened_at)
        .bind(seconds(event.now))
        .fetch_one(&self.pool)
        .await?;
        Ok(if row.try_get("is_fresh")? {
            KeptEvent::Fresh(row.try_get("courses")?)
        } else {
            KeptEvent::Known
        })
    }

    /// What events said of the people of a course and did not take back, by Canvas's numbers.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_canvas_event_facts(
        &self,
        course_id: Uuid,
    ) -> Result<HashMap<i64, Vec<Fact>>, StoreError> {
        let rows: Vec<(i64, Value)> = sqlx::query_as(
            "select canvas_id, fact from lti.canvas_event_fact where course_id = $1 and fact is not null order by canvas_id, fact_key",
        )
        .bind(course_id)
        .fetch_all(&self.pool)
        .await?;
        let mut facts: HashMap<i64, Vec<Fact>> = HashMap::new();
        for (person, value) in rows {
            let fact = serde_json::from_value(value)
                .map_err(|_error: serde_json::Error| StoreError::Damaged("lti.canvas_event_fact.fact"))?;
            facts.entry(person).or_default().push(fact);
        }
        Ok(facts)
    }
}
