//! `lti-tool keys`: make, list, rotate and withdraw the tool's own keys, and seal them with another master key.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use url::Url;

use super::{CliError, ready_store, say};
use crate::{
    clock::{Clock, SystemChance, SystemClock, later},
    completion::moodle,
    config::{Config, DidMethod},
    keys::{load_or_generate, new_key, renewal::announce_issuer, reseal, seal::MasterKey},
    server::ServerError,
    store::{
        Store,
        signing_key::{KeyPurpose, Rotation},
    },
};

/// How long a former RSA key stays in the key set at least, in seconds: longer than anything that it has signed is valid.
const SHORTEST_REST: i64 = 3600;

#[derive(Debug, Subcommand)]
pub(super) enum KeysCommand {
    /// Make the keys that are missing.
    Generate,
    /// List all keys, without secrets.
    List,
    /// Make a new key of one purpose. It is published within a second and signs later; the old one stays published.
    Rotate(RotateArguments),
    /// Publish a key no more that has stopped to sign. What it has signed cannot be verified by others from then on.
    Withdraw {
        /// As `keys list` shows it.
        key_id: String,
    },
    /// Encrypt all private keys anew, with the master key of the settings in the place of the former one.
    Reseal {
        /// A file with the former master key.
        #[arg(long, value_name = "FILE")]
        former: PathBuf,
    },
}

#[derive(Debug, Args)]
pub(super) struct RotateArguments {
    /// Which key.
    purpose: PurposeArgument,
    /// Hours from now in which both keys are published and the old one still signs: platforms and verifiers keep copies of our keys.
    #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(u16).range(0..=2160))]
    overlap_hours: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum PurposeArgument {
    /// RSA, for messages to platforms.
    Lti,
    /// Ed25519, for credentials.
    Issuer,
    /// P-256, for credentials as tokens.
    Token,
}

/// Runs the command, then lists all keys.
pub(super) async fn run(config: &Config, command: &KeysCommand) -> Result<(), CliError> {
    let store = ready_store(config).await?;
    let master = MasterKey::from_base64(&config.master_key_text()?)?;
    match command {
        KeysCommand::List => {}
        KeysCommand::Generate => {
            let (method, public_url) = (config.issuer.did_method, public_url(config)?);
            load_or_generate(&store, &master, &SystemChance, method, &public_url, SystemClock.now()).await?;
        }
        KeysCommand::Rotate(arguments) => rotate(config, &store, &master, arguments).await?,
        KeysCommand::Withdraw { key_id } => {
            if !store.withdraw_signing_key(key_id, SystemClock.now()).await? {
                return Err(CliError::KeyInUse);
            }
            announce(config, &store, &master).await?;
        }
        KeysCommand::Reseal { former } => {
            let text = std::fs::read_to_string(former)
                .map_err(|source| CliError::FormerMasterKey { path: former.clone(), source })?;
            let former = MasterKey::from_base64(&text)?;
            reseal(&store, &former, &master).await?;
            reseal_moodle_tokens(&store, &former, &master).await?;
        }
    }
    let now = SystemClock.now();
    for key in store.list_signing_keys().await? {
        let (purpose, state) = (key.purpose.as_str(), key.state(now).as_str());
        say(&format!("{purpose:<8}{state:<11}{}  {}\n", key.signs_from, key.key_id))?;
    }
    Ok(())
}

async fn reseal_moodle_tokens(store: &Store, former: &MasterKey, master: &MasterKey) -> Result<(), CliError> {
    for (registration_id, sealed) in store.list_moodle_tokens().await? {
        let name = moodle::seal_name(registration_id);
        let token = former.open(&name, &sealed)?;
        store.update_moodle_token(registration_id, &master.seal(&name, &token)?).await?;
    }
    Ok(())
}

async fn rotate(
    config: &Config,
    store: &Store,
    master: &MasterKey,
    arguments: &RotateArguments,
) -> Result<(), CliError> {
    let overlap = i64::from(arguments.overlap_hours) * 3600;
    let (purpose, published_for) = match arguments.purpose {
        PurposeArgument::Lti => (KeyPurpose::Lti, Some(overlap.max(SHORTEST_REST))),
        PurposeArgument::Issuer | PurposeArgument::Token if config.issuer.did_method == DidMethod::Key => {
            return Err(CliError::DidKey);
        }
        PurposeArgument::Issuer => (KeyPurpose::Issuer, None),
        PurposeArgument::Token => (KeyPurpose::Token, None),
    };
    let rotation = Rotation { signs_from: later(SystemClock.now(), overlap), published_for };
    store.rotate_signing_key(&new_key(purpose, master, &SystemChance)?, rotation).await?;
    announce(config, store, master).await
}

/// Makes what is missing and tells the extension which keys count and until when.
async fn announce(config: &Config, store: &Store, master: &MasterKey) -> Result<(), CliError> {
    let (method, public_url) = (config.issuer.did_method, public_url(config)?);
    let keyring =
        load_or_generate(store, master, &SystemChance, method, &public_url, SystemClock.now()).await?;
    announce_issuer(config, store, &keyring).await.map_err(ServerError::from)?;
    Ok(())
}

fn public_url(config: &Config) -> Result<Url, CliError> {
    Ok(config.public_url(0).ok_or(ServerError::PublicUrl)?)
}
