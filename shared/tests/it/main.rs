//! What the library promises, from the outside: published vectors, issuing, verification, baking.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot be set up, or a vector that cannot be read, has failed"
)]

mod attacks;
mod checklist;
mod circumstances;
mod eddsa_jcs_vectors;
mod eddsa_rdfc_vectors;
mod found;
mod issue_and_verify;
mod model;
mod open_badges_2;
mod places;
mod prepared;
mod programmes;
mod proofs;
mod published;
mod rules;
mod scene;
mod signatures;
mod tokens;
mod validator_samples;
