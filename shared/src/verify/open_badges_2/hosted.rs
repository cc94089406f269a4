//! Hosted assertions: true because they stand on the issuer's site.
//!
//! <https://www.imsglobal.org/sites/default/files/Badges/OBv2p0Final/index.html#HostedBadge>. Whoever fetches notes an
//! answer of 410 (Gone) as `{"id": …, "revoked": true}`.

use serde_json::Value;
use url::Url;

use super::super::conformance::shown;
use super::super::report::{Finding, Passed, Refusal, Report};
use super::super::verdict::{CheckName, Outcome};
use super::linked::Linked;
use super::{Circumstances, document_at, malformed};

/// The assertion as it stands at its address.
pub(super) fn find(report: &mut Report, address: &str, circumstances: Circumstances<'_>) -> Option<Value> {
    report.record(CheckName::ProofPresent, hosted_at(address, circumstances))
}

fn hosted_at(address: &str, circumstances: Circumstances<'_>) -> Finding<Value> {
    if address.is_empty() {
        return Err(malformed("/id is missing: the assertion is hosted nowhere"));
    }
    let assertion = document_at(address, circumstances)?;
    if assertion.get("revoked") == Some(&Value::Bool(true)) {
        let reason = assertion
            .get("revocationReason")
            .map_or_else(String::new, |reason| format!(": {}", shown(reason)));
        return Err(Refusal::new(
            Outcome::Revoked,
            format!("{address}#/revoked: the issuer has revoked it{reason}"),
        ));
    }
    match assertion.get("id") {
        Some(id) if id == address => Ok(Passed::new(assertion, format!("assertion is hosted at {address}"))),
        id => {
            let id = id.map_or_else(|| "missing".to_owned(), shown);
            Err(malformed(format!("{address}#/id is {id}, expected its address")))
        }
    }
}

/// The assertion says that it is hosted, and its address lies within the issuer's scope.
pub(super) fn check(report: &mut Report, assertion: &Value, linked: &Linked) -> Option<()> {
    report.record(CheckName::ProofPurpose, is_hosted(assertion))?;
    report.record(CheckName::IssuerControlsKey, in_scope(assertion, linked))
}

fn is_hosted(assertion: &Value) -> Finding {
    let kind = assertion.pointer("/verification/type").and_then(Value::as_str);
    match kind {
        Some("HostedBadge" | "hosted") => Ok(Passed::new((), "assertion is verified by its address")),
        kind => {
            let kind = kind.unwrap_or("missing");
            let detail = format!(
                "/verification/type is `{kind}`, expected `HostedBadge` for an assertion without a signature"
            );
            Err(Refusal::new(Outcome::ProofInvalid, detail))
        }
    }
}

/// Same origin as the issuer's id, unless the issuer names hosts or beginnings of addresses.
fn in_scope(assertion: &Value, linked: &Linked) -> Finding {
    let address = assertion.get("id").and_then(Value::as_str).unwrap_or_default();
    let outside = |detail: String| Err(Refusal::new(Outcome::IssuerMismatch, detail));
    let Ok(url) = Url::parse(address) else { return outside(format!("/id is `{address}`, expected a URL")) };
    let scope = linked.issuer.get("verification");
    let texts = |name: &str| match scope.and_then(|scope| scope.get(name)) {
        Some(Value::Array(values)) => values.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(value)) => vec![value.as_str()],
        _ => Vec::new(),
    };
    let (hosts, beginnings) = (texts("allowedOrigins"), texts("startsWith"));
    let is_inside = match (hosts.is_empty(), beginnings.is_empty()) {
        (true, true) => Url::parse(linked.issuer_id()).is_ok_and(|issuer| issuer.origin() == url.origin()),
        _ => {
            url.host_str().is_some_and(|host| hosts.contains(&host))
                || beginnings.iter().any(|beginning| address.starts_with(beginning))
        }
    };
    if is_inside {
        return Ok(Passed::new((), format!("`{address}` lies within the scope of `{}`", linked.issuer_id())));
    }
    outside(format!("/id is `{address}`, outside the scope of the issuer `{}`", linked.issuer_id()))
}
