//! Whether the issuer has revoked or suspended a credential.
//!
//! Lists of bits <https://www.w3.org/TR/vc-bitstring-status-list/#validate-algorithm>, and the deprecated
//! `1EdTechRevocationList` <https://www.imsglobal.org/spec/vcrl/v1p0/>, which older badges name.

use std::borrow::Cow;
use std::fmt;

use serde_json::Value;

use super::Circumstances;
use super::conformance::{shown, told};
use super::prepared::Signatures;
use super::report::{Finding, Passed, Refusal, Report, Telling};
use super::unverified::{self, Unverified, describe};
use super::verdict::{CheckName, Outcome};
use crate::json;
use crate::jsonld::{Arena, Json};
use crate::status::{Size, StatusError, StatusList};

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
    let telling = credential.telling;
    let mut sentences = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        let status = check_entry(*entry, credential, circumstances).map_err(|refusal| {
            refusal.at(&if is_list {
                format!("/credentialStatus/{index}")
            } else {
                "/credentialStatus".to_owned()
            })
        })?;
        sentences.push(telling.sentence(|| status.to_string()));
    }
    Ok(Passed::new((), telling.sentence(|| sentences.join("; "))))
}

/// An entry by which the credential stands.
enum Standing<'a> {
    /// A bit, or several, with what they are.
    Bits { purpose: &'a str, index: Cow<'a, str>, status: u32 },
    /// A list that does not name the credential.
    NotNamed(&'a str),
}

impl fmt::Display for Standing<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bits { purpose, index, status: 0 } => {
                write!(formatter, "entry {index} of the {purpose} list is not set")
            }
            Self::Bits { purpose, index, status } => {
                write!(formatter, "entry {index} of the {purpose} list is {status:#x}")
            }
            Self::NotNamed(url) => write!(formatter, "revocation list {url} does not name it"),
        }
    }
}

fn check_entry<'a>(
    entry: Json<'a>,
    credential: &Unverified<'_>,
    circumstances: Circumstances<'_>,
) -> Result<Standing<'a>, Refusal> {
    match entry.find("type").and_then(Json::as_str) {
        Some("BitstringStatusListEntry") => check_bit(entry, credential, circumstances),
        Some("1EdTechRevocationList") => check_revocation_list(entry, credential, circumstances),
        _ => {
            let kind = entry.find("type").map_or_else(|| "missing".to_owned(), told);
            Err(unknown(format!("its type is {kind}, which cannot be looked up here")))
        }
    }
}

fn unknown(detail: String) -> Refusal {
    Refusal::new(Outcome::StatusUnknown, detail)
}

/// The text of a property that an entry has to have.
fn text_in<'a>(entry: Json<'a>, name: &str) -> Result<&'a str, Refusal> {
    let value = entry.find(name);
    value.and_then(Json::as_str).ok_or_else(|| {
        let found = value.map_or_else(|| "missing".to_owned(), told);
        unknown(format!("{name} is {found}, expected a text"))
    })
}

/// The index is a text; some issuers write a number.
fn index_in(entry: Json<'_>) -> Result<Cow<'_, str>, Refusal> {
    match entry.find("statusListIndex") {
        Some(Json::Unsigned(index)) => Ok(index.to_string().into()),
        _ => text_in(entry, "statusListIndex").map(Cow::Borrowed),
    }
}

fn check_bit<'a>(
    entry: Json<'a>,
    credential: &Unverified<'_>,
    circumstances: Circumstances<'_>,
) -> Result<Standing<'a>, Refusal> {
    let purpose = text_in(entry, "statusPurpose")?;
    let index = index_in(entry)?;
    let list = list_at(text_in(entry, "statusListCredential")?, credential, circumstances)?;
    let messages = match entry.find("statusMessage") {
        Some(Json::Array(messages)) => messages.len(),
        _ => 0,
    };
    let size = match entry.find("statusSize") {
        None => Size::OneBit,
        Some(Json::Unsigned(bits)) => Size::Bits { bits, messages },
        Some(_) => Size::Bits { bits: 0, messages },
    };
    let status = list.status_at(purpose, &index, size).map_err(|error| refused(&error))?;
    match (purpose, status) {
        ("revocation", 1..) => Err(Refusal::new(
            Outcome::Revoked,
            format!("the issuer has revoked it (entry {index} of its list)"),
        )),
        ("suspension", 1..) => Err(Refusal::new(
            Outcome::Suspended,
            format!("the issuer has suspended it (entry {index} of its list)"),
        )),
        _ => Ok(Standing::Bits { purpose, index, status }),
    }
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
    let list = unverified::read(&text, &arena, Telling::Refusals)
        .map_err(|refusal| unknown(format!("status list {url}: {}", refusal.detail())))?
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
fn check_revocation_list<'a>(
    entry: Json<'a>,
    credential: &Unverified<'_>,
    circumstances: Circumstances<'_>,
) -> Result<Standing<'a>, Refusal> {
    let url = text_in(entry, "id")?;
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
        None => Ok(Standing::NotNamed(url)),
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
