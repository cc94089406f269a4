//! Which assertions the acting role may see: those of issuers that it may act for (`badges.acts_for`).

use pgrx::datum::Uuid;
use pgrx::pg_sys::{self, BuiltinOid, Oid, PgOid};

use super::cache::{BackendCache, find_or};
use super::index_scan::{self, Key, Lookup};
use super::statement::{Prepared, query};
use crate::error::BadgesError;

thread_local! {
    static FIND_ACTING: Prepared = const { Prepared::new() };
    static ACTS_FOR: BackendCache<bool, (u32, [u8; 16])> = BackendCache::default();
}

static ASSERTION: Lookup =
    Lookup { table: c"assertion", index: c"assertion_pkey", key: c"assertion_id", columns: &[c"issuer_id"] };

/// The role of `SET ROLE`, otherwise of the session. A parallel worker has its leader's.
#[expect(unsafe_code, reason = "PostgreSQL keeps it in a variable of the backend")]
pub(crate) fn acting_role() -> Oid {
    // SAFETY: it reads that variable, which is set before any query runs.
    unsafe { pg_sys::GetOuterUserId() }
}

/// Whether the acting role may act for the issuer of that assertion; not for one that is not stored.
pub(crate) fn sees_assertion(assertion_id: Uuid) -> Result<bool, BadgesError> {
    let issuer = index_scan::find(&ASSERTION, Key::Uuid(assertion_id), |row| row.get::<Uuid>(0))?;
    issuer.map_or(Ok(false), acts_for)
}

fn acts_for(issuer_id: Uuid) -> Result<bool, BadgesError> {
    find_or(&ACTS_FOR, &(acting_role().to_u32(), *issuer_id.as_bytes()), || {
        let acts = query(
            &FIND_ACTING,
            include_str!("../../sql/queries/find_acting.sql"),
            &[PgOid::BuiltIn(BuiltinOid::UUIDOID)],
            &[issuer_id.into()],
            |mut rows| match rows.next() {
                Some(row) => row.get::<bool>(1),
                None => Ok(None),
            },
        )?;
        Ok(acts.unwrap_or_default())
    })
}
