//! From a local context to its table: [context processing](https://www.w3.org/TR/json-ld11-api/#context-processing-algorithm)
//! and [Create Term Definition](https://www.w3.org/TR/json-ld11-api/#create-term-definition).
//!
//! Each context is processed where it is written, so that the result can be kept; what it takes from its surroundings is
//! listed with it. What the published contexts do not use (`@import`, `@reverse`, `@nest`, …) is left to the complete library.

use super::definition::{
    Assumption, Container, Definition, Kind, Layer, Mapping, RUNTIME, Scoped, Text, hash, slot,
};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The context uses something that tables do not hold.
#[derive(Debug)]
pub(crate) struct Unsupported;

/// Turns the value of an `@context` that is one object into a layer.
///
/// # Errors
/// [`Unsupported`] for whatever the tables do not hold, mistakes included: the complete library names them.
pub(crate) fn compile(context: &Value) -> Result<Layer, Unsupported> {
    compile_inside(context, &|_| None)
}

/// What a name means where a context is written.
type Surroundings<'s> = dyn Fn(&str) -> Option<Definition> + 's;

fn compile_inside(context: &Value, outside: &Surroundings<'_>) -> Result<Layer, Unsupported> {
    let Value::Object(local) = context else { return Err(Unsupported) };
    let mut compiler = Compiler {
        local,
        outside,
        protected: flag(local, "@protected")?.unwrap_or(false),
        vocabulary: vocabulary(local)?,
        done: BTreeMap::new(),
        assumptions: BTreeMap::new(),
    };
    check_version(local)?;
    for name in local.keys() {
        match name.as_str() {
            "@version" | "@protected" | "@vocab" => {}
            name => compiler.define(name, 0)?,
        }
    }
    compiler.into_layer()
}

struct Compiler<'a> {
    local: &'a Map<String, Value>,
    outside: &'a Surroundings<'a>,
    protected: bool,
    vocabulary: Option<String>,
    /// `None` while a definition is being made: meeting it again is a cycle.
    done: BTreeMap<String, Option<Definition>>,
    assumptions: BTreeMap<String, Assumption>,
}

impl Compiler<'_> {
    /// Deepest chain of terms defined by terms.
    const DEPTH_LIMIT: usize = 8;

    fn define(&mut self, name: &str, depth: usize) -> Result<(), Unsupported> {
        match self.done.get(name) {
            Some(Some(_)) => return Ok(()),
            Some(None) => return Err(Unsupported),
            None => {}
        }
        let unusable = name.is_empty() || name.starts_with('@') || name.contains([':', '/']);
        if unusable || depth > Self::DEPTH_LIMIT {
            return Err(Unsupported);
        }
        self.done.insert(name.to_owned(), None);
        let definition = match self.local.get(name) {
            Some(Value::String(id)) => self.simple(name, id, depth)?,
            Some(Value::Object(value)) => self.expanded(name, value, depth)?,
            _ => return Err(Unsupported),
        };
        self.done.insert(name.to_owned(), Some(definition));
        Ok(())
    }

    /// `"term": "iri"`
    fn simple(&mut self, name: &str, id: &str, depth: usize) -> Result<Definition, Unsupported> {
        let mapping = self.mapping(name, Some(id), depth)?;
        // 14.2.5: only such a short definition makes a prefix, and only of an IRI that ends in a delimiter.
        let prefix =
            matches!(&mapping, Mapping::Iri(iri) if iri.ends_with([':', '/', '?', '#', '[', ']', '@']));
        Ok(Definition {
            name: Text::Owned(name.to_owned()),
            mapping,
            kind: Kind::Plain,
            container: Container::Set,
            scoped: Scoped::Same,
            prefix,
            protected: self.protected,
        })
    }

    /// `"term": { "@id": …, "@type": …, "@container": …, "@context": …, "@protected": … }`
    fn expanded(
        &mut self,
        name: &str,
        value: &Map<String, Value>,
        depth: usize,
    ) -> Result<Definition, Unsupported> {
        let known = ["@id", "@type", "@container", "@context", "@protected"];
        if value.keys().any(|key| !known.contains(&key.as_str())) {
            return Err(Unsupported);
        }
        let id = match value.get("@id") {
            None => None,
            Some(Value::String(id)) => Some(id.as_str()),
            Some(_) => return Err(Unsupported),
        };
        Ok(Definition {
            name: Text::Owned(name.to_owned()),
            mapping: self.mapping(name, id, depth)?,
            kind: self.kind(value.get("@type"), depth)?,
            container: container(value.get("@container"))?,
            scoped: Scoped::Same,
            prefix: false,
            protected: flag(value, "@protected")?.unwrap_or(self.protected),
        })
    }

    /// Steps 13 to 18.
    fn mapping(&mut self, name: &str, id: Option<&str>, depth: usize) -> Result<Mapping, Unsupported> {
        match id {
            // Other names for keywords are left to the complete library; these two are what contexts use.
            Some("@id") if name == "id" => Ok(Mapping::Id),
            Some("@type") if name == "type" => Ok(Mapping::Type),
            Some(id) if id != name => match self.expand(id, depth)? {
                Mapping::Iri(iri) => Ok(Mapping::Iri(iri)),
                Mapping::Id | Mapping::Type => Err(Unsupported),
            },
            _ => match &self.vocabulary {
                Some(vocabulary) => Ok(Mapping::Iri(format!("{vocabulary}{name}").into())),
                None => Err(Unsupported),
            },
        }
    }

    /// Steps 12: the type mapping.
    fn kind(&mut self, kind: Option<&Value>, depth: usize) -> Result<Kind, Unsupported> {
        match kind {
            None => Ok(Kind::Plain),
            Some(Value::String(kind)) => match kind.as_str() {
                "@id" => Ok(Kind::Id),
                "@vocab" => Ok(Kind::Vocabulary),
                "@json" => Ok(Kind::Json),
                "@none" => Ok(Kind::Plain),
                iri => match self.expand(iri, depth)? {
                    Mapping::Iri(iri) => Ok(Kind::Datatype(iri)),
                    Mapping::Id | Mapping::Type => Err(Unsupported),
                },
            },
            Some(_) => Err(Unsupported),
        }
    }

    /// [IRI expansion](https://www.w3.org/TR/json-ld11-api/#iri-expansion) while the context is being processed.
    fn expand(&mut self, value: &str, depth: usize) -> Result<Mapping, Unsupported> {
        if value.starts_with('@') {
            return Err(Unsupported);
        }
        if let Some(definition) = self.look_up(value, depth)? {
            return Ok(definition.mapping);
        }
        let Some((prefix, suffix)) = value.split_once(':') else {
            return match &self.vocabulary {
                Some(vocabulary) => Ok(Mapping::Iri(format!("{vocabulary}{value}").into())),
                None => Err(Unsupported),
            };
        };
        if prefix.is_empty() || prefix == "_" {
            return Err(Unsupported);
        }
        if !suffix.starts_with("//")
            && let Some(Definition { prefix: true, mapping: Mapping::Iri(iri), .. }) =
                self.look_up(prefix, depth)?
        {
            return Ok(Mapping::Iri(format!("{iri}{suffix}").into()));
        }
        Ok(Mapping::Iri(value.to_owned().into()))
    }

    /// What a name means, here or outside.
    fn look_up(&mut self, name: &str, depth: usize) -> Result<Option<Definition>, Unsupported> {
        if self.local.contains_key(name) {
            self.define(name, depth + 1)?;
            return Ok(self.done.get(name).cloned().flatten());
        }
        // No context defines a name with a colon, see `define`.
        if name.contains(':') {
            return Ok(None);
        }
        let definition = (self.outside)(name);
        self.assumptions.insert(name.to_owned(), Assumption::new(name, definition.as_ref()));
        Ok(definition)
    }

    /// Step 21: the scoped contexts, now that all terms around them are known.
    fn scoped(&self, name: &str) -> Result<Scoped, Unsupported> {
        match self.local.get(name).and_then(|value| value.get("@context")) {
            None => Ok(Scoped::Same),
            Some(Value::Null) => Ok(Scoped::Nothing),
            Some(context) => {
                let outside = |name: &str| match self.done.get(name) {
                    Some(definition) => definition.clone(),
                    None => (self.outside)(name),
                };
                Ok(Scoped::Owned(Box::new(compile_inside(context, &outside)?)))
            }
        }
    }

    fn into_layer(self) -> Result<Layer, Unsupported> {
        let terms: Vec<Definition> = self
            .done
            .values()
            .flatten()
            .map(|term| Ok(Definition { scoped: self.scoped(&term.name)?, ..term.clone() }))
            .collect::<Result<_, Unsupported>>()?;
        Ok(Layer {
            number: RUNTIME,
            slots: Cow::Owned(slots(&terms)?),
            terms: Cow::Owned(terms),
            vocabulary: self.vocabulary.map(Text::Owned),
            assumptions: self.assumptions.into_values().collect(),
        })
    }
}

/// The open addressing table of [`Layer::slots`].
fn slots(terms: &[Definition]) -> Result<Vec<u16>, Unsupported> {
    let mut slots = vec![0; (2 * terms.len() + 1).next_power_of_two()];
    let mask = slots.len() - 1;
    for (number, term) in terms.iter().enumerate() {
        let mut at = slot(hash(&term.name), mask);
        while let Some(taken) = slots.get_mut(at) {
            if *taken == 0 {
                *taken = u16::try_from(number + 1).map_err(|_too_many| Unsupported)?;
                break;
            }
            at = (at + 1) & mask;
        }
    }
    Ok(slots)
}

fn container(container: Option<&Value>) -> Result<Container, Unsupported> {
    let names: Vec<&str> = match container {
        None => return Ok(Container::Set),
        Some(Value::String(name)) => vec![name],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        Some(_) => return Err(Unsupported),
    };
    match names.as_slice() {
        ["@set"] => Ok(Container::Set),
        ["@list"] => Ok(Container::List),
        ["@graph"] | ["@graph", "@set"] | ["@set", "@graph"] => Ok(Container::Graph),
        ["@language"] | ["@language", "@set"] | ["@set", "@language"] => Ok(Container::Language),
        _ => Err(Unsupported),
    }
}

fn flag(members: &Map<String, Value>, key: &str) -> Result<Option<bool>, Unsupported> {
    match members.get(key) {
        None => Ok(None),
        Some(Value::Bool(flag)) => Ok(Some(*flag)),
        Some(_) => Err(Unsupported),
    }
}

fn vocabulary(local: &Map<String, Value>) -> Result<Option<String>, Unsupported> {
    match local.get("@vocab") {
        None => Ok(None),
        Some(Value::String(iri)) if iri.starts_with("https://") || iri.starts_with("http://") => {
            Ok(Some(iri.clone()))
        }
        Some(_) => Err(Unsupported),
    }
}

fn check_version(local: &Map<String, Value>) -> Result<(), Unsupported> {
    match local.get("@version") {
        None => Ok(()),
        Some(version) if version.as_f64() == Some(1.1) => Ok(()),
        Some(_) => Err(Unsupported),
    }
}
