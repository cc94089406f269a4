//! `lti-tool verify` and `lti-tool unbake`: a badge in a file of any form, judged or taken out, offline.
//!
//! JSON, a token, a PNG or SVG picture with one baked in, or the address of a hosted assertion; Open Badges 3.0 and 2.0.
//! `map.json` in the folder of documents is a JSON object from URL or DID to file name. Nothing is fetched.

mod command;

pub use command::{UnbakeArguments, VerifyArguments};

use std::{
    borrow::Cow,
    collections::HashMap,
    fmt::Write as _,
    io,
    path::{Path, PathBuf},
};

use openbadges::{
    bake::{BakeError, ContainerError, Edition, unbake, unverified_text},
    key::did::did_web_document_url,
    time::Timestamp,
    verify::{CheckResult, Documents, Outcome, RecipientError, Verdict, recipient_matches, verify},
};
use serde_json::json;

/// The list of documents in the folder.
const MAP: &str = "map.json";

/// Why there is no answer at all.
#[derive(Debug, thiserror::Error)]
pub enum VerifyFileError {
    /// A file that cannot be read.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// `map.json` is something else.
    #[error("{} must be a JSON object from URL or DID to file name", path.display())]
    Map {
        /// Which.
        path: PathBuf,
        /// Where it goes wrong.
        source: serde_json::Error,
    },
    /// A file that holds no badge of any form.
    #[error("{}", path.display())]
    NoBadge {
        /// Which.
        path: PathBuf,
        /// What it holds instead.
        source: ContainerError,
    },
    /// A picture that cannot be unbaked.
    #[error("cannot unbake {}", path.display())]
    Picture {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        source: BakeError,
    },
    /// A picture without a badge of the edition that was asked for.
    #[error("{} holds no badge of {edition}", path.display())]
    NotInside {
        /// Which picture.
        path: PathBuf,
        /// Which edition.
        edition: &'static str,
    },
    /// A recipient that cannot be compared.
    #[error("recipient cannot be compared")]
    Recipient(#[from] RecipientError),
}

/// The folder's documents by URL; a DID counts for the URL of its document too.
struct Folder(HashMap<String, String>);

impl Documents for Folder {
    fn find(&self, url: &str) -> Option<Cow<'_, str>> {
        self.0.get(url).map(|text| Cow::Borrowed(text.as_str()))
    }
}

/// Judges the badge in `file` at the moment `at`.
///
/// # Errors
/// [`VerifyFileError`] if a file cannot be read, or holds no badge.
pub fn verify_file(file: &Path, documents: Option<&Path>, at: Timestamp) -> Result<Verdict, VerifyFileError> {
    let folder = documents.map_or_else(|| Ok(Folder(HashMap::new())), read_folder)?;
    Ok(verify(&read_badge(file)?, &folder, at))
}

/// Whether the badge in `file` was awarded to whom that identifier belongs; says nothing about its being genuine.
///
/// # Errors
/// [`VerifyFileError`] if there is no credential, or nothing to compare with.
pub fn is_awarded_to(file: &Path, identity_type: &str, identifier: &str) -> Result<bool, VerifyFileError> {
    Ok(recipient_matches(&read_badge(file)?, identity_type, identifier)?)
}

/// The text of the badge in a picture, as it was baked.
///
/// # Errors
/// [`VerifyFileError`] if the picture cannot be read, or has no badge of that edition.
pub fn unbake_file(file: &Path, edition: Edition) -> Result<String, VerifyFileError> {
    let found =
        unbake(&read(file)?).map_err(|source| VerifyFileError::Picture { path: file.to_owned(), source })?;
    let wanted = found.into_iter().find(|unbaked| unbaked.edition == edition);
    wanted.map(|unbaked| unbaked.unverified).ok_or_else(|| VerifyFileError::NotInside {
        path: file.to_owned(),
        edition: match edition {
            Edition::OpenBadges3 => "Open Badges 3.0",
            Edition::OpenBadges2 => "Open Badges 2.0",
        },
    })
}

fn read(path: &Path) -> Result<Vec<u8>, VerifyFileError> {
    std::fs::read(path).map_err(|source| VerifyFileError::Unreadable { path: path.to_owned(), source })
}

fn read_text(path: &Path) -> Result<String, VerifyFileError> {
    // What is not UTF-8 is no document: whoever reads it says so.
    Ok(String::from_utf8_lossy(&read(path)?).into_owned())
}

fn read_badge(file: &Path) -> Result<String, VerifyFileError> {
    let bytes = read(file)?;
    let text = unverified_text(&bytes);
    text.map(Cow::into_owned).map_err(|source| VerifyFileError::NoBadge { path: file.to_owned(), source })
}

fn read_folder(folder: &Path) -> Result<Folder, VerifyFileError> {
    let path = folder.join(MAP);
    let map: HashMap<String, String> =
        serde_json::from_str(&read_text(&path)?).map_err(|source| VerifyFileError::Map { path, source })?;
    let mut documents = HashMap::new();
    for (key, name) in map {
        let text = read_text(&folder.join(name))?;
        if let Ok(url) = did_web_document_url(&key) {
            documents.insert(url, text.clone());
        }
        documents.insert(key, text);
    }
    Ok(Folder(documents))
}

/// 0 valid, 1 refused, 2 could not tell.
#[must_use]
pub fn exit_status(verdict: &Verdict) -> u8 {
    match verdict.outcome {
        Outcome::Valid => 0,
        Outcome::NeedsDocuments | Outcome::StatusUnknown | Outcome::ProofUnsupported => 2,
        _ => 1,
    }
}

/// The verdict for people: the outcome, then one line a check.
#[must_use]
pub fn as_text(verdict: &Verdict) -> String {
    let mut text = format!("{}\n", verdict.outcome.as_str());
    for check in &verdict.checks {
        let mark = match check.result {
            CheckResult::Passed => "ok  ",
            CheckResult::Failed => "FAIL",
            CheckResult::Unknown => "?   ",
            _ => "-   ",
        };
        let _ = writeln!(text, "  {mark} {:<22} {}", check.name.as_str(), check.detail);
    }
    for url in &verdict.missing {
        let _ = writeln!(text, "  missing: {url}");
    }
    text
}

/// The verdict for programs; `is_awarded` tells about the recipient, if one was asked for.
#[must_use]
pub fn as_json(verdict: &Verdict, is_awarded: Option<bool>) -> String {
    let checks: Vec<_> = verdict
        .checks
        .iter()
        .map(|check| json!({ "name": check.name.as_str(), "result": check.result.as_str(), "detail": check.detail }))
        .collect();
    let verdict = json!({
        "outcome": verdict.outcome.as_str(),
        "credential_id": verdict.credential_id,
        "issuer_id": verdict.issuer_id,
        "achievement_id": verdict.achievement_id,
        "valid_from": verdict.valid_from,
        "valid_until": verdict.valid_until,
        "verification_method": verdict.verification_method,
        "recipient_matches": is_awarded,
        "missing": verdict.missing,
        "checks": checks,
    });
    format!("{verdict:#}\n")
}

#[cfg(test)]
mod tests;
