//! What a look-up may reuse: an answer holds as long as the calling query sees the same rows.
//!
//! PostgreSQL decides what a query sees by its snapshot (`src/backend/utils/time/snapmgr.c`): the transactions
//! that were running, and for the own transaction the command. Two queries with an equal snapshot, in the same
//! transaction state, see the same rows, so what one has read holds for the other. Any commit that could matter changes it.

use pgrx::pg_sys;

/// Identifies what the active query sees.
#[derive(Debug, Clone)]
pub(super) struct View {
    snapshot: Snapshot,
    /// The number under which the transaction writes; it has none before its first row.
    own_transaction: pg_sys::TransactionId,
    /// The backend's own count of its transactions.
    local_transaction: pg_sys::LocalTransactionId,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Snapshot {
    xmin: pg_sys::TransactionId,
    xmax: pg_sys::TransactionId,
    own_command: pg_sys::CommandId,
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
        let snapshot = Snapshot {
            xmin: snapshot.xmin,
            xmax: snapshot.xmax,
            own_command: snapshot.curcid,
            own_subtransaction,
            has_overflowed: snapshot.suboverflowed,
            in_recovery: snapshot.takenDuringRecovery,
            running,
            running_subtransactions,
        };
        Some(Self { snapshot, own_transaction, local_transaction: local_transaction()? })
    }

    /// Whether whoever has this view sees what the other sees.
    ///
    /// A transaction gets its number when it first writes, in the midst of a command that sees nothing of that: so it
    /// is the same transaction also if the backend's count says so. The count alone would make every transaction read anew.
    pub(super) fn sees_the_same_as(&self, other: &Self) -> bool {
        self.snapshot == other.snapshot
            && (self.own_transaction == other.own_transaction
                || self.local_transaction == other.local_transaction)
    }
}

#[expect(unsafe_code, reason = "PostgreSQL keeps the number in its array of processes")]
fn local_transaction() -> Option<pg_sys::LocalTransactionId> {
    // SAFETY: a backend has its place in the array, which nobody moves, and writes this field alone.
    let process = unsafe { pg_sys::MyProc.as_ref() }?;
    #[cfg(any(feature = "pg13", feature = "pg14", feature = "pg15", feature = "pg16"))]
    let number = process.lxid;
    #[cfg(any(feature = "pg17", feature = "pg18"))]
    let number = process.vxid.lxid;
    Some(number)
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
