//! Texts with a form of their own, as the published schema has them.
//!
//! Derived types <https://www.imsglobal.org/spec/ob/v3p0/#derived-types>. A URI is held to be absolute, which the schema
//! does not ask for and its prose does.

use url::Url;

use crate::iri;
use crate::time::Timestamp;

/// An absolute URI.
pub(super) fn is_uri(text: &str) -> bool {
    iri::is_plain(text) || Url::parse(text).is_ok()
}

/// A date and time with an offset.
pub(super) fn is_date(text: &str) -> bool {
    text.parse::<Timestamp>().is_ok()
}

/// A day of the calendar, `YYYY-MM-DD`.
pub(super) fn is_day(text: &str) -> bool {
    is_date(&format!("{text}T00:00:00Z"))
}

/// A language of two to four letters, then possibly a script, then possibly a region.
///
/// Part of [BCP 47](https://www.rfc-editor.org/info/bcp47) only: `zh-Hant-TW` and `es-419` are languages here, `de-1996` is none.
pub(super) fn is_language(text: &str) -> bool {
    let mut parts = text.split('-').peekable();
    let is_lower = |part: &str| part.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_language = parts.next().is_some_and(|part| (2..=4).contains(&part.len()) && is_lower(part));
    let is_script = |part: &&str| {
        part.len() == 4
            && part.starts_with(|first: char| first.is_ascii_uppercase())
            && part.chars().skip(1).all(|letter| letter.is_ascii_lowercase())
    };
    let is_region = |part: &&str| {
        (part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_uppercase()))
            || (part.len() == 3 && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    parts.next_if(is_script);
    parts.next_if(is_region);
    is_language && parts.next().is_none()
}

/// A JWS in its compact form, possibly without its payload.
pub(super) fn is_token(text: &str) -> bool {
    let is_part = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    let parts: Vec<&str> = text.split('.').collect();
    matches!(parts.as_slice(), [header, payload, signature]
        if !header.is_empty() && !signature.is_empty() && [header, payload, signature].into_iter().all(|part| is_part(part)))
}

/// A word that an issuer adds to an open list.
pub(super) fn is_own_word(text: &str) -> bool {
    let Some(word) = text.strip_prefix("ext:") else { return false };
    word.starts_with(|first: char| first != '-')
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"|.-_".contains(&byte))
}

/// A context of Open Badges 3.0, of any of its versions or of none.
pub(super) fn is_open_badges_context(text: &str) -> bool {
    let version = text.strip_prefix(OPEN_BADGES).and_then(|name| name.strip_suffix(".json"));
    let is_version = |version: &[u8]| matches!(version, [b'-', b'3', b'.', major, b'.', minor] if major.is_ascii_digit() && minor.is_ascii_digit());
    version.is_some_and(|version| version.as_bytes().chunks(6).all(is_version))
}

/// Where the contexts of Open Badges 3.0 are published.
const OPEN_BADGES: &str = "https://purl.imsglobal.org/spec/ob/v3p0/context";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_have_scripts_and_regions() {
        for language in ["ja", "en-GB", "zh-Hant", "zh-Hant-TW", "es-419", "fil"] {
            assert!(is_language(language), "{language}");
        }
        for other in
            ["", "j", "JA", "japanese", "en-gb", "en_GB", "de-1996", "zh-TW-Hant", "ja-", "ja-JP-x", "日本"]
        {
            assert!(!is_language(other), "{other}");
        }
    }

    #[test]
    fn days_are_those_of_the_calendar() {
        assert!(is_day("2024-02-29") && is_day("0001-01-01"));
        for other in ["", "2026-02-29", "2026-2-1", "20260201", "2026-02-01Z", "2026-02-01T00:00:00Z"] {
            assert!(!is_day(other), "{other}");
        }
    }

    #[test]
    fn tokens_have_three_parts() {
        assert!(is_token("a.b.c") && is_token("a..c") && is_token("eyJ-_.e30.c2ln"));
        for other in ["", "a.b", ".b.c", "a.b.", "a.b.c.d", "a.b.c=", "a b.c.d"] {
            assert!(!is_token(other), "{other}");
        }
    }

    #[test]
    fn own_words_begin_with_ext() {
        assert!(is_own_word("ext:DSS") && is_own_word("ext:a-b.c_d|e"));
        for other in ["ext:", "ext:-a", "DSS", "ext:a b", "EXT:a", "ext:ä"] {
            assert!(!is_own_word(other), "{other}");
        }
    }

    #[test]
    fn contexts_of_open_badges_have_a_version_or_none() {
        for name in ["context.json", "context-3.0.3.json", "context-3.1.0.json"] {
            assert!(
                is_open_badges_context(&format!("https://purl.imsglobal.org/spec/ob/v3p0/{name}")),
                "{name}"
            );
        }
        for name in
            ["context-3.0.json", "context-2.0.1.json", "context-3.0.3", "extensions.json", "contexts.json"]
        {
            assert!(
                !is_open_badges_context(&format!("https://purl.imsglobal.org/spec/ob/v3p0/{name}")),
                "{name}"
            );
        }
    }
}
