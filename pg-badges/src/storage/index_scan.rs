//! Rows by a key of an index, without a query: to start and end the executor costs several times what it finds.
//!
//! For what is asked once for every row that is verified or stored; all else goes through `statement`. A scan sees what
//! the calling query sees, takes the lock that reading takes, and needs no `search_path`. It asks for no right on the table:
//! its callers answer with no more than the functions that call them may say.

use std::ffi::CStr;
use std::rc::Rc;

use pgrx::datum::Uuid;
use pgrx::pg_sys::{self, AttrNumber, Oid};
use pgrx::{FromDatum, IntoDatum};

use super::cache::{BackendCache, find_or};
use crate::error::BadgesError;

thread_local! {
    static PLACES: BackendCache<Rc<Place>> = BackendCache::default();
}

/// A table of the extension, an index whose first column is the key, and the columns that are read.
#[derive(Debug)]
pub(super) struct Lookup {
    pub(super) table: &'static CStr,
    pub(super) index: &'static CStr,
    pub(super) key: &'static CStr,
    pub(super) columns: &'static [&'static CStr],
}

/// What is looked for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Key<'a> {
    Uuid(Uuid),
    Text(&'a str),
}

/// Where that is in this database.
#[derive(Debug)]
struct Place {
    table: Oid,
    index: Oid,
    key: AttrNumber,
    collation: Oid,
    columns: Vec<AttrNumber>,
}

/// A row that was found, as long as the scan stands on it.
#[derive(Debug)]
pub(super) struct Row<'a> {
    tuple: pg_sys::HeapTuple,
    descriptor: pg_sys::TupleDesc,
    columns: &'a [AttrNumber],
}

impl Row<'_> {
    /// The value of the column at that place of [`Lookup::columns`]; `None` if it is null.
    #[expect(unsafe_code, reason = "takes a column out of a C structure")]
    pub(super) fn get<T: FromDatum>(&self, place: usize) -> Option<T> {
        let number = i32::from(*self.columns.get(place)?);
        let mut is_null = false;
        // SAFETY: the scan holds the row, and the number was found by the column's name. `T` is the type that
        // `sql/10_tables.sql` gives the column, as with the columns of a query.
        unsafe {
            let value = pg_sys::heap_getattr(self.tuple, number, self.descriptor, &mut is_null);
            T::from_datum(value, is_null)
        }
    }
}

/// The first answer that `read` gives to the rows with that key.
#[expect(unsafe_code, reason = "PostgreSQL's scan of an index is a C function")]
pub(super) fn find<T>(
    lookup: &'static Lookup,
    key: Key<'_>,
    mut read: impl FnMut(&Row<'_>) -> Option<T>,
) -> Result<Option<T>, BadgesError> {
    let place =
        find_or(&PLACES, lookup.index.to_str().unwrap_or_default(), || place_of(lookup).map(Rc::new))?;
    let mut found = None;
    // SAFETY: the table is opened with the lock that reading takes and stays open during the scan; a relation that is gone
    // raises an error. The key is of the index's first column, with the operator of its type and the collation it is
    // ordered by. The snapshot is the calling query's, and outlives this function. An error in between closes everything
    // with the transaction.
    unsafe {
        let table = pg_sys::table_open(place.table, lock(pg_sys::AccessShareLock));
        let mut condition = condition(&place, key);
        let scan = pg_sys::systable_beginscan(table, place.index, true, snapshot(), 1, &raw mut condition);
        loop {
            let tuple = pg_sys::systable_getnext(scan);
            if tuple.is_null() {
                break;
            }
            found = read(&Row { tuple, descriptor: (*table).rd_att, columns: &place.columns });
            if found.is_some() {
                break;
            }
        }
        pg_sys::systable_endscan(scan);
        // The lock stays until the transaction ends, as after a query.
        pg_sys::table_close(table, lock(pg_sys::NoLock));
    }
    Ok(found)
}

fn lock(mode: u32) -> pg_sys::LOCKMODE {
    pg_sys::LOCKMODE::try_from(mode).unwrap_or_default()
}

/// What the calling query sees; outside of one, what a query would see now.
#[expect(unsafe_code, reason = "PostgreSQL offers its snapshots as C structures only")]
fn snapshot() -> pg_sys::Snapshot {
    // SAFETY: called in a backend, inside of a transaction.
    unsafe {
        if pg_sys::ActiveSnapshotSet() {
            pg_sys::GetActiveSnapshot()
        } else {
            pg_sys::GetTransactionSnapshot()
        }
    }
}

/// Numbers of the functions behind `=` (`src/include/catalog/pg_proc.dat`), which never change.
const TEXT_EQUAL: u32 = 67;
const UUID_EQUAL: u32 = 2956;

#[expect(unsafe_code, reason = "fills a C structure")]
fn condition(place: &Place, key: Key<'_>) -> pg_sys::ScanKeyData {
    let (function, value) = match key {
        Key::Uuid(id) => (UUID_EQUAL, id.into_datum()),
        Key::Text(text) => (TEXT_EQUAL, text.into_datum()),
    };
    let mut condition = pg_sys::ScanKeyData::default();
    let equal = u16::try_from(pg_sys::BTEqualStrategyNumber).unwrap_or_default();
    // SAFETY: it fills the structure that it is given; the value lives in the memory of the running call.
    unsafe {
        pg_sys::ScanKeyEntryInitialize(
            &raw mut condition,
            0,
            place.key,
            equal,
            pg_sys::InvalidOid,
            place.collation,
            function.into(),
            value.unwrap_or_else(pg_sys::Datum::null),
        );
    }
    condition
}

/// Looks the names up in the catalogue.
#[expect(unsafe_code, reason = "the catalogue's own functions")]
fn place_of(lookup: &'static Lookup) -> Result<Place, BadgesError> {
    // SAFETY: the names end with a zero, and these functions answer 0 for what is not there.
    let (table, index) = unsafe {
        let schema = pg_sys::get_namespace_oid(c"badges".as_ptr(), true);
        (
            pg_sys::get_relname_relid(lookup.table.as_ptr(), schema),
            pg_sys::get_relname_relid(lookup.index.as_ptr(), schema),
        )
    };
    // SAFETY: as above.
    let number = |column: &CStr| unsafe { pg_sys::get_attnum(table, column.as_ptr()) };
    let key = number(lookup.key);
    let columns: Vec<AttrNumber> = lookup.columns.iter().map(|column| number(column)).collect();
    if index == Oid::INVALID || key <= 0 || columns.iter().any(|column| *column <= 0) {
        return Err(BadgesError::Table(lookup.table));
    }
    let (mut kind, mut modifier, mut collation) = (Oid::INVALID, 0, Oid::INVALID);
    // SAFETY: the column was found above; the three places are this function's own.
    unsafe {
        pg_sys::get_atttypetypmodcoll(table, key, &raw mut kind, &raw mut modifier, &raw mut collation);
    }
    Ok(Place { table, index, key, collation, columns })
}
