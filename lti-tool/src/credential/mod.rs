//! What everybody may see: a credential, a badge, the issuer's keys and status lists. No session, no cookie, nothing about who looks.

pub mod download;
pub mod negotiate;
pub mod page;
pub mod public;
pub mod status_list;
