//! Answers of this backend that still hold, so that verifying a table reads each issuer once and not once per row.

use std::cell::RefCell;
use std::collections::HashMap;
use std::thread::LocalKey;

use super::snapshot::View;

/// So many answers are kept at most; then all are dropped. A DID document has about 1 KB.
const MOST_ANSWERS: usize = 1000;

/// Answers by the text they were asked with, as one view sees them.
#[derive(Debug)]
pub(super) struct Cache<T> {
    view: Option<View>,
    answers: HashMap<String, T>,
}

impl<T> Default for Cache<T> {
    fn default() -> Self {
        Self { view: None, answers: HashMap::new() }
    }
}

/// A cache that lives as long as the backend.
pub(super) type BackendCache<T> = RefCell<Cache<T>>;

/// The answer to `question`: kept if the active query sees what it saw then, otherwise found and kept.
pub(super) fn find_or<T: Clone, E>(
    cache: &'static LocalKey<BackendCache<T>>,
    question: &str,
    find: impl FnOnce() -> Result<T, E>,
) -> Result<T, E> {
    let view = View::of_active_query();
    let kept = cache.with_borrow_mut(|cache| {
        if view.is_none() || cache.view != view {
            cache.view = view;
            cache.answers.clear();
        }
        cache.answers.get(question).cloned()
    });
    if let Some(kept) = kept {
        return Ok(kept);
    }
    let found = find()?;
    cache.with_borrow_mut(|cache| {
        if cache.view.is_some() {
            if cache.answers.len() >= MOST_ANSWERS {
                cache.answers.clear();
            }
            cache.answers.insert(question.to_owned(), found.clone());
        }
    });
    Ok(found)
}
