//! Why a document has no canonical form.

use oxjsonld::JsonLdSyntaxError;
use std::fmt::Display;

/// A refusal of [`canonicalize`](super::canonicalize): the document says something that a signature would not cover.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JsonLdError {
    /// A property, type or value that no context of the document defines; a signature would skip it.
    #[error("the term `{term}` at {pointer} is not defined by the document's contexts")]
    UndefinedTerm {
        /// The term as written.
        term: String,
        /// JSON pointer to where it stands.
        pointer: String,
    },
    /// An identifier that only means something relative to where the document was found.
    #[error("`{reference}` at {pointer} is a relative reference, expected an absolute IRI")]
    RelativeReference {
        /// The reference as written.
        reference: String,
        /// JSON pointer to where it stands.
        pointer: String,
    },
    /// Text in the place of an IRI that is none.
    #[error("`{iri}` at {pointer} is not an IRI")]
    InvalidIri {
        /// The text as written.
        iri: String,
        /// JSON pointer to where it stands.
        pointer: String,
    },
    /// An IRI that is kept for marking what would be dropped.
    #[error("`{iri}` at {pointer} is kept for use by this library alone")]
    ReservedIri {
        /// The IRI.
        iri: String,
        /// JSON pointer to where it stands; empty if it comes from a context.
        pointer: String,
    },
    /// A property whose name is a blank node, which RDF cannot say.
    #[error("the blank node `{name}` at {pointer} is used as a property")]
    BlankNodeProperty {
        /// The name as written.
        name: String,
        /// JSON pointer to where it stands.
        pointer: String,
    },
    /// A language that is no BCP 47 tag.
    #[error("`{language}` at {pointer} is not a language tag")]
    InvalidLanguage {
        /// The text as written.
        language: String,
        /// JSON pointer to where it stands.
        pointer: String,
    },
    /// `@direction`, which has no agreed form in RDF.
    #[error("`@direction` at {0} cannot be signed")]
    DirectionUnsupported(String),
    /// A value or object that stands where the algorithm drops it.
    #[error("the value at {0} is attached to nothing and would be dropped")]
    Dropped(String),
    /// A node of several types that each bring a context, together with contexts that the compiled tables do not hold.
    #[error(
        "several of the types {types} at {pointer} change the context, next to contexts that are not compiled in"
    )]
    SeveralScopes {
        /// The types as written.
        types: String,
        /// JSON pointer to where they stand.
        pointer: String,
    },
    /// A member that brings a context in a node whose type does too, together with contexts that the compiled tables do not hold.
    #[error(
        "the member `{term}` at {pointer} changes the context inside of a type that does too, next to contexts that are not compiled in"
    )]
    ScopeInScope {
        /// The member's name.
        term: String,
        /// JSON pointer to where it stands.
        pointer: String,
    },
    /// A shape that the general library cannot handle.
    #[error("the document has a shape near {} that the JSON-LD library cannot handle", place(pointer))]
    LibraryFailed {
        /// JSON pointer to where the compiled tables had stopped.
        pointer: String,
    },
    /// An array, a text or a number in the place of the document.
    #[error("the document is not an object")]
    NotAnObject,
    /// The document makes no statement at all.
    #[error("the document makes no statement")]
    Empty,
    /// Contexts that are neither embedded nor among the documents handed in.
    #[error("the contexts {} are not known", .0.join(", "))]
    MissingContexts(Vec<String>),
    /// No JSON, a member named twice, or nesting without end.
    #[error("the document is not readable JSON")]
    Unreadable(#[source] serde_json::Error),
    /// A context that is no JSON.
    #[error("the context `{url}` is not JSON")]
    UnreadableContext {
        /// Its URL.
        url: String,
        /// What the parser says.
        source: serde_json::Error,
    },
    /// The document breaks a rule of JSON-LD 1.1.
    #[error("the document is not valid JSON-LD near {}", place(pointer))]
    Syntax {
        /// JSON pointer to where the compiled tables had stopped; the general library does not say where it does.
        pointer: String,
        /// What the general library says.
        source: JsonLdSyntaxError,
    },
    /// The document goes beyond a bound that keeps the work small.
    #[error("the document has more than {limit} {what}")]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// How much is accepted.
        limit: usize,
    },
    /// Blank nodes that can be told apart only with exponential work.
    ///
    /// See [dataset poisoning](https://www.w3.org/TR/rdf-canon/#dataset-poisoning).
    #[error("the document's blank nodes are too alike to be put in order")]
    Poisoned,
}

/// A JSON pointer with a step in front, [RFC 6901](https://www.rfc-editor.org/rfc/rfc6901#section-3).
pub(super) fn pointer_below(step: impl Display, pointer: &str) -> String {
    let step = step.to_string().replace('~', "~0").replace('/', "~1");
    format!("/{step}{pointer}")
}

/// The top of the document has an empty pointer.
fn place(pointer: &str) -> &str {
    if pointer.is_empty() { "its top" } else { pointer }
}

impl JsonLdError {
    /// The same, if it has no place of its own, with the one where the compiled tables stopped.
    pub(super) fn near(mut self, stopped: String) -> Self {
        if let Self::LibraryFailed { pointer } | Self::Syntax { pointer, .. } = &mut self {
            *pointer = stopped;
        }
        self
    }

    /// Puts a step in front of the JSON pointer.
    pub(crate) fn prepend(&mut self, step: impl Display) {
        if let Self::UndefinedTerm { pointer, .. }
        | Self::RelativeReference { pointer, .. }
        | Self::InvalidIri { pointer, .. }
        | Self::ReservedIri { pointer, .. }
        | Self::BlankNodeProperty { pointer, .. }
        | Self::InvalidLanguage { pointer, .. }
        | Self::SeveralScopes { pointer, .. }
        | Self::ScopeInScope { pointer, .. }
        | Self::LibraryFailed { pointer }
        | Self::Syntax { pointer, .. }
        | Self::DirectionUnsupported(pointer)
        | Self::Dropped(pointer) = self
        {
            *pointer = pointer_below(step, pointer);
        }
    }
}
