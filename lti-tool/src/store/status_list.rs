//! `lti.published_status_list`: the signed status lists, and from schema badges which of their entries are set.

use openbadges::time::Timestamp;
use sqlx::{PgTransaction, Row, postgres::PgRow};

use super::{Store, StoreError, seconds};

const FIND: &str = "
    select i.did as issuer_did, p.body, p.verification_method, extract(epoch from p.signed_at)::bigint as signed_at_seconds,
           p.entries_hash is not distinct from md5(lti.set_entries(l)::text) as is_current
    from badges.status_list l join badges.issuer i using (issuer_id) left join lti.published_status_list p using (url)
    where l.url = $1";

/// A status list as it was last signed, if it was.
#[derive(Clone, Debug)]
pub struct PublishedListRow {
    /// Whose list it is.
    pub issuer_did: String,
    /// The signed list; `None` before anybody has asked for it.
    pub copy: Option<PublishedCopy>,
    /// Whether the copy has the entries that are set now.
    pub is_current: bool,
}

/// A signed list.
#[derive(Clone, Debug)]
pub struct PublishedCopy {
    /// The credential that holds the list, as signed.
    pub body: String,
    /// The key that signed.
    pub verification_method: String,
    /// When.
    pub signed_at: Timestamp,
}

/// A list that nobody else signs until this is stored or dropped.
pub struct OpenList {
    transaction: PgTransaction<'static>,
    url: String,
    entries_hash: String,
    /// What is published at this moment: another replica may have been faster.
    pub published: PublishedListRow,
    /// What its entries mean.
    pub purpose: String,
    /// Its bits, entry 0 left-most.
    pub bits: Vec<u8>,
}

impl std::fmt::Debug for OpenList {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("OpenList").field("url", &self.url).finish_non_exhaustive()
    }
}

impl Store {
    /// The list that is published at `url`; `None` if there is none.
    ///
    /// The entries themselves are compared and not their number: suspensions end.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_status_list(&self, url: &str) -> Result<Option<PublishedListRow>, StoreError> {
        let row = sqlx::query(FIND).bind(url).fetch_optional(&self.pool).await?;
        row.as_ref().map(read_list).transpose()
    }

    /// Reads which entries are set, with the right to sign them; others wait until it is stored or dropped. Three statements.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn open_status_list(&self, url: &str) -> Result<OpenList, StoreError> {
        let mut transaction = self.pool.begin().await?;
        sqlx::query("select pg_advisory_xact_lock(hashtextextended('lti.published_status_list ' || $1, 0))")
            .bind(url)
            .execute(&mut *transaction)
            .await?;
        let published = read_list(&sqlx::query(FIND).bind(url).fetch_one(&mut *transaction).await?)?;
        let row = sqlx::query(
            "select l.purpose, md5(e.entries::text) as entries_hash, badges.set_bits(l.size, e.entries) as bits
             from badges.status_list l, lti.set_entries(l) e (entries) where l.url = $1",
        )
        .bind(url)
        .fetch_one(&mut *transaction)
        .await?;
        Ok(OpenList {
            transaction,
            url: url.to_owned(),
            published,
            entries_hash: row.try_get("entries_hash")?,
            purpose: row.try_get("purpose")?,
            bits: row.try_get("bits")?,
        })
    }
}

impl OpenList {
    /// Publishes the signed list.
    ///
    /// # Errors
    /// [`StoreError`]; then the former copy stays.
    pub async fn store(mut self, copy: &PublishedCopy) -> Result<(), StoreError> {
        sqlx::query(
            "insert into lti.published_status_list as p (url, body, entries_hash, verification_method, signed_at)
             values ($1, $2, $3, $4, to_timestamp($5))
             on conflict (url) do update set body = excluded.body, entries_hash = excluded.entries_hash,
               verification_method = excluded.verification_method, signed_at = excluded.signed_at",
        )
        .bind(&self.url)
        .bind(&copy.body)
        .bind(&self.entries_hash)
        .bind(&copy.verification_method)
        .bind(seconds(copy.signed_at))
        .execute(&mut *self.transaction)
        .await?;
        Ok(self.transaction.commit().await?)
    }
}

fn read_list(row: &PgRow) -> Result<PublishedListRow, StoreError> {
    let body: Option<String> = row.try_get("body")?;
    let copy = match body {
        None => None,
        Some(body) => Some(PublishedCopy {
            body,
            verification_method: row.try_get("verification_method")?,
            signed_at: Timestamp::from_unix_seconds(row.try_get("signed_at_seconds")?),
        }),
    };
    Ok(PublishedListRow {
        issuer_did: row.try_get("issuer_did")?,
        copy,
        is_current: row.try_get("is_current")?,
    })
}
