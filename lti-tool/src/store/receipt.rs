//! `badges.use_receipt`: what holders say that they used badges for; both sides read the same row.

use openbadges::time::Timestamp;
use sqlx::{Row, postgres::PgRow};
use uuid::Uuid;

use super::{
    Store, StoreError,
    achievement::read_wording,
    examination::{Answer, answer},
};
use crate::language::wording::Wording;

/// A receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptRow {
    /// Its key; who has it may read it.
    pub receipt_id: Uuid,
    /// `application`, `internal_posting`, `assignment`, `qualification` or `other`.
    pub purpose: String,
    /// The day of the use, `2026-04-01`.
    pub used_on: String,
    /// Who was shown the badge.
    pub receiver: Option<String>,
    /// In the holder's words.
    pub note: Option<String>,
    /// When it was given.
    pub given_at: Timestamp,
    /// When it was taken back, if it was.
    pub revoked_at: Option<Timestamp>,
    /// What the badge is called.
    pub badge: Wording,
    /// Who issued it.
    pub issuer: String,
    /// Whether the badge is revoked.
    pub is_badge_revoked: bool,
}

/// A receipt to be given.
#[derive(Clone, Debug)]
pub struct NewReceipt<'a> {
    /// The badge.
    pub assertion_id: Uuid,
    /// As in [`ReceiptRow`].
    pub purpose: &'a str,
    /// As in [`ReceiptRow`].
    pub used_on: &'a str,
    /// As in [`ReceiptRow`].
    pub receiver: Option<&'a str>,
    /// As in [`ReceiptRow`].
    pub note: Option<&'a str>,
}

const RECEIPTS: &str = "
    select u.use_receipt_id, u.purpose, u.used_on::text, u.receiver, u.note, extract(epoch from u.given_at)::bigint as given_at,
      extract(epoch from u.revoked_at)::bigint as revoked_at, lti.wording(c.uri, coalesce(c.body ->> 'name', c.uri)) as badge,
      coalesce(i.profile ->> 'name', i.did) as issuer, v.assertion_id is not null as is_badge_revoked
    from badges.use_receipt u
      join badges.assertion a on a.assertion_id = u.assertion_id
      join badges.achievement c on c.achievement_id = a.achievement_id
      join badges.issuer i on i.issuer_id = a.issuer_id
      left join badges.revocation v on v.assertion_id = a.assertion_id
    where ($1::uuid is null or u.use_receipt_id = $1) and ($2::uuid is null or u.assertion_id = $2)
    order by u.given_at desc limit 100";

fn read_receipt(row: &PgRow) -> Result<ReceiptRow, StoreError> {
    Ok(ReceiptRow {
        receipt_id: row.try_get("use_receipt_id")?,
        purpose: row.try_get("purpose")?,
        used_on: row.try_get("used_on")?,
        receiver: row.try_get("receiver")?,
        note: row.try_get("note")?,
        given_at: Timestamp::from_unix_seconds(row.try_get("given_at")?),
        revoked_at: row.try_get::<Option<i64>, _>("revoked_at")?.map(Timestamp::from_unix_seconds),
        badge: read_wording(row, "badge")?,
        issuer: row.try_get("issuer")?,
        is_badge_revoked: row.try_get("is_badge_revoked")?,
    })
}

impl Store {
    /// Gives a receipt; refused if the badge is revoked or cannot have been used on that day.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn insert_receipt(&self, new: &NewReceipt<'_>) -> Result<Answer, StoreError> {
        let given =
            sqlx::query_scalar("select badges.give_use_receipt($1, $2, $3::date, $4, $5) is not null")
                .bind(new.assertion_id)
                .bind(new.purpose)
                .bind(new.used_on)
                .bind(new.receiver)
                .bind(new.note)
                .fetch_one(&self.pool)
                .await;
        answer(given)
    }

    /// The receipts of a badge, the last first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_receipts(&self, assertion_id: Uuid) -> Result<Vec<ReceiptRow>, StoreError> {
        let rows = sqlx::query(RECEIPTS).bind(None::<Uuid>).bind(assertion_id).fetch_all(&self.pool).await?;
        rows.iter().map(read_receipt).collect()
    }

    /// The receipt with that key.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_receipt(&self, receipt_id: Uuid) -> Result<Option<ReceiptRow>, StoreError> {
        let row =
            sqlx::query(RECEIPTS).bind(receipt_id).bind(None::<Uuid>).fetch_optional(&self.pool).await?;
        row.as_ref().map(read_receipt).transpose()
    }

    /// Takes a receipt of this badge back; `false` if there is none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn revoke_receipt(&self, assertion_id: Uuid, receipt_id: Uuid) -> Result<bool, StoreError> {
        let revoked = sqlx::query(
            "select badges.revoke_use_receipt(use_receipt_id) from badges.use_receipt where assertion_id = $1 and use_receipt_id = $2",
        )
        .bind(assertion_id)
        .bind(receipt_id)
        .fetch_optional(&self.pool)
        .await?;
        Ok(revoked.is_some())
    }
}
