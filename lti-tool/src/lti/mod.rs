//! The vocabulary of LTI 1.3: claims, roles, messages, memberships. No framework, no I/O.
//!
//! Specification: <https://www.imsglobal.org/spec/lti/v1p3/>. What is read here is not yet believed; `launch::verify` does that.

pub mod claims;
pub mod deep_linking;
pub mod grade;
pub mod group;
pub mod jwks;
pub mod link_header;
pub mod membership;
pub mod role;
pub mod scope;
pub mod services;
