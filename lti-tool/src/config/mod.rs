//! Settings: the embedded defaults, a file over them, the environment over both. The only file that reads the environment.
//!
//! `config.default.toml` documents every key. A wrong setting stops the start with the key's name and what is expected of it.
//! Checks that concern one value stand in [`Config::check`].

mod admin;
mod completion;
mod images;
mod layer;
mod log;
mod mail;
mod section;

use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::{Table, Value};
use url::Url;

use self::layer::{lay_over, set_from_environment};
pub use self::{
    admin::AdminConfig,
    completion::CompletionConfig,
    images::ImagesConfig,
    log::{LogConfig, LogFormat},
    mail::{MailConfig, MailLanguage, MailSecurity},
    section::{
        DatabaseConfig, DidMethod, IssuerConfig, KeysConfig, LaunchConfig, OutboundConfig, ServerConfig,
        SessionConfig,
    },
};

/// The documented defaults, which are also the list of the keys that exist.
pub const DEFAULTS: &str = include_str!("../../config.default.toml");
/// Variables that begin with this are settings: `LTI_TOOL__SERVER__BIND`.
const ENVIRONMENT_PREFIX: &str = "LTI_TOOL__";

/// Everything that can be set.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where the tool listens and how it is reached.
    pub server: ServerConfig,
    /// PostgreSQL.
    pub database: DatabaseConfig,
    /// The key that encrypts the private keys.
    pub keys: KeysConfig,
    /// Who awards.
    pub issuer: IssuerConfig,
    /// Limits of a launch.
    pub launch: LaunchConfig,
    /// Limits of a session.
    pub session: SessionConfig,
    /// Limits of requests to platforms.
    pub outbound: OutboundConfig,
    /// How administrators sign in.
    pub admin: AdminConfig,
    /// Completions and the queue of awards.
    pub completion: CompletionConfig,
    /// Pictures of badges.
    pub images: ImagesConfig,
    /// The server that sends notices to learners.
    pub mail: MailConfig,
    /// What is logged.
    pub log: LogConfig,
}

/// Why the settings cannot be used; every message names the key.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read the configuration file {}", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The file of the master key cannot be read.
    #[error("`keys.master_key_file` must name a readable file, found {}", path.display())]
    UnreadableKey {
        /// Which file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The file is not TOML.
    #[error("{} is not a TOML file", path.display())]
    NotToml {
        /// Which file.
        path: PathBuf,
        /// Where it goes wrong.
        source: toml::de::Error,
    },
    /// No such setting.
    #[error("`{0}` is not a setting; config.default.toml lists all of them")]
    UnknownKey(String),
    /// A value of another type.
    #[error("`{key}` must be {expected}, found {found}")]
    WrongType {
        /// Which setting.
        key: String,
        /// What it takes.
        expected: &'static str,
        /// What it was given.
        found: &'static str,
    },
    /// A value of the right type that cannot be used. The value itself is not repeated: it may be a secret.
    #[error("`{key}` must be {expected}")]
    BadValue {
        /// Which setting.
        key: &'static str,
        /// What it takes.
        expected: &'static str,
    },
    /// A number or a choice outside what the setting takes.
    #[error("a setting is out of range")]
    OutOfRange(#[from] toml::de::Error),
}

impl Config {
    /// Reads the defaults, `file` over them and the process's environment over both, and checks the result.
    ///
    /// # Errors
    /// Any [`ConfigError`]; each names the key or the file.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        let text = file.map(read).transpose()?;
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        Self::from_parts(file.zip(text.as_deref()), environment)
    }

    /// The same from given parts, so that tests need neither files nor environment.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn from_parts(
        file: Option<(&Path, &str)>,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let mut table: Table = DEFAULTS.parse()?;
        if let Some((path, text)) = file {
            let over: Table =
                text.parse().map_err(|source| ConfigError::NotToml { path: path.to_owned(), source })?;
            lay_over(&mut table, over, "")?;
        }
        for (name, value) in environment {
            if let Some(path) = name.strip_prefix(ENVIRONMENT_PREFIX) {
                set_from_environment(&mut table, path, value)?;
            }
        }
        let config: Self = Value::Table(table).try_into()?;
        config.check()?;
        Ok(config)
    }

    /// The rules that a type cannot state.
    fn check(&self) -> Result<(), ConfigError> {
        let loopback = self.outbound.allow_insecure_loopback;
        ensure(
            self.public_url(0).is_some_and(|url| is_secure(&url, loopback)),
            "server.public_url",
            PUBLIC_URL,
        )?;
        ensure(
            self.server.bind.parse::<std::net::SocketAddr>().is_ok(),
            "server.bind",
            "an address and a port such as 127.0.0.1:8080",
        )?;
        let postgres =
            self.database.url.starts_with("postgres://") || self.database.url.starts_with("postgresql://");
        ensure(
            postgres && Url::parse(&self.database.url).is_ok(),
            "database.url",
            "postgres://user:password@host:port/name",
        )?;
        self.check_limits()?;
        ensure(
            !self.issuer.name.trim().is_empty(),
            "issuer.name",
            "the name of the organisation that awards the badges",
        )?;
        let url_fits = self.issuer.url.is_empty()
            || Url::parse(&self.issuer.url).is_ok_and(|url| url.scheme().starts_with("http"));
        ensure(url_fits, "issuer.url", "an https URL, or empty")?;
        ensure(
            self.issuer.email.is_empty() || self.issuer.email.contains('@'),
            "issuer.email",
            "an e-mail address, or empty",
        )?;
        self.admin.check(loopback)?;
        self.completion.check()?;
        self.images.check()?;
        self.mail.check()?;
        let one_master_key = self.keys.master_key.is_empty() != self.keys.master_key_file.is_empty();
        ensure(
            one_master_key,
            "keys.master_key",
            "32 bytes in Base64 (`openssl rand -base64 32`), or keys.master_key_file set instead",
        )
    }

    /// Numbers that would refuse everybody, or keep nobody out.
    fn check_limits(&self) -> Result<(), ConfigError> {
        let (launch, outbound) = (&self.launch, &self.outbound);
        ensure(launch.leeway_seconds <= 300, "launch.leeway_seconds", "at most 300 (five minutes)")?;
        for (value, least, key, expected) in [
            (self.database.max_connections, 1, "database.max_connections", "at least 1"),
            (self.database.acquire_timeout_seconds, 1, "database.acquire_timeout_seconds", "at least 1"),
            (self.keys.reload_seconds, 1, "keys.reload_seconds", "at least 1"),
            (launch.id_token_max_age_seconds, 60, "launch.id_token_max_age_seconds", "at least 60"),
            (launch.login_lifetime_seconds, 60, "launch.login_lifetime_seconds", "at least 60"),
            (self.session.lifetime_seconds, 60, "session.lifetime_seconds", "at least 60"),
            (outbound.timeout_seconds, 1, "outbound.timeout_seconds", "at least 1"),
            (outbound.max_body_bytes, 65_536, "outbound.max_body_bytes", "at least 65536 (64 KiB)"),
            (outbound.max_members, 1, "outbound.max_members", "at least 1"),
        ] {
            ensure(value >= least, key, expected)?;
        }
        Ok(())
    }

    /// The public origin, with `bound_port` in place of port 0; `None` if it is no origin.
    #[must_use]
    pub fn public_url(&self, bound_port: u16) -> Option<Url> {
        let mut url = Url::parse(&self.server.public_url).ok()?;
        let bare = url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty();
        if !bare || url.host_str().is_none() {
            return None;
        }
        if url.port() == Some(0) {
            url.set_port(Some(bound_port)).ok()?;
        }
        Some(url)
    }

    /// The text of the master key, from the setting or its file.
    ///
    /// # Errors
    /// [`ConfigError::UnreadableKey`] if the file cannot be read.
    pub fn master_key_text(&self) -> Result<zeroize::Zeroizing<String>, ConfigError> {
        if !self.keys.master_key.is_empty() {
            return Ok(zeroize::Zeroizing::new(self.keys.master_key.clone()));
        }
        let path = Path::new(&self.keys.master_key_file);
        let text = std::fs::read_to_string(path)
            .map_err(|source| ConfigError::UnreadableKey { path: path.to_owned(), source })?;
        Ok(zeroize::Zeroizing::new(text))
    }
}

const PUBLIC_URL: &str = "an https origin without a path, such as https://badges.example.org (http only for 127.0.0.1 or localhost with outbound.allow_insecure_loopback)";

/// Whether `url` is https, or http to this machine where that is allowed.
#[must_use]
pub fn is_secure(url: &Url, allow_insecure_loopback: bool) -> bool {
    let loopback = match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && loopback && allow_insecure_loopback)
}

fn ensure(holds: bool, key: &'static str, expected: &'static str) -> Result<(), ConfigError> {
    if holds { Ok(()) } else { Err(ConfigError::BadValue { key, expected }) }
}

fn read(path: &Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests;
