//! The command line: one file for each group of commands.

mod admin;
mod canvas;
mod import;
mod invite;
mod keys;
mod platform;
mod populations;
mod programme;
mod report;

use std::{io::Write, path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

use self::{
    admin::AdminCommand, import::ImportArguments, invite::InviteArguments, keys::KeysCommand,
    platform::PlatformCommand, populations::PeopleCommand, programme::ProgrammeCommand,
    report::ReportCommand,
};
use crate::{
    admin::COMMAND_LINE,
    belonging::hand::BelongingError,
    clock::{Clock, SystemClock},
    completion::canvas::CanvasError,
    config::{Config, ConfigError, LogConfig, LogFormat},
    course::image::painter::Painter,
    import::{ImportError, lists::ListError},
    keys::{
        KeyringError,
        seal::{MasterKey, SealError},
    },
    path::steps::StepError,
    report::pack::PackError,
    server::{self, ServerError},
    store::{Store, StoreError},
    verify_file::{UnbakeArguments, VerifyArguments, VerifyFileError},
};

/// Awards Open Badges 3.0 from LTI 1.3 launches, and verifies them.
#[derive(Debug, Parser)]
#[command(name = "lti-tool", version)]
pub struct Cli {
    /// Settings in TOML, over the built-in defaults; the environment (`LTI_TOOL__SECTION__KEY`) goes over both.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server.
    Serve,
    /// Bring the database's schema up to date and end.
    Migrate,
    /// Read the settings, say whether they can be used, and end.
    CheckConfig,
    /// The tool's own keys.
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Learning platforms.
    #[command(subcommand)]
    Platform(PlatformCommand),
    /// Make a one-time link for a platform's dynamic registration.
    Invite(InviteArguments),
    /// The administrator's pages.
    #[command(subcommand)]
    Admin(AdminCommand),
    /// Load achievements and awards, signed by this installation's issuer; frameworks, people, headcounts, targets, enrolments. What is there is passed over.
    Import(ImportArguments),
    /// Where people belong: employee, dispatched, external or another word.
    #[command(subcommand)]
    People(PeopleCommand),
    /// Badges of courses as steps of programmes.
    #[command(subcommand)]
    Programme(ProgrammeCommand),
    /// Figures as files.
    #[command(subcommand)]
    Report(ReportCommand),
    /// Verify a badge offline, in any form. Exit status: 0 valid, 1 refused, 2 could not tell.
    Verify(VerifyArguments),
    /// Print the badge that was baked into a picture.
    Unbake(UnbakeArguments),
}

/// What `check-config` says of a machine whose pictures would show boxes.
const NO_JAPANESE: &str = "warning: no font has Japanese letters, so that pictures of badges show boxes instead; install one (fonts-noto-cjk, fonts-ipafont-gothic) or set `images.fonts`\n";

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// A setting.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The server.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// The master key.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The database.
    #[error("the database of `database.url` is not ready")]
    Store(#[from] StoreError),
    /// The keys.
    #[error(transparent)]
    Keyring(#[from] KeyringError),
    /// An endpoint that requests must not go to.
    #[error("--{0} must be an https URL (http only for this machine with outbound.allow_insecure_loopback)")]
    InsecureEndpoint(&'static str),
    /// An issuer that is no URL.
    #[error("--issuer must be a URL, exactly as the platform writes it")]
    Issuer,
    /// No such registration.
    #[error("no platform is registered with this issuer and client id; `lti-tool platform list` shows all")]
    UnknownPlatform,
    /// No such sign-in.
    #[error("nobody is signed in under this id, and no link has it; `lti-tool admin list` shows all")]
    UnknownSignIn,
    /// The file with a secret of LTI 1.1.
    #[error("the file with the secret cannot be read")]
    SecretFile(#[source] std::io::Error),
    /// A key that must not be withdrawn.
    #[error(
        "no key of this id has stopped to sign; `lti-tool keys list` shows all, `keys rotate` retires one"
    )]
    KeyInUse,
    /// The issuer is its key.
    #[error("`issuer.did_method` is key: such an issuer is its key and cannot get another; `web` can")]
    DidKey,
    /// The file of the former master key.
    #[error("cannot read {}", path.display())]
    FormerMasterKey {
        /// Which.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The log filter.
    #[error("`log.filter` must be a level such as info, or a filter such as info,lti_tool=debug")]
    LogFilter,
    /// The import.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// A list that is imported.
    #[error(transparent)]
    List(#[from] ListError),
    /// Where somebody belongs.
    #[error(transparent)]
    Belonging(#[from] BelongingError),
    /// A step of a programme.
    #[error(transparent)]
    Step(#[from] StepError),
    /// Figures as files.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// A day that is none.
    #[error("--as-of must be a day such as 2027-03-31")]
    Day,
    /// The token of Moodle's web services.
    #[error("the file of --token-file must hold one token, letters and digits")]
    MoodleToken,
    /// Canvas.
    #[error(transparent)]
    Canvas(#[from] CanvasError),
    /// The key for Canvas's API.
    #[error("the key for Canvas's API cannot be written")]
    CanvasKey,
    /// The file to verify or unbake.
    #[error(transparent)]
    VerifyFile(#[from] VerifyFileError),
    /// Standard output.
    #[error("cannot write to standard output")]
    Output(#[from] std::io::Error),
}

/// Runs a command.
///
/// # Errors
/// [`CliError`].
pub async fn run(cli: Cli) -> Result<ExitCode, CliError> {
    match &cli.command {
        Command::Verify(arguments) => {
            let (report, status) = arguments.run(|| SystemClock.now())?;
            say(&report)?;
            return Ok(status);
        }
        Command::Unbake(arguments) => {
            say(&arguments.run()?)?;
            return Ok(ExitCode::SUCCESS);
        }
        _ => {}
    }
    let config = Config::load(cli.config.as_deref())?;
    begin_log(&config.log)?;
    match cli.command {
        Command::Serve => server::serve(config).await?,
        Command::Migrate => {
            let count = Store::new(&config.database)?.migrate(SystemClock.now()).await?;
            say(&format!("{count} migrations ran; the schema is up to date\n"))?;
        }
        Command::CheckConfig => {
            MasterKey::from_base64(&config.master_key_text()?)?;
            if !Painter::new(&config.images.fonts).has_japanese() {
                say(NO_JAPANESE)?;
            }
            say("the settings can be used\n")?;
        }
        Command::Keys(command) => keys::run(&config, &command).await?,
        Command::Platform(command) => platform::run(&config, command).await?,
        Command::Invite(arguments) => invite::run(&config, &arguments).await?,
        Command::Admin(command) => admin::run(&config, &command).await?,
        Command::Import(arguments) => import::run(config, &arguments).await?,
        Command::People(command) => populations::run(config, command).await?,
        Command::Programme(command) => programme::run(config, command).await?,
        Command::Report(command) => report::run(config, &command).await?,
        Command::Verify(_) | Command::Unbake(_) => {}
    }
    Ok(ExitCode::SUCCESS)
}

/// Logs to standard output; what else a command prints goes there too, before or after.
fn begin_log(config: &LogConfig) -> Result<(), CliError> {
    let filter = tracing_subscriber::EnvFilter::try_new(&config.filter)
        .map_err(|_error: tracing_subscriber::filter::ParseError| CliError::LogFilter)?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_target(false).with_ansi(false);
    // A second start in one process, as in tests, keeps the first log.
    let _ = match config.format {
        LogFormat::Text => builder.try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    Ok(())
}

fn say(text: &str) -> Result<(), CliError> {
    Ok(std::io::stdout().lock().write_all(text.as_bytes())?)
}

async fn ready_store(config: &Config) -> Result<Store, CliError> {
    let store = Store::new(&config.database)?;
    store.migrate(SystemClock.now()).await?;
    Ok(store)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_time_is_rfc_3339() {
        let error = Cli::try_parse_from(["lti-tool", "verify", "x.json", "--at", "yesterday"])
            .unwrap_err()
            .to_string();
        assert!(error.contains("is not a date and time with an offset"), "{error}");
    }
}
