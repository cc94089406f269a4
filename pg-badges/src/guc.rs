//! The settings `pg_badges.*`, each with its unit, range and default.

use pgrx::guc::{GucContext, GucFlags, GucRegistry, GucSetting};

/// The library's own bound, [`openbadges::json::MAX_BYTES`].
const MOST_BYTES: i32 = 2 * 1024 * 1024;
/// Longest credential that is looked at, in bytes; a longer one is `malformed`. Default 2 MiB.
static MAX_CREDENTIAL_BYTES: GucSetting<i32> = GucSetting::<i32>::new(MOST_BYTES);
/// How far the signer's clock may be ahead of the server's, in seconds, while storing. Default 60.
static LEEWAY_SECONDS: GucSetting<i32> = GucSetting::<i32>::new(60);

/// Makes the settings known to PostgreSQL; a superuser may change them, and nobody else.
pub(crate) fn register() {
    GucRegistry::define_int_guc(
        c"pg_badges.max_credential_bytes",
        c"Longest credential that is looked at, in bytes.",
        c"A longer credential is malformed. Memory for one verification stays below about thirty times this.",
        &MAX_CREDENTIAL_BYTES,
        1024,
        MOST_BYTES,
        GucContext::Suset,
        GucFlags::UNIT_BYTE,
    );
    GucRegistry::define_int_guc(
        c"pg_badges.leeway_seconds",
        c"How far the signer's clock may be ahead of the server's while an assertion is stored.",
        c"Zero demands equal clocks. It does not make an expired credential valid.",
        &LEEWAY_SECONDS,
        0,
        3600,
        GucContext::Suset,
        GucFlags::UNIT_S,
    );
}

/// Longest credential that is looked at, in bytes.
pub(crate) fn max_credential_bytes() -> usize {
    usize::try_from(MAX_CREDENTIAL_BYTES.get()).unwrap_or_default()
}

/// How far the signer's clock may be ahead of the server's, in seconds.
pub(crate) fn leeway_seconds() -> i64 {
    i64::from(LEEWAY_SECONDS.get())
}
