//! The command line.

use std::{io::Write, path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand, ValueEnum};
use url::Url;

use crate::{
    clock::{Clock, SystemChance, SystemClock, later},
    config::{Config, ConfigError, LogConfig, LogFormat, is_secure},
    keys::{
        KeyringError, load_or_generate, new_key,
        seal::{MasterKey, SealError},
    },
    login, registration, secret,
    server::{self, ServerError},
    store::{Store, StoreError, registration::NewRegistration, signing_key::KeyPurpose},
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
    /// Verify a badge offline, in any form. Exit status: 0 valid, 1 refused, 2 could not tell.
    Verify(VerifyArguments),
    /// Print the badge that was baked into a picture.
    Unbake(UnbakeArguments),
}

#[derive(Debug, Subcommand)]
enum KeysCommand {
    /// Make the keys that are missing.
    Generate,
    /// List all keys, without secrets.
    List,
    /// Make a new key of one purpose; the old one stays published but signs no more.
    Rotate {
        /// Which key.
        purpose: PurposeArgument,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum PurposeArgument {
    /// RSA, for messages to platforms.
    Lti,
    /// Ed25519, for credentials.
    Issuer,
}

#[derive(Debug, Subcommand)]
enum PlatformCommand {
    /// Register a platform, or update the one with the same issuer and client id, and print what to paste there.
    Add(Box<PlatformArguments>),
    /// List the registered platforms.
    List,
    /// Let a registered platform launch.
    Approve(PlatformName),
    /// Stop a platform; its open sessions end too.
    Suspend(PlatformName),
}

#[derive(Debug, Args)]
struct PlatformName {
    /// `iss`, as `platform list` shows it.
    #[arg(long)]
    issuer: String,
    /// Our client id there.
    #[arg(long)]
    client_id: String,
}

#[derive(Debug, Args)]
struct InviteArguments {
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

#[derive(Debug, Args)]
struct PlatformArguments {
    /// What people call it.
    #[arg(long)]
    name: String,
    /// `iss` of its `id_tokens`, exactly.
    #[arg(long)]
    issuer: String,
    /// The client id that the platform gave us.
    #[arg(long)]
    client_id: String,
    /// Its OIDC authorization endpoint.
    #[arg(long)]
    authorization_endpoint: Url,
    /// Its access token endpoint.
    #[arg(long)]
    token_endpoint: Url,
    /// Audience of our client assertions, if it is not the token endpoint.
    #[arg(long)]
    token_audience: Option<String>,
    /// Its public key set.
    #[arg(long)]
    jwks_url: Url,
    /// A deployment id that may launch; repeat it for several.
    #[arg(long = "deployment", value_name = "ID", required = true)]
    deployments: Vec<String>,
    /// The algorithm of its `id_tokens`.
    #[arg(long, default_value = "RS256", value_parser = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384"])]
    algorithm: String,
}

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
    /// The log filter.
    #[error("`log.filter` must be a level such as info, or a filter such as info,lti_tool=debug")]
    LogFilter,
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
            say("the settings can be used\n")?;
        }
        Command::Keys(command) => keys(&config, &command).await?,
        Command::Platform(PlatformCommand::Add(arguments)) => add_platform(&config, *arguments).await?,
        Command::Platform(PlatformCommand::List) => list_platforms(&config).await?,
        Command::Platform(PlatformCommand::Approve(name)) => change_platform(&config, &name, true).await?,
        Command::Platform(PlatformCommand::Suspend(name)) => change_platform(&config, &name, false).await?,
        Command::Invite(arguments) => invite(&config, &arguments).await?,
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

async fn keys(config: &Config, command: &KeysCommand) -> Result<(), CliError> {
    let store = ready_store(config).await?;
    let master = MasterKey::from_base64(&config.master_key_text()?)?;
    let public_url = config.public_url(0).ok_or(ServerError::PublicUrl)?;
    match command {
        KeysCommand::List => {}
        KeysCommand::Generate => {
            load_or_generate(&store, &master, &SystemChance, config.issuer.did_method, &public_url).await?;
        }
        KeysCommand::Rotate { purpose } => {
            let purpose = match purpose {
                PurposeArgument::Lti => KeyPurpose::Lti,
                PurposeArgument::Issuer => KeyPurpose::Issuer,
            };
            store.rotate_signing_key(&new_key(purpose, &master, &SystemChance)?, SystemClock.now()).await?;
            let keyring =
                load_or_generate(&store, &master, &SystemChance, config.issuer.did_method, &public_url)
                    .await?;
            server::announce_issuer(config, &store, &keyring).await?;
        }
    }
    for key in store.list_signing_keys().await? {
        let state = if key.is_retired { "retired" } else { "signs" };
        say(&format!("{:<8}{:<9}{}  {}\n", key.purpose.as_str(), state, key.created_at, key.key_id))?;
    }
    Ok(())
}

async fn add_platform(config: &Config, arguments: PlatformArguments) -> Result<(), CliError> {
    let loopback = config.outbound.allow_insecure_loopback;
    let endpoints = [
        ("authorization-endpoint", &arguments.authorization_endpoint),
        ("token-endpoint", &arguments.token_endpoint),
        ("jwks-url", &arguments.jwks_url),
    ];
    if let Some((name, _)) = endpoints.into_iter().find(|(_, url)| !is_secure(url, loopback)) {
        return Err(CliError::InsecureEndpoint(name));
    }
    if !Url::parse(&arguments.issuer).is_ok_and(|issuer| issuer.has_host()) {
        return Err(CliError::Issuer);
    }
    let public_url = config.public_url(0).ok_or(ServerError::PublicUrl)?;
    let store = ready_store(config).await?;
    let registration = NewRegistration {
        name: arguments.name,
        issuer: arguments.issuer,
        client_id: arguments.client_id,
        authorization_endpoint: arguments.authorization_endpoint,
        token_endpoint: arguments.token_endpoint,
        token_audience: arguments.token_audience,
        jwks_url: arguments.jwks_url,
        id_token_algorithm: arguments.algorithm,
        deployments: arguments.deployments,
    };
    store.insert_registration(&registration).await?;
    say(&values_to_paste(&registration.name, &public_url.origin().ascii_serialization()))
}

/// What the administrator enters at the platform.
fn values_to_paste(name: &str, origin: &str) -> String {
    format!(
        "{name} is registered. Enter there:\n\n  Tool URL              {origin}{redirect}\n  Login initiation URL  {origin}{login}\n  \
         Redirection URI       {origin}{redirect}\n  Public keyset URL     {origin}/.well-known/jwks.json\n  \
         Services              Names and Role Provisioning\n  Privacy               names and e-mail addresses, so that the roster can be read\n",
        redirect = login::REDIRECT_PATH,
        login = login::PATH,
    )
}

async fn change_platform(config: &Config, name: &PlatformName, is_active: bool) -> Result<(), CliError> {
    if !ready_store(config)
        .await?
        .update_registration_status(&name.issuer, &name.client_id, is_active)
        .await?
    {
        return Err(CliError::UnknownPlatform);
    }
    say(if is_active { "the platform may launch\n" } else { "the platform is suspended\n" })
}

async fn invite(config: &Config, arguments: &InviteArguments) -> Result<(), CliError> {
    let public_url = config.public_url(0).ok_or(ServerError::PublicUrl)?;
    let token = secret::draw(&SystemChance);
    let expires_at = later(SystemClock.now(), i64::from(arguments.days) * 86_400);
    ready_store(config)
        .await?
        .insert_invitation(&secret::hash(&token), &arguments.note, arguments.approve, expires_at)
        .await?;
    say(&format!("{}{}/{token}\n", public_url.origin().ascii_serialization(), registration::PATH))
}

async fn list_platforms(config: &Config) -> Result<(), CliError> {
    for row in ready_store(config).await?.list_registrations().await? {
        say(&format!(
            "{}\n  issuer      {}\n  client id   {}\n  status      {}\n  deployments {}\n",
            row.name,
            row.issuer,
            row.client_id,
            row.status,
            row.deployments.join(", ")
        ))?;
    }
    Ok(())
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
    fn the_values_to_paste_are_whole_urls() {
        let text = values_to_paste("Moodle", "https://badges.example.org");
        for value in [
            "https://badges.example.org/lti/launch",
            "https://badges.example.org/lti/login",
            "https://badges.example.org/.well-known/jwks.json",
        ] {
            assert!(text.contains(value), "{text}");
        }
    }

    #[test]
    fn a_platform_needs_a_deployment() {
        let arguments = [
            "lti-tool",
            "platform",
            "add",
            "--name",
            "m",
            "--issuer",
            "https://m",
            "--client-id",
            "1",
            "--authorization-endpoint",
            "https://m/a",
            "--token-endpoint",
            "https://m/t",
            "--jwks-url",
            "https://m/k",
        ];
        let error = Cli::try_parse_from(arguments).unwrap_err().to_string();
        assert!(error.contains("--deployment"), "{error}");
    }

    #[test]
    fn a_time_is_rfc_3339() {
        let error = Cli::try_parse_from(["lti-tool", "verify", "x.json", "--at", "yesterday"])
            .unwrap_err()
            .to_string();
        assert!(error.contains("is not a date and time with an offset"), "{error}");
    }
}
