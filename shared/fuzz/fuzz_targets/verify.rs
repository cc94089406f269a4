//! Verification answers every text with a verdict, whatever the documents at its addresses are, and never with `valid`
//! for what nobody signed.
//!
//! The input is texts with zero bytes between. The first is the credential, the others are handed out in turn for the
//! addresses that are asked for: keys, contexts, status lists, newer forms, badge classes. A credential with the letter
//! `~` in front is made a token of: header, payload and signature are the lines behind it.
#![no_main]

use std::borrow::Cow;
use std::cell::Cell;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use libfuzzer_sys::fuzz_target;
use openbadges::model::schema;
use openbadges::time::Timestamp;
use openbadges::verify::{CheckName, Documents, Outcome, recipient_matches, verify};

struct InTurn<'a> {
    texts: Vec<&'a str>,
    next: Cell<usize>,
}

impl Documents for InTurn<'_> {
    fn find(&self, _url: &str) -> Option<Cow<'_, str>> {
        let next = self.next.get();
        self.next.set(next + 1);
        self.texts.get(next).map(|text| Cow::Borrowed(*text))
    }
}

fuzz_target!(
    init: {
        // See `jsonld.rs`: a panic that the product answers with a refusal is no finding.
        std::panic::set_hook(Box::new(|_| {}));
    },
    |input: &str| {
        let mut texts = input.split('\0');
        let first = texts.next().unwrap_or_default();
        let text = first.strip_prefix('~').map_or_else(|| first.to_owned(), token);
        let documents = InTurn { texts: texts.collect(), next: Cell::new(0) };
        let verdict = verify(&text, &documents, Timestamp::from_unix_seconds(1_795_452_600));
        assert_eq!(verdict.checks.len(), CheckName::ALL.len());
        if verdict.outcome == Outcome::Valid && !input.contains("proofValue") && !input.contains('.') && !input.contains("osted") {
            eprintln!("valid without a proof: {input}");
            std::process::abort();
        }
        let _ = recipient_matches(&text, "emailAddress", "ada@example.org");
        if let Ok(value) = openbadges::json::parse(&text) {
            let _ = schema::departures(&value);
            let _ = schema::departures_of_endorsement(&value);
        }
    }
);

fn token(lines: &str) -> String {
    let mut parts = lines.splitn(3, '\n').map(|part| URL_SAFE_NO_PAD.encode(part));
    let mut part = || parts.next().unwrap_or_default();
    format!("{}.{}.{}", part(), part(), part())
}
