//! Facts that are signed but no part of a verdict: the subject, the time of signing, the status entry.
//!
//! They are worth as much as the verdict beside them: read from an unverified text, they are claims.

use std::collections::HashMap;

use openbadges::jsonld::Arena;
use openbadges::proof::jwt::UnverifiedToken;
use openbadges::time::Timestamp;
use serde_json::value::RawValue;

/// The entry of a Bitstring status list that a credential points to.
///
/// <https://www.w3.org/TR/vc-bitstring-status-list/#bitstringstatuslistentry>
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StatusEntry {
    /// `statusListCredential`.
    pub(crate) list_url: String,
    /// `statusListIndex`.
    pub(crate) index: i32,
    /// `statusPurpose`.
    pub(crate) purpose: String,
}

/// What a credential says beside its verdict.
#[derive(Debug, Clone, Default)]
pub(crate) struct SignedFacts {
    /// `credentialSubject.id`.
    pub(crate) subject_id: Option<String>,
    /// `created` of the proof made with the key that the verdict names.
    pub(crate) signed_at: Option<Timestamp>,
    /// `credentialStatus`.
    pub(crate) status: Option<StatusEntry>,
}

impl SignedFacts {
    /// Reads them from a credential with embedded proofs, or from a token (which has no time of signing of its own).
    pub(crate) fn read(credential: &str, verification_method: Option<&str>) -> Self {
        let credential = credential.trim_ascii();
        if credential.starts_with('{') {
            return Self::read_json(credential, verification_method);
        }
        let arena = Arena::new();
        let Ok(token) = UnverifiedToken::parse(credential, &arena) else { return Self::default() };
        let payload = token.unverified_payload;
        // VCDM 1.1 has the credential in a claim, VCDM 2.0 is the payload.
        let document = payload.find("vc").unwrap_or(payload);
        Self::read_json(&document.to_value().to_string(), verification_method)
    }

    fn read_json(credential: &str, verification_method: Option<&str>) -> Self {
        let Some(document) = Members::of(credential) else { return Self::default() };
        Self {
            subject_id: document.first("credentialSubject").and_then(|subject| subject.text("id")),
            signed_at: document
                .all("proof")
                .iter()
                .find(|proof| proof.text("verificationMethod").as_deref() == verification_method)
                .and_then(|proof| proof.text("created")?.parse().ok()),
            status: document.first("credentialStatus").as_ref().and_then(status_entry),
        }
    }
}

/// The members of a JSON object as they stand in the text: what is not asked for is not read a second time.
struct Members<'a>(HashMap<String, &'a RawValue>);

impl<'a> Members<'a> {
    fn of(object: &'a str) -> Option<Self> {
        serde_json::from_str(object).ok().map(Self)
    }

    /// The objects in an array, or the object itself: credentials may leave out the array of one.
    fn all(&self, name: &str) -> Vec<Self> {
        let Some(value) = self.0.get(name) else { return Vec::new() };
        let parts = serde_json::from_str::<Vec<&'a RawValue>>(value.get());
        let parts = parts.unwrap_or_else(|_no_array| vec![value]);
        parts.into_iter().filter_map(|part| Self::of(part.get())).collect()
    }

    fn first(&self, name: &str) -> Option<Self> {
        self.all(name).into_iter().next()
    }

    fn text(&self, name: &str) -> Option<String> {
        serde_json::from_str(self.0.get(name)?.get()).ok()
    }
}

fn status_entry(status: &Members<'_>) -> Option<StatusEntry> {
    Some(StatusEntry {
        list_url: status.text("statusListCredential")?,
        index: status.text("statusListIndex")?.parse().ok()?,
        purpose: status.text("statusPurpose")?,
    })
}
