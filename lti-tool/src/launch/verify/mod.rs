//! From an unverified `id_token` to a launch that can be believed: every check, in order.
//!
//! Specification: <https://www.imsglobal.org/spec/security/v1p0/#authentication-response-validation> and
//! <https://www.imsglobal.org/spec/lti/v1p3/#required-message-claims>. `openidconnect` gives the types and builds the authorization request
//! (`login`); its `IdTokenVerifier` does not fit here: LTI's anonymous launch has no `sub`, which that verifier cannot read; a missing `kid`
//! must be refused, which it forgives; and its RSA takes five times as long as aws-lc's, which `jsonwebtoken` uses.
//! The nonce is claimed in the database afterwards, see [`super::nonce`].

pub mod services;

use openbadges::time::Timestamp;
use openidconnect::{EndUserName, IssuerUrl, SubjectIdentifier};
use url::Url;

use self::services::Services;
use super::{
    LaunchError,
    unverified::{UnverifiedToken, decode},
};
use crate::{
    lti::{
        claims::{ContextWire, DeepLinkingSettingsWire, LaunchClaimsWire, ResourceLinkWire},
        deep_linking::{OWN_BADGES_PARAMETER, Takes},
        jwks::PlatformKey,
        membership::full_name,
        role::{Standing, administers_institution, is_administrator},
        services::ForUserWire,
    },
    secret,
};

/// The version of LTI that this is (<https://www.imsglobal.org/spec/lti/v1p3/#lti-version-claim>).
const VERSION: &str = "1.3.0";
/// The longest custom parameter that is read, in bytes.
const LONGEST_CUSTOM: usize = 1000;
/// More custom parameters are not read.
const MOST_CUSTOM: usize = 50;
/// The longest id (<https://www.imsglobal.org/spec/lti/v1p3/#lti-deployment-id-claim>).
const LONGEST_ID: usize = 255;

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

/// The message that was launched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// Somebody opens a link in a course.
    ResourceLink,
    /// Somebody wants to choose content for a course.
    DeepLinking,
    /// An instructor looks at what one learner did (<https://www.imsglobal.org/spec/lti-sr/v1p0>).
    SubmissionReview,
    /// Somebody asks what we know about a person (1EdTech's draft "Data Privacy Launch"; platforms send it under two names).
    DataPrivacy,
}

impl Message {
    /// Whether the message comes from a link in a course.
    fn has_link(self) -> bool {
        matches!(self, Self::ResourceLink | Self::SubmissionReview)
    }
}

/// A person, known to the platform by this id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// `sub`.
    pub id: SubjectIdentifier,
    /// Their name, if told.
    pub name: Option<EndUserName>,
}

/// A course.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    /// Its id within the deployment.
    pub id: String,
    /// Its title, or its label if it has none.
    pub title: Option<String>,
}

/// What a platform wants of a choice (<https://www.imsglobal.org/spec/lti-dl/v2p0#deep-linking-settings>).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeepLinkRequest {
    /// Where the browser takes it.
    pub return_url: Url,
    /// What goes with it, unchanged.
    pub data: Option<String>,
    /// What it may be.
    pub takes: Vec<Takes>,
}

/// A launch that passed every check. Only [`verify`] makes one.
#[derive(Debug)]
#[expect(clippy::manual_non_exhaustive, reason = "other modules of this crate must not make one either")]
pub struct VerifiedLaunch {
    /// The platform.
    pub issuer: IssuerUrl,
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

/// What every message of a platform has to have right before anything in it counts.
#[derive(Debug)]
pub(crate) struct Envelope {
    /// Signed by the platform, for us, now.
    pub(crate) claims: LaunchClaimsWire,
    issuer: IssuerUrl,
    pub(crate) expires_at: Timestamp,
}

/// Signature, parties and dates, which launches and notices have in common.
///
/// # Errors
/// The first [`LaunchError`] that applies.
pub(crate) fn verify_envelope(
    unverified: &UnverifiedToken<'_>,
    key: &PlatformKey,
    expected: &Expected<'_>,
) -> Result<Envelope, LaunchError> {
    let payload = verified_payload(unverified, key, expected.algorithm)?;
    let claims: LaunchClaimsWire =
        serde_json::from_slice(&payload).map_err(|_error: serde_json::Error| LaunchError::NotAToken)?;
    let issuer = check_parties(&claims, expected)?;
    let expires_at = check_times(&claims, expected)?;
    Ok(Envelope { claims, issuer, expires_at })
}

/// The deployment, known or approved; returns whether it is new.
///
/// # Errors
/// [`LaunchError::UnknownDeployment`], or that it names none.
pub(crate) fn check_deployment(
    claims: &LaunchClaimsWire,
    expected: &Expected<'_>,
) -> Result<(String, bool), LaunchError> {
    let deployment_id = required_id(claims.deployment_id.clone(), "deployment_id")?;
    let is_new = !expected.deployments.contains(&deployment_id);
    if is_new && !expected.approves_deployments {
        return Err(LaunchError::UnknownDeployment(deployment_id));
    }
    Ok((deployment_id, is_new))
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
    let Envelope { claims, issuer, expires_at } = verify_envelope(unverified, key, expected)?;
    let nonce = claims.nonce.as_deref().ok_or(LaunchError::MissingClaim("nonce"))?;
    if !secret::matches(nonce, expected.nonce_hash) {
        return Err(LaunchError::OtherNonce);
    }
    let message = check_message(&claims)?;
    let (deployment_id, is_new_deployment) = check_deployment(&claims, expected)?;
    check_target(claims.target_link_uri.as_deref(), message, expected.public_url)?;
    let roles = claims.roles.as_ref().ok_or(LaunchError::MissingClaim("roles"))?;
    let services = Services::read(&claims, expected, &deployment_id);
    Ok(VerifiedLaunch {
        issuer,
        deployment_id,
        is_new_deployment,
        message,
        standing: Standing::from_roles(roles.iter().map(String::as_str)),
        administers_institution: administers_institution(roles.iter().map(String::as_str)),
        resource_link_id: resource_link(claims.resource_link, message)?,
        for_user_id: for_user(claims.for_user, message, roles)?,
        services,
        deep_link: deep_link(claims.deep_linking_settings, message)?,
        wants_own_badges: wants_own_badges(claims.custom.as_ref()),
        custom: texts(claims.custom),
        user: user(claims.sub, full_name(claims.name, claims.given_name, claims.family_name))?,
        context: claims.context.map(context).transpose()?,
        locale: claims.launch_presentation.as_ref().and_then(|presentation| presentation.locale.clone()),
        return_url: claims.launch_presentation.and_then(|presentation| presentation.return_url),
        memberships_url: claims
            .names_and_roles
            .and_then(|service| service.context_memberships_url?.parse().ok()),
        nonce_expires_at: crate::clock::later(expires_at, expected.leeway_seconds),
        _sealed: (),
    })
}

/// What was signed, once the signature fits. The algorithm is pinned; the header may only agree.
///
/// # Errors
/// [`LaunchError::OtherAlgorithm`], [`LaunchError::BadSignature`] or [`LaunchError::NotAToken`].
pub(crate) fn verified_payload(
    unverified: &UnverifiedToken<'_>,
    key: &PlatformKey,
    algorithm: jsonwebtoken::Algorithm,
) -> Result<Vec<u8>, LaunchError> {
    let said = unverified.unverified_algorithm.parse::<jsonwebtoken::Algorithm>().ok();
    if said != Some(algorithm) || !key.fits(algorithm) {
        return Err(LaunchError::OtherAlgorithm);
    }
    let message = unverified.signing_input.as_bytes();
    match jsonwebtoken::crypto::verify(unverified.signature, message, &key.decoding_key, algorithm) {
        Ok(true) => decode(unverified.unverified_payload),
        Ok(false) | Err(_) => Err(LaunchError::BadSignature),
    }
}

/// `iss`, `aud`, `azp` (<https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation>, steps 2 to 5).
fn check_parties(claims: &LaunchClaimsWire, expected: &Expected<'_>) -> Result<IssuerUrl, LaunchError> {
    let issuer = claims.iss.as_deref().ok_or(LaunchError::MissingClaim("iss"))?;
    if issuer != expected.issuer {
        return Err(LaunchError::OtherIssuer);
    }
    let audience = claims.aud.as_ref().ok_or(LaunchError::MissingClaim("aud"))?.as_slice();
    if !audience.iter().any(|party| party == expected.client_id) {
        return Err(LaunchError::OtherAudience);
    }
    // We trust no audience but ourselves, so that an extra one is refused even with an `azp`.
    if audience.iter().any(|party| party != expected.client_id) {
        return Err(LaunchError::ExtraAudience);
    }
    if claims.azp.as_ref().is_some_and(|azp| azp.as_str() != Some(expected.client_id)) {
        return Err(LaunchError::OtherAuthorizedParty);
    }
    IssuerUrl::new(issuer.to_owned()).map_err(|_error: url::ParseError| LaunchError::OtherIssuer)
}

/// `exp` and `iat`; returns `exp`.
fn check_times(claims: &LaunchClaimsWire, expected: &Expected<'_>) -> Result<Timestamp, LaunchError> {
    let expires_at = moment(claims.exp, "exp")?;
    let issued_at = moment(claims.iat, "iat")?;
    let now = expected.now.as_unix_seconds();
    if expires_at.as_unix_seconds() + expected.leeway_seconds <= now {
        return Err(LaunchError::Expired);
    }
    if issued_at.as_unix_seconds() > now + expected.leeway_seconds {
        return Err(LaunchError::FromTheFuture);
    }
    if issued_at.as_unix_seconds() + expected.max_age_seconds + expected.leeway_seconds < now {
        return Err(LaunchError::TooOld);
    }
    Ok(expires_at)
}

/// A `NumericDate`, its fraction dropped (<https://www.rfc-editor.org/rfc/rfc7519#section-2>).
pub(crate) fn moment(seconds: Option<f64>, claim: &'static str) -> Result<Timestamp, LaunchError> {
    let seconds = seconds.filter(|seconds| seconds.is_finite()).ok_or(LaunchError::MissingClaim(claim))?;
    #[expect(
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        reason = "a float cast to an integer saturates"
    )]
    let seconds = seconds as i64;
    Ok(Timestamp::from_unix_seconds(seconds))
}

/// The version, exactly.
pub(crate) fn check_version(claims: &LaunchClaimsWire) -> Result<(), LaunchError> {
    match claims.version.as_deref() {
        Some(VERSION) => Ok(()),
        Some(_) => Err(LaunchError::OtherVersion),
        None => Err(LaunchError::MissingClaim("version")),
    }
}

fn check_message(claims: &LaunchClaimsWire) -> Result<Message, LaunchError> {
    check_version(claims)?;
    match claims.message_type.as_deref() {
        Some("LtiResourceLinkRequest") => Ok(Message::ResourceLink),
        Some("LtiDeepLinkingRequest") => Ok(Message::DeepLinking),
        Some("LtiSubmissionReviewRequest") => Ok(Message::SubmissionReview),
        Some("LtiDataPrivacyLaunchRequest" | "DataPrivacyLaunchRequest") => Ok(Message::DataPrivacy),
        Some(_) => Err(LaunchError::UnknownMessage),
        None => Err(LaunchError::MissingClaim("message_type")),
    }
}

/// The signed target decides, and it has to be ours (<https://www.imsglobal.org/spec/lti/v1p3/#target-link-uri>). Only a
/// deep linking request, which leads nowhere, may come without.
fn check_target(target: Option<&str>, message: Message, public_url: &Url) -> Result<(), LaunchError> {
    match (target.map(Url::parse), message) {
        (None, Message::DeepLinking) => Ok(()),
        (None, _) => Err(LaunchError::MissingClaim("target_link_uri")),
        (Some(Ok(target)), _) if target.origin() == public_url.origin() => Ok(()),
        (Some(_), _) => Err(LaunchError::OtherTarget),
    }
}

/// An absent `sub` is an anonymous launch (<https://www.imsglobal.org/spec/lti/v1p3/#anonymous-launch-case>), an empty one a mistake.
fn user(sub: Option<serde_json::Value>, name: Option<String>) -> Result<Option<User>, LaunchError> {
    match sub {
        None => Ok(None),
        Some(serde_json::Value::String(id)) => {
            let id = SubjectIdentifier::new(required_id(Some(id), "sub")?);
            Ok(Some(User { id, name: name.map(EndUserName::new) }))
        }
        Some(_) => Err(LaunchError::BadId("sub")),
    }
}

/// The link that the message comes from, which one from a course has to name.
fn resource_link(wire: Option<ResourceLinkWire>, message: Message) -> Result<Option<String>, LaunchError> {
    if message.has_link() {
        required_id(wire.and_then(|link| link.id), "resource_link.id").map(Some)
    } else {
        Ok(None)
    }
}

/// Whom the message is about; a submission review has to say so. About the data of somebody else only administrators may ask.
fn for_user(
    wire: Option<ForUserWire>,
    message: Message,
    roles: &[String],
) -> Result<Option<String>, LaunchError> {
    let id = wire.and_then(|user| user.user_id.or(user.id));
    match message {
        Message::SubmissionReview => required_id(id, "for_user.user_id").map(Some),
        Message::DataPrivacy if !is_administrator(roles.iter().map(String::as_str)) => Ok(None),
        Message::DataPrivacy => id.map(|id| required_id(Some(id), "for_user.id")).transpose(),
        Message::ResourceLink | Message::DeepLinking => Ok(None),
    }
}

/// A deep linking request has to say where the answer goes, and the browser has to be able to go there.
fn deep_link(
    settings: Option<DeepLinkingSettingsWire>,
    message: Message,
) -> Result<Option<DeepLinkRequest>, LaunchError> {
    if message != Message::DeepLinking {
        return Ok(None);
    }
    let missing = || LaunchError::MissingClaim("deep_link_return_url");
    let settings = settings.ok_or_else(missing)?;
    let url = settings.deep_link_return_url.and_then(|url| Url::parse(&url).ok()).ok_or_else(missing)?;
    if !matches!(url.scheme(), "https" | "http") {
        return Err(missing());
    }
    let types = settings.accept_types;
    let takes_links = types.is_none_or(|types| types.iter().any(|kind| kind == "ltiResourceLink"));
    let takes = Takes::ALL.into_iter().filter(|what| match what {
        Takes::Links => takes_links,
        Takes::Several => settings.accept_multiple == Some(true),
        Takes::Columns => settings.accept_lineitem != Some(false),
    });
    Ok(Some(DeepLinkRequest { return_url: url, data: settings.data, takes: takes.collect() }))
}

/// Whether the link was placed to show everybody their own badges.
fn wants_own_badges(custom: Option<&serde_json::Map<String, serde_json::Value>>) -> bool {
    let (name, value) = OWN_BADGES_PARAMETER;
    custom.and_then(|custom| custom.get(name)).is_some_and(|page| page == value)
}

/// What of the custom parameters is a text that the database can hold. Platforms send those that they do not know as they were configured.
fn texts(
    custom: Option<serde_json::Map<String, serde_json::Value>>,
) -> serde_json::Map<String, serde_json::Value> {
    let is_text = |value: &serde_json::Value| {
        value.as_str().is_some_and(|text| text.len() <= LONGEST_CUSTOM && !text.contains('\0'))
    };
    let all = custom.unwrap_or_default().into_iter();
    all.filter(|(name, value)| !name.contains('\0') && is_text(value)).take(MOST_CUSTOM).collect()
}

pub(crate) fn context(wire: ContextWire) -> Result<Context, LaunchError> {
    let title =
        wire.title.or(wire.label).map(|title| title.trim().to_owned()).filter(|title| !title.is_empty());
    Ok(Context { id: required_id(wire.id, "context.id")?, title })
}

/// An id that is there, not empty and at most 255 characters long.
pub(crate) fn required_id(id: Option<String>, claim: &'static str) -> Result<String, LaunchError> {
    let id = id.ok_or(LaunchError::MissingClaim(claim))?;
    if id.is_empty() || id.chars().count() > LONGEST_ID || id.contains('\0') {
        Err(LaunchError::BadId(claim))
    } else {
        Ok(id)
    }
}

#[cfg(test)]
mod tests;
