//! `/reports`: every figure with its chart, table and definition, as of a date; files to take away; what was filed.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, ContentType},
    web,
};
use serde::Deserialize;
use serde_json::Value;

use super::{
    AsOf, PATH, Report,
    chart::{Chart, FEW_LINES, MOST_LINES, chart},
    file,
    pack::{self, PackError},
    table::{Table, table},
};
use crate::{
    admin::{
        entry,
        session::{ConfirmedReader, Reader, Role},
    },
    error::Failure,
    language::Language,
    page::Page,
    state::AppState,
    store::report::{DefinitionRow, FiledRow},
};

/// Rows of a table on the first page.
const FEW: usize = 8;
/// The longest note of a filing, in characters.
const LONGEST_NOTE: usize = 200;

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

/// A figure.
#[derive(Clone, Debug)]
pub(crate) struct Figure {
    pub(crate) definition: DefinitionRow,
    pub(crate) chart: Chart,
    pub(crate) table: Table,
    /// How many rows are on the figure's own page only.
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

/// What was filed.
#[derive(askama::Template)]
#[template(path = "report/filed.html")]
pub(crate) struct FiledPage {
    pub(crate) t: Language,
    pub(crate) head: Head,
    pub(crate) filed: Vec<(String, FiledRow)>,
}

impl Page for FiledPage {}

impl FiledPage {
    fn dates(&self, row: &FiledRow) -> String {
        let (day, filed) = (self.t.date(&row.as_of), self.t.moment(&row.filed_at));
        self.t.with_texts("report-filed-line", ("day", &day), ("filed", &filed))
    }
}

/// The date, as the form sends it.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct AsOfQuery {
    as_of: Option<String>,
    later: Option<String>,
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

    pub(super) fn head(&self, reader: Reader, as_of: AsOf) -> Head {
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
    let mut figures = Vec::new();
    for definition in state.store.list_definitions(t.code()).await? {
        let Some(report) = Report::from_name(&definition.report) else { continue };
        let rows = rows(&state, report, as_of).await?;
        let mut table = table(t, report, &rows);
        let more = table.rows.len().saturating_sub(FEW);
        table.rows.truncate(FEW);
        figures.push(Figure { definition, chart: chart(t, report, &rows, FEW_LINES), table, more });
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
            let figure = Figure {
                definition,
                chart: chart(t, report, &rows, MOST_LINES),
                table: table(t, report, &rows),
                more: 0,
            };
            Ok(FigurePage { t, head: query.head(reader, as_of), figure }.respond())
        }
        "csv" => {
            note_download(&state, &reader, &path, as_of).await?;
            Ok(attachment(&as_of, &path, "text/csv; charset=utf-8", file::csv(report, &rows, as_of)))
        }
        "json" => {
            note_download(&state, &reader, &path, as_of).await?;
            let definition = definition(&state, t, report).await?;
            let document = file::document(report, &rows, as_of, &[&definition]);
            Ok(attachment(&as_of, &path, "application/json", document.to_string()))
        }
        _ => Err(Failure::NotFound),
    }
}

async fn note_download(state: &AppState, reader: &Reader, name: &str, as_of: AsOf) -> Result<(), Failure> {
    let subject = format!("{name}, {}", as_of.date);
    Ok(state.store.insert_report_event(&reader.name, "figures-downloaded", &subject).await?)
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
    let as_of = query.as_of(&state)?;
    let failed = |error: PackError| match error {
        PackError::Store(error) => Failure::from(error),
        other => {
            tracing::error!(error = %other, "the disclosure pack cannot be made");
            Failure::BadRequest("the disclosure pack cannot be made")
        }
    };
    let archive = pack::files(&state, as_of).await.and_then(|files| pack::archive(&files)).map_err(failed)?;
    note_download(&state, &reader, "disclosure.zip", as_of).await?;
    Ok(attachment(&as_of, "disclosure.zip", "application/zip", archive))
}

/// `GET /reports/filed`.
///
/// # Errors
/// [`Failure`].
pub async fn show_filed(
    request: HttpRequest,
    reader: Reader,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Failure> {
    let t = Language::of_request(&request);
    let titles = state.store.list_definitions(t.code()).await?;
    let title = |row: FiledRow| {
        let found = titles.iter().find(|title| title.report == row.report);
        (found.map_or_else(|| row.report.clone(), |found| found.title.clone()), row)
    };
    let filed = state.store.list_filed().await?.into_iter().map(title).collect();
    let head = AsOfQuery::default().head(reader, AsOf::now(state.clock.now()));
    Ok(FiledPage { t, head, filed }.respond())
}

/// `POST /reports/filed`: keeps every figure as it is read now. Who only reads reports may not.
///
/// # Errors
/// [`Failure`].
pub async fn file_figures(
    form: ConfirmedReader,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Failure> {
    form.reader.require_owner()?;
    let now = state.clock.now();
    let day = form.field("as_of");
    let as_of = AsOf::day(day, true, now).ok_or(Failure::BadRequest("the date is none"))?;
    let note: String = form.field("note").chars().take(LONGEST_NOTE).collect();
    let issuer = state.issuer_profile().id;
    state.store.file_figures(&issuer, as_of.date.min(now), &note, &form.reader.name).await?;
    Ok(HttpResponse::SeeOther()
        .insert_header((header::LOCATION, format!("{PATH}/filed")))
        .content_type(ContentType::html())
        .finish())
}
