//! The data model of Open Badges 3.0, as it is written and read.
//!
//! <https://www.imsglobal.org/spec/ob/v3p0/#data-models>. What this library does not know is kept
//! (`other`) and written back. Written: arrays wherever the schema has them, no nulls, no empty
//! arrays; read: single values too. Whether a document is *believed* is the matter of [`crate::verify`],
//! which judges the text itself and not this model.

mod achievement;
mod credential;
mod date_time;
mod endorsement;
mod equality;
mod evidence;
mod identity;
mod lists;
pub mod open_badges_2;
mod profile;
mod result;
pub mod schema;
mod subject;

pub use achievement::{Achievement, Alignment, Criteria, Image, Related};
pub use credential::{
    AchievementCredential, BitstringStatusListEntry, CredentialSchema, CredentialStatus, RefreshService,
};
pub use date_time::DateTimeZ;
pub use endorsement::{EndorsementCredential, EndorsementSubject};
pub use evidence::Evidence;
pub use identity::{IdentityError, IdentityObject};
pub use profile::{Address, GeoCoordinates, IdentifierEntry, Profile, ProfileRef};
pub use result::{Result, ResultDescription, RubricCriterionLevel};
pub use subject::AchievementSubject;

/// Properties that the model has no field for; they are written back as they were read.
pub type OtherProperties = serde_json::Map<String, serde_json::Value>;

/// The contexts of a credential that this library issues, in their mandatory order.
///
/// <https://www.imsglobal.org/spec/ob/v3p0/#json-ld>
pub const CREDENTIAL_CONTEXTS: [&str; 2] =
    ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"];
