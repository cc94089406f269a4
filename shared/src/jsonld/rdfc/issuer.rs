//! [Issue Identifier](https://www.w3.org/TR/rdf-canon/#issue-identifier): names for blank nodes in the order of asking.

use std::io::Write as _;
use std::num::NonZeroU32;

/// A prefix, and the blank nodes that have a number behind it.
#[derive(Debug, Clone)]
pub(super) struct Issuer {
    prefix: &'static str,
    /// One more than the number of each node; small, because issuers are copied.
    numbers: Vec<Option<NonZeroU32>>,
    /// In the order of their numbers.
    issued: Vec<usize>,
}

impl Issuer {
    pub(super) fn new(prefix: &'static str, blank_nodes: usize) -> Self {
        Self { prefix, numbers: vec![None; blank_nodes], issued: Vec::new() }
    }

    /// Gives the node the next number, unless it has one.
    pub(super) fn issue(&mut self, node: usize) {
        if let Some(number @ None) = self.numbers.get_mut(node) {
            self.issued.push(node);
            *number = u32::try_from(self.issued.len()).ok().and_then(NonZeroU32::new);
        }
    }

    pub(super) fn has(&self, node: usize) -> bool {
        self.numbers.get(node).is_some_and(Option::is_some)
    }

    /// The nodes in the order of their numbers.
    pub(super) fn into_issued(self) -> Vec<usize> {
        self.issued
    }

    /// Writes the name of a node, without `_:`.
    pub(super) fn write(&self, text: &mut Vec<u8>, node: usize) {
        if let Some(Some(number)) = self.numbers.get(node) {
            // Writing to a vector cannot fail.
            let _infallible = write!(text, "{}{}", self.prefix, number.get() - 1);
        }
    }
}
