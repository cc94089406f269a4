//! The same award in Open Badges 2.0, hosted, for backpacks that know nothing newer.
//!
//! <https://www.imsglobal.org/sites/default/files/Badges/OBv2p0Final/index.html>. The two editions cannot share a document;
//! they name each other by `related`, `evidence` and the issuer's `otherIdentifier`
//! (<https://www.imsglobal.org/spec/ob/v3p0/impl/#migrating-from-open-badges-2-0>).

use serde_json::{Value, json};

use super::Award;
use crate::json::pruned;
use crate::model::open_badges_2::{Assertion, BadgeClass, CONTEXT, Issuer, Link, Recipient, Verification};
use crate::model::{
    Achievement, Alignment, DateTimeZ, Evidence, IdentifierEntry, IdentityObject, OtherProperties, Profile,
    Related,
};

/// What a 3.0 achievement calls its older form, and the other way round.
const BADGE_CLASS_TYPE: &str = "https://w3id.org/openbadges#BadgeClass";
const ACHIEVEMENT_TYPE: &str = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#Achievement";
const PROFILE_TYPE: &str = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#Profile";

/// Where the three documents are hosted; all on the issuer's site, or verifiers refuse them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addresses {
    /// URL of the assertion, of its own for each award.
    pub assertion: String,
    /// URL of the badge class, of its own for each achievement.
    pub badge_class: String,
    /// URL of the issuer's profile.
    pub issuer: String,
}

/// The three documents, to be served as `application/ld+json` at their addresses.
#[derive(Clone, Debug, PartialEq)]
pub struct HostedBadge {
    /// Who was awarded what.
    pub assertion: Assertion,
    /// What was awarded.
    pub badge_class: BadgeClass,
    /// Who awards.
    pub issuer: Issuer,
}

/// What an award lacks to be written in Open Badges 2.0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OlderFormError {
    /// Every badge class has a picture.
    #[error("achievement has no image, which Open Badges 2.0 requires")]
    NoImage,
    /// Every issuer has a name.
    #[error("issuer has no name, which Open Badges 2.0 requires")]
    NoIssuerName,
    /// Every issuer has an e-mail address.
    #[error("issuer has no email, which Open Badges 2.0 requires")]
    NoIssuerEmail,
    /// Every issuer has a home page.
    #[error("issuer has no url, which Open Badges 2.0 requires")]
    NoIssuerUrl,
}

/// The award with links to its older form; make them before it is signed.
#[must_use]
pub fn linked(award: &Award, addresses: &Addresses) -> Award {
    let mut linked = award.clone();
    let mut related = Related::new(&addresses.badge_class);
    related.types.push(BADGE_CLASS_TYPE.to_owned());
    related.version = Some("Open Badges v2p0".to_owned());
    linked.achievement.related.push(related);
    linked.issuer.other_identifier.push(IdentifierEntry::new("identifier", &addresses.issuer));
    let mut evidence = Evidence::page(&addresses.assertion);
    evidence.name = Some("Open Badges 2.0".to_owned());
    linked.evidence.push(evidence);
    linked
}

/// The award as hosted documents.
///
/// # Errors
/// [`OlderFormError`] when the award lacks what 2.0 requires.
pub fn hosted(award: &Award, addresses: &Addresses) -> Result<HostedBadge, OlderFormError> {
    let mut achievement = award.achievement.clone();
    achievement.image = achievement.image.or_else(|| award.image.clone());
    Ok(HostedBadge {
        assertion: assertion(award, addresses),
        badge_class: badge_class(&achievement, addresses)?,
        issuer: issuer(&award.issuer, addresses)?,
    })
}

/// The award alone.
#[must_use]
pub fn assertion(award: &Award, addresses: &Addresses) -> Assertion {
    let is_other = |evidence: &&Evidence| evidence.id.as_ref() != Some(&addresses.assertion);
    Assertion {
        context: Some(CONTEXT.into()),
        id: addresses.assertion.clone(),
        type_: "Assertion".into(),
        recipient: recipient(award),
        badge: Link::Url(addresses.badge_class.clone()),
        verification: Verification { type_: Some("HostedBadge".to_owned()), ..Verification::default() },
        issued_on: DateTimeZ::from(award.awarded_at),
        expires: award.valid_until.map(DateTimeZ::from),
        image: award.image.as_ref().map(|image| image.id.as_str().into()),
        evidence: award.evidence.iter().filter(is_other).map(evidence).collect(),
        narrative: award.narrative.clone(),
        revoked: None,
        revocation_reason: None,
        other: related(json!({"id": award.credential_id, "version": "Open Badges v3p0"})),
    }
}

fn related(to: Value) -> OtherProperties {
    OtherProperties::from_iter([("related".to_owned(), to)])
}

fn evidence(evidence: &Evidence) -> Value {
    pruned(json!({
        "id": evidence.id,
        "type": "Evidence",
        "narrative": evidence.narrative,
        "name": evidence.name,
        "description": evidence.description,
        "genre": evidence.genre,
        "audience": evidence.audience,
    }))
}

/// The e-mail address if it is known, hashed as in the newer form; otherwise the recipient's URI.
fn recipient(award: &Award) -> Recipient {
    let is_email = |identity: &&IdentityObject| identity.identity_type == "emailAddress";
    let other = OtherProperties::new();
    match award.recipient.identifiers.iter().find(is_email) {
        Some(identity) => Recipient {
            type_: "email".to_owned(),
            hashed: identity.hashed,
            identity: identity.identity_hash.clone(),
            salt: identity.salt.clone(),
            other,
        },
        None => Recipient {
            type_: "id".to_owned(),
            hashed: false,
            identity: award.recipient.id.clone(),
            salt: None,
            other,
        },
    }
}

/// What is awarded, alone.
///
/// # Errors
/// [`OlderFormError::NoImage`].
pub fn badge_class(achievement: &Achievement, addresses: &Addresses) -> Result<BadgeClass, OlderFormError> {
    let image = achievement.image.as_ref().ok_or(OlderFormError::NoImage)?;
    Ok(BadgeClass {
        context: Some(context_in(achievement.in_language.as_deref())),
        id: addresses.badge_class.clone(),
        type_: "BadgeClass".into(),
        name: achievement.name.clone(),
        description: achievement.description.clone(),
        image: image.id.as_str().into(),
        criteria: Link::Document(Box::new(achievement.criteria.clone())),
        issuer: Link::Url(addresses.issuer.clone()),
        tags: achievement.tag.clone(),
        alignment: achievement.alignment.iter().map(alignment).collect(),
        other: related(
            json!({"id": achievement.id, "type": [ACHIEVEMENT_TYPE], "version": "Open Badges v3p0"}),
        ),
    })
}

/// The context, with the language of the texts if it is known.
fn context_in(language: Option<&str>) -> Value {
    language.map_or_else(|| CONTEXT.into(), |language| json!([CONTEXT, {"@language": language}]))
}

fn alignment(alignment: &Alignment) -> Value {
    pruned(json!({
        "targetName": alignment.target_name,
        "targetUrl": alignment.target_url,
        "targetDescription": alignment.target_description,
        "targetFramework": alignment.target_framework,
        "targetCode": alignment.target_code,
    }))
}

/// Who awards, alone.
///
/// # Errors
/// [`OlderFormError`] when the profile lacks what 2.0 requires.
pub fn issuer(issuer: &Profile, addresses: &Addresses) -> Result<Issuer, OlderFormError> {
    let others = pruned(json!({
        "description": issuer.description,
        "image": issuer.image.as_ref().map(|image| &image.id),
        "telephone": issuer.phone,
        "related": {"id": issuer.id, "type": [PROFILE_TYPE], "version": "Open Badges v3p0"},
    }));
    Ok(Issuer {
        context: Some(CONTEXT.into()),
        id: addresses.issuer.clone(),
        type_: "Issuer".into(),
        name: issuer.name.clone().ok_or(OlderFormError::NoIssuerName)?,
        url: Some(issuer.url.clone().ok_or(OlderFormError::NoIssuerUrl)?),
        email: Some(issuer.email.clone().ok_or(OlderFormError::NoIssuerEmail)?),
        public_key: Vec::new(),
        verification: None,
        revocation_list: None,
        other: others.as_object().cloned().unwrap_or_default(),
    })
}
