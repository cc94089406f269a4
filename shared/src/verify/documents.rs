//! The documents that verification may consult; it never fetches one.
//!
//! Whoever calls [`verify`](super::verify) hands in what it has and learns the URLs of what is missing.

use std::{borrow::Cow, collections::HashMap};

use super::KnownKeys;

/// A source of documents by URL: DID documents, keys, status lists, contexts.
///
/// Answers come from memory or from a table, never from the network.
pub trait Documents {
    /// The text of the document at a URL (without fragment), if it is at hand.
    fn find(&self, url: &str) -> Option<Cow<'_, str>>;

    /// A place to keep keys that these documents publish, if the documents stay the same for several credentials.
    fn known_keys(&self) -> Option<&KnownKeys> {
        None
    }
}

/// No documents: enough for `did:key` issuers without a status list.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoDocuments;

impl Documents for NoDocuments {
    fn find(&self, _url: &str) -> Option<Cow<'_, str>> {
        None
    }
}

impl<S: std::hash::BuildHasher> Documents for HashMap<String, String, S> {
    fn find(&self, url: &str) -> Option<Cow<'_, str>> {
        self.get(url).map(|text| Cow::Borrowed(text.as_str()))
    }
}
