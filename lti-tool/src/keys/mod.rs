//! The tool's own keys: RSA for LTI, Ed25519 for the badges, P-256 for badges as tokens; sealed in the database, so that all replicas share them.
//!
//! One key of each purpose signs. The next one is published before it signs, so that platforms and verifiers know it by then; former ones
//! stay published, in the JWK set for a while and in the DID document for ever, so that what they signed still verifies. Servers follow
//! the database ([`renewal`]), so that `lti-tool keys rotate` needs no restart.

pub mod former_key;
pub mod lti_key;
pub mod renewal;
pub mod seal;
pub mod token_key;

use std::sync::{Arc, PoisonError, RwLock};

use openbadges::{
    key::{
        KeyError, PublicKey, SigningKey,
        did::{DidError, did_document_of, did_key, did_web},
    },
    time::Timestamp,
};
use serde_json::{Value, json};
use tokio::sync::{Mutex, MutexGuard};
use url::Url;

pub use self::lti_key::SignError;
use self::{
    lti_key::{LtiKey, LtiKeyError},
    seal::{MasterKey, SealError},
    token_key::{TokenKey, TokenKeyError},
};
use crate::{
    clock::Chance,
    config::DidMethod,
    store::{
        Store, StoreError,
        signing_key::{KeyPurpose, KeyState, NewKeyRow, SigningKeyRow},
    },
};

/// Why the keys cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    /// Encryption at rest.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The RSA key.
    #[error(transparent)]
    Lti(#[from] LtiKeyError),
    /// The key for tokens.
    #[error(transparent)]
    Token(#[from] TokenKeyError),
    /// The Ed25519 seed is not 32 bytes.
    #[error("the stored issuer key is damaged")]
    IssuerSeed,
    /// A published issuer key is no Multikey.
    #[error("a stored public key of the issuer is damaged")]
    IssuerPublic(#[from] KeyError),
    /// The public URL makes no DID.
    #[error("`server.public_url` makes no did:web")]
    Did(#[from] DidError),
    /// There is no key of this purpose.
    #[error("there is no {} key; `lti-tool keys generate` makes one", .0.as_str())]
    Missing(KeyPurpose),
    /// The database.
    #[error("the keys cannot be read or written")]
    Store(#[from] StoreError),
}

/// The issuer's signing key and how credentials name it.
pub struct IssuerKey {
    /// Signs.
    pub signing_key: SigningKey,
    /// The issuer.
    pub did: String,
    /// The key within the issuer's document: `<did>#<multikey>`.
    pub verification_method: String,
    /// The public half as a Multikey.
    pub public_key_multibase: String,
}

impl std::fmt::Debug for IssuerKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("IssuerKey")
            .field("verification_method", &self.verification_method)
            .finish_non_exhaustive()
    }
}

/// All keys of the tool, opened.
#[derive(Debug)]
pub struct Keyring {
    /// Signs messages to platforms.
    pub lti: LtiKey,
    /// Signs credentials.
    pub issuer: IssuerKey,
    /// Signs credentials as tokens; an issuer that is a `did:key` cannot have another key.
    pub token: Option<TokenKey>,
    /// Every published verification method of the issuer, the next one and the retired ones included.
    pub issuer_methods: Vec<(String, PublicKey)>,
    jwks: String,
    did_document: String,
}

/// The keyring in use, which is replaced when the keys are read again.
#[derive(Clone, Debug)]
pub struct KeyringHandle {
    current: Arc<RwLock<Arc<Keyring>>>,
    /// When the keys were read last because somebody asked; held while they are read.
    read_at: Arc<Mutex<Option<Timestamp>>>,
}

impl KeyringHandle {
    /// A handle on `keyring`.
    #[must_use]
    pub fn new(keyring: Keyring) -> Self {
        Self { current: Arc::new(RwLock::new(Arc::new(keyring))), read_at: Arc::default() }
    }

    /// The keys as of now.
    #[must_use]
    pub fn current(&self) -> Arc<Keyring> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The right to read the keys again, which one has at a time, with the moment when somebody last asked.
    pub async fn reading(&self) -> MutexGuard<'_, Option<Timestamp>> {
        self.read_at.lock().await
    }

    /// Uses `keyring` from now on.
    pub fn replace(&self, keyring: Keyring) {
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keyring);
    }
}

impl Keyring {
    /// Opens the keys in `rows` as of `now`; of several that may sign, the one that began last does.
    ///
    /// # Errors
    /// [`KeyringError`] if one is missing, damaged, or sealed with another master key.
    pub fn open(
        rows: &[SigningKeyRow],
        master: &MasterKey,
        method: DidMethod,
        public_url: &Url,
        now: Timestamp,
    ) -> Result<Self, KeyringError> {
        let published = |purpose| {
            rows.iter().filter(move |row| row.purpose == purpose && row.state(now) != KeyState::Withdrawn)
        };
        let find = |purpose| {
            published(purpose)
                .filter(|row| row.state(now) == KeyState::Signs)
                .max_by_key(|row| row.signs_from)
        };
        let current = |purpose| {
            let row = find(purpose).ok_or(KeyringError::Missing(purpose))?;
            master.open(&row.key_id, &row.sealed).map_err(KeyringError::from)
        };
        let lti = LtiKey::from_pkcs8(&current(KeyPurpose::Lti)?)?;
        let seed: [u8; 32] = current(KeyPurpose::Issuer)?
            .as_slice()
            .try_into()
            .map_err(|_error: std::array::TryFromSliceError| KeyringError::IssuerSeed)?;
        let issuer = IssuerKey::new(SigningKey::from_seed(&seed), method, public_url)?;
        let token = match find(KeyPurpose::Token).filter(|_| method == DidMethod::Web) {
            Some(row) => Some(TokenKey::from_pkcs8(&master.open(&row.key_id, &row.sealed)?)?),
            None => None,
        };
        let issuer_methods = published(KeyPurpose::Issuer)
            .chain(published(KeyPurpose::Token).filter(|_| method == DidMethod::Web))
            .map(|row| {
                Ok((format!("{}#{}", issuer.did, row.public_key), PublicKey::from_multikey(&row.public_key)?))
            })
            .collect::<Result<Vec<_>, KeyringError>>()?;
        let public_keys: Vec<Value> =
            published(KeyPurpose::Lti).filter_map(|row| serde_json::from_str(&row.public_key).ok()).collect();
        let jwks = json!({ "keys": public_keys }).to_string();
        let did_document = did_document_of(&issuer.did, &issuer_methods).to_string();
        Ok(Self { lti, issuer, token, issuer_methods, jwks, did_document })
    }

    /// The public RSA keys (<https://www.rfc-editor.org/rfc/rfc7517#section-5>).
    #[must_use]
    pub fn jwks(&self) -> &str {
        &self.jwks
    }

    /// The issuer's DID document (<https://www.w3.org/TR/did-1.0/#core-properties>).
    #[must_use]
    pub fn did_document(&self) -> &str {
        &self.did_document
    }
}

impl IssuerKey {
    fn new(signing_key: SigningKey, method: DidMethod, public_url: &Url) -> Result<Self, KeyringError> {
        let public = signing_key.verifying_key();
        let public_key_multibase = public.to_multikey();
        let did = match method {
            DidMethod::Web => did_web(&public_url.origin().ascii_serialization())?,
            DidMethod::Key => did_key(&public),
        };
        Ok(Self {
            signing_key,
            verification_method: format!("{did}#{public_key_multibase}"),
            did,
            public_key_multibase,
        })
    }
}

/// A new key of `purpose`, sealed.
///
/// # Errors
/// [`KeyringError`] if it cannot be made or sealed.
pub fn new_key(
    purpose: KeyPurpose,
    master: &MasterKey,
    chance: &dyn Chance,
) -> Result<NewKeyRow, KeyringError> {
    let (key_id, public_key, secret) = match purpose {
        KeyPurpose::Lti => {
            let secret = lti_key::generate()?;
            let key = LtiKey::from_pkcs8(&secret)?;
            (key.key_id().to_owned(), key.public_jwk().to_string(), secret)
        }
        KeyPurpose::Issuer => {
            let seed = zeroize::Zeroizing::new(chance.bytes());
            let multikey = SigningKey::from_seed(&seed).verifying_key().to_multikey();
            (multikey.clone(), multikey, zeroize::Zeroizing::new(seed.to_vec()))
        }
        KeyPurpose::Token => {
            let secret = token_key::generate()?;
            let multikey = TokenKey::from_pkcs8(&secret)?.public_key;
            (multikey.clone(), multikey, secret)
        }
    };
    let sealed = master.seal(&key_id, &secret)?;
    Ok(NewKeyRow { key_id, purpose, public_key, sealed })
}

/// Seals all keys anew: from one master key to another.
///
/// # Errors
/// [`KeyringError`]; then all keys stay as they were.
pub async fn reseal(store: &Store, former: &MasterKey, master: &MasterKey) -> Result<usize, KeyringError> {
    let rows = store.list_signing_keys().await?;
    let sealed = rows
        .iter()
        .map(|row| {
            let secret = former.open(&row.key_id, &row.sealed)?;
            Ok((row.key_id.clone(), master.seal(&row.key_id, &secret)?))
        })
        .collect::<Result<Vec<_>, SealError>>()?;
    store.update_sealed_keys(&sealed).await?;
    Ok(sealed.len())
}

/// Makes what is missing and opens everything.
///
/// # Errors
/// [`KeyringError`].
pub async fn load_or_generate(
    store: &Store,
    master: &MasterKey,
    chance: &dyn Chance,
    method: DidMethod,
    public_url: &Url,
    now: Timestamp,
) -> Result<Keyring, KeyringError> {
    let mut rows = store.list_signing_keys().await?;
    let of_web = [KeyPurpose::Lti, KeyPurpose::Issuer, KeyPurpose::Token];
    let needed: &[KeyPurpose] =
        if method == DidMethod::Web { &of_web } else { &[KeyPurpose::Lti, KeyPurpose::Issuer] };
    for purpose in needed.iter().copied() {
        if !rows.iter().any(|row| row.purpose == purpose && row.state(now) == KeyState::Signs) {
            store.insert_signing_key_if_none(&new_key(purpose, master, chance)?, now).await?;
            rows = store.list_signing_keys().await?;
        }
    }
    Keyring::open(&rows, master, method, public_url, now)
}

#[cfg(test)]
mod tests;
