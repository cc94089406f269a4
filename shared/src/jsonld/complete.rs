//! The complete path: any context, through general libraries.
//!
//! Expansion by `oxjsonld`, RDFC-1.0 by `oxrdf`, safe mode by [`safety`](super::safety). About a hundred times
//! slower than the compiled tables, so its input is bounded.

use super::contexts::published_context;
use super::safety::{self, RELATIVE_BASE};
use super::{FindContext, JsonLdError, limits, nquads, numbers};
use oxjsonld::{JsonLdParser, JsonLdRemoteDocument};
use oxrdf::dataset::{CanonicalizationAlgorithm, CanonicalizationHashAlgorithm};
use oxrdf::{BlankNodeRef, Dataset, GraphNameRef, NamedOrBlankNodeRef, Quad, TermRef};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::error::Error;

/// Most contexts that one document may draw in, directly or through other contexts.
const CONTEXTS_LIMIT: usize = 32;
/// Most blank nodes that may look alike at first sight: their order costs up to the factorial of their number.
const ALIKE_LIMIT: usize = 5;

/// The canonical N-Quads of any document.
pub(super) fn canonicalize(document: &Value, find: &FindContext<'_>) -> Result<String, JsonLdError> {
    let quads = to_quads(document, find)?;
    let mut dataset: Dataset = quads.into_iter().collect();
    refuse_poison(&dataset)?;
    dataset.canonicalize(CanonicalizationAlgorithm::Rdfc10 {
        hash_algorithm: CanonicalizationHashAlgorithm::Sha256,
    });
    Ok(nquads::serialize(&dataset))
}

fn to_quads(document: &Value, find: &FindContext<'_>) -> Result<Vec<Quad>, JsonLdError> {
    limits::check(document)?;
    safety::check_shape(document)?;
    let contexts = Contexts::gather(document, find)?;
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

    /// The quads that the library makes of a document.
    fn expand(&self, document: &Value, reading: Reading) -> Result<Vec<Quad>, JsonLdError> {
        let texts = self.texts_for(reading);
        let mut parser = JsonLdParser::new();
        if reading == Reading::Marked {
            parser = parser.lenient().with_base_iri(RELATIVE_BASE).map_err(|_error| JsonLdError::Empty)?;
        }
        let text = document.to_string();
        parser
            .for_slice(&text)
            .with_load_document_callback(move |url, _options| load(&texts, url))
            .collect::<Result<Vec<Quad>, _>>()
            .map_err(JsonLdError::Syntax)
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
    Ok(JsonLdRemoteDocument { document: document.clone(), document_url: url.to_owned() })
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

/// Counts the blank nodes that no name or text of their own tells apart, and refuses too many.
fn refuse_poison(dataset: &Dataset) -> Result<(), JsonLdError> {
    let mut looks: HashMap<BlankNodeRef<'_>, Vec<String>> = HashMap::new();
    for quad in dataset {
        let mut nodes = Vec::with_capacity(3);
        if let NamedOrBlankNodeRef::BlankNode(node) = quad.subject {
            nodes.push(node);
        }
        if let TermRef::BlankNode(node) = quad.object {
            nodes.push(node);
        }
        if let GraphNameRef::BlankNode(node) = quad.graph_name {
            nodes.push(node);
        }
        for node in nodes {
            let other = |text: String| if text == node.to_string() { "_:a" } else { "_:z" }.to_owned();
            let subject = quad.subject.to_string();
            let object = quad.object.to_string();
            let graph = quad.graph_name.to_string();
            let mask = |text: String| if text.starts_with("_:") { other(text) } else { text };
            let look = [mask(subject), quad.predicate.to_string(), mask(object), mask(graph)].join(" ");
            looks.entry(node).or_default().push(look);
        }
    }
    let mut alike: HashMap<Vec<String>, usize> = HashMap::new();
    for mut look in looks.into_values() {
        look.sort_unstable();
        *alike.entry(look).or_default() += 1;
    }
    let too_many = alike.values().any(|&count| count > ALIKE_LIMIT);
    if too_many { Err(JsonLdError::Poisoned) } else { Ok(()) }
}
