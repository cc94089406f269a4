//! What is to be canonicalised: a document, perhaps without some of its members or under other contexts.
//!
//! A proof signs the document without its `proof`, and its own configuration without the value under the document's
//! contexts: [vc-di-eddsa 3.2](https://www.w3.org/TR/vc-di-eddsa/#eddsa-rdfc-2022). Both are views of one parse.

use super::json::Json;
use super::{Arena, JsonLdError};
use serde_json::{Map, Value};

/// A view of a parsed document.
#[derive(Debug, Clone, Copy)]
pub struct Document<'a> {
    pub(super) root: Json<'a>,
    pub(super) without: &'a [&'a str],
    contexts: Option<Json<'a>>,
}

impl<'a> Document<'a> {
    /// The whole of a document that has been parsed already.
    ///
    /// # Errors
    /// [`JsonLdError::Unreadable`] if it is nested too deeply.
    pub fn from_value(document: &'a Value, arena: &'a Arena) -> Result<Self, JsonLdError> {
        Json::from_value(document, arena).map(Self::new).map_err(JsonLdError::Unreadable)
    }

    /// The same for the members of an object.
    ///
    /// # Errors
    /// [`JsonLdError::Unreadable`] if it is nested too deeply.
    pub fn from_members(members: &'a Map<String, Value>, arena: &'a Arena) -> Result<Self, JsonLdError> {
        Json::from_members(members, arena).map(Self::new).map_err(JsonLdError::Unreadable)
    }

    /// The whole document.
    #[must_use]
    pub fn new(root: Json<'a>) -> Self {
        Self { root, without: &[], contexts: root.find("@context") }
    }

    /// The same without these members of the outermost object.
    #[must_use]
    pub fn without(self, members: &'a [&'a str]) -> Self {
        Self { without: members, ..self }
    }

    /// The same under these contexts instead of its own.
    #[must_use]
    pub fn under(self, contexts: Option<Json<'a>>) -> Self {
        Self { contexts, ..self }
    }

    /// The members that are seen, the contexts among them.
    pub(crate) fn members(&self) -> impl Iterator<Item = (&'a str, Json<'a>)> {
        let members = self.root.members().unwrap_or_default().iter().copied();
        let without = self.without;
        let contexts = self.contexts.map(|contexts| ("@context", contexts));
        contexts
            .into_iter()
            .chain(members.filter(move |(key, _)| *key != "@context" && !without.contains(key)))
    }

    /// The value of `@context`.
    #[must_use]
    pub fn context(&self) -> Option<Json<'a>> {
        self.contexts
    }

    /// What is seen, as a value of its own.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let mut value = self.root.to_value();
        if let Value::Object(members) = &mut value {
            members.retain(|key, _| key != "@context" && !self.without.contains(&key.as_str()));
            if let Some(contexts) = self.contexts {
                members.shift_insert(0, "@context".to_owned(), contexts.to_value());
            }
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bumpalo::Bump;
    use serde_json::json;

    #[test]
    fn a_view_leaves_members_out_and_replaces_contexts() {
        let value = json!({"@context": "https://example.com/a", "id": "urn:a", "proof": {}});
        let arena = Bump::new();
        let document = Document::new(Json::from_value(&value, &arena).unwrap());
        assert_eq!(document.to_value(), value);
        let view = document.without(&["proof"]).under(Some(Json::String("https://example.com/b")));
        assert_eq!(view.to_value(), json!({"@context": "https://example.com/b", "id": "urn:a"}));
    }
}
