//! Badges that end, and the jobs that renew them.
//!
//! What can be renewed is a learner's newest award of a course, not revoked, that ends by a given moment. A renewal's occasion names what
//! it renews, so that the database has one at most, whoever asks how often. Whose name was erased and who earns the badge anew is registered
//! anew, without name and address; the chain of their badges is that of the course's attempts, and is revoked as a whole.

use std::collections::HashMap;

use openbadges::time::Timestamp;
use serde_json::Value;
use sqlx::Row;
use uuid::Uuid;

use super::{Store, StoreError, seconds};

/// A badge that is to be renewed.
#[derive(Clone, Debug)]
pub struct NewRenewal {
    /// The assertion that ends.
    pub assertion_id: Uuid,
    /// Why it is renewed: rule, version, inputs, source.
    pub provenance: Value,
}

/// A badge that ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndingRow {
    /// The assertion.
    pub assertion_id: Uuid,
    /// When it was awarded.
    pub awarded_at: Timestamp,
}

impl Store {
    /// The badges of a course that can be renewed because they end by `until`, by their holder.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_ending(
        &self,
        course_id: Uuid,
        until: Timestamp,
    ) -> Result<HashMap<String, EndingRow>, StoreError> {
        let rows = sqlx::query(
            "select a.user_id, a.assertion_id, extract(epoch from a.awarded_at)::bigint as awarded_at_seconds
             from badges.assertion s join lti.award a using (assertion_id)
             where a.course_id = $1 and s.valid_until <= to_timestamp($2)
               and not exists (select from badges.revocation r where r.assertion_id = s.assertion_id)
               and not exists (select from lti.award newer
                               where (newer.course_id, newer.user_id) = (a.course_id, a.user_id) and newer.attempt > a.attempt)",
        )
        .bind(course_id)
        .bind(seconds(until))
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| {
                let awarded_at = Timestamp::from_unix_seconds(row.try_get("awarded_at_seconds")?);
                Ok((
                    row.try_get("user_id")?,
                    EndingRow { assertion_id: row.try_get("assertion_id")?, awarded_at },
                ))
            })
            .collect()
    }

    /// Queues renewals of badges of the course that end by `until`, in `wait_seconds` from now; what is queued or cannot be renewed is passed over.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing was queued.
    pub async fn insert_renewals(
        &self,
        course_id: Uuid,
        renewals: &[NewRenewal],
        until: Timestamp,
        wait_seconds: u32,
    ) -> Result<u64, StoreError> {
        if renewals.is_empty() {
            return Ok(0);
        }
        let queued = sqlx::query(
            "insert into lti.award_job (course_id, user_id, occasion, recipient_id, provenance, run_at, renews)
             select a.course_id, a.user_id, 'renewal of ' || a.assertion_id,
                    case when p.erased_at is null then s.recipient_id
                         else badges.register_recipient(i.did, r.issuer || '#' || r.client_id, a.user_id, null, null) end,
                    given.provenance, now() + $4 * interval '1 second', a.assertion_id
             from unnest($2::uuid[], $3::jsonb[]) as given (assertion_id, provenance)
               join lti.award a using (assertion_id) join badges.assertion s using (assertion_id) join badges.recipient p using (recipient_id)
               join badges.issuer i on i.issuer_id = s.issuer_id join lti.course c using (course_id) join lti.registration r using (registration_id)
             where a.course_id = $1 and s.valid_until <= to_timestamp($5)
               and not exists (select from badges.revocation r where r.assertion_id = s.assertion_id)
               and not exists (select from lti.award newer
                               where (newer.course_id, newer.user_id) = (a.course_id, a.user_id) and newer.attempt > a.attempt)
             order by a.user_id
             on conflict on constraint award_job_once do nothing",
        )
        .bind(course_id)
        .bind(renewals.iter().map(|renewal| renewal.assertion_id).collect::<Vec<_>>())
        .bind(renewals.iter().map(|renewal| &renewal.provenance).collect::<Vec<_>>())
        .bind(f64::from(wait_seconds))
        .bind(seconds(until))
        .execute(&self.pool)
        .await?;
        Ok(queued.rows_affected())
    }
}
