//! Prepared statements, kept for the life of the backend.

use std::cell::OnceCell;
use std::thread::LocalKey;

use pgrx::Spi;
use pgrx::datum::DatumWithOid;
use pgrx::pg_sys::PgOid;
use pgrx::spi::{OwnedPreparedStatement, SpiResult, SpiTupleTable};

/// A statement that is prepared when it is first used.
pub(super) type Prepared = OnceCell<OwnedPreparedStatement>;

/// Runs the query of a file in `sql/queries/` and reads its rows with `read`.
pub(super) fn query<T>(
    statement: &'static LocalKey<Prepared>,
    sql: &'static str,
    argument_types: &[PgOid],
    arguments: &[DatumWithOid<'_>],
    read: impl FnOnce(SpiTupleTable<'_>) -> SpiResult<T>,
) -> SpiResult<T> {
    Spi::connect(|client| {
        statement.with(|cell| {
            if cell.get().is_none() {
                // Preparing cannot run this code again, so the cell is still empty.
                let _kept = cell.set(client.prepare(sql, argument_types)?.keep());
            }
            match cell.get() {
                Some(prepared) => read(client.select(prepared, None, arguments)?),
                None => read(client.select(sql, None, arguments)?),
            }
        })
    })
}
