//! `/reports/programmes`: how far people are in each programme. No names of people.

use actix_web::{HttpRequest, HttpResponse, web};

use super::{
    AsOf,
    chart::{Chart, bars},
    pages::{AsOfQuery, Head},
};
use crate::{
    admin::session::{Reader, Role},
    error::Failure,
    language::Language,
    page::Page,
    path::stage_title,
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
    fn audience(&self, row: &ProgrammeRow) -> String {
        self.t.list(&row.audience.iter().map(|word| self.t.population(word)).collect::<Vec<_>>())
    }

    fn stage(&self, stage: &StageRow) -> String {
        stage_title(self.t, stage.stage, stage.name.as_ref())
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
        let stages =
            row.stages.iter().map(|stage| (stage_title(t, stage.stage, stage.name.as_ref()), stage.people));
        ProgrammePart { chart: bars(stages), row }
    };
    let programmes = rows.into_iter().map(part).collect();
    Ok(ProgrammesPage { t, head: head(&state, reader), programmes }.respond())
}

fn head(state: &AppState, reader: Reader) -> Head {
    AsOfQuery::default().head(reader, AsOf::now(state.clock.now()))
}
