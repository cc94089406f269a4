//! Answers of this backend that still hold, so that verifying a table reads each issuer once and not once per row.

use std::borrow::Borrow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::Hash;
use std::thread::LocalKey;

use super::snapshot::View;

/// So many answers are kept at most; then all are dropped. A DID document has about 1 KB.
const MOST_ANSWERS: usize = 1000;

/// Answers by what was asked, as one view sees them.
#[derive(Debug)]
pub(super) struct Cache<T, Q = String> {
    view: Option<View>,
    answers: HashMap<Q, T>,
}

impl<T, Q> Default for Cache<T, Q> {
    fn default() -> Self {
        Self { view: None, answers: HashMap::new() }
    }
}

impl<T, Q: Eq + Hash> Cache<T, Q> {
    /// Forgets what another view saw; says whether anything may be kept.
    pub(super) fn look_anew(&mut self) -> bool {
        let view = View::of_active_query();
        let still_holds =
            matches!((&self.view, &view), (Some(then), Some(now)) if now.sees_the_same_as(then));
        if !still_holds {
            self.answers.clear();
        }
        self.view = view;
        self.view.is_some()
    }

    pub(super) fn keep(&mut self, question: Q, answer: T) {
        if self.answers.len() >= MOST_ANSWERS {
            self.answers.clear();
        }
        self.answers.insert(question, answer);
    }
}

/// A cache that lives as long as the backend.
pub(super) type BackendCache<T, Q = String> = RefCell<Cache<T, Q>>;

/// The answer to `question`: kept if the active query sees what it saw then, otherwise found and kept.
pub(super) fn find_or<T: Clone, Q: Eq + Hash + Borrow<A>, A: ?Sized + Eq + Hash + ToOwned<Owned = Q>, E>(
    cache: &'static LocalKey<BackendCache<T, Q>>,
    question: &A,
    find: impl FnOnce() -> Result<T, E>,
) -> Result<T, E> {
    let kept = cache.with_borrow_mut(|cache| {
        let may_keep = cache.look_anew();
        cache.answers.get(question).filter(|_| may_keep).cloned()
    });
    if let Some(kept) = kept {
        return Ok(kept);
    }
    let found = find()?;
    cache.with_borrow_mut(|cache| {
        if cache.view.is_some() {
            cache.keep(question.to_owned(), found.clone());
        }
    });
    Ok(found)
}
