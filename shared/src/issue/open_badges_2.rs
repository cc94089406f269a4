//! The same award in Open Badges 2.0, hosted, for backpacks that know nothing newer.
//!
//! <https://www.imsglobal.org/sites/default/files/Badges/OBv2p0Final/index.html>. The two editions cannot share a document;
//! they name each other by `related` and `evidence`
//! (<https://www.imsglobal.org/spec/ob/v3p0/impl/#migrating-from-open-badges-2-0>).

use serde_json::{Map, Value, json};

use super::Award;
use crate::model::{Evidence, IdentityObject, Related};

/// The context of Open Badges 2.0.
pub const CONTEXT: &str = "https://w3id.org/openbadges/v2";
/// What a 3.0 achievement calls its older form, and the other way round.
const BADGE_CLASS_TYPE: &str = "https://w3id.org/openbadges#BadgeClass";
const ACHIEVEMENT_TYPE: &str = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#Achievement";

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
    pub assertion: Value,
    /// What was awarded.
    pub badge_class: Value,
    /// Who awards.
    pub issuer: Value,
}

/// What an award lacks to be written in Open Badges 2.0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OlderFormError {
    /// Every badge class has a picture.
    #[error("achievement has no image, which Open Badges 2.0 requires")]
    NoImage,
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
    Ok(HostedBadge {
        assertion: assertion(award, addresses),
        badge_class: badge_class(award, addresses)?,
        issuer: issuer(award, addresses)?,
    })
}

fn assertion(award: &Award, addresses: &Addresses) -> Value {
    let evidence: Vec<Value> = award
        .evidence
        .iter()
        .filter(|evidence| evidence.id.as_ref() != Some(&addresses.assertion))
        .map(|evidence| {
            json!({"id": evidence.id, "type": "Evidence", "narrative": evidence.narrative, "name": evidence.name})
        })
        .collect();
    pruned(json!({
        "@context": CONTEXT,
        "id": addresses.assertion,
        "type": "Assertion",
        "recipient": recipient(award),
        "badge": addresses.badge_class,
        "verification": {"type": "HostedBadge"},
        "issuedOn": award.awarded_at,
        "expires": award.valid_until,
        "image": award.image.as_ref().map(|image| &image.id),
        "narrative": award.narrative,
        "evidence": evidence,
        "related": {"id": award.credential_id, "version": "Open Badges v3p0"},
    }))
}

/// The e-mail address if it is known, hashed as in the newer form; otherwise the recipient's URI.
fn recipient(award: &Award) -> Value {
    let is_email = |identity: &&IdentityObject| identity.identity_type == "emailAddress";
    match award.recipient.identifiers.iter().find(is_email) {
        Some(identity) => json!({
            "type": "email",
            "hashed": identity.hashed,
            "identity": identity.identity_hash,
            "salt": identity.salt,
        }),
        None => json!({"type": "id", "hashed": false, "identity": award.recipient.id}),
    }
}

fn badge_class(award: &Award, addresses: &Addresses) -> Result<Value, OlderFormError> {
    let achievement = &award.achievement;
    let image = achievement.image.as_ref().or(award.image.as_ref()).ok_or(OlderFormError::NoImage)?;
    let alignment: Vec<Value> = achievement
        .alignment
        .iter()
        .map(|alignment| {
            json!({
                "targetName": alignment.target_name,
                "targetUrl": alignment.target_url,
                "targetDescription": alignment.target_description,
                "targetFramework": alignment.target_framework,
                "targetCode": alignment.target_code,
            })
        })
        .collect();
    Ok(pruned(json!({
        "@context": CONTEXT,
        "id": addresses.badge_class,
        "type": "BadgeClass",
        "name": achievement.name,
        "description": achievement.description,
        "image": image.id,
        "criteria": {"id": achievement.criteria.id, "narrative": achievement.criteria.narrative},
        "issuer": addresses.issuer,
        "tags": achievement.tag,
        "alignment": alignment,
        "@language": achievement.in_language,
        "related": {"id": achievement.id, "type": [ACHIEVEMENT_TYPE], "version": "Open Badges v3p0"},
    })))
}

fn issuer(award: &Award, addresses: &Addresses) -> Result<Value, OlderFormError> {
    let issuer = &award.issuer;
    Ok(pruned(json!({
        "@context": CONTEXT,
        "id": addresses.issuer,
        "type": "Issuer",
        "name": issuer.name,
        "url": issuer.url.as_ref().ok_or(OlderFormError::NoIssuerUrl)?,
        "email": issuer.email.as_ref().ok_or(OlderFormError::NoIssuerEmail)?,
        "description": issuer.description,
        "image": issuer.image.as_ref().map(|image| &image.id),
        "telephone": issuer.phone,
        "related": {"id": issuer.id, "version": "Open Badges v3p0"},
    })))
}

/// Without nulls and empty lists.
fn pruned(mut value: Value) -> Value {
    crate::json::prune(&mut value);
    if value.get("@language").is_some() {
        move_language_to_context(&mut value);
    }
    value
}

/// `@language` is a key of contexts, not of objects.
fn move_language_to_context(value: &mut Value) {
    let Some(object) = value.as_object_mut() else { return };
    let Some(language) = object.shift_remove("@language") else { return };
    let default = Map::from_iter([("@language".to_owned(), language)]);
    object.insert("@context".to_owned(), json!([CONTEXT, default]));
}
