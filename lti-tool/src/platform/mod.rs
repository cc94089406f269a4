//! What the tool asks of a platform: its keys, access tokens, the roster, the groups, the grade book.
//!
//! Everything goes out through [`crate::outbound`]; nothing here knows about pages or tables.

pub mod ags;
pub mod groups;
pub mod keys;
#[cfg(test)]
mod mock;
pub mod notices;
pub mod nrps;
pub mod service;
pub mod token;

use url::Url;
use uuid::Uuid;

/// A registered platform as its services need it.
#[derive(Clone, Debug)]
pub struct Platform {
    /// Our id of the registration.
    pub registration_id: Uuid,
    /// `iss`.
    pub issuer: String,
    /// `iss` taken apart, if it is a URL, as it should be.
    pub issuer_url: Option<Url>,
    /// Our id at the platform.
    pub client_id: String,
    /// Where people are sent for the launch.
    pub authorization_endpoint: Url,
    /// Where access tokens come from.
    pub token_endpoint: Url,
    /// What the client assertion names as audience, if not the token endpoint.
    pub token_audience: Option<String>,
    /// Where its keys are.
    pub jwks_url: Url,
    /// The one algorithm of its `id_tokens`.
    pub id_token_algorithm: jsonwebtoken::Algorithm,
}
