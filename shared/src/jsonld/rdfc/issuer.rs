//! [Issue Identifier](https://www.w3.org/TR/rdf-canon/#issue-identifier): names for blank nodes in the order of asking.

use std::io::Write as _;

/// A prefix, and the blank nodes that have a number behind it.
#[derive(Debug, Clone)]
pub(super) struct Issuer {
    prefix: &'static str,
    numbers: Vec<Option<usize>>,
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
            *number = Some(self.issued.len());
            self.issued.push(node);
        }
    }

    pub(super) fn has(&self, node: usize) -> bool {
        self.numbers.get(node).is_some_and(Option::is_some)
    }

    /// The nodes in the order of their numbers.
    pub(super) fn issued(&self) -> &[usize] {
        &self.issued
    }

    /// Writes the name of a node, without `_:`.
    pub(super) fn write(&self, text: &mut Vec<u8>, node: usize) {
        if let Some(Some(number)) = self.numbers.get(node) {
            // Writing to a vector cannot fail.
            let _infallible = write!(text, "{}{number}", self.prefix);
        }
    }
}
