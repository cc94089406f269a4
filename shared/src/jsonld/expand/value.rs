//! The values of a property: [value expansion](https://www.w3.org/TR/json-ld11-api/#value-expansion), lists, graphs,
//! languages, and [literals](https://www.w3.org/TR/json-ld11-api/#object-to-rdf-conversion).

use super::super::context::{Container, Kind, Scoped};
use super::super::json::Json;
use super::super::numbers::canonical_double;
use super::super::quad::{Node, Object, vocabulary};
use super::node::{Members, Property};
use super::{Expander, Stop};

/// From here on a whole number is written like any other.
const INTEGER_LIMIT: f64 = 1e21;

impl<'a> Expander<'a> {
    /// Each value of a property as a quad of its own.
    pub(super) fn values(&mut self, property: &Property<'_, 'a>, value: Json<'a>) -> Result<(), Stop> {
        match value {
            Json::Null => Ok(()),
            Json::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    self.values(property, *item).map_err(|stop| stop.below(at))?;
                }
                Ok(())
            }
            _ => self.one(property, value),
        }
    }

    fn one(&mut self, property: &Property<'_, 'a>, value: Json<'a>) -> Result<(), Stop> {
        if property.term.is_some_and(|term| term.container == Container::Graph) {
            return self.graph(property, value);
        }
        let object = self.object(property, value)?;
        self.emit(property.subject, property.iri, object, property.graph);
        Ok(())
    }

    /// What a value is as an object of a quad.
    fn object(&mut self, property: &Property<'_, 'a>, value: Json<'a>) -> Result<Object<'a>, Stop> {
        match value {
            Json::Object(members) if members.iter().any(|(key, _)| *key == "@value") => {
                self.value_object(property, members)
            }
            Json::Object(members) => self.nested(property, members, property.graph).map(Object::Node),
            Json::String(text) => self.text(property, text),
            _ if *scoped(property) != Scoped::Same => Err(Stop::Unsupported),
            scalar => self.scalar(property.term.and_then(|term| term.datatype()), scalar),
        }
    }

    /// Steps 7 and 8: the contexts of types end here, that of the property begins.
    fn nested(
        &mut self,
        property: &Property<'_, 'a>,
        members: Members<'a>,
        graph: Option<Node<'a>>,
    ) -> Result<Node<'a>, Stop> {
        let mut active = *property.active;
        if !matches!(members, [("@id" | "id", _)]) {
            active.revert();
        }
        active.push_property_scoped(scoped(property))?;
        self.node(members, active, graph)
    }

    /// A value that is a graph of its own, such as a proof.
    fn graph(&mut self, property: &Property<'_, 'a>, value: Json<'a>) -> Result<(), Stop> {
        let members = value.members().ok_or(Stop::Unsupported)?;
        let graph = self.new_blank_node();
        self.emit(property.subject, property.iri, Object::Node(graph), property.graph);
        let before = self.count;
        self.nested(property, members, Some(graph))?;
        // A graph with nothing in it: what stood there would be dropped.
        if self.count == before { Err(Stop::Unsupported) } else { Ok(()) }
    }

    fn text(&mut self, property: &Property<'_, 'a>, text: &'a str) -> Result<Object<'a>, Stop> {
        let Some(term) = property.term else { return Ok(Object::Typed(text, None)) };
        let mut inside;
        let active = if matches!(term.scoped, Scoped::Same) {
            property.active
        } else {
            inside = *property.active;
            inside.push_scoped(&term.scoped)?;
            &inside
        };
        if text.starts_with('@') && (term.kind == Kind::Id || term.kind == Kind::Vocabulary) {
            return Err(Stop::Unsupported);
        }
        match &term.kind {
            Kind::Id => self.reference(active.expand_iri(text), text).map(Object::Node),
            Kind::Vocabulary => self.reference(active.expand_term(text), text).map(Object::Node),
            Kind::Datatype(datatype) => Ok(Object::Typed(text, named(datatype))),
            Kind::Plain | Kind::Json => Ok(Object::Typed(text, None)),
        }
    }

    /// `{ "@value": …, "@type": …, "@language": … }`
    fn value_object(
        &mut self,
        property: &Property<'_, 'a>,
        members: Members<'a>,
    ) -> Result<Object<'a>, Stop> {
        let (mut value, mut datatype, mut language) = (Json::Null, None, None);
        for (key, member) in members {
            match *key {
                "@value" => value = *member,
                "@type" => datatype = Some(member.as_str().ok_or(Stop::Unsupported)?),
                "@language" => language = Some(member.as_str().ok_or(Stop::Unsupported)?),
                _ => return Err(Stop::Unsupported),
            }
        }
        match (value, datatype, language) {
            (Json::String(text), None, Some(language)) => self.in_language(text, language),
            (Json::String(text), None, None) => Ok(Object::Typed(text, None)),
            (value, datatype, None) => {
                let datatype = datatype.map(|datatype| self.datatype(property, datatype)).transpose()?;
                match value {
                    Json::String(text) => Ok(Object::Typed(text, datatype.and_then(named))),
                    value => self.scalar(datatype, value),
                }
            }
            _ => Err(Stop::Unsupported),
        }
    }

    fn datatype(&mut self, property: &Property<'_, 'a>, datatype: &'a str) -> Result<&'a str, Stop> {
        if datatype.starts_with('@')
            || property.active.find(datatype).is_some_and(|term| term.scoped != Scoped::Same)
        {
            return Err(Stop::Unsupported);
        }
        match self.reference(property.active.expand_term(datatype), datatype)? {
            Node::Iri(iri) => Ok(iri),
            Node::Blank(_) => Err(Stop::Unsupported),
        }
    }

    fn in_language(&self, text: &'a str, language: &str) -> Result<Object<'a>, Stop> {
        if oxrdf::Literal::new_language_tagged_literal("", language).is_err() {
            return Err(Stop::Unsupported);
        }
        let language: &mut str = self.arena.alloc_str(language);
        language.make_ascii_lowercase();
        Ok(Object::InLanguage(text, language))
    }

    /// Numbers and truth values.
    fn scalar(&self, datatype: Option<&'a str>, value: Json<'a>) -> Result<Object<'a>, Stop> {
        let double = datatype == Some(vocabulary::XSD_DOUBLE);
        let integer = || Some(datatype.unwrap_or(vocabulary::XSD_INTEGER));
        let (text, datatype) = match value {
            Json::Bool(value) => {
                let text = if value { "true" } else { "false" };
                (text, Some(datatype.unwrap_or(vocabulary::XSD_BOOLEAN)))
            }
            Json::Unsigned(number) if !double => (self.written(number), integer()),
            Json::Signed(number) if !double => (self.written(number), integer()),
            Json::Float(number) if !double && number.fract() == 0.0 && number.abs() < INTEGER_LIMIT => {
                (self.written(number + 0.0), integer())
            }
            Json::Float(number) => {
                (self.written(canonical_double(number)), Some(datatype.unwrap_or(vocabulary::XSD_DOUBLE)))
            }
            _ => return Err(Stop::Unsupported),
        };
        Ok(Object::Typed(text, datatype.and_then(named)))
    }

    fn written(&self, number: impl std::fmt::Display) -> &'a str {
        use std::fmt::Write as _;
        let mut text = bumpalo::collections::String::new_in(self.arena);
        // Writing to a string cannot fail.
        let _infallible = write!(text, "{number}");
        text.into_bump_str()
    }

    /// An ordered array: [list conversion](https://www.w3.org/TR/json-ld11-api/#list-to-rdf-conversion).
    pub(super) fn list(&mut self, property: &Property<'_, 'a>, value: Json<'a>) -> Result<(), Stop> {
        if matches!(value, Json::Null) {
            return Err(Stop::Unsupported);
        }
        let (mut subject, mut predicate) = (property.subject, property.iri);
        for (at, item) in value.items().iter().enumerate() {
            if matches!(item, Json::Null | Json::Array(_)) {
                return Err(Stop::Unsupported);
            }
            let cell = self.new_blank_node();
            self.emit(subject, predicate, Object::Node(cell), property.graph);
            let object = self.object(property, *item).map_err(|stop| stop.below(at))?;
            self.emit(cell, vocabulary::RDF_FIRST, object, property.graph);
            (subject, predicate) = (cell, vocabulary::RDF_REST);
        }
        self.emit(subject, predicate, Object::Node(Node::Iri(vocabulary::RDF_NIL)), property.graph);
        Ok(())
    }

    /// An object of texts by language: [expansion](https://www.w3.org/TR/json-ld11-api/#expansion-algorithm) step 13.7.
    pub(super) fn language_map(
        &mut self,
        property: &Property<'_, 'a>,
        texts: Members<'a>,
    ) -> Result<(), Stop> {
        for (language, texts) in texts {
            for text in texts.items() {
                let object = match text {
                    Json::Null => continue,
                    Json::String(text) if *language != "@none" => self.in_language(text, language)?,
                    _ => return Err(Stop::Unsupported),
                };
                self.emit(property.subject, property.iri, object, property.graph);
            }
        }
        Ok(())
    }
}

fn scoped<'a>(property: &Property<'_, 'a>) -> &'a Scoped {
    property.term.map_or(&Scoped::Same, |term| &term.scoped)
}

/// A datatype that is written: plain text has none.
fn named(datatype: &str) -> Option<&str> {
    (datatype != vocabulary::XSD_STRING).then_some(datatype)
}
