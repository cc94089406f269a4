//! The addresses and names that badges mostly have, told at a glance.
//!
//! Whether a text is a URI or an IRI is for `url` and `oxiri` to say; both take their time over what is nearly always
//! the same few forms.

/// True of plain `https` addresses, URNs and DIDs, which are URIs and IRIs for sure. `false` says nothing.
///
/// Plain is a host of labels that begin with a letter (so that it is no address in numbers), no port, and characters that
/// are neither reserved nor encoded (<https://www.rfc-editor.org/rfc/rfc3986#section-2.3>) beside `/` and `:`.
pub(crate) fn is_plain(text: &str) -> bool {
    let text = text.as_bytes();
    if let Some(rest) = text.strip_prefix(b"https://") {
        let (host, path) = rest.split_at(rest.iter().position(|byte| *byte == b'/').unwrap_or(rest.len()));
        return host.split(|byte| *byte == b'.').all(is_label) && are_harmless(path);
    }
    let rest = text.strip_prefix(b"urn:").or_else(|| text.strip_prefix(b"did:"));
    rest.is_some_and(|rest| !rest.starts_with(b"/") && are_harmless(rest))
}

/// Without an early end, so that many bytes are looked at together.
fn are_harmless(text: &[u8]) -> bool {
    text.iter().fold(true, |all, byte| all & is_harmless(*byte))
}

fn is_label(label: &[u8]) -> bool {
    label.first().is_some_and(u8::is_ascii_lowercase)
        && !label.starts_with(b"xn--")
        && label.iter().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

fn is_harmless(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/' | b':')
}

#[cfg(test)]
mod tests {
    use super::*;
    use oxiri::Iri;
    use url::Url;

    #[test]
    fn usual_names_are_plain() {
        for text in ["https://badges.example/a/1", "urn:uuid:5b4f5d1c-90a5", "did:key:z6Mk", "https://h"] {
            assert!(is_plain(text), "{text}");
        }
        for text in
            ["https://", "https://1.2.3.999/", "https://a.256/", "https://xn--a/", "https:///x", "urn", "h"]
        {
            assert!(!is_plain(text), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_plain_is_a_uri_and_an_iri(text in "(https://|urn:|did:|http:)[a-z0-9./:~_x%#é-]{0,16}") {
            proptest::prop_assert!(!is_plain(&text) || (Url::parse(&text).is_ok() && Iri::parse(&*text).is_ok()));
        }
    }
}
