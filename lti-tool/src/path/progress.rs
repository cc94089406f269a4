//! `/reports/programmes/{id}`: how far people are in one programme, stage by stage and by population; owners set its period.
//!
//! Counts of people and nobody's name.

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use uuid::Uuid;

use super::{Block, blocks, find_own, period, stage_title};
use crate::{
    admin::session::{ConfirmedReader, Reader, Role},
    error::Failure,
    language::Language,
    page::Page,
    report::{
        AsOf,
        chart::{Chart, bars},
        pages::{AsOfQuery, Head},
    },
    state::AppState,
    store::path::{ProgrammeChange, ProgrammeDetails, ProgressRow},
};

/// The page.
#[derive(askama::Template)]
#[template(path = "path/progress.html")]
pub(crate) struct ProgressPage {
    pub(crate) t: Language,
    pub(crate) head: Head,
    pub(crate) programme: ProgrammeDetails,
    pub(crate) progress: Vec<ProgressRow>,
    pub(crate) chart: Chart,
    pub(crate) blocks: Vec<Block>,
    pub(crate) is_changed: bool,
}

impl Page for ProgressPage {}

impl ProgressPage {
    fn period(&self) -> Option<String> {
        period(self.t, self.programme.starts_on.as_deref(), self.programme.ends_on.as_deref())
    }

    fn stage(&self, row: &ProgressRow) -> String {
        stage_title(self.t, row.stage, row.stage_name.as_ref())
    }

    fn population(&self, row: &ProgressRow) -> String {
        match &row.population {
            None => self.t.text("path-all-people"),
            Some(word) => self.t.population(word),
        }
    }

    fn audience(&self) -> Vec<String> {
        self.programme.audience.iter().map(|word| self.t.population(word)).collect()
    }
}

/// What the page before it has done.
#[derive(Debug, Default, serde::Deserialize)]
pub struct Done {
    changed: Option<u8>,
}

/// `GET /reports/programmes/{id}`.
///
/// # Errors
/// [`Failure`].
pub async fn show(
    request: HttpRequest,
    reader: Reader,
    state: web::Data<AppState>,
    programme_id: web::Path<Uuid>,
    done: web::Query<Done>,
) -> Result<HttpResponse, Failure> {
    let t = Language::of_request(&request);
    let (programme, _) = find_own(&state, *programme_id).await?;
    let progress = state.store.list_progress(programme.programme_id).await?;
    let all = progress.iter().filter(|row| row.population.is_none());
    let chart = bars(all.map(|row| (stage_title(t, row.stage, row.stage_name.as_ref()), row.began)));
    let mut steps = state.store.list_steps(programme.programme_id, &[]).await?;
    for step in &mut steps {
        step.is_next = false;
    }
    let page = ProgressPage {
        t,
        head: AsOfQuery::default().head(reader, AsOf::now(state.clock.now())),
        chart,
        progress,
        blocks: blocks(t, steps),
        is_changed: done.changed.is_some(),
        programme,
    };
    Ok(page.respond())
}

/// `POST /reports/programmes/{id}`: the period, and whether people are told where they stand. Who only reads reports may not.
///
/// # Errors
/// [`Failure`].
pub async fn change(
    form: ConfirmedReader,
    state: web::Data<AppState>,
    programme_id: web::Path<Uuid>,
) -> Result<HttpResponse, Failure> {
    form.reader.require_owner()?;
    let (programme, _) = find_own(&state, *programme_id).await?;
    let (starts_on, ends_on) = (day(form.field("starts_on"))?, day(form.field("ends_on"))?);
    // As texts, years come first.
    if starts_on.as_ref().zip(ends_on.as_ref()).is_some_and(|(first, last)| last < first) {
        return Err(Failure::BadRequest("the programme ends before it begins"));
    }
    let change = ProgrammeChange { starts_on, ends_on, has_standing: form.field("standing") == "1" };
    state.store.update_programme(programme.programme_id, &change, &form.reader.name).await?;
    let location = format!("/reports/programmes/{}?changed=1", programme.programme_id);
    Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, location)).finish())
}

/// A day, or none.
fn day(text: &str) -> Result<Option<String>, Failure> {
    if text.is_empty() {
        return Ok(None);
    }
    AsOf::day(text, true, openbadges::time::Timestamp::from_unix_seconds(0))
        .map(|as_of| Some(as_of.day_text()))
        .ok_or(Failure::BadRequest("the date is none"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_one_or_none() {
        assert_eq!(day("").unwrap(), None);
        assert_eq!(day("2026-04-01").unwrap().as_deref(), Some("2026-04-01"));
        assert!(day("1 April").is_err() && day("2026-02-30").is_err());
    }
}
