//! `badges.examination_pass`: passes of examinations with their evidence, and who decided; people to record one for.

use openbadges::time::Timestamp;
use sqlx::{Row, postgres::PgRow};
use uuid::Uuid;

use super::{Store, StoreError, achievement::read_wording};
use crate::language::wording::Wording;

/// More are not listed on a page.
const MOST_ROWS: i64 = 100;
/// More people are not found at once.
const MOST_PEOPLE: i64 = 20;

/// A pass.
#[derive(Clone, Debug, PartialEq)]
pub struct PassRow {
    /// Its key.
    pub pass_id: Uuid,
    /// Whose, by name, or by id where no name is kept.
    pub person: String,
    /// The examination's name.
    pub examination: Wording,
    /// The day, `2026-04-01`.
    pub passed_on: String,
    /// As on the certificate.
    pub certificate_number: Option<String>,
    /// Where the certificate was seen.
    pub evidence: Option<String>,
    /// The badge that proves it: its name, and who signed it.
    pub badge: Option<(String, String)>,
    /// Whether that badge names the person's address, if one is known.
    pub is_own_badge: Option<bool>,
    /// Whether the issuer of the badge is registered or trusted here; it says nothing without a badge.
    pub is_known_issuer: bool,
    /// Who recorded it.
    pub recorded_by: String,
    /// When.
    pub recorded_at: Timestamp,
    /// Approved, or refused; `None` while nobody has decided.
    pub is_approved: Option<bool>,
    /// Who decided.
    pub decided_by: Option<String>,
}

/// An examination.
#[derive(Clone, Debug, PartialEq)]
pub struct ExaminationRow {
    /// The competency.
    pub competency_id: Uuid,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: Wording,
}

/// Somebody whom the issuer knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundPerson {
    /// The recipient.
    pub recipient_id: Uuid,
    /// Their name, if one is kept.
    pub name: Option<String>,
    /// Their id at the platform.
    pub user_id: String,
    /// The platform.
    pub platform: String,
}

/// A pass to be recorded.
#[derive(Clone, Debug)]
pub struct NewPass<'a> {
    /// Whose.
    pub recipient_id: Uuid,
    /// Of what.
    pub competency_id: Uuid,
    /// The day, `2026-04-01`.
    pub passed_on: &'a str,
    /// As on the certificate.
    pub certificate_number: Option<&'a str>,
    /// Where the certificate was seen.
    pub evidence: Option<&'a str>,
    /// A badge that proves it; verified by the database.
    pub badge: Option<&'a str>,
    /// Who records it.
    pub recorded_by: &'a str,
}

/// What becomes of a pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It counts.
    Approve,
    /// It does not.
    Refuse,
    /// It was recorded wrongly.
    Withdraw,
}

impl Verdict {
    /// The verdict of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "approve" => Some(Self::Approve),
            "refuse" => Some(Self::Refuse),
            "withdraw" => Some(Self::Withdraw),
            _ => None,
        }
    }

    fn action(self) -> &'static str {
        match self {
            Self::Approve => "pass-approved",
            Self::Refuse => "pass-refused",
            Self::Withdraw => "pass-withdrawn",
        }
    }
}

/// What the database says to something that a person asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is done.
    Done,
    /// It cannot be: it is there already, was decided meanwhile, or may not be done by this person.
    Refused,
}

/// What is refused by a rule of the extension is an answer; everything else is an error.
pub(super) fn answer(result: Result<bool, sqlx::Error>) -> Result<Answer, StoreError> {
    match result {
        Ok(true) => Ok(Answer::Done),
        Ok(false) => Ok(Answer::Refused),
        Err(sqlx::Error::Database(error))
            if error.code().is_some_and(|code| {
                matches!(
                    &*code,
                    "23505" | "23514" | "42501" | "55000" | "P0002" | "22023" | "23001" | "23503"
                )
            }) =>
        {
            tracing::info!(code = error.code().as_deref(), "the database refuses what somebody asks for");
            Ok(Answer::Refused)
        }
        Err(error) => Err(error.into()),
    }
}

fn read_pass(row: &PgRow) -> Result<PassRow, StoreError> {
    let decision: Option<String> = row.try_get("decision")?;
    let (badge, issuer): (Option<String>, Option<String>) =
        (row.try_get("foreign_achievement")?, row.try_get("foreign_issuer")?);
    Ok(PassRow {
        pass_id: row.try_get("examination_pass_id")?,
        person: row.try_get("person")?,
        examination: read_wording(row, "name")?,
        passed_on: row.try_get("passed_on")?,
        certificate_number: row.try_get("certificate_number")?,
        evidence: row.try_get("evidence")?,
        badge: issuer.map(|issuer| (badge.unwrap_or_default(), issuer)),
        is_own_badge: row.try_get("foreign_matches")?,
        is_known_issuer: row.try_get("is_known_issuer")?,
        recorded_by: row.try_get("recorded_by")?,
        recorded_at: Timestamp::from_unix_seconds(row.try_get("recorded_at")?),
        is_approved: decision.map(|decision| decision == "approved"),
        decided_by: row.try_get("decided_by")?,
    })
}

impl Store {
    /// The passes that were not withdrawn, those that wait first; of these people only, if any are named.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_passes(
        &self,
        issuer_did: &str,
        recipients: Option<&[Uuid]>,
    ) -> Result<Vec<PassRow>, StoreError> {
        let rows = sqlx::query(
            "select p.examination_pass_id, coalesce(r.display_name, r.user_id, '') as person, c.name, p.passed_on::text, p.certificate_number,
               p.evidence, p.foreign_achievement, p.foreign_issuer, p.foreign_matches,
               coalesce(badges.knows_issuer(p.foreign_issuer), false) as is_known_issuer, p.recorded_by,
               extract(epoch from p.recorded_at)::bigint as recorded_at, p.decision, p.decided_by
             from badges.examination_pass p join badges.issuer i using (issuer_id) join badges.recipient r using (recipient_id)
               join badges.competency c using (competency_id)
             where i.did = $1 and p.withdrawn_at is null and ($2::uuid[] is null or p.recipient_id = any($2))
             order by p.decision is not null, p.recorded_at desc limit $3",
        )
        .bind(issuer_did)
        .bind(recipients)
        .bind(MOST_ROWS)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(read_pass).collect()
    }

    /// The examinations: competencies of frameworks of which badges recognise or prepare for a pass.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_examinations(&self, issuer_did: &str) -> Result<Vec<ExaminationRow>, StoreError> {
        let rows = sqlx::query(
            "select c.competency_id, c.code, c.name from badges.competency c
             where c.framework_id in (
               select o.framework_id from badges.alignment l join badges.issuer i using (issuer_id) join badges.competency o using (competency_id)
               where i.did = $1 and l.ended_at is null and l.relation = 'recognises_pass')
             order by c.level nulls last, c.code collate \"C\" limit $2",
        )
        .bind(issuer_did)
        .bind(MOST_ROWS)
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(ExaminationRow {
                    competency_id: row.try_get("competency_id")?,
                    code: row.try_get("code")?,
                    name: read_wording(row, "name")?,
                })
            })
            .collect()
    }

    /// People by a part of their name or address, or by their id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_people(&self, issuer_did: &str, search: &str) -> Result<Vec<FoundPerson>, StoreError> {
        let rows = sqlx::query(
            "select recipient_id, display_name, user_id, platform from badges.recipient join badges.issuer using (issuer_id)
             where did = $1 and erased_at is null and (user_id = $2 or strpos(lower(display_name), lower($2)) > 0 or strpos(lower(email), lower($2)) > 0
               or recipient_id::text = $2)
             order by display_name nulls last, platform, user_id limit $3",
        )
        .bind(issuer_did)
        .bind(search)
        .bind(MOST_PEOPLE)
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(FoundPerson {
                    recipient_id: row.try_get("recipient_id")?,
                    name: row.try_get("display_name")?,
                    user_id: row.try_get("user_id")?,
                    platform: row.try_get("platform")?,
                })
            })
            .collect()
    }

    /// Makes sure that somebody who launched is known as a recipient.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn register_person(
        &self,
        issuer_did: &str,
        platform: &str,
        user_id: &str,
        name: Option<&str>,
    ) -> Result<Uuid, StoreError> {
        let id = sqlx::query_scalar("select badges.register_recipient($1, $2, $3, $4, null)")
            .bind(issuer_did)
            .bind(platform)
            .bind(user_id)
            .bind(name)
            .fetch_one(&self.pool)
            .await?;
        Ok(id)
    }

    /// Records a pass; it counts once somebody else approves it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn insert_pass(&self, pass: &NewPass<'_>) -> Result<Answer, StoreError> {
        let recorded = sqlx::query_scalar(
            "select badges.record_examination_pass($1, $2, $3::date, $4, $5, $6, $7) is not null",
        )
        .bind(pass.recipient_id)
        .bind(pass.competency_id)
        .bind(pass.passed_on)
        .bind(pass.recorded_by)
        .bind(pass.certificate_number)
        .bind(pass.evidence)
        .bind(pass.badge)
        .fetch_one(&self.pool)
        .await;
        answer(recorded)
    }

    /// Decides about a pass that somebody else recorded, or withdraws it; the audit trail says who did.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn decide_pass(
        &self,
        pass_id: Uuid,
        verdict: Verdict,
        actor: &str,
    ) -> Result<Answer, StoreError> {
        let done = match verdict {
            Verdict::Withdraw => sqlx::query(
                "with done as materialized (select badges.withdraw_examination_pass($1, $2))
                 insert into lti.admin_event (actor, action, subject, details)
                 select $2, $3, $1::text, jsonb_build_object('pass', $1::text) from done",
            ),
            Verdict::Approve | Verdict::Refuse => sqlx::query(
                "with done as materialized (select badges.decide_examination_pass($1, $3 = 'pass-approved', $2))
                 insert into lti.admin_event (actor, action, subject, details)
                 select $2, $3, $1::text, jsonb_build_object('pass', $1::text) from done",
            ),
        };
        let done = done.bind(pass_id).bind(actor).bind(verdict.action()).execute(&self.pool).await;
        answer(done.map(|done| done.rows_affected() == 1))
    }
}
