//! Whether a document keeps to the published schema in its strict form.
//!
//! <https://www.imsglobal.org/spec/ob/v3p0/#achievementcredential> and the classes below it, as rules of our own. Strict
//! means: arrays wherever the schema has them, no nulls, no empty arrays, the published words or `ext:…`, and the rules
//! between results and their descriptions. Verification is more lenient: it believes what validators only warn about.

mod classes;
mod results;
mod texts;
mod words;

use serde_json::{Map, Value};

use super::CREDENTIAL_CONTEXTS;
use classes::{CREDENTIAL, Class, ENDORSEMENT, Kind};

/// A place where a document departs from the schema.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{pointer} {problem}")]
pub struct Departure {
    /// JSON pointer to the place.
    pub pointer: String,
    /// What is wrong there.
    pub problem: Problem,
}

/// What is wrong at a place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// A mandatory property is missing.
    #[error("is missing")]
    Missing,
    /// A null or an empty array, which are left out instead.
    #[error("is null or an empty list, leave it out")]
    Empty,
    /// A value of another kind.
    #[error("is not {0}")]
    NotA(&'static str),
    /// A word that is not among the published ones.
    #[error("is `{0}`, which is no published word and does not start with `ext:`")]
    UnknownWord(String),
    /// A word that is not among the published ones, where there are no others.
    #[error("is `{0}`, which is not among the published words")]
    NoSuchWord(String),
    /// A property that a closed class does not have.
    #[error("is not a property of `{0}`")]
    NotAProperty(&'static str),
    /// A `type` without the term of its class.
    #[error("does not have `{0}`")]
    TypeWithout(&'static str),
    /// Neither of two properties is there.
    #[error("has neither `{0}` nor `{1}`")]
    Neither(&'static str, &'static str),
    /// A result refers to nothing in its achievement.
    #[error("is `{0}`, which the achievement does not describe")]
    NotDescribed(String),
}

/// The departures of a credential, signed or not; none when it passes.
#[must_use]
pub fn departures(credential: &Value) -> Vec<Departure> {
    let mut found = Found::default();
    found.check_object(credential, &CREDENTIAL, "");
    found.refuse_empty(credential, "");
    results::check(credential, &mut found);
    found.departures
}

/// The departures of an endorsement; none when it passes.
#[must_use]
pub fn departures_of_endorsement(endorsement: &Value) -> Vec<Departure> {
    let mut found = Found::default();
    found.check_object(endorsement, &ENDORSEMENT, "");
    found.refuse_empty(endorsement, "");
    found.departures
}

/// What has been found so far.
#[derive(Default)]
struct Found {
    departures: Vec<Departure>,
}

impl Found {
    fn note(&mut self, pointer: String, problem: Problem) {
        self.departures.push(Departure { pointer, problem });
    }

    fn check_object(&mut self, value: &Value, class: &Class, pointer: &str) {
        let Some(object) = value.as_object() else {
            return self.note(pointer.to_owned(), Problem::NotA("an object"));
        };
        self.check_type(object, class, pointer);
        for (name, kind, is_mandatory) in class.properties {
            let at = format!("{pointer}/{name}");
            match object.get(*name) {
                Some(value) => self.check(value, kind, at),
                None if *is_mandatory => self.note(at, Problem::Missing),
                None => {}
            }
        }
        if let Some((left, right)) = class.one_of
            && !object.contains_key(left)
            && !object.contains_key(right)
        {
            self.note(pointer.to_owned(), Problem::Neither(left, right));
        }
        if class.is_closed {
            let is_known =
                |name: &str| name == "type" || class.properties.iter().any(|(known, ..)| *known == name);
            for name in object.keys().filter(|name| !is_known(name)) {
                self.note(format!("{pointer}/{name}"), Problem::NotAProperty(class.name));
            }
        }
    }

    /// `type` is a list with the term of the class; in some classes the term itself.
    fn check_type(&mut self, object: &Map<String, Value>, class: &Class, pointer: &str) {
        let at = format!("{pointer}/type");
        match (object.get("type"), class.types) {
            (_, []) => {}
            (None, _) => self.note(at, Problem::Missing),
            (Some(Value::String(term)), [only]) if class.has_plain_type => {
                if term != only {
                    self.note(at, Problem::TypeWithout(only));
                }
            }
            (Some(Value::Array(found)), terms) if !class.has_plain_type => {
                if !found.iter().all(Value::is_string) {
                    self.note(at.clone(), Problem::NotA("a list of texts"));
                }
                for term in terms {
                    let alternatives: Vec<&str> = term.split('|').collect();
                    let has_it =
                        found.iter().filter_map(Value::as_str).any(|found| alternatives.contains(&found));
                    if !has_it {
                        self.note(at.clone(), Problem::TypeWithout(term));
                    }
                }
            }
            (Some(_), _) if class.has_plain_type => self.note(at, Problem::NotA("a text")),
            (Some(_), _) => self.note(at, Problem::NotA("a list")),
        }
    }

    fn check(&mut self, value: &Value, kind: &Kind, pointer: String) {
        let is_text = |is_kind: fn(&str) -> bool| value.as_str().is_some_and(is_kind);
        let (fits, expected) = match kind {
            Kind::Text => (value.is_string(), "a text"),
            Kind::Uri => (is_text(texts::is_uri), "an absolute URI"),
            Kind::Date => (is_text(texts::is_date), "a date and time with an offset"),
            Kind::Day => (is_text(texts::is_day), "a day such as 2026-11-23"),
            Kind::Language => (is_text(texts::is_language), "a language such as ja or en-GB"),
            Kind::Token => (is_text(texts::is_token), "a compact JWS"),
            Kind::Number => (value.is_number(), "a number"),
            Kind::Truth => (value.is_boolean(), "true or false"),
            Kind::Contexts => return self.check_contexts(value, &pointer),
            Kind::Word(words) => return self.check_word(value, words, true, pointer),
            Kind::ClosedWord(words) => return self.check_word(value, words, false, pointer),
            Kind::Object(class) => return self.check_object(value, class, &pointer),
            Kind::UriOr(class) => {
                let kind = if value.is_string() { Kind::Uri } else { Kind::Object(class) };
                return self.check(value, &kind, pointer);
            }
            Kind::List(kind) => return self.check_list(value, kind, pointer),
        };
        if !fits {
            self.note(pointer, Problem::NotA(expected));
        }
    }

    fn check_list(&mut self, value: &Value, kind: &Kind, pointer: String) {
        let Some(items) = value.as_array() else { return self.note(pointer, Problem::NotA("a list")) };
        for (index, item) in items.iter().enumerate() {
            self.check(item, kind, format!("{pointer}/{index}"));
        }
    }

    /// Verifiable Credentials, Open Badges, then whatever else (<https://www.imsglobal.org/spec/ob/v3p0/#json-ld>).
    fn check_contexts(&mut self, value: &Value, pointer: &str) {
        let Some([first, second, others @ ..]) = value.as_array().map(Vec::as_slice) else {
            return self.note(pointer.to_owned(), Problem::NotA("a list of two contexts or more"));
        };
        if first != CREDENTIAL_CONTEXTS[0] {
            self.note(format!("{pointer}/0"), Problem::NotA("the context of Verifiable Credentials 2.0"));
        }
        if !second.as_str().is_some_and(texts::is_open_badges_context) {
            self.note(format!("{pointer}/1"), Problem::NotA("a context of Open Badges 3.0"));
        }
        for (index, other) in others.iter().enumerate() {
            if !other.is_string() && !other.is_object() {
                self.note(format!("{pointer}/{}", index + 2), Problem::NotA("a context"));
            }
        }
    }

    /// A published word, or one of the issuer's own where the list is open.
    fn check_word(&mut self, value: &Value, words: &[&str], is_open: bool, pointer: String) {
        match value.as_str() {
            None => self.note(pointer, Problem::NotA("a text")),
            Some(text) if words.contains(&text) || (is_open && texts::is_own_word(text)) => {}
            Some(text) if is_open => self.note(pointer, Problem::UnknownWord(text.to_owned())),
            Some(text) => self.note(pointer, Problem::NoSuchWord(text.to_owned())),
        }
    }

    fn refuse_empty(&mut self, value: &Value, pointer: &str) {
        match value {
            Value::Null => self.note(pointer.to_owned(), Problem::Empty),
            Value::Array(items) if items.is_empty() => self.note(pointer.to_owned(), Problem::Empty),
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.refuse_empty(item, &format!("{pointer}/{index}"));
                }
            }
            Value::Object(members) => {
                for (name, member) in members {
                    self.refuse_empty(member, &format!("{pointer}/{name}"));
                }
            }
            _ => {}
        }
    }
}
