//! Contexts inside contexts that the general library does not put together as the specification has it.
//!
//! Documents in which that matters are refused. The compiled tables do better; only documents next to contexts that
//! they do not hold come here.

use super::JsonLdError;
use super::safety::escape;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// The terms of all contexts of a document that bring a context of their own, and what those define.
pub(super) struct Scopes<'v> {
    /// Terms with a context of their own, at any depth.
    scoped: BTreeSet<&'v str>,
    /// Names that such a context defines, keywords among them.
    inner: BTreeSet<&'v str>,
    /// The contexts of their own, each with its term.
    contexts: Vec<(&'v str, &'v Value)>,
}

impl<'v> Scopes<'v> {
    pub(super) fn of(texts: impl Iterator<Item = &'v Value>) -> Self {
        let mut scopes = Self { scoped: BTreeSet::new(), inner: BTreeSet::new(), contexts: Vec::new() };
        texts.for_each(|text| scopes.gather(text));
        scopes
    }

    fn gather(&mut self, value: &'v Value) {
        match value {
            Value::Object(members) => {
                for (key, member) in members {
                    if let Some(context) = member.get("@context") {
                        self.scoped.insert(key);
                        self.contexts.push((key, context));
                        self.inner
                            .extend(context.as_object().into_iter().flatten().map(|(name, _)| name.as_str()));
                        if !matches!(context, Value::Object(_) | Value::Null) {
                            // Whatever is behind it.
                            self.inner.insert("@import");
                        }
                    }
                    self.gather(member);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.gather(item)),
            _ => {}
        }
    }

    /// The library takes the context of the last type alone where several types of a node have one.
    ///
    /// Expected is [step 11.2](https://www.w3.org/TR/json-ld11-api/#expansion-algorithm): one on top of the other.
    pub(super) fn refuse_several_types(&self, value: &Value, pointer: &str) -> Result<(), JsonLdError> {
        match value {
            Value::Object(members) => members.iter().try_for_each(|(key, member)| {
                self.refuse_several_types(member, &format!("{pointer}/{}", escape(key)))
            }),
            Value::Array(items) if items.iter().filter(|item| self.is_scoped(item)).count() > 1 => {
                let (types, pointer) = (value.to_string(), pointer.to_owned());
                Err(JsonLdError::SeveralScopes { types, pointer })
            }
            Value::Array(items) => {
                let mut items = items.iter().enumerate();
                items.try_for_each(|(at, item)| self.refuse_several_types(item, &format!("{pointer}/{at}")))
            }
            _ => Ok(()),
        }
    }

    fn is_scoped(&self, value: &Value) -> bool {
        value.as_str().is_some_and(|term| self.scoped.contains(term))
    }

    /// The library puts the context of a member on top of the context of the node's type, and keeps both further inside.
    ///
    /// Expected is [step 7](https://www.w3.org/TR/json-ld11-api/#expansion-algorithm), which takes the type's away first.
    /// That makes a difference to what uses a name that the context of a type defines.
    pub(super) fn refuse_members_in_types(&self, value: &Value, pointer: &str) -> Result<(), JsonLdError> {
        match value {
            Value::Object(members) => {
                let has_type = members.values().any(|member| self.names_a_scoped_term(member));
                for (key, member) in members {
                    let pointer = format!("{pointer}/{}", escape(key));
                    if has_type
                        && has_object(member)
                        && self.scoped.contains(key.as_str())
                        && self.differs(key, member)
                    {
                        return Err(JsonLdError::ScopeInScope { term: key.clone(), pointer });
                    }
                    self.refuse_members_in_types(member, &pointer)?;
                }
                Ok(())
            }
            Value::Array(items) => {
                let mut items = items.iter().enumerate();
                items
                    .try_for_each(|(at, item)| self.refuse_members_in_types(item, &format!("{pointer}/{at}")))
            }
            _ => Ok(()),
        }
    }

    fn names_a_scoped_term(&self, value: &Value) -> bool {
        match value {
            Value::Array(items) => items.iter().any(|item| self.names_a_scoped_term(item)),
            value => self.is_scoped(value),
        }
    }

    /// Whether a name that some type's context defines is used inside a member or in the member's own context.
    ///
    /// What the member's own context defines is found in either case; further inside it is not, so that nothing may follow there.
    fn differs(&self, key: &str, member: &Value) -> bool {
        let has_keyword = |name: &&str| name.starts_with('@') && !matches!(*name, "@version" | "@protected");
        let own: Vec<&Value> =
            self.contexts.iter().filter(|(term, _)| *term == key).map(|(_, own)| *own).collect();
        let defines = |name: &str| own.iter().all(|own| own.get(name).is_some());
        let is_elsewhere =
            |name: &str| (self.inner.contains(name) || self.scoped.contains(name)) && !defines(name);
        let mut leans = |text: &str| {
            let prefix = text.split_once(':').map_or(text, |(prefix, _)| prefix);
            !text.starts_with('@') && (is_elsewhere(text) || is_elsewhere(prefix))
        };
        self.inner.iter().any(has_keyword)
            || member.as_array().is_some_and(|items| items.iter().any(Value::is_array))
            || objects_in(member).any(|object| object.values().any(has_object))
            || any_text(member, &mut leans)
            || own.iter().any(|own| any_text(own, &mut leans))
    }
}

/// Whether any key or string at any depth fits.
fn any_text(value: &Value, fits: &mut impl FnMut(&str) -> bool) -> bool {
    match value {
        Value::String(text) => fits(text),
        Value::Array(items) => items.iter().any(|item| any_text(item, fits)),
        Value::Object(members) => members.iter().any(|(key, member)| fits(key) || any_text(member, fits)),
        _ => false,
    }
}

fn has_object(value: &Value) -> bool {
    match value {
        Value::Object(_) => true,
        Value::Array(items) => items.iter().any(has_object),
        _ => false,
    }
}

/// An object, or the objects of an array.
fn objects_in(value: &Value) -> impl Iterator<Item = &Map<String, Value>> {
    let items = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    items.iter().filter_map(Value::as_object)
}
