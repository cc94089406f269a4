//! Reading the published vectors, and the two contexts that they use and nobody publishes with them.

use std::borrow::Cow;
use std::fmt::Write;

use openbadges::key::{SigningKey, multibase};
use serde_json::Value;

/// The text of a vector, by folder and file.
macro_rules! vector {
    ($folder:literal, $file:literal) => {
        include_str!(concat!("../vectors/", $folder, $file))
    };
}
pub(crate) use vector;

/// `https://www.w3.org/ns/credentials/examples/v2`: whatever is undefined belongs to one vocabulary.
const EXAMPLES: &str = r#"{"@context": {"@vocab": "https://www.w3.org/ns/credentials/examples#"}}"#;

/// What the employment vector needs of `https://w3id.org/citizenship/v4rc1`, written after its published N-Quads.
const CITIZENSHIP: &str = include_str!("citizenship.json");

/// The contexts that are not embedded in the library.
pub(crate) fn contexts(url: &str) -> Option<Cow<'static, str>> {
    match url {
        "https://www.w3.org/ns/credentials/examples/v2" => Some(EXAMPLES.into()),
        "https://w3id.org/citizenship/v4rc1" => Some(CITIZENSHIP.into()),
        _ => None,
    }
}

/// Reads JSON.
pub(crate) fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

/// One half of `keyPair.json`.
pub(crate) fn published_key(half: &str) -> String {
    let pair = json(include_str!("../../vectors/w3c-vc-di-eddsa/TestVectors/keyPair.json"));
    pair[half].as_str().unwrap().to_owned()
}

/// The key of a `privateKeyMultibase`, whose multicodec prefix is `0x8026`.
pub(crate) fn signing_key(multibase_text: &str) -> SigningKey {
    let private = multibase::base58_decode(multibase_text).unwrap();
    SigningKey::from_seed(private.strip_prefix(&[0x80, 0x26]).unwrap().try_into().unwrap())
}
