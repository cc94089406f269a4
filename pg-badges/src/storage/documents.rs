//! The documents that verification may consult: DID documents of registered issuers, and `badges.document`.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;
use std::thread::LocalKey;

use openbadges::key::PublicKey;
use openbadges::key::did::{did_document_of, did_web};
use openbadges::verify::{Documents, KnownKeys};
use pgrx::datum::{TimestampWithTimeZone, now};
use pgrx::pg_sys::{BuiltinOid, PgOid, TimestampTz};

use super::cache::{BackendCache, find_or};
use super::issuer;
use super::statement::{Prepared, query};
use crate::error::BadgesError;
use crate::types::record::IssuerRecord;

thread_local! {
    static FIND_DOCUMENT: Prepared = const { Prepared::new() };
    static DOCUMENTS: BackendCache<Document> = BackendCache::default();
    static KEYS: BackendCache<Rc<KnownKeys>> = BackendCache::default();
    static OWN_KEYS: BackendCache<Rc<KnownKeys>> = BackendCache::default();
    static OWN_DOCUMENTS: BackendCache<Option<Rc<str>>> = BackendCache::default();
}

/// What is at hand for a URL, perhaps nothing.
#[derive(Debug, Clone, Default)]
struct Document {
    body: Option<Rc<str>>,
    expires_at: Option<TimestampWithTimeZone>,
}

/// Answers from the tables; keeps the first failure, because a look-up cannot return one.
#[derive(Debug)]
pub(crate) struct StoredDocuments {
    only_registered: bool,
    keys: Rc<KnownKeys>,
    failure: RefCell<Option<BadgesError>>,
}

impl StoredDocuments {
    /// The keys of registered issuers, and fetched documents of others.
    pub(crate) fn all() -> Result<Self, BadgesError> {
        Ok(Self { only_registered: false, keys: known_keys(&KEYS)?, failure: RefCell::default() })
    }

    /// Nothing but the keys of registered issuers: what is stored must not depend on copies that come and go.
    pub(crate) fn of_registered_issuers() -> Result<Self, BadgesError> {
        Ok(Self { only_registered: true, keys: known_keys(&OWN_KEYS)?, failure: RefCell::default() })
    }

    /// The answer computed with these documents, unless a table could not be read meanwhile.
    pub(crate) fn vouch_for<T>(self, answer: T) -> Result<T, BadgesError> {
        match self.failure.into_inner() {
            Some(failure) => Err(failure),
            None => Ok(answer),
        }
    }
}

impl Documents for StoredDocuments {
    fn find(&self, url: &str) -> Option<Cow<'_, str>> {
        let found = if self.only_registered { find_registered(url) } else { find(url) };
        match found {
            Ok(document) => document.map(|body| Cow::Owned(body.as_ref().to_owned())),
            Err(failure) => {
                self.failure.borrow_mut().get_or_insert(failure);
                None
            }
        }
    }

    fn known_keys(&self) -> Option<&KnownKeys> {
        Some(&self.keys)
    }
}

/// Keys that were read while the query saw the same rows, at the same time: a document may expire.
fn known_keys(cache: &'static LocalKey<BackendCache<Rc<KnownKeys>>>) -> Result<Rc<KnownKeys>, BadgesError> {
    let time = TimestampTz::from(now()).to_string();
    find_or(cache, &time, || Ok(Rc::default()))
}

/// The document at a URL, if it is at hand and has not expired.
fn find(url: &str) -> Result<Option<Rc<str>>, BadgesError> {
    let document = find_or(&DOCUMENTS, url, || read_document(url))?;
    let is_current = document.expires_at.is_none_or(|expiry| expiry > now());
    Ok(document.body.filter(|_| is_current))
}

/// The DID document of the registered issuer that publishes it there.
fn find_registered(url: &str) -> Result<Option<Rc<str>>, BadgesError> {
    let document = find_or(&OWN_DOCUMENTS, url, || match did_web_of(url) {
        None => Ok(None),
        Some(did) => {
            let issuer = issuer::find(&did)?;
            if issuer.is_registered() {
                own_document(&did, &issuer).map(|text| Some(text.into()))
            } else {
                Ok(None)
            }
        }
    })?;
    Ok(document)
}

/// The keys of a registered issuer are managed here: a foreign copy of its DID document never counts.
fn read_document(url: &str) -> Result<Document, BadgesError> {
    if let Some(body) = find_registered(url)? {
        return Ok(Document { body: Some(body), expires_at: None });
    }
    let document = query(
        &FIND_DOCUMENT,
        include_str!("../../sql/queries/find_document.sql"),
        &[PgOid::BuiltIn(BuiltinOid::TEXTOID)],
        &[url.into()],
        |mut rows| match rows.next() {
            Some(row) => Ok(Document { body: row.get::<String>(1)?.map(Rc::from), expires_at: row.get(2)? }),
            None => Ok(Document::default()),
        },
    )?;
    Ok(document)
}

/// The `did:web` that is published at a URL, if one can be.
fn did_web_of(url: &str) -> Option<String> {
    let site = url.strip_suffix("/.well-known/did.json").or_else(|| url.strip_suffix("/did.json"))?;
    did_web(site).ok()
}

/// The DID document of a registered issuer, with retired keys: what they signed in their time still counts.
fn own_document(did: &str, issuer: &IssuerRecord) -> Result<String, BadgesError> {
    let keys: Result<Vec<(String, PublicKey)>, BadgesError> = issuer
        .keys
        .iter()
        .map(|key| match PublicKey::from_multikey(&key.public_key_multibase) {
            Ok(parsed) => Ok((key.verification_method.clone(), parsed)),
            Err(source) => Err(BadgesError::RegisteredKey {
                verification_method: key.verification_method.clone(),
                source,
            }),
        })
        .collect();
    Ok(did_document_of(did, &keys?).to_string())
}
