//! The arguments of both commands, and what they print.

use std::{fmt::Write as _, path::PathBuf, process::ExitCode};

use clap::Args;
use openbadges::{bake::Edition, time::Timestamp};

use super::{VerifyFileError, as_json, as_text, exit_status, is_awarded_to, unbake_file, verify_file};

/// `lti-tool verify`.
#[derive(Debug, Args)]
pub struct VerifyArguments {
    /// JSON, a token, a baked PNG or SVG picture, or a text with the address of a hosted assertion.
    file: PathBuf,
    /// A folder whose map.json says which file holds the document of which URL or DID.
    #[arg(long, value_name = "DIR")]
    documents: Option<PathBuf>,
    /// The moment to judge at, such as 2026-11-23T16:48:31Z; the present if left out.
    #[arg(long, value_name = "TIME")]
    at: Option<Timestamp>,
    /// Print the verdict as JSON.
    #[arg(long)]
    json: bool,
    /// Who has to be the recipient, such as emailAddress=ada@example.org or id=urn:uuid:…; hashes are compared too.
    #[arg(long, value_name = "TYPE=VALUE", value_parser = identifier)]
    recipient: Option<Identifier>,
}

/// `lti-tool unbake`.
#[derive(Debug, Args)]
pub struct UnbakeArguments {
    /// A PNG or SVG picture.
    picture: PathBuf,
    /// Take out the badge of Open Badges 2.0 instead of 3.0.
    #[arg(long)]
    older: bool,
}

/// What someone is called, and what kind of name it is.
#[derive(Clone, Debug)]
struct Identifier {
    kind: String,
    value: String,
}

/// A text that is no identifier.
#[derive(Debug, thiserror::Error)]
#[error("expected TYPE=VALUE, such as emailAddress=ada@example.org")]
struct NotAnIdentifier;

fn identifier(text: &str) -> Result<Identifier, NotAnIdentifier> {
    let (kind, value) = text.split_once('=').ok_or(NotAnIdentifier)?;
    Ok(Identifier { kind: kind.to_owned(), value: value.to_owned() })
}

impl VerifyArguments {
    /// What is printed, and the exit status: 0 valid, 1 refused or awarded to another, 2 could not tell.
    ///
    /// # Errors
    /// [`VerifyFileError`].
    pub fn run(&self, now: impl FnOnce() -> Timestamp) -> Result<(String, ExitCode), VerifyFileError> {
        let verdict = verify_file(&self.file, self.documents.as_deref(), self.at.unwrap_or_else(now))?;
        let is_awarded = match &self.recipient {
            Some(Identifier { kind, value }) => Some(is_awarded_to(&self.file, kind, value)?),
            None => None,
        };
        let mut report = if self.json { as_json(&verdict, is_awarded) } else { as_text(&verdict) };
        if let (Some(Identifier { kind, value }), Some(is_awarded), false) =
            (&self.recipient, is_awarded, self.json)
        {
            let (mark, is) = if is_awarded { ("ok  ", "is") } else { ("FAIL", "is not") };
            let name = "recipient";
            let _ = writeln!(report, "  {mark} {name:<22} `{value}` {is} the {kind} of who was awarded");
        }
        let status = exit_status(&verdict).max(u8::from(is_awarded == Some(false)));
        Ok((report, ExitCode::from(status)))
    }
}

impl UnbakeArguments {
    /// The text of the badge.
    ///
    /// # Errors
    /// [`VerifyFileError`].
    pub fn run(&self) -> Result<String, VerifyFileError> {
        let edition = if self.older { Edition::OpenBadges2 } else { Edition::OpenBadges3 };
        unbake_file(&self.picture, edition)
    }
}
