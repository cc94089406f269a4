//! `/reports/filed`: figures are kept as they are read now, and read again later from the records of that day.

use actix_web::{HttpRequest, HttpResponse, web};

use super::{
    AsOf, PATH,
    pack::{Filing, Reading, read_filing},
    pages::Head,
};
use crate::{
    admin::session::{ConfirmedReader, Reader, Role},
    error::Failure,
    language::Language,
    page::{Page, see_other},
    state::AppState,
    store::report::FilingRow,
};

/// The longest note of a filing, in characters.
const LONGEST_NOTE: usize = 200;

/// What was filed, each time one line.
#[derive(askama::Template)]
#[template(path = "report/filed.html")]
pub(crate) struct FiledPage {
    pub(crate) t: Language,
    pub(crate) head: Head,
    pub(crate) filings: Vec<FilingRow>,
}

impl Page for FiledPage {}

impl FiledPage {
    fn filed(&self, row: &FilingRow) -> String {
        let filed_at = AsOf::filed(row.filed_micros, row.filed_micros).date;
        self.t.with("report-filed-at", "filed", &self.t.moment(&filed_at))
    }

    fn count(&self, row: &FilingRow) -> String {
        self.t.with_number("report-filed-count", "count", usize::try_from(row.figures).unwrap_or_default())
    }
}

/// One filing: its figures, each read again, and its files.
#[derive(askama::Template)]
#[template(path = "report/filing.html")]
pub(crate) struct FilingPage {
    pub(crate) t: Language,
    pub(crate) head: Head,
    pub(crate) filed_micros: i64,
    pub(crate) as_of: AsOf,
    pub(crate) filing: Filing,
    /// Title and what is read.
    pub(crate) figures: Vec<(String, Reading)>,
}

impl Page for FilingPage {}

/// `GET /reports/filed`.
///
/// # Errors
/// [`Failure`].
pub async fn show(
    request: HttpRequest,
    reader: Reader,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Failure> {
    let filings = state.store.list_filings(&state.issuer_profile().id).await?;
    let head = Head::today(reader, &state);
    Ok(FiledPage { t: Language::of_request(&request), head, filings }.respond())
}

/// `GET /reports/filed/{moment}`: what was filed then, read again.
///
/// # Errors
/// [`Failure`].
pub async fn show_one(
    request: HttpRequest,
    reader: Reader,
    path: web::Path<i64>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Failure> {
    let t = Language::of_request(&request);
    let filed_micros = path.into_inner();
    let filing = read_filing(&state, filed_micros).await?.ok_or(Failure::NotFound)?;
    let (_, as_of, _) = *filing.reports.first().ok_or(Failure::NotFound)?;
    let titles = state.store.list_definitions(t.code()).await?;
    let figures = filing
        .reports
        .iter()
        .map(|(report, _, reading)| {
            let found = titles.iter().find(|title| title.report == report.name());
            (found.map_or_else(|| report.name().to_owned(), |found| found.title.clone()), *reading)
        })
        .collect();
    let head = Head::today(reader, &state);
    Ok(FilingPage { t, head, filed_micros, as_of, filing, figures }.respond())
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
    let as_of = AsOf::day(form.field("as_of"), true, now).ok_or(Failure::BadRequest("the date is none"))?;
    let note: String = form.field("note").chars().take(LONGEST_NOTE).collect();
    let issuer = state.issuer_profile().id;
    let filed_micros = state.store.file_figures(&issuer, as_of.until(now), &note, &form.reader.name).await?;
    Ok(see_other(&format!("{PATH}/filed/{filed_micros}")))
}
