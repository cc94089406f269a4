//! Short texts with a grammar: keys, tokens, status lists, dates, DIDs.
#![no_main]

use libfuzzer_sys::fuzz_target;
use openbadges::key::{VerifyingKey, did, jwk};
use openbadges::proof::jwt::UnverifiedToken;
use openbadges::status::Bitstring;
use openbadges::time::Timestamp;

fuzz_target!(|text: &str| {
    if let Ok(key) = VerifyingKey::from_multikey(text) {
        assert_eq!(key.to_multikey(), text);
    }
    if let Ok(time) = text.parse::<Timestamp>() {
        assert_eq!(time.to_string().parse::<Timestamp>().expect("a written time can be read"), time);
    }
    let _ = did::did_web_document_url(text);
    let _ = jwk::from_did_jwk(text);
    let _ = UnverifiedToken::parse(text);
    let _ = UnverifiedToken::parse_any_header(text);
    let _ = Bitstring::decode(text);
});
