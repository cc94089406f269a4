//! Why a request had no answer: the guard refused it, nobody spoke, or what came was too long or not what was asked for.

/// Why no answer was had.
#[derive(Debug, thiserror::Error)]
pub enum OutboundError {
    /// Neither https nor allowed loopback.
    #[error("{0} is not https")]
    NotHttps(String),
    /// The host leads to an address that is not public.
    #[error(
        "{host} has the address {address}, which is not public; outbound.private_hosts lists the hosts that may"
    )]
    PrivateAddress {
        /// The host of the URL.
        host: String,
        /// The offending address.
        address: std::net::IpAddr,
    },
    /// No connection, no answer in time, or a broken one.
    #[error("no answer from {host}: {reason}")]
    NoAnswer {
        /// The host of the URL.
        host: String,
        /// What went wrong, without the URL.
        reason: NoAnswer,
    },
    /// The body is longer than allowed.
    #[error("the answer of {host} is longer than {limit} bytes")]
    TooLong {
        /// The host of the URL.
        host: String,
        /// The limit that was passed.
        limit: usize,
    },
    /// The answer is none that was asked for.
    #[error("{host} answers {status}")]
    Status {
        /// The host of the URL.
        host: String,
        /// The status.
        status: u16,
    },
    /// One redirect after the other.
    #[error("{host} redirects on and on")]
    Redirects {
        /// The host of the last URL.
        host: String,
    },
    /// The client could not be set up.
    #[error("the HTTP client cannot be set up")]
    Setup(#[source] reqwest::Error),
}

/// The kinds of silence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoAnswer {
    /// Longer than `outbound.timeout_seconds`.
    #[error("it took too long")]
    TimedOut,
    /// The name does not resolve, or nobody listens, or TLS failed.
    #[error("no connection")]
    NotConnected,
    /// The connection broke or the answer is not HTTP.
    #[error("the answer broke off")]
    Broken,
}

/// The refusal of our own resolver if that is underneath, else what kind of silence it is.
pub(super) fn no_answer(host: &str, error: &reqwest::Error) -> OutboundError {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(inner) = cause {
        if let Some(OutboundError::PrivateAddress { host, address }) = inner.downcast_ref() {
            return OutboundError::PrivateAddress { host: host.clone(), address: *address };
        }
        cause = inner.source();
    }
    let reason = match () {
        () if error.is_timeout() => NoAnswer::TimedOut,
        () if error.is_connect() => NoAnswer::NotConnected,
        () => NoAnswer::Broken,
    };
    OutboundError::NoAnswer { host: host.to_owned(), reason }
}
