//! `lti-tool verify`: a credential in a file, judged offline with the documents in a folder.
//!
//! `map.json` in that folder is a JSON object from URL or DID to file name. Nothing is fetched.

use std::{
    borrow::Cow,
    collections::HashMap,
    fmt::Write as _,
    io,
    path::{Path, PathBuf},
};

use openbadges::{
    key::did::did_web_document_url,
    time::Timestamp,
    verify::{CheckResult, Documents, Outcome, Verdict, verify},
};
use serde_json::json;

/// The list of documents in the folder.
const MAP: &str = "map.json";

/// Why there is no verdict at all.
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
}

/// The folder's documents by URL; a DID counts for the URL of its document too.
struct Folder(HashMap<String, String>);

impl Documents for Folder {
    fn find(&self, url: &str) -> Option<Cow<'_, str>> {
        self.0.get(url).map(|text| Cow::Borrowed(text.as_str()))
    }
}

/// Judges the credential in `file` at the moment `at`.
///
/// # Errors
/// [`VerifyFileError`] if a file cannot be read.
pub fn verify_file(file: &Path, documents: Option<&Path>, at: Timestamp) -> Result<Verdict, VerifyFileError> {
    let unverified = read(file)?;
    let folder = documents.map_or_else(|| Ok(Folder(HashMap::new())), read_folder)?;
    Ok(verify(&unverified, &folder, at))
}

fn read(path: &Path) -> Result<String, VerifyFileError> {
    let bytes = std::fs::read(path)
        .map_err(|source| VerifyFileError::Unreadable { path: path.to_owned(), source })?;
    // What is not UTF-8 is no credential: the verdict says so.
    Ok(String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

fn read_folder(folder: &Path) -> Result<Folder, VerifyFileError> {
    let path = folder.join(MAP);
    let map: HashMap<String, String> =
        serde_json::from_str(&read(&path)?).map_err(|source| VerifyFileError::Map { path, source })?;
    let mut documents = HashMap::new();
    for (key, name) in map {
        let text = read(&folder.join(name))?;
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

/// The verdict for programs.
#[must_use]
pub fn as_json(verdict: &Verdict) -> String {
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
        "missing": verdict.missing,
        "checks": checks,
    });
    format!("{verdict:#}\n")
}

#[cfg(test)]
mod tests;
