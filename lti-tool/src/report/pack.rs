//! The disclosure pack: every figure as of a date with its definitions, in English and Japanese, as CSV, JSON and PDF.
//!
//! The same files from the command line, into a folder, and from the page, as a ZIP archive; also of figures that were filed.

use std::sync::Arc;

use openbadges::time::Timestamp;
use serde_json::{Value, json};

use super::{
    AsOf, Report, file,
    pdf::{self, Disclosure, Figure, PdfError},
};
use crate::{
    language::Language,
    state::AppState,
    store::{
        StoreError,
        report::{DefinitionRow, FigureNames, FiledRow},
    },
};

/// The languages of documents.
const LANGUAGES: [Language; 2] = [Language::En, Language::Ja];
/// Columns that filed figures leave out, because names may be corrected.
const NAMES: [&str; 4] = ["issuer_did", "programme_name", "framework_name", "name"];

/// Why there is no pack.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// The database.
    #[error("the figures cannot be read")]
    Store(#[from] StoreError),
    /// A figure cannot be written as JSON.
    #[error("the figures cannot be written")]
    Json(#[from] serde_json::Error),
    /// The document.
    #[error(transparent)]
    Pdf(#[from] PdfError),
    /// The thread that writes the document was stopped.
    #[error("the document was stopped")]
    Stopped,
    /// More than an archive of the plain kind holds.
    #[error("the figures are too large for one archive")]
    TooLarge,
    /// A file in the folder.
    #[error("the files cannot be written")]
    Write(#[from] std::io::Error),
}

/// A file of the pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackFile {
    /// Its name.
    pub name: String,
    /// What is in it.
    pub content: Vec<u8>,
}

/// A filed figure, read again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// The same is read.
    Same,
    /// Something else.
    Other,
    /// Its definition is another one since, so that the two cannot be compared.
    Redefined,
}

impl Reading {
    /// The class of its mark on a page.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::Same => "good",
            Self::Other => "bad",
            Self::Redefined => "",
        }
    }

    /// The key of its words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Same => "report-same",
            Self::Other => "report-other",
            Self::Redefined => "report-redefined",
        }
    }
}

/// Figures that were filed together.
#[derive(Clone, Debug, PartialEq)]
pub struct Filing {
    /// When.
    pub filed_at: Timestamp,
    /// What for.
    pub note: String,
    /// Whether the same is read today.
    pub is_same: bool,
    /// Each of the figures: its moments, and what is read.
    pub reports: Vec<(Report, AsOf, Reading)>,
}

/// Which figures are wanted.
#[derive(Clone, Debug)]
pub struct Asked {
    /// As of when; of figures that were filed, the first one's moments.
    pub as_of: AsOf,
    /// The filing, if filed figures are wanted.
    filed_micros: Option<i64>,
}

impl Asked {
    /// All figures as of a date.
    #[must_use]
    pub fn of(as_of: AsOf) -> Self {
        Self { as_of, filed_micros: None }
    }

    /// Those that were filed at a moment; `None` if none were.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn filed(state: &AppState, filed_micros: i64) -> Result<Option<Self>, StoreError> {
        let rows = state.store.list_filed(&state.issuer_profile().id, filed_micros).await?;
        Ok(rows.first().map(|row| Self { as_of: row.as_of, filed_micros: Some(filed_micros) }))
    }
}

/// A figure that was read.
#[derive(Debug)]
struct ReadFigure {
    report: Report,
    as_of: AsOf,
    rows: Vec<Value>,
}

/// What was read for a pack.
#[derive(Debug)]
struct Contents {
    issuer: String,
    issuer_name: String,
    as_of: AsOf,
    filing: Option<Filing>,
    figures: Vec<ReadFigure>,
    names: FigureNames,
    /// In the order of [`LANGUAGES`].
    definitions: [Vec<DefinitionRow>; 2],
}

/// Filed figures beside the same read now.
///
/// # Errors
/// [`StoreError`].
pub async fn read_filing(state: &AppState, filed_micros: i64) -> Result<Option<Filing>, StoreError> {
    Ok(read_filed(state, filed_micros).await?.map(|(filing, _)| filing))
}

async fn read_filed(
    state: &AppState,
    filed_micros: i64,
) -> Result<Option<(Filing, Vec<ReadFigure>)>, StoreError> {
    let issuer = state.issuer_profile().id;
    let rows = state.store.list_filed(&issuer, filed_micros).await?;
    let Some(note) = rows.first().map(|row| row.note.clone()) else { return Ok(None) };
    let (mut figures, mut reports) = (Vec::new(), Vec::new());
    let filed = |report: Report| rows.iter().filter(move |row| row.report == report.name());
    for (report, row) in
        Report::ALL.into_iter().flat_map(|report| filed(report).map(move |row| (report, row)))
    {
        let FiledRow { as_of, figures: filed, .. } = row;
        let as_of = *as_of;
        let rows = state.store.list_figures(&issuer, report, as_of).await?;
        let is_same = || {
            rows.len() == filed.len()
                && rows.iter().zip(filed).all(|(row, filed)| nameless(row.clone()) == *filed)
        };
        let reading = if !row.is_of_today {
            Reading::Redefined
        } else if is_same() {
            Reading::Same
        } else {
            Reading::Other
        };
        reports.push((report, as_of, reading));
        figures.push(ReadFigure { report, as_of, rows });
    }
    let is_same = reports.iter().all(|(_, _, reading)| *reading == Reading::Same);
    let filed_at = AsOf::filed(filed_micros, filed_micros).date;
    Ok(Some((Filing { filed_at, note, is_same, reports }, figures)))
}

fn nameless(mut row: Value) -> Value {
    if let Some(row) = row.as_object_mut() {
        row.retain(|name, _| !NAMES.contains(&name.as_str()));
    }
    row
}

async fn read(state: &AppState, asked: &Asked) -> Result<Contents, StoreError> {
    let profile = state.issuer_profile();
    let as_of = asked.as_of;
    let definitions = [state.store.list_definitions("en").await?, state.store.list_definitions("ja").await?];
    let filed = match asked.filed_micros {
        Some(filed_micros) => read_filed(state, filed_micros).await?,
        None => None,
    };
    let (filing, figures) = if let Some((filing, figures)) = filed {
        (Some(filing), figures)
    } else {
        let mut figures = Vec::new();
        for report in Report::ALL {
            let rows = state.store.list_figures(&profile.id, report, as_of).await?;
            figures.push(ReadFigure { report, as_of, rows });
        }
        (None, figures)
    };
    let issuer_name = state.config.issuer.name.trim().to_owned();
    let names = state.store.find_figure_names(&profile.id).await?;
    Ok(Contents { issuer: profile.id, issuer_name, as_of, filing, figures, names, definitions })
}

/// The pack, and what it lacks.
#[derive(Debug, Default)]
pub struct Pack {
    /// All files.
    pub files: Vec<PackFile>,
    /// Figures without a row.
    pub empty: Vec<Report>,
    /// Why there is no document in some language; a text in its place says so, too.
    pub without_document: Option<PdfError>,
}

/// The whole pack.
///
/// # Errors
/// [`PackError`]; where only a font is missing, the rest is there.
pub async fn pack(state: &AppState, asked: &Asked) -> Result<Pack, PackError> {
    let contents = Arc::new(read(state, asked).await?);
    let mut files = Vec::new();
    for (language, rows) in LANGUAGES.into_iter().zip(&contents.definitions) {
        files.push(PackFile::new(format!("definitions-{}.csv", language.code()), definitions(rows)));
    }
    files.push(PackFile::new("columns.csv".to_owned(), file::headings()));
    for ReadFigure { report, as_of, rows } in &contents.figures {
        files.push(PackFile::new(
            format!("{}.csv", report.name()),
            file::csv(*report, rows, *as_of, &contents.names),
        ));
    }
    let document = serde_json::to_string_pretty(&figures_json(&contents))?;
    files.push(PackFile::new("figures.json".to_owned(), document));
    let empty = contents.figures.iter().filter(|figure| figure.rows.is_empty()).map(|figure| figure.report);
    let mut pack = Pack { files, empty: empty.collect(), without_document: None };
    for language in LANGUAGES {
        let name = format!("disclosure-{}", language.code());
        pack.files.push(match write_pdf(state, &contents, language).await {
            Ok(content) => PackFile { name: format!("{name}.pdf"), content },
            Err(PackError::Pdf(error @ (PdfError::NoFont | PdfError::NoJapanese))) => {
                let text = PackFile::new(format!("{name}.txt"), format!("{error}\n"));
                pack.without_document = Some(error);
                text
            }
            Err(error) => return Err(error),
        });
    }
    Ok(pack)
}

impl PackFile {
    fn new(name: String, content: String) -> Self {
        Self { name, content: content.into_bytes() }
    }
}

/// The document alone.
///
/// # Errors
/// [`PackError`].
pub async fn document(state: &AppState, asked: &Asked, t: Language) -> Result<Vec<u8>, PackError> {
    let contents = Arc::new(read(state, asked).await?);
    write_pdf(state, &contents, t).await
}

fn figures_json(contents: &Contents) -> Value {
    let one = |figure: &ReadFigure| {
        let all = contents.definitions.iter().flatten();
        let own: Vec<&DefinitionRow> = all.filter(|row| row.report == figure.report.name()).collect();
        file::document(figure.report, &figure.rows, figure.as_of, &own)
    };
    let reports: Vec<Value> = contents.figures.iter().map(one).collect();
    let filed = contents.filing.as_ref().map(|filing| {
        json!({ "filedAt": filing.filed_at.to_string(), "note": filing.note, "isSame": filing.is_same })
    });
    let names = file::names_json(&contents.names);
    json!({ "issuer": contents.issuer, "filed": filed, "reports": reports, "names": names })
}

/// The document, written on a thread that answers nobody else.
async fn write_pdf(state: &AppState, contents: &Arc<Contents>, t: Language) -> Result<Vec<u8>, PackError> {
    let (painter, contents) = (Arc::clone(&state.painter), Arc::clone(contents));
    let writing = tokio::task::spawn_blocking(move || {
        if t == Language::Ja && !painter.has_japanese() {
            return Err(PdfError::NoJapanese);
        }
        pdf::write(painter.fonts(), &disclosure(&contents, t))
    });
    let written = writing.await.map_err(|_error: tokio::task::JoinError| PackError::Stopped)?;
    Ok(written?)
}

fn disclosure(contents: &Contents, t: Language) -> Disclosure<'_> {
    let [english, japanese] = &contents.definitions;
    let definitions = if t == Language::Ja { japanese } else { english };
    Disclosure {
        t,
        issuer_name: &contents.issuer_name,
        issuer: &contents.issuer,
        as_of: contents.as_of,
        filing: contents.filing.as_ref(),
        names: &contents.names,
        figures: definitions.iter().filter_map(|definition| figure(contents, definition)).collect(),
    }
}

fn figure<'a>(contents: &'a Contents, definition: &'a DefinitionRow) -> Option<Figure<'a>> {
    let read = contents.figures.iter().find(|figure| figure.report.name() == definition.report)?;
    Some(Figure { report: read.report, definition, rows: &read.rows })
}

fn definitions(rows: &[DefinitionRow]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::from("\u{feff}"));
    let head = ["report", "title", "formula", "is_not", "sources"];
    // Writing to memory does not fail.
    let mut written = writer.write_record(head);
    for row in rows {
        let sources = row.sources.join(" ");
        written =
            written.and(writer.write_record([&row.report, &row.title, &row.formula, &row.is_not, &sources]));
    }
    match (written, writer.into_inner()) {
        (Ok(()), Ok(bytes)) => String::from_utf8_lossy(&bytes).into_owned(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_are_a_table() {
        let row = DefinitionRow {
            report: "hours".to_owned(),
            title: "標準学習時間".to_owned(),
            formula: "a, b".to_owned(),
            is_not: "c".to_owned(),
            sources: vec!["x".to_owned(), "y".to_owned()],
        };
        assert_eq!(
            definitions(&[row]),
            "\u{feff}report,title,formula,is_not,sources\nhours,標準学習時間,\"a, b\",c,x y\n"
        );
    }
}
