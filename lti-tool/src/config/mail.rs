//! `[mail]`: the server that sends notices to learners.

use lettre::transport::smtp::client::Certificate;
use serde::Deserialize;

use super::{ConfigError, ensure};

/// `[mail]`.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailConfig {
    /// The mail server; empty sends nothing.
    pub smtp_host: String,
    /// Its port.
    pub smtp_port: u16,
    /// How the connection is protected.
    pub security: MailSecurity,
    /// Whom we sign in as; empty signs nobody in.
    pub username: String,
    /// Their password.
    pub password: String,
    /// A file with certificates (PEM) of authorities that are trusted besides the system's; empty trusts nobody else.
    pub ca_file: String,
    /// The sender's address.
    pub from: String,
    /// Of people whose language is not known.
    pub language: MailLanguage,
    /// So long before its end the holder of a badge is told; 0 tells nobody.
    pub expiring_days: u32,
}

/// How the connection to the mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailSecurity {
    /// Begun in plain text and upgraded before anything is said (<https://www.rfc-editor.org/rfc/rfc3207>).
    StartTls,
    /// From the first byte (<https://www.rfc-editor.org/rfc/rfc8314>).
    Tls,
    /// Not at all: for a server on this machine.
    None,
}

/// A language of messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailLanguage {
    /// English.
    En,
    /// Japanese.
    Ja,
}

impl std::fmt::Debug for MailConfig {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("MailConfig").field("smtp_host", &self.smtp_host).finish_non_exhaustive()
    }
}

impl MailConfig {
    /// Whether messages are sent.
    #[must_use]
    pub fn is_on(&self) -> bool {
        !self.smtp_host.is_empty()
    }

    /// The certificates of `ca_file`.
    ///
    /// # Errors
    /// [`ConfigError::BadValue`] if the file cannot be read, or holds none.
    pub fn certificates(&self) -> Result<Option<Certificate>, ConfigError> {
        if self.ca_file.is_empty() {
            return Ok(None);
        }
        let text = std::fs::read_to_string(&self.ca_file).unwrap_or_default();
        let certificate = Certificate::from_pem(text.as_bytes()).ok();
        let certificate = certificate.filter(|_| text.contains("-----BEGIN CERTIFICATE-----"));
        let expected = "a readable file with certificates in PEM";
        certificate.ok_or(ConfigError::BadValue { key: "mail.ca_file", expected }).map(Some)
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        ensure(self.expiring_days <= 365, "mail.expiring_days", "at most 365 (one year)")?;
        if !self.is_on() {
            return Ok(());
        }
        let is_local = matches!(self.smtp_host.as_str(), "localhost" | "127.0.0.1" | "::1");
        ensure(
            self.security != MailSecurity::None || is_local,
            "mail.security",
            "\"starttls\" or \"tls\"; \"none\" only for a mail server on this machine",
        )?;
        ensure(
            self.from.parse::<lettre::Address>().is_ok(),
            "mail.from",
            "the address that messages come from, such as badges@example.org",
        )?;
        ensure(
            self.username.is_empty() == self.password.is_empty(),
            "mail.password",
            "set together with mail.username, or both empty",
        )?;
        self.certificates().map(drop)
    }
}
