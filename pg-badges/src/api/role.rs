//! Who acts, and what they may see: what row-level security asks, in parallel workers too.

use pgrx::datum::Uuid;
use pgrx::pg_sys::panic::ErrorReport;
use pgrx::{pg_sys, prelude::*};

use crate::storage::visibility;

/// The role of `SET ROLE`, otherwise of the session, also within functions that run as their owner.
///
/// The settings `role` and `session_authorization` say the same, but do not reach parallel workers; this does.
#[pg_extern(stable, parallel_safe)]
fn acting_role_id() -> pg_sys::Oid {
    visibility::acting_role()
}

/// Whether the acting role may act for the issuer of a stored assertion, and so may see it.
#[pg_extern(stable, strict, parallel_safe, security_definer, cost = 10, requires = ["tables"])]
#[search_path(pg_catalog, pg_temp)]
fn sees_assertion(assertion_id: Uuid) -> Result<bool, ErrorReport> {
    Ok(visibility::sees_assertion(assertion_id)?)
}
