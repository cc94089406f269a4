//! The complete path: any context, through general libraries.
//!
//! Expansion by `oxjsonld`, safe mode by [`safety`](super::safety). About a hundred times
//! slower than the compiled tables, so its input is bounded.

use super::contexts::published_context;
use super::quad::{self, Node, Object, Quads, vocabulary};
use super::rdfc::{self, Canonical};
use super::safety::{self, RELATIVE_BASE};
use super::scopes::Scopes;
use super::{FindContext, JsonLdError, limits, numbers};
use bumpalo::Bump;
use oxjsonld::{JsonLdParser, JsonLdRemoteDocument};
use oxrdf::{BlankNode, GraphName, Literal, NamedOrBlankNode, Quad, Term};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::panic::AssertUnwindSafe;

/// Most contexts that one document may draw in, directly or through other contexts.
const CONTEXTS_LIMIT: usize = 32;
/// The canonical form of any document.
pub(super) fn canonicalize(document: &Value, find: &FindContext<'_>) -> Result<Canonical, JsonLdError> {
    let quads = to_quads(document, find)?;
    let arena = Bump::new();
    rdfc::canonicalize(&numbered(&quads, &arena))
}

/// Refuses what the canonical form would not cover.
pub(super) fn require_defined_terms(document: &Value, find: &FindContext<'_>) -> Result<(), JsonLdError> {
    to_quads(document, find).map(drop)
}

/// The library's quads as the canonicalisation takes them.
fn numbered<'a>(quads: &'a [Quad], arena: &'a Bump) -> Quads<'a> {
    let mut labels = HashMap::new();
    let mut blank = |node: &'a BlankNode| {
        let next = labels.len();
        Node::Blank(*labels.entry(node.as_str()).or_insert(next))
    };
    let mut numbered = bumpalo::collections::Vec::with_capacity_in(quads.len(), arena);
    for quad in quads {
        let subject = match &quad.subject {
            NamedOrBlankNode::NamedNode(node) => Node::Iri(node.as_str()),
            NamedOrBlankNode::BlankNode(node) => blank(node),
        };
        let object = match &quad.object {
            Term::NamedNode(node) => Object::Node(Node::Iri(node.as_str())),
            Term::BlankNode(node) => Object::Node(blank(node)),
            Term::Literal(literal) => object(literal),
        };
        let graph = match &quad.graph_name {
            GraphName::NamedNode(node) => Some(Node::Iri(node.as_str())),
            GraphName::BlankNode(node) => Some(blank(node)),
            GraphName::DefaultGraph => None,
        };
        numbered.push(quad::Quad { subject, predicate: quad.predicate.as_str(), object, graph });
    }
    Quads { quads: numbered, blank_nodes: labels.len() }
}

fn object(literal: &Literal) -> Object<'_> {
    if let Some(language) = literal.language() {
        return Object::InLanguage(literal.value(), language);
    }
    let datatype = literal.datatype().as_str();
    Object::Typed(literal.value(), (datatype != vocabulary::XSD_STRING).then_some(datatype))
}

fn to_quads(document: &Value, find: &FindContext<'_>) -> Result<Vec<Quad>, JsonLdError> {
    limits::check(document)?;
    safety::check_shape(document)?;
    let contexts = Contexts::gather(document, find)?;
    let scopes = Scopes::of(contexts.texts.values().chain([document]));
    scopes.refuse_several_types(document, "")?;
    scopes.refuse_members_in_types(document, "")?;
    let strict = contexts.expand(document, Reading::AsWritten)?;
    safety::refuse_marks(&strict, document)?;
    let marked = contexts.expand(&safety::marked(document), Reading::Marked)?;
    safety::check(&marked, document)?;
    if strict.is_empty() {
        return Err(JsonLdError::Empty);
    }
    Ok(numbers::canonical(strict, document))
}

/// How the library is to read a document.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// As the specification says.
    AsWritten,
    /// So that nothing is dropped: what is undefined, relative or no IRI shows in the quads.
    Marked,
}

/// The texts of all contexts that a document draws in.
struct Contexts {
    texts: BTreeMap<String, Value>,
    missing: Vec<String>,
}

impl Contexts {
    fn gather(document: &Value, find: &FindContext<'_>) -> Result<Self, JsonLdError> {
        let mut contexts = Self { texts: BTreeMap::new(), missing: Vec::new() };
        let mut waiting = Vec::new();
        list_urls(document, &mut waiting);
        while let Some(url) = waiting.pop() {
            if contexts.texts.contains_key(&url) || contexts.missing.contains(&url) {
                continue;
            }
            let Some(context) = parse(&url, find)? else {
                contexts.missing.push(url);
                continue;
            };
            if contexts.texts.len() == CONTEXTS_LIMIT {
                return Err(JsonLdError::TooLarge { what: "contexts", limit: CONTEXTS_LIMIT });
            }
            list_urls(&context, &mut waiting);
            contexts.texts.insert(url, context);
        }
        if contexts.missing.is_empty() {
            Ok(contexts)
        } else {
            Err(JsonLdError::MissingContexts(contexts.missing))
        }
    }

    /// The quads that the library makes of a document.
    fn expand(&self, document: &Value, reading: Reading) -> Result<Vec<Quad>, JsonLdError> {
        let texts = self.texts_for(reading);
        let mut parser = JsonLdParser::new();
        if reading == Reading::Marked {
            parser = parser.lenient().with_base_iri(RELATIVE_BASE).map_err(|_error| JsonLdError::Empty)?;
        }
        let text = types_first(document).to_string();
        let parse = move || {
            parser
                .for_slice(&text)
                .with_load_document_callback(move |url, _options| load(&texts, url))
                .collect::<Result<Vec<Quad>, _>>()
                .map_err(|source| JsonLdError::Syntax { pointer: String::new(), source })
        };
        // The library has places that it takes to be unreachable and that documents reach, such as a set in a graph.
        let failed = || Err(JsonLdError::LibraryFailed { pointer: String::new() });
        std::panic::catch_unwind(AssertUnwindSafe(parse)).unwrap_or_else(|_panic| failed())
    }

    fn texts_for(&self, reading: Reading) -> BTreeMap<String, Vec<u8>> {
        let text = |context: &Value| match reading {
            Reading::AsWritten => context.to_string().into_bytes(),
            Reading::Marked => safety::marked_context(context).to_string().into_bytes(),
        };
        self.texts.iter().map(|(url, context)| (url.clone(), text(context))).collect()
    }
}

fn load(
    texts: &BTreeMap<String, Vec<u8>>,
    url: &str,
) -> Result<JsonLdRemoteDocument, Box<dyn Error + Send + Sync>> {
    let document = texts.get(url).ok_or("the context is not known")?;
    // Without a base of its own, a term means the same wherever it was defined; with one, the library would refuse
    // that two contexts define a protected term alike.
    Ok(JsonLdRemoteDocument { document: document.clone(), document_url: String::new() })
}

fn parse(url: &str, find: &FindContext<'_>) -> Result<Option<Value>, JsonLdError> {
    let text = match published_context(url) {
        Some(text) => text.into(),
        None => match find(url) {
            Some(text) => text,
            None => return Ok(None),
        },
    };
    let unreadable = |source| JsonLdError::UnreadableContext { url: url.to_owned(), source };
    let context: Value = serde_json::from_str(&text).map_err(unreadable)?;
    limits::check(&context)?;
    Ok(Some(context))
}

/// The document with the types of each object before its other members.
///
/// The library takes an object whose `id` comes before its `type` for a mere reference, and leaves the contexts of
/// outer types in force ([step 7](https://www.w3.org/TR/json-ld11-api/#expansion-algorithm)).
fn types_first(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let (types, others): (Vec<_>, Vec<_>) =
                members.iter().partition(|(key, _)| matches!(key.as_str(), "@type" | "type"));
            types.into_iter().chain(others).map(|(key, member)| (key.clone(), types_first(member))).collect()
        }
        Value::Array(items) => items.iter().map(types_first).collect(),
        scalar => scalar.clone(),
    }
}

/// The URLs in every `@context` at any depth.
fn list_urls(value: &Value, urls: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                if key == "@context" {
                    list_context_urls(member, urls);
                }
                if key == "@import" {
                    list_context_urls(member, urls);
                }
                list_urls(member, urls);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| list_urls(item, urls)),
        _ => {}
    }
}

fn list_context_urls(context: &Value, urls: &mut Vec<String>) {
    match context {
        Value::String(url) => urls.push(url.clone()),
        Value::Array(items) => items.iter().for_each(|item| list_context_urls(item, urls)),
        _ => {}
    }
}
