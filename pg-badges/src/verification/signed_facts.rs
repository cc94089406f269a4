//! Facts that are signed but no part of a verdict: the subject, the time of signing, the status entry.
//!
//! They are worth as much as the verdict beside them: read from an unverified text, they are claims. A text is read
//! through once and taken apart no further than it is asked for.

use openbadges::jsonld::Arena;
use openbadges::proof::jwt::UnverifiedToken;
use openbadges::time::Timestamp;
use serde::Deserialize;
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

/// Which facts are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// None of them.
    Nothing,
    /// When it was signed, and its status entry.
    ProofAndStatus,
    /// Also whom it is about.
    All,
}

/// What a credential says beside its verdict.
#[derive(Debug, Clone, Default)]
pub(crate) struct SignedFacts {
    /// `credentialSubject.id`.
    pub(crate) subject_id: Option<String>,
    /// The subject is named in words that anybody reads: by an address, or an identity that is not hashed.
    pub(crate) names_plainly: bool,
    /// `created` of the proof made with the key that the verdict names.
    pub(crate) signed_at: Option<Timestamp>,
    /// `credentialStatus`; of several, the first.
    pub(crate) status: Option<StatusEntry>,
    /// How many entries `credentialStatus` has. Open Badges allow one.
    pub(crate) status_entries: usize,
}

impl SignedFacts {
    /// Reads them from a credential with embedded proofs, or from a token (which has no time of signing of its own).
    pub(crate) fn read(credential: &str, verification_method: Option<&str>, wanted: Wanted) -> Self {
        let credential = credential.trim_ascii();
        if credential.starts_with('{') {
            return Self::read_json(credential, verification_method, wanted);
        }
        let arena = Arena::new();
        let Ok(token) = UnverifiedToken::parse(credential, &arena) else { return Self::default() };
        let payload = token.unverified_payload;
        // VCDM 1.1 has the credential in a claim, VCDM 2.0 is the payload.
        let document = payload.find("vc").unwrap_or(payload);
        Self::read_json(&document.to_value().to_string(), verification_method, wanted)
    }

    fn read_json(credential: &str, verification_method: Option<&str>, wanted: Wanted) -> Self {
        let Ok(parts) = serde_json::from_str::<Parts<'_>>(credential) else { return Self::default() };
        let subjects = if wanted == Wanted::All { many(parts.credential_subject) } else { Vec::new() };
        let subjects: Vec<Subject<'_>> = subjects.into_iter().filter_map(read).collect();
        let statuses = many(parts.credential_status);
        let is_its_key =
            |proof: &Proof<'_>| text(proof.verification_method).as_deref() == verification_method;
        Self {
            subject_id: subjects.first().and_then(|subject| text(subject.id)),
            names_plainly: subjects.iter().any(Subject::is_named_plainly),
            signed_at: many(parts.proof)
                .into_iter()
                .filter_map(read)
                .find(is_its_key)
                .and_then(|proof| text(proof.created)?.parse().ok()),
            status: statuses.first().and_then(|status| read::<Status<'_>>(status)?.entry()),
            status_entries: statuses.len(),
        }
    }
}

/// The members of a credential that are asked for, as they stand in the text.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Parts<'a> {
    #[serde(borrow)]
    credential_subject: Option<&'a RawValue>,
    #[serde(borrow)]
    proof: Option<&'a RawValue>,
    #[serde(borrow)]
    credential_status: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Subject<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    identifier: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Identity {
    hashed: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Proof<'a> {
    #[serde(borrow)]
    verification_method: Option<&'a RawValue>,
    #[serde(borrow)]
    created: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Status<'a> {
    #[serde(borrow, rename = "statusListCredential")]
    list: Option<&'a RawValue>,
    #[serde(borrow, rename = "statusListIndex")]
    index: Option<&'a RawValue>,
    #[serde(borrow, rename = "statusPurpose")]
    purpose: Option<&'a RawValue>,
}

impl Subject<'_> {
    /// <https://www.imsglobal.org/spec/ob/v3p0/#identityobject>: what is not said to be hashed is not.
    fn is_named_plainly(&self) -> bool {
        let starts = |id: &str, scheme: &str| {
            id.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
        };
        let is_address = text(self.id).is_some_and(|id| starts(&id, "mailto:") || starts(&id, "tel:"));
        let is_hashed = |identity: &RawValue| {
            read::<Identity>(identity).is_some_and(|identity| identity.hashed == Some(true))
        };
        is_address || many(self.identifier).into_iter().any(|identity| !is_hashed(identity))
    }
}

impl Status<'_> {
    fn entry(&self) -> Option<StatusEntry> {
        Some(StatusEntry {
            list_url: text(self.list)?,
            index: text(self.index)?.parse().ok()?,
            purpose: text(self.purpose)?,
        })
    }
}

/// The values in an array, or the value itself: credentials may leave out the array of one.
fn many(value: Option<&RawValue>) -> Vec<&RawValue> {
    let Some(value) = value else { return Vec::new() };
    if value.get().starts_with('[') { read(value).unwrap_or_default() } else { vec![value] }
}

fn read<'a, T: Deserialize<'a>>(value: &'a RawValue) -> Option<T> {
    serde_json::from_str(value.get()).ok()
}

fn text(value: Option<&RawValue>) -> Option<String> {
    read(value?)
}
