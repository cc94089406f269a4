//! The sections that need no rules of their own beyond those of [`super::Config`].

use serde::Deserialize;

/// `[server]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerConfig {
    /// Scheme, host and port under which people reach the tool, without a path.
    pub public_url: String,
    /// Address and port to listen on.
    pub bind: String,
    /// Worker threads; 0 is one per core.
    pub workers: u32,
}

/// `[database]`.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseConfig {
    /// `postgres://…`; may hold a password.
    pub url: String,
    /// Open connections at most.
    pub max_connections: u32,
    /// Wait for a connection at most this long.
    pub acquire_timeout_seconds: u32,
}

/// `[keys]`.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeysConfig {
    /// 32 bytes in Base64.
    pub master_key: String,
    /// A file that holds the same.
    pub master_key_file: String,
    /// Seconds between two readings of the keys.
    pub reload_seconds: u32,
}

/// `[issuer]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssuerConfig {
    /// Name in every credential.
    pub name: String,
    /// Home page, or empty.
    pub url: String,
    /// Contact, or empty.
    pub email: String,
    /// How the issuer is identified.
    pub did_method: DidMethod,
}

/// How the issuer is identified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DidMethod {
    /// did:web of the public URL (<https://w3c-ccg.github.io/did-method-web/>).
    Web,
    /// did:key of the issuer's key (<https://w3c-ccg.github.io/did-key-spec/>).
    Key,
}

/// `[launch]`, in seconds.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LaunchConfig {
    /// Difference of clocks that is forgiven.
    pub leeway_seconds: u32,
    /// Oldest `iat` that is taken.
    pub id_token_max_age_seconds: u32,
    /// From login to launch.
    pub login_lifetime_seconds: u32,
}

/// `[session]`.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionConfig {
    /// From launch to the end of the session.
    pub lifetime_seconds: u32,
}

/// `[outbound]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutboundConfig {
    /// http to loopback addresses is let through.
    pub allow_insecure_loopback: bool,
    /// Hosts that may have private addresses.
    pub private_hosts: Vec<String>,
    /// For a whole request.
    pub timeout_seconds: u32,
    /// Longest answer.
    pub max_body_bytes: u32,
    /// Longest roster.
    pub max_members: u32,
}

impl std::fmt::Debug for DatabaseConfig {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("DatabaseConfig")
            .field("max_connections", &self.max_connections)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for KeysConfig {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("KeysConfig").finish_non_exhaustive()
    }
}
