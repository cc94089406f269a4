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

/// Columns of SQL that hold a name in several languages.
const IN_LANGUAGES: [&str; 3] = ["programme_name", "framework_name", "name"];

/// A column of a file.
struct Column {
    /// Its first line.
    head: String,
    /// What people call it: a heading of tables, and the language of what stands below if that is a name.
    heading: (&'static str, Option<Language>),
    content: Content,
}

/// What stands in a column.
enum Content {
    /// What SQL says, as it is.
    Value(&'static str),
    /// What SQL says in that language.
    Name(&'static str, Language),
    /// What the code or address is called.
    Spoken(&'static str, Language),
    AsOf,
    KnownAt,
}

/// The columns of SQL, names in each language; the two moments; and for people what each code and address is called.
fn columns(report: Report) -> Vec<Column> {
    let own = report.columns();
    let mut columns = Vec::new();
    for column in own.iter().copied() {
        if IN_LANGUAGES.contains(&column) {
            columns.extend(LANGUAGES.map(|t| Column {
                head: format!("{column}_{}", t.code()),
                heading: (column, Some(t)),
                content: Content::Name(column, t),
            }));
        } else {
            let content = Content::Value(column);
            columns.push(Column { head: column.to_owned(), heading: (column, None), content });
        }
    }
    for (head, content) in [("as_of", Content::AsOf), ("known_at", Content::KnownAt)] {
        columns.push(Column { head: head.to_owned(), heading: (head, None), content });
    }
    for (code, name) in NAMED.into_iter().filter(|(code, name)| own.contains(code) && !own.contains(name)) {
        // A programme's code is told as it is; its name is found by the column of names.
        let spoken = if code == "programme_code" { name } else { code };
        columns.extend(LANGUAGES.map(|t| Column {
            head: format!("{name}_{}", t.code()),
            heading: (spoken, Some(t)),
            content: Content::Spoken(spoken, t),
        }));
    }
    columns
}

/// The rows as CSV: the columns' names of SQL, the values as they are; a name in two languages is two columns. Behind them, for people,
/// what each code and address is called in either language.
#[must_use]
pub fn csv(report: Report, rows: &[Value], as_of: AsOf, names: &FigureNames) -> String {
    let columns = columns(report);
    let mut text = String::from('\u{feff}');
    line(&mut text, columns.iter().map(|column| column.head.clone()));
    for row in rows {
        line(&mut text, columns.iter().map(|column| content(&column.content, row, as_of, names)));
    }
    text
}

fn content(content: &Content, row: &Value, as_of: AsOf, names: &FigureNames) -> String {
    let spoken = |column: &str, t: Language| harmless(table::text(t, column, row, names).text(t));
    match *content {
        Content::Value(column) => field(row.get(column)),
        Content::Name(column, t) => match row.get(column) {
            Some(Value::Object(names)) => field(names.get(t.code())),
            _ if column == "programme_name" => spoken(column, t),
            _ => String::new(),
        },
        Content::Spoken(column, t) => spoken(column, t),
        Content::AsOf => as_of.date.to_string(),
        Content::KnownAt => as_of.known_at.to_string(),
    }
}

/// What the columns of all files are called, as CSV: report, column, its heading in English and in Japanese.
#[must_use]
pub fn headings() -> String {
    let mut text = String::from('\u{feff}');
    line(&mut text, ["report", "column", "heading_en", "heading_ja"].map(str::to_owned).into_iter());
    for report in Report::ALL {
        for Column { head, heading: (heading, language), .. } in columns(report) {
            let in_language = |t: Language| {
                let name = t.named("report-column", heading).unwrap_or_default();
                match language {
                    Some(Language::En) => t.with("report-column-in-en", "name", &name),
                    Some(Language::Ja) => t.with("report-column-in-ja", "name", &name),
                    None => name,
                }
            };
            line(&mut text, [report.name().to_owned(), head].into_iter().chain(LANGUAGES.map(in_language)));
        }
    }
    text
}

fn line(text: &mut String, fields: impl Iterator<Item = String>) {
    let fields: Vec<String> = fields.map(|field| quoted(&field)).collect();
    text.push_str(&fields.join(","));
    text.push_str("\r\n");
}

fn field(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => harmless(text),
        None | Some(Value::Null) => String::new(),
        Some(other) => other.to_string(),
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

/// The rows as JSON with their definition, and what the codes and addresses in them are called.
#[must_use]
pub fn named_document(
    report: Report,
    rows: &[Value],
    as_of: AsOf,
    definition: &DefinitionRow,
    names: &FigureNames,
) -> Value {
    let mut document = document(report, rows, as_of, &[definition]);
    if let Some(document) = document.as_object_mut() {
        document.insert("names".to_owned(), names_json(names));
    }
    document
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
        assert!(text.lines().all(|line| !line.contains(",,") && !line.ends_with(',')), "{text}");
        // Exactly what stands in the first lines of the files, in their order.
        for report in Report::ALL {
            let file = csv(report, &[], as_of(), &FigureNames::default());
            let told: Vec<&str> = text
                .lines()
                .filter_map(|line| line.strip_prefix(report.name())?.strip_prefix(',')?.split(',').next())
                .collect();
            assert_eq!(file.trim_start_matches('\u{feff}').trim_end(), told.join(","));
        }
        for line in [
            "hours,population,Population,人材区分",
            "hours,population_name_en,\"Population, in English\",人材区分（英語）",
            "coverage,framework_name_ja,\"Framework, in Japanese\",フレームワーク（日本語）",
            "usage,known_at,Recorded by,登録時点",
        ] {
            assert!(text.contains(&format!("\r\n{line}\r\n")), "{line}: {text}");
        }
    }

    #[test]
    fn no_text_is_a_formula() {
        for evil in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"] {
            let rows = [json!({"from_population": evil, "people": 1})];
            let text = csv(Report::Movement, &rows, as_of(), &FigureNames::default());
            let second = text.split_once("\r\n").unwrap().1;
            assert!(second.trim_start_matches('"').starts_with('\''), "{second}");
        }
        assert_eq!(field(Some(&json!(-1))), "-1", "a number stays one");
    }
}
