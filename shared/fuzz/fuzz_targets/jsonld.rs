//! JSON: the compiled tables and the general JSON-LD library give the same N-Quads or both refuse; RFC 8785 is a fixed point.
#![no_main]

use libfuzzer_sys::fuzz_target;
use openbadges::jsonld::{JsonLdError, canonicalize, canonicalize_generally};
use openbadges::proof::jcs;

/// The base that marks relative references on their way through the library: a document that has it is refused there.
const MARKER: &str = "relative-9d03c5a8:";

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
        if text.contains(MARKER) {
            return;
        }
        match (canonicalize(&document), canonicalize_generally(&document, &|_| None)) {
            (Ok(ours), Ok(library)) => assert_eq_or_abort(&ours, &library),
            (Err(_), Err(_)) | (Ok(_), Err(JsonLdError::LibraryFailed | JsonLdError::SeveralScopes(_))) => {}
            (ours, library) => assert_eq_or_abort(&format!("{ours:?}"), &format!("{library:?}")),
        }
    }
);

fn assert_eq_or_abort(ours: &str, library: &str) {
    if ours != library {
        eprintln!("ours:\n{ours}\nexpected:\n{library}");
        std::process::abort();
    }
}
