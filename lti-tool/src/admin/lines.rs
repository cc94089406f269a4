//! What the lists of events and errors say in the reader's language.
//!
//! The database keeps codes and names. A code becomes a word of ours here; a name stays as somebody gave it, and pages mark it as text of an
//! unknown language.

use std::fmt;

use askama::filters::HtmlSafe;
use openbadges::time::Timestamp;
use serde_json::Value;

use super::{BY_LINK, COMMAND_LINE, session::Role};
use crate::{
    examination::day,
    language::Language,
    login::{PATH as LOGIN, REDIRECT_PATH as LAUNCH, chain::CONTINUE_PATH},
    registration,
    store::{admin::AdminEventRow, refusal::RefusalRow},
};

/// The order of the parts of a line; what is not among them is not shown.
const PARTS: [&str; 21] = [
    "way",
    "provider",
    "name",
    "issuer",
    "deployment",
    "viewer",
    "role",
    "level",
    "person",
    "pass",
    "population",
    "entity",
    "day",
    "population_parameter",
    "entity_parameter",
    "programme",
    "file",
    "date",
    "shown",
    "reason",
    "note",
];

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// What kind of thing it is, with the sign and the space that follow.
    pub(crate) label: Option<String>,
    /// The thing.
    pub(crate) text: String,
    /// Whether the text is a name or an id, and no word of ours.
    pub(crate) is_name: bool,
}

/// The attribute of a name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark(bool);

impl fmt::Display for Mark {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.0 { " lang=\"\"" } else { "" })
    }
}

impl HtmlSafe for Mark {}

impl Part {
    fn word(text: String) -> Self {
        Self { label: None, text, is_name: false }
    }

    fn name(text: &str) -> Self {
        Self { label: None, text: text.to_owned(), is_name: true }
    }

    /// What says in HTML that a name is in no language that we know; the page's would be said otherwise.
    pub(crate) fn lang(&self) -> Mark {
        Mark(self.is_name)
    }

    fn labelled(self, label: String) -> Self {
        Self { label: Some(label), ..self }
    }

    /// A word if there is one for the code, else the code.
    fn coded(t: Language, prefix: &str, code: &str) -> Self {
        t.named(prefix, code).map_or_else(|| Self::name(code), Self::word)
    }
}

/// Who: somebody by name, or how they came if nobody named them.
pub(crate) fn actor(t: Language, name: &str) -> Part {
    match name {
        BY_LINK => Part::word(t.text("admin-by-link")),
        COMMAND_LINE => Part::word(t.text("admin-by-command")),
        name => Part::name(name),
    }
}

/// What was done.
pub(crate) fn action(t: Language, event: &AdminEventRow) -> Part {
    Part::coded(t, "admin-action", &event.action)
}

/// To what it was done.
pub(crate) fn parts(t: Language, event: &AdminEventRow) -> Vec<Part> {
    if event.details.is_empty() {
        return part_of_old(t, &event.subject).into_iter().collect();
    }
    // Whom nobody named is called by how they came, and a link that nobody named is one of those that were made.
    let is_said = |key: &str, text: &str| {
        (key == "way" && event.actor == BY_LINK) || (key == "name" && text == BY_LINK)
    };
    let text = |key: &str| match event.details.get(key) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    PARTS
        .into_iter()
        .map(|key| (key, text(key)))
        .filter(|(key, text)| !text.is_empty() && !is_said(key, text))
        .map(
            |(key, value)| {
                if key == "shown" { rows(t, &value, &text("total")) } else { part(t, key, &value) }
            },
        )
        .collect()
}

/// A line of before the parts were kept: its subject as it is, but for the two that are codes.
fn part_of_old(t: Language, subject: &str) -> Option<Part> {
    match subject {
        "" => None,
        "link" | "launch" => Some(Part::coded(t, "admin-way", subject)),
        name => Some(Part::name(name)),
    }
}

fn part(t: Language, key: &str, value: &str) -> Part {
    match key {
        "way" => Part::coded(t, "admin-way", value),
        "role" => Part::coded(t, "admin-role", value),
        "viewer" if Role::from_name(value).is_some() => Part::coded(t, "admin-role", value),
        "viewer" => Part::name(value).labelled(t.text("admin-part-database-role")),
        "population" => Part::coded(t, "report-population", value).labelled(t.text("admin-part-population")),
        "level" => Part::word(t.with("admin-part-level", "level", value)),
        "day" => Part::word(day(t, value)).labelled(t.text("admin-part-day")),
        "date" => Part::word(moment(t, value)).labelled(t.text("admin-part-date")),
        "name" | "issuer" | "file" => Part::name(value),
        key => Part { label: t.named("admin-part", key), ..Part::name(value) },
    }
}

fn moment(t: Language, value: &str) -> String {
    value.parse().map_or_else(|_| value.to_owned(), |moment: Timestamp| t.moment(&moment))
}

fn rows(t: Language, shown: &str, total: &str) -> Part {
    let number = |text: &str| text.parse().unwrap_or_default();
    Part::word(t.with_numbers("admin-part-rows", ("shown", number(shown)), ("total", number(total))))
}

/// At which step somebody was refused.
pub(crate) fn step(t: Language, refusal: &RefusalRow) -> Part {
    match refusal.route.as_str() {
        LOGIN | CONTINUE_PATH => Part::word(t.text("admin-step-login")),
        LAUNCH => Part::word(t.text("admin-step-launch")),
        route if route.starts_with(registration::PATH) => Part::word(t.text("admin-step-registration")),
        route => Part::name(route),
    }
}

/// The sentence that they read, in the language of who looks now.
pub(crate) fn sentence(t: Language, refusal: &RefusalRow) -> Option<String> {
    t.named("error", refusal.sentence.as_deref()?.strip_prefix("error-")?)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event(action: &str, subject: &str, details: Value) -> AdminEventRow {
        AdminEventRow {
            happened_at: Timestamp::from_unix_seconds(0),
            actor: COMMAND_LINE.to_owned(),
            action: action.to_owned(),
            subject: subject.to_owned(),
            details: serde_json::from_value(details).unwrap(),
        }
    }

    /// The parts as a reader sees them; names in brackets.
    fn said(t: Language, event: &AdminEventRow) -> String {
        let one = |part: Part| {
            let text = if part.is_name { format!("[{}]", part.text) } else { part.text };
            format!("{}{text}", part.label.unwrap_or_default())
        };
        let who = one(actor(t, &event.actor));
        let parts = parts(t, event).into_iter().map(one);
        std::iter::once(who).chain(parts).collect::<Vec<_>>().join(" · ")
    }

    #[test]
    fn codes_are_words_of_the_reader_s_language_and_names_stay() {
        let ended =
            event("sign-in-ended", "鈴木, report-reader", json!({"name": "鈴木", "role": "report-reader"}));
        assert_eq!(said(Language::En, &ended), "command on the server · [鈴木] · Report reader");
        assert_eq!(said(Language::Ja, &ended), "サーバーのコマンド · [鈴木] · レポート閲覧者");
        let unnamed = event("link-made", "", json!({"name": BY_LINK, "role": "administrator"}));
        assert_eq!(said(Language::Ja, &unnamed), "サーバーのコマンド · 管理者");
        let rule = json!({"viewer": "programme-owner", "level": 3, "population": "dispatched"});
        let given = event("visibility-given", "", rule);
        assert_eq!(
            said(Language::En, &given),
            "command on the server · Programme owner · level 3 and higher · population: Dispatched staff"
        );
        assert_eq!(
            said(Language::Ja, &given),
            "サーバーのコマンド · プログラム責任者 · レベル3以上 · 人材区分：派遣スタッフ"
        );
        let own = event(
            "visibility-given",
            "",
            json!({"viewer": "hr_readers", "level": 1, "population": "alumni"}),
        );
        assert_eq!(
            said(Language::Ja, &own),
            "サーバーのコマンド · データベースロール：[hr_readers] · レベル1以上 · 人材区分：[alumni]"
        );
    }

    #[test]
    fn numbers_and_dates_are_written_as_the_reader_writes_them() {
        let seen = event("holders-seen", "25 of 60 rows", json!({"shown": 25, "total": 60}));
        assert_eq!(said(Language::En, &seen), "command on the server · 25 of 60 rows");
        assert_eq!(said(Language::Ja, &seen), "サーバーのコマンド · 60行中25行");
        let set = json!({"person": "1-2", "population": "employee", "entity": "", "day": "2026-04-01", "reason": "異動"});
        let set = event("population-set", "", set);
        assert_eq!(
            said(Language::En, &set),
            "command on the server · person: [1-2] · population: Employees · from: 1 April 2026 · reason: [異動]"
        );
        let file =
            event("figures-downloaded", "", json!({"file": "hours.csv", "date": "2026-03-31T23:59:59Z"}));
        assert_eq!(
            said(Language::Ja, &file),
            "サーバーのコマンド · [hours.csv] · 基準日時：2026-03-31 23:59 UTC"
        );
    }

    #[test]
    fn a_line_of_long_ago_is_shown_as_it_was_kept() {
        let nothing = || json!({});
        assert_eq!(
            said(Language::Ja, &event("signed-in", "link", nothing())),
            "サーバーのコマンド · ワンタイムリンク"
        );
        assert_eq!(said(Language::Ja, &event("invited", "大学", nothing())), "サーバーのコマンド · [大学]");
        assert_eq!(said(Language::En, &event("invited", "", nothing())), "command on the server");
        let unknown = action(Language::Ja, &event("of-tomorrow", "", nothing()));
        assert_eq!((unknown.text.as_str(), unknown.is_name), ("of-tomorrow", true));
    }

    #[test]
    fn a_refusal_names_the_step_and_what_the_person_read() {
        let refusal = |route: &str, sentence: Option<&str>| RefusalRow {
            happened_at: Timestamp::from_unix_seconds(0),
            platform: None,
            route: route.to_owned(),
            sentence: sentence.map(str::to_owned),
            reason: String::new(),
            reference: String::new(),
        };
        for (route, word) in
            [("/lti/login", "サインイン"), ("/lti/launch", "起動"), ("/register/{token}", "登録")]
        {
            assert_eq!(step(Language::Ja, &refusal(route, None)), Part::word(word.to_owned()));
        }
        assert_eq!(step(Language::Ja, &refusal("/of/tomorrow", None)), Part::name("/of/tomorrow"));
        let known = sentence(Language::Ja, &refusal("/lti/launch", Some("error-unavailable")));
        assert_eq!(known, Some(Language::Ja.text("error-unavailable")));
        assert_eq!(sentence(Language::Ja, &refusal("/lti/launch", Some("error-of-tomorrow"))), None);
        assert_eq!(sentence(Language::Ja, &refusal("/lti/launch", None)), None);
    }
}
