//! `/reports/programmes`: how far people are in each programme. No names of people.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::Value;

use super::{
    AsOf,
    chart::{Chart, bars},
    pages::{AsOfQuery, Head},
    table::in_language,
};
use crate::{
    admin::session::{Reader, Role},
    error::Failure,
    language::Language,
    page::Page,
    state::AppState,
    store::model::{ProgrammeRow, StageRow},
};

/// A programme with its chart.
pub(crate) struct ProgrammePart {
    pub(crate) row: ProgrammeRow,
    pub(crate) chart: Chart,
}

/// All programmes by stage.
#[derive(askama::Template)]
#[template(path = "report/programmes.html")]
pub(crate) struct ProgrammesPage {
    pub(crate) t: Language,
    pub(crate) head: Head,
    pub(crate) programmes: Vec<ProgrammePart>,
}

impl Page for ProgrammesPage {}

impl ProgrammesPage {
    fn named(&self, name: &Value) -> String {
        in_language(self.t, name)
    }

    fn audience(&self, row: &ProgrammeRow) -> String {
        let word = |word: &String| self.t.named("report-population", word).unwrap_or_else(|| word.clone());
        row.audience.iter().map(word).collect::<Vec<_>>().join(", ")
    }

    fn stage(&self, stage: &StageRow) -> String {
        self.t.with("report-stage", "stage", &stage.stage.to_string())
    }
}

/// `GET /reports/programmes`.
///
/// # Errors
/// [`Failure`].
pub async fn show_programmes(
    request: HttpRequest,
    reader: Reader,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Failure> {
    let t = Language::of_request(&request);
    let rows = state.store.list_programme_stages(&state.issuer_profile().id).await?;
    let part = |row: ProgrammeRow| {
        let stages = row.stages.iter().map(|stage| {
            let label = t.with("report-stage", "stage", &stage.stage.to_string());
            (label, stage.people)
        });
        ProgrammePart { chart: bars(stages), row }
    };
    let programmes = rows.into_iter().map(part).collect();
    Ok(ProgrammesPage { t, head: head(&state, reader), programmes }.respond())
}

fn head(state: &AppState, reader: Reader) -> Head {
    AsOfQuery::default().head(reader, AsOf::now(state.clock.now()))
}
