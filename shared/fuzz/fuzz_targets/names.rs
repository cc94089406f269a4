//! Short texts with a grammar: keys, tokens, status lists, dates, DIDs; what is written can be read again.
#![no_main]

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use libfuzzer_sys::fuzz_target;
use openbadges::jsonld::Arena;
use openbadges::key::{PublicKey, did, jwk, multibase};
use openbadges::proof::jwt::UnverifiedToken;
use openbadges::status::Bitstring;
use openbadges::time::Timestamp;

fuzz_target!(|text: &str| {
    if let Ok(key) = PublicKey::from_multikey(text) {
        assert_eq!(key.to_multikey().as_deref(), Some(text));
        assert_eq!(jwk::from_did_jwk(&jwk::did_jwk(&key)), Ok(key));
    }
    if let Some(bytes) = multibase::base58_decode(text) {
        assert_eq!(multibase::base58_encode(&bytes), text);
    }
    if let Ok(time) = text.parse::<Timestamp>() {
        assert_eq!(time.to_string().parse::<Timestamp>().expect("a written time can be read"), time);
    }
    if let Ok(did) = did::did_web(text) {
        assert!(did::did_web_document_url(&did).is_ok(), "{did}");
    }
    let _ = did::did_web_document_url(text);
    let _ = PublicKey::from_pem(text);
    let _ = jwk::from_did_jwk(text);
    // What a name or a list carries is found by its text; nobody guesses its encoding.
    let encoded = URL_SAFE_NO_PAD.encode(text);
    let _ = jwk::from_did_jwk(&format!("did:jwk:{encoded}"));
    let arena = Arena::new();
    let _ = UnverifiedToken::parse(text, &arena);
    let _ = UnverifiedToken::parse_any_header(&format!("{encoded}.{encoded}.AA"), &arena);
    if let Ok(list) = Bitstring::decode(text) {
        assert_eq!(Bitstring::decode(&list.encode()), Ok(list));
    }
    let _ = Bitstring::decode(&format!("uH4sIAAAAAAAAA{encoded}"));
});
