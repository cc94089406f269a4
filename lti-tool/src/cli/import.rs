//! `lti-tool import`: achievements and awards from files.

use clap::Args;

use super::{CliError, say};
use crate::{
    config::Config,
    import::import,
    server::{ServerError, prepare},
};

#[derive(Debug, Args)]
pub(super) struct ImportArguments {
    /// The folder with `programmes.json` and `assertions.jsonl`, such as `lti-tool/data/programmes`.
    #[arg(value_name = "FOLDER")]
    folder: std::path::PathBuf,
}

/// Runs the command.
pub(super) async fn run(config: Config, arguments: &ImportArguments) -> Result<(), CliError> {
    let public_url = config.public_url(0).ok_or(ServerError::PublicUrl)?;
    let state = prepare(config, public_url).await?;
    let count = import(&state, &arguments.folder).await?;
    say(&format!(
        "{} achievements are defined; {} awards are imported, {} were there before\n",
        count.achievements, count.awarded, count.kept
    ))
}
