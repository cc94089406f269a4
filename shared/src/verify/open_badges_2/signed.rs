//! Signed assertions: a JWS by a key that the issuer lists.
//!
//! <https://www.imsglobal.org/sites/default/files/Badges/OBv2p0Final/index.html#SignedBadge>

use serde_json::Value;

use super::super::conformance::shown;
use super::super::report::{Finding, Passed, Refusal, Report};
use super::super::unverified::describe;
use super::super::verdict::{CheckName, Outcome};
use super::linked::Linked;
use super::{Circumstances, document_at};
use crate::key::PublicKey;
use crate::proof::jwt::UnverifiedToken;

/// The JWS was made with a key of the issuer.
pub(super) fn check(
    report: &mut Report,
    token: &UnverifiedToken<'_>,
    assertion: &Value,
    linked: &Linked,
    circumstances: Circumstances<'_>,
) -> Option<()> {
    report.record(CheckName::ProofPresent, is_signed(token, assertion))?;
    let name = report.record(CheckName::AssertionMethod, listed_key(assertion, linked))?;
    report.claims.verification_method = Some(name.id.to_owned());
    let (document, key) = report.record(CheckName::VerificationMethod, key(&name, circumstances))?;
    report.record(CheckName::IssuerControlsKey, is_owned(&document, linked));
    report.record(CheckName::Signature, fits(token, &key))
}

fn unknown(detail: impl Into<String>) -> Refusal {
    Refusal::new(Outcome::KeyUnknown, detail)
}

fn is_signed(token: &UnverifiedToken<'_>, assertion: &Value) -> Finding {
    let kind = assertion.pointer("/verification/type").and_then(Value::as_str);
    if !matches!(kind, Some("SignedBadge" | "signed")) {
        let kind = kind.unwrap_or("missing");
        let detail = format!("/verification/type is `{kind}`, expected `SignedBadge` in a token");
        return Err(Refusal::new(Outcome::ProofInvalid, detail));
    }
    match token.algorithm() {
        name @ ("RS256" | "ES256" | "EdDSA") => {
            Ok(Passed::new((), format!("assertion is signed with {name}")))
        }
        other => {
            let detail = format!("/alg in the header is `{other}`, expected RS256");
            Err(Refusal::new(Outcome::ProofUnsupported, detail))
        }
    }
}

/// A key by its name, and the document if the issuer embeds it.
struct NamedKey<'a> {
    id: &'a str,
    embedded: Option<&'a Value>,
}

/// `verification.creator`, which the issuer has to list, or the issuer's only key.
fn listed_key<'a>(assertion: &'a Value, linked: &'a Linked) -> Finding<NamedKey<'a>> {
    let listed = match linked.issuer.get("publicKey") {
        Some(Value::Array(keys)) => keys.as_slice(),
        Some(key) => std::slice::from_ref(key),
        None => return Err(unknown(format!("{}/publicKey is missing", linked.issuer_place))),
    };
    let named = |key: &'a Value| {
        let id = key.as_str().or_else(|| key.get("id")?.as_str())?;
        Some(NamedKey { id, embedded: Some(key).filter(|key| key.is_object()) })
    };
    let creator = assertion.pointer("/verification/creator").and_then(Value::as_str);
    let found = match (creator, listed) {
        (Some(creator), _) => listed.iter().filter_map(named).find(|key| key.id == creator),
        (None, [only]) => named(only),
        (None, _) => None,
    };
    let found = found.ok_or_else(|| {
        let creator = creator.unwrap_or("(none named)");
        unknown(format!("{}/publicKey does not list the key `{creator}`", linked.issuer_place))
    })?;
    let detail = format!("the issuer lists the key `{}`", found.id);
    Ok(Passed::new(found, detail))
}

/// The document of a key, and the key.
fn key(named: &NamedKey<'_>, circumstances: Circumstances<'_>) -> Finding<(Value, PublicKey)> {
    let document = match named.embedded {
        Some(document) => document.clone(),
        None => document_at(named.id, circumstances)?,
    };
    let place = format!("{}#/publicKeyPem", named.id);
    let pem = document.get("publicKeyPem").and_then(Value::as_str);
    let pem = pem.ok_or_else(|| unknown(format!("{place} is missing")))?;
    let key = PublicKey::from_pem(pem).map_err(|error| unknown(describe(&error)).at(&place))?;
    let detail = format!("key `{}` is known ({})", named.id, key.algorithm());
    Ok(Passed::new((document, key), detail))
}

fn is_owned(document: &Value, linked: &Linked) -> Finding {
    match document.get("owner") {
        Some(owner) if owner == linked.issuer_id() => {
            Ok(Passed::new((), format!("key belongs to the issuer `{}`", linked.issuer_id())))
        }
        owner => {
            let owner = owner.map_or_else(|| "nobody".to_owned(), shown);
            let id = document.get("id").and_then(Value::as_str).unwrap_or_default();
            let detail = format!("{id}#/owner is {owner}, the issuer is `{}`", linked.issuer_id());
            Err(Refusal::new(Outcome::IssuerMismatch, detail))
        }
    }
}

fn fits(token: &UnverifiedToken<'_>, key: &PublicKey) -> Finding {
    if token.is_signed_by(key) {
        return Ok(Passed::new((), "signature fits the token and the key"));
    }
    Err(Refusal::new(Outcome::ProofInvalid, "signature does not fit the token and the key"))
}

/// The issuer's revocation list does not name the assertion.
///
/// <https://www.imsglobal.org/sites/default/files/Badges/OBv2p0Final/index.html#RevocationList>
pub(super) fn not_revoked(assertion: &Value, linked: &Linked, circumstances: Circumstances<'_>) -> Finding {
    let Some(url) = linked.issuer.get("revocationList").and_then(Value::as_str) else {
        return Ok(Passed::new((), "the issuer publishes no revocation list"));
    };
    let list = document_at(url, circumstances)?;
    if list.get("issuer").and_then(Value::as_str) != Some(linked.issuer_id()) {
        let detail = format!("{url}#/issuer is not `{}`", linked.issuer_id());
        return Err(Refusal::new(Outcome::StatusUnknown, detail));
    }
    let revoked =
        list.get("revokedAssertions").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let is_it = |entry: &&Value| {
        let names = |name: &str| {
            let id = assertion.get(name).and_then(Value::as_str);
            id.is_some() && (entry.as_str() == id || entry.get(name).and_then(Value::as_str) == id)
        };
        names("id") || names("uid")
    };
    match revoked.iter().find(is_it) {
        None => Ok(Passed::new((), format!("revocation list {url} does not name it"))),
        Some(entry) => {
            let reason = entry
                .get("revocationReason")
                .map_or_else(String::new, |reason| format!(": {}", shown(reason)));
            Err(Refusal::new(
                Outcome::Revoked,
                format!("{url}#/revokedAssertions: the issuer has revoked it{reason}"),
            ))
        }
    }
}
