//! `/reports/programmes/{id}`: how far people are in one programme, stage by stage and by population; owners set its period and
//! the badges of courses that are steps of it.
//!
//! Counts of people and nobody's name.

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use uuid::Uuid;

use super::{
    Block, blocks, find_own, period, stage_title,
    steps::{KINDS, PURPOSES},
};
use crate::{
    admin::session::{ConfirmedReader, Reader, Role},
    course::badge::ACHIEVEMENTS,
    error::Failure,
    language::{Language, wording::Wording},
    page::Page,
    report::{
        AsOf,
        chart::{Chart, bars},
        pages::{AsOfQuery, Head},
    },
    state::AppState,
    store::{
        path::{ProgrammeChange, ProgrammeDetails, ProgressRow, StepRow},
        step::{CourseStepRow, FoundCourse, MOST_COURSES},
    },
};

/// The longest text that courses are searched by, in characters.
const LONGEST_SEARCH: usize = 100;

/// What owners see besides: the badges of courses, and what can be said of another one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Courses {
    /// The badges that are steps.
    pub(crate) steps: Vec<CourseStepRow>,
    /// The courses to choose from.
    pub(crate) found: Vec<FoundCourse>,
    /// What they were searched by.
    pub(crate) search: String,
    /// Whether there are more than are listed.
    pub(crate) has_more: bool,
    /// The numbers of stages, the next one too, and what they are called.
    pub(crate) stages: Vec<(i32, String)>,
    /// The names of all steps, before which another one can come.
    pub(crate) names: Vec<Wording>,
}

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
    pub(crate) courses: Courses,
    /// What the page before it has done: `changed`, `added`, `removed`.
    pub(crate) done: Option<String>,
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

    /// Where a course's badge stands.
    fn standing(&self, row: &CourseStepRow) -> String {
        let stage = stage_title(self.t, row.stage, row.stage_name.as_ref());
        self.t.list(&[stage, self.t.with("path-step-number", "place", &row.place.to_string())])
    }

    /// What is said of a course's badge.
    fn facts(&self, row: &CourseStepRow) -> String {
        let purpose = row.purpose.as_deref().and_then(|word| self.t.named("path-purpose", word));
        let kind = row.kind.as_deref().map(|word| self.kind(word));
        let level = row.level.map(|level| self.t.with("report-level", "level", &level.to_string()));
        let hours = row.hours.as_deref().map(|hours| self.t.with("path-hours", "hours", hours));
        self.t.list(&[kind, level, hours, purpose].into_iter().flatten().collect::<Vec<_>>())
    }

    fn kind(&self, word: &str) -> String {
        self.t.named("report-word", word).unwrap_or_else(|| word.to_owned())
    }

    /// A course's badge among those to choose from.
    fn choice(&self, course: &FoundCourse) -> String {
        let name = course.name.text(self.t);
        let place = self.t.list(&[course.title.clone(), course.platform.clone()]);
        self.t.with_texts("path-course-choice", ("name", name), ("course", &place))
    }

    fn kinds(&self) -> [(&'static str, String); 4] {
        KINDS.map(|word| (word, self.kind(word)))
    }

    fn purposes(&self) -> [(&'static str, String); 4] {
        PURPOSES.map(|word| (word, self.t.named("path-purpose", word).unwrap_or_default()))
    }

    /// Where a step can come: the number of its place, and before which step that is.
    fn places(&self) -> Vec<(usize, String)> {
        let before = |(place, name): (usize, &Wording)| {
            let number = (place + 1).to_string();
            (
                place + 1,
                self.t.with_texts("path-place-before", ("place", &number), ("name", name.text(self.t))),
            )
        };
        self.courses.names.iter().enumerate().map(before).collect()
    }
}

/// What the page before it has done.
#[derive(Debug, Default, serde::Deserialize)]
pub struct Done {
    done: Option<String>,
    search: Option<String>,
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
    before: web::Query<Done>,
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
    let Done { done, search } = before.into_inner();
    let done = done.filter(|word| matches!(word.as_str(), "changed" | "added" | "removed"));
    let courses = match reader.role {
        Role::ReportReader => Courses::default(),
        _ => courses(&state, t, programme.programme_id, &steps, &search.unwrap_or_default()).await?,
    };
    let page = ProgressPage {
        t,
        head: AsOfQuery::default().head(reader, AsOf::now(state.clock.now())),
        chart,
        progress,
        blocks: blocks(t, steps),
        courses,
        done,
        programme,
    };
    Ok(page.respond())
}

/// What owners see besides.
async fn courses(
    state: &AppState,
    t: Language,
    programme_id: Uuid,
    steps: &[StepRow],
    search: &str,
) -> Result<Courses, Failure> {
    let search: String = search.trim().replace('\0', "").chars().take(LONGEST_SEARCH).collect();
    let mut found = state.store.find_courses(&search).await?;
    let has_more = found.len() > MOST_COURSES;
    found.truncate(MOST_COURSES);
    let last = steps.iter().map(|step| step.stage).max().unwrap_or_default();
    let name =
        |stage| steps.iter().find(|step| step.stage == stage).and_then(|step| step.stage_name.as_ref());
    Ok(Courses {
        steps: state.store.list_course_steps(programme_id, &state.address(ACHIEVEMENTS)).await?,
        found,
        search,
        has_more,
        stages: (1..=last.saturating_add(1))
            .map(|stage| (stage, stage_title(t, stage, name(stage))))
            .collect(),
        names: steps.iter().map(|step| step.name.clone()).collect(),
    })
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
    let location = format!("/reports/programmes/{}?done=changed", programme.programme_id);
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
