//! Keys that were read from documents before, so that a thousand credentials of one issuer do not read its document each.

use std::cell::RefCell;
use std::collections::HashMap;

use super::method::Method;

/// So many keys are kept at most; then all are dropped.
const MOST_KEYS: usize = 256;

/// Keys by their full names, as the documents of one [`Documents`](super::Documents) publish them.
///
/// Whoever keeps it drops it as soon as a document may be another, or may have ceased to count. A key whose own document
/// gives it an end is never kept.
#[derive(Debug, Default)]
pub struct KnownKeys(RefCell<HashMap<String, Method>>);

impl KnownKeys {
    pub(super) fn find(&self, id: &str) -> Option<Method> {
        self.0.borrow().get(id).cloned()
    }

    pub(super) fn keep(&self, id: &str, method: &Method) {
        let mut keys = self.0.borrow_mut();
        if keys.len() >= MOST_KEYS {
            keys.clear();
        }
        keys.insert(id.to_owned(), method.clone());
    }
}
