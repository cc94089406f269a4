//! The next page of a list: `Link: <…>; rel="next"`.
//!
//! Specification: <https://www.rfc-editor.org/rfc/rfc8288#section-3>. The token of one platform must never travel to another host, so
//! that a link is followed on the same origin only; Moodle drops the role filter from its links, so that it is added again.

use url::Url;

/// Why a list cannot be followed further.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// The next page is no URL.
    #[error("the link to the next page is not a URL")]
    NotAUrl,
    /// The next page is elsewhere.
    #[error("the link to the next page leads to another origin, {0}")]
    OtherOrigin(String),
}

/// The URL of the next page, relative to `page`, if the headers name one.
///
/// # Errors
/// [`LinkError`] if the link cannot or must not be followed.
pub fn next_page<'a>(
    page: &Url,
    link_headers: impl IntoIterator<Item = &'a str>,
) -> Result<Option<Url>, LinkError> {
    let Some(target) =
        link_headers.into_iter().flat_map(links).find_map(|(target, rel)| rel.then_some(target))
    else {
        return Ok(None);
    };
    let next = page.join(target).map_err(|_error: url::ParseError| LinkError::NotAUrl)?;
    if next.origin() == page.origin() {
        Ok(Some(next))
    } else {
        Err(LinkError::OtherOrigin(next.origin().ascii_serialization()))
    }
}

/// `url` with the query parameter `name` set to `value`, whatever it was before.
#[must_use]
pub fn with_parameter(url: &Url, name: &str, value: &str) -> Url {
    let others: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(key, _)| key != name)
        .map(|(key, value)| (key.into_owned(), value.into_owned()))
        .collect();
    let mut url = url.clone();
    url.query_pairs_mut().clear().extend_pairs(others).append_pair(name, value);
    url
}

/// Every link of one header: its target, and whether its relation is `next`.
fn links(header: &str) -> impl Iterator<Item = (&str, bool)> {
    let mut rest = header;
    std::iter::from_fn(move || {
        let (_, after) = rest.split_once('<')?;
        let (target, after) = after.split_once('>')?;
        let (parameters, following) = match after.find(',').and_then(|comma| after.split_at_checked(comma)) {
            Some((parameters, following)) if following.contains('<') => (parameters, following),
            _ => (after, ""),
        };
        rest = following;
        Some((target, parameters.split(';').any(is_next)))
    })
}

fn is_next(parameter: &str) -> bool {
    parameter.trim().split_once('=').is_some_and(|(name, value)| {
        let value = value.trim().trim_matches('"').to_ascii_lowercase();
        name.trim().eq_ignore_ascii_case("rel")
            && value.split_ascii_whitespace().any(|relation| relation == "next")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(header: &str) -> Result<Option<String>, LinkError> {
        let page = Url::parse("https://lms.example/members?role=Learner").unwrap();
        next_page(&page, [header]).map(|url| url.map(String::from))
    }

    #[test]
    fn the_next_link_is_found_among_others_and_in_any_spelling() {
        for header in [
            r#"<https://lms.example/members?from=50>; rel="next""#,
            "<https://lms.example/members?from=50>; rel=next",
            r#"<https://lms.example/members?d=1>; rel="differences", <https://lms.example/members?from=50>;rel="next""#,
            r#"<https://lms.example/members?from=50>; title="a"; REL="last next", <https://lms.example/>; rel="first""#,
            r#"</members?from=50>; rel="next""#,
        ] {
            assert_eq!(
                next(header).unwrap().as_deref(),
                Some("https://lms.example/members?from=50"),
                "{header}"
            );
        }
    }

    #[test]
    fn a_list_without_a_next_link_ends() {
        for header in [
            "",
            r#"<https://lms.example/?d=1>; rel="differences""#,
            "garbage",
            "<unclosed; rel=next",
            r#"<https://lms.example/>; rel="nextish""#,
        ] {
            assert_eq!(next(header), Ok(None), "{header}");
        }
    }

    #[test]
    fn a_link_to_another_origin_is_refused() {
        for (header, origin) in [
            ("<https://evil.example/>; rel=next", "https://evil.example"),
            ("<http://lms.example/>; rel=next", "http://lms.example"),
            ("<https://lms.example:8443/>; rel=next", "https://lms.example:8443"),
            ("<//evil.example/>; rel=next", "https://evil.example"),
        ] {
            assert_eq!(next(header), Err(LinkError::OtherOrigin(origin.to_owned())), "{header}");
        }
        assert_eq!(next("<https://:0:0>; rel=next"), Err(LinkError::NotAUrl));
    }

    #[test]
    fn a_parameter_is_set_once() {
        let url = Url::parse("https://lms.example/m?from=50&role=Instructor").unwrap();
        assert_eq!(
            with_parameter(&url, "role", "Learner").as_str(),
            "https://lms.example/m?from=50&role=Learner"
        );
    }
}
