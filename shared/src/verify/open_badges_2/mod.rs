//! Verification of Open Badges 2.0, hosted and signed, by the same list of checks.
//!
//! <https://www.imsglobal.org/sites/default/files/Badges/OBv2p0Final/index.html#VerificationObject>. A hosted assertion
//! counts as it stands at its address; what was handed in only names the address. Badge class, issuer and keys are
//! documents at theirs.

mod hosted;
mod linked;
mod signed;

use serde_json::Value;

use super::Circumstances;
use super::conformance::shown;
use super::report::{Claims, Finding, Passed, Refusal, Report};
use super::unverified::describe;
use super::verdict::{CheckName, Outcome};
use crate::json;
use crate::jsonld::{Arena, Json};
use crate::model::open_badges_2::CONTEXT;
use crate::proof::jwt::UnverifiedToken;
use crate::time::Timestamp;
use linked::Linked;

/// An assertion as it was received; nothing about it has been checked.
pub(super) enum Assertion<'a> {
    /// The address of a hosted assertion alone, as old bakers wrote it.
    Address(&'a str),
    /// JSON.
    Document(Json<'a>),
    /// A compact JWS with JSON inside.
    Token(UnverifiedToken<'a>),
}

/// Whether a document is under the context of Open Badges 2.0.
pub(super) fn is_older(document: Json<'_>) -> bool {
    document
        .find("@context")
        .is_some_and(|contexts| contexts.items().iter().any(|context| context.is(CONTEXT)))
}

fn malformed(detail: impl Into<String>) -> Refusal {
    Refusal::new(Outcome::Malformed, detail)
}

/// Makes the checks in order.
pub(super) fn check(
    report: &mut Report,
    received: &Assertion<'_>,
    circumstances: Circumstances<'_>,
) -> Option<()> {
    let (assertion, token) = match received {
        Assertion::Token(token) => (token.unverified_payload.to_value(), Some(token)),
        Assertion::Address(address) => (hosted::find(report, address, circumstances)?, None),
        Assertion::Document(document) => {
            report.claims = claims(&document.to_value());
            let address = document.find("id").and_then(Json::as_str).unwrap_or_default();
            (hosted::find(report, address, circumstances)?, None)
        }
    };
    report.claims = claims(&assertion);
    report.record(CheckName::Contexts, contexts(&assertion))?;
    report.record(CheckName::Types, types(&assertion))?;
    let linked =
        report.record(CheckName::MandatoryProperties, linked::complete(&assertion, circumstances))?;
    report.claims.issuer_id = Some(linked.issuer_id().to_owned());
    report.claims.achievement_id = linked.badge_class.get("id").and_then(Value::as_str).map(str::to_owned);
    match token {
        Some(token) => signed::check(report, token, &assertion, &linked, circumstances),
        None => hosted::check(report, &assertion, &linked),
    };
    report.record(CheckName::Status, signed::not_revoked(&assertion, &linked, circumstances));
    report.record(CheckName::ValidFrom, begun(&assertion, circumstances.at));
    report.record(CheckName::ValidUntil, not_ended(&assertion, circumstances.at));
    Some(())
}

fn date(assertion: &Value, name: &str) -> Option<Timestamp> {
    assertion.get(name)?.as_str()?.parse().ok()
}

fn claims(assertion: &Value) -> Claims {
    Claims {
        credential_id: assertion.get("id").and_then(Value::as_str).map(str::to_owned),
        valid_from: date(assertion, "issuedOn"),
        valid_until: date(assertion, "expires"),
        ..Claims::default()
    }
}

fn contexts(assertion: &Value) -> Finding {
    if is_older(Json::of(assertion, &Arena::new())) {
        return Ok(Passed::new((), format!("context is `{CONTEXT}`")));
    }
    Err(malformed(format!("/@context does not have `{CONTEXT}`")))
}

/// Whether a `type`, one or several, has the term.
fn has_type(document: &Value, term: &str) -> bool {
    match document.get("type") {
        Some(Value::Array(types)) => types.iter().any(|found| found == term),
        Some(found) => found == term,
        None => false,
    }
}

fn types(assertion: &Value) -> Finding {
    if has_type(assertion, "Assertion") {
        return Ok(Passed::new((), "type is that of an assertion"));
    }
    let found = assertion.get("type").map_or_else(|| "missing".to_owned(), shown);
    Err(malformed(format!("/type is {found}, expected `Assertion`")))
}

fn begun(assertion: &Value, at: Timestamp) -> Finding {
    match date(assertion, "issuedOn") {
        Some(from) if at < from => {
            Err(Refusal::new(Outcome::NotYetValid, format!("/issuedOn is {from}, and it is {at}")))
        }
        Some(from) => Ok(Passed::new((), format!("issued on {from}"))),
        None => Err(malformed("/issuedOn is not a date and time with an offset")),
    }
}

fn not_ended(assertion: &Value, at: Timestamp) -> Finding {
    match (assertion.get("expires"), date(assertion, "expires")) {
        (None, _) => Ok(Passed::new((), "valid without end")),
        (_, Some(until)) if until < at => {
            Err(Refusal::new(Outcome::Expired, format!("/expires is {until}, and it is {at}")))
        }
        (_, Some(until)) => Ok(Passed::new((), format!("expires at {until}"))),
        (Some(_), None) => Err(malformed("/expires is not a date and time with an offset")),
    }
}

/// The document at a URL.
fn document_at(url: &str, circumstances: Circumstances<'_>) -> Result<Value, Refusal> {
    let text = circumstances
        .documents
        .find(url)
        .ok_or_else(|| Refusal::missing(url, format!("the document is missing: {url}")))?;
    json::parse(&text).map_err(|error| malformed(format!("document at {url}: {}", describe(&error))))
}

impl Linked {
    /// URI of the issuer.
    fn issuer_id(&self) -> &str {
        self.issuer.get("id").and_then(Value::as_str).unwrap_or_default()
    }
}
