//! From a JSON-LD document to the bytes that a Data Integrity proof signs.
//!
//! [Expansion](https://www.w3.org/TR/json-ld11-api/#expansion-algorithm), [deserialisation to
//! RDF](https://www.w3.org/TR/json-ld11-api/#deserialize-json-ld-to-rdf-algorithm) and
//! [RDFC-1.0](https://www.w3.org/TR/rdf-canon/) with SHA-256. Safe mode throughout: whatever the algorithms would drop
//! silently refuses the document. Contexts are embedded or handed in, never fetched.

mod complete;
mod contexts;
mod error;
mod limits;
mod nquads;
mod numbers;
mod safety;

pub use contexts::{PUBLISHED_CONTEXTS, PublishedContext, published_context};
pub use error::JsonLdError;

use serde_json::Value;
use std::borrow::Cow;

/// Finds the JSON text of a context by its URL; never the network.
pub type FindContext<'a> = dyn Fn(&str) -> Option<Cow<'a, str>> + 'a;

/// The canonical N-Quads of a document whose contexts are all embedded.
///
/// # Errors
/// [`JsonLdError`] when the document says something that the canonical form would not cover.
pub fn canonicalize(document: &Value) -> Result<String, JsonLdError> {
    canonicalize_with(document, &|_| None)
}

/// The same with further contexts, which are asked for by URL; the embedded ones win.
///
/// # Errors
/// [`JsonLdError::MissingContexts`] names the contexts that nobody knows; else as [`canonicalize`].
pub fn canonicalize_with(document: &Value, find: &FindContext<'_>) -> Result<String, JsonLdError> {
    complete::canonicalize(document, find)
}
