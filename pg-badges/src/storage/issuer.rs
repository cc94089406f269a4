//! Issuers and their keys.

use std::rc::Rc;

use openbadges::time::Timestamp;
use pgrx::datum::{TimestampWithTimeZone, Uuid};
use pgrx::pg_sys::{BuiltinOid, PgOid};
use pgrx::spi::{SpiHeapTupleData, SpiResult};

use super::cache::{BackendCache, find_or};
use super::statement::{Prepared, query};
use crate::error::BadgesError;
use crate::types::record::{IssuerRecord, RegisteredKey};
use crate::types::time::from_postgres;

thread_local! {
    static FIND_ISSUER: Prepared = const { Prepared::new() };
    static ISSUERS: BackendCache<Rc<IssuerRecord>> = BackendCache::default();
}

/// What the tables know about an issuer; nothing about an unknown one.
pub(crate) fn find(did: &str) -> Result<Rc<IssuerRecord>, BadgesError> {
    find_or(&ISSUERS, did, || read_issuer(did).map(Rc::new))
}

fn read_issuer(did: &str) -> Result<IssuerRecord, BadgesError> {
    let rows = query(
        &FIND_ISSUER,
        include_str!("../../sql/queries/find_issuer.sql"),
        &[PgOid::BuiltIn(BuiltinOid::TEXTOID)],
        &[did.into()],
        |rows| {
            let mut record = IssuerRecord::default();
            for row in rows {
                record.issuer_id = row.get::<Uuid>(1)?;
                record.is_trusted = row.get::<bool>(2)?.unwrap_or_default();
                record.keys.extend(read_key(&row)?);
            }
            Ok(record)
        },
    )?;
    Ok(rows)
}

fn read_key(row: &SpiHeapTupleData<'_>) -> SpiResult<Option<RegisteredKey>> {
    let (Some(verification_method), Some(public_key_multibase), Some(issuer_key_id)) =
        (row.get::<String>(3)?, row.get::<String>(4)?, row.get::<Uuid>(7)?)
    else {
        return Ok(None);
    };
    let time = |column| row.get::<TimestampWithTimeZone>(column).map(|time| time.map(from_postgres));
    Ok(Some(RegisteredKey {
        issuer_key_id,
        verification_method,
        public_key_multibase,
        valid_from: time(5)?.unwrap_or(Timestamp::from_unix_seconds(0)),
        valid_until: time(6)?,
    }))
}
