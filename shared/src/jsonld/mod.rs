//! From a JSON-LD document to the bytes that a Data Integrity proof signs.
//!
//! [Expansion](https://www.w3.org/TR/json-ld11-api/#expansion-algorithm), [deserialisation to
//! RDF](https://www.w3.org/TR/json-ld11-api/#deserialize-json-ld-to-rdf-algorithm) and
//! [RDFC-1.0](https://www.w3.org/TR/rdf-canon/) with SHA-256. Safe mode throughout: whatever the algorithms would drop
//! silently refuses the document. Contexts are embedded or handed in, never fetched.
//! `expand` and `context` are the quick path for the published contexts; `complete` answers for everything else.

mod complete;
mod context;
mod contexts;
mod document;
mod error;
mod expand;
mod json;
mod limits;
mod nquads;
mod numbers;
mod quad;
mod rdfc;
mod read;
mod safety;
mod scopes;
mod seed;

pub use contexts::{PUBLISHED_CONTEXTS, PublishedContext, published_context};
pub use document::Document;
pub use error::JsonLdError;
pub use json::Json;

/// Where everything that belongs to one document lies while it is canonicalised.
pub use bumpalo::Bump as Arena;

use crate::digest;
use rdfc::Canonical;
use serde_json::Value;
use std::borrow::Cow;

/// Room for a whole badge and its quads at once, in bytes.
pub(crate) const ROOM: usize = 32 * 1024;

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
    let arena = Arena::with_capacity(ROOM);
    canonical_text(&Document::from_value(document, &arena)?, find, &arena)
}

/// The canonical N-Quads of a view of a document.
///
/// # Errors
/// As [`canonicalize_with`].
pub fn canonical_text<'a>(
    document: &Document<'a>,
    find: &FindContext<'_>,
    arena: &'a Arena,
) -> Result<String, JsonLdError> {
    Ok(into_text(canonical(document, find, arena)?.text))
}

/// The lines are made of texts, so they are one.
fn into_text(lines: Vec<u8>) -> String {
    String::from_utf8(lines).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// The SHA-256 of the canonical N-Quads.
///
/// # Errors
/// As [`canonicalize_with`].
pub fn canonical_hash<'a>(
    document: &Document<'a>,
    find: &FindContext<'_>,
    arena: &'a Arena,
) -> Result<[u8; 32], JsonLdError> {
    hash_and_show(document, find, arena, |_statement| {})
}

/// The same, showing each canonical line to `see` as it is hashed.
pub(crate) fn hash_and_show<'a>(
    document: &Document<'a>,
    find: &FindContext<'_>,
    arena: &'a Arena,
    mut see: impl FnMut(&[u8]),
) -> Result<[u8; 32], JsonLdError> {
    let canonical = canonical(document, find, arena)?;
    canonical.lines().for_each(&mut see);
    Ok(digest::sha256(&canonical.text))
}

/// The canonical N-Quads through the general libraries alone, which the tables are compared with.
///
/// # Errors
/// As [`canonicalize_with`].
pub fn canonicalize_generally(document: &Value, find: &FindContext<'_>) -> Result<String, JsonLdError> {
    Ok(into_text(complete::canonicalize(document, find)?.text))
}

fn canonical<'a>(
    document: &Document<'a>,
    find: &FindContext<'_>,
    arena: &'a Arena,
) -> Result<Canonical, JsonLdError> {
    match expand::expand(document, find, arena) {
        Ok(quads) => rdfc::canonicalize(&quads),
        Err(stop) => {
            let pointer = stop.into_pointer()?;
            complete::canonicalize(&document.to_value(), find).map_err(|error| error.near(pointer))
        }
    }
}

/// Refuses a document with a term that its contexts do not define; a third of the work of its canonical form.
///
/// # Errors
/// As [`canonicalize_with`].
pub fn require_defined_terms<'a>(
    document: &Document<'a>,
    find: &FindContext<'_>,
    arena: &'a Arena,
) -> Result<(), JsonLdError> {
    match expand::check(document, find, arena) {
        Ok(()) => Ok(()),
        Err(stop) => {
            let pointer = stop.into_pointer()?;
            complete::require_defined_terms(&document.to_value(), find).map_err(|error| error.near(pointer))
        }
    }
}

/// True if the compiled tables answer for this document, so that it is quick.
#[must_use]
pub fn is_quick(document: &Value, find: &FindContext<'_>) -> bool {
    let arena = Arena::new();
    Document::from_value(document, &arena)
        .is_ok_and(|document| expand::expand(&document, find, &arena).is_ok())
}
