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
    /// A property whose name is a blank node, which RDF cannot say.
    #[error("the blank node `{0}` is used as a property")]
    BlankNodeProperty(String),
    /// A language that is no BCP 47 tag.
    #[error("`{0}` is not a language tag")]
    InvalidLanguage(String),
    /// `@direction`, which has no agreed form in RDF.
    #[error("`@direction` at {0} cannot be signed")]
    DirectionUnsupported(String),
    /// A value or object that stands where the algorithm drops it.
    #[error("the value at {0} is attached to nothing and would be dropped")]
    Dropped(String),
    /// A node of several types that each bring a context, together with contexts that the compiled tables do not hold.
    #[error("several of the types {0} change the context, next to contexts that are not compiled in")]
    SeveralScopes(String),
    /// A shape that the general library cannot handle.
    #[error("the document has a shape that the JSON-LD library cannot handle")]
    LibraryFailed,
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
    #[error("the document is not valid JSON-LD")]
    Syntax(#[source] JsonLdSyntaxError),
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

impl JsonLdError {
    /// Puts a step in front of the JSON pointer, [RFC 6901](https://www.rfc-editor.org/rfc/rfc6901#section-3).
    pub(super) fn prepend(&mut self, step: impl Display) {
        if let Self::UndefinedTerm { pointer, .. }
        | Self::RelativeReference { pointer, .. }
        | Self::InvalidIri { pointer, .. } = self
        {
            let step = step.to_string().replace('~', "~0").replace('/', "~1");
            *pointer = format!("/{step}{pointer}");
        }
    }
}
