//! What tests of sources need: the client, and answers as they stand on the wire.

use crate::{config::OutboundConfig, outbound::Outbound};

/// A client that may talk to this machine.
pub(super) fn outbound() -> Outbound {
    Outbound::new(&OutboundConfig {
        allow_insecure_loopback: true,
        private_hosts: vec![],
        timeout_seconds: 5,
        max_body_bytes: 1 << 20,
        max_members: 100,
    })
    .unwrap()
}

/// An answer with a status line and headers.
pub(super) fn http(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
}
