//! An issuer, an award and its documents, with defaults, so that a test shows only what matters.

use std::collections::HashMap;

use openbadges::issue::{Award, Recipient, unsigned_credential};
use openbadges::key::{SigningKey, did};
use openbadges::model::{Achievement, AchievementCredential, Criteria, IdentityObject, Profile};
use openbadges::proof::eddsa_rdfc;
use openbadges::time::Timestamp;
use openbadges::verify::{CheckResult, Documents, Outcome, Verdict, prepare, verify, verify_briefly};
use serde_json::Value;

/// The issuer's site.
pub(crate) const DID_WEB: &str = "did:web:badges.example";
/// Where its DID document is.
pub(crate) const DID_URL: &str = "https://badges.example/.well-known/did.json";

/// A point in time.
pub(crate) fn moment(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The verdict, which has to be the same whether the signature is checked at once or last, with few words or many.
pub(crate) fn judged(text: &str, documents: &dyn Documents, at: Timestamp) -> Verdict {
    let (verdict, brief) = (verify(text, documents, at), verify_briefly(text, documents, at));
    assert_eq!(prepare(text, documents, at).settle(text, documents, at), brief, "{text}");
    assert_eq!(without_praise(brief), without_praise(verdict.clone()), "{text}");
    assert!(verdict.checks.iter().all(|check| !check.detail.is_empty()), "{text}");
    verdict
}

/// The verdict without the sentences of checks that passed.
pub(crate) fn without_praise(mut verdict: Verdict) -> Verdict {
    for check in verdict.checks.iter_mut().filter(|check| check.result == CheckResult::Passed) {
        check.detail = "".into();
    }
    verdict
}

/// An issuer with a key, and what it awards.
pub(crate) struct Scene {
    pub(crate) key: SigningKey,
    pub(crate) did: String,
    pub(crate) award: Award,
    pub(crate) documents: HashMap<String, String>,
}

impl Scene {
    /// An issuer that is its key (`did:key`): no documents are needed.
    pub(crate) fn with_did_key() -> Self {
        let key = SigningKey::from_seed(&[7; 32]);
        let did = did::did_key(&key.verifying_key());
        Self { award: award_of(&did), key, did, documents: HashMap::new() }
    }

    /// An issuer with a site (`did:web`), whose DID document is at hand.
    pub(crate) fn with_did_web() -> Self {
        let mut scene = Self::with_did_key();
        DID_WEB.clone_into(&mut scene.did);
        scene.award = award_of(DID_WEB);
        let document =
            did::did_document(DID_WEB, &[(scene.verification_method(), scene.key.verifying_key())]);
        scene.documents.insert(DID_URL.to_owned(), document.to_string());
        scene
    }

    pub(crate) fn verification_method(&self) -> String {
        format!("{}#{}", self.did, self.key.verifying_key().to_multikey())
    }

    pub(crate) fn credential(&self) -> AchievementCredential {
        unsigned_credential(&self.award)
    }

    /// The signed text.
    pub(crate) fn signed(&self) -> String {
        let created = self.award.awarded_at;
        eddsa_rdfc::sign(&self.credential(), &self.key, &self.verification_method(), created).unwrap()
    }

    /// The signed document, changed afterwards.
    pub(crate) fn tampered(&self, change: impl FnOnce(&mut Value)) -> String {
        let mut document: Value = serde_json::from_str(&self.signed()).unwrap();
        change(&mut document);
        document.to_string()
    }

    /// A document that was changed first and signed then, so that only its content is wrong.
    pub(crate) fn signed_after(&self, change: impl FnOnce(&mut Value)) -> String {
        let mut document = serde_json::to_value(self.credential()).unwrap();
        change(&mut document);
        let created = self.award.awarded_at;
        eddsa_rdfc::add_proof(document, &self.key, &self.verification_method(), created).unwrap().to_string()
    }

    /// The verdict at noon of the day after the award.
    pub(crate) fn verdict(&self, text: &str) -> Verdict {
        judged(text, &self.documents, moment("2026-11-24T12:00:00Z"))
    }
}

fn award_of(did: &str) -> Award {
    let achievement = Achievement::new(
        "https://badges.example/achievements/dx-beginner",
        "DX Beginner / DXビギナー",
        "Knows what digital transformation is about.",
        Criteria::narrative("Complete all **five** modules."),
    );
    let recipient = Recipient {
        id: "urn:uuid:5b4f5d1c-90a5-4f1c-8b4f-0d3f2c5e8a11".to_owned(),
        identifiers: vec![IdentityObject::hashed("emailAddress", "a@example.com", "Kosher")],
    };
    Award::new(
        "https://badges.example/credentials/0e4e3a1c-6f3b-4d39-9d6d-9c6f6f2d9c11",
        Profile::new(did, "Example Academy"),
        achievement,
        recipient,
        moment("2026-11-23T16:48:31Z"),
    )
}

/// The outcome, and name and detail of the first check that did not pass.
pub(crate) fn refusal(verdict: &Verdict) -> (Outcome, &'static str, String) {
    let refused = |check: &&openbadges::verify::Check| {
        matches!(check.result, CheckResult::Failed | CheckResult::Unknown)
    };
    let check = verdict.checks.iter().find(refused).expect("no check refused");
    (verdict.outcome, check.name.as_str(), check.detail.to_string())
}
