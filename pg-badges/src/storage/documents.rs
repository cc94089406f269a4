//! The documents that verification may consult: DID documents of registered issuers, and `badges.document`.

use std::borrow::Cow;
use std::cell::RefCell;

use openbadges::key::VerifyingKey;
use openbadges::key::did::{did_document, did_web};
use openbadges::verify::Documents;
use pgrx::pg_sys::{BuiltinOid, PgOid};

use super::issuer;
use super::statement::{Prepared, query};
use crate::error::BadgesError;
use crate::types::record::IssuerRecord;

thread_local! {
    static FIND_DOCUMENT: Prepared = const { Prepared::new() };
}

/// Answers from the tables; keeps the first failure, because a look-up cannot return one.
#[derive(Debug, Default)]
pub(crate) struct StoredDocuments {
    failure: RefCell<Option<BadgesError>>,
}

impl StoredDocuments {
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
        match find(url) {
            Ok(document) => document.map(Cow::Owned),
            Err(failure) => {
                self.failure.borrow_mut().get_or_insert(failure);
                None
            }
        }
    }
}

/// The keys of a registered issuer are managed here: a foreign copy of its DID document never counts.
fn find(url: &str) -> Result<Option<String>, BadgesError> {
    if let Some(did) = did_web_of(url) {
        let issuer = issuer::find(&did)?;
        if issuer.is_registered {
            return own_document(&did, &issuer).map(Some);
        }
    }
    let document = query(
        &FIND_DOCUMENT,
        include_str!("../../sql/queries/find_document.sql"),
        &[PgOid::BuiltIn(BuiltinOid::TEXTOID)],
        &[url.into()],
        |mut rows| match rows.next() {
            Some(row) => row.get(1),
            None => Ok(None),
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
    let keys: Result<Vec<(String, VerifyingKey)>, BadgesError> = issuer
        .keys
        .iter()
        .map(|key| match VerifyingKey::from_multikey(&key.public_key_multibase) {
            Ok(parsed) => Ok((key.verification_method.clone(), parsed)),
            Err(source) => Err(BadgesError::RegisteredKey {
                verification_method: key.verification_method.clone(),
                source,
            }),
        })
        .collect();
    Ok(did_document(did, &keys?).to_string())
}
