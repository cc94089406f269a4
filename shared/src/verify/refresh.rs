//! A newer form of a credential, where its issuer offers one.
//!
//! <https://www.imsglobal.org/spec/ob/v3p0/#verification>, step 3: refreshed once, after the proof; if that fails,
//! the original is judged.

use std::borrow::Cow;

use super::Circumstances;
use super::prepared::Signatures;
use super::report::Report;
use super::unverified::{self, Unverified};
use super::verdict::{CheckName, CheckResult};
use crate::jsonld::{Arena, Json};

/// What became of a refresh service.
pub(super) enum Refreshed {
    /// The original is judged, for this reason.
    Original(Cow<'static, str>),
    /// The newer form was not at hand.
    Missing(String),
    /// The newer form was judged instead.
    Newer(Box<Report>),
}

/// Judges the newer form of a credential whose proof holds.
pub(super) fn newer(credential: &Unverified<'_>, circumstances: Circumstances<'_>) -> Refreshed {
    let original = |reason: &'static str| Refreshed::Original(Cow::Borrowed(reason));
    let Some(service) = credential.at("/refreshService").filter(|_| circumstances.may_refresh) else {
        return original("the issuer offers no newer form");
    };
    if !service.find("type").is_some_and(|kind| kind.is("1EdTechCredentialRefresh")) {
        return original("/refreshService is of a kind that cannot be asked here");
    }
    let Some(url) = service.find("id").and_then(Json::as_str) else {
        return original("/refreshService/id is missing");
    };
    let Some(text) = circumstances.documents.find(url) else { return Refreshed::Missing(url.to_owned()) };
    let (mut report, arena) = (Report::default(), Arena::new());
    let Some(newer) =
        report.record(CheckName::DocumentReadable, unverified::read(&text, &arena, circumstances.telling))
    else {
        return Refreshed::Original(format!("the newer form at {url} cannot be read").into());
    };
    if newer.at("/id") != credential.at("/id") || newer.issuer_id() != credential.issuer_id() {
        return Refreshed::Original(format!("the document at {url} is another credential").into());
    }
    if newer.valid_from < credential.valid_from {
        return Refreshed::Original(format!("the document at {url} is older").into());
    }
    let circumstances = Circumstances { may_refresh: false, ..circumstances };
    super::check_credential(&mut report, &newer, circumstances, &mut Signatures::CheckedAtOnce);
    if report.result_of(CheckName::Signature) != Some(CheckResult::Passed) {
        return Refreshed::Original(format!("the newer form at {url} does not hold").into());
    }
    report.replace_detail(CheckName::Refresh, format!("refreshed from {url}"));
    Refreshed::Newer(Box::new(report))
}
