//! The compiled tables and the general JSON-LD library give the same N-Quads or both refuse.
#![no_main]

use libfuzzer_sys::fuzz_target;
use openbadges::jsonld::{JsonLdError, canonicalize, canonicalize_generally};

fuzz_target!(
    init: {
        // The library panics on some shapes, which the product turns into a refusal: such a panic is no finding.
        // One that reaches the fuzzer still is, because it ends the process.
        std::panic::set_hook(Box::new(|_| {}));
    },
    |text: &str| {
        let Ok(document) = openbadges::json::parse(text) else { return };
        match (canonicalize(&document), canonicalize_generally(&document, &|_| None)) {
            (Ok(ours), Ok(library)) => assert_eq_or_abort(&ours, &library),
            (Err(_), Err(_)) | (Ok(_), Err(JsonLdError::LibraryFailed | JsonLdError::SeveralScopes(_))) => {}
            (ours, library) => assert_eq_or_abort(&format!("{ours:?}"), &format!("{library:?}")),
        }
    }
);

fn assert_eq_or_abort(ours: &str, library: &str) {
    if ours != library {
        eprintln!("ours:\n{ours}\nlibrary:\n{library}");
        std::process::abort();
    }
}
