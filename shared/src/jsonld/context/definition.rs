//! One processed context as a table of term definitions.
//!
//! The build script compiles the published contexts to statics of these types; contexts met at run time are compiled
//! to the same. See [term definitions](https://www.w3.org/TR/json-ld11-api/#context-processing-algorithms).

use std::borrow::Cow;

/// Text that is part of the program or was read at run time.
pub(crate) type Text = Cow<'static, str>;

/// The number of every layer that is not among the compiled tables.
pub(crate) const RUNTIME: u16 = u16::MAX;

/// One local context, processed on its own; a stack of them is the active context.
#[derive(Debug, Clone)]
pub(crate) struct Layer {
    /// Place in the table of conflicts, or [`RUNTIME`].
    pub(crate) number: u16,
    /// Sorted by name.
    pub(crate) terms: Cow<'static, [Definition]>,
    /// Open addressing by [`hash`]: 0 is empty, `n` is `terms[n - 1]`. A power of two long, at least half empty.
    pub(crate) slots: Cow<'static, [u16]>,
    /// `@vocab`, if the context sets it.
    pub(crate) vocabulary: Option<Text>,
    /// What the definitions use without defining it; the layer says something else where an assumption does not hold.
    pub(crate) assumptions: Cow<'static, [Assumption]>,
}

/// What a name was taken to mean outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Assumption {
    /// A term or prefix.
    pub(crate) name: Text,
    /// Its IRI; none if it is not defined.
    pub(crate) iri: Option<Text>,
    /// Whether it may stand before a colon.
    pub(crate) prefix: bool,
}

impl Assumption {
    /// The assumption that the name has this definition.
    pub(crate) fn new(name: &str, definition: Option<&Definition>) -> Self {
        let iri = definition.and_then(|definition| match &definition.mapping {
            Mapping::Iri(iri) => Some(iri.clone()),
            Mapping::Id | Mapping::Type => None,
        });
        let prefix = definition.is_some_and(|definition| definition.prefix);
        Self { name: Text::Owned(name.to_owned()), iri, prefix }
    }

    /// True if the name has this definition.
    pub(crate) fn holds(&self, definition: Option<&Definition>) -> bool {
        match (definition, &self.iri) {
            (None, None) => true,
            (Some(Definition { mapping: Mapping::Iri(found), prefix, .. }), Some(iri)) => {
                found == iri && *prefix == self.prefix
            }
            _ => false,
        }
    }
}

impl PartialEq for Layer {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other) || (self.terms == other.terms && self.vocabulary == other.vocabulary)
    }
}

/// What one term means.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Definition {
    /// The term itself.
    pub(crate) name: Text,
    /// What it expands to.
    pub(crate) mapping: Mapping,
    /// `@type`: how its values are read.
    pub(crate) kind: Kind,
    /// `@container`.
    pub(crate) container: Container,
    /// `@context`: what changes inside.
    pub(crate) scoped: Scoped,
    /// May stand before the colon of a compact IRI.
    pub(crate) prefix: bool,
    /// May not be given another meaning.
    pub(crate) protected: bool,
}

/// What a term expands to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Mapping {
    /// `@id`
    Id,
    /// `@type`
    Type,
    /// An absolute IRI.
    Iri(Text),
}

/// How the values of a property are read, its type mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// None given: text is text.
    Plain,
    /// `@id`: text is an IRI.
    Id,
    /// `@vocab`: text is a term or an IRI.
    Vocabulary,
    /// `@json`: the value as it stands.
    Json,
    /// Text of this datatype.
    Datatype(Text),
}

/// What holds the values of a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Container {
    /// Nothing, or an unordered array (`@set`).
    Set,
    /// An ordered array.
    List,
    /// Each value is a graph of its own.
    Graph,
    /// An object of texts by language.
    Language,
}

/// The context that applies inside a property's value or an object of a type.
#[derive(Debug, Clone)]
pub(crate) enum Scoped {
    /// The same as outside.
    Same,
    /// `null`: nothing is defined any more.
    Nothing,
    /// A compiled one on top.
    Compiled(&'static Layer),
    /// One met at run time on top.
    Owned(Box<Layer>),
}

impl Scoped {
    /// The layer to put on top, if there is one.
    pub(crate) fn layer(&self) -> Option<&Layer> {
        match self {
            Self::Same | Self::Nothing => None,
            Self::Compiled(layer) => Some(layer),
            Self::Owned(layer) => Some(layer),
        }
    }
}

impl PartialEq for Scoped {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Same, Self::Same) | (Self::Nothing, Self::Nothing) => true,
            _ => match (self.layer(), other.layer()) {
                (Some(one), Some(other)) => one == other,
                _ => false,
            },
        }
    }
}

impl Definition {
    /// True if both mean the same; protection is no part of the meaning.
    ///
    /// [Create Term Definition](https://www.w3.org/TR/json-ld11-api/#create-term-definition), step 27.1
    pub(crate) fn means_the_same(&self, other: &Self) -> bool {
        self.mapping == other.mapping
            && self.kind == other.kind
            && self.container == other.container
            && self.scoped == other.scoped
            && self.prefix == other.prefix
    }
}

impl Layer {
    /// The definition of a term, given the [`hash`] of its name.
    pub(crate) fn find(&self, name: &str, hash: u64) -> Option<&Definition> {
        let mask = self.slots.len().checked_sub(1)?;
        let mut at = slot(hash, mask);
        loop {
            let number = usize::from(*self.slots.get(at)?);
            let definition = self.terms.get(number.checked_sub(1)?)?;
            if definition.name == name {
                return Some(definition);
            }
            at = (at + 1) & mask;
        }
    }

    /// True if this layer on top would give a term that `below` protects another meaning.
    pub(crate) fn redefines_protected(&self, below: &Self) -> bool {
        self.terms.iter().any(|term| {
            below
                .find(&term.name, hash(&term.name))
                .is_some_and(|protected| protected.protected && !protected.means_the_same(term))
        })
    }
}

/// The first place to look for a name.
pub(crate) fn slot(hash: u64, mask: usize) -> usize {
    // The upper half of a multiplicative hash is the better mixed one.
    usize::try_from(hash >> 40).unwrap_or_default() & mask
}

/// A quick hash for short names: length, first and last eight bytes.
pub(crate) fn hash(name: &str) -> u64 {
    const MIX: u64 = 0x9E37_79B9_7F4A_7C15;
    let bytes = name.as_bytes();
    let mixed = match (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        (Some(first), Some(last)) => {
            u64::from_le_bytes(*first).wrapping_mul(MIX) ^ u64::from_le_bytes(*last).rotate_left(29)
        }
        _ => bytes.iter().fold(0, |mixed, byte| (mixed << 8) | u64::from(*byte)),
    };
    (mixed ^ u64::try_from(bytes.len()).unwrap_or_default().rotate_left(17)).wrapping_mul(MIX)
}
