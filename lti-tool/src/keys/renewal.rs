//! The keys in use follow the database: whoever asks which keys there are is told those of this second, and from time to time they are
//! read again for what nobody asks for, such as a key that begins to sign.
//!
//! So `lti-tool keys rotate` needs no restart, and a replica that is asked knows the key with which another one has just signed.

use std::{sync::Arc, time::Duration};

use actix_web::web::Data;

use super::{
    Keyring, KeyringError,
    seal::{MasterKey, SealError},
};
use crate::{
    config::{Config, ConfigError},
    state::{AppState, issuer_profile},
    store::{Store, StoreError},
};

/// Whoever asks for the keys waits no longer for a database that is away: those in use are better than none.
const PATIENCE: Duration = Duration::from_secs(1);

/// Why the keys were not read again.
#[derive(Debug, thiserror::Error)]
pub enum RenewalError {
    /// The file of the master key.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The master key.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// A key is missing or damaged.
    #[error("the tool's keys are not ready")]
    Keyring(#[from] KeyringError),
    /// The database.
    #[error("the keys cannot be read from the database")]
    Store(#[from] StoreError),
    /// The issuer's profile.
    #[error("the issuer cannot be written as JSON")]
    Profile(#[from] serde_json::Error),
}

/// Tells the extension the issuer and its keys.
///
/// # Errors
/// [`RenewalError`].
pub async fn announce_issuer(config: &Config, store: &Store, keyring: &Keyring) -> Result<(), RenewalError> {
    let did = &keyring.issuer.did;
    store.register_issuer(did, &serde_json::to_value(issuer_profile(config, did))?).await?;
    Ok(())
}

/// The keys as the database has them, at most a second ago; those in use if it cannot be asked.
pub async fn published(state: &AppState) -> Arc<Keyring> {
    let now = state.clock.now();
    let reading = async {
        let mut read_at = state.keyring.reading().await;
        if read_at.is_none_or(|read_at| read_at < now) {
            read(state).await?;
            *read_at = Some(now);
        }
        Ok::<(), RenewalError>(())
    };
    match tokio::time::timeout(PATIENCE, reading).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => warn(&error),
        Err(_too_long) => tracing::warn!("the keys in use are told, because the database is slow or away"),
    }
    state.keyring.current()
}

/// Reads the keys again every `keys.reload_seconds`; what fails is tried again the next time.
pub async fn read_regularly(state: Data<AppState>) {
    let rest = Duration::from_secs(state.config.keys.reload_seconds.into());
    loop {
        tokio::time::sleep(rest).await;
        let _one_at_a_time = state.keyring.reading().await;
        if let Err(error) = read(&state).await {
            warn(&error);
        }
    }
}

fn warn(error: &RenewalError) {
    tracing::warn!(reason = %error, "keys were not read again");
}

/// Reads the keys and uses them from now on. One at a time, so that what was read first is not used last.
async fn read(state: &AppState) -> Result<(), RenewalError> {
    let master = MasterKey::from_base64(&state.config.master_key_text()?)?;
    let rows = state.store.list_signing_keys().await?;
    let method = state.config.issuer.did_method;
    let keyring = Keyring::open(&rows, &master, method, &state.public_url, state.clock.now())?;
    let former = state.keyring.current();
    if keyring.did_document() != former.did_document() {
        announce_issuer(&state.config, &state.store, &keyring).await?;
    }
    let signing = |keys: &Keyring| [keys.lti.key_id().to_owned(), keys.issuer.public_key_multibase.clone()];
    let [lti, issuer] = signing(&keyring);
    if [&lti, &issuer] != signing(&former).each_ref() {
        tracing::info!(lti, issuer, "other keys sign from now on");
    }
    state.keyring.replace(keyring);
    Ok(())
}
