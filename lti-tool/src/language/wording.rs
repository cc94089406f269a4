//! A text in the languages that it has, and strings in which two languages stand together.
//!
//! Open Badges has one string for a name (<https://www.imsglobal.org/spec/ob/v3p0/#achievement>), so that credentials join the languages of a
//! badge. What was joined of what is kept when a badge is defined ([`Joined`]) and looked up when it is shown ([`Wordings`]): no string is
//! taken apart by its looks, and no credential is changed.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
};

use askama::filters::HtmlSafe;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Language;

/// Between the languages of a name.
const BETWEEN_NAMES: &str = " / ";
/// Between the languages of what has paragraphs.
const BETWEEN_PARAGRAPHS: &str = "\n\n";
/// The longest tag that is passed on (<https://www.rfc-editor.org/rfc/rfc5646#section-4.4.1>).
const LONGEST_TAG: usize = 35;

/// A text by the tags of the languages that it has; the tag is empty where nobody said which language it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Value", into = "BTreeMap<String, String>")]
pub struct Wording(BTreeMap<String, String>);

impl Wording {
    /// A text in a language that nobody said.
    #[must_use]
    pub fn plain(text: &str) -> Self {
        Self::tagged("", text)
    }

    /// A text in the language of `tag`; an empty text is none.
    #[must_use]
    pub fn tagged(tag: &str, text: &str) -> Self {
        [(tag, text)].into_iter().collect()
    }

    /// A text in both languages of the pages, or in one of them if the other is empty.
    #[must_use]
    pub fn both(en: &str, ja: &str) -> Self {
        [("en", en), ("ja", ja)].into_iter().collect()
    }

    /// A string, a map from tags to texts, or a value of JSON-LD with its language; anything else is no text.
    #[must_use]
    pub fn of(value: &Value) -> Self {
        match value {
            Value::String(text) => Self::plain(text),
            Value::Object(texts) => match texts.get("@value").and_then(Value::as_str) {
                Some(text) => {
                    Self::tagged(texts.get("@language").and_then(Value::as_str).unwrap_or_default(), text)
                }
                None => texts.iter().filter_map(|(tag, text)| Some((tag.as_str(), text.as_str()?))).collect(),
            },
            _ => Self::default(),
        }
    }

    /// Whether there is no text in any language.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text for a reader of `t`: in their language, else in English, else in any.
    #[must_use]
    pub fn text(&self, t: Language) -> &str {
        self.chosen(t).1
    }

    /// What says in HTML in which language [`Wording::text`] is, where that is not the page's.
    #[must_use]
    pub fn lang(&self, t: Language) -> Lang<'_> {
        let tag = self.chosen(t).0;
        let is_tag = tag.len() <= LONGEST_TAG
            && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && Language::from_tag(tag) != Some(t);
        Lang(if is_tag { tag } else { "" })
    }

    /// The text in this language and in no other; empty if there is none.
    #[must_use]
    pub fn only(&self, t: Language) -> &str {
        self.spoken(t).map_or("", |(_, text)| text)
    }

    /// The same with at most so many characters in each language.
    #[must_use]
    pub fn cut(self, most: usize) -> Self {
        Self(self.0.into_iter().map(|(tag, text)| (tag, text.chars().take(most).collect())).collect())
    }

    /// As JSON: a map from tags to texts.
    #[must_use]
    pub fn to_value(&self) -> Value {
        self.0.iter().map(|(tag, text)| (tag.clone(), Value::from(text.as_str()))).collect()
    }

    fn chosen(&self, t: Language) -> (&str, &str) {
        let any = || self.0.iter().next().map(|(tag, text)| (tag.as_str(), text.as_str()));
        self.spoken(t).or_else(|| self.spoken(Language::En)).or_else(any).unwrap_or_default()
    }

    fn spoken(&self, t: Language) -> Option<(&str, &str)> {
        let found = self.0.iter().find(|(tag, _)| Language::from_tag(tag) == Some(t));
        found.map(|(tag, text)| (tag.as_str(), text.as_str()))
    }

    /// English, then Japanese, once if they are the same; what has neither, in whatever language it has.
    fn joined(&self, between: &str) -> String {
        match (self.only(Language::En), self.only(Language::Ja)) {
            ("", "") => self.text(Language::En).to_owned(),
            (text, "") | ("", text) => text.to_owned(),
            (en, ja) if en == ja => en.to_owned(),
            (en, ja) => format!("{en}{between}{ja}"),
        }
    }
}

impl<'a> FromIterator<(&'a str, &'a str)> for Wording {
    fn from_iter<I: IntoIterator<Item = (&'a str, &'a str)>>(texts: I) -> Self {
        let texts = texts.into_iter().filter(|(_, text)| !text.is_empty());
        Self(texts.map(|(tag, text)| (tag.to_owned(), text.to_owned())).collect())
    }
}

impl From<Value> for Wording {
    fn from(value: Value) -> Self {
        Self::of(&value)
    }
}

impl From<Wording> for BTreeMap<String, String> {
    fn from(wording: Wording) -> Self {
        wording.0
    }
}

/// The attribute `lang` with a space before it, or nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lang<'a>(&'a str);

impl fmt::Display for Lang<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() { Ok(()) } else { write!(formatter, " lang=\"{}\"", self.0) }
    }
}

// Letters, digits and hyphens between quotation marks.
impl HtmlSafe for Lang<'_> {}

/// A string of a badge, and the languages that it was joined of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Joined {
    /// As it stands in the badge.
    pub text: String,
    /// Its languages.
    pub wording: Wording,
}

/// Joins the texts of a badge and remembers of what.
#[derive(Clone, Debug, Default)]
pub struct Joiner(Vec<Joined>);

impl Joiner {
    /// A name, in one line.
    pub fn name(&mut self, wording: Wording) -> String {
        self.join(wording, BETWEEN_NAMES)
    }

    /// What has paragraphs.
    pub fn paragraphs(&mut self, wording: Wording) -> String {
        self.join(wording, BETWEEN_PARAGRAPHS)
    }

    /// What was joined, in order.
    #[must_use]
    pub fn finish(self) -> Vec<Joined> {
        self.0
    }

    fn join(&mut self, wording: Wording, between: &str) -> String {
        let text = wording.joined(between);
        if !wording.is_empty() {
            self.0.push(Joined { text: text.clone(), wording });
        }
        text
    }
}

/// The languages of a badge's strings, by the string as it stands in the badge.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wordings(HashMap<String, Wording>);

impl Wordings {
    /// The languages of a string, or the string itself in the language of `tag`.
    #[must_use]
    pub fn find(&self, text: &str, tag: &str) -> Wording {
        self.0.get(text).cloned().unwrap_or_else(|| Wording::tagged(tag, text))
    }
}

impl FromIterator<(String, Wording)> for Wordings {
    fn from_iter<I: IntoIterator<Item = (String, Wording)>>(texts: I) -> Self {
        Self(texts.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shown(wording: &Wording, t: Language) -> String {
        format!("<i{}>{}", wording.lang(t), wording.text(t))
    }

    #[test]
    fn a_reader_gets_their_language_and_a_text_in_another_says_which() {
        let both = Wording::both("Data", "データ");
        assert_eq!(
            (shown(&both, Language::En), shown(&both, Language::Ja)),
            ("<i>Data".into(), "<i>データ".into())
        );
        let japanese = Wording::both("", "データ");
        assert_eq!(shown(&japanese, Language::En), "<i lang=\"ja\">データ");
        assert_eq!(shown(&Wording::both("Data", ""), Language::Ja), "<i lang=\"en\">Data");
        assert_eq!(
            shown(&Wording::of(&json!({"fr": "Données", "en-GB": "Data"})), Language::Ja),
            "<i lang=\"en-GB\">Data"
        );
        assert_eq!(shown(&Wording::of(&json!({"fr": "Données"})), Language::En), "<i lang=\"fr\">Données");
    }

    #[test]
    fn nothing_is_said_of_a_language_that_nobody_said() {
        for t in [Language::En, Language::Ja] {
            assert_eq!(shown(&Wording::plain("Data / データ"), t), "<i>Data / データ");
            assert_eq!(shown(&Wording::of(&json!(["Data"])), t), "<i>");
            assert_eq!(shown(&Wording::of(&json!({"\"><script>": "x"})), t), "<i>x");
        }
        let value = json!({"@value": "データ", "@language": "ja"});
        assert_eq!(shown(&Wording::of(&value), Language::En), "<i lang=\"ja\">データ");
    }

    #[test]
    fn what_was_joined_is_found_again_and_nothing_else_is_taken_apart() {
        let mut joiner = Joiner::default();
        assert_eq!(joiner.name(Wording::both("Data / AI", "データ / AI")), "Data / AI / データ / AI");
        assert_eq!(
            joiner.paragraphs(Wording::both("Reads.\n\nDraws.", "読む。")),
            "Reads.\n\nDraws.\n\n読む。"
        );
        assert_eq!(joiner.name(Wording::both("Python", "Python")), "Python");
        assert_eq!(joiner.name(Wording::both("", "")), "");
        assert_eq!(joiner.name(Wording::of(&json!({"fr": "Données"}))), "Données");
        let parts = joiner.finish();
        assert_eq!(parts.len(), 4);
        let known: Wordings = parts.into_iter().map(|one| (one.text, one.wording)).collect();
        assert_eq!(known.find("Data / AI / データ / AI", "").text(Language::Ja), "データ / AI");
        assert_eq!(known.find("Reads.\n\nDraws.\n\n読む。", "").text(Language::En), "Reads.\n\nDraws.");
        assert_eq!(known.find("Data / データ", "ja"), Wording::tagged("ja", "Data / データ"));
    }

    #[test]
    fn a_wording_is_written_as_a_map_and_read_from_a_string_too() {
        let wording: Wording = serde_json::from_value(json!({"en": "Data", "ja": "データ"})).unwrap();
        assert_eq!(wording, Wording::both("Data", "データ"));
        assert_eq!(serde_json::to_value(&wording).unwrap(), json!({"en": "Data", "ja": "データ"}));
        assert_eq!(serde_json::from_value::<Wording>(json!("Data")).unwrap(), Wording::plain("Data"));
        assert_eq!(wording.cut(2).text(Language::En), "Da");
    }
}
