//! The complete path: any context, through general libraries.
//!
//! Expansion by `oxjsonld`, safe mode by [`safety`](super::safety). About a hundred times
//! slower than the compiled tables, so its input is bounded.

use super::contexts::published_context;
use super::quad::{self, Node, Object, Quads, vocabulary};
use super::safety::{self, RELATIVE_BASE};
use super::{FindContext, JsonLdError, limits, numbers, rdfc};
use bumpalo::Bump;
use oxjsonld::{JsonLdParser, JsonLdRemoteDocument};
use oxrdf::{BlankNode, GraphName, Literal, NamedOrBlankNode, Quad, Term};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::error::Error;
use std::panic::AssertUnwindSafe;

/// Most contexts that one document may draw in, directly or through other contexts.
const CONTEXTS_LIMIT: usize = 32;
/// The canonical lines of any document, handed to `sink` in order.
pub(super) fn canonicalize(
    document: &Value,
    find: &FindContext<'_>,
    sink: &mut impl FnMut(&[u8]),
) -> Result<(), JsonLdError> {
    let quads = to_quads(document, find)?;
    let arena = Bump::new();
    rdfc::canonicalize(&numbered(&quads, &arena), sink)
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
    contexts.refuse_several_scopes(document)?;
    let strict = contexts.expand(document, Reading::AsWritten)?;
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

    /// The library takes the context of the last type alone where several types of a node have one; so that is refused.
    ///
    /// Expected is [step 11.2](https://www.w3.org/TR/json-ld11-api/#expansion-algorithm): one on top of the other.
    fn refuse_several_scopes(&self, document: &Value) -> Result<(), JsonLdError> {
        let mut scoped = BTreeSet::new();
        self.texts.values().chain([document]).for_each(|context| list_scoped_terms(context, &mut scoped));
        match find_array(document, &|items| {
            items.iter().filter(|item| item.as_str().is_some_and(|term| scoped.contains(term))).count() > 1
        }) {
            Some(types) => Err(JsonLdError::SeveralScopes(Value::Array(types.clone()).to_string())),
            None => Ok(()),
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
                .map_err(JsonLdError::Syntax)
        };
        // The library has places that it takes to be unreachable and that documents reach, such as a set in a graph.
        std::panic::catch_unwind(AssertUnwindSafe(parse)).unwrap_or(Err(JsonLdError::LibraryFailed))
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

/// The terms that bring a context of their own, at any depth.
fn list_scoped_terms<'v>(value: &'v Value, terms: &mut BTreeSet<&'v str>) {
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                if member.get("@context").is_some() {
                    terms.insert(key);
                }
                list_scoped_terms(member, terms);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| list_scoped_terms(item, terms)),
        _ => {}
    }
}

/// The first array at any depth that fits.
fn find_array<'v>(value: &'v Value, fits: &impl Fn(&[Value]) -> bool) -> Option<&'v Vec<Value>> {
    match value {
        Value::Object(members) => members.values().find_map(|member| find_array(member, fits)),
        Value::Array(items) if fits(items) => Some(items),
        Value::Array(items) => items.iter().find_map(|item| find_array(item, fits)),
        _ => None,
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
