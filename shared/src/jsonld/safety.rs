//! Safe mode: what the algorithms would drop silently refuses the document.
//!
//! The complete library has no such mode. So the document is expanded once more with a vocabulary and a base of our
//! own behind all contexts: whatever nobody defined then carries that mark, instead of vanishing.
//! [JSON-LD 1.1 API 5.1.2](https://www.w3.org/TR/json-ld11-api/#expansion-algorithm) lists the places where values vanish.

use super::JsonLdError;
use oxrdf::{GraphName, Literal, NamedNode, NamedOrBlankNode, Quad, Term};
use serde_json::{Map, Value, json};

/// Stands before every term that no context defines.
const UNDEFINED: &str = "https://undefined.invalid/74b2e6f1/";
/// The base of every relative reference; the scheme is ours, so that it shows whatever kind of reference it was.
pub(super) const RELATIVE_BASE: &str = "relative-9d03c5a8://base/";
/// The scheme of [`RELATIVE_BASE`].
const RELATIVE: &str = "relative-9d03c5a8://";
const RELATIVE_SCHEME: &str = "relative-9d03c5a8:";
/// Stands for `null` and for empty arrays, which would hide an undefined property.
const SOMETHING: &str = "https://something.invalid/";

/// Whether an IRI looks like one of our marks; no document may use it, whichever path it takes.
pub(super) fn is_mark(iri: &str) -> bool {
    [UNDEFINED, SOMETHING, RELATIVE_SCHEME].iter().any(|mark| iri.starts_with(mark))
}

/// Refuses a document that says itself what only a mark may say.
pub(super) fn refuse_marks(as_written: &[Quad], document: &Value) -> Result<(), JsonLdError> {
    match as_written.iter().flat_map(iris).find(|iri| is_mark(iri)) {
        Some(iri) => Err(JsonLdError::ReservedIri { iri: iri.to_owned(), pointer: find(document, iri) }),
        None => Ok(()),
    }
}

/// The IRIs of a quad.
fn iris(quad: &Quad) -> impl Iterator<Item = &str> {
    let subject = match &quad.subject {
        NamedOrBlankNode::NamedNode(node) => Some(node.as_str()),
        NamedOrBlankNode::BlankNode(_) => None,
    };
    let object = match &quad.object {
        Term::NamedNode(node) => Some(node.as_str()),
        Term::Literal(literal) => Some(literal.datatype().as_str()),
        Term::BlankNode(_) => None,
    };
    let graph = match &quad.graph_name {
        GraphName::NamedNode(node) => Some(node.as_str()),
        GraphName::BlankNode(_) | GraphName::DefaultGraph => None,
    };
    [subject, Some(quad.predicate.as_str()), object, graph].into_iter().flatten()
}

/// The document with our vocabulary behind its contexts, and nothing left empty.
pub(super) fn marked(document: &Value) -> Value {
    let mut marked = mark_members(document);
    if let Value::Object(members) = &mut marked {
        let contexts = members.remove("@context").unwrap_or_else(|| json!([]));
        let mut all = vec![vocabulary()];
        match contexts {
            Value::Array(contexts) => all.extend(contexts),
            context => all.push(context),
        }
        members.insert("@context".to_owned(), Value::Array(all));
    }
    marked
}

/// A context with our vocabulary after every `null`, which would take it away.
pub(super) fn marked_context(context: &Value) -> Value {
    match context {
        Value::Object(members) => Value::Object(
            members
                .iter()
                .map(|(key, value)| {
                    let marked = if key == "@context" { mark_nulls(value) } else { marked_context(value) };
                    (key.clone(), marked)
                })
                .collect(),
        ),
        Value::Array(items) => Value::Array(items.iter().map(marked_context).collect()),
        other => other.clone(),
    }
}

/// Refuses what only the document shows, not its quads: values that are attached to nothing, and directions.
pub(super) fn check_shape(document: &Value) -> Result<(), JsonLdError> {
    match document {
        Value::Object(_) => check_below(document, &mut String::new()),
        _ => Err(JsonLdError::NotAnObject),
    }
}

fn check_below(value: &Value, pointer: &mut String) -> Result<(), JsonLdError> {
    let length = pointer.len();
    for (step, below) in steps(value) {
        pointer.push('/');
        pointer.push_str(&step);
        match step.as_str() {
            key if is_reserved(key) => {
                return Err(JsonLdError::UndefinedTerm { term: key.to_owned(), pointer: pointer.clone() });
            }
            "@direction" if !below.is_null() => {
                return Err(JsonLdError::DirectionUnsupported(pointer.clone()));
            }
            "@value" if below.is_null() => return Err(JsonLdError::Dropped(pointer.clone())),
            "@graph" if is_unattached(below) => return Err(JsonLdError::Dropped(pointer.clone())),
            _ => check_below(below, pointer)?,
        }
        pointer.truncate(length);
    }
    Ok(())
}

/// True of words that look like keywords and are none, which the algorithms ignore.
fn is_reserved(text: &str) -> bool {
    const KEYWORDS: &str = "@base @container @context @direction @graph @id @import @included @index @json @language \
        @list @nest @none @prefix @propagate @protected @reverse @set @type @value @version @vocab";
    text.strip_prefix('@').is_some_and(|word| {
        !word.is_empty()
            && word.bytes().all(|byte| byte.is_ascii_alphabetic())
            && !KEYWORDS.split_ascii_whitespace().any(|keyword| keyword == text)
    })
}

/// True of a graph with something in it that is not a node with properties.
fn is_unattached(graph: &Value) -> bool {
    match graph {
        Value::Array(items) => items.iter().any(is_unattached),
        Value::Object(members) => {
            members.is_empty()
                || members.keys().all(|key| matches!(key.as_str(), "@id" | "@value" | "@list" | "id"))
        }
        _ => true,
    }
}

fn steps(value: &Value) -> Vec<(String, &Value)> {
    match value {
        Value::Object(members) => members.iter().map(|(key, value)| (escape(key), value)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(at, item)| (at.to_string(), item)).collect(),
        _ => Vec::new(),
    }
}

fn vocabulary() -> Value {
    json!({ "@vocab": UNDEFINED })
}

/// `null` in a local context starts again from nothing: put the vocabulary back after it.
fn mark_nulls(context: &Value) -> Value {
    match context {
        Value::Null => json!([null, vocabulary()]),
        Value::Array(items) => Value::Array(
            items
                .iter()
                .flat_map(|item| {
                    if item.is_null() { vec![Value::Null, vocabulary()] } else { vec![marked_context(item)] }
                })
                .collect(),
        ),
        other => marked_context(other),
    }
}

fn mark_members(value: &Value) -> Value {
    match value {
        // In the place of an IRI such a text vanishes; behind this mark it is a relative reference.
        Value::String(text) if is_reserved(text) => Value::String(format!("./{text}")),
        Value::Object(members) => Value::Object(members.iter().map(mark_member).collect::<Map<_, _>>()),
        Value::Array(items) => Value::Array(items.iter().map(mark_members).collect()),
        other => other.clone(),
    }
}

fn mark_member((key, value): (&String, &Value)) -> (String, Value) {
    let marked = if key == "@context" {
        mark_nulls(value)
    } else if key.starts_with('@') || !is_empty(value) {
        mark_members(value)
    } else {
        json!(SOMETHING)
    };
    (key.clone(), marked)
}

/// True of what leaves no quad behind: `null`, and arrays and sets of nothing else.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.iter().all(is_empty),
        Value::Object(members) => members.len() == 1 && members.get("@set").is_some_and(is_empty),
        _ => false,
    }
}

/// Refuses the first quad that carries a mark of ours, or a name that is no IRI.
pub(super) fn check(quads: &[Quad], document: &Value) -> Result<(), JsonLdError> {
    quads.iter().try_for_each(|quad| check_quad(quad, document))
}

fn check_quad(quad: &Quad, document: &Value) -> Result<(), JsonLdError> {
    check_predicate(&quad.predicate, document)?;
    if let NamedOrBlankNode::NamedNode(subject) = &quad.subject {
        check_iri(subject, document)?;
    }
    match &quad.object {
        Term::NamedNode(object) => check_iri(object, document)?,
        Term::Literal(literal) => check_literal(literal, document)?,
        Term::BlankNode(_) => {}
    }
    match &quad.graph_name {
        GraphName::NamedNode(graph) => check_iri(graph, document),
        GraphName::BlankNode(_) | GraphName::DefaultGraph => Ok(()),
    }
}

fn check_predicate(predicate: &NamedNode, document: &Value) -> Result<(), JsonLdError> {
    if predicate.as_str().starts_with("_:") {
        let name = predicate.as_str().to_owned();
        return Err(JsonLdError::BlankNodeProperty { pointer: find(document, &name), name });
    }
    check_iri(predicate, document)
}

fn check_iri(iri: &NamedNode, document: &Value) -> Result<(), JsonLdError> {
    let iri = iri.as_str();
    if let Some(term) = iri.strip_prefix(UNDEFINED) {
        return Err(JsonLdError::UndefinedTerm { term: term.to_owned(), pointer: find(document, term) });
    }
    if let Some(resolved) = iri.strip_prefix(RELATIVE) {
        let reference = resolved.strip_prefix("base/").unwrap_or(resolved);
        return Err(JsonLdError::RelativeReference {
            reference: reference.to_owned(),
            pointer: find(document, reference),
        });
    }
    match NamedNode::new(iri) {
        Ok(_) => Ok(()),
        Err(_) => Err(JsonLdError::InvalidIri { iri: iri.to_owned(), pointer: find(document, iri) }),
    }
}

fn check_literal(literal: &Literal, document: &Value) -> Result<(), JsonLdError> {
    if let Some(language) = literal.language() {
        if Literal::new_language_tagged_literal("", language).is_err() {
            let pointer = find(document, language);
            return Err(JsonLdError::InvalidLanguage { language: language.to_owned(), pointer });
        }
        return Ok(());
    }
    check_iri(&literal.datatype().into_owned(), document)
}

/// JSON pointer to the first member or string with this text; empty when it stands nowhere literally.
fn find(value: &Value, text: &str) -> String {
    find_below(value, text, &mut String::new()).unwrap_or_default()
}

fn find_below(value: &Value, text: &str, pointer: &mut String) -> Option<String> {
    let length = pointer.len();
    if value.as_str() == Some(text) {
        return Some(pointer.clone());
    }
    for (step, below) in steps(value) {
        pointer.push('/');
        pointer.push_str(&step);
        if value.is_object() && step == escape(text) {
            return Some(pointer.clone());
        }
        let found = find_below(below, text, pointer);
        if found.is_some() {
            return found;
        }
        pointer.truncate(length);
    }
    None
}

/// One step of a JSON pointer, [RFC 6901 3](https://www.rfc-editor.org/rfc/rfc6901#section-3).
pub(super) fn escape(step: &str) -> String {
    step.replace('~', "~0").replace('/', "~1")
}
