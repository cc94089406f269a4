//! Credentials that were examined together, for the guard of the table, which a moment later asks for each of them.
//!
//! An answer is given once, to the very same text, and only while the query sees what it saw then, at the same time.

use openbadges::time::Timestamp;

use super::cache::BackendCache;
use crate::verification::judgement::Conclusion;

thread_local! {
    static EXAMINED: BackendCache<(Timestamp, Conclusion)> = BackendCache::default();
}

/// Keeps the conclusions about credentials, and forgets earlier ones that nobody asked for.
pub(crate) fn keep(examined: impl Iterator<Item = (String, Conclusion)>, at: Timestamp) {
    EXAMINED.with_borrow_mut(|kept| {
        kept.forget();
        if kept.look_anew() {
            for (credential, conclusion) in examined {
                kept.keep(credential, (at, conclusion));
            }
        }
    });
}

/// The conclusion about a credential, if it was examined by the statement that is running.
pub(crate) fn take(credential: &str, at: Timestamp) -> Option<Conclusion> {
    EXAMINED.with_borrow_mut(|kept| {
        let may_hold = kept.look_anew();
        let (then, conclusion) = kept.take(credential).filter(|_| may_hold)?;
        (then == at).then_some(conclusion)
    })
}
