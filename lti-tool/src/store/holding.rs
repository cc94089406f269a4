//! `lti.holding`: what a holder has decided about a badge, and whom that lets see it.

use std::collections::HashMap;

use openbadges::time::Timestamp;
use sqlx::{Row, postgres::PgRow};
use uuid::Uuid;

use super::{Store, StoreError, award::AwardRow, award::read_award, seconds};

/// What the holder has decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Decision {
    /// Nothing yet.
    #[default]
    Open,
    /// To have it.
    Accepted,
    /// Not to have it.
    Declined,
}

/// A badge in its holder's hands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HoldingRow {
    /// The version of the achievement that was awarded.
    pub achievement_id: Uuid,
    /// What they decided.
    pub decision: Decision,
    /// Whether everybody with the link may see it.
    pub is_shared: bool,
    /// Whether this is the first time that it is shown to them.
    pub is_new: bool,
}

/// What a holder does with a badge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Takes it.
    Accept,
    /// Does not want it; whoever saw it sees it no longer.
    Decline,
    /// Takes it and lets everybody with the link see it.
    Share,
    /// Keeps it to themselves again.
    Unshare,
}

/// An award, and who the asking person is to it.
#[derive(Clone, Debug)]
pub struct HeldAward {
    /// The award.
    pub award: AwardRow,
    /// Whether it is theirs.
    pub is_own: bool,
    /// The course at the platform.
    pub context_id: String,
}

fn read_holding(row: &PgRow) -> Result<(Uuid, HoldingRow), StoreError> {
    let decision: Option<String> = row.try_get("decision")?;
    let holding = HoldingRow {
        achievement_id: row.try_get("achievement_id")?,
        decision: match decision.as_deref() {
            None => Decision::Open,
            Some("accepted") => Decision::Accepted,
            Some(_) => Decision::Declined,
        },
        is_shared: row.try_get("is_shared")?,
        is_new: row.try_get("is_new")?,
    };
    Ok((row.try_get("assertion_id")?, holding))
}

impl Store {
    /// What the holder has decided about each of these, which are theirs; notes that they were shown.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn show_holdings(
        &self,
        assertion_ids: &[Uuid],
        now: Timestamp,
    ) -> Result<HashMap<Uuid, HoldingRow>, StoreError> {
        let rows = sqlx::query(
            "with offered as (
               insert into lti.holding (assertion_id, offered_at) select unnest($1), to_timestamp($2)
               on conflict (assertion_id) do nothing returning assertion_id)
             select s.assertion_id, s.achievement_id, h.decision, h.shared_at is not null as is_shared, o.assertion_id is not null as is_new
             from badges.assertion s left join lti.holding h using (assertion_id) left join offered o using (assertion_id)
             where s.assertion_id = any($1)",
        )
        .bind(assertion_ids)
        .bind(seconds(now))
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(read_holding).collect()
    }

    /// An award of this tenant, and whether `user_id`, or the id that they had under LTI 1.1, was awarded it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_held_award(
        &self,
        assertion_id: Uuid,
        registration_id: Uuid,
        deployment_id: &str,
        user_id: Option<&str>,
    ) -> Result<Option<HeldAward>, StoreError> {
        let row = sqlx::query(
            "select a.*, extract(epoch from a.awarded_at)::bigint as awarded_at_seconds, recipient.display_name, revocation.reason,
                    course.title, course.context_id, extract(epoch from assertion.valid_until)::bigint as valid_until_seconds,
                    exists (select from badges.renewal n where n.assertion_id = a.assertion_id) as is_superseded,
                    coalesce(a.user_id = $4 or a.user_id in (
                      select former_user_id from lti.former_user where (registration_id, deployment_id, user_id) = ($2, $3, $4)), false) as is_own
             from lti.award a join lti.course using (course_id) join badges.assertion using (assertion_id)
               join badges.recipient using (recipient_id) left join badges.revocation using (assertion_id)
             where a.assertion_id = $1 and course.registration_id = $2 and course.deployment_id = $3",
        )
        .bind(assertion_id)
        .bind(registration_id)
        .bind(deployment_id)
        .bind(user_id)
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(HeldAward {
            award: read_award(&row)?,
            is_own: row.try_get("is_own")?,
            context_id: row.try_get("context_id")?,
        }))
    }

    /// Notes a decision, for reports too; `false` if it was so before, or the badge is revoked.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn update_holding(
        &self,
        assertion_id: Uuid,
        change: Change,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let (decision, is_shared) = match change {
            Change::Accept => ("accepted", None),
            Change::Decline => ("declined", Some(false)),
            Change::Share => ("accepted", Some(true)),
            Change::Unshare => ("accepted", Some(false)),
        };
        let changed = sqlx::query(
            "with changed as (
               insert into lti.holding as h (assertion_id, offered_at, decision, decided_at, shared_at)
               select $1, to_timestamp($2), $3, to_timestamp($2), case when $4 then to_timestamp($2) end
               where not exists (select from badges.revocation where assertion_id = $1)
               on conflict (assertion_id) do update set decision = excluded.decision, decided_at = excluded.decided_at,
                 shared_at = case when $4 is null then h.shared_at else excluded.shared_at end
               where h.decision is distinct from excluded.decision or (h.shared_at is not null) <> coalesce($4, h.shared_at is not null)
               returning assertion_id, decision, decided_at)
             select badges.record_assertion_events(array[assertion_id], array[decision], array[decided_at]) from changed",
        )
        .bind(assertion_id)
        .bind(seconds(now))
        .bind(decision)
        .bind(is_shared)
        .fetch_optional(&self.pool)
        .await?;
        Ok(changed.is_some())
    }
}
