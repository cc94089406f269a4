//! Whether a document has the shape of an Open Badges credential.
//!
//! Contexts <https://www.imsglobal.org/spec/ob/v3p0/#json-ld>, classes and their mandatory properties
//! <https://www.imsglobal.org/spec/ob/v3p0/#data-models>. What validators only warn about is let through.

use serde_json::Value;
use url::Url;

use super::report::{Finding, Passed, Refusal};
use super::unverified::{DataModel, Unverified};
use super::verdict::Outcome;
use crate::iri;
use crate::jsonld::Json;
use crate::model::schema::{self, Problem};
use crate::time::Timestamp;

/// First context of a credential of VCDM 1.1.
pub(super) const CREDENTIALS_V1: &str = "https://www.w3.org/2018/credentials/v1";
/// First context of a credential of VCDM 2.0.
const CREDENTIALS_V2: &str = "https://www.w3.org/ns/credentials/v2";
/// Where the contexts of Open Badges 3.0 are published.
const OPEN_BADGES: &str = "https://purl.imsglobal.org/spec/ob/v3p0/";
/// The kind of schema that Open Badges publishes.
const SCHEMA_TYPE: &str = "1EdTechJsonSchemaValidator2019";

fn malformed(detail: impl Into<String>) -> Refusal {
    Refusal::new(Outcome::Malformed, detail)
}

/// The contexts are those of Verifiable Credentials and Open Badges, in this order.
pub(super) fn contexts(credential: &Unverified<'_>) -> Finding {
    let Some(Json::Array([first, second, ..])) = credential.at("/@context") else {
        return Err(malformed("/@context is not a list of two contexts or more"));
    };
    if !first.is(CREDENTIALS_V2) && !first.is(CREDENTIALS_V1) {
        return Err(malformed(format!("/@context/0 is {}, expected `{CREDENTIALS_V2}`", told(*first))));
    }
    let names_open_badges = second
        .as_str()
        .and_then(|url| url.strip_prefix(OPEN_BADGES))
        .and_then(|name| name.strip_prefix("context")?.strip_suffix(".json"))
        .is_some();
    if !names_open_badges {
        let detail = format!("/@context/1 is {}, expected `{OPEN_BADGES}context-3.0.3.json`", told(*second));
        return Err(malformed(detail));
    }
    let sentence = || format!("contexts are {} and {}", told(*first), told(*second));
    Ok(Passed::new((), credential.telling.sentence(sentence)))
}

/// The credential, its subject and its achievement say what they are.
pub(super) fn types(credential: &Unverified<'_>) -> Finding {
    require_type(credential, "/type", &["VerifiableCredential"])?;
    if credential.at("/issuer").and_then(Json::members).is_some() {
        require_type(credential, "/issuer/type", &["Profile"])?;
    }
    if credential.is_endorsement() {
        require_type(credential, "/credentialSubject/type", &["EndorsementSubject"])?;
        return Ok(Passed::new((), "types are those of an endorsement"));
    }
    require_type(credential, "/type", &["OpenBadgeCredential", "AchievementCredential"])?;
    require_type(credential, "/credentialSubject/type", &["AchievementSubject"])?;
    require_type(credential, "/credentialSubject/achievement/type", &["Achievement"])?;
    Ok(Passed::new((), "types are those of an achievement credential"))
}

impl Unverified<'_> {
    /// Whether this is a credential that vouches for something.
    pub(super) fn is_endorsement(&self) -> bool {
        self.at("/type").is_some_and(|types| names(types, "EndorsementCredential"))
    }
}

/// Whether a `type` value, one or several, has the term.
fn names(types: Json<'_>, term: &str) -> bool {
    types.items().iter().any(|found| found.is(term))
}

fn require_type(credential: &Unverified<'_>, pointer: &str, terms: &[&str]) -> Result<(), Refusal> {
    let types = credential.at(pointer).ok_or_else(|| malformed(format!("{pointer} is missing")))?;
    if terms.iter().any(|term| names(types, term)) {
        return Ok(());
    }
    Err(malformed(format!("{pointer} is {}, expected it to have `{}`", told(types), terms.join("` or `"))))
}

/// What a property has to hold.
#[derive(Clone, Copy, Debug)]
enum Kind {
    /// An absolute URI.
    Uri,
    /// A text that is not empty.
    Text,
    /// A date and time with an offset.
    Date,
    /// An object.
    Object,
    /// An absolute URI, or an object whose `id` is one.
    UriOrProfile,
}

impl Kind {
    fn fits(self, value: Json<'_>) -> bool {
        match self {
            Self::Uri => value.as_str().is_some_and(is_uri),
            Self::Text => value.as_str().is_some_and(|text| !text.is_empty()),
            Self::Date => value.as_str().is_some_and(|text| text.parse::<Timestamp>().is_ok()),
            Self::Object => value.members().is_some(),
            Self::UriOrProfile => {
                Self::Uri.fits(value) || value.find("id").is_some_and(|id| Self::Uri.fits(id))
            }
        }
    }

    fn expected(self) -> &'static str {
        match self {
            Self::Uri => "an absolute URI",
            Self::Text => "a text",
            Self::Date => "a date and time with an offset, such as 2026-11-23T16:48:31Z",
            Self::Object => "an object",
            Self::UriOrProfile => "a URI, or a profile whose id is one",
        }
    }
}

/// Mandatory properties of every credential.
const CREDENTIAL: &[(&str, Kind)] =
    &[("/id", Kind::Uri), ("/issuer", Kind::UriOrProfile), ("/credentialSubject", Kind::Object)];
/// Mandatory properties of a credential that awards an achievement.
const ACHIEVEMENT: &[(&str, Kind)] = &[
    ("/credentialSubject/achievement", Kind::Object),
    ("/credentialSubject/achievement/id", Kind::Uri),
    ("/credentialSubject/achievement/name", Kind::Text),
    ("/credentialSubject/achievement/description", Kind::Text),
    ("/credentialSubject/achievement/criteria", Kind::Object),
];
/// Mandatory properties of a credential that vouches for something.
const ENDORSEMENT: &[(&str, Kind)] = &[("/name", Kind::Text), ("/credentialSubject/id", Kind::Uri)];

/// Every mandatory property is there, and of its kind.
pub(super) fn mandatory_properties(credential: &Unverified<'_>) -> Finding {
    let of_its_class = if credential.is_endorsement() { ENDORSEMENT } else { ACHIEVEMENT };
    let dates = [(credential.valid_from_pointer(), Kind::Date)];
    for (pointer, kind) in CREDENTIAL.iter().chain(&dates).chain(of_its_class) {
        let value = credential.at(pointer).ok_or_else(|| malformed(format!("{pointer} is missing")))?;
        require_kind(pointer, *kind, value)?;
    }
    for pointer in [credential.valid_until_pointer(), "/awardedDate"] {
        if let Some(value) = credential.at(pointer) {
            require_kind(pointer, Kind::Date, value)?;
        }
    }
    if !credential.is_endorsement() {
        require_recipient(credential)?;
        require_criteria(credential)?;
    }
    if credential.data_model == DataModel::V2 {
        keeps_to_named_schema(credential)?;
    }
    let sentence = match credential.data_model {
        DataModel::V1 => "every mandatory property is there (data model 1.1)",
        DataModel::V2 => "every mandatory property is there (data model 2.0)",
    };
    Ok(Passed::new((), sentence))
}

/// A credential that names the published schema keeps to it; a list of one may be written as its element, and what
/// results refer to is beyond a schema.
///
/// <https://www.imsglobal.org/spec/ob/v3p0/#verification>, step 1
fn keeps_to_named_schema(credential: &Unverified<'_>) -> Result<(), Refusal> {
    let Some(schemas) = credential.at("/credentialSchema") else { return Ok(()) };
    let is_published = |schema: &Json<'_>| schema.find("type").is_some_and(|types| names(types, SCHEMA_TYPE));
    if !schemas.items().iter().any(is_published) {
        return Ok(());
    }
    let document = &credential.unsecured().to_value();
    let departures = if credential.is_endorsement() {
        schema::departures_of_endorsement(document)
    } else {
        schema::departures(document)
    };
    let is_of_schema =
        |problem: &Problem| !matches!(problem, Problem::NotA("a list") | Problem::NotDescribed(_));
    let first = departures.into_iter().find(|departure| is_of_schema(&departure.problem));
    first.map_or(Ok(()), |departure| Err(malformed(departure.to_string())))
}

fn require_kind(pointer: &str, kind: Kind, value: Json<'_>) -> Result<(), Refusal> {
    if kind.fits(value) {
        return Ok(());
    }
    Err(malformed(format!("{pointer} is {}, expected {}", told(value), kind.expected())))
}

/// The subject is named by an id or by identifiers.
///
/// <https://www.imsglobal.org/spec/ob/v3p0/#verification>, step 1
fn require_recipient(credential: &Unverified<'_>) -> Result<(), Refusal> {
    if let Some(id) = credential.at("/credentialSubject/id") {
        return require_kind("/credentialSubject/id", Kind::Uri, id);
    }
    let identifiers = match credential.at("/credentialSubject/identifier") {
        Some(Json::Array(identifiers)) => identifiers.len(),
        Some(Json::Object(_)) => 1,
        _ => 0,
    };
    if identifiers == 0 {
        return Err(malformed("/credentialSubject has neither an id nor an identifier: it awards nobody"));
    }
    Ok(())
}

fn require_criteria(credential: &Unverified<'_>) -> Result<(), Refusal> {
    let has = |pointer| credential.at(pointer).is_some();
    if has("/credentialSubject/achievement/criteria/id")
        || has("/credentialSubject/achievement/criteria/narrative")
    {
        return Ok(());
    }
    Err(malformed("/credentialSubject/achievement/criteria has neither an id nor a narrative"))
}

/// Whether a text is an absolute URI.
fn is_uri(text: &str) -> bool {
    iri::is_plain(text) || Url::parse(text).is_ok()
}

/// A value for people: its JSON, cut after 80 characters.
pub(super) fn told(value: Json<'_>) -> String {
    match value.as_str() {
        Some(text) => cut(format!("`{text}`")),
        None => shown(&value.to_value()),
    }
}

/// A value for people: its JSON, cut after 80 characters.
pub(super) fn shown(value: &Value) -> String {
    cut(value.as_str().map_or_else(|| value.to_string(), |text| format!("`{text}`")))
}

fn cut(text: String) -> String {
    const LONGEST: usize = 80;
    if text.len() <= LONGEST || text.chars().count() <= LONGEST {
        return text;
    }
    text.chars().take(LONGEST).chain("…".chars()).collect()
}
