//! What fuzzing has found, kept as ordinary tests: every input in `../found` goes through its parser again.
//!
//! The folders are those of the fuzz targets (`../../fuzz/run.sh`), which start from these inputs too.

use std::fs;
use std::path::Path;

use openbadges::bake::{Edition, bake, unbake};
use openbadges::jsonld::{JsonLdError, canonicalize, canonicalize_generally};
use openbadges::key::{PublicKey, did, jwk};
use openbadges::status::Bitstring;
use openbadges::time::Timestamp;
use openbadges::verify::{CheckName, NoDocuments, Outcome, verify};

/// The inputs of a target.
fn found(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/found").join(target);
    let mut inputs: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| fs::read(entry.unwrap().path()).unwrap()).collect();
    inputs.sort();
    assert!(!inputs.is_empty(), "{target} has no inputs");
    inputs
}

#[test]
fn found_documents_have_one_canonical_form_or_none() {
    for input in found("jsonld") {
        let text = String::from_utf8(input).unwrap();
        let Ok(document) = openbadges::json::parse(&text) else { continue };
        match (canonicalize(&document), canonicalize_generally(&document, &|_| None)) {
            (Ok(ours), Ok(library)) => assert_eq!(ours, library),
            // A document that has the mark of relative references is refused by the general way alone.
            (Ok(_), Err(error)) => assert!(matches!(error, JsonLdError::RelativeReference { .. }), "{error}"),
            (Err(_), Err(_)) => {}
            (Err(error), Ok(_)) => panic!("refused by the tables alone: {error}"),
        }
    }
}

#[test]
fn found_credentials_get_a_verdict() {
    for input in found("verify") {
        let text = String::from_utf8_lossy(&input);
        let verdict = verify(&text, &NoDocuments, Timestamp::from_unix_seconds(1_795_452_600));
        assert_eq!(verdict.checks.len(), CheckName::ALL.len());
        assert_ne!(verdict.outcome, Outcome::Valid, "{text}");
    }
}

#[test]
fn found_pictures_are_read_or_refused() {
    for input in found("unbake") {
        let _outcome = unbake(&input);
        if let Ok(baked) = bake(&input, "{}", Edition::OpenBadges3) {
            assert_eq!(unbake(&baked).unwrap()[0].unverified, "{}");
        }
    }
}

#[test]
fn found_names_are_read_or_refused() {
    for input in found("names") {
        let text = String::from_utf8_lossy(&input);
        if let Ok(key) = PublicKey::from_multikey(&text) {
            assert_eq!(key.to_multikey().as_deref(), Some(&*text));
        }
        let _outcome = (jwk::from_did_jwk(&text), did::did_web_document_url(&text), Bitstring::decode(&text));
    }
}
