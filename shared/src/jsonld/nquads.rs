//! Quads as text in the canonical form of [RDFC-1.0 A](https://www.w3.org/TR/rdf-canon/#canonical-quads).

use oxrdf::Dataset;

/// Every quad on a line of its own, in code point order.
pub(super) fn serialize(dataset: &Dataset) -> String {
    let mut lines: Vec<String> = dataset.iter().map(|quad| format!("{quad} .\n")).collect();
    lines.sort_unstable();
    lines.concat()
}
