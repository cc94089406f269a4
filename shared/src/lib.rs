//! The Open Badges domain library: what a badge is and whether to believe one.
//!
//! Pure: it reads no file, clock or network. Documents that verification needs are handed in
//! ([`verify::Documents`]); what is missing is named. One badge's way through the modules: an [`issue::Award`] becomes an
//! unsigned [`model::AchievementCredential`], [`proof`] signs it with a [`key`], [`bake`] puts it into its picture,
//! [`verify`] judges it, [`status`] takes it back. [`jsonld`] makes the text that is signed.
//!
//! # Twelve words
//!
//! | Word | Meaning |
//! |---|---|
//! | achievement | what can be earned: name, criteria, picture; one for all who earn it |
//! | award | the decision that someone has earned an achievement |
//! | credential | the signed document that says so |
//! | issuer | who awards; a profile whose `id` is a DID or an address |
//! | subject | who was awarded, by a URI or by hashed identifiers |
//! | proof | a signature inside the credential (Data Integrity) or around it (token) |
//! | verification method | the name of the key that made a proof |
//! | controller | who owns a key; has to be the issuer |
//! | canonical form | the one text that stands for all ways to write the same document |
//! | status list | bits that the issuer publishes; a set bit takes a credential back |
//! | endorsement | a credential of someone else that vouches for this one |
//! | verdict | what verification says: one outcome and every check |

pub mod bake;
pub mod completion;
mod digest;
pub mod framework;
mod iri;
pub mod issue;
pub mod json;
pub mod jsonld;
pub mod key;
pub mod model;
pub mod proof;
pub mod rule;
pub mod status;
pub mod time;
pub mod verify;
