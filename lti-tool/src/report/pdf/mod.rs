//! The disclosure as a PDF that goes with a report: who says it, as of when, each figure with its definition and all of its rows.
//!
//! [`flow`] puts the texts on pages, [`letters`] knows the fonts, [`draw`] writes the file. The same figures with the same fonts are the
//! same bytes: the present is not in it.

mod draw;
mod flow;
mod letters;

use std::sync::Arc;

use resvg::usvg::fontdb::Database;
use serde_json::Value;

use self::{
    draw::Frame,
    flow::{Cells, Flow, GREY, HEADING, Kind, TEXT, TITLE},
    letters::{Letters, Style},
};
use super::{AsOf, Report, pack::Filing, table::table};
use crate::{
    language::Language,
    store::report::{DefinitionRow, FigureNames},
};

/// Where the text beside a label begins.
const BESIDE: f32 = 112.0;
/// What an empty cell shows.
const NOTHING: &str = "–";

/// Why there is no PDF.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// Not even one font.
    #[error(
        "this machine has no font; install one (fonts-noto-cjk, fonts-ipafont-gothic) or set `images.fonts`"
    )]
    NoFont,
    /// None for Japanese.
    #[error(
        "no font has Japanese letters; install one (fonts-noto-cjk, fonts-ipafont-gothic) or set `images.fonts`"
    )]
    NoJapanese,
    /// A page without a size.
    #[error("a page has no size")]
    Page,
    /// The library does not write it.
    #[error("the PDF cannot be written: {0}")]
    Write(String),
}

/// A figure of the document.
#[derive(Clone, Debug)]
pub struct Figure<'a> {
    /// Which.
    pub report: Report,
    /// What it is, in the document's language.
    pub definition: &'a DefinitionRow,
    /// Its rows.
    pub rows: &'a [Value],
}

/// What the document says.
#[derive(Clone, Debug)]
pub struct Disclosure<'a> {
    /// Its language.
    pub t: Language,
    /// The issuer's name.
    pub issuer_name: &'a str,
    /// The issuer's DID.
    pub issuer: &'a str,
    /// The date of the figures.
    pub as_of: AsOf,
    /// When they were filed, if they were.
    pub filing: Option<&'a Filing>,
    /// What codes and addresses in them are called.
    pub names: &'a FigureNames,
    /// The figures.
    pub figures: Vec<Figure<'a>>,
}

/// The document.
///
/// # Errors
/// [`PdfError`].
pub fn write(fonts: Arc<Database>, disclosure: &Disclosure<'_>) -> Result<Vec<u8>, PdfError> {
    let t = disclosure.t;
    let mut letters = Letters::new(fonts).ok_or(PdfError::NoFont)?;
    let mut flow = Flow::new(&mut letters);
    first_page(&mut flow, disclosure);
    for (place, figure) in disclosure.figures.iter().enumerate() {
        section(&mut flow, disclosure, place + 1, figure);
    }
    let title = t.text("report-pdf-title");
    let issuer = issuer_line(disclosure);
    let frame = Frame {
        t,
        running: format!("{issuer} · {title}"),
        title,
        author: issuer,
        foot: as_of_line(t, disclosure.as_of),
    };
    draw::write(flow, &frame)
}

fn issuer_line(disclosure: &Disclosure<'_>) -> String {
    let name = disclosure.issuer_name.trim();
    if name.is_empty() { disclosure.issuer.to_owned() } else { name.to_owned() }
}

fn as_of_line(t: Language, as_of: AsOf) -> String {
    t.with_texts("report-pdf-day", ("day", &t.date(&as_of.date)), ("moment", &t.moment(&as_of.date)))
}

fn first_page(flow: &mut Flow<'_>, disclosure: &Disclosure<'_>) {
    let t = disclosure.t;
    let front = flow.part(Kind::Section, None);
    flow.heading(1, &t.text("report-pdf-title"), TITLE, front, 0.0);
    flow.space(6.0);
    let issuer = issuer_line(disclosure);
    let issuer =
        if issuer == disclosure.issuer { issuer } else { format!("{issuer} ({})", disclosure.issuer) };
    flow.labelled(&t.text("report-pdf-issuer"), &issuer, BESIDE, front);
    flow.labelled(&t.text("report-as-of"), &as_of_line(t, disclosure.as_of), BESIDE, front);
    let known = t.with("report-pdf-known", "moment", &t.moment(&disclosure.as_of.known_at));
    flow.labelled(&t.text("report-pdf-data"), &known, BESIDE, front);
    let filed = match disclosure.filing {
        Some(filing) => t.moment(&filing.filed_at),
        None => t.text("report-pdf-not-filed"),
    };
    flow.labelled(&t.text("report-pdf-filed"), &filed, BESIDE, front);
    if let Some(filing) = disclosure.filing.filter(|filing| !filing.note.is_empty()) {
        flow.labelled(&t.text("report-note"), &filing.note, BESIDE, front);
    }
    if disclosure.filing.is_some_and(|filing| !filing.is_same) {
        flow.labelled(&t.text("report-other"), &t.text("report-pdf-other"), BESIDE, front);
    }
    flow.space(8.0);
    flow.paragraph(&t.text("report-pdf-about"), Style { colour: GREY, ..TEXT }, 0.0, front);
    flow.space(14.0);
    flow.heading(2, &t.text("report-pdf-contents"), HEADING, front, 120.0);
    let contents = flow.part(Kind::Contents, Some(front));
    for (place, figure) in disclosure.figures.iter().enumerate() {
        // The title and the contents are the first two headings.
        flow.entry(&numbered(place + 1, &figure.definition.title), place + 2, contents);
    }
    flow.space(20.0);
}

fn numbered(place: usize, title: &str) -> String {
    format!("{place}. {title}")
}

fn section(flow: &mut Flow<'_>, disclosure: &Disclosure<'_>, place: usize, figure: &Figure<'_>) {
    let t = disclosure.t;
    let definition = figure.definition;
    let section = flow.part(Kind::Section, None);
    flow.heading(2, &numbered(place, &definition.title), HEADING, section, 130.0);
    flow.labelled(&t.text("report-formula"), &definition.formula, BESIDE, section);
    flow.labelled(&t.text("report-is-not"), &definition.is_not, BESIDE, section);
    flow.labelled(&t.text("report-sources"), &definition.sources.join(", "), BESIDE, section);
    flow.space(6.0);
    let table = table(t, figure.report, figure.rows, disclosure.names);
    if table.rows.is_empty() {
        flow.paragraph(&t.text("report-nothing"), TEXT, 0.0, section);
    } else {
        let shown = |text: &str| if text.trim().is_empty() { NOTHING } else { text }.to_owned();
        let rows: Vec<Vec<String>> =
            table.rows.iter().map(|row| row.iter().map(|cell| shown(cell.text.text(t))).collect()).collect();
        let cells = Cells {
            title: &definition.title,
            heads: table.heads.iter().map(|(head, is_number)| (head.as_str(), *is_number)).collect(),
            rows: rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect(),
        };
        flow.table(&cells, section);
    }
    flow.space(18.0);
}

#[cfg(test)]
mod tests;
