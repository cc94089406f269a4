//! Achievements as schema badges keeps them, those that belong to no course too, and the languages of their texts (`lti.wording`).

use serde_json::Value;
use sqlx::{PgExecutor, Row, postgres::PgRow};
use uuid::Uuid;

use super::{Store, StoreError};
use crate::language::wording::{Joined, Wording, Wordings};

/// What the database is to know of an achievement.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    /// As credentials carry it.
    pub body: Value,
    /// What its texts were joined of.
    pub joined: Vec<Joined>,
}

/// Makes sure that the achievement is known as it is now, in all of its languages, and returns its row.
pub(super) async fn define(
    executor: impl PgExecutor<'_>,
    issuer_did: &str,
    definition: &Definition,
) -> Result<Uuid, StoreError> {
    let (texts, languages): (Vec<&str>, Vec<Value>) =
        definition.joined.iter().map(|one| (one.text.as_str(), one.wording.to_value())).unzip();
    let id = sqlx::query_scalar(
        "with said as (
           insert into lti.wording as w (achievement_uri, digest, texts)
           select distinct on (digest) $2 ->> 'id', digest, texts
           from unnest($3::text[], $4::jsonb[]) as joined (string, texts), sha256(convert_to(string, 'UTF8')) digest
           on conflict (achievement_uri, digest) do update set texts = excluded.texts where w.texts <> excluded.texts)
         select badges.define_achievement($1, $2)",
    )
    .bind(issuer_did)
    .bind(&definition.body)
    .bind(texts)
    .bind(languages)
    .fetch_one(executor);
    Ok(id.await?)
}

/// A column with a text by language, or with a text in a language that nobody said; nothing is an empty one.
pub(super) fn read_wording(row: &PgRow, column: &str) -> Result<Wording, StoreError> {
    Ok(row.try_get::<Option<Value>, _>(column)?.map(Wording::from).unwrap_or_default())
}

impl Store {
    /// Makes sure that the badge is known as it is now and returns its row.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn define_achievement(
        &self,
        issuer_did: &str,
        definition: &Definition,
    ) -> Result<Uuid, StoreError> {
        define(&self.pool, issuer_did, definition).await
    }

    /// The languages of those of `strings` that the achievement with that address joins of several, or knows the language of.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_wordings(&self, uri: &str, strings: &[&str]) -> Result<Wordings, StoreError> {
        let rows = sqlx::query(
            "select string, w.texts from unnest($2::text[]) as string
               join lti.wording w on w.achievement_uri = $1 and w.digest = sha256(convert_to(string, 'UTF8'))",
        )
        .bind(uri)
        .bind(strings)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(|row| Ok((row.try_get("string")?, read_wording(row, "texts")?))).collect()
    }

    /// The newest version of the achievement with that address.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_achievement(&self, uri: &str) -> Result<Option<Value>, StoreError> {
        let body = sqlx::query_scalar(
            "select newest.body from badges.issuer i cross join lateral (
               select a.body, a.created_at from badges.achievement a where a.issuer_id = i.issuer_id and a.uri = $1
               order by a.version desc limit 1) newest
             order by newest.created_at desc limit 1",
        )
        .bind(uri)
        .fetch_optional(&self.pool);
        Ok(body.await?)
    }

    /// One version of an achievement, and whose it is by our own id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_achievement_version(
        &self,
        achievement_id: Uuid,
    ) -> Result<Option<(Value, Uuid)>, StoreError> {
        let row = sqlx::query("select body, issuer_id from badges.achievement where achievement_id = $1")
            .bind(achievement_id)
            .fetch_optional(&self.pool)
            .await?;
        row.map(|row| Ok((row.try_get("body")?, row.try_get("issuer_id")?))).transpose()
    }
}
