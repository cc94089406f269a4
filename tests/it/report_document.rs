//! The document of all figures, read by programs that did not write it (poppler): what stands in it is what stands in the tables.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, ensure};
use badge_tests::app::{AppConfig, run_with};
use badge_tests::database::Database;
use serde_json::Value;

/// What a program says about a file; `pdfinfo` says titles of headings as the bytes that they are in it.
fn said(program: &str, arguments: &[&str]) -> anyhow::Result<String> {
    let output = Command::new(program).args(arguments).output();
    let output = output.with_context(|| format!("{program} is missing; `make deps` installs it"))?;
    ensure!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn text(path: &Path) -> anyhow::Result<&str> {
    path.to_str().context("the path is no text")
}

/// The cells of every table by its rows, the heads first, out of the structure that the document declares.
fn tables(structure: &str) -> Vec<Vec<Vec<String>>> {
    let mut tables: Vec<Vec<Vec<String>>> = Vec::new();
    let mut in_cell = false;
    for line in structure.lines().map(str::trim) {
        let kind = line.split_whitespace().next().unwrap_or_default();
        if kind == "Table" {
            tables.push(Vec::new());
        } else if let ("TR", Some(table)) = (kind, tables.last_mut()) {
            table.push(Vec::new());
        } else if let ("TH" | "TD", Some(row)) = (kind, tables.last_mut().and_then(|table| table.last_mut()))
        {
            row.push(String::new());
        }
        in_cell = match kind {
            "TH" | "TD" => true,
            "Table" | "TR" | "THead" | "TBody" | "Sect" | "P" | "TOC" | "TOCI" | "H1" | "H2" => false,
            _ => in_cell,
        };
        let cell = tables.last_mut().and_then(|table| table.last_mut()).and_then(|row| row.last_mut());
        let part = line.strip_prefix('"').and_then(|line| line.strip_suffix('"'));
        if let (true, Some(cell), Some(part)) = (in_cell, cell, part) {
            cell.push_str(part);
        }
    }
    tables
}

/// What the document shows for a value of the table of numbers.
fn shown(column: &str, value: &str) -> anyhow::Result<String> {
    Ok(match column {
        _ if value.is_empty() => "–".to_owned(),
        "share" => format!("{:.1}%", value.parse::<f64>()? * 100.0),
        "month" | "ends_in" => value.chars().take(7).collect(),
        _ => value.to_owned(),
    })
}

/// Columns whose words are said in the language of the document.
const WORDS: [&str; 7] =
    ["population", "from_population", "to_population", "health", "kind", "event", "purpose"];
/// Columns where nothing is said in words, or in the other language.
const SAID: [&str; 6] =
    ["programme_code", "programme_name", "achievement_uri", "ends_in", "name", "framework_name"];

/// Without any white space: lines that were broken come without the space at which they were.
fn plain(text: &str) -> String {
    text.split_whitespace().collect()
}

/// What achievements and programmes are called in a language, by their codes.
struct Names {
    achievements: BTreeMap<String, String>,
    programmes: BTreeMap<String, String>,
}

impl Names {
    fn of(language: &str) -> anyhow::Result<Self> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../lti-tool/data/programmes/programmes.json");
        let file: Value = serde_json::from_str(&std::fs::read_to_string(path)?)?;
        let named = |list: &str| {
            let all = file.get(list).and_then(Value::as_array).context("no list")?;
            let text = |one: &Value, at: &str| one.pointer(at).and_then(Value::as_str).map(str::to_owned);
            let pair = |one: &Value| Some((text(one, "/code")?, text(one, &format!("/name/{language}"))?));
            all.iter().map(|one| pair(one).context("no name")).collect::<anyhow::Result<_>>()
        };
        Ok(Self { achievements: named("achievements")?, programmes: named("programmes")? })
    }
}

/// Compares a table of the document with the file of the same figures; gives how many cells were equal.
fn compare(
    report: &str,
    language: &str,
    names: &Names,
    table: &[Vec<String>],
    csv: &str,
) -> anyhow::Result<usize> {
    let mut lines = csv::Reader::from_reader(csv.trim_start_matches('\u{feff}').as_bytes());
    let other = if language == "en" { "_ja" } else { "_en" };
    let own = format!("_{language}");
    let columns: Vec<(usize, String)> = lines
        .headers()?
        .iter()
        .enumerate()
        // Behind the moments stand names of what is compared already.
        .take_while(|(_, head)| *head != "as_of")
        .filter(|(_, head)| !head.ends_with(other))
        .map(|(place, head)| (place, head.trim_end_matches(own.as_str()).to_owned()))
        .collect();
    let rows: Vec<csv::StringRecord> = lines.records().collect::<Result<_, _>>()?;
    let (_, body) = table.split_first().context("a table without heads")?;
    ensure!(body.len() == rows.len(), "{report}: {} rows, not {}", body.len(), rows.len());
    let mut equal = 0;
    for (cells, row) in body.iter().zip(&rows) {
        let mut cells = cells.clone();
        if report == "hours" {
            // The document names the programme beside its code, the file does not.
            let known = names.programmes.get(cells.first().context("no cells")?);
            let name = cells.remove(1);
            ensure!(known.map_or(!name.is_empty(), |known| plain(&name) == plain(known)), "{report}: {name}");
        }
        ensure!(cells.len() == columns.len(), "{report}: {cells:?}");
        for (cell, (place, column)) in cells.iter().zip(&columns) {
            let value = row.get(*place).context("a short row")?;
            if WORDS.contains(&column.as_str()) || (value.is_empty() && SAID.contains(&column.as_str())) {
                ensure!(!cell.trim().is_empty(), "{report}: {column} is empty: {cells:?}");
                continue;
            }
            let wanted = match value.rsplit('/').next().filter(|_| column == "achievement_uri") {
                Some(code) if !code.is_empty() => {
                    names.achievements.get(code).cloned().with_context(|| format!("no name of {value}"))?
                }
                _ => shown(column, value)?,
            };
            ensure!(
                plain(cell) == plain(&wanted),
                "{report}: {column} is {cell:?}, not {wanted:?}: {cells:?}"
            );
            equal += 1;
        }
    }
    Ok(equal)
}

/// The columns of a table of definitions, each row as texts.
fn records(csv: &str) -> anyhow::Result<Vec<Vec<String>>> {
    let mut lines = csv::Reader::from_reader(csv.trim_start_matches('\u{feff}').as_bytes());
    let record = |record: Result<csv::StringRecord, csv::Error>| -> anyhow::Result<Vec<String>> {
        Ok(record?.iter().map(str::to_owned).collect())
    };
    lines.records().map(record).collect()
}

/// A folder with the pack, its figures, and how one of its documents is to be read.
struct Pack<'a> {
    folder: &'a Path,
    figures: Value,
}

impl<'a> Pack<'a> {
    fn read(folder: &'a Path) -> anyhow::Result<Self> {
        let figures = serde_json::from_str(&std::fs::read_to_string(folder.join("figures.json"))?)?;
        Ok(Self { folder, figures })
    }

    fn reports(&self) -> anyhow::Result<&Vec<Value>> {
        self.figures.get("reports").and_then(Value::as_array).context("no reports")
    }

    /// The minute up to which was known what is in it.
    fn known(&self) -> anyhow::Result<String> {
        let first = self.reports()?.first().context("no report")?;
        let moment = first.get("knownAt").and_then(Value::as_str).context("no moment")?;
        Ok(moment.replace('T', " ").chars().take(16).collect())
    }

    /// The document says who, and what each figure is.
    fn check_texts(&self, language: &str, structure: &str) -> anyhow::Result<()> {
        let path = self.folder.join(format!("disclosure-{language}.pdf"));
        let facts = said("pdfinfo", &[text(&path)?])?;
        ensure!(facts.lines().any(|line| line.starts_with("Tagged:") && line.ends_with("yes")), "{facts}");
        ensure!(facts.contains("Example Academy") && !facts.contains("CreationDate"), "{facts}");
        // Without what stands at the head and the foot of each page.
        let told: String = structure.lines().map(|line| line.trim().trim_matches('"')).collect();
        let definitions = std::fs::read_to_string(self.folder.join(format!("definitions-{language}.csv")))?;
        for record in records(&definitions)? {
            for wanted in record.iter().skip(1).take(3) {
                ensure!(plain(&told).contains(&plain(wanted)), "{language} does not say {wanted}");
            }
        }
        Ok(())
    }

    /// The tables are those of the files; gives how many cells of each are equal.
    fn check_tables(&self, language: &str, structure: &str) -> anyhow::Result<BTreeMap<String, usize>> {
        let (mut tables, names) = (tables(structure).into_iter(), Names::of(language)?);
        let mut equal = BTreeMap::new();
        for report in self.reports()? {
            let name = report.get("report").and_then(Value::as_str).context("no name")?;
            if report.get("rows").and_then(Value::as_array).is_none_or(Vec::is_empty) {
                continue;
            }
            let csv = std::fs::read_to_string(self.folder.join(format!("{name}.csv")))?;
            let table = tables.next().with_context(|| format!("no table of {name}"))?;
            equal.insert(name.to_owned(), compare(name, language, &names, &table, &csv)?);
        }
        ensure!(tables.next().is_none(), "a table more than figures");
        Ok(equal)
    }
}

#[tokio::test]
async fn the_document_says_what_the_tables_say() -> anyhow::Result<()> {
    let database = Database::create().await?;
    let config =
        AppConfig::new(&database.tool_url()).with("server.public_url", "\"https://badges.example.org\"");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../lti-tool/data/programmes");
    let output = run_with(&config, &["import", text(&folder)?])?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    // A year of the data: poppler takes time by the square of what it reads. And use of a month that is over and receipts of it, which an
    // import does not bring.
    database.execute("alter table badges.assertion disable trigger all").await?;
    database.execute("update badges.assertion set stored_at = valid_from").await?;
    database.execute("alter table badges.assertion enable trigger all").await?;
    database
        .execute("insert into badges.usage_daily select achievement_id, 'downloaded', '2022-06-03', 10 + row_number() over (order by uri) from badges.achievement")
        .await?;
    database
        .execute(
            "insert into badges.use_receipt (issuer_id, assertion_id, purpose, used_on, given_at)
             select a.issuer_id, a.assertion_id, p.purpose, '2022-06-03', '2022-06-03Z'
             from (select *, row_number() over (order by recipient_id) as place from (
                 select distinct on (recipient_id) issuer_id, assertion_id, recipient_id from badges.assertion order by recipient_id) b) a
               join (values ('application', 23), ('assignment', 12), ('other', 9)) p (purpose, upto) on a.place <= p.upto",
        )
        .await?;
    let folder = tempfile::tempdir()?;
    let (first, second) = (folder.path().join("first"), folder.path().join("second"));
    for out in [&first, &second] {
        let arguments =
            ["report", "disclosure", "--as-of", "2022-09-30", "--with-later", "--out", text(out)?];
        let output = run_with(&config, &arguments)?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let (first, second) = (Pack::read(&first)?, Pack::read(&second)?);
    for language in ["en", "ja"] {
        let name = format!("disclosure-{language}.pdf");
        let structure = said("pdfinfo", &["-struct-text", text(&first.folder.join(&name))?])?;
        first.check_texts(language, &structure)?;
        let equal = first.check_tables(language, &structure)?;
        assert!(equal.len() >= 8 && equal["issuance"] > 300, "{equal:?}");
        assert_eq!(equal["receipts"], 4, "month and number of two purposes; nine people are none: {equal:?}");
        assert!(equal.values().all(|equal| *equal > 0), "{equal:?}");
        // The second was read later, and says so; everything else is the same, and can be copied out of it.
        let words = |pack: &Pack<'_>| said("pdftotext", &[text(&pack.folder.join(&name))?, "-"]);
        let (one, other) = (words(&first)?, words(&second)?);
        assert_eq!(one.replace(&first.known()?, ""), other.replace(&second.known()?, ""), "{name}");
        let title = if language == "en" { "Nominal learning hours" } else { "標準学習時間" };
        assert!(one.contains(title), "{one}");
    }
    Ok(())
}
