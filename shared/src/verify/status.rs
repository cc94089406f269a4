//! Whether the issuer has revoked or suspended a credential.
//!
//! Lists of bits <https://www.w3.org/TR/vc-bitstring-status-list/#validate-algorithm>, and the deprecated
//! `1EdTechRevocationList` <https://www.imsglobal.org/spec/vcrl/v1p0/>, which older badges name.

use serde_json::Value;

use super::Circumstances;
use super::conformance::{shown, told};
use super::prepared::Signatures;
use super::report::{Finding, Passed, Refusal, Report};
use super::unverified::{self, Unverified, describe};
use super::verdict::{CheckName, Outcome};
use crate::json;
use crate::jsonld::{Arena, Json};
use crate::model::BitstringStatusListEntry;
use crate::status::{StatusError, StatusList};

/// Most status entries of one credential that are looked up.
const MOST_ENTRIES: usize = 8;

/// No status entry says that the credential is revoked or suspended.
pub(super) fn stands(credential: &Unverified<'_>, circumstances: Circumstances<'_>) -> Finding {
    let Some(entries) = credential.at("/credentialStatus") else {
        return Ok(Passed::new((), "the issuer publishes no status for it"));
    };
    let is_list = matches!(entries, Json::Array(_));
    let entries = entries.items();
    if entries.len() > MOST_ENTRIES {
        let detail =
            format!("/credentialStatus has {} entries, at most {MOST_ENTRIES} are read", entries.len());
        return Err(Refusal::new(Outcome::Malformed, detail));
    }
    let mut sentences = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        let sentence = check_entry(&entry.to_value(), credential, circumstances);
        let place =
            if is_list { format!("/credentialStatus/{index}") } else { "/credentialStatus".to_owned() };
        sentences.push(sentence.map_err(|refusal| refusal.at(&place))?);
    }
    Ok(Passed::new((), sentences.join("; ")))
}

fn check_entry(
    entry: &Value,
    credential: &Unverified<'_>,
    circumstances: Circumstances<'_>,
) -> Result<String, Refusal> {
    match entry.get("type").and_then(Value::as_str) {
        Some("BitstringStatusListEntry") => check_bit(entry, credential, circumstances),
        Some("1EdTechRevocationList") => check_revocation_list(entry, credential, circumstances),
        _ => {
            let kind = entry.get("type").map_or_else(|| "missing".to_owned(), shown);
            let detail = format!("its type is {kind}, which cannot be looked up here");
            Err(Refusal::new(Outcome::StatusUnknown, detail))
        }
    }
}

fn check_bit(
    entry: &Value,
    credential: &Unverified<'_>,
    circumstances: Circumstances<'_>,
) -> Result<String, Refusal> {
    let entry: BitstringStatusListEntry = serde_json::from_value(with_index_as_text(entry))
        .map_err(|error| Refusal::new(Outcome::StatusUnknown, format!("it is malformed: {error}")))?;
    let list = list_at(&entry.status_list_credential, credential, circumstances)?;
    let status = list.status(&entry).map_err(|error| refused(&error))?;
    let (purpose, index) = (&entry.status_purpose, &entry.status_list_index);
    match (purpose.as_str(), status) {
        ("revocation", 1..) => Err(Refusal::new(
            Outcome::Revoked,
            format!("the issuer has revoked it (entry {index} of its list)"),
        )),
        ("suspension", 1..) => Err(Refusal::new(
            Outcome::Suspended,
            format!("the issuer has suspended it (entry {index} of its list)"),
        )),
        (_, 0) => Ok(format!("entry {index} of the {purpose} list is not set")),
        (_, status) => Ok(format!("entry {index} of the {purpose} list is {status:#x}")),
    }
}

/// The index is a text; some issuers write a number.
fn with_index_as_text(entry: &Value) -> Value {
    let mut entry = entry.clone();
    if let Some(index) = entry.get_mut("statusListIndex").filter(|index| index.is_u64()) {
        *index = Value::String(index.to_string());
    }
    entry
}

fn refused(error: &StatusError) -> Refusal {
    Refusal::new(Outcome::StatusUnknown, format!("{}: {error}", error.kind()))
}

/// The list that an issuer publishes at a URL, with a proof of its own.
fn list_at(
    url: &str,
    credential: &Unverified<'_>,
    circumstances: Circumstances<'_>,
) -> Result<StatusList, Refusal> {
    let text = circumstances.documents.find(url).ok_or_else(|| {
        Refusal::missing(url, format!("STATUS_RETRIEVAL_ERROR: the status list is missing: {url}"))
    })?;
    let arena = Arena::new();
    let list = unverified::read(&text, &arena)
        .map_err(|refusal| {
            Refusal::new(Outcome::StatusUnknown, format!("status list {url}: {}", refusal.detail()))
        })?
        .value;
    require_same(&list, url, credential)?;
    let mut report = Report::default();
    super::check_signature(&mut report, &list, circumstances, &mut Signatures::CheckedAtOnce);
    report.record(CheckName::ValidFrom, super::validity::has_begun(&list, circumstances.at));
    report.record(CheckName::ValidUntil, super::validity::has_not_ended(&list, circumstances.at));
    if let Some(refusal) = report.into_first_refusal() {
        return Err(match refusal {
            Refusal::Failed { detail, .. } => refused(&StatusError::Verification(format!("{url}: {detail}"))),
            unknown @ Refusal::Unknown { .. } => unknown,
        });
    }
    StatusList::from_verified_credential(&list.unsecured().to_value()).map_err(|error| refused(&error))
}

/// The list is the one that was asked for, and of the same issuer.
fn require_same(list: &Unverified<'_>, url: &str, credential: &Unverified<'_>) -> Result<(), Refusal> {
    let misplaced = |detail| Err(refused(&StatusError::Verification(detail)));
    match list.at("/id") {
        Some(id) if !id.is(url) => return misplaced(format!("{url}: its id is {}", told(id))),
        _ => {}
    }
    if list.issuer_id() != credential.issuer_id() {
        let issuer = list.issuer_id().unwrap_or_default();
        return misplaced(format!("{url}: its issuer is `{issuer}`, not that of the credential"));
    }
    Ok(())
}

/// `{id, issuer, revokedCredential: [{id, revoked, revocationReason}]}`, unsigned.
fn check_revocation_list(
    entry: &Value,
    credential: &Unverified<'_>,
    circumstances: Circumstances<'_>,
) -> Result<String, Refusal> {
    let unknown = |detail: String| Refusal::new(Outcome::StatusUnknown, detail);
    let url =
        entry.get("id").and_then(Value::as_str).ok_or_else(|| unknown("its id is missing".to_owned()))?;
    let text = circumstances
        .documents
        .find(url)
        .ok_or_else(|| Refusal::missing(url, format!("the revocation list is missing: {url}")))?;
    let list = json::parse(&text)
        .map_err(|error| unknown(format!("revocation list {url}: {}", describe(&error))))?;
    let issuer = list.get("issuer").and_then(|issuer| issuer.as_str().or_else(|| issuer.get("id")?.as_str()));
    if issuer != credential.issuer_id() {
        return Err(unknown(format!("{url}#/issuer is not the credential's")));
    }
    let revoked = match list.get("revokedCredential") {
        Some(Value::Array(revoked)) => revoked.as_slice(),
        Some(revoked) => std::slice::from_ref(revoked),
        None => &[],
    };
    let is_it = |revoked: &&Value| {
        let id = revoked.as_str().or_else(|| revoked.get("id")?.as_str());
        id.is_some() && id == credential.text_at("/id") && revoked.get("revoked") != Some(&Value::Bool(false))
    };
    match revoked.iter().find(is_it) {
        None => Ok(format!("revocation list {url} does not name it")),
        Some(found) => {
            let reason = found
                .get("revocationReason")
                .map_or_else(String::new, |reason| format!(": {}", shown(reason)));
            Err(Refusal::new(
                Outcome::Revoked,
                format!("{url}#/revokedCredential: the issuer has revoked it{reason}"),
            ))
        }
    }
}
