//! Quads as the canonicalisation sees them; everything borrows from the document, the contexts or the arena.

/// A subject, or the graph of a quad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Node<'a> {
    /// An IRI.
    Iri(&'a str),
    /// A blank node by its number in the document.
    Blank(usize),
}

/// What is said about a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Object<'a> {
    /// Another node.
    Node(Node<'a>),
    /// A text with its datatype; none means `xsd:string`.
    Typed(&'a str, Option<&'a str>),
    /// A text in a language.
    InLanguage(&'a str, &'a str),
}

/// One statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Quad<'a> {
    /// Whom it is about.
    pub(super) subject: Node<'a>,
    /// What it says.
    pub(super) predicate: &'a str,
    /// The value.
    pub(super) object: Object<'a>,
    /// Where it says it; none is the default graph.
    pub(super) graph: Option<Node<'a>>,
}

/// All statements of a document.
#[derive(Debug)]
pub(super) struct Quads<'a> {
    /// In any order; a statement may occur twice.
    pub(super) quads: bumpalo::collections::Vec<'a, Quad<'a>>,
    /// Blank nodes are numbered from zero to this.
    pub(super) blank_nodes: usize,
}

/// The vocabulary of RDF and XML Schema that expansion itself adds.
pub(super) mod vocabulary {
    /// The type of a node.
    pub(crate) const RDF_TYPE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
    /// The value of a list cell.
    pub(crate) const RDF_FIRST: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#first";
    /// The cell after a list cell.
    pub(crate) const RDF_REST: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#rest";
    /// The end of a list.
    pub(crate) const RDF_NIL: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#nil";
    /// Plain text; never written.
    pub(crate) const XSD_STRING: &str = "http://www.w3.org/2001/XMLSchema#string";
    /// Whole numbers.
    pub(crate) const XSD_INTEGER: &str = "http://www.w3.org/2001/XMLSchema#integer";
    /// Other numbers.
    pub(crate) const XSD_DOUBLE: &str = "http://www.w3.org/2001/XMLSchema#double";
    /// `true` and `false`.
    pub(crate) const XSD_BOOLEAN: &str = "http://www.w3.org/2001/XMLSchema#boolean";
}
