//! `lti-tool admin`: a one-time link to the administrator's pages.

use clap::{Args, Subcommand, ValueEnum};

use super::{CliError, ready_store, say};
use crate::{
    admin::{self, session::Role},
    clock::{Clock, SystemChance, SystemClock, later},
    config::Config,
    secret,
    server::ServerError,
};

#[derive(Debug, Subcommand)]
pub(super) enum AdminCommand {
    /// Print a link that signs one person in, once, within a quarter of an hour.
    Link(LinkArguments),
}

#[derive(Debug, Args)]
pub(super) struct LinkArguments {
    /// Who it is for; the audit trail says it.
    #[arg(long, default_value = admin::BY_LINK)]
    name: String,
    /// What the person may do.
    #[arg(long, value_enum, default_value = "administrator")]
    role: RoleArgument,
}

/// [`Role`] on the command line.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum RoleArgument {
    ReportReader,
    ProgrammeOwner,
    Administrator,
}

impl From<RoleArgument> for Role {
    fn from(argument: RoleArgument) -> Self {
        match argument {
            RoleArgument::ReportReader => Self::ReportReader,
            RoleArgument::ProgrammeOwner => Self::ProgrammeOwner,
            RoleArgument::Administrator => Self::Administrator,
        }
    }
}

/// Makes the link and prints it.
pub(super) async fn run(config: &Config, command: &AdminCommand) -> Result<(), CliError> {
    let AdminCommand::Link(arguments) = command;
    let public_url = config.public_url(0).ok_or(ServerError::PublicUrl)?;
    let token = secret::draw(&SystemChance);
    let expires_at = later(SystemClock.now(), admin::LINK_SECONDS);
    let (hash, role) = (secret::hash(&token), arguments.role.into());
    ready_store(config).await?.insert_admin_link(&hash, &arguments.name, role, expires_at).await?;
    say(&format!("{}{}/{token}\n", public_url.origin().ascii_serialization(), admin::ENTER_PATH))
}
