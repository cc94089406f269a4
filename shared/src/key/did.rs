//! Names for keys: `did:key` (the key itself) and `did:web` (a document on the issuer's site).
//!
//! did:key <https://w3c-ccg.github.io/did-key-spec/>, did:web <https://w3c-ccg.github.io/did-method-web/>,
//! the document <https://www.w3.org/TR/did-1.0/#core-properties>. Nothing is fetched here: the
//! caller gets the URL and hands the text in ([`crate::verify::Documents`]).

use serde_json::{Value, json};
use url::Url;

use super::{PublicKey, VerifyingKey};

/// Why a DID could not be made or resolved to a URL.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DidError {
    /// The issuer's address is not an `https` (or loopback `http`) URL with a host.
    #[error("`{0}` is not an https URL with a host name")]
    NotAnOrigin(String),
    /// The address has a user name, a query or a fragment, which did:web cannot express.
    #[error("`{0}` has a user name, query or fragment, which did:web cannot express")]
    NotExpressible(String),
    /// The text does not start with `did:web:` or has an empty or malformed part.
    #[error("`{0}` is not a did:web name")]
    NotDidWeb(String),
}

/// The `did:key` of a public key.
#[must_use]
pub fn did_key(key: &VerifyingKey) -> String {
    format!("did:key:{}", key.to_multikey())
}

/// The `did:web` of a site: `https://h:8443/path` becomes `did:web:h%3A8443:path`.
///
/// A plain `http` address is taken too, so that a demonstration on a loopback address has a name;
/// whoever resolves that name asks by `https` ([`did_web_document_url`]).
///
/// # Errors
/// [`DidError`] when the text is no such address.
pub fn did_web(origin: &str) -> Result<String, DidError> {
    let url = Url::parse(origin).ok().ok_or_else(|| DidError::NotAnOrigin(origin.to_owned()))?;
    let host = url.host_str().filter(|host| !host.is_empty() && !host.starts_with('['));
    let (true, Some(host)) = (matches!(url.scheme(), "https" | "http"), host) else {
        return Err(DidError::NotAnOrigin(origin.to_owned()));
    };
    let has_user = !url.username().is_empty() || url.password().is_some();
    if has_user || url.query().is_some() || url.fragment().is_some() {
        return Err(DidError::NotExpressible(origin.to_owned()));
    }
    let mut did = format!("did:web:{host}");
    if let Some(port) = url.port() {
        did.push_str("%3A");
        did.push_str(&port.to_string());
    }
    for segment in url.path().split('/').filter(|segment| !segment.is_empty()) {
        did.push(':');
        did.push_str(&segment.replace(':', "%3A"));
    }
    Ok(did)
}

/// The URL of the document that a `did:web` names: `/.well-known/did.json`, or `did.json` under its path.
///
/// # Errors
/// [`DidError::NotDidWeb`] when the text is no such name.
///
/// See <https://w3c-ccg.github.io/did-method-web/#read-resolve>.
pub fn did_web_document_url(did: &str) -> Result<String, DidError> {
    let not_did_web = || DidError::NotDidWeb(did.to_owned());
    let name = did.strip_prefix("did:web:").ok_or_else(not_did_web)?;
    let mut parts = name.split(':');
    let host = parts.next().filter(|host| !host.is_empty()).ok_or_else(not_did_web)?;
    let authority = host.replace("%3A", ":").replace("%3a", ":");
    if authority.contains(['/', '?', '#', '@', '%', '\\']) {
        return Err(not_did_web());
    }
    let mut address = format!("https://{authority}");
    let mut has_path = false;
    for part in parts {
        let is_step =
            matches!(part, "." | "..") || part.eq_ignore_ascii_case("%2e") || part.contains("%2E%2E");
        if part.is_empty() || is_step || part.contains(['/', '?', '#', '\\']) {
            return Err(not_did_web());
        }
        has_path = true;
        address.push('/');
        address.push_str(part);
    }
    address.push_str(if has_path { "/did.json" } else { "/.well-known/did.json" });
    Url::parse(&address).ok().ok_or_else(not_did_web)?;
    Ok(address)
}

/// The DID document that publishes Ed25519 keys for assertions, each under its full verification method id.
///
/// `assertionMethod` names them as absolute strings, which is the form every validator reads.
#[must_use]
pub fn did_document(did: &str, keys: &[(String, VerifyingKey)]) -> Value {
    let keys: Vec<(String, PublicKey)> =
        keys.iter().map(|(id, key)| (id.clone(), PublicKey::Ed25519(key.clone()))).collect();
    did_document_of(did, &keys)
}

/// The same with keys of every kind: Ed25519 as Multikey, those of tokens as JWK.
///
/// <https://www.w3.org/TR/cid-1.0/#verification-methods>
#[must_use]
pub fn did_document_of(did: &str, keys: &[(String, PublicKey)]) -> Value {
    let methods: Vec<Value> = keys.iter().map(|(id, key)| verification_method(did, id, key)).collect();
    let ids: Vec<&String> = keys.iter().map(|(id, _)| id).collect();
    let mut contexts = vec!["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"];
    if keys.iter().any(|(_, key)| !matches!(key, PublicKey::Ed25519(_))) {
        contexts.push("https://w3id.org/security/jwk/v1");
    }
    json!({
        "@context": contexts,
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": ids,
    })
}

/// The document with the address under which the same issuer is known to Open Badges 2.0.
///
/// <https://www.w3.org/TR/did-1.0/#also-known-as>,
/// <https://www.imsglobal.org/spec/ob/v3p0/impl/#migrating-from-open-badges-2-0>
#[must_use]
pub fn also_known_as(mut document: Value, address: &str) -> Value {
    if let Some(members) = document.as_object_mut() {
        members.insert("alsoKnownAs".to_owned(), json!([address]));
    }
    document
}

fn verification_method(did: &str, id: &str, key: &PublicKey) -> Value {
    match key {
        PublicKey::Ed25519(key) => {
            json!({"id": id, "type": "Multikey", "controller": did, "publicKeyMultibase": key.to_multikey()})
        }
        key => json!({"id": id, "type": "JsonWebKey", "controller": did, "publicKeyJwk": key.to_jwk()}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::SigningKey;

    #[test]
    fn a_site_gets_its_did_web_name() {
        for (origin, did) in [
            ("https://badges.example", "did:web:badges.example"),
            ("https://badges.example/", "did:web:badges.example"),
            ("https://Badges.Example:443/", "did:web:badges.example"),
            ("https://h:8443/path", "did:web:h%3A8443:path"),
            ("https://h/a/b/", "did:web:h:a:b"),
            ("http://127.0.0.1:8080", "did:web:127.0.0.1%3A8080"),
            ("https://例え.jp/課程", "did:web:xn--r8jz45g.jp:%E8%AA%B2%E7%A8%8B"),
        ] {
            assert_eq!(did_web(origin).as_deref(), Ok(did), "{origin}");
        }
    }

    #[test]
    fn an_address_that_did_web_cannot_express_is_refused() {
        assert_eq!(
            did_web("badges").unwrap_err().to_string(),
            "`badges` is not an https URL with a host name"
        );
        assert!(matches!(did_web("ftp://h"), Err(DidError::NotAnOrigin(_))));
        assert!(matches!(did_web("https://[::1]/"), Err(DidError::NotAnOrigin(_))));
        for origin in ["https://u@h/", "https://u:p@h/", "https://h/?a", "https://h/#a"] {
            assert!(matches!(did_web(origin), Err(DidError::NotExpressible(_))), "{origin}");
        }
    }

    #[test]
    fn a_did_web_name_leads_to_its_document() {
        for (did, url) in [
            ("did:web:badges.example", "https://badges.example/.well-known/did.json"),
            ("did:web:h%3A8443", "https://h:8443/.well-known/did.json"),
            ("did:web:h%3a8443:path", "https://h:8443/path/did.json"),
            ("did:web:w3c-ccg.github.io:user:alice", "https://w3c-ccg.github.io/user/alice/did.json"),
        ] {
            assert_eq!(did_web_document_url(did).as_deref(), Ok(url));
        }
    }

    #[test]
    fn a_name_that_could_point_elsewhere_is_refused() {
        for did in [
            "did:web:",
            "did:key:z6Mk",
            "did:web:h:",
            "did:web:h::a",
            "did:web:h:..",
            "did:web:h:%2e",
            "did:web:h/x",
            "did:web:u@h",
            "did:web:h?x",
            "did:web:h:a#b",
            "did:web:h%2Fx",
            "did:web:h%3Aport",
            "did:web:h:%2E%2E",
        ] {
            assert_eq!(did_web_document_url(did), Err(DidError::NotDidWeb(did.to_owned())), "{did}");
        }
    }

    #[test]
    fn the_document_lists_its_keys_as_absolute_strings() {
        let key = SigningKey::from_seed(&[7; 32]).verifying_key();
        let method = format!("did:web:h#{}", key.to_multikey());
        assert_eq!(
            did_document("did:web:h", &[(method.clone(), key.clone())]),
            json!({
                "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
                "id": "did:web:h",
                "verificationMethod": [{
                    "id": method, "type": "Multikey", "controller": "did:web:h", "publicKeyMultibase": key.to_multikey()
                }],
                "assertionMethod": [method],
            })
        );
    }

    #[test]
    fn an_issuer_of_both_editions_says_so() {
        let document = also_known_as(did_document("did:web:h", &[]), "https://h/issuer");
        assert_eq!(document["alsoKnownAs"], json!(["https://h/issuer"]));
        assert_eq!(document["id"], "did:web:h");
    }

    proptest::proptest! {
        #[test]
        fn a_site_is_found_again_under_its_name(host in "[a-z]{1,8}\\.[a-z]{2,4}", port in 1024_u16..,
            path in "(/[a-z0-9~-]{1,8}){1,3}")
        {
            let did = did_web(&format!("https://{host}:{port}{path}")).unwrap();
            let url = did_web_document_url(&did).unwrap();
            proptest::prop_assert_eq!(url, format!("https://{host}:{port}{path}/did.json"));
        }

        #[test]
        fn no_text_makes_resolution_panic_or_leave_the_host(text in "did:web:\\PC{0,40}") {
            if let Ok(url) = did_web_document_url(&text) {
                proptest::prop_assert!(url.starts_with("https://") && url.ends_with("/did.json"));
            }
        }
    }
}
