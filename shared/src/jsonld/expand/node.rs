//! Node objects: [expansion](https://www.w3.org/TR/json-ld11-api/#expansion-algorithm) steps 7 to 14, and the
//! statements about one [node](https://www.w3.org/TR/json-ld11-api/#object-to-rdf-conversion).

use super::super::context::{ActiveContext, Container, Definition, Expansion, Kind, Mapping};
use super::super::json::Json;
use super::super::quad::{Node, Object, vocabulary};
use super::super::{JsonLdError, limits, safety};
use super::{Expander, Stop, local};
use crate::iri;
use bumpalo::Bump;
use oxiri::Iri;

/// The members of an object.
pub(super) type Members<'a> = &'a [(&'a str, Json<'a>)];

/// The members that are not properties.
#[derive(Clone, Copy, Default)]
struct Keywords<'a> {
    context: Option<Json<'a>>,
    id: Option<(&'a str, Json<'a>)>,
    types: Option<(&'a str, Json<'a>)>,
}

impl<'a> Keywords<'a> {
    /// Finds them by name; whether `id` and `type` are other names for keywords is for the context to say.
    fn of(members: Members<'a>) -> Result<Self, Stop> {
        let mut found = Self::default();
        for (key, value) in members {
            let place = match *key {
                "@context" => {
                    found.context = Some(*value);
                    continue;
                }
                "@id" | "id" => &mut found.id,
                "@type" | "type" => &mut found.types,
                key if key.starts_with('@') => return Err(Stop::Unsupported),
                _ => continue,
            };
            if place.replace((key, *value)).is_some() {
                return Err(Stop::Unsupported);
            }
        }
        Ok(found)
    }
}

/// A property on its way to becoming quads.
#[derive(Clone, Copy)]
pub(super) struct Property<'p, 'a> {
    pub(super) subject: Node<'a>,
    pub(super) iri: &'a str,
    pub(super) term: Option<&'a Definition>,
    pub(super) active: &'p ActiveContext<'a>,
    pub(super) graph: Option<Node<'a>>,
}

impl<'a> Expander<'a> {
    /// All statements of one node object, given the context inside; answers the node.
    pub(super) fn node(
        &mut self,
        members: Members<'a>,
        mut active: ActiveContext<'a>,
        graph: Option<Node<'a>>,
    ) -> Result<Node<'a>, Stop> {
        limits::check_blank_nodes(self.blank_nodes)?;
        let keywords = Keywords::of(members)?;
        // Step 9
        if let Some(contexts) = keywords.context {
            local::push(&mut active, contexts)?;
        }
        // Steps 10 and 11
        let outside = active;
        let types = match keywords.types {
            Some((key, types)) if is_keyword(&active, key, &Mapping::Type) => Some((key, types)),
            _ => None,
        };
        if let Some((_, types)) = types {
            push_type_scoped(&mut active, types, self.arena)?;
        }
        let id = keywords.id.filter(|(key, _)| is_keyword(&active, key, &Mapping::Id));
        let subject = match id {
            Some((key, id)) => self.identifier(id, &active).map_err(|stop| stop.below(key))?,
            None => self.new_blank_node(),
        };
        if let Some((key, types)) = types {
            self.types(subject, types, &outside, graph).map_err(|stop| stop.below(key))?;
        }
        // Steps 13 and 14
        let taken = [id.map(|(key, _)| key), types.map(|(key, _)| key), Some("@context")];
        for (key, value) in members.iter().filter(|(key, _)| !taken.contains(&Some(key))) {
            self.property(subject, key, *value, &active, graph).map_err(|stop| stop.below(key))?;
        }
        Ok(subject)
    }

    fn identifier(&mut self, id: Json<'a>, active: &ActiveContext<'a>) -> Result<Node<'a>, Stop> {
        let id = id.as_str().ok_or(Stop::Unsupported)?;
        self.reference(active.expand_iri(id), id)
    }

    /// The node that an expanded IRI names.
    pub(super) fn reference(
        &mut self,
        expansion: Expansion<'a, 'a>,
        written: &'a str,
    ) -> Result<Node<'a>, Stop> {
        match expansion {
            Expansion::Term(term) => term.iri().map(Node::Iri).ok_or(Stop::Unsupported),
            Expansion::Absolute(iri) => match iri.strip_prefix("_:") {
                Some(label) => self.labelled(label),
                None => Ok(Node::Iri(checked(iri)?)),
            },
            Expansion::Compact(start, end) | Expansion::InVocabulary(start, end) => {
                Ok(Node::Iri(self.joined(start, end)?))
            }
            Expansion::Undefined => {
                let pointer = String::new();
                Err(JsonLdError::RelativeReference { reference: written.to_owned(), pointer }.into())
            }
        }
    }

    /// Both parts of an IRI together.
    fn joined(&self, start: &str, end: &str) -> Result<&'a str, Stop> {
        let mut iri = bumpalo::collections::String::with_capacity_in(start.len() + end.len(), self.arena);
        iri.push_str(start);
        iri.push_str(end);
        checked(iri.into_bump_str())
    }

    fn types(
        &mut self,
        subject: Node<'a>,
        types: Json<'a>,
        active: &ActiveContext<'a>,
        graph: Option<Node<'a>>,
    ) -> Result<(), Stop> {
        for (at, kind) in list(&types).iter().enumerate() {
            let written = kind.as_str().ok_or(Stop::Unsupported)?;
            let expansion = active.expand_term(written);
            let kind = match expansion {
                Expansion::Undefined => Err(undefined(written)),
                expansion => self.reference(expansion, written),
            };
            let kind =
                kind.map_err(|stop| if matches!(types, Json::Array(_)) { stop.below(at) } else { stop })?;
            self.emit(subject, vocabulary::RDF_TYPE, Object::Node(kind), graph);
        }
        Ok(())
    }

    fn property(
        &mut self,
        subject: Node<'a>,
        key: &'a str,
        value: Json<'a>,
        active: &ActiveContext<'a>,
        graph: Option<Node<'a>>,
    ) -> Result<(), Stop> {
        let (iri, term) = match active.expand_term(key) {
            Expansion::Term(term) => (term.iri().ok_or(Stop::Unsupported)?, Some(term)),
            Expansion::Absolute(iri) if iri.starts_with("_:") => return Err(Stop::Unsupported),
            Expansion::Absolute(iri) => (checked(iri)?, None),
            Expansion::Compact(start, end) | Expansion::InVocabulary(start, end) => {
                (self.joined(start, end)?, None)
            }
            Expansion::Undefined => return Err(undefined(key)),
        };
        let property = Property { subject, iri, term, active, graph };
        if term.is_some_and(|term| term.kind == Kind::Json) {
            return Err(Stop::Unsupported);
        }
        match (term.map_or(Container::Set, |term| term.container), value) {
            (Container::List, value) => self.list(&property, value),
            (Container::Language, Json::Object(texts)) => self.language_map(&property, texts),
            (_, value) => self.values(&property, value),
        }
    }
}

/// True if the member is `keyword` itself or another name for it.
fn is_keyword(active: &ActiveContext<'_>, key: &str, keyword: &Mapping) -> bool {
    key.starts_with('@') || active.find(key).is_some_and(|term| term.mapping == *keyword)
}

/// Step 11: the contexts of the types, in the order of their names.
fn push_type_scoped<'a>(
    active: &mut ActiveContext<'a>,
    types: Json<'a>,
    arena: &'a Bump,
) -> Result<(), Stop> {
    let outside = *active;
    let mut scoped: bumpalo::collections::Vec<'_, &'a Definition> = bumpalo::vec![in arena];
    for kind in list(&types) {
        scoped.extend(kind.as_str().and_then(|name| outside.find(name)));
    }
    scoped.sort_unstable_by(|one, other| one.name.cmp(&other.name));
    for term in scoped {
        active.push_scoped(&term.scoped)?;
    }
    Ok(())
}

/// The items of an array; anything else is one item.
fn list<'s, 'a>(value: &'s Json<'a>) -> &'s [Json<'a>] {
    value.items()
}

fn undefined(term: &str) -> Stop {
    JsonLdError::UndefinedTerm { term: term.to_owned(), pointer: String::new() }.into()
}

/// The text, if it is an IRI.
fn checked(iri: &str) -> Result<&str, Stop> {
    let is_iri = iri::is_plain(iri) || Iri::parse(iri).is_ok();
    match is_iri {
        true if safety::is_mark(iri) => {
            Err(JsonLdError::ReservedIri { iri: iri.to_owned(), pointer: String::new() }.into())
        }
        true => Ok(iri),
        false => Err(JsonLdError::InvalidIri { iri: iri.to_owned(), pointer: String::new() }.into()),
    }
}
