//! Credentials that were examined together, for the guard of the table, which a moment later asks for each of them.
//!
//! An answer is given once, to the very same text, and only while the query sees what it saw then, at the same time.

use std::cell::RefCell;
use std::collections::VecDeque;

use openbadges::time::Timestamp;

use super::snapshot::View;
use crate::verification::judgement::Conclusion;

/// So many are kept at most; who offers more at once has the rest examined anew. A credential has some KB.
const MOST_CONCLUSIONS: usize = 1000;

/// What was found out, in the order in which it will be asked for: so nobody has to hash some KB to find it.
#[derive(Default)]
struct Examined {
    view: Option<View>,
    at: Option<Timestamp>,
    conclusions: VecDeque<(String, Conclusion)>,
}

thread_local! {
    static EXAMINED: RefCell<Examined> = RefCell::default();
}

/// Keeps the conclusions about credentials, and forgets earlier ones that nobody asked for.
pub(crate) fn keep(examined: impl Iterator<Item = (String, Conclusion)>, at: Timestamp) {
    EXAMINED.with_borrow_mut(|kept| {
        *kept = Examined::default();
        kept.view = View::of_active_query();
        if kept.view.is_some() {
            kept.at = Some(at);
            kept.conclusions.extend(examined.take(MOST_CONCLUSIONS));
        }
    });
}

/// The conclusion about a credential, if it was examined by the statement that is running.
pub(crate) fn take(credential: &str, at: Timestamp) -> Option<Conclusion> {
    EXAMINED.with_borrow_mut(|kept| {
        let still_holds = match (&kept.view, View::of_active_query()) {
            (Some(then), Some(now)) => now.sees_the_same_as(then) && kept.at == Some(at),
            _ => false,
        };
        if !still_holds {
            *kept = Examined::default();
            return None;
        }
        let place = kept.conclusions.iter().position(|(text, _)| text == credential)?;
        kept.conclusions.remove(place).map(|(_, conclusion)| conclusion)
    })
}
