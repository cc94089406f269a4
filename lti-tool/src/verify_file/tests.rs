//! The command's answer for a badge of our own, good, tampered and without its documents.

use openbadges::{
    issue::{Award, Recipient, unsigned_credential},
    key::{SigningKey, did::did_document},
    model::{Achievement, Criteria, Profile},
    proof::eddsa_rdfc,
};

use super::*;

const DID: &str = "did:web:badges.example.org";

/// A folder of its own for each test, removed afterwards.
struct Scratch(tempfile::TempDir);

impl Scratch {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// A signed badge, its issuer's document and the map.
    fn badge(&self) -> PathBuf {
        let key = SigningKey::from_seed(&[7; 32]);
        let method = format!("{DID}#{}", key.verifying_key().to_multikey());
        let recipient = Recipient {
            id: "urn:uuid:9a1f4f1e-7a0b-4a55-9d2a-1f7a6f3b0001".to_owned(),
            identifiers: Vec::new(),
        };
        let achievement = Achievement::new(
            "https://badges.example.org/achievements/1",
            "Data",
            "Basics",
            Criteria::narrative("Do it."),
        );
        let issuer = Profile::new(DID, "Example Academy");
        let award =
            Award::new("https://badges.example.org/credentials/1", issuer, achievement, recipient, moment());
        let signed = eddsa_rdfc::sign(&unsigned_credential(&award), &key, &method, moment()).unwrap();
        let document = did_document(DID, &[(method, key.verifying_key())]);
        self.write("did.json", &document.to_string());
        self.write("map.json", &json!({ DID: "did.json" }).to_string());
        self.write("badge.json", &signed)
    }
}

fn moment() -> Timestamp {
    Timestamp::from_unix_seconds(1_795_390_158)
}

#[test]
fn a_badge_of_ours_is_valid_and_each_check_is_named() {
    let scratch = Scratch::new();
    let verdict = verify_file(&scratch.badge(), Some(scratch.0.path()), moment()).unwrap();
    assert_eq!(exit_status(&verdict), 0, "{verdict:?}");
    let text = as_text(&verdict);
    assert!(text.starts_with("valid\n") && text.contains("ok   signature"), "{text}");
    let report: serde_json::Value = serde_json::from_str(&as_json(&verdict)).unwrap();
    assert_eq!(report["outcome"], "valid");
    assert!(
        report["checks"]
            .as_array()
            .unwrap()
            .iter()
            .any(|check| check["name"] == "signature" && check["result"] == "passed")
    );
}

#[test]
fn a_tampered_badge_is_refused() {
    let scratch = Scratch::new();
    let path = scratch.badge();
    let tampered = std::fs::read_to_string(&path).unwrap().replace("Basics", "Mastery");
    let verdict =
        verify_file(&scratch.write("tampered.json", &tampered), Some(scratch.0.path()), moment()).unwrap();
    assert_eq!((exit_status(&verdict), verdict.outcome), (1, Outcome::ProofInvalid));
}

#[test]
fn without_the_issuer_s_document_nothing_can_be_told() {
    let scratch = Scratch::new();
    let verdict = verify_file(&scratch.badge(), None, moment()).unwrap();
    assert_eq!(exit_status(&verdict), 2);
    assert!(
        as_text(&verdict).contains("missing: https://badges.example.org/.well-known/did.json"),
        "{}",
        as_text(&verdict)
    );
}

#[test]
fn what_is_no_credential_is_refused_and_what_is_no_file_is_told() {
    let scratch = Scratch::new();
    let verdict = verify_file(&scratch.write("odd.json", "{}"), None, moment()).unwrap();
    assert_eq!(exit_status(&verdict), 1);
    let error = verify_file(&scratch.0.path().join("absent.json"), None, moment()).unwrap_err();
    assert!(error.to_string().starts_with("cannot read "), "{error}");
}

#[test]
fn a_map_that_is_no_map_is_told() {
    let scratch = Scratch::new();
    let path = scratch.badge();
    scratch.write("map.json", "[]");
    let error = verify_file(&path, Some(scratch.0.path()), moment()).unwrap_err();
    assert!(error.to_string().ends_with("must be a JSON object from URL or DID to file name"), "{error}");
}
