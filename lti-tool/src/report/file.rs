//! Figures as files: CSV (<https://www.rfc-editor.org/rfc/rfc4180>) with a byte order mark, for spreadsheets, and JSON.
//!
//! A text that a spreadsheet would take for a formula gets an apostrophe in front
//! (<https://owasp.org/www-community/attacks/CSV_Injection>).

use serde_json::{Value, json};

use super::{AsOf, Report, table};
use crate::{
    language::{Language, wording::Wording},
    store::report::{DefinitionRow, FigureNames},
};

/// The languages of names, in the order of their columns.
const LANGUAGES: [Language; 2] = [Language::En, Language::Ja];
/// What a spreadsheet takes for the beginning of a formula.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋'];

/// Columns with codes and addresses, and what the columns with their names in both languages are called.
const NAMED: [(&str, &str); 9] = [
    ("programme_code", "programme_name"),
    ("achievement_uri", "achievement_name"),
    ("population", "population_name"),
    ("from_population", "from_population_name"),
    ("to_population", "to_population_name"),
    ("kind", "kind_name"),
    ("health", "health_name"),
    ("event", "event_name"),
    ("purpose", "purpose_name"),
];

/// Those of a report whose names are no columns of its own.
fn named(report: Report) -> impl Iterator<Item = (&'static str, &'static str)> {
    let columns = report.columns();
    NAMED.into_iter().filter(|(code, name)| columns.contains(code) && !columns.contains(name))
}

/// The rows as CSV: the columns' names of SQL, the values as they are; objects in two languages become two columns. Behind them, for people,
/// what each code and address is called in either language.
#[must_use]
pub fn csv(report: Report, rows: &[Value], as_of: AsOf, names: &FigureNames) -> String {
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
    let spoken: Vec<(&str, &str, Language)> =
        named(report).flat_map(|(code, name)| LANGUAGES.map(|t| (code, name, t))).collect();
    let more_heads = spoken.iter().map(|(_, name, t)| format!("{name}_{}", t.code()));
    line(&mut text, head.chain(["as_of".to_owned(), "known_at".to_owned()]).chain(more_heads));
    for row in rows {
        let fields = columns.iter().map(|(column, language)| field(row.get(column), *language));
        let said = spoken.iter().map(|(code, name, t)| {
            // A programme's code is told as it is; its name is found by the column of names.
            let column = if *code == "programme_code" { name } else { code };
            harmless(table::text(*t, column, row, names).text(*t))
        });
        line(&mut text, fields.chain([as_of.date.to_string(), as_of.known_at.to_string()]).chain(said));
    }
    text
}

/// What the columns of all figures are called, as CSV: report, column, its heading in English and in Japanese.
#[must_use]
pub fn headings() -> String {
    let mut text = String::from('\u{feff}');
    line(&mut text, ["report", "column", "heading_en", "heading_ja"].map(str::to_owned).into_iter());
    for report in Report::ALL {
        for column in report.columns() {
            let heading = |t: Language| t.named("report-column", column).unwrap_or_default();
            let row = [report.name(), column].map(str::to_owned).into_iter();
            line(&mut text, row.chain(LANGUAGES.map(heading)));
        }
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

/// What programmes and achievements are called in both languages, by the codes and addresses that stand in rows.
#[must_use]
pub fn names_json(names: &FigureNames) -> Value {
    let both = |(key, wording): (&String, &Wording)| {
        let [english, japanese] = LANGUAGES.map(|t| wording.text(t));
        (key.clone(), json!({ "en": english, "ja": japanese }))
    };
    let sorted = |names: &std::collections::HashMap<String, Wording>| -> Value {
        names.iter().map(both).collect::<std::collections::BTreeMap<_, _>>().into_iter().collect()
    };
    json!({ "programmes": sorted(&names.programmes), "achievements": sorted(&names.achievements) })
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
        let text = csv(Report::Participation, &rows, as_of(), &FigureNames::default());
        let mut lines = text.split("\r\n");
        assert_eq!(
            lines.next().unwrap(),
            "\u{feff}programme_code,programme_name_en,programme_name_ja,population,legal_entity,people,enrolled,headcount,headcount_on,share,as_of,known_at,population_name_en,population_name_ja"
        );
        assert_eq!(
            lines.next().unwrap(),
            "DX,\"DX, all\",DX研修,,,3,,,,,2026-03-31T23:59:59Z,2026-03-31T23:59:59Z,Not recorded,登録なし"
        );
    }

    #[test]
    fn codes_and_addresses_have_their_names_behind_them_in_both_languages() {
        let uri = "https://x.example/achievements/RI-01";
        let names = FigureNames {
            programmes: [("DX".to_owned(), Wording::both("DX, all", "DX研修"))].into(),
            achievements: [(uri.to_owned(), Wording::both("=Basics", "基礎"))].into(),
        };
        let of = |report, row: Value| {
            let text = csv(report, &[row], as_of(), &names);
            let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().collect();
            (
                lines[0].split_once("known_at,").unwrap().1.to_owned(),
                lines[1].split_once("Z,2026-03-31T23:59:59Z,").unwrap().1.to_owned(),
            )
        };
        let row =
            json!({"month": "2026-03-01", "event": "downloaded", "achievement_uri": uri, "at_least": 12});
        assert_eq!(
            of(Report::Usage, row),
            (
                "achievement_name_en,achievement_name_ja,event_name_en,event_name_ja".to_owned(),
                "'=Basics,基礎,Downloaded,ダウンロード".to_owned()
            )
        );
        let row = json!({"programme_code": "DX", "population": "dispatched", "legal_entity": "", "hours": 3});
        assert_eq!(
            of(Report::Hours, row),
            (
                "programme_name_en,programme_name_ja,population_name_en,population_name_ja".to_owned(),
                "\"DX, all\",DX研修,Dispatched staff,派遣スタッフ".to_owned()
            )
        );
        assert_eq!(names_json(&names)["programmes"], json!({"DX": {"en": "DX, all", "ja": "DX研修"}}));
        assert_eq!(names_json(&names)["achievements"][uri]["ja"], "基礎");
    }

    #[test]
    fn every_column_of_every_figure_has_a_heading_in_both_languages() {
        let text = headings();
        let columns: usize = Report::ALL.into_iter().map(|report| report.columns().len()).sum();
        assert_eq!(text.lines().count(), columns + 1);
        assert!(text.lines().all(|line| !line.contains(",,") && !line.ends_with(',')), "{text}");
        assert!(text.contains("\r\nhours,population,"), "{text}");
    }

    #[test]
    fn no_text_is_a_formula() {
        for evil in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"] {
            let rows = [json!({"from_population": evil, "people": 1})];
            let text = csv(Report::Movement, &rows, as_of(), &FigureNames::default());
            let second = text.split_once("\r\n").unwrap().1;
            assert!(second.trim_start_matches('"').starts_with('\''), "{second}");
        }
        assert_eq!(field(Some(&json!(-1)), None), "-1", "a number stays one");
    }
}
