//! `lti-tool keys`: make, list and rotate the tool's own keys.

use clap::{Subcommand, ValueEnum};

use super::{CliError, ready_store, say};
use crate::{
    clock::{Clock, SystemChance, SystemClock},
    config::Config,
    keys::{load_or_generate, new_key, seal::MasterKey},
    server::{self, ServerError},
    store::signing_key::KeyPurpose,
};

#[derive(Debug, Subcommand)]
pub(super) enum KeysCommand {
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
pub(super) enum PurposeArgument {
    /// RSA, for messages to platforms.
    Lti,
    /// Ed25519, for credentials.
    Issuer,
}

/// Runs the command, then lists all keys.
pub(super) async fn run(config: &Config, command: &KeysCommand) -> Result<(), CliError> {
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
