//! Where requests may go: which addresses a name may have, judged when it is resolved, so that no name is rebound in between.

use std::{future::Future, net::SocketAddr, pin::Pin, sync::Arc};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::{OutboundError, address};

/// What is let through besides public addresses.
#[derive(Debug)]
pub(super) struct Guard {
    pub(super) allow_insecure_loopback: bool,
    pub(super) private_hosts: Vec<String>,
}

impl Guard {
    pub(super) fn check(&self, host: &str, address: std::net::IpAddr) -> Result<(), OutboundError> {
        let allowed = address::is_public(address)
            || (self.allow_insecure_loopback && address.is_loopback())
            || self.private_hosts.iter().any(|allowed| allowed.eq_ignore_ascii_case(host));
        if allowed { Ok(()) } else { Err(OutboundError::PrivateAddress { host: host.to_owned(), address }) }
    }
}

/// The addresses of a name, to come.
pub(super) type Looked = Pin<Box<dyn Future<Output = std::io::Result<Vec<SocketAddr>>> + Send>>;

/// Finds the addresses of a name.
pub(super) trait Lookup: Send + Sync {
    fn addresses(&self, name: String) -> Looked;
}

/// The system's resolver.
pub(super) struct SystemLookup;

impl Lookup for SystemLookup {
    fn addresses(&self, name: String) -> Looked {
        Box::pin(async move { Ok(tokio::net::lookup_host((name, 0)).await?.collect()) })
    }
}

/// Lets through only lists of addresses that are public without exception; the connection goes to one of exactly these.
pub(super) struct GuardedResolver {
    pub(super) guard: Arc<Guard>,
    pub(super) lookup: Arc<dyn Lookup>,
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = Arc::clone(&self.guard);
        let looked = self.lookup.addresses(name.as_str().to_owned());
        Box::pin(async move {
            let addresses = looked.await?;
            for address in &addresses {
                guard.check(name.as_str(), address.ip())?;
            }
            let addresses: Addrs = Box::new(addresses.into_iter());
            Ok(addresses)
        })
    }
}
