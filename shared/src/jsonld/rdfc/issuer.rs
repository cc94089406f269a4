//! [Issue Identifier](https://www.w3.org/TR/rdf-canon/#issue-identifier): names for blank nodes in the order of asking.

use super::Names;
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
}

impl Names for Issuer {
    fn write(&self, text: &mut Vec<u8>, node: usize) {
        if let Some(Some(number)) = self.numbers.get(node) {
            // Writing to a vector cannot fail.
            let _infallible = write!(text, "{}{}", self.prefix, number.get() - 1);
        }
    }

    fn place(&self, node: usize) -> u64 {
        let number = self.numbers.get(node).copied().flatten().map_or(0, |number| number.get() - 1);
        let digits = number.checked_ilog10().unwrap_or(0);
        // As many digits for all, then the shorter before the longer: 1, 10, 100, 11, 2.
        let padded = u64::from(number) * 10_u64.pow(LONGEST - digits);
        padded * 16 + u64::from(digits)
    }
}

/// Digits of the largest number, less one.
const LONGEST: u32 = u32::MAX.ilog10();

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_in_the_order_of_the_names() {
        let mut issuer = Issuer::new("c14n", 2000);
        (0..2000).for_each(|node| issuer.issue(node));
        let name = |node: usize| {
            let mut name = Vec::new();
            issuer.write(&mut name, node);
            name.push(b' ');
            name
        };
        let mut by_place: Vec<usize> = (0..2000).collect();
        by_place.sort_by_key(|node| issuer.place(*node));
        assert!(by_place.is_sorted_by_key(|node| name(*node)));
    }
}
