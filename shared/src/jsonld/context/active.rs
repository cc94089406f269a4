//! The active context: layers on top of each other, searched from the top.

use super::Unsupported;
use super::definition::{Definition, Kind, Layer, Mapping, Scoped, hash};
use super::tables;

/// Most layers that lie on top of each other; a badge with an embedded endorsement needs seven.
const LAYERS_LIMIT: usize = 16;

/// What terms mean at one place of a document.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ActiveContext<'c> {
    layers: [Option<&'c Layer>; LAYERS_LIMIT],
    height: usize,
    /// Height without the type-scoped layers, which do not reach into nested objects.
    propagated: usize,
}

/// What a term or compact IRI stands for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Expansion<'c, 'v> {
    /// The term is defined.
    Term(&'c Definition),
    /// The prefix is defined: both parts together are the IRI.
    Compact(&'c str, &'v str),
    /// The default vocabulary and the term are the IRI.
    InVocabulary(&'c str, &'v str),
    /// It is an IRI already, if it is one at all.
    Absolute(&'v str),
    /// No context says anything about it.
    Undefined,
}

impl<'c> ActiveContext<'c> {
    /// Nothing is defined.
    pub(crate) const EMPTY: Self = Self { layers: [None; LAYERS_LIMIT], height: 0, propagated: 0 };

    /// Puts a local context on top, which stays in force in nested objects.
    pub(crate) fn push(&mut self, layer: &'c Layer) -> Result<(), Unsupported> {
        self.refuse_redefinition(layer)?;
        self.put(layer)?;
        self.propagated = self.height;
        Ok(())
    }

    /// Puts the context of a property on top, which may redefine protected terms.
    pub(crate) fn push_property_scoped(&mut self, scoped: &'c Scoped) -> Result<(), Unsupported> {
        if *scoped == Scoped::Nothing {
            *self = Self::EMPTY;
        }
        if let Some(layer) = scoped.layer() {
            self.put(layer)?;
            self.propagated = self.height;
        }
        Ok(())
    }

    /// Puts the context of a type, or of the property of a scalar, on top, until [`revert`](Self::revert).
    pub(crate) fn push_scoped(&mut self, scoped: &'c Scoped) -> Result<(), Unsupported> {
        match scoped.layer() {
            Some(layer) => {
                self.refuse_redefinition(layer)?;
                self.put(layer)
            }
            None if *scoped == Scoped::Same => Ok(()),
            None => Err(Unsupported),
        }
    }

    /// Takes the contexts of types away again.
    pub(crate) fn revert(&mut self) {
        self.height = self.propagated;
    }

    fn put(&mut self, layer: &'c Layer) -> Result<(), Unsupported> {
        self.refuse_other_surroundings(layer)?;
        *self.layers.get_mut(self.height).ok_or(Unsupported)? = Some(layer);
        self.height += 1;
        Ok(())
    }

    /// From the top down.
    fn layers(&self) -> impl Iterator<Item = &'c Layer> {
        self.layers.get(..self.height).unwrap_or_default().iter().rev().copied().flatten()
    }

    /// [Create Term Definition](https://www.w3.org/TR/json-ld11-api/#create-term-definition), step 27.
    ///
    /// Any layer below counts, even where another one lies between: the complete library decides those cases.
    fn refuse_redefinition(&self, layer: &Layer) -> Result<(), Unsupported> {
        let redefines = |below: &Layer| match tables::conflict(below.number, layer.number) {
            Some(conflict) => conflict,
            None => layer.redefines_protected(below),
        };
        if self.layers().any(redefines) { Err(Unsupported) } else { Ok(()) }
    }

    /// A layer was compiled for certain surroundings: what it assumes of them must hold here too.
    fn refuse_other_surroundings(&self, layer: &Layer) -> Result<(), Unsupported> {
        let holds = layer.assumptions.iter().all(|assumption| assumption.holds(self.find(&assumption.name)));
        if holds { Ok(()) } else { Err(Unsupported) }
    }

    /// The definition of a term.
    pub(crate) fn find(&self, name: &str) -> Option<&'c Definition> {
        let hash = hash(name);
        self.layers().find_map(|layer| layer.find(name, hash))
    }

    /// [IRI expansion](https://www.w3.org/TR/json-ld11-api/#iri-expansion) relative to the vocabulary.
    pub(crate) fn expand_term<'v>(&self, value: &'v str) -> Expansion<'c, 'v> {
        if let Some(definition) = self.find(value) {
            return Expansion::Term(definition);
        }
        match self.expand_iri(value) {
            Expansion::Undefined => match self.layers().find_map(|layer| layer.vocabulary.as_deref()) {
                Some(vocabulary) => Expansion::InVocabulary(vocabulary, value),
                None => Expansion::Undefined,
            },
            expansion => expansion,
        }
    }

    /// [IRI expansion](https://www.w3.org/TR/json-ld11-api/#iri-expansion) of an identifier.
    pub(crate) fn expand_iri<'v>(&self, value: &'v str) -> Expansion<'c, 'v> {
        match value.split_once(':') {
            None | Some(("", _)) => Expansion::Undefined,
            Some((prefix, suffix)) if prefix != "_" && !suffix.starts_with("//") => match self.find(prefix) {
                Some(Definition { prefix: true, mapping: Mapping::Iri(iri), .. }) => {
                    Expansion::Compact(iri, suffix)
                }
                _ => Expansion::Absolute(value),
            },
            Some(_) => Expansion::Absolute(value),
        }
    }
}

impl Definition {
    /// The IRI of a property or type, if the term is not another name for a keyword.
    pub(crate) fn iri(&self) -> Option<&str> {
        match &self.mapping {
            Mapping::Iri(iri) => Some(iri),
            Mapping::Id | Mapping::Type => None,
        }
    }

    /// The datatype that the term gives its values.
    pub(crate) fn datatype(&self) -> Option<&str> {
        match &self.kind {
            Kind::Datatype(datatype) => Some(datatype),
            Kind::Plain | Kind::Id | Kind::Vocabulary | Kind::Json => None,
        }
    }
}
