//! The self-submitting form that a platform's page consists of.

use anyhow::Context as _;

/// A form with its hidden fields, as a browser would submit it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// Where it is posted.
    pub action: String,
    /// Names and values, in the page's order.
    pub fields: Vec<(String, String)>,
}

impl Form {
    /// The page's first form.
    ///
    /// # Errors
    ///
    /// When there is none; the error shows the beginning of the page's text.
    pub fn first_of(page: &str) -> anyhow::Result<Self> {
        let shown = || page.rsplit("<body").next().unwrap_or_default().chars().take(400).collect::<String>();
        let (_, rest) =
            page.split_once("<form").with_context(|| format!("the page has no form: {}", shown()))?;
        let form = rest.split_once("</form").map_or(rest, |(inside, _)| inside);
        let action = attribute(form.split('>').next().unwrap_or_default(), "action")
            .context("the form has no action")?;
        let fields = form.split("<input").skip(1).map(|tag| tag.split('>').next().unwrap_or_default());
        let fields = fields
            .filter_map(|tag| Some((attribute(tag, "name")?, attribute(tag, "value").unwrap_or_default())))
            .collect();
        Ok(Self { action, fields })
    }

    /// The value of a field.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find_map(|(field, value)| (field == name).then_some(value.as_str()))
    }

    /// The same form with another value in one field, for a person who tampers with it.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(field, _)| field != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// The value of an attribute in double quotes.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, value) = tag.split_once(&format!(" {name}=\""))?;
    let value = value.split('"').next()?;
    Some(
        value
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&#039;", "'")
            .replace("&amp;", "&"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<html><body><form action="https://tool.example/login?a=1&amp;b=2" name="x" method="post">
        <input type="hidden" name="iss" value="https://lms.example" />
        <input type="hidden" name="lti_message_hint" value="{&quot;cmid&quot;:5,&quot;who&quot;:&quot;O&#039;Neill &amp;amp;&quot;}"/>
        <input type="submit" value="Go"></form><form action="/other"><input name="late" value="1"></form></body></html>"#;

    #[test]
    fn the_first_form_is_read_with_its_hidden_fields() {
        let form = Form::first_of(PAGE).unwrap();
        assert_eq!(form.action, "https://tool.example/login?a=1&b=2");
        assert_eq!(form.field("iss"), Some("https://lms.example"));
        assert_eq!(form.field("lti_message_hint"), Some(r#"{"cmid":5,"who":"O'Neill &amp;"}"#));
        assert_eq!(form.fields.len(), 2);
        assert_eq!(form.field("late"), None);
    }

    #[test]
    fn a_field_can_be_tampered_with() {
        let form = Form::first_of(PAGE).unwrap().with("iss", "https://evil.example");
        assert_eq!(form.field("iss"), Some("https://evil.example"));
        assert_eq!(form.fields.len(), 2);
    }

    #[test]
    fn a_page_without_a_form_is_shown_in_the_error() {
        let error = Form::first_of("<html><body>Access denied</body></html>").unwrap_err();
        assert_eq!(error.to_string(), "the page has no form: >Access denied</body></html>");
    }
}
