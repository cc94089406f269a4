//! A proof judged by a key that the caller hands over: no table, no clock, the same answer for ever.
//!
//! For constraints, generated columns and indexes. It says that the holder of the key signed these words, and
//! nothing about whose key it is, whether it was valid then, or whether the credential still stands.

use std::borrow::Cow;
use std::cell::RefCell;

use openbadges::jsonld::{Arena, Json};
use openbadges::key::VerifyingKey;
use openbadges::key::did::{did_document, did_web_document_url};
use openbadges::proof::jwt::UnverifiedToken;
use openbadges::time::Timestamp;
use openbadges::verify::{CheckName, CheckResult, Documents, verify_briefly};

/// Whether a proof of the credential, embedded or the token around it, was made with that key.
pub(crate) fn proof_is_valid(unverified: &str, key: &VerifyingKey) -> bool {
    let Some(methods) = verification_methods(unverified) else { return false };
    let documents = GivenKey { methods, key, served: RefCell::default() };
    // A proof that expires has expired at no time before 1970.
    let verdict = verify_briefly(unverified, &documents, Timestamp::from_unix_seconds(0));
    let passed = |name| verdict.check(name).is_some_and(|check| check.result == CheckResult::Passed);
    passed(CheckName::Signature)
        && verdict.verification_method.is_some_and(|method| documents.stands_for(&method))
}

/// Publishes the given key under every name that the credential's proofs use.
struct GivenKey<'a> {
    methods: Vec<String>,
    key: &'a VerifyingKey,
    /// Whose document was asked for, and so got the given key.
    served: RefCell<Vec<String>>,
}

impl GivenKey<'_> {
    /// Whether that method was the given key. A name that is a key itself (`did:key`, `did:jwk`) asks for no document:
    /// then the signature says nothing about the given key, unless the name is that key.
    fn stands_for(&self, method: &str) -> bool {
        let owner = owner_of(method);
        owner.strip_prefix("did:key:").is_some_and(|multikey| multikey == self.key.to_multikey())
            || self.served.borrow().iter().any(|served| served == owner)
    }
}

impl Documents for GivenKey<'_> {
    fn find(&self, url: &str) -> Option<Cow<'_, str>> {
        let is_published_there =
            |owner: &str| owner == url || did_web_document_url(owner).is_ok_and(|address| address == url);
        let owner =
            self.methods.iter().map(|method| owner_of(method)).find(|owner| is_published_there(owner))?;
        let keys: Vec<(String, VerifyingKey)> = self
            .methods
            .iter()
            .filter(|method| owner_of(method) == owner)
            .map(|method| (method.clone(), self.key.clone()))
            .collect();
        self.served.borrow_mut().push(owner.to_owned());
        Some(Cow::Owned(did_document(owner, &keys).to_string()))
    }
}

/// The method's name up to its fragment.
fn owner_of(method: &str) -> &str {
    method.split('#').next().unwrap_or_default()
}

/// The keys that the proofs name; of a token the one in its header. `None` if it is neither.
fn verification_methods(unverified: &str) -> Option<Vec<String>> {
    let unverified = unverified.trim_ascii();
    let arena = Arena::new();
    if !unverified.starts_with('{') {
        let token = UnverifiedToken::parse(unverified, &arena).ok()?;
        return Some(token.key_id().map(str::to_owned).into_iter().collect());
    }
    let document = Json::parse(unverified, &arena).ok()?;
    let Some(proof) = document.find("proof") else { return Some(Vec::new()) };
    let name = |proof: &Json<'_>| proof.find("verificationMethod")?.as_str().map(str::to_owned);
    Some(proof.items().iter().filter_map(name).collect())
}
