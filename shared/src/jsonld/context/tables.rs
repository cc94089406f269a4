//! The published contexts as statics, written by `build.rs` from `contexts/`.

use super::definition::{Assumption, Container, Definition, Kind, Layer, Mapping, Scoped};
use std::borrow::Cow;

include!(concat!(env!("OUT_DIR"), "/context_tables.rs"));

/// True if the compiled layer `above` would give a term that `below` protects another meaning.
pub(super) fn conflict(below: u16, above: u16) -> Option<bool> {
    let row = CONFLICTS.get(usize::from(below))?;
    let bits = row.get(usize::from(above / 8))?;
    Some(bits >> (above % 8) & 1 == 1)
}
