//! Speaking to the mail server: SMTP (<https://www.rfc-editor.org/rfc/rfc5321>) with lettre, step by step, so that we know at each step whether the
//! server can have the message.

use std::time::Duration;

use lettre::transport::smtp::{
    authentication::{Credentials, DEFAULT_MECHANISMS},
    client::{AsyncSmtpConnection, TlsParameters},
    commands::{Data, Mail, Rcpt},
    extension::ClientId,
    response::Response,
};

use super::letter::Letter;
use crate::config::{ConfigError, MailConfig, MailSecurity};

/// For each answer of the server; RFC 5321 allows minutes, but a worker waits.
const PATIENCE: Duration = Duration::from_mins(1);

/// Why the server does not have a message.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// No connection, or it broke.
    #[error("the mail server cannot be reached")]
    Unreachable,
    /// `mail.security` asks for STARTTLS and it does not offer that; nothing was said to it.
    #[error("the mail server offers no STARTTLS")]
    NoStartTls,
    /// Its certificate is not the one of `mail.smtp_host`, or nobody whom we trust has signed it; or it does not speak TLS.
    #[error(
        "the connection to the mail server cannot be protected: its certificate is not trusted, or it does not speak TLS"
    )]
    Untrusted,
    /// It does not sign us in, or knows no way that we know (PLAIN, LOGIN).
    #[error("the mail server does not sign us in with mail.username and mail.password")]
    SignIn,
    /// It takes nothing from us.
    #[error("the mail server does not take our sender: {0}")]
    Sender(u16),
    /// It does not take this message.
    #[error("the mail server answers {0}")]
    Refused(u16),
    /// It said nothing for too long.
    #[error("the mail server is silent")]
    Silent,
}

impl MailError {
    /// A word for the record.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::NoStartTls => "no_starttls",
            Self::Untrusted => "untrusted",
            Self::SignIn => "sign_in",
            Self::Sender(_) => "sender",
            Self::Refused(_) => "refused",
            Self::Silent => "silent",
        }
    }

    /// Whether the server itself said no, so that it does not have the message.
    #[must_use]
    pub fn is_answer(&self) -> bool {
        matches!(self, Self::Refused(_))
    }

    /// Whether it will say the same tomorrow.
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Refused(code) if (500..600).contains(code))
    }
}

/// A connection to the mail server that is kept while there is something to send.
pub struct Delivery {
    config: MailConfig,
    hello: ClientId,
    connection: Option<AsyncSmtpConnection>,
}

impl std::fmt::Debug for Delivery {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Delivery")
            .field("is_open", &self.connection.is_some())
            .finish_non_exhaustive()
    }
}

impl Delivery {
    /// Nothing is connected yet; `host` is who we say that we are.
    #[must_use]
    pub fn new(config: &MailConfig, host: &str) -> Self {
        Self { config: config.clone(), hello: ClientId::Domain(host.to_owned()), connection: None }
    }

    /// Offers a message: after this the server waits for its text.
    ///
    /// # Errors
    /// [`MailError`]; the server does not have the message.
    pub async fn offer(&mut self, letter: &Letter) -> Result<(), MailError> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => connect(&self.config, &self.hello).await?,
        };
        let offered = async {
            let from = Mail::new(Some(letter.from.clone()), Vec::new());
            patiently(connection.command(from)).await.map_err(of_sender)?;
            patiently(connection.command(Rcpt::new(letter.to.clone(), Vec::new()))).await?;
            patiently(connection.command(Data)).await
        };
        match offered.await {
            Ok(_) => {
                self.connection = Some(connection);
                Ok(())
            }
            Err(error) => {
                // What was begun ends with the connection.
                let _closed = tokio::time::timeout(PATIENCE, connection.abort()).await;
                Err(error)
            }
        }
    }

    /// Hands the text over that the server waits for.
    ///
    /// # Errors
    /// [`MailError`]; unless [`MailError::is_answer`], the server may have the message all the same.
    pub async fn hand_over(&mut self, letter: &Letter) -> Result<(), MailError> {
        let mut connection = self.connection.take().ok_or(MailError::Unreachable)?;
        patiently(connection.message(&letter.text)).await?;
        self.connection = Some(connection);
        Ok(())
    }

    /// Breaks off in the middle: a server that waits for a text takes none without its end.
    pub fn hang_up(&mut self) {
        self.connection = None;
    }

    /// Says good-bye; the next message connects anew.
    pub async fn rest(&mut self) {
        if let Some(mut connection) = self.connection.take() {
            let _closed = tokio::time::timeout(PATIENCE, connection.abort()).await;
        }
    }
}

async fn connect(config: &MailConfig, hello: &ClientId) -> Result<AsyncSmtpConnection, MailError> {
    let at_once = if config.security == MailSecurity::Tls { Some(protection(config)?) } else { None };
    let server = (config.smtp_host.as_str(), config.smtp_port);
    let opening = AsyncSmtpConnection::connect_tokio1(server, Some(PATIENCE), hello, at_once, None);
    let mut connection = tokio::time::timeout(PATIENCE, opening)
        .await
        .map_err(|_elapsed| MailError::Silent)?
        .map_err(|error| if is_tls(&error) { MailError::Untrusted } else { MailError::Unreachable })?;
    if config.security == MailSecurity::StartTls {
        if !connection.can_starttls() {
            return Err(MailError::NoStartTls);
        }
        let upgrade = connection.starttls(protection(config)?, hello);
        let upgraded = tokio::time::timeout(PATIENCE, upgrade).await.map_err(|_elapsed| MailError::Silent)?;
        upgraded.map_err(|_error| MailError::Untrusted)?;
    }
    if !config.username.is_empty() {
        let credentials = Credentials::new(config.username.clone(), config.password.clone());
        let signed_in = patiently(connection.auth(DEFAULT_MECHANISMS, &credentials));
        signed_in.await.map_err(|_error| MailError::SignIn)?;
    }
    Ok(connection)
}

/// Whom we trust: whoever the system does, and whoever signed the certificates in `mail.ca_file`.
fn protection(config: &MailConfig) -> Result<TlsParameters, MailError> {
    let builder = TlsParameters::builder(config.smtp_host.clone());
    let builder = match config.certificates().map_err(|_error: ConfigError| MailError::Untrusted)? {
        Some(certificate) => builder.add_root_certificate(certificate),
        None => builder,
    };
    builder.build().map_err(|_error| MailError::Untrusted)
}

/// Whether TLS failed; lettre calls a handshake that broke off an error of the connection.
fn is_tls(error: &lettre::transport::smtp::Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        let broken = error.downcast_ref::<std::io::Error>();
        if broken.is_some_and(|error| error.kind() == std::io::ErrorKind::InvalidData) {
            return true;
        }
        cause = error.source();
    }
    error.is_tls()
}

/// A refusal that is about us and not about the message: it ends when somebody mends our settings.
fn of_sender(error: MailError) -> MailError {
    if let MailError::Refused(code) = error { MailError::Sender(code) } else { error }
}

/// The server's answer. Its words are dropped, because they may repeat an address.
async fn patiently(
    answer: impl Future<Output = Result<Response, lettre::transport::smtp::Error>>,
) -> Result<Response, MailError> {
    let answer = tokio::time::timeout(PATIENCE, answer).await.map_err(|_elapsed| MailError::Silent)?;
    answer.map_err(|error| {
        error.status().map_or(MailError::Unreachable, |code| MailError::Refused(code.into()))
    })
}
