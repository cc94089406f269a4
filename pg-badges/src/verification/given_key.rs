//! A proof judged by a key that the caller hands over: no table, no clock, the same answer for ever.
//!
//! For constraints, generated columns and indexes. It says that the holder of the key signed these words, and
//! nothing about whose key it is, whether it was valid then, or whether the credential still stands.

use std::borrow::Cow;

use openbadges::json;
use openbadges::key::VerifyingKey;
use openbadges::key::did::{did_document, did_web_document_url};
use openbadges::time::Timestamp;
use openbadges::verify::{CheckName, CheckResult, Documents, verify};
use serde_json::Value;

/// Whether an embedded proof of the credential was made with that key.
pub(crate) fn proof_is_valid(unverified: &str, key: &VerifyingKey) -> bool {
    let Ok(document) = json::parse(unverified) else { return false };
    let documents = GivenKey { methods: verification_methods(&document), key };
    // A proof that expires has expired at no time before 1970.
    let verdict = verify(unverified, &documents, Timestamp::from_unix_seconds(0));
    let passed = |name| verdict.check(name).is_some_and(|check| check.result == CheckResult::Passed);
    passed(CheckName::Signature) && verdict.verification_method.is_some_and(|method| documents.names(&method))
}

/// Publishes the given key under every name that the credential's proofs use.
struct GivenKey<'a> {
    methods: Vec<String>,
    key: &'a VerifyingKey,
}

impl GivenKey<'_> {
    /// Whether that method is the given key; a `did:key` says itself which key it is.
    fn names(&self, method: &str) -> bool {
        let own_key = method.strip_prefix("did:key:").and_then(|rest| rest.split('#').next());
        own_key.is_none_or(|multikey| multikey == self.key.to_multikey())
    }
}

impl Documents for GivenKey<'_> {
    fn find(&self, url: &str) -> Option<Cow<'_, str>> {
        let owner_of = |method: &String| method.split('#').next().unwrap_or_default().to_owned();
        let is_published_there =
            |owner: &String| owner == url || did_web_document_url(owner).is_ok_and(|address| address == url);
        let owner = self.methods.iter().map(owner_of).find(is_published_there)?;
        let keys: Vec<(String, VerifyingKey)> = self
            .methods
            .iter()
            .filter(|method| owner_of(method) == owner)
            .map(|method| (method.clone(), self.key.clone()))
            .collect();
        Some(Cow::Owned(did_document(&owner, &keys).to_string()))
    }
}

fn verification_methods(document: &Value) -> Vec<String> {
    let Some(proof) = document.get("proof") else { return Vec::new() };
    let proofs = proof.as_array().map_or(std::slice::from_ref(proof), Vec::as_slice);
    proofs.iter().filter_map(|proof| proof.get("verificationMethod")?.as_str().map(str::to_owned)).collect()
}
