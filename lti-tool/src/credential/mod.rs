//! What everybody may see: a credential that its holder shares, a badge, the issuer's keys and status lists. No session, no cookie,
//! nothing about who looks.

pub mod catalogue;
pub mod download;
pub mod negotiate;
pub mod older;
pub mod page;
pub(crate) mod picture;
pub mod public;
pub mod status_list;
pub mod summary;
pub mod verdict;
