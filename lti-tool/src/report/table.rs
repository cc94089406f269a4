//! A report's rows as a table for people: names in their language, populations and events by their words, shares as percentages.

use serde_json::Value;

use super::Report;
use crate::language::Language;

/// A table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// Heads of the columns; whether numbers stand in it.
    pub heads: Vec<(String, bool)>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
}

/// A cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// What it says.
    pub text: String,
    /// Whether it is a number.
    pub is_number: bool,
}

/// Columns of numbers.
const NUMBERS: [&str; 22] = [
    "people",
    "enrolled",
    "headcount",
    "share",
    "achievements",
    "hours",
    "level",
    "holders",
    "target",
    "year",
    "passes",
    "verified",
    "undecided",
    "people_by_badge",
    "badges",
    "reached",
    "observed",
    "progressed",
    "people_with_badge_before",
    "issued",
    "accepted",
    "revoked",
];

fn is_number(column: &str) -> bool {
    NUMBERS.contains(&column) || matches!(column, "declined" | "at_least")
}

/// The table of a report.
#[must_use]
pub fn table(t: Language, report: Report, rows: &[Value]) -> Table {
    let columns = report.columns();
    let head = |column: &&str| {
        let head = t.named("report-column", column).unwrap_or_else(|| (*column).to_owned());
        (head, is_number(column))
    };
    let line = |row: &Value| columns.iter().map(|column| cell(t, column, row.get(column))).collect();
    Table { heads: columns.iter().map(head).collect(), rows: rows.iter().map(line).collect() }
}

fn cell(t: Language, column: &str, value: Option<&Value>) -> Cell {
    Cell { text: text(t, column, value.unwrap_or(&Value::Null)), is_number: is_number(column) }
}

/// A value as people read it.
#[must_use]
pub fn text(t: Language, column: &str, value: &Value) -> String {
    match (column, value) {
        ("programme_code" | "programme_name", Value::Null) => t.text("report-all-programmes"),
        ("population", Value::Null) => t.text("report-no-population"),
        ("achievement_uri", Value::Null) => t.text("report-total"),
        ("ends_in", Value::Null) => t.text("report-never-ends"),
        (_, Value::Null) => "–".to_owned(),
        ("share", value) => {
            value.as_f64().map_or_else(|| value.to_string(), |share| format!("{:.1}%", share * 100.0))
        }
        ("month" | "ends_in", Value::String(day)) => day.get(..7).unwrap_or(day).to_owned(),
        ("population" | "from_population" | "to_population", Value::String(word)) => {
            t.named("report-population", word).unwrap_or_else(|| word.clone())
        }
        ("health" | "kind" | "event", Value::String(word)) => {
            t.named("report-word", word).unwrap_or_else(|| word.clone())
        }
        ("achievement_uri", Value::String(uri)) => uri.rsplit('/').next().unwrap_or(uri).to_owned(),
        (_, names @ Value::Object(_)) => in_language(t, names),
        (_, Value::String(text)) => text.clone(),
        (_, other) => other.to_string(),
    }
}

/// A name that is kept by language.
#[must_use]
pub fn in_language(t: Language, names: &Value) -> String {
    let wanted = names.get(t.code()).or_else(|| names.as_object()?.values().next());
    wanted.and_then(Value::as_str).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn people_read_names_words_and_percentages() {
        let row = json!({
            "programme_code": "DX", "programme_name": {"en": "DX Training", "ja": "DX研修"}, "population": "employee", "legal_entity": "",
            "people": 12, "enrolled": 0, "headcount": 48, "headcount_on": "2026-03-31", "share": 0.25
        });
        let texts = |t| -> Vec<String> {
            table(t, Report::Participation, std::slice::from_ref(&row))
                .rows
                .remove(0)
                .into_iter()
                .map(|cell| cell.text)
                .collect()
        };
        assert_eq!(texts(Language::En)[1], "DX Training");
        assert_eq!(texts(Language::Ja)[1], "DX研修");
        assert_eq!(texts(Language::En)[4..], ["12", "0", "48", "2026-03-31", "25.0%"]);
    }

    #[test]
    fn what_is_missing_is_said() {
        assert_eq!(text(Language::En, "share", &Value::Null), "–");
        assert_eq!(text(Language::En, "ends_in", &json!("2026-04-01")), "2026-04");
        assert_eq!(
            text(Language::En, "achievement_uri", &json!("https://x.example/achievements/RI-01")),
            "RI-01"
        );
        assert_eq!(text(Language::En, "kind", &json!("of their own")), "of their own");
    }
}
