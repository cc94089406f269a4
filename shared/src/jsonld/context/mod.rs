//! Contexts as tables: what a term means at each place of a document.
//!
//! [Context processing](https://www.w3.org/TR/json-ld11-api/#context-processing-algorithms). The published contexts
//! are compiled when the crate is built; others are compiled when they are met, if the tables can hold them.

mod active;
mod compile;
mod definition;
mod tables;
#[cfg(test)]
mod tests;

pub(super) use active::{ActiveContext, Expansion};
pub(super) use compile::Unsupported;
pub(super) use definition::{Container, Definition, Kind, Layer, Mapping, Scoped};

use super::safety;
use oxiri::Iri;
use serde_json::Value;

/// The compiled table of a published context.
pub(super) fn published_layer(url: &str) -> Option<&'static Layer> {
    tables::PUBLISHED.iter().find(|(published, _)| *published == url).map(|(_, layer)| *layer)
}

/// Compiles a context that is not among the published ones.
///
/// # Errors
/// [`Unsupported`] when only the complete library can tell what it means, or that it is wrong.
pub(super) fn compile_at_run_time(context: &Value) -> Result<Layer, Unsupported> {
    let layer = compile::compile(context)?;
    check_iris(&layer)?;
    Ok(layer)
}

fn check_iris(layer: &Layer) -> Result<(), Unsupported> {
    let is_iri = |text: &str| match Iri::parse(text) {
        Ok(_) if !safety::is_mark(text) => Ok(()),
        _ => Err(Unsupported),
    };
    if let Some(vocabulary) = &layer.vocabulary {
        is_iri(vocabulary)?;
    }
    for term in layer.terms.iter() {
        if let Mapping::Iri(iri) = &term.mapping {
            is_iri(iri)?;
        }
        if let Kind::Datatype(iri) = &term.kind {
            is_iri(iri)?;
        }
        if let Some(scoped) = term.scoped.layer() {
            check_iris(scoped)?;
        }
    }
    Ok(())
}
