//! A credential as it was received: read, and not believed in any way.

use super::open_badges_2::{self, Assertion};
use super::report::{Claims, Finding, Passed, Refusal, Telling};
use super::verdict::{Outcome, StatusEntry};
use crate::json;
use crate::jsonld::{Arena, Document, Json};
use crate::proof::jwt::{REGISTERED_CLAIMS, UnverifiedToken};
use crate::time::Timestamp;

/// The version of the data model that a credential is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DataModel {
    /// Verifiable Credentials 1.1 (<https://www.w3.org/TR/vc-data-model-1.1/>), read only.
    V1,
    /// Verifiable Credentials 2.0 (<https://www.w3.org/TR/vc-data-model-2.0/>).
    V2,
}

/// A credential with its proofs inside, or the token around it.
#[derive(Clone, Debug)]
pub(super) struct Unverified<'a> {
    /// An object.
    root: Json<'a>,
    pub(super) data_model: DataModel,
    /// The token that it came in, if it did.
    pub(super) token: Option<UnverifiedToken<'a>>,
    /// Start and end of validity, if they are dates.
    pub(super) valid_from: Option<Timestamp>,
    pub(super) valid_until: Option<Timestamp>,
    /// Where the tree lies.
    pub(super) arena: &'a Arena,
    /// What is to be said of its checks.
    pub(super) telling: Telling,
}

/// What a text turned out to be.
pub(super) enum Received<'a> {
    /// A credential of Open Badges 3.0.
    Credential(Unverified<'a>),
    /// An assertion of Open Badges 2.0.
    Assertion(Assertion<'a>),
}

/// Reads the text: JSON, a compact JWS with JSON inside, or the address of a hosted assertion.
pub(super) fn receive<'a>(unverified: &'a str, arena: &'a Arena, telling: Telling) -> Finding<Received<'a>> {
    let malformed = |error: &dyn std::error::Error| Refusal::new(Outcome::Malformed, describe(error));
    let text = unverified.trim_ascii();
    let passed = |form: &str, received| {
        let sentence = || format!("document is {form} of {} bytes", unverified.len());
        Ok(Passed::new(received, telling.sentence(sentence)))
    };
    if text.starts_with("https://") || text.starts_with("http://") {
        return passed("an address", Received::Assertion(Assertion::Address(text)));
    }
    if looks_like_token(text) {
        let token = UnverifiedToken::parse_any_header(text, arena).map_err(|error| malformed(&error))?;
        if open_badges_2::is_older(token.unverified_payload) {
            return passed("a token", Received::Assertion(Assertion::Token(token)));
        }
        token.require_profile().map_err(|error| malformed(&error))?;
        let credential = credential_in(&token, arena);
        return passed("a token", Received::Credential(apart(credential, Some(token), arena, telling)?));
    }
    let document = json::parse_in(text, arena).map_err(|error| malformed(&error))?;
    if open_badges_2::is_older(document) {
        return passed("JSON", Received::Assertion(Assertion::Document(document)));
    }
    passed("JSON", Received::Credential(apart(document, None, arena, telling)?))
}

/// Reads a text that has to be a credential of Open Badges 3.0, or of another kind over the same data model.
pub(super) fn read<'a>(unverified: &'a str, arena: &'a Arena, telling: Telling) -> Finding<Unverified<'a>> {
    let Passed { value, detail } = receive(unverified, arena, telling)?;
    match value {
        Received::Credential(credential) => Ok(Passed::new(credential, detail)),
        Received::Assertion(_) => Err(Refusal::new(
            Outcome::Malformed,
            "document is of Open Badges 2.0, expected a verifiable credential",
        )),
    }
}

/// Takes a document that was read as a part of another.
pub(super) fn from_part<'a>(
    document: Json<'a>,
    arena: &'a Arena,
    telling: Telling,
) -> Finding<Unverified<'a>> {
    Ok(Passed::new(apart(document, None, arena, telling)?, "document is part of another"))
}

fn apart<'a>(
    document: Json<'a>,
    token: Option<UnverifiedToken<'a>>,
    arena: &'a Arena,
    telling: Telling,
) -> Result<Unverified<'a>, Refusal> {
    if document.members().is_none() {
        let detail = "document is not a JSON object, expected a credential";
        return Err(Refusal::new(Outcome::Malformed, detail));
    }
    let is_v1 = first_context(document) == Some(super::conformance::CREDENTIALS_V1);
    let data_model = if is_v1 { DataModel::V1 } else { DataModel::V2 };
    let (valid_from, valid_until) = (None, None);
    let mut credential =
        Unverified { root: document, data_model, token, valid_from, valid_until, arena, telling };
    let date = |pointer| credential.text_at(pointer).and_then(|text| text.parse::<Timestamp>().ok());
    let (from, until) = (date(credential.valid_from_pointer()), date(credential.valid_until_pointer()));
    (credential.valid_from, credential.valid_until) = (from, until);
    Ok(credential)
}

/// JSON starts with a bracket or a quote; a token never does.
fn looks_like_token(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphanumeric()) && text.contains('.')
}

/// The credential in a token: the claim `vc` (VCDM 1.1), otherwise the payload without what repeats it.
fn credential_in<'a>(token: &UnverifiedToken<'a>, arena: &'a Arena) -> Json<'a> {
    if let Some(credential) = token.unverified_payload.find("vc") {
        return credential;
    }
    let members = token.unverified_payload.members().unwrap_or_default().iter().copied();
    let kept = members.filter(|(name, _)| !REGISTERED_CLAIMS.contains(name));
    Json::Object(bumpalo::collections::Vec::from_iter_in(kept, arena).into_bump_slice())
}

fn first_context(document: Json<'_>) -> Option<&str> {
    match document.find("@context")? {
        Json::Array(contexts) => contexts.first()?.as_str(),
        context => context.as_str(),
    }
}

/// An error with its cause, in one sentence.
pub(super) fn describe(error: &dyn std::error::Error) -> String {
    let mut sentence = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        sentence.push_str(": ");
        sentence.push_str(&error.to_string());
        cause = error.source();
    }
    sentence
}

impl<'a> Unverified<'a> {
    /// The value at a JSON pointer without escapes and indexes.
    pub(super) fn at(&self, pointer: &str) -> Option<Json<'a>> {
        let mut steps = pointer.as_bytes().split(|byte| *byte == b'/').skip(1);
        steps.try_fold(self.root, |value, step| {
            value.members()?.iter().find(|(name, _)| name.as_bytes() == step).map(|(_, value)| *value)
        })
    }

    pub(super) fn text_at(&self, pointer: &str) -> Option<&'a str> {
        self.at(pointer)?.as_str()
    }

    /// The document without its proofs.
    pub(super) fn unsecured(&self) -> Document<'a> {
        Document::new(self.root).without(&["proof"])
    }

    /// The document with some of its proofs, which is what a chain of proofs signs.
    pub(super) fn with_proofs(&self, proofs: &[Json<'a>]) -> Document<'a> {
        let proofs = Json::Array(self.arena.alloc_slice_copy(proofs));
        let members = self.root.members().unwrap_or_default().iter().copied();
        let members = members.filter(|(name, _)| *name != "proof").chain([("proof", proofs)]);
        let members = bumpalo::collections::Vec::from_iter_in(members, self.arena);
        Document::new(Json::Object(members.into_bump_slice()))
    }

    /// What stands in `proof`, one or several.
    pub(super) fn proofs(&self) -> &'a [Json<'a>] {
        match self.at("/proof") {
            Some(Json::Array(proofs)) => proofs,
            Some(proof) => std::slice::from_ref(self.arena.alloc(proof)),
            None => &[],
        }
    }

    /// URI of the issuer, whether the issuer is given in full or not.
    pub(super) fn issuer_id(&self) -> Option<&'a str> {
        self.text_at("/issuer").or_else(|| self.text_at("/issuer/id"))
    }

    /// Pointer to the URI of the issuer.
    pub(super) fn issuer_pointer(&self) -> &'static str {
        if self.text_at("/issuer").is_some() { "/issuer" } else { "/issuer/id" }
    }

    /// Pointer to the property that holds the start of validity.
    pub(super) fn valid_from_pointer(&self) -> &'static str {
        match self.data_model {
            DataModel::V1 => "/issuanceDate",
            DataModel::V2 => "/validFrom",
        }
    }

    /// Pointer to the property that holds the end of validity.
    pub(super) fn valid_until_pointer(&self) -> &'static str {
        match self.data_model {
            DataModel::V1 => "/expirationDate",
            DataModel::V2 => "/validUntil",
        }
    }

    /// What the document says of itself.
    pub(super) fn claims(&self) -> Claims {
        let subject = self.at("/credentialSubject").unwrap_or(Json::Null);
        let statuses = self.at("/credentialStatus");
        let statuses = statuses.as_ref().map(Json::items).unwrap_or_default();
        Claims {
            credential_id: self.text_at("/id").map(str::to_owned),
            issuer_id: self.issuer_id().map(str::to_owned),
            achievement_id: subject.find("achievement").and_then(|achievement| id_of(achievement)),
            subject_id: id_of(subject),
            names_subject_plainly: is_named_plainly(subject),
            valid_from: self.valid_from,
            valid_until: self.valid_until,
            status: statuses.first().and_then(|entry| StatusEntry::of(*entry)),
            status_entries: statuses.len(),
            verification_method: None,
            signed_at: None,
        }
    }
}

fn id_of(value: Json<'_>) -> Option<String> {
    value.find("id")?.as_str().map(str::to_owned)
}

/// <https://www.imsglobal.org/spec/ob/v3p0/#identityobject>: what is not said to be hashed is not.
fn is_named_plainly(subject: Json<'_>) -> bool {
    let starts = |id: &str, scheme: &str| {
        id.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    let id = subject.find("id").and_then(Json::as_str);
    let is_address = id.is_some_and(|id| starts(id, "mailto:") || starts(id, "tel:"));
    let identifiers = subject.find("identifier");
    let is_hashed = |identity: &Json<'_>| matches!(identity.find("hashed"), Some(Json::Bool(true)));
    is_address || identifiers.is_some_and(|identifiers| !identifiers.items().iter().all(is_hashed))
}

impl StatusEntry {
    /// Reads an entry; some issuers write the index as a number.
    fn of(entry: Json<'_>) -> Option<Self> {
        let text = |name| entry.find(name).and_then(Json::as_str);
        let index = match entry.find("statusListIndex")? {
            Json::Unsigned(index) => usize::try_from(index).ok()?,
            index => index.as_str()?.parse().ok()?,
        };
        let (list, purpose) = (text("statusListCredential")?, text("statusPurpose")?);
        Some(Self { list: list.to_owned(), index, purpose: purpose.to_owned() })
    }
}
