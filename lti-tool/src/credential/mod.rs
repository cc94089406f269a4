//! What everybody may see: a credential, a badge, the issuer's keys. No session, no cookie, nothing about who looks.

pub mod download;
pub mod negotiate;
pub mod page;
pub mod public;
