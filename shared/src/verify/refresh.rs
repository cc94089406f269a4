//! A newer form of a credential, where its issuer offers one.
//!
//! <https://www.imsglobal.org/spec/ob/v3p0/#verification>, step 3: refreshed once, after the proof; if that fails,
//! the original is judged.

use serde_json::Value;

use super::Circumstances;
use super::prepared::Signatures;
use super::report::Report;
use super::unverified::{self, Unverified};
use super::verdict::{CheckName, CheckResult};

/// What became of a refresh service.
pub(super) enum Refreshed {
    /// The original is judged, for this reason.
    Original(String),
    /// The newer form was not at hand.
    Missing(String),
    /// The newer form was judged instead.
    Newer(Box<Report>),
}

/// Judges the newer form of a credential whose proof holds.
pub(super) fn newer(credential: &Unverified, circumstances: Circumstances<'_>) -> Refreshed {
    let original = |reason: &str| Refreshed::Original(reason.to_owned());
    let Some(service) = credential.at("/refreshService").filter(|_| circumstances.may_refresh) else {
        return original("the issuer offers no newer form");
    };
    if service.get("type").and_then(Value::as_str) != Some("1EdTechCredentialRefresh") {
        return original("/refreshService is of a kind that cannot be asked here");
    }
    let Some(url) = service.get("id").and_then(Value::as_str) else {
        return original("/refreshService/id is missing");
    };
    let Some(text) = circumstances.documents.find(url) else { return Refreshed::Missing(url.to_owned()) };
    let mut report = Report::default();
    let Some(newer) = report.record(CheckName::DocumentReadable, unverified::read(&text)) else {
        return Refreshed::Original(format!("the newer form at {url} cannot be read"));
    };
    if newer.at("/id") != credential.at("/id") || newer.issuer_id() != credential.issuer_id() {
        return Refreshed::Original(format!("the document at {url} is another credential"));
    }
    if newer.claims().valid_from < credential.claims().valid_from {
        return Refreshed::Original(format!("the document at {url} is older"));
    }
    let circumstances = Circumstances { may_refresh: false, ..circumstances };
    super::check_credential(&mut report, &newer, circumstances, &mut Signatures::CheckedAtOnce);
    if report.result_of(CheckName::Signature) != Some(CheckResult::Passed) {
        return Refreshed::Original(format!("the newer form at {url} does not hold"));
    }
    report.replace_detail(CheckName::Refresh, format!("refreshed from {url}"));
    Refreshed::Newer(Box::new(report))
}
