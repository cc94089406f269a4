//! The command's answer for a badge of our own, good, tampered and without its documents.

use std::error::Error as _;

use openbadges::{
    bake::bake,
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
    let report: serde_json::Value = serde_json::from_str(&as_json(&verdict, None)).unwrap();
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

/// What a command prints, and its exit status.
fn run(arguments: &[&str]) -> Result<(String, String), VerifyFileError> {
    #[derive(clap::Parser)]
    struct Line {
        #[command(flatten)]
        arguments: VerifyArguments,
    }
    let line = <Line as clap::Parser>::parse_from([&["verify"], arguments].concat());
    line.arguments.run(moment).map(|(report, status)| (report, format!("{status:?}")))
}

fn exit_code(status: u8) -> String {
    format!("{:?}", std::process::ExitCode::from(status))
}

#[test]
fn a_badge_is_judged_in_every_form_that_it_comes_in() {
    let scratch = Scratch::new();
    let json = std::fs::read_to_string(scratch.badge()).unwrap();
    let folder = scratch.0.path().to_str().unwrap();
    let picture = scratch.0.path().join("badge.svg");
    std::fs::write(&picture, bake(b"<svg/>", &json, Edition::OpenBadges3).unwrap()).unwrap();
    let spaced = scratch.write("spaced.json", &format!("\n {json} \n"));
    for file in [picture, spaced] {
        let (report, status) = run(&[file.to_str().unwrap(), "--documents", folder]).unwrap();
        assert!(report.starts_with("valid\n") && status == exit_code(0), "{report}");
    }
    let address = scratch.write("hosted.txt", "https://badges.example.org/v2/assertions/1");
    let (report, status) = run(&[address.to_str().unwrap(), "--documents", folder]).unwrap();
    assert!(report.contains("missing: https://badges.example.org/v2/assertions/1"), "{report}");
    assert_eq!(status, exit_code(2));
}

#[test]
fn a_recipient_is_compared_and_somebody_else_is_refused() {
    let scratch = Scratch::new();
    let badge = scratch.badge();
    let folder = scratch.0.path().to_str().unwrap();
    let ask = |recipient: &str, more: &[&str]| {
        let arguments = [badge.to_str().unwrap(), "--documents", folder, "--recipient", recipient];
        run(&[&arguments, more].concat()).unwrap()
    };
    let theirs = "id=urn:uuid:9a1f4f1e-7a0b-4a55-9d2a-1f7a6f3b0001";
    let (report, status) = ask(theirs, &[]);
    assert!(report.contains("is the id of who was awarded") && status == exit_code(0), "{report}");
    let (report, status) = ask("emailAddress=ada@example.org", &[]);
    let sentence = "FAIL recipient              `ada@example.org` is not the emailAddress of who was awarded";
    assert!(report.contains(sentence) && status == exit_code(1), "{report}");
    let (report, _) = ask("id=urn:x", &["--json"]);
    assert!(report.contains("\"recipient_matches\": false"), "{report}");
}

#[test]
fn a_badge_comes_out_of_its_picture_as_it_was_baked() {
    let scratch = Scratch::new();
    let svg = bake(b"<svg/>", "{ \"a\": 1 }", Edition::OpenBadges3).unwrap();
    let picture = scratch.write("badge.svg", &String::from_utf8(svg).unwrap());
    assert_eq!(unbake_file(&picture, Edition::OpenBadges3).unwrap(), "{ \"a\": 1 }");
    let error = unbake_file(&picture, Edition::OpenBadges2).unwrap_err().to_string();
    assert!(error.ends_with("badge.svg holds no badge of Open Badges 2.0"), "{error}");
    let text = scratch.write("text.json", "{}");
    let error = unbake_file(&text, Edition::OpenBadges3).unwrap_err();
    assert_eq!(error.source().unwrap().to_string(), "file is neither PNG nor SVG");
    let empty = scratch.write("empty.svg", "<svg/>");
    let error = verify_file(&empty, None, moment()).unwrap_err();
    assert_eq!(error.source().unwrap().to_string(), "the picture holds no badge");
}
