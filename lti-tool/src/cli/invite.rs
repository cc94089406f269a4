//! `lti-tool invite`: a one-time link for a platform's dynamic registration.

use clap::Args;

use super::{COMMAND_LINE, CliError, ready_store, say};
use crate::{
    clock::{Clock, SystemChance, SystemClock, later},
    config::Config,
    registration, secret,
    server::ServerError,
};

#[derive(Debug, Args)]
pub(super) struct InviteArguments {
    /// For whom it is.
    #[arg(long, default_value = "")]
    note: String,
    /// How long it can be used.
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u16).range(1..=90))]
    days: u16,
    /// Let the platform launch at once; without it, `platform approve` does.
    #[arg(long)]
    approve: bool,
}

/// Makes an invitation and prints its link.
pub(super) async fn run(config: &Config, arguments: &InviteArguments) -> Result<(), CliError> {
    let public_url = config.public_url(0).ok_or(ServerError::PublicUrl)?;
    let token = secret::draw(&SystemChance);
    let expires_at = later(SystemClock.now(), i64::from(arguments.days) * 86_400);
    ready_store(config)
        .await?
        .insert_invitation(
            &secret::hash(&token),
            &arguments.note,
            arguments.approve,
            expires_at,
            COMMAND_LINE,
        )
        .await?;
    say(&format!("{}{}/{token}\n", public_url.origin().ascii_serialization(), registration::PATH))
}
