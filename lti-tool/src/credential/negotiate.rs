//! Page or credential: what the `Accept` header asks for.
//!
//! <https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1>. People get the page, and so does everybody who accepts anything (link previews
//! do); machines name a JSON type (<https://www.imsglobal.org/spec/ob/v3p0/#web-resources>).

/// The JSON types that a credential is served as, the best first.
const JSON_TYPES: [&str; 4] =
    ["application/vc+ld+json", "application/vc", "application/ld+json", "application/json"];

/// What to answer with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// HTML for people.
    Page,
    /// The credential as signed, as this media type.
    Json(&'static str),
}

/// Chooses by the header's preferences; without a header, the page.
#[must_use]
pub fn form(accept: Option<&str>) -> Form {
    let mut best: (Form, f32) = (Form::Page, 0.0);
    for range in accept.unwrap_or("*/*").split(',') {
        let mut parts = range.split(';');
        let media_type = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
        let quality = parts
            .find_map(|parameter| parameter.trim().strip_prefix("q=")?.parse::<f32>().ok())
            .unwrap_or(1.0);
        let Some(form) = form_of(&media_type) else { continue };
        if quality > best.1 {
            best = (form, quality);
        }
    }
    best.0
}

fn form_of(media_type: &str) -> Option<Form> {
    match media_type {
        "text/html" | "application/xhtml+xml" | "text/*" | "*/*" => Some(Form::Page),
        "application/*" => Some(Form::Json(JSON_TYPES[0])),
        _ => JSON_TYPES.iter().find(|json| **json == media_type).map(|json| Form::Json(json)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_and_link_previews_get_the_page() {
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";
        for accept in [
            None,
            Some("*/*"),
            Some(browser),
            Some(""),
            Some("image/png"),
            Some("text/html;q=0.9, application/json;q=0.8"),
        ] {
            assert_eq!(form(accept), Form::Page, "{accept:?}");
        }
    }

    #[test]
    fn machines_get_the_type_that_they_name() {
        for (accept, expected) in [
            ("application/vc+ld+json", "application/vc+ld+json"),
            ("application/ld+json", "application/ld+json"),
            ("APPLICATION/JSON", "application/json"),
            ("application/json, text/plain, */*", "application/json"),
            ("text/html;q=0.1, application/ld+json;q=0.5, application/json;q=0.4", "application/ld+json"),
            ("application/*", "application/vc+ld+json"),
            ("application/vc", "application/vc"),
        ] {
            assert_eq!(form(Some(accept)), Form::Json(expected), "{accept}");
        }
    }

    #[test]
    fn a_type_with_quality_zero_is_not_wanted() {
        assert_eq!(form(Some("application/json;q=0")), Form::Page);
    }
}
