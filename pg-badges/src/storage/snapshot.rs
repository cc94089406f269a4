//! What a look-up may reuse: an answer holds as long as the calling query sees the same rows.
//!
//! PostgreSQL decides what a query sees by its snapshot (`src/backend/utils/time/snapmgr.c`): the transactions
//! that were running, and for the own transaction the command. Two queries with an equal snapshot, in the same
//! transaction state, see the same rows, so what one has read holds for the other. Any commit that could matter changes it.

use pgrx::pg_sys;

/// Identifies what the active query sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct View {
    xmin: pg_sys::TransactionId,
    xmax: pg_sys::TransactionId,
    own_command: pg_sys::CommandId,
    own_transaction: pg_sys::TransactionId,
    own_subtransaction: pg_sys::SubTransactionId,
    has_overflowed: bool,
    in_recovery: bool,
    running: Vec<pg_sys::TransactionId>,
    running_subtransactions: Vec<pg_sys::TransactionId>,
}

impl View {
    /// The view of the query that is running; `None` outside of one.
    #[expect(unsafe_code, reason = "PostgreSQL offers its active snapshot as a C structure only")]
    pub(super) fn of_active_query() -> Option<Self> {
        // SAFETY: called in a backend, inside of a transaction; these functions take no arguments and raise no error
        // while a snapshot is set, and the snapshot they return stays valid until it is popped, after this function.
        let (snapshot, own_transaction, own_subtransaction) = unsafe {
            if !pg_sys::ActiveSnapshotSet() {
                return None;
            }
            let snapshot = pg_sys::GetActiveSnapshot().as_ref()?;
            (snapshot, pg_sys::GetTopTransactionIdIfAny(), pg_sys::GetCurrentSubTransactionId())
        };
        // SAFETY: the arrays hold as many elements as their counts say, and live as long as the snapshot.
        let (running, running_subtransactions) = unsafe {
            (
                copied(snapshot.xip, usize::try_from(snapshot.xcnt).ok()?),
                copied(snapshot.subxip, usize::try_from(snapshot.subxcnt).ok()?),
            )
        };
        Some(Self {
            xmin: snapshot.xmin,
            xmax: snapshot.xmax,
            own_command: snapshot.curcid,
            own_transaction,
            own_subtransaction,
            has_overflowed: snapshot.suboverflowed,
            in_recovery: snapshot.takenDuringRecovery,
            running,
            running_subtransactions,
        })
    }
}

/// The elements of a C array; an empty one may be a null pointer.
///
/// # Safety
/// `first` is null, or points to `count` elements.
#[expect(unsafe_code, reason = "reads a C array")]
unsafe fn copied(first: *const pg_sys::TransactionId, count: usize) -> Vec<pg_sys::TransactionId> {
    if first.is_null() || count == 0 {
        return Vec::new();
    }
    // SAFETY: the caller vouches for the array.
    unsafe { std::slice::from_raw_parts(first, count) }.to_vec()
}
