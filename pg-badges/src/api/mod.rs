//! The SQL functions written in Rust. Each one delegates at once; see the file of the same purpose below.
//!
//! `verify` for anyone, `guard` for what enters, `stored` and `audit` for everything that is stored, `pure` for what needs no table,
//! `role` for row-level security.
//! Comments are in `sql/80_comments.sql`, grants in `sql/90_grants.sql`.

#![expect(
    clippy::result_large_err,
    reason = "pgrx raises an SQLSTATE only from its own ErrorReport, which is large"
)]

pub(crate) mod audit;
mod composite;
pub(crate) mod guard;
mod judge;
pub(crate) mod pure;
pub(crate) mod role;
pub(crate) mod stored;
pub(crate) mod verify;
