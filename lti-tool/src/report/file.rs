//! Figures as files: CSV (<https://www.rfc-editor.org/rfc/rfc4180>) with a byte order mark, for spreadsheets, and JSON.
//!
//! A text that a spreadsheet would take for a formula gets an apostrophe in front
//! (<https://owasp.org/www-community/attacks/CSV_Injection>).

use serde_json::{Value, json};

use super::{AsOf, Report};
use crate::store::report::DefinitionRow;

/// What a spreadsheet takes for the beginning of a formula.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋'];

/// The rows as CSV: the columns' names of SQL, the values as they are; objects in two languages become two columns.
#[must_use]
pub fn csv(report: Report, rows: &[Value], as_of: AsOf) -> String {
    let mut columns: Vec<(&str, Option<&str>)> = Vec::new();
    for column in report.columns() {
        let has_languages = rows.iter().any(|row| row.get(column).is_some_and(Value::is_object));
        if has_languages {
            columns.extend([(*column, Some("en")), (*column, Some("ja"))]);
        } else {
            columns.push((column, None));
        }
    }
    let head = columns.iter().map(|(column, language)| match language {
        Some(language) => format!("{column}_{language}"),
        None => (*column).to_owned(),
    });
    let mut text = String::from('\u{feff}');
    line(&mut text, head.chain(["as_of".to_owned(), "known_at".to_owned()]));
    for row in rows {
        let fields = columns.iter().map(|(column, language)| field(row.get(column), *language));
        line(&mut text, fields.chain([as_of.date.to_string(), as_of.known_at.to_string()]));
    }
    text
}

fn line(text: &mut String, fields: impl Iterator<Item = String>) {
    let fields: Vec<String> = fields.map(|field| quoted(&field)).collect();
    text.push_str(&fields.join(","));
    text.push_str("\r\n");
}

fn field(value: Option<&Value>, language: Option<&str>) -> String {
    match (value, language) {
        (Some(Value::Object(names)), Some(language)) => field(names.get(language), None),
        (Some(Value::String(text)), _) => harmless(text),
        (None | Some(Value::Null), _) => String::new(),
        (Some(other), _) => other.to_string(),
    }
}

/// The text, so that no spreadsheet computes it.
fn harmless(text: &str) -> String {
    if text.starts_with(FORMULA) { format!("'{text}") } else { text.to_owned() }
}

fn quoted(field: &str) -> String {
    if field.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}

/// The rows as JSON with their definition.
#[must_use]
pub fn document(report: Report, rows: &[Value], as_of: AsOf, definitions: &[&DefinitionRow]) -> Value {
    let definition = |row: &&DefinitionRow| json!({ "title": row.title, "formula": row.formula, "isNot": row.is_not, "sources": row.sources });
    json!({
        "report": report.name(),
        "asOf": as_of.date.to_string(),
        "knownAt": as_of.known_at.to_string(),
        "definitions": definitions.iter().map(definition).collect::<Vec<_>>(),
        "rows": rows,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn as_of() -> AsOf {
        AsOf::day("2026-03-31", false, "2026-11-30T12:00:00Z".parse().unwrap()).unwrap()
    }

    #[test]
    fn a_table_has_the_columns_of_sql_and_both_languages() {
        let rows = [
            json!({"programme_code": "DX", "programme_name": {"en": "DX, all", "ja": "DX研修"}, "people": 3, "share": null}),
        ];
        let text = csv(Report::Participation, &rows, as_of());
        let mut lines = text.split("\r\n");
        assert_eq!(
            lines.next().unwrap(),
            "\u{feff}programme_code,programme_name_en,programme_name_ja,population,legal_entity,people,enrolled,headcount,headcount_on,share,as_of,known_at"
        );
        assert_eq!(
            lines.next().unwrap(),
            "DX,\"DX, all\",DX研修,,,3,,,,,2026-03-31T23:59:59Z,2026-03-31T23:59:59Z"
        );
    }

    #[test]
    fn no_text_is_a_formula() {
        for evil in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"] {
            let rows = [json!({"from_population": evil, "people": 1})];
            let text = csv(Report::Movement, &rows, as_of());
            let second = text.split_once("\r\n").unwrap().1;
            assert!(second.trim_start_matches('"').starts_with('\''), "{second}");
        }
        assert_eq!(field(Some(&json!(-1)), None), "-1", "a number stays one");
    }
}
