//! Bounds on a document before any work is done on it.

use super::JsonLdError;
use serde_json::Value;

/// Deepest nesting; what parsers accept by default is a little more.
pub(super) const DEPTH_LIMIT: usize = 100;
/// Most values (objects, arrays, strings, …) in one document or context.
pub(super) const VALUES_LIMIT: usize = 50_000;
/// Most blank nodes of one document.
pub(super) const BLANK_NODES_LIMIT: usize = 20_000;

/// Refuses so many blank nodes.
pub(super) fn check_blank_nodes(blank_nodes: usize) -> Result<(), JsonLdError> {
    if blank_nodes > BLANK_NODES_LIMIT {
        return Err(JsonLdError::TooLarge { what: "nodes without a name", limit: BLANK_NODES_LIMIT });
    }
    Ok(())
}

/// Refuses a document that is nested too deeply or has too many values.
pub(super) fn check(document: &Value) -> Result<(), JsonLdError> {
    let mut values = 0;
    count(document, 0, &mut values)
}

fn count(value: &Value, depth: usize, values: &mut usize) -> Result<(), JsonLdError> {
    *values += 1;
    if *values > VALUES_LIMIT {
        return Err(JsonLdError::TooLarge { what: "values", limit: VALUES_LIMIT });
    }
    if depth > DEPTH_LIMIT {
        return Err(JsonLdError::TooLarge { what: "levels of nesting", limit: DEPTH_LIMIT });
    }
    match value {
        Value::Object(members) => members.values().try_for_each(|member| count(member, depth + 1, values)),
        Value::Array(items) => items.iter().try_for_each(|item| count(item, depth + 1, values)),
        _ => Ok(()),
    }
}
