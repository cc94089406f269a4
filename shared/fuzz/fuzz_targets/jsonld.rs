//! JSON: the compiled tables and the general JSON-LD library give the same N-Quads or both refuse; RFC 8785 is a fixed point.
#![no_main]

use libfuzzer_sys::fuzz_target;
use openbadges::jsonld::{JsonLdError, canonicalize, canonicalize_generally};
use openbadges::proof::jcs;

fuzz_target!(
    init: {
        // The library panics on some shapes, which the product turns into a refusal: such a panic is no finding.
        // One that reaches the fuzzer still is, because it ends the process.
        std::panic::set_hook(Box::new(|_| {}));
    },
    |text: &str| {
        let Ok(document) = openbadges::json::parse(text) else { return };
        let canonical = jcs::canonicalize(&document);
        let again = openbadges::json::parse(&canonical).map(|value| jcs::canonicalize(&value));
        assert_eq_or_abort(&format!("{again:?}"), &format!("Ok({canonical:?})"));
        match (canonicalize(&document), canonicalize_generally(&document, &|_| None)) {
            (Ok(ours), Ok(library)) => assert_eq_or_abort(&ours, &library),
            (Err(_), Err(_)) => {}
            (Ok(_), Err(error)) if is_beyond_the_library(&error) => {}
            (ours, library) => assert_eq_or_abort(&format!("{ours:?}"), &format!("{library:?}")),
        }
    }
);

/// The library would answer otherwise than the specification, or not at all.
fn is_beyond_the_library(error: &JsonLdError) -> bool {
    matches!(error, JsonLdError::LibraryFailed { .. } | JsonLdError::SeveralScopes { .. } | JsonLdError::ScopeInScope { .. })
}

fn assert_eq_or_abort(ours: &str, library: &str) {
    if ours != library {
        eprintln!("ours:\n{ours}\nexpected:\n{library}");
        std::process::abort();
    }
}
