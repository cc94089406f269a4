//! `/reports`: every figure with its chart, table and definition, as of a date; files to take away.

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    AsOf, Report,
    archive::archive,
    chart::{Chart, FEW_LINES, MOST_LINES, chart},
    file,
    pack::{self, Asked, PackError},
    pdf::PdfError,
    table::{Table, table},
};
use crate::{
    admin::{
        entry,
        session::{Reader, Role},
    },
    error::Failure,
    language::Language,
    page::Page,
    state::AppState,
    store::report::{DefinitionRow, FigureNames},
};

/// Rows of a table on the first page.
const FEW: usize = 5;
/// Rows of a table on its own page; years of months by badge are thousands, which a file holds better.
const MOST_ROWS: usize = 240;

/// What every page of reports has.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub(crate) name: String,
    pub(crate) form_token: String,
    pub(crate) role: Role,
    /// The day in the field.
    pub(crate) day: String,
    /// What links carry on; empty or `?…`.
    pub(crate) query: String,
    pub(crate) with_later: bool,
}

impl Head {
    /// Of a page that is of today.
    pub(crate) fn today(reader: Reader, state: &AppState) -> Self {
        AsOfQuery::default().head(reader, AsOf::now(state.clock.now()))
    }
}

/// A figure.
#[derive(Clone, Debug)]
pub(crate) struct Figure {
    pub(crate) definition: DefinitionRow,
    pub(crate) chart: Chart,
    pub(crate) table: Table,
    /// How many rows are on the figure's own page only, or in its files only.
    pub(crate) more: usize,
}

/// The first page: all figures.
#[derive(askama::Template)]
#[template(path = "report/overview.html")]
pub(crate) struct ReportsPage {
    pub(crate) t: Language,
    pub(crate) head: Head,
    pub(crate) figures: Vec<Figure>,
}

impl Page for ReportsPage {}

/// One figure with all of its rows.
#[derive(askama::Template)]
#[template(path = "report/figure.html")]
pub(crate) struct FigurePage {
    pub(crate) t: Language,
    pub(crate) head: Head,
    pub(crate) figure: Figure,
}

impl Page for FigurePage {}

/// The date, as the form sends it.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct AsOfQuery {
    as_of: Option<String>,
    later: Option<String>,
    /// The filing whose figures are wanted, instead of a date.
    filed: Option<i64>,
}

impl AsOfQuery {
    fn as_of(&self, state: &AppState) -> Result<AsOf, Failure> {
        let now = state.clock.now();
        match self.as_of.as_deref().map(str::trim).filter(|day| !day.is_empty()) {
            None => Ok(AsOf::now(now)),
            Some(day) => {
                AsOf::day(day, self.later.is_some(), now).ok_or(Failure::BadRequest("the date is none"))
            }
        }
    }

    async fn asked(&self, state: &AppState) -> Result<Asked, Failure> {
        match self.filed {
            Some(filed_micros) => Asked::filed(state, filed_micros).await?.ok_or(Failure::NotFound),
            None => Ok(Asked::of(self.as_of(state)?)),
        }
    }

    pub(crate) fn head(&self, reader: Reader, as_of: AsOf) -> Head {
        let with_later = self.later.is_some();
        let query = match &self.as_of {
            Some(day) if !day.trim().is_empty() => {
                format!("?as_of={}{}", as_of.day_text(), if with_later { "&later=1" } else { "" })
            }
            _ => String::new(),
        };
        let Reader { name, form_token, role, .. } = reader;
        Head { name, form_token, role, day: as_of.day_text(), query, with_later }
    }
}

/// A figure with at most so many lines of bars and rows of its table, the last months first.
fn figure(
    t: Language,
    report: Report,
    definition: DefinitionRow,
    mut rows: Vec<Value>,
    names: &FigureNames,
    (most_lines, most_rows): (usize, usize),
) -> Figure {
    let chart = chart(t, report, &rows, names, most_lines);
    if matches!(report, Report::Issuance | Report::Usage | Report::Receipts) {
        let month = |row: &Value| row.get("month").and_then(Value::as_str).unwrap_or_default().to_owned();
        rows.sort_by_key(|row| std::cmp::Reverse(month(row)));
    }
    let more = rows.len().saturating_sub(most_rows);
    rows.truncate(most_rows);
    Figure { definition, chart, table: table(t, report, &rows, names), more }
}

async fn rows(state: &AppState, report: Report, as_of: AsOf) -> Result<Vec<Value>, Failure> {
    Ok(state.store.list_figures(&state.issuer_profile().id, report, as_of).await?)
}

async fn definition(state: &AppState, t: Language, report: Report) -> Result<DefinitionRow, Failure> {
    let rows = state.store.list_definitions(t.code()).await?;
    rows.into_iter().find(|row| row.report == report.name()).ok_or(Failure::NotFound)
}

/// `GET /reports`.
///
/// # Errors
/// [`Failure`] as a page; who is not signed in is asked to.
pub async fn show(
    request: HttpRequest,
    reader: Option<Reader>,
    query: web::Query<AsOfQuery>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Failure> {
    let Some(reader) = reader else { return Ok(entry::sign_in_page(&request, &state)) };
    let (t, as_of) = (Language::of_request(&request), query.as_of(&state)?);
    let names = state.store.find_figure_names(&state.issuer_profile().id).await?;
    let mut figures = Vec::new();
    for definition in state.store.list_definitions(t.code()).await? {
        let Some(report) = Report::from_name(&definition.report) else { continue };
        let rows = rows(&state, report, as_of).await?;
        figures.push(figure(t, report, definition, rows, &names, (FEW_LINES, FEW)));
    }
    Ok(ReportsPage { t, head: query.head(reader, as_of), figures }.respond())
}

/// `GET /reports/{file}`: a figure's page, or it as `.csv` or `.json`.
///
/// # Errors
/// [`Failure`].
pub async fn show_one(
    request: HttpRequest,
    reader: Reader,
    path: web::Path<String>,
    query: web::Query<AsOfQuery>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Failure> {
    let (name, kind) = path.split_once('.').unwrap_or((&path, ""));
    let report = Report::from_name(name).ok_or(Failure::NotFound)?;
    let (t, as_of) = (Language::of_request(&request), query.as_of(&state)?);
    let rows = rows(&state, report, as_of).await?;
    match kind {
        "" => {
            let definition = definition(&state, t, report).await?;
            let names = state.store.find_figure_names(&state.issuer_profile().id).await?;
            let figure = figure(t, report, definition, rows, &names, (MOST_LINES, MOST_ROWS));
            Ok(FigurePage { t, head: query.head(reader, as_of), figure }.respond())
        }
        "csv" => {
            note_download(&state, &reader, &path, as_of).await?;
            let names = state.store.find_figure_names(&state.issuer_profile().id).await?;
            Ok(attachment(&as_of, &path, "text/csv; charset=utf-8", file::csv(report, &rows, as_of, &names)))
        }
        "json" => {
            note_download(&state, &reader, &path, as_of).await?;
            let definition = definition(&state, t, report).await?;
            let names = state.store.find_figure_names(&state.issuer_profile().id).await?;
            let document = file::named_document(report, &rows, as_of, &definition, &names);
            Ok(attachment(&as_of, &path, "application/json", document.to_string()))
        }
        _ => Err(Failure::NotFound),
    }
}

async fn note_download(state: &AppState, reader: &Reader, name: &str, as_of: AsOf) -> Result<(), Failure> {
    let subject = format!("{name}, {}", as_of.date);
    let details = json!({ "file": name, "date": as_of.date.to_string() });
    Ok(state.store.insert_report_event(&reader.name, "figures-downloaded", &subject, &details).await?)
}

fn attachment(as_of: &AsOf, name: &str, kind: &'static str, body: impl Into<web::Bytes>) -> HttpResponse {
    let disposition = format!("attachment; filename=\"{}-{name}\"", as_of.day_text());
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, kind))
        .insert_header((header::CONTENT_DISPOSITION, disposition))
        .body(body.into())
}

/// `GET /reports/pack`: the disclosure pack as a ZIP archive.
///
/// # Errors
/// [`Failure`].
pub async fn download_pack(
    reader: Reader,
    query: web::Query<AsOfQuery>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Failure> {
    let asked = query.asked(&state).await?;
    let archive = pack::pack(&state, &asked).await.and_then(|pack| archive(&pack.files)).map_err(failed)?;
    note_download(&state, &reader, "disclosure.zip", asked.as_of).await?;
    Ok(attachment(&asked.as_of, "disclosure.zip", "application/zip", archive))
}

/// `GET /reports/disclosure-{language}.pdf`: all figures as a document.
///
/// # Errors
/// [`Failure`].
pub async fn download_document(
    reader: Reader,
    path: web::Path<String>,
    query: web::Query<AsOfQuery>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Failure> {
    let t = [Language::En, Language::Ja].into_iter().find(|t| t.code() == path.as_str());
    let t = t.ok_or(Failure::NotFound)?;
    let asked = query.asked(&state).await?;
    let document = pack::document(&state, &asked, t).await.map_err(failed)?;
    let name = format!("disclosure-{}.pdf", t.code());
    note_download(&state, &reader, &name, asked.as_of).await?;
    Ok(attachment(&asked.as_of, &name, "application/pdf", document))
}

fn failed(error: PackError) -> Failure {
    match error {
        PackError::Store(error) => Failure::from(error),
        PackError::Pdf(PdfError::NoFont | PdfError::NoJapanese) => {
            Failure::BadRequest("no font for the document")
        }
        other => {
            tracing::error!(error = %other, "the disclosure pack cannot be made");
            Failure::BadRequest("the disclosure pack cannot be made")
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_table_shows_the_last_months_first_and_says_what_it_leaves_out() {
        let rows = (0..30).map(|n| json!({"month": format!("2026-{:02}-01", 1 + n / 3), "achievement_uri": format!("https://x.example/{n}"), "issued": n}));
        let definition = DefinitionRow {
            report: "issuance".to_owned(),
            title: String::new(),
            formula: String::new(),
            is_not: String::new(),
            sources: Vec::new(),
        };
        let rows = rows.collect();
        let figure =
            figure(Language::En, Report::Issuance, definition, rows, &FigureNames::default(), (4, 8));
        let cells: Vec<(&str, &str)> = figure
            .table
            .rows
            .iter()
            .map(|row| (row[0].text.text(Language::En), row[1].text.text(Language::En)))
            .collect();
        assert_eq!(cells[..4], [("2026-10", "27"), ("2026-10", "28"), ("2026-10", "29"), ("2026-09", "24")]);
        assert_eq!((figure.more, figure.chart.lines.len(), figure.chart.left_out), (22, 4, 6));
    }
}
