//! What a signed message says: which it is, from which deployment, course and link, and about whom.
//!
//! Specification: <https://www.imsglobal.org/spec/lti/v1p3/#required-message-claims>. Each function judges one claim.

use openidconnect::{EndUserName, SubjectIdentifier};
use url::Url;

use super::Expected;
use crate::{
    launch::LaunchError,
    lti::{
        claims::{ContextWire, DeepLinkingSettingsWire, LaunchClaimsWire, ResourceLinkWire},
        deep_linking::{OWN_BADGES_PARAMETER, Takes},
        role::is_administrator,
        services::ForUserWire,
    },
};

/// The version of LTI that this is (<https://www.imsglobal.org/spec/lti/v1p3/#lti-version-claim>).
const VERSION: &str = "1.3.0";
/// The longest custom parameter that is read, in bytes.
const LONGEST_CUSTOM: usize = 1000;
/// More custom parameters are not read.
const MOST_CUSTOM: usize = 50;
/// The longest id (<https://www.imsglobal.org/spec/lti/v1p3/#lti-deployment-id-claim>).
const LONGEST_ID: usize = 255;

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

/// The version, exactly.
pub(crate) fn check_version(claims: &LaunchClaimsWire) -> Result<(), LaunchError> {
    match claims.version.as_deref() {
        Some(VERSION) => Ok(()),
        Some(_) => Err(LaunchError::OtherVersion),
        None => Err(LaunchError::MissingClaim("version")),
    }
}

/// The version, and which message it is.
pub(super) fn check_message(claims: &LaunchClaimsWire) -> Result<Message, LaunchError> {
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
pub(super) fn check_target(
    target: Option<&str>,
    message: Message,
    public_url: &Url,
) -> Result<(), LaunchError> {
    // What begins with all of our address has our origin: nothing behind it can change that.
    if target.is_some_and(|target| target.starts_with(public_url.as_str())) {
        return Ok(());
    }
    match (target.map(Url::parse), message) {
        (None, Message::DeepLinking) => Ok(()),
        (None, _) => Err(LaunchError::MissingClaim("target_link_uri")),
        (Some(Ok(target)), _) if target.origin() == public_url.origin() => Ok(()),
        (Some(_), _) => Err(LaunchError::OtherTarget),
    }
}

/// An absent `sub` is an anonymous launch (<https://www.imsglobal.org/spec/lti/v1p3/#anonymous-launch-case>), an empty one a mistake.
pub(super) fn user(
    sub: Option<serde_json::Value>,
    name: Option<String>,
) -> Result<Option<User>, LaunchError> {
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
pub(super) fn resource_link(
    wire: Option<ResourceLinkWire>,
    message: Message,
) -> Result<Option<String>, LaunchError> {
    if message.has_link() {
        required_id(wire.and_then(|link| link.id), "resource_link.id").map(Some)
    } else {
        Ok(None)
    }
}

/// Whom the message is about; a submission review has to say so. About the data of somebody else only administrators may ask.
pub(super) fn for_user(
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
pub(super) fn deep_link(
    settings: Option<DeepLinkingSettingsWire>,
    message: Message,
) -> Result<Option<DeepLinkRequest>, LaunchError> {
    if message != Message::DeepLinking {
        return Ok(None);
    }
    let missing = || LaunchError::MissingClaim("deep_link_return_url");
    let settings = settings.ok_or_else(missing)?;
    let url = settings.deep_link_return_url.as_deref().and_then(web_url).ok_or_else(missing)?;
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
pub(super) fn wants_own_badges(custom: Option<&serde_json::Map<String, serde_json::Value>>) -> bool {
    let (name, value) = OWN_BADGES_PARAMETER;
    custom.and_then(|custom| custom.get(name)).is_some_and(|page| page == value)
}

/// What of the custom parameters is a text that the database can hold. Platforms send those that they do not know as they were configured.
pub(super) fn texts(
    custom: Option<serde_json::Map<String, serde_json::Value>>,
) -> serde_json::Map<String, serde_json::Value> {
    let is_text = |value: &serde_json::Value| {
        value.as_str().is_some_and(|text| text.len() <= LONGEST_CUSTOM && !text.contains('\0'))
    };
    let all = custom.unwrap_or_default().into_iter();
    all.filter(|(name, value)| !name.contains('\0') && is_text(value)).take(MOST_CUSTOM).collect()
}

/// The course, by its title or else its label.
pub(crate) fn context(wire: ContextWire) -> Result<Context, LaunchError> {
    let title =
        wire.title.or(wire.label).map(|title| title.trim().to_owned()).filter(|title| !title.is_empty());
    Ok(Context { id: required_id(wire.id, "context.id")?, title })
}

/// An id that is there and can be one.
pub(crate) fn required_id(id: Option<String>, claim: &'static str) -> Result<String, LaunchError> {
    let id = id.ok_or(LaunchError::MissingClaim(claim))?;
    if is_id(&id) { Ok(id) } else { Err(LaunchError::BadId(claim)) }
}

/// Not empty, at most 255 characters long, and none that the database cannot hold.
pub(super) fn is_id(id: &str) -> bool {
    (1..=LONGEST_ID).contains(&id.chars().count()) && !id.contains('\0')
}

/// An address to which a browser or a request can go.
pub(super) fn web_url(text: &str) -> Option<Url> {
    Url::parse(text).ok().filter(|url| matches!(url.scheme(), "https" | "http"))
}
