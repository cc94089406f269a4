//! `lti-tool report`: figures as files.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use openbadges::time::Timestamp;

use super::{CliError, say};
use crate::{
    config::Config,
    report::{
        AsOf, Report,
        pack::{self, Asked, Pack, PackError},
    },
    server::{ServerError, prepare},
};

#[derive(Debug, Subcommand)]
pub(super) enum ReportCommand {
    /// Write the figures of a year with their definitions, in English and Japanese, as CSV, JSON and PDF.
    Disclosure(DisclosureArguments),
}

#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("date").required(true)))]
pub(super) struct DisclosureArguments {
    /// As of the last day of a calendar year, or of today while it lasts.
    #[arg(long, value_name = "YEAR", group = "date")]
    year: Option<u16>,
    /// As of the end of a day (UTC), such as the last of a financial year.
    #[arg(long, value_name = "DAY", group = "date")]
    as_of: Option<String>,
    /// Count what was recorded later about that time, such as an import of earlier years.
    #[arg(long)]
    with_later: bool,
    /// The folder to write to; it is made if it is missing.
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
}

/// Runs a command.
pub(super) async fn run(config: Config, command: &ReportCommand) -> Result<(), CliError> {
    let ReportCommand::Disclosure(arguments) = command;
    let public_url = config.public_url(0).ok_or(ServerError::PublicUrl)?;
    let state = prepare(config, public_url).await?;
    let day = match (&arguments.as_of, arguments.year) {
        (Some(day), _) => day.clone(),
        (None, Some(year)) => format!("{year:04}-12-31"),
        (None, None) => String::new(),
    };
    let now = state.clock.now();
    let asked = AsOf::day(&day, arguments.with_later, now).ok_or(CliError::Day)?;
    let as_of = asked.until(now);
    let Pack { files, empty, without_document } = pack::pack(&state, &Asked::of(as_of)).await?;
    std::fs::create_dir_all(&arguments.out).map_err(PackError::Write)?;
    for file in &files {
        std::fs::write(arguments.out.join(&file.name), &file.content).map_err(PackError::Write)?;
    }
    say(&format!("{} files as of {} are in {}\n", files.len(), as_of.date, arguments.out.display()))?;
    if !empty.is_empty() {
        say(&format!("{}\n", without_rows(&empty, as_of.date, arguments.with_later)))?;
    }
    without_document.map_or(Ok(()), |error| Err(PackError::Pdf(error).into()))
}

/// Which figures have nothing to say, and what may be the reason.
fn without_rows(empty: &[Report], date: Timestamp, counts_later: bool) -> String {
    let names: Vec<&str> = empty.iter().map(|report| report.name()).collect();
    let names = names.join(", ");
    if counts_later {
        return format!("no rows as of {date}: {names}");
    }
    format!(
        "no rows as of {date}: {names}; what was recorded later about that time, such as an import of earlier years, counts with --with-later"
    )
}
