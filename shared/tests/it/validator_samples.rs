//! What the samples of the public 1EdTech validator come to: sound ones are valid, broken ones are refused for their fault.
//!
//! Sources and licence are in `../vectors/SOURCES.md`. The samples name keys by addresses that nobody serves; the test
//! stands in for them with the document that would be there.

use std::borrow::Cow;

use openbadges::bake::{Edition, unbake};
use openbadges::verify::{Documents, NoDocuments, Outcome, Verdict};
use serde_json::{Value, json};

use crate::scene::{judged, moment, refusal};

macro_rules! sample {
    ($file:literal) => {
        include_str!(concat!("../vectors/1edtech-validator/", $file))
    };
}

/// The document that publishes the key of a sample, whose fragment is the key.
struct KeyOf(Option<(String, String)>);

impl KeyOf {
    fn sample(text: &str) -> Self {
        let document: Value = serde_json::from_str(text).unwrap();
        let proofs =
            document["proof"].as_array().map_or(std::slice::from_ref(&document["proof"]), Vec::as_slice);
        let method = proofs.iter().find_map(|proof| proof["verificationMethod"].as_str()?.split_once('#'));
        Self(method.map(|(owner, key)| (owner.to_owned(), key.to_owned())))
    }
}

impl Documents for KeyOf {
    fn find(&self, url: &str) -> Option<Cow<'_, str>> {
        let (owner, key) = self.0.as_ref()?;
        let id = format!("{owner}#{key}");
        let document = json!({
            "id": owner,
            "verificationMethod": [{"id": id, "type": "Multikey", "controller": owner, "publicKeyMultibase": key}],
            "assertionMethod": [id],
        });
        (url == owner || owner.starts_with("did:web:")).then(|| document.to_string().into())
    }
}

fn verdict(text: &str) -> Verdict {
    judged(text, &KeyOf::sample(text), moment("2025-06-01T00:00:00Z"))
}

#[test]
fn sound_samples_are_valid() {
    for text in [
        sample!("simple.json"),
        sample!("simple-did-web-method.json"),
        sample!("simple-eddsa-2022.json"),
        sample!("simple-multiple-proofs.json"),
        sample!("endorsement-valid.json"),
    ] {
        let verdict = verdict(text);
        assert_eq!(verdict.outcome, Outcome::Valid, "{:?}", verdict.checks);
    }
}

#[test]
fn broken_samples_are_refused_for_their_fault() {
    for (text, outcome, check) in [
        (sample!("simple-err-expired.json"), Outcome::Expired, "valid_until"),
        (sample!("simple-err-proof-value.json"), Outcome::ProofInvalid, "signature"),
        (sample!("simple-err-evidence-type.json"), Outcome::Malformed, "signature"),
        (sample!("simple-err-issuer-type.json"), Outcome::Malformed, "types"),
    ] {
        let (found, by, detail) = refusal(&verdict(text));
        assert_eq!((found, by), (outcome, check), "{detail}");
    }
}

#[test]
fn a_status_index_that_is_a_number_is_looked_up_too() {
    let text = sample!("credential-status-revoked.json");
    let (outcome, check, detail) = refusal(&verdict(text));
    assert_eq!((outcome, check), (Outcome::NeedsDocuments, "status"), "{detail}");
}

#[test]
fn baked_samples_hold_their_credentials() {
    let png = include_bytes!("../vectors/1edtech-validator/simple-json.png");
    for image in [png.as_slice(), sample!("simple-json.svg").as_bytes()] {
        let found = unbake(image).unwrap();
        assert_eq!((found.len(), found[0].edition), (1, Edition::OpenBadges3));
        assert_eq!(verdict(&found[0].unverified).outcome, Outcome::Valid);
    }
}

#[test]
fn a_baked_token_with_its_key_inside_asks_for_the_issuers_keys() {
    let found = unbake(include_bytes!("../vectors/1edtech-validator/simple-jwt.png")).unwrap();
    let verdict = judged(&found[0].unverified, &NoDocuments, moment("2025-06-01T00:00:00Z"));
    assert_eq!(verdict.outcome, Outcome::NeedsDocuments, "{:?}", verdict.checks);
    assert_eq!(verdict.missing, ["https://1edtech.edu/.well-known/jwks.json"]);
}
