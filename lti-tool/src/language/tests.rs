//! No key is missing, none is left over, and the languages agree.

use std::collections::BTreeSet;
use std::path::Path;

use fluent_syntax::{ast, parser};

use super::*;

/// The keys of one language, of all areas.
fn keys(sources: impl Iterator<Item = &'static str>) -> BTreeSet<String> {
    sources.flat_map(keys_of_area).collect()
}

fn english() -> BTreeSet<String> {
    keys(TEXTS.iter().map(|texts| texts.0))
}

fn keys_of_area(source: &'static str) -> BTreeSet<String> {
    let resource = parser::parse(source).unwrap_or_else(|(_, errors)| panic!("{errors:?}"));
    resource
        .body
        .iter()
        .filter_map(|entry| {
            if let ast::Entry::Message(message) = entry { Some(message.id.name.to_owned()) } else { None }
        })
        .collect()
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// Every text in quotes in the templates and the sources that has the shape of a key.
fn quoted() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = BTreeSet::new();
    for path in files(&root.join("templates")).into_iter().chain(files(&root.join("src"))) {
        let text = std::fs::read_to_string(path).unwrap();
        found.extend(
            text.split('"')
                .filter(|part| {
                    !part.is_empty()
                        && part
                            .bytes()
                            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
                })
                .map(str::to_owned),
        );
    }
    found
}

/// Keys that are put together from a prefix and a name.
fn is_put_together(key: &str) -> bool {
    let prefixes = [
        "model-viewer-",
        "month-",
        "check-",
        "result-",
        "admin-status-",
        "admin-standing-",
        "admin-action-",
        "admin-part-",
        "admin-way-",
        "admin-role-",
        "pass-done-",
        "path-done-",
        "path-purpose-",
        "people-origin-",
        "receipt-purpose-",
        "population-",
        "role-",
        "job-error-",
        "report-column-",
        "report-word-",
        "report-population-",
        "report-relation-",
        "shape-",
        "colour-",
        "icon-",
        "filter-",
    ];
    prefixes.iter().any(|prefix| key.starts_with(prefix))
}

#[test]
fn both_languages_have_the_same_keys() {
    for (english, japanese) in TEXTS {
        assert_eq!(keys_of_area(english), keys_of_area(japanese));
    }
    let count: usize = TEXTS.iter().map(|(english, _)| keys_of_area(english).len()).sum();
    assert_eq!(english().len(), count, "a key stands in two files");
}

#[test]
fn every_file_is_loaded() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("locales");
    for (language, loaded) in [
        ("en", TEXTS.iter().map(|texts| texts.0).collect::<BTreeSet<_>>()),
        ("ja", TEXTS.iter().map(|texts| texts.1).collect()),
    ] {
        let on_disk = files(&folder.join(language));
        assert_eq!(on_disk.len(), loaded.len(), "{language}");
        for path in on_disk {
            assert!(loaded.contains(&*std::fs::read_to_string(&path).unwrap()), "{}", path.display());
        }
    }
}

#[test]
fn every_key_is_used() {
    let quoted = quoted();
    let unused: Vec<String> =
        english().into_iter().filter(|key| !is_put_together(key) && !quoted.contains(key)).collect();
    assert_eq!(unused, Vec::<String>::new());
}

#[test]
fn every_key_that_a_template_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let keys = english();
    let mut missing = Vec::new();
    for path in files(&root.join("templates")) {
        let text = std::fs::read_to_string(path).unwrap();
        for call in ["t.text(\"", "t.with(\"", "t.dated(\"", "t.with_texts(\"", "t.with_numbers(\""] {
            missing.extend(
                text.split(call)
                    .skip(1)
                    .filter_map(|rest| rest.split('"').next())
                    .filter(|key| !keys.contains(*key))
                    .map(str::to_owned),
            );
        }
    }
    assert_eq!(missing, Vec::<String>::new());
}

#[test]
fn every_check_has_a_sentence() {
    let of_the_library = openbadges::verify::CheckName::ALL.iter().map(|check| check.as_str());
    for check in of_the_library.chain(["issuer_known", "key_valid_when_signed", "record"]) {
        for language in [Language::En, Language::Ja] {
            assert!(language.named("check", check).is_some(), "{check}");
        }
    }
}

#[test]
fn no_template_holds_a_sentence_of_its_own() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for path in files(&root.join("templates")) {
        let text = std::fs::read_to_string(&path).unwrap();
        let bare = text
            .split("{%")
            .map(|part| part.split_once("%}").map_or(part, |(_, rest)| rest))
            .collect::<String>();
        let bare = bare
            .split("{{")
            .map(|part| part.split_once("}}").map_or(part, |(_, rest)| rest))
            .collect::<String>();
        let words =
            bare.split('<').filter_map(|part| part.split_once('>').map(|(_, text)| text)).collect::<String>();
        assert!(!words.chars().any(char::is_alphabetic), "{}: {}", path.display(), words.trim());
    }
}

#[test]
fn every_error_is_one_sentence() {
    let errors = english().into_iter().filter(|key| key.starts_with("error-") && key != "error-title");
    for key in errors {
        let (english, japanese) = (Language::En.text(&key), Language::Ja.text(&key));
        assert!(english.ends_with('.') && !english.contains(". "), "{key}: {english}");
        assert!(japanese.ends_with('。') && japanese.matches('。').count() == 1, "{key}: {japanese}");
    }
}

#[test]
fn a_language_is_chosen_by_tag_and_by_quality() {
    for (tag, language) in [
        ("ja", Some(Language::Ja)),
        ("ja_JP", Some(Language::Ja)),
        ("en-US", Some(Language::En)),
        ("fr", None),
        ("", None),
    ] {
        assert_eq!(Language::from_tag(tag), language, "{tag}");
    }
    for (header, language) in [
        ("ja,en-US;q=0.9,en;q=0.8", Language::Ja),
        ("fr-CH, fr;q=0.9, en;q=0.8, ja;q=0.7", Language::En),
        ("en;q=0.3, ja;q=0.9", Language::Ja),
        ("fr", Language::En),
        ("*", Language::En),
    ] {
        assert_eq!(Language::from_accept_language(header), language, "{header}");
    }
}

#[test]
fn a_date_is_written_as_people_of_that_language_write_it() {
    let moment: Timestamp = "2026-11-03T16:48:31Z".parse().unwrap();
    assert_eq!(Language::En.date(&moment), "3 November 2026");
    assert_eq!(Language::Ja.date(&moment), "2026年11月3日");
    assert_eq!(Language::Ja.moment(&moment), "2026-11-03 16:48 UTC");
}

#[test]
fn numbers_have_their_grammar() {
    let sentence =
        |awarded, kept| Language::En.with_numbers("done-awarded", ("awarded", awarded), ("kept", kept));
    assert_eq!(sentence(1, 0).trim(), "One badge was awarded.");
    assert_eq!(sentence(3, 1), "3 badges were awarded. One learner had it already.");
    assert_eq!(
        Language::Ja.with_numbers("done-awarded", ("awarded", 3), ("kept", 0)).trim(),
        "3人にバッジを授与しました。"
    );
}

#[test]
fn a_text_that_does_not_exist_shows_its_key() {
    assert_eq!(Language::En.text("no-such-text"), "no-such-text");
}
