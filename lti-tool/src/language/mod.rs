//! The two languages of every page, and their texts from `locales/*/*.ftl`, one file for each area (<https://projectfluent.org/>).
//!
//! A template says `t.text("key")`; no template holds a sentence. A test compares the keys of both languages with those that are used.

pub mod wording;

use std::sync::LazyLock;

use actix_web::{HttpRequest, http::header};
use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use openbadges::time::Timestamp;
use unic_langid::LanguageIdentifier;

/// A language of the pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Japanese.
    Ja,
}

type Bundle = FluentBundle<FluentResource>;

/// The English and the Japanese file of each area.
macro_rules! texts_of {
    ($($area:literal),* $(,)?) => {
        &[$((
            include_str!(concat!("../../locales/en/", $area, ".ftl")),
            include_str!(concat!("../../locales/ja/", $area, ".ftl")),
        )),*]
    };
}

/// The areas; a new file is one line here.
const TEXTS: &[(&str, &str)] = texts_of![
    "admin",
    "badge",
    "course",
    "credential",
    "examination",
    "identity",
    "learner",
    "mail",
    "main",
    "model",
    "path",
    "platform",
    "public",
    "receipt",
    "renewal",
    "report",
    "rule",
    "sharing"
];

static BUNDLES: LazyLock<[Bundle; 2]> = LazyLock::new(|| {
    [bundle("en", TEXTS.iter().map(|texts| texts.0)), bundle("ja", TEXTS.iter().map(|texts| texts.1))]
});

/// What can be read is read; the tests see to it that this is everything.
fn bundle(tag: &str, sources: impl Iterator<Item = &'static str>) -> Bundle {
    let id: LanguageIdentifier = tag.parse().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![id]);
    // Names stand in their own <bdi>, so that Fluent need not wrap them in invisible marks.
    bundle.set_use_isolating(false);
    for source in sources {
        let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(partial, _)| partial);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

impl Language {
    /// The language of a tag such as `ja`, `ja-JP` or `ja_JP`; `None` if we do not speak it.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default().trim();
        match primary.to_ascii_lowercase().as_str() {
            "en" => Some(Self::En),
            "ja" => Some(Self::Ja),
            _ => None,
        }
    }

    /// The first language of an `Accept-Language` that we speak, by its qualities
    /// (<https://www.rfc-editor.org/rfc/rfc9110#section-12.5.4>), else English.
    #[must_use]
    pub fn from_accept_language(header: &str) -> Self {
        let mut best = (Self::default(), 0.0);
        for range in header.split(',') {
            let (tag, parameters) = range.split_once(';').unwrap_or((range, ""));
            let quality = parameters
                .trim()
                .strip_prefix("q=")
                .and_then(|quality| quality.parse::<f32>().ok())
                .unwrap_or(1.0);
            match Self::from_tag(tag.trim()) {
                Some(language) if quality > best.1 => best = (language, quality),
                _ => {}
            }
        }
        best.0
    }

    /// The language that the browser asks for.
    #[must_use]
    pub fn of_request(request: &HttpRequest) -> Self {
        let header = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        header.map(Self::from_accept_language).unwrap_or_default()
    }

    /// The tag, for `lang` and the database.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ja => "ja",
        }
    }

    /// The text called `key`; the key itself if there is none.
    #[must_use]
    pub fn text(self, key: &str) -> String {
        self.format(key, None)
    }

    /// The text called `key` with one text as argument.
    #[must_use]
    pub fn with(self, key: &str, name: &str, value: &str) -> String {
        let mut arguments = FluentArgs::new();
        arguments.set(name, value);
        self.format(key, Some(&arguments))
    }

    /// The text called `key` with the day of `moment` as its argument `date`.
    #[must_use]
    pub fn dated(self, key: &str, moment: &Timestamp) -> String {
        self.with(key, "date", &self.date(moment))
    }

    /// The text called `key` with two numbers as arguments.
    #[must_use]
    pub fn with_numbers(self, key: &str, first: (&str, usize), second: (&str, usize)) -> String {
        let mut arguments = FluentArgs::new();
        arguments.set(first.0, first.1);
        arguments.set(second.0, second.1);
        self.format(key, Some(&arguments))
    }

    /// The text called `key` with a number as argument.
    #[must_use]
    pub fn with_number(self, key: &str, name: &str, number: usize) -> String {
        let mut arguments = FluentArgs::new();
        arguments.set(name, number);
        self.format(key, Some(&arguments))
    }

    /// The text called `key` with two texts as arguments.
    #[must_use]
    pub fn with_texts(self, key: &str, first: (&str, &str), second: (&str, &str)) -> String {
        let mut arguments = FluentArgs::new();
        arguments.set(first.0, first.1);
        arguments.set(second.0, second.1);
        self.format(key, Some(&arguments))
    }

    /// The text called `key` with these arguments.
    #[must_use]
    pub fn with_all(self, key: &str, values: &[(&str, FluentValue<'_>)]) -> String {
        let mut arguments = FluentArgs::new();
        for (name, value) in values {
            arguments.set(*name, value.clone());
        }
        self.format(key, Some(&arguments))
    }

    /// The text called `prefix-name` with the underscores of `name` as hyphens, if there is one.
    #[must_use]
    pub fn named(self, prefix: &str, name: &str) -> Option<String> {
        let key = format!("{prefix}-{}", name.replace('_', "-"));
        self.bundle().has_message(&key).then(|| self.text(&key))
    }

    /// What people of that population are called; a word of one's own stays as it is.
    #[must_use]
    pub fn population(self, word: &str) -> String {
        self.named("report-population", word).unwrap_or_else(|| word.to_owned())
    }

    /// Words one after the other, as a list within a line.
    #[must_use]
    pub fn list(self, words: &[String]) -> String {
        words.join(match self {
            Self::En => ", ",
            Self::Ja => "、",
        })
    }

    /// A day, as people write it.
    #[must_use]
    pub fn date(self, moment: &Timestamp) -> String {
        let text = moment.to_string();
        let mut parts = text.split(['-', 'T']).map(|part| part.parse::<u32>().unwrap_or_default());
        let (year, month, day) = (
            parts.next().unwrap_or_default(),
            parts.next().unwrap_or_default(),
            parts.next().unwrap_or_default(),
        );
        match self {
            Self::En => format!("{day} {} {year}", self.text(&format!("month-{month}"))),
            Self::Ja => format!("{year}年{month}月{day}日"),
        }
    }

    /// A moment to the minute, in UTC, as administrators compare it with logs.
    #[must_use]
    pub fn moment(self, moment: &Timestamp) -> String {
        let text = moment.to_string();
        text.get(..16).map_or_else(|| text.clone(), |minute| format!("{} UTC", minute.replace('T', " ")))
    }

    fn format(self, key: &str, arguments: Option<&FluentArgs<'_>>) -> String {
        let bundle = self.bundle();
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            return key.to_owned();
        };
        bundle.format_pattern(pattern, arguments, &mut Vec::new()).into_owned()
    }

    fn bundle(self) -> &'static Bundle {
        let [english, japanese] = &*BUNDLES;
        match self {
            Self::En => english,
            Self::Ja => japanese,
        }
    }
}

#[cfg(test)]
mod tests;
