//! A page as a person without a browser sees it: status, headers, forms, links, text.
//!
//! Reads the HTML that our own templates and platforms write; it is no HTML parser for the open web.

use anyhow::Context as _;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;

/// An answer, read to its end.
#[derive(Clone, Debug)]
pub struct Page {
    /// Where it came from, after redirects.
    pub url: url::Url,
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as text.
    pub body: String,
}

/// A form with the fields that a submission would send if nobody typed anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// The `id`, if it has one.
    pub id: Option<String>,
    /// The `action`, as written.
    pub action: String,
    /// `post` or `get`.
    pub method: String,
    /// Inputs with a name, and buttons with a name and a value.
    pub fields: Vec<(String, String)>,
}

impl Form {
    /// The value of a field.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// The same form with another value in one field.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(field, _)| field != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }
}

impl Page {
    /// Every form, in order.
    #[must_use]
    pub fn forms(&self) -> Vec<Form> {
        let mut forms: Vec<Form> = Vec::new();
        let mut inside = false;
        for tag in tags(&self.body) {
            match tag.name {
                "form" => {
                    inside = true;
                    forms.push(Form {
                        id: tag.attribute("id"),
                        action: tag.attribute("action").unwrap_or_default(),
                        method: tag.attribute("method").unwrap_or_else(|| "get".to_owned()).to_lowercase(),
                        fields: Vec::new(),
                    });
                }
                "/form" => inside = false,
                // As a browser sends it: of several buttons to choose from, the chosen one.
                "input"
                    if tag.attribute("type").as_deref() == Some("radio")
                        && tag.attribute("checked").is_none() => {}
                "input" | "button" | "textarea" | "select" if inside => {
                    if let (Some(form), Some(name)) = (forms.last_mut(), tag.attribute("name")) {
                        form.fields.push((name, tag.attribute("value").unwrap_or_default()));
                    }
                }
                _ => {}
            }
        }
        forms
    }

    /// The only form whose action ends so.
    ///
    /// # Errors
    /// When there is none; the error shows the page's text.
    pub fn form(&self, action_end: &str) -> anyhow::Result<Form> {
        let found = self.forms().into_iter().find(|form| form.action.ends_with(action_end));
        found.with_context(|| format!("no form for `{action_end}` on {}: {}", self.url, self.text()))
    }

    /// The targets of all links and frames, as written.
    #[must_use]
    pub fn links(&self) -> Vec<String> {
        let found = tags(&self.body).into_iter().filter_map(|tag| match tag.name {
            "a" => tag.attribute("href"),
            _ => None,
        });
        found.collect()
    }

    /// Where the list on this page goes on.
    ///
    /// # Errors
    /// When the address is none.
    pub fn next_page(&self) -> anyhow::Result<Option<url::Url>> {
        let next = tags(&self.body)
            .into_iter()
            .find(|tag| tag.name == "a" && tag.attribute("rel").as_deref() == Some("next"));
        next.and_then(|tag| tag.attribute("href")).map(|href| self.resolve(&href)).transpose()
    }

    /// The words of the page, without tags, scripts and styles, in one line.
    #[must_use]
    pub fn text(&self) -> String {
        let mut words = String::new();
        let mut silent = false;
        for piece in self.body.split('<').skip(1) {
            let (tag, after) = piece.split_once('>').unwrap_or((piece, ""));
            let name = tag.split([' ', '\n', '/']).next().unwrap_or_default();
            match name {
                "script" | "style" | "head" => silent = true,
                _ if tag.starts_with("/script") || tag.starts_with("/style") || tag.starts_with("/head") => {
                    silent = false;
                }
                _ => {}
            }
            if !silent {
                words.push(' ');
                words.push_str(&unescape(after));
            }
        }
        words.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// A header's text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// When it is none.
    pub fn json(&self) -> anyhow::Result<serde_json::Value> {
        serde_json::from_str(&self.body)
            .with_context(|| format!("{} answered {} with no JSON", self.url, self.status))
    }

    /// An address on the page, made absolute.
    ///
    /// # Errors
    /// When it is no address.
    pub fn resolve(&self, address: &str) -> anyhow::Result<url::Url> {
        self.url.join(address).with_context(|| format!("`{address}` on {} is no address", self.url))
    }
}

/// A tag with its attributes as written.
struct Tag<'a> {
    name: &'a str,
    attributes: Vec<(&'a str, &'a str)>,
}

impl Tag<'_> {
    fn attribute(&self, name: &str) -> Option<String> {
        self.attributes.iter().find(|(key, _)| *key == name).map(|(_, value)| unescape(value))
    }
}

fn tags(html: &str) -> Vec<Tag<'_>> {
    html.split('<').skip(1).filter_map(tag).collect()
}

/// Reads what follows a `<`. Attribute values stand in double quotes or have none.
fn tag(piece: &str) -> Option<Tag<'_>> {
    let mut rest = piece;
    let end = rest.find(|letter: char| letter.is_whitespace() || letter == '>')?;
    let (name, after) = rest.split_at_checked(end)?;
    rest = after.trim_start();
    let mut attributes = Vec::new();
    while !rest.is_empty() && !rest.starts_with('>') {
        let end = rest.find(|letter: char| letter.is_whitespace() || letter == '=' || letter == '>')?;
        let (key, after) = rest.split_at_checked(end)?;
        rest = after;
        let mut value = "";
        if let Some(quoted) = rest.strip_prefix("=\"") {
            (value, rest) = quoted.split_once('"')?;
        } else if let Some(bare) = rest.strip_prefix('=') {
            let end = bare.find(|letter: char| letter.is_whitespace() || letter == '>')?;
            (value, rest) = bare.split_at_checked(end)?;
        }
        if !key.is_empty() {
            attributes.push((key, value));
        }
        rest = rest.trim_start();
    }
    Some(Tag { name, attributes })
}

/// Resolves the five named entities and numeric ones.
fn unescape(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        let entity = after.split_once(';').and_then(|(name, left)| Some((character(name)?, left)));
        if let Some((letter, left)) = entity {
            plain.push(letter);
            rest = left;
        } else {
            plain.push('&');
            rest = after;
        }
    }
    plain.push_str(rest);
    plain
}

fn character(entity: &str) -> Option<char> {
    match entity {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = entity.strip_prefix('#')?;
            let code = match number.strip_prefix('x') {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(body: &str) -> Page {
        Page {
            url: "http://tool.example/a/b".parse().unwrap(),
            status: StatusCode::OK,
            headers: HeaderMap::new(),
            body: body.to_owned(),
        }
    }

    #[test]
    fn forms_are_read_with_their_fields() {
        let page = page(
            r#"<form id=f method="POST" action="/award?a=1&amp;b=2"><input type="hidden" name="who" value="O&#39;Neill &quot;A&quot;" required>
            <button name="go" value="1">Go</button></form><input name="outside" value="x"><form action="x"></form>"#,
        );
        let forms = page.forms();
        assert_eq!((forms.len(), forms[0].action.as_str()), (2, "/award?a=1&b=2"));
        assert_eq!((forms[0].method.as_str(), forms[1].method.as_str()), ("post", "get"));
        assert_eq!(forms[0].field("who"), Some("O'Neill \"A\""));
        assert_eq!(forms[0].field("go"), Some("1"));
        assert_eq!(forms[0].field("outside"), None);
    }

    #[test]
    fn the_text_has_no_tags_scripts_or_head() {
        let page = page(
            "<html><head><title>No</title></head><body><h1>A &amp; B</h1><script>var x = 1;</script>\n<p>c</p></body>",
        );
        assert_eq!(page.text(), "A & B c");
    }

    #[test]
    fn links_are_resolved_against_the_page() {
        let page = page(r#"<a class="x" href="c?d=1">c</a>"#);
        assert_eq!(page.resolve(&page.links()[0]).unwrap().as_str(), "http://tool.example/a/c?d=1");
    }

    #[test]
    fn a_missing_form_is_explained_with_the_text_of_the_page() {
        let error = page("<p>Sorry</p>").form("/award").unwrap_err().to_string();
        assert_eq!(error, "no form for `/award` on http://tool.example/a/b: Sorry");
    }
}
