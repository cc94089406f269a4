//! Facts that are signed but no part of a verdict: the subject, the time of signing, the status entry.
//!
//! They are worth as much as the verdict beside them: read from an unverified text, they are claims.

use std::borrow::Cow;

use openbadges::proof::jwt::UnverifiedToken;
use openbadges::time::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// The entry of a Bitstring status list that a credential points to.
///
/// <https://www.w3.org/TR/vc-bitstring-status-list/#bitstringstatuslistentry>
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StatusEntry {
    /// `statusListCredential`.
    pub(crate) list_url: String,
    /// `statusListIndex`.
    pub(crate) index: i32,
    /// `statusPurpose`.
    pub(crate) purpose: String,
}

/// What a credential says beside its verdict.
#[derive(Debug, Clone, Default)]
pub(crate) struct SignedFacts {
    /// `credentialSubject.id`.
    pub(crate) subject_id: Option<String>,
    /// `created` of the proof made with the key that the verdict names.
    pub(crate) signed_at: Option<Timestamp>,
    /// `credentialStatus`.
    pub(crate) status: Option<StatusEntry>,
}

impl SignedFacts {
    /// Reads them from a credential with embedded proofs, or from a token (which has no time of signing of its own).
    pub(crate) fn read(credential: &str, verification_method: Option<&str>) -> Self {
        let credential = credential.trim_ascii();
        if credential.starts_with('{') {
            return Self::read_json(credential, verification_method);
        }
        let Ok(token) = UnverifiedToken::parse(credential) else { return Self::default() };
        let mut payload = token.unverified_payload;
        // VCDM 1.1 has the credential in a claim, VCDM 2.0 is the payload.
        let document = payload.remove("vc").unwrap_or(Value::Object(payload));
        Self::read_json(&document.to_string(), verification_method)
    }

    fn read_json(credential: &str, verification_method: Option<&str>) -> Self {
        let Ok(document) = serde_json::from_str::<CredentialWire<'_>>(credential) else { return Self::default() };
        Self {
            subject_id: document.credential_subject.and_then(subject_id),
            signed_at: document.proof.and_then(|proof| signing_time(proof, verification_method)),
            status: document.credential_status.and_then(status_entry),
        }
    }
}

/// The parts that are looked at, as they stand in the text: the rest of a credential is not read a second time.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CredentialWire<'a> {
    #[serde(borrow)]
    credential_subject: Option<&'a RawValue>,
    #[serde(borrow)]
    credential_status: Option<&'a RawValue>,
    #[serde(borrow)]
    proof: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct SubjectWire<'a> {
    #[serde(borrow)]
    id: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProofWire<'a> {
    #[serde(borrow)]
    verification_method: Option<Cow<'a, str>>,
    created: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StatusWire<'a> {
    #[serde(borrow)]
    status_list_credential: Cow<'a, str>,
    status_list_index: Cow<'a, str>,
    status_purpose: Cow<'a, str>,
}

/// All of an array, or the value itself: credentials may leave out the array of one.
fn all<'a, T: Deserialize<'a>>(value: &'a RawValue) -> Vec<T> {
    let text = value.get();
    if text.starts_with('[') {
        serde_json::from_str(text).unwrap_or_default()
    } else {
        serde_json::from_str(text).map_or_else(|_other_shape| Vec::new(), |single| vec![single])
    }
}

fn subject_id(subject: &RawValue) -> Option<String> {
    all::<SubjectWire<'_>>(subject).into_iter().next()?.id.map(Cow::into_owned)
}

fn signing_time(proof: &RawValue, verification_method: Option<&str>) -> Option<Timestamp> {
    let proofs = all::<ProofWire<'_>>(proof);
    let made_with = |proof: &&ProofWire<'_>| proof.verification_method.as_deref() == verification_method;
    proofs.iter().find(made_with)?.created.as_deref()?.parse().ok()
}

fn status_entry(status: &RawValue) -> Option<StatusEntry> {
    let entry = all::<StatusWire<'_>>(status).into_iter().next()?;
    Some(StatusEntry {
        list_url: entry.status_list_credential.into_owned(),
        index: entry.status_list_index.parse().ok()?,
        purpose: entry.status_purpose.into_owned(),
    })
}
