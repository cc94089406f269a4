//! `[admin]`: where administrators sign in, and who may do what.

use serde::Deserialize;
use url::Url;

use super::{ConfigError, ensure, is_secure};

/// `[admin]`.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdminConfig {
    /// The OpenID provider's issuer, or empty.
    pub oidc_issuer: String,
    /// Our id there.
    pub oidc_client_id: String,
    /// Our secret there, or empty.
    pub oidc_client_secret: String,
    /// Verified e-mail addresses or subjects.
    pub oidc_administrators: Vec<String>,
    /// The same of people who read reports and file figures.
    pub oidc_programme_owners: Vec<String>,
    /// The same of people who read reports.
    pub oidc_report_readers: Vec<String>,
}

impl std::fmt::Debug for AdminConfig {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("AdminConfig").field("oidc_issuer", &self.oidc_issuer).finish_non_exhaustive()
    }
}

impl AdminConfig {
    /// Signing in at a provider takes all of it, or none.
    pub(super) fn check(&self, allow_insecure_loopback: bool) -> Result<(), ConfigError> {
        if self.oidc_issuer.is_empty() {
            return Ok(());
        }
        let is_url = Url::parse(&self.oidc_issuer).is_ok_and(|url| is_secure(&url, allow_insecure_loopback));
        ensure(is_url, "admin.oidc_issuer", "the https URL of an OpenID provider, or empty")?;
        ensure(
            !self.oidc_client_id.is_empty(),
            "admin.oidc_client_id",
            "our id at the provider of admin.oidc_issuer",
        )?;
        ensure(
            !self.oidc_administrators.is_empty(),
            "admin.oidc_administrators",
            "at least one e-mail address or subject",
        )
    }
}
