//! From an unverified `id_token` to a launch that can be believed: every check, in order.
//!
//! 1. Signature, parties and dates, which everything that a platform sends has to have right ([`envelope`]).
//! 2. What the message is, from where and about whom ([`message`]), and what the platform offers with it ([`services`]).
//!
//! Specification: <https://www.imsglobal.org/spec/security/v1p0/#authentication-response-validation>. `openidconnect` gives the types and
//! builds the authorization request (`login`); its `IdTokenVerifier` does not fit here: LTI's anonymous launch has no `sub`, which that
//! verifier cannot read; a missing `kid` must be refused, which it forgives; and its RSA takes five times as long as aws-lc's, which
//! `jsonwebtoken` uses. The nonce is claimed in the database afterwards, see [`super::nonce`].

pub mod envelope;
pub mod message;
pub mod services;

use openbadges::time::Timestamp;
use url::Url;

pub use self::message::Message;
use self::{
    envelope::{Envelope, verify_envelope},
    message::{Context, DeepLinkRequest, User},
    services::Services,
};
use super::{LaunchError, unverified::UnverifiedToken};
use crate::{
    lti::{
        jwks::PlatformKey,
        membership::full_name,
        role::{Standing, administers_institution},
    },
    secret,
};

/// What the `id_token` has to match: the registration, this login, and the present.
#[derive(Debug)]
pub struct Expected<'a> {
    /// `iss`, exactly.
    pub issuer: &'a str,
    /// Our id at the platform.
    pub client_id: &'a str,
    /// The one algorithm of this platform.
    pub algorithm: jsonwebtoken::Algorithm,
    /// The deployments that may launch.
    pub deployments: &'a [String],
    /// Whether other deployments of this registration may launch too.
    pub approves_deployments: bool,
    /// Hash of the nonce of this login.
    pub nonce_hash: &'a [u8],
    /// Launches lead below this.
    pub public_url: &'a Url,
    /// The present.
    pub now: Timestamp,
    /// Difference of clocks that is forgiven.
    pub leeway_seconds: i64,
    /// Oldest `iat`.
    pub max_age_seconds: i64,
}

/// A launch that passed every check. Only [`verify`] makes one.
#[derive(Debug)]
#[expect(clippy::manual_non_exhaustive, reason = "other modules of this crate must not make one either")]
pub struct VerifiedLaunch {
    /// The tenant within the platform.
    pub deployment_id: String,
    /// Whether this is its first launch, approved with the registration as a whole.
    pub is_new_deployment: bool,
    /// The message.
    pub message: Message,
    /// The person; `None` for an anonymous launch.
    pub user: Option<User>,
    /// What they may do in the course.
    pub standing: Standing,
    /// Whether they administer the institution; it grants nothing in a course.
    pub administers_institution: bool,
    /// The course, if the launch comes from one.
    pub context: Option<Context>,
    /// The link in the course.
    pub resource_link_id: Option<String>,
    /// Whom the message is about, if that is somebody else.
    pub for_user_id: Option<String>,
    /// What the platform offers besides the roster, and where the course comes from.
    pub services: Services,
    /// The language that the platform asks for.
    pub locale: Option<String>,
    /// Where people go back to.
    pub return_url: Option<String>,
    /// Where the roster is.
    pub memberships_url: Option<Url>,
    /// Where the choice goes and what it may be, for a deep linking request.
    pub deep_link: Option<DeepLinkRequest>,
    /// Whether the link leads everybody to their own badges, as it was placed to.
    pub wants_own_badges: bool,
    /// Custom parameters that are texts.
    pub custom: serde_json::Map<String, serde_json::Value>,
    /// After this no `id_token` with this nonce is valid any more.
    pub nonce_expires_at: Timestamp,
    /// Nobody outside can make one.
    _sealed: (),
}

/// Checks everything that can be checked without the database.
///
/// # Errors
/// The first [`LaunchError`] that applies.
pub fn verify(
    unverified: &UnverifiedToken<'_>,
    key: &PlatformKey,
    expected: &Expected<'_>,
) -> Result<VerifiedLaunch, LaunchError> {
    let Envelope { claims, expires_at } = verify_envelope(unverified, key, expected)?;
    let nonce = claims.nonce.as_deref().ok_or(LaunchError::MissingClaim("nonce"))?;
    if !secret::matches(nonce, expected.nonce_hash) {
        return Err(LaunchError::OtherNonce);
    }
    let message = message::check_message(&claims)?;
    let (deployment_id, is_new_deployment) = message::check_deployment(&claims, expected)?;
    message::check_target(claims.target_link_uri.as_deref(), message, expected.public_url)?;
    let roles = claims.roles.as_ref().ok_or(LaunchError::MissingClaim("roles"))?;
    let services = Services::read(&claims, expected, &deployment_id);
    Ok(VerifiedLaunch {
        deployment_id,
        is_new_deployment,
        message,
        standing: Standing::from_roles(roles.iter().map(String::as_str)),
        administers_institution: administers_institution(roles.iter().map(String::as_str)),
        resource_link_id: message::resource_link(claims.resource_link, message)?,
        for_user_id: message::for_user(claims.for_user, message, roles)?,
        services,
        deep_link: message::deep_link(claims.deep_linking_settings, message)?,
        wants_own_badges: message::wants_own_badges(claims.custom.as_ref()),
        custom: message::texts(claims.custom),
        user: message::user(claims.sub, full_name(claims.name, claims.given_name, claims.family_name))?,
        context: claims.context.map(message::context).transpose()?,
        locale: claims.launch_presentation.as_ref().and_then(|presentation| presentation.locale.clone()),
        return_url: claims.launch_presentation.and_then(|presentation| presentation.return_url),
        memberships_url: claims
            .names_and_roles
            .and_then(|service| service.context_memberships_url?.parse().ok()),
        nonce_expires_at: crate::clock::later(expires_at, expected.leeway_seconds),
        _sealed: (),
    })
}

#[cfg(test)]
mod tests;
