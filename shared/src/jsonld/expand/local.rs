//! The local contexts of a document: steps 4 and 5 of
//! [context processing](https://www.w3.org/TR/json-ld11-api/#context-processing-algorithm).

use super::super::FindContext;
use super::super::context::{ActiveContext, Layer, Unsupported, compile_at_run_time, published_layer};
use super::super::json::Json;
use bumpalo::Bump;
use serde_json::Value;

/// Longest text of a context that is compiled when it is met.
const TEXT_LIMIT: usize = 256 * 1024;

/// Puts the contexts of the whole document on top of each other: published, handed in or written in the document.
pub(super) fn push_root<'a>(
    active: &mut ActiveContext<'a>,
    contexts: Option<Json<'a>>,
    find: &FindContext<'_>,
    arena: &'a Bump,
) -> Result<(), Unsupported> {
    for context in contexts.ok_or(Unsupported)?.items() {
        active.push(root_layer(*context, find, arena)?)?;
    }
    Ok(())
}

/// Puts the contexts of one object on top; only published ones can be.
pub(super) fn push<'a>(active: &mut ActiveContext<'a>, contexts: Json<'a>) -> Result<(), Unsupported> {
    for context in contexts.items() {
        active.push(context.as_str().and_then(published_layer).ok_or(Unsupported)?)?;
    }
    Ok(())
}

fn root_layer<'a>(
    context: Json<'a>,
    find: &FindContext<'_>,
    arena: &'a Bump,
) -> Result<&'a Layer, Unsupported> {
    let compiled = match context {
        Json::String(url) => match published_layer(url) {
            Some(layer) => return Ok(layer),
            None => compile_text(&find(url).ok_or(Unsupported)?)?,
        },
        Json::Object(_) => compile_at_run_time(&context.to_value())?,
        _ => return Err(Unsupported),
    };
    Ok(arena.alloc(compiled))
}

fn compile_text(text: &str) -> Result<Layer, Unsupported> {
    if text.len() > TEXT_LIMIT {
        return Err(Unsupported);
    }
    let document: Value = serde_json::from_str(text).map_err(|_no_json| Unsupported)?;
    compile_at_run_time(document.get("@context").ok_or(Unsupported)?)
}
