//! Reading the tables: the only place that names SPI. Writing is SQL's (`sql/20` to `sql/25`).
//!
//! Every query is a file in `sql/queries/`, prepared once per backend and run read-only, so that a
//! function that is `stable` sees what its calling query sees, in parallel workers and on a standby too.
//! What is asked for every row goes to an index without a query (`index_scan`).

mod cache;
pub(crate) mod composite_type;
pub(crate) mod documents;
pub(crate) mod examined;
mod index_scan;
pub(crate) mod issuer;
pub(crate) mod record;
pub(crate) mod register;
mod snapshot;
mod statement;
pub(crate) mod visibility;
