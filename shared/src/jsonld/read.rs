//! The quick reader of JSON texts.
//!
//! It reads the same texts to the same trees as `serde_json`, to which it leaves whatever is rare in badges: texts with
//! escapes and numbers that are no short integers, each by itself. A text that it cannot read it does not explain.

use super::json::{Json, repeated};
use bumpalo::Bump;
use serde_json::Number;

/// Digits of a whole number that fits into 64 bits for sure.
const FEW_DIGITS: usize = 18;

/// The tree of a text that is nested no deeper than `levels`; `None` if `serde_json` has to say what is wrong.
pub(super) fn read<'a>(text: &'a str, levels: usize, arena: &'a Bump) -> Option<Json<'a>> {
    let mut reader = Reader { text, at: 0, arena, members: Vec::new(), items: Vec::new() };
    let tree = reader.value(levels)?;
    reader.skip_space();
    (reader.at == text.len()).then_some(tree)
}

struct Reader<'a> {
    text: &'a str,
    /// The byte that is read next.
    at: usize,
    arena: &'a Bump,
    /// The members of all objects that have begun and not ended.
    members: Vec<(&'a str, Json<'a>)>,
    /// The items of all arrays that have begun and not ended.
    items: Vec<Json<'a>>,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\n' | b'\t' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    /// The next byte that is no space.
    fn next(&mut self) -> Option<u8> {
        self.skip_space();
        let next = self.peek()?;
        self.at += 1;
        Some(next)
    }

    fn value(&mut self, levels: usize) -> Option<Json<'a>> {
        match self.next()? {
            b'"' => self.string().map(Json::String),
            b'{' => self.object(levels.checked_sub(1)?),
            b'[' => self.array(levels.checked_sub(1)?),
            b't' => self.word("rue", Json::Bool(true)),
            b'f' => self.word("alse", Json::Bool(false)),
            b'n' => self.word("ull", Json::Null),
            b'-' | b'0'..=b'9' => self.number(),
            _ => None,
        }
    }

    /// The rest of a word.
    fn word(&mut self, rest: &str, value: Json<'a>) -> Option<Json<'a>> {
        let is_it = self.text.as_bytes().get(self.at..)?.starts_with(rest.as_bytes());
        self.at += rest.len();
        is_it.then_some(value)
    }

    fn object(&mut self, levels: usize) -> Option<Json<'a>> {
        let start = self.members.len();
        let mut next = self.next()?;
        if next == b'}' {
            return Some(Json::Object(&[]));
        }
        loop {
            let key = if next == b'"' { self.string()? } else { return None };
            if self.next()? != b':' {
                return None;
            }
            let value = self.value(levels)?;
            self.members.push((key, value));
            match self.next()? {
                b',' => next = self.next()?,
                b'}' => break,
                _ => return None,
            }
        }
        let members = self.members.get(start..)?;
        if repeated(members).is_some() {
            return None;
        }
        let members = self.arena.alloc_slice_copy(members);
        self.members.truncate(start);
        Some(Json::Object(members))
    }

    fn array(&mut self, levels: usize) -> Option<Json<'a>> {
        let start = self.items.len();
        self.skip_space();
        if self.peek()? == b']' {
            self.at += 1;
            return Some(Json::Array(&[]));
        }
        loop {
            let value = self.value(levels)?;
            self.items.push(value);
            match self.next()? {
                b',' => {}
                b']' => break,
                _ => return None,
            }
        }
        let items = self.arena.alloc_slice_copy(self.items.get(start..)?);
        self.items.truncate(start);
        Some(Json::Array(items))
    }

    /// A string whose opening quote has been read.
    fn string(&mut self) -> Option<&'a str> {
        let start = self.at;
        let mut end = self.special()?;
        let mut is_plain = true;
        while self.text.as_bytes().get(end) == Some(&b'\\') {
            is_plain = false;
            self.at = end + 2;
            end = self.special()?;
        }
        if self.text.as_bytes().get(end) != Some(&b'"') {
            return None;
        }
        self.at = end + 1;
        if is_plain {
            return self.text.get(start..end);
        }
        let quoted = self.text.get(start.checked_sub(1)?..self.at)?;
        let text: String = serde_json::from_str(quoted).ok()?;
        Some(self.arena.alloc_str(&text))
    }

    /// Where the next quote, backslash or control character is.
    fn special(&self) -> Option<usize> {
        let rest = self.text.as_bytes().get(self.at..)?;
        let (words, end) = rest.as_chunks::<8>();
        for (number, word) in words.iter().enumerate() {
            let found = special_bytes(u64::from_le_bytes(*word));
            if found != 0 {
                return Some(self.at + number * 8 + usize::try_from(found.trailing_zeros() / 8).ok()?);
            }
        }
        let is_special = |byte: &u8| matches!(byte, b'"' | b'\\' | ..0x20);
        end.iter().position(is_special).map(|at| self.at + words.len() * 8 + at)
    }

    /// A number whose first byte has been read.
    fn number(&mut self) -> Option<Json<'a>> {
        let start = self.at.checked_sub(1)?;
        let is_part = |byte: &u8| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-');
        let rest = self.text.as_bytes().get(self.at..)?;
        self.at += rest.iter().position(|byte| !is_part(byte)).unwrap_or(rest.len());
        let number = self.text.get(start..self.at)?;
        match number.as_bytes() {
            [b'0'] => Some(Json::Unsigned(0)),
            [b'1'..=b'9', others @ ..]
                if others.len() < FEW_DIGITS && others.iter().all(u8::is_ascii_digit) =>
            {
                number.parse().ok().map(Json::Unsigned)
            }
            _ => serde_json::from_str::<Number>(number).ok().map(|number| Json::of_number(&number)),
        }
    }
}

/// The high bit of the first byte that is a quote, a backslash or a control character, and perhaps of later ones.
fn special_bytes(word: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let below = |word: u64, bound: u64| word.wrapping_sub(ONES * bound) & !word;
    let quote = word ^ (ONES * u64::from(b'"'));
    let backslash = word ^ (ONES * u64::from(b'\\'));
    (below(quote, 1) | below(backslash, 1) | below(word, 0x20)) & (ONES * 0x80)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    /// Both readers say the same of a text.
    fn assert_agreement(text: &str) {
        let arena = Bump::new();
        let ours = read(text, 64, &arena).map(Json::to_value);
        let expected = Json::parse_by_library(64, text, &arena).ok().map(Json::to_value);
        assert_eq!(ours, expected, "{text}");
        // Values with floating zeros of either sign are equal, and written differently.
        assert_eq!(ours.map(|value| value.to_string()), expected.map(|value| value.to_string()), "{text}");
    }

    #[test]
    fn the_readers_agree_on_every_kind_of_value() {
        for text in [
            r#"{"a": [1, -2, 0, -0, 0.5, 1e3, 1E-400, 1e999, true, false, null], "b": {"": {}}}"#,
            "[18446744073709551615, 18446744073709551616, -9223372036854775808, -9223372036854775809]",
            "[999999999999999999, 1000000000000000000, 123456789012345678]",
            "[01]",
            "[1.]",
            "[.5]",
            "[+1]",
            "[-]",
            "[1e]",
            "[--1]",
            "[1-2]",
            "0",
            "-0",
            "7",
            "1.0",
            "[-0.0]",
            r#"["\u00e9\n", "\ud83d\ude00", "\ud800", "\x", "\\", "\"", "\\\"", "a\/b"]"#,
            r#"["\ud83d\ude00", "\\", "\"", "\\\"", "é\\", "12345678\"x", "1234567\\"]"#,
            "[\"a\u{1}\"]",
            "[\"\u{7f}é漢字😀\"]",
            "\"abc",
            "\"abc\\",
            "\"abc\\\"",
            "\"\\\u{e9}\"",
            "",
            " ",
            "{",
            "[",
            "{}",
            " [ ] ",
            "{ } x",
            "[1,]",
            "{\"a\":1,}",
            "{\"a\" 1}",
            "{a:1}",
            "[1 2]",
            "tru",
            "truex",
            "nul",
            r#"{"a":1,"a":2}"#,
            r#"{"a":1,"\u0061":2}"#,
            "\u{feff}{}",
            "\t\r\n{\"a\"\n:\t1\r}\n",
            "\u{a0}1",
        ] {
            assert_agreement(text);
        }
        for levels in [63, 64, 65] {
            assert_agreement(&("[".repeat(levels) + &"]".repeat(levels)));
            assert_agreement(&("{\"a\":".repeat(levels) + "1" + &"}".repeat(levels)));
        }
    }

    #[test]
    fn published_texts_are_read_as_the_library_reads_them() {
        for context in super::super::PUBLISHED_CONTEXTS {
            assert_agreement(context.text);
        }
        assert_agreement(include_str!("../../tests/badges/full.json"));
    }

    proptest::proptest! {
        #[test]
        fn the_readers_agree_on_every_text(text in "[\\[\\]{}\",:\\\\ua0-9eE.+\\- \u{1}é]{0,40}") {
            assert_agreement(&text);
        }

        #[test]
        fn the_readers_agree_on_strings_of_every_length(before in "\\PC{0,20}", at in "[\"\\\\\u{1f} n]", after in "\\PC{0,20}") {
            assert_agreement(&format!("[\"{before}{at}{after}\"]"));
            assert_agreement(&Value::from(format!("{before}{at}{after}")).to_string());
        }
    }
}
