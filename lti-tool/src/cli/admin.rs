//! `lti-tool admin`: one-time links to the administrator's pages and the reports; who is signed in, and how that ends.

use clap::{Args, Subcommand, ValueEnum};
use uuid::Uuid;

use super::{COMMAND_LINE, CliError, ready_store, say};
use crate::{
    admin::{self, session::Role, sign_ins},
    clock::{Clock, SystemChance, SystemClock, later},
    config::Config,
    secret,
    server::ServerError,
    store::sign_in::Ground,
};

#[derive(Debug, Subcommand)]
pub(super) enum AdminCommand {
    /// Print a link that signs one person in, once, within a quarter of an hour.
    Link(LinkArguments),
    /// List who is signed in, and the links that nobody has used yet.
    List,
    /// End a sign-in at the person's next click, or take a link back.
    End {
        /// Its id, as `admin list` shows it.
        id: Uuid,
    },
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

/// Runs the command.
pub(super) async fn run(config: &Config, command: &AdminCommand) -> Result<(), CliError> {
    match command {
        AdminCommand::Link(arguments) => make_link(config, arguments).await,
        AdminCommand::List => list_sign_ins(config).await,
        AdminCommand::End { id } => end_sign_in(config, *id).await,
    }
}

/// Makes the link and prints it.
async fn make_link(config: &Config, arguments: &LinkArguments) -> Result<(), CliError> {
    let public_url = config.public_url(0).ok_or(ServerError::PublicUrl)?;
    let token = secret::draw(&SystemChance);
    let expires_at = later(SystemClock.now(), admin::LINK_SECONDS);
    let (hash, role) = (secret::hash(&token), arguments.role.into());
    ready_store(config).await?.insert_admin_link(&hash, &arguments.name, role, expires_at).await?;
    say(&format!("{}{}/{token}\n", public_url.origin().ascii_serialization(), admin::ENTER_PATH))
}

async fn list_sign_ins(config: &Config) -> Result<(), CliError> {
    for row in ready_store(config).await?.list_sign_ins(SystemClock.now()).await? {
        let ground = match &row.ground {
            Ground::OpenLink => "a link that nobody has used yet".to_owned(),
            Ground::Link => "a one-time link".to_owned(),
            Ground::Provider(provider) => format!("signed in at {provider}"),
            Ground::Launch(platform) => format!("a launch of {platform}"),
        };
        say(&format!(
            "{}\n  id     {}\n  role   {}\n  by     {ground}\n  since  {}\n  until  {}\n",
            row.name,
            row.sign_in_id,
            sign_ins::role_now(&row, &config.admin).map_or("none any more", Role::name),
            row.begun_at,
            row.expires_at,
        ))?;
    }
    Ok(())
}

async fn end_sign_in(config: &Config, id: Uuid) -> Result<(), CliError> {
    if ready_store(config).await?.end_sign_in(id, COMMAND_LINE).await? {
        say("it is over\n")
    } else {
        Err(CliError::UnknownSignIn)
    }
}
