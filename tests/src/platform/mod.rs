//! A strict LTI 1.3 platform: what a tool gets away with here, it gets away with nowhere.
//!
//! One launch, in order: `initiate` sends the browser to the tool; `authorize` checks the tool's authentication
//! request to the letter; `id_token` writes the claims; `keys` signs them; `token` gives access to `nrps` and `ags`.
//! `forge` makes the tokens that no honest platform would. Nothing here is linked into the product.
//! <https://www.imsglobal.org/spec/lti/v1p3/> and <https://www.imsglobal.org/spec/security/v1p0/>

mod ags;
mod authorize;
mod client_assertion;
mod clock;
mod dialect;
mod faults;
mod forge;
mod grades;
mod groups;
mod id_token;
mod initiate;
mod keys;
mod notices;
mod nrps;
mod pages;
mod personality;
mod routes;
pub mod sample;
mod server;
mod state;
mod text;
mod token;
mod web_services;
mod world;

pub(crate) use clock::unix_seconds;

pub use authorize::{AuthorizationRefusal, FormPost};
pub use client_assertion::AssertionRefusal;
pub use dialect::GradeDialect;
pub use faults::{Fault, RetryAfter};
pub use forge::{Forge, Signature};
pub use id_token::{LTI_CLAIM, claim};
pub use initiate::{Initiation, InitiationError, LaunchOrder};
pub use keys::{KeyError, RsaKey};
pub use nrps::MEDIA_TYPE as MEMBERSHIP_CONTAINER;
pub use personality::Personality;
pub use server::{Platform, PlatformError, PlatformOptions};
pub use state::{
    DocumentTarget, Endpoint, Refused, SCOPE_GROUPS, SCOPE_LINE_ITEM, SCOPE_MEMBERSHIPS,
    SCOPE_NOTICE_HANDLERS, SCOPE_RESULT, SCOPE_SCORE,
};
pub use token::TokenRefusal;
pub use world::{Course, CourseGroup, Enrolment, Person, ResourceLink, Role, Tool, World};

#[cfg(test)]
mod tests;
