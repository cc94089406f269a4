//! `lti-tool platform`: register by hand, list, approve, suspend.

use clap::{Args, Subcommand, ValueEnum};
use url::Url;
use zeroize::Zeroizing;

use super::{
    COMMAND_LINE, CliError,
    canvas::{self, CanvasEventsArguments, CanvasKeyArguments},
    populations::{self, ParameterArguments},
    ready_store, say,
};
use crate::{
    completion::moodle::{self, MoodleClient, MoodleError},
    config::{Config, is_secure},
    keys::{former_key, seal::MasterKey},
    language::Language,
    login,
    outbound::Outbound,
    registration::{manual, wire::custom_parameter_lines},
    server::ServerError,
    store::{moodle::Refusals, registration::NewRegistration},
};

#[derive(Debug, Subcommand)]
pub(super) enum PlatformCommand {
    /// Register a platform, or update the one with the same issuer and client id, and print what to paste there.
    Add(Box<PlatformArguments>),
    /// Print every value to enter at a platform, before `add`.
    Values {
        /// Which platform.
        kind: PlatformKind,
        /// The language of the platform's pages, whose fields are named.
        #[arg(long, default_value = "en", value_parser = ["en", "ja"])]
        language: String,
    },
    /// List the registered platforms.
    List,
    /// Let a registered platform launch.
    Approve(PlatformName),
    /// Stop a platform; its open sessions end too.
    Suspend(PlatformName),
    /// Remember a key of LTI 1.1, so that people are recognised by what the platform proves with its secret.
    FormerKey(FormerKeyArguments),
    /// Keep a token for a Moodle's web services, encrypted like the private keys, so that completions are read there.
    MoodleToken(MoodleTokenArguments),
    /// Keep a developer key of a Canvas, encrypted like the private keys, so that completions are read there. Without `--code` it says
    /// where a person of that Canvas gets one.
    CanvasKey(CanvasKeyArguments),
    /// Name the custom parameters of its launches that say where people belong, or none.
    Populations(ParameterArguments),
    /// Take Live Events of a Canvas, signed, from one root account; says what to enter there.
    CanvasEvents(CanvasEventsArguments),
}

#[derive(Debug, Args)]
pub(super) struct MoodleTokenArguments {
    #[command(flatten)]
    platform: PlatformName,
    /// A file that holds the token.
    #[arg(long, value_name = "FILE")]
    token_file: std::path::PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct FormerKeyArguments {
    #[command(flatten)]
    platform: PlatformName,
    /// The consumer key under LTI 1.1.
    #[arg(long)]
    key: String,
    /// A file that holds its secret.
    #[arg(long, value_name = "FILE")]
    secret_file: std::path::PathBuf,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum PlatformKind {
    /// Its form "configure a tool manually".
    Moodle,
    /// A developer key, an LTI key, by URL.
    Canvas,
}

#[derive(Debug, Args)]
pub(super) struct PlatformName {
    /// `iss`, as `platform list` shows it.
    #[arg(long)]
    pub(super) issuer: String,
    /// Our client id there.
    #[arg(long)]
    pub(super) client_id: String,
}

#[derive(Debug, Args)]
pub(super) struct PlatformArguments {
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

/// Runs the command.
pub(super) async fn run(config: &Config, command: PlatformCommand) -> Result<(), CliError> {
    match command {
        PlatformCommand::Add(arguments) => add_platform(config, *arguments).await,
        PlatformCommand::Values { kind, language } => print_values(config, kind, &language),
        PlatformCommand::List => list_platforms(config).await,
        PlatformCommand::Approve(name) => change_platform(config, &name, true).await,
        PlatformCommand::Suspend(name) => change_platform(config, &name, false).await,
        PlatformCommand::MoodleToken(arguments) => keep_moodle_token(config, &arguments).await,
        PlatformCommand::CanvasKey(arguments) => canvas::run(config, &arguments).await,
        PlatformCommand::CanvasEvents(arguments) => canvas::switch_events(config, &arguments).await,
        PlatformCommand::Populations(arguments) => populations::name_parameters(config, &arguments).await,
        PlatformCommand::FormerKey(arguments) => remember_former_key(config, &arguments).await,
    }
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
    store.insert_registration(&registration, COMMAND_LINE).await?;
    say(&values_to_paste(&registration.name, &public_url.origin().ascii_serialization()))
}

/// What the administrator enters at the platform.
fn values_to_paste(name: &str, origin: &str) -> String {
    format!(
        "{name} is registered. Enter there:\n\n  Tool URL              {origin}{redirect}\n  Login initiation URL  {origin}{login}\n  \
         Redirection URI       {origin}{redirect}\n  Public keyset URL     {origin}/.well-known/jwks.json\n  \
         Services              Names and Role Provisioning; Assignment and Grade Services for grade sync and column management\n  Privacy               names and e-mail addresses, so that the roster can be read\n  Custom parameters     {parameters}\n",
        parameters = custom_parameter_lines(false).join("\n                        "),
        redirect = login::REDIRECT_PATH,
        login = login::PATH,
    )
}

/// Every value, by the names that the platform gives its fields.
fn print_values(config: &Config, kind: PlatformKind, language: &str) -> Result<(), CliError> {
    let t = Language::from_tag(language).unwrap_or_default();
    let origin = config.public_url(0).ok_or(ServerError::PublicUrl)?.origin().ascii_serialization();
    let values = match kind {
        PlatformKind::Moodle => manual::values_for_moodle(&origin, t),
        PlatformKind::Canvas => manual::values_for_canvas(&origin),
    };
    for pasted in values {
        let lines: Vec<&str> = pasted.value.lines().collect();
        say(&format!("{}\n    {}\n", t.text(pasted.field), lines.join("\n    ")))?;
    }
    Ok(())
}

async fn change_platform(config: &Config, name: &PlatformName, is_active: bool) -> Result<(), CliError> {
    let store = ready_store(config).await?;
    let known = store.find_registration(&name.issuer, &name.client_id).await?;
    let registration_id = known.ok_or(CliError::UnknownPlatform)?;
    store.update_platform_status(registration_id, is_active, COMMAND_LINE).await?;
    say(if is_active { "the platform may launch\n" } else { "the platform is suspended\n" })
}

async fn remember_former_key(config: &Config, arguments: &FormerKeyArguments) -> Result<(), CliError> {
    let store = ready_store(config).await?;
    let name = &arguments.platform;
    let sender = store.find_notice_sender(&name.issuer, &name.client_id).await?;
    let registration_id = sender.ok_or(CliError::UnknownPlatform)?.platform.registration_id;
    let secret = std::fs::read_to_string(&arguments.secret_file).map_err(CliError::SecretFile)?;
    let master = MasterKey::from_base64(&config.master_key_text()?)?;
    let sealed = former_key::seal(&master, registration_id, &arguments.key, secret.trim().as_bytes())?;
    store.insert_former_key(registration_id, &arguments.key, &sealed).await?;
    say("people are recognised by this key now\n")
}

async fn keep_moodle_token(config: &Config, arguments: &MoodleTokenArguments) -> Result<(), CliError> {
    let text = Zeroizing::new(std::fs::read_to_string(&arguments.token_file).map_err(CliError::SecretFile)?);
    let token = text.trim();
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(CliError::MoodleToken);
    }
    let store = ready_store(config).await?;
    let known = store.find_registration(&arguments.platform.issuer, &arguments.platform.client_id).await?;
    let registration_id = known.ok_or(CliError::UnknownPlatform)?;
    let master = MasterKey::from_base64(&config.master_key_text()?)?;
    let sealed = master.seal(&moodle::seal_name(registration_id), token.as_bytes())?;
    store.update_moodle_token(registration_id, &sealed).await?;
    let outbound = Outbound::new(&config.outbound).map_err(ServerError::Outbound)?;
    let client = MoodleClient::new(&outbound, &arguments.platform.issuer, Zeroizing::new(token.to_owned()));
    let checked = match client {
        Some(client) => rights_in_words(&moodle::rights::refusals(&client).await),
        None => "the issuer is no address of a Moodle".to_owned(),
    };
    say(&format!(
        "the token is kept; {checked}. The tool looks at its rights every day, and a rule's page says what it sees.\n\
         The service of the token needs {status} and, for rules about activities,\n\
         {activities}; its user needs webservice/rest:use, moodle/course:view and\n\
         report/completion:view, for activities also report/progress:view\n",
        status = moodle::STATUS,
        activities = moodle::ACTIVITIES,
    ))
}

fn rights_in_words(checked: &Result<Refusals, MoodleError>) -> String {
    match checked {
        Ok(refusals) if refusals.is_empty() => "Moodle lets it call both functions".to_owned(),
        Ok(refusals) => {
            let refused = refusals.iter().map(|(function, code)| format!("{function} ({code})"));
            format!("Moodle does not let it call {}", refused.collect::<Vec<_>>().join(" and "))
        }
        Err(error) => format!("its rights could not be checked now ({error})"),
    }
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
    use clap::Parser;

    use super::super::Cli;
    use super::*;

    #[test]
    fn the_values_to_paste_are_whole_urls() {
        let text = values_to_paste("Moodle", "https://badges.example.org");
        for value in [
            "context_id_history=$Context.id.history",
            "resource_link_id_history=$ResourceLink.id.history",
            "https://badges.example.org/lti/launch",
            "https://badges.example.org/lti/login",
            "https://badges.example.org/.well-known/jwks.json",
        ] {
            assert!(text.contains(value), "{text}");
        }
    }

    #[test]
    fn what_moodle_refuses_is_said_by_its_own_word() {
        let refusals = |codes: &[(&str, &str)]| -> Result<Refusals, MoodleError> {
            Ok(codes.iter().map(|(function, code)| ((*function).to_owned(), (*code).to_owned())).collect())
        };
        assert_eq!(rights_in_words(&refusals(&[])), "Moodle lets it call both functions");
        let both = refusals(&[("one", "accessexception"), ("two", "invalidtoken")]);
        assert_eq!(
            rights_in_words(&both),
            "Moodle does not let it call one (accessexception) and two (invalidtoken)"
        );
        assert_eq!(
            rights_in_words(&Err(MoodleError::Status(500))),
            "its rights could not be checked now (Moodle answers 500)"
        );
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
}
