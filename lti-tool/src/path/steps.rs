//! Badges of courses as steps of a programme, by page and by command: who is awarded one in a course has done that step.
//!
//! Stage, place and purpose are the programme's; kind, level and nominal hours are the badge's own, wherever it counts.

use actix_web::{HttpResponse, web};
use uuid::Uuid;

use super::find_own;
use crate::{
    admin::session::ConfirmedReader,
    course::badge::{ACHIEVEMENTS, definition},
    error::Failure,
    page::see_other,
    state::AppState,
    store::{StoreError, course::CourseRow, step::CourseStep},
};

/// What a step is for, as the database has it.
pub const PURPOSES: [&str; 4] = ["start", "understand", "apply", "continue"];
/// Kinds of achievements, as the database has them.
pub const KINDS: [&str; 4] = ["participation", "knowledge", "skill", "milestone"];
/// The last stage, place and level.
const MOST_STEPS: i32 = 99;
/// The most nominal hours.
const MOST_HOURS: f64 = 10_000.0;

/// Why a badge becomes no step.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    /// No such programme.
    #[error("no programme has this code; `lti-tool programme list` shows all")]
    UnknownProgramme,
    /// No such course.
    #[error("no course has this id; `lti-tool programme find` looks for courses")]
    UnknownCourse,
    /// The badge is no step.
    #[error("the badge of this course is no step of this programme")]
    NoStep,
    /// A stage, place or level that is none.
    #[error("stage, place and level are whole numbers from 1 to 99")]
    Number,
    /// Hours that are none.
    #[error("the hours are a number such as 12 or 1.5, at most 10000")]
    Hours,
    /// A purpose that nobody knows.
    #[error("the purpose is start, understand, apply or continue")]
    Purpose,
    /// A kind that nobody knows.
    #[error("the kind is participation, knowledge, skill or milestone")]
    Kind,
    /// The database.
    #[error("the database does not answer as it should")]
    Store(#[from] StoreError),
}

impl From<StepError> for Failure {
    fn from(error: StepError) -> Self {
        match error {
            StepError::UnknownProgramme | StepError::UnknownCourse | StepError::NoStep => Self::NotFound,
            StepError::Number => Self::BadRequest("a stage, place or level is none"),
            StepError::Hours => Self::BadRequest("the hours are none"),
            StepError::Purpose => Self::BadRequest("the purpose is none"),
            StepError::Kind => Self::BadRequest("the kind is none"),
            StepError::Store(error) => error.into(),
        }
    }
}

/// What somebody says of a step, as texts; empty ones are not said.
#[derive(Clone, Copy, Debug, Default)]
pub struct Said<'a> {
    /// The stage.
    pub stage: &'a str,
    /// Which step of the path it becomes.
    pub place: &'a str,
    /// One of [`PURPOSES`].
    pub purpose: &'a str,
    /// One of [`KINDS`].
    pub kind: &'a str,
    /// The level.
    pub level: &'a str,
    /// The nominal hours.
    pub hours: &'a str,
}

fn number(text: &str) -> Result<Option<i32>, StepError> {
    match text.parse() {
        Ok(number) if (1..=MOST_STEPS).contains(&number) => Ok(Some(number)),
        Err(_) if text.is_empty() => Ok(None),
        _ => Err(StepError::Number),
    }
}

/// Digits, and two more after a point at most: what the database reads as it was written.
fn hours(text: &str) -> Result<String, StepError> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let is_digits =
        |text: &str, most| (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = is_digits(whole, 5) && is_digits(part, 2);
    match text.parse::<f64>() {
        Ok(hours) if is_number && hours <= MOST_HOURS => Ok(text.to_owned()),
        _ => Err(StepError::Hours),
    }
}

impl Said<'_> {
    /// The step, if all of it can be.
    ///
    /// # Errors
    /// [`StepError`].
    pub fn read(&self) -> Result<CourseStep, StepError> {
        let word = |text: &str, words: [&'static str; 4]| words.into_iter().find(|word| *word == text);
        let purpose = word(self.purpose, PURPOSES);
        if purpose.is_none() && !self.purpose.is_empty() {
            return Err(StepError::Purpose);
        }
        Ok(CourseStep {
            stage: number(self.stage)?.ok_or(StepError::Number)?,
            place: number(self.place)?,
            purpose,
            kind: word(self.kind, KINDS).ok_or(StepError::Kind)?,
            level: number(self.level)?,
            hours: hours(self.hours)?,
        })
    }
}

/// Makes the badge of a course a step of a programme, or changes what is said of it; the audit trail says who did.
///
/// # Errors
/// [`StepError`].
pub async fn place(
    state: &AppState,
    programme_id: Uuid,
    course_id: Uuid,
    step: &CourseStep,
    actor: &str,
) -> Result<CourseRow, StepError> {
    let course = state.store.find_course_by_id(course_id).await?.ok_or(StepError::UnknownCourse)?;
    let profile = state.issuer_profile();
    // What the next award would define: the badge may become a step before anybody has it.
    let (_, definition) = definition(&course, &state.public_url, &profile)
        .map_err(|_error: serde_json::Error| StoreError::Damaged("lti.course"))?;
    state.store.place_course_step(programme_id, &profile.id, &definition, step, actor).await?;
    Ok(course)
}

/// Takes the badge of a course away from a programme; the audit trail says who did.
///
/// # Errors
/// [`StepError::NoStep`] if it is not there.
pub async fn remove(
    state: &AppState,
    programme_id: Uuid,
    course_id: Uuid,
    actor: &str,
) -> Result<(), StepError> {
    let uri = state.address(&format!("{ACHIEVEMENTS}{course_id}"));
    let is_removed = state.store.remove_course_step(programme_id, &uri, actor).await?;
    is_removed.then_some(()).ok_or(StepError::NoStep)
}

/// `POST /reports/programmes/{id}/courses`: a course's badge becomes a step. Who only reads reports may not.
///
/// # Errors
/// [`Failure`].
pub async fn add_course(
    form: ConfirmedReader,
    state: web::Data<AppState>,
    programme_id: web::Path<Uuid>,
) -> Result<HttpResponse, Failure> {
    form.reader.require_owner()?;
    let (programme, _) = find_own(&state, *programme_id).await?;
    let step = Said {
        stage: form.field("stage"),
        place: form.field("place"),
        purpose: form.field("purpose"),
        kind: form.field("kind"),
        level: form.field("level"),
        hours: form.field("hours"),
    }
    .read()?;
    let course_id = form.field("course").parse().map_err(|_error: uuid::Error| StepError::UnknownCourse)?;
    place(&state, programme.programme_id, course_id, &step, &form.reader.name).await?;
    Ok(see_other(&format!("/reports/programmes/{}?done=added#courses", programme.programme_id)))
}

/// `POST /reports/programmes/{id}/courses/{course_id}/remove`: the badge is no step any more; who has it keeps it.
///
/// # Errors
/// [`Failure`].
pub async fn remove_course(
    form: ConfirmedReader,
    state: web::Data<AppState>,
    path: web::Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, Failure> {
    form.reader.require_owner()?;
    let (programme_id, course_id) = path.into_inner();
    let (programme, _) = find_own(&state, programme_id).await?;
    remove(&state, programme.programme_id, course_id, &form.reader.name).await?;
    Ok(see_other(&format!("/reports/programmes/{}?done=removed#courses", programme.programme_id)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: Said<'_> =
        Said { stage: "2", place: "", purpose: "apply", kind: "skill", level: "", hours: "1.5" };

    #[test]
    fn a_step_has_a_stage_a_kind_and_hours_and_the_rest_may_be_left_out() {
        let step = WHOLE.read().unwrap();
        assert_eq!((step.stage, step.place, step.level), (2, None, None));
        assert_eq!((step.purpose, step.kind, step.hours.as_str()), (Some("apply"), "skill", "1.5"));
        let step = Said { place: "1", purpose: "", level: "99", hours: "0", ..WHOLE }.read().unwrap();
        assert_eq!(
            (step.place, step.purpose, step.level, step.hours.as_str()),
            (Some(1), None, Some(99), "0")
        );
    }

    #[test]
    fn what_no_step_can_be_is_said_in_one_sentence() {
        let number = "stage, place and level are whole numbers from 1 to 99";
        let hours = "the hours are a number such as 12 or 1.5, at most 10000";
        for (said, sentence) in [
            (Said { stage: "", ..WHOLE }, number),
            (Said { stage: "0", ..WHOLE }, number),
            (Said { place: "100", ..WHOLE }, number),
            (Said { level: "high", ..WHOLE }, number),
            (Said { hours: "", ..WHOLE }, hours),
            (Said { hours: "-1", ..WHOLE }, hours),
            (Said { hours: "1e3", ..WHOLE }, hours),
            (Said { hours: "1.234", ..WHOLE }, hours),
            (Said { hours: "10000.01", ..WHOLE }, hours),
            (Said { hours: ".5", ..WHOLE }, hours),
            (Said { hours: "NaN", ..WHOLE }, hours),
            (Said { purpose: "fun", ..WHOLE }, "the purpose is start, understand, apply or continue"),
            (Said { kind: "", ..WHOLE }, "the kind is participation, knowledge, skill or milestone"),
        ] {
            assert_eq!(said.read().unwrap_err().to_string(), sentence, "{said:?}");
        }
    }
}
