//! A report's rows as a table for people: names in their language, populations and events by their words, shares as percentages.

use std::collections::HashMap;

use serde_json::Value;

use super::Report;
use crate::{
    language::{Language, wording::Wording},
    store::report::FigureNames,
};

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
    pub text: Wording,
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
pub fn table(t: Language, report: Report, rows: &[Value], names: &FigureNames) -> Table {
    let columns = report.shown_columns();
    let head = |column: &&str| {
        let head = t.named("report-column", column).unwrap_or_else(|| (*column).to_owned());
        (head, is_number(column))
    };
    let line = |row: &Value| {
        columns
            .iter()
            .map(|column| Cell { text: text(t, column, row, names), is_number: is_number(column) })
            .collect()
    };
    Table { heads: columns.iter().map(head).collect(), rows: rows.iter().map(line).collect() }
}

/// The value of a row in a column as people read it. Names are in all of their languages, everything else in the page's.
#[must_use]
pub fn text(t: Language, column: &str, row: &Value, names: &FigureNames) -> Wording {
    let value = row.get(column).unwrap_or(&Value::Null);
    let known =
        |names: &HashMap<String, Wording>, column: &str| names.get(row.get(column)?.as_str()?).cloned();
    let wording = match (column, value) {
        (_, Value::Object(_)) => Some(Wording::of(value)),
        ("programme_name", Value::Null) => known(&names.programmes, "programme_code"),
        ("achievement_uri", _) => known(&names.achievements, "achievement_uri"),
        _ => None,
    };
    wording.filter(|wording| !wording.is_empty()).unwrap_or_else(|| Wording::plain(&said(t, column, value)))
}

/// A value that is no name.
fn said(t: Language, column: &str, value: &Value) -> String {
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
        ("population" | "from_population" | "to_population", Value::String(word)) => t.population(word),
        ("health" | "kind" | "event", Value::String(word)) => {
            t.named("report-word", word).unwrap_or_else(|| word.clone())
        }
        ("purpose", Value::String(word)) => t.named("receipt-purpose", word).unwrap_or_else(|| word.clone()),
        ("achievement_uri", Value::String(uri)) => uri.rsplit('/').next().unwrap_or(uri).to_owned(),
        (_, Value::String(text)) => text.clone(),
        (_, other) => other.to_string(),
    }
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
            table(t, Report::Participation, std::slice::from_ref(&row), &FigureNames::default())
                .rows
                .remove(0)
                .into_iter()
                .map(|cell| cell.text.text(t).to_owned())
                .collect()
        };
        assert_eq!(texts(Language::En)[1], "DX Training");
        assert_eq!(texts(Language::Ja)[1], "DX研修");
        assert_eq!(texts(Language::En)[4..], ["12", "0", "48", "2026-03-31", "25.0%"]);
    }

    #[test]
    fn what_is_missing_is_said() {
        let said = |column: &str, value: Value| {
            let row = json!({ column: value });
            text(Language::En, column, &row, &FigureNames::default()).text(Language::En).to_owned()
        };
        assert_eq!(said("share", Value::Null), "–");
        assert_eq!(said("ends_in", json!("2026-04-01")), "2026-04");
        assert_eq!(said("achievement_uri", json!("https://x.example/achievements/RI-01")), "RI-01");
        assert_eq!(said("kind", json!("of their own")), "of their own");
    }

    #[test]
    fn a_code_stands_beside_its_name_and_an_address_gives_way_to_one() {
        let uri = "https://x.example/achievements/RI-01".to_owned();
        let names = FigureNames {
            programmes: [("DX".to_owned(), Wording::both("DX Training", "DX研修"))].into(),
            achievements: [(uri.clone(), Wording::both("", "基礎"))].into(),
        };
        let row = json!({"programme_code": "DX", "population": "dispatched", "legal_entity": "", "achievements": 2, "hours": 12});
        let shown = |t, report, row: &Value| -> Vec<String> {
            let mut table = table(t, report, std::slice::from_ref(row), &names);
            table
                .rows
                .remove(0)
                .iter()
                .map(|cell| format!("{}{}", cell.text.text(t), cell.text.lang(t)))
                .collect()
        };
        assert_eq!(shown(Language::Ja, Report::Hours, &row)[..3], ["DX", "DX研修", "派遣スタッフ"]);
        assert_eq!(shown(Language::En, Report::Hours, &row)[..3], ["DX", "DX Training", "Dispatched staff"]);
        let row = json!({"month": "2026-03-01", "achievement_uri": uri});
        assert_eq!(shown(Language::En, Report::Issuance, &row)[..2], ["2026-03", "基礎 lang=\"ja\""]);
        let all = json!({"programme_code": null});
        assert_eq!(shown(Language::En, Report::Hours, &all)[..2], ["All programmes", "All programmes"]);
    }
}
