//! `lti-tool verify`: judge a file offline, without settings and without a database.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use openbadges::time::Timestamp;

use super::{CliError, say};
use crate::{
    clock::{Clock, SystemClock},
    verify_file,
};

#[derive(Debug, Args)]
pub(super) struct VerifyArguments {
    /// The credential.
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
}

/// Prints the verdict; the exit status tells it too.
pub(super) fn run(arguments: &VerifyArguments) -> Result<ExitCode, CliError> {
    let at = arguments.at.unwrap_or_else(|| SystemClock.now());
    let verdict = verify_file::verify_file(&arguments.file, arguments.documents.as_deref(), at)?;
    let report = if arguments.json { verify_file::as_json(&verdict) } else { verify_file::as_text(&verdict) };
    say(&report)?;
    Ok(ExitCode::from(verify_file::exit_status(&verdict)))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::super::Cli;

    #[test]
    fn a_time_is_rfc_3339() {
        let error = Cli::try_parse_from(["lti-tool", "verify", "x.json", "--at", "yesterday"])
            .unwrap_err()
            .to_string();
        assert!(error.contains("is not a date and time with an offset"), "{error}");
    }
}
