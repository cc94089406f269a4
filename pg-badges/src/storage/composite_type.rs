//! The shape of the composite types that functions return.

use pgrx::pg_sys::Oid;
use pgrx::tupdesc::PgTupleDesc;

use super::cache::{BackendCache, find_or};
use crate::error::BadgesError;

thread_local! {
    static TYPES: BackendCache<Oid> = BackendCache::default();
}

/// The columns of a composite type of the extension, by its qualified name.
pub(crate) fn describe(type_name: &'static str) -> Result<PgTupleDesc<'static>, BadgesError> {
    let missing = || BadgesError::CompositeType(type_name);
    let by_name =
        || PgTupleDesc::for_composite_type(type_name).map(|descriptor| descriptor.oid()).ok_or_else(missing);
    let type_id = find_or(&TYPES, type_name, by_name)?;
    PgTupleDesc::for_composite_type_by_oid(type_id).ok_or_else(missing)
}
