//! The published JSON-LD contexts, embedded byte for byte.
//!
//! [VCDM 2.0 B.1](https://www.w3.org/TR/vc-data-model-2.0/#base-context) wants them treated as already resolved:
//! nothing is fetched. Where each file comes from stands in `contexts/SOURCES.md`.

/// One published context: its URL and the bytes behind it.
#[derive(Debug, Clone, Copy)]
pub struct PublishedContext {
    /// The URL that documents name in `@context`.
    pub url: &'static str,
    /// The JSON text exactly as published.
    pub text: &'static str,
}

macro_rules! published {
    ($($url:literal => $file:literal),* $(,)?) => {
        /// Every embedded context.
        pub const PUBLISHED_CONTEXTS: &[PublishedContext] = &[
            $(PublishedContext { url: $url, text: include_str!(concat!("../../contexts/", $file)) }),*
        ];
    };
}

published! {
    "https://www.w3.org/ns/credentials/v2" => "credentials-v2.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json" => "ob-3.0.3.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json" => "ob-3.0.2.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json" => "ob-3.0.1.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json" => "ob-extensions.json",
    "https://www.w3.org/2018/credentials/v1" => "credentials-v1.json",
    "https://w3id.org/security/data-integrity/v2" => "data-integrity-v2.json",
    "https://w3id.org/security/data-integrity/v1" => "data-integrity-v1.json",
    "https://w3id.org/security/multikey/v1" => "multikey-v1.json",
    "https://w3id.org/security/suites/ed25519-2020/v1" => "ed25519-2020-v1.json",
    "https://www.w3.org/ns/credentials/status/v1" => "status-v1.json",
    "https://www.w3.org/ns/did/v1" => "did-v1.json",
    "https://w3id.org/openbadges/v2" => "ob-v2.json",
}

/// The text of the embedded context with this URL.
#[must_use]
pub fn published_context(url: &str) -> Option<&'static str> {
    PUBLISHED_CONTEXTS.iter().find(|context| context.url == url).map(|context| context.text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::Digest as _;

    const SOURCES: &str = include_str!("../../contexts/SOURCES.md");

    #[test]
    fn every_context_has_the_bytes_whose_hash_is_recorded() {
        for context in PUBLISHED_CONTEXTS {
            let row = SOURCES.lines().find(|line| line.contains(&format!("| {} |", context.url)));
            let row = row.unwrap_or_else(|| panic!("{} is not in SOURCES.md", context.url));
            let hash = sha2::Sha256::digest(context.text);
            let hash = hash.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
            assert!(row.contains(&hash), "{} has the sha256 {hash}", context.url);
        }
    }
}
