//! The next page of a list, `Link: <…>; rel="next"`, and where its changes will be, `rel="differences"`.
//!
//! Specification: <https://www.rfc-editor.org/rfc/rfc8288#section-3>. The token of one platform must never travel to another host, so
//! that a link is followed on the same origin only; Moodle drops the role filter from its links, so that it is added again. For line items
//! Moodle writes curly quotation marks and `&amp;` into the header; both are read as what is meant.

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
    related(page, link_headers, "next")
}

/// Where the changes since this list will be (<https://www.imsglobal.org/spec/lti-nrps/v2p0/#membership-differences>).
///
/// # Errors
/// As [`next_page`].
pub fn differences<'a>(
    page: &Url,
    link_headers: impl IntoIterator<Item = &'a str>,
) -> Result<Option<Url>, LinkError> {
    related(page, link_headers, "differences")
}

fn related<'a>(
    page: &Url,
    link_headers: impl IntoIterator<Item = &'a str>,
    relation: &str,
) -> Result<Option<Url>, LinkError> {
    let Some(target) = link_headers
        .into_iter()
        .flat_map(links)
        .find_map(|(target, parameters)| is_related(parameters, relation).then_some(target))
    else {
        return Ok(None);
    };
    let target = target.replace("&amp;", "&");
    let next = page.join(&target).map_err(|_error: url::ParseError| LinkError::NotAUrl)?;
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

/// Every link of one header: its target and its parameters.
fn links(header: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = header;
    std::iter::from_fn(move || {
        let (_, after) = rest.split_once('<')?;
        let (target, after) = after.split_once('>')?;
        let (parameters, following) = match after.find(',').and_then(|comma| after.split_at_checked(comma)) {
            Some((parameters, following)) if following.contains('<') => (parameters, following),
            _ => (after, ""),
        };
        rest = following;
        Some((target, parameters))
    })
}

fn is_related(parameters: &str, relation: &str) -> bool {
    parameters.split(';').any(|parameter| {
        parameter.trim().split_once('=').is_some_and(|(name, value)| {
            let value = value.trim().trim_matches(['"', '“', '”']).to_ascii_lowercase();
            name.trim().eq_ignore_ascii_case("rel")
                && value.split_ascii_whitespace().any(|word| word == relation)
        })
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
    fn moodle_s_line_items_have_curly_quotes_and_escaped_ampersands() {
        let header = "<https://lms.example/lineitems?type_id=2&amp;limit=1&amp;from=0>; rel=“canonical”, \
                      <https://lms.example/lineitems?type_id=2&amp;limit=1&amp;from=2>; rel=“next”";
        let expected = "https://lms.example/lineitems?type_id=2&limit=1&from=2";
        assert_eq!(next(header).unwrap().as_deref(), Some(expected));
    }

    #[test]
    fn the_differences_have_a_link_of_their_own() {
        let page = Url::parse("https://lms.example/members").unwrap();
        let header = r#"<https://lms.example/members?since=5>; rel="differences""#;
        let found = differences(&page, [header]).unwrap().map(String::from);
        assert_eq!(found.as_deref(), Some("https://lms.example/members?since=5"));
        assert_eq!(
            differences(&page, ["<https://evil.example/>; rel=differences"]),
            Err(LinkError::OtherOrigin("https://evil.example".to_owned()))
        );
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
