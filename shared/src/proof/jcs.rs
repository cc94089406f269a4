//! The JSON Canonicalization Scheme: one text for every way to write the same JSON.
//!
//! <https://www.rfc-editor.org/rfc/rfc8785>. Numbers are IEEE doubles as the scheme demands, so that integers beyond
//! 2⁵³ are rounded; whoever needs more digits writes a string.

use std::io::Write;

use serde_json::Value;

use crate::digest;
use crate::jsonld::{Arena, Document, Json};

/// Writes a value in its canonical form.
#[must_use]
pub fn canonicalize(value: &Value) -> String {
    let arena = Arena::new();
    let mut text = Vec::with_capacity(2048);
    write_value(&mut text, Json::of(value, &arena), &arena);
    into_text(text)
}

/// The SHA-256 of the canonical form of a document.
pub(crate) fn hash(document: &Document<'_>, arena: &Arena) -> [u8; 32] {
    digest::sha256(&written(document, arena))
}

/// The canonical form of a document as text.
pub(super) fn canonicalize_document(document: &Document<'_>) -> String {
    into_text(written(document, &Arena::new()))
}

fn written(document: &Document<'_>, arena: &Arena) -> Vec<u8> {
    let mut text = Vec::with_capacity(4096);
    write_object(&mut text, document.members(), arena);
    text
}

/// The parts are texts, so the whole is one.
fn into_text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

fn write_value(text: &mut Vec<u8>, value: Json<'_>, arena: &Arena) {
    match value {
        Json::Null => text.extend_from_slice(b"null"),
        Json::Bool(true) => text.extend_from_slice(b"true"),
        Json::Bool(false) => text.extend_from_slice(b"false"),
        Json::String(string) => write_string(text, string),
        Json::Array(values) => {
            text.push(b'[');
            for (index, value) in values.iter().enumerate() {
                if index > 0 {
                    text.push(b',');
                }
                write_value(text, *value, arena);
            }
            text.push(b']');
        }
        Json::Object(members) => write_object(text, members.iter().copied(), arena),
        number => write_number(text, number.as_f64().unwrap_or_default()),
    }
}

/// Properties in the order of their names' UTF-16 code units (section 3.2.3), which among ASCII is that of bytes.
fn write_object<'a>(text: &mut Vec<u8>, members: impl Iterator<Item = (&'a str, Json<'a>)>, arena: &Arena) {
    let mut members = bumpalo::collections::Vec::from_iter_in(members, arena);
    if members.iter().all(|(name, _)| name.is_ascii()) {
        members.sort_unstable_by_key(|(name, _)| *name);
    } else {
        members.sort_unstable_by(|(left, _), (right, _)| left.encode_utf16().cmp(right.encode_utf16()));
    }
    text.push(b'{');
    for (index, (name, value)) in members.iter().enumerate() {
        if index > 0 {
            text.push(b',');
        }
        write_string(text, name);
        text.push(b':');
        write_value(text, *value, arena);
    }
    text.push(b'}');
}

/// As ECMAScript writes numbers (section 3.2.2.3).
fn write_number(text: &mut Vec<u8>, double: f64) {
    text.extend_from_slice(ryu_js::Buffer::new().format(double).as_bytes());
}

/// The shortest escapes, and none beyond the mandatory ones (section 3.2.2.2).
fn write_string(text: &mut Vec<u8>, string: &str) {
    text.push(b'"');
    if is_plain(string.as_bytes()) {
        text.extend_from_slice(string.as_bytes());
    } else {
        string.bytes().for_each(|byte| write_byte(text, byte));
    }
    text.push(b'"');
}

fn is_escaped(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

/// True if no byte is escaped; without an early end, so that many bytes are looked at together.
fn is_plain(text: &[u8]) -> bool {
    !text.iter().fold(false, |found, byte| found | is_escaped(*byte))
}

/// Bytes of characters beyond ASCII stand as they are.
fn write_byte(text: &mut Vec<u8>, byte: u8) {
    let short = match byte {
        b'"' | b'\\' => byte,
        0x08 => b'b',
        b'\t' => b't',
        b'\n' => b'n',
        0x0c => b'f',
        b'\r' => b'r',
        control if control < 0x20 => {
            // Writing to a vector cannot fail.
            let _infallible = write!(text, "\\u{control:04x}");
            return;
        }
        plain => return text.push(plain),
    };
    text.extend_from_slice(&[b'\\', short]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// RFC 8785, section 3.2.2 and 3.2.4.
    #[test]
    fn the_example_of_the_rfc_is_written_as_published() {
        let value: Value = serde_json::from_str(
            r#"{"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
                "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}"#,
        )
        .unwrap();
        assert_eq!(
            canonicalize(&value),
            "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],\
             \"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}"
        );
    }

    /// RFC 8785, section 3.2.3.
    #[test]
    fn names_are_sorted_by_their_utf16_code_units() {
        let value = json!({
            "\u{20ac}": "Euro Sign", "\r": "Carriage Return", "\u{fb33}": "Hebrew Letter Dalet With Dagesh", "1": "One",
            "\u{1f600}": "Emoji: Grinning Face", "\u{80}": "Control", "\u{f6}": "Latin Small Letter O With Diaeresis"
        });
        let canonical: Value = serde_json::from_str(&canonicalize(&value)).unwrap();
        let order: Vec<&str> = canonical.as_object().unwrap().values().filter_map(Value::as_str).collect();
        assert_eq!(
            order,
            [
                "Carriage Return",
                "One",
                "Control",
                "Latin Small Letter O With Diaeresis",
                "Euro Sign",
                "Emoji: Grinning Face",
                "Hebrew Letter Dalet With Dagesh"
            ]
        );
    }

    /// RFC 8785, appendix B.
    #[test]
    fn the_number_samples_of_the_rfc_are_written_as_published() {
        for (bits, text) in [
            (0x0000_0000_0000_0000, "0"),
            (0x8000_0000_0000_0000, "0"),
            (0x0000_0000_0000_0001, "5e-324"),
            (0x8000_0000_0000_0001, "-5e-324"),
            (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
            (0xffef_ffff_ffff_ffff, "-1.7976931348623157e+308"),
            (0x4340_0000_0000_0000, "9007199254740992"),
            (0xc340_0000_0000_0000, "-9007199254740992"),
            (0x4430_0000_0000_0000, "295147905179352830000"),
            (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
            (0x44b5_2d02_c7e1_4af6, "1e+23"),
            (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
            (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
            (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"),
            (0x444b_1ae4_d6e2_ef50, "1e+21"),
            (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
            (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
            (0x41b3_de43_5555_5553, "333333333.3333332"),
            (0x41b3_de43_5555_5554, "333333333.33333325"),
            (0x41b3_de43_5555_5555, "333333333.3333333"),
            (0x41b3_de43_5555_5556, "333333333.3333334"),
            (0x41b3_de43_5555_5557, "333333333.33333343"),
            (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
            (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
        ] {
            assert_eq!(canonicalize(&json!(f64::from_bits(bits))), text, "{bits:x}");
        }
    }

    #[test]
    fn integers_are_doubles() {
        assert_eq!(
            canonicalize(&json!([u64::MAX, i64::MIN, 56, -1])),
            "[18446744073709552000,-9223372036854776000,56,-1]"
        );
    }

    fn any_json() -> impl proptest::strategy::Strategy<Value = Value> {
        use proptest::prelude::*;
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<f64>().prop_filter("finite", |double| double.is_finite()).prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::hash_map(any::<String>(), inner, 0..5)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest::proptest! {
        #[test]
        fn the_canonical_form_says_the_same_and_is_its_own_canonical_form(value in any_json()) {
            let canonical = canonicalize(&value);
            let read: Value = serde_json::from_str(&canonical).unwrap();
            proptest::prop_assert_eq!(canonicalize(&read), canonical);
        }
    }
}
