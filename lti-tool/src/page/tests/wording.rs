//! Names in both languages, in one, and in a language that nobody said: each page shows a reader their own.

use super::{HOSTILE, LANGUAGES, pages};
use crate::language::{Language, wording::Wording};

const ENGLISH: &str = "Said in English";
const JAPANESE: &str = "日本語の表記";
const ONLY_ENGLISH: &str = "English and nothing else";
const ONLY_JAPANESE: &str = "和文だけの表記";

/// A name in both languages.
pub(super) fn both() -> Wording {
    Wording::both(&format!("{ENGLISH} {HOSTILE}"), &format!("{JAPANESE}{HOSTILE}"))
}

/// A name that there is in English only.
pub(super) fn english() -> Wording {
    Wording::both(&format!("{ONLY_ENGLISH} {HOSTILE}"), "")
}

/// A name that there is in Japanese only.
pub(super) fn japanese() -> Wording {
    Wording::both("", &format!("{ONLY_JAPANESE}{HOSTILE}"))
}

/// The pages of a language that have this text.
fn pages_with(t: Language, text: &str) -> Vec<(&'static str, String)> {
    pages(t).into_iter().filter(|(_, html)| html.contains(text)).collect()
}

#[test]
fn a_reader_gets_each_name_in_their_language_and_not_in_the_other() {
    for (t, own, other) in [(Language::En, ENGLISH, JAPANESE), (Language::Ja, JAPANESE, ENGLISH)] {
        let with_own: Vec<&str> = pages_with(t, own).iter().map(|(page, _)| *page).collect();
        for page in [
            "credential",
            "offered badge",
            "verified badge",
            "achievement",
            "path",
            "passes",
            "competencies",
            "reports",
            "badge",
        ] {
            assert!(with_own.contains(&page), "{page} is not among {with_own:?}");
        }
        let foreign = pages_with(t, other);
        assert!(foreign.is_empty(), "a reader of {} is shown `{other}`: {foreign:?}", t.code());
    }
}

#[test]
fn a_name_in_one_language_is_shown_as_it_is_and_says_in_which() {
    let cases = [
        (Language::En, "ja", ONLY_JAPANESE, ONLY_ENGLISH),
        (Language::Ja, "en", ONLY_ENGLISH, ONLY_JAPANESE),
    ];
    let expected = [
        (
            "ja",
            [
                "learner with badge",
                "path",
                "receipt",
                "competencies",
                "holders",
                "reports",
                "programmes",
                "own passes",
                "achievement",
            ],
        ),
        (
            "en",
            [
                "issuer",
                "programme",
                "path",
                "progress",
                "achievement",
                "programmes",
                "finished path",
                "progress for readers",
                "issuer",
            ],
        ),
    ];
    for ((t, tag, foreign, own), (_, expected)) in cases.into_iter().zip(expected) {
        let marked = format!(" lang=\"{tag}\">{foreign}");
        let found: Vec<&str> = pages_with(t, &marked).iter().map(|(page, _)| *page).collect();
        for page in expected {
            assert!(found.contains(&page), "{page} is not among {found:?}");
        }
        // What is in the page's own language needs no word about it.
        let said = format!(" lang=\"{}\">{own}", t.code());
        assert!(pages_with(t, &said).is_empty(), "{said}");
    }
}

#[test]
fn nothing_is_said_of_a_language_that_nobody_said() {
    for t in LANGUAGES {
        // Administrators' pages mark names, which are in no language that anybody said.
        let marked: Vec<&str> = [super::admin::pages(t), super::sign_ins::pages(t)]
            .concat()
            .into_iter()
            .map(|(page, _)| page)
            .collect();
        for (page, html) in pages(t) {
            assert!(marked.contains(&page) || !html.contains("lang=\"\""), "{page}: {html}");
        }
    }
}
