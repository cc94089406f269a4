//! The buttons of the list of learners: award the ticked, one, or everybody who is found; try again what failed; revoke.

use std::collections::HashSet;

use actix_web::{HttpResponse, http::header, web};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    asked::Asked,
    bulk,
    explain::{list_found, mark_queued},
    open_course,
    paging::{View, never_had},
    roster::{CourseRoster, Purpose, lines, roster_of},
};
use crate::{
    award::{AwardError, award_all},
    error::Failure,
    lti::membership::Learner,
    session::Instructor,
    state::AppState,
};

/// The longest reason for a revocation, in characters.
const LONGEST_REASON: usize = 500;

/// `POST /s/{token}/awards`: the ticked learners, the one whose button was pressed, or `everybody` that a search finds.
///
/// Who is not on the roster at this moment is passed over, whatever the form says.
///
/// # Errors
/// [`Failure`] as a page.
pub async fn award(
    instructor: Instructor,
    state: web::Data<AppState>,
    form: web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Failure> {
    let chosen = chosen(&form);
    let field = |name| form.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let everybody = field("everybody");
    if chosen.is_empty() && everybody.is_none() {
        return Ok(to(&instructor, "course?none=1"));
    }
    let course = open_course(&state, &instructor).await?;
    let roster = roster_of(&state, instructor.session(), course.course_id, Purpose::Award).await?;
    let learners: Vec<Learner> = match roster {
        CourseRoster::Known(roster) => roster.learners,
        CourseRoster::Reading { .. } => return Ok(to(&instructor, "course?reading=1&none=1")),
        CourseRoster::NotOffered => Vec::new(),
        CourseRoster::Failed(error) => return Err(AwardError::Roster(error).into()),
    };
    let wanted: HashSet<String> = match everybody {
        Some(search) => {
            let awards = state.store.list_awards(course.course_id).await?;
            let mut lines = lines(&learners, &awards, true);
            mark_queued(&state, course.course_id, &mut lines).await?;
            let view =
                View::new(search, field("group").unwrap_or_default(), field("status").unwrap_or_default());
            let t = instructor.session().language;
            let found = list_found(&state, course.course_id, t, lines, &view).await?;
            found.into_iter().filter(never_had).map(|line| line.user_id).collect()
        }
        None => chosen.into_iter().map(str::to_owned).collect(),
    };
    let learners: Vec<Learner> =
        learners.into_iter().filter(|learner| wanted.contains(&learner.user_id)).collect();
    let (page, asked) = if learners.len() > bulk::MANY {
        ("queue", bulk::queue_learners(&state, &instructor, &course, learners).await?)
    } else {
        let count = award_all(&state, &instructor, &course, &learners).await?;
        tracing::info!(course = %course.course_id, awarded = count.awarded, kept = count.kept, "badges awarded");
        ("course", Asked::at_once(count))
    };
    Ok(to(&instructor, &format!("{page}?{}", asked.query())))
}

fn to(instructor: &Instructor, page: &str) -> HttpResponse {
    let location = instructor.session().path(page);
    HttpResponse::SeeOther().insert_header((header::LOCATION, location)).finish()
}

/// `POST /s/{token}/awards/retry`: awards that were given up are tried again.
///
/// # Errors
/// [`Failure`] as a page.
pub async fn retry(instructor: Instructor, state: web::Data<AppState>) -> Result<HttpResponse, Failure> {
    let course = open_course(&state, &instructor).await?;
    let count = state.store.revive_jobs(course.course_id).await?;
    tracing::info!(course = %course.course_id, count, "awards that were given up are tried again");
    Ok(to(&instructor, "course"))
}

/// The user ids of the form: `only` (the button of one line) wins over every `user` (the ticks).
fn chosen(form: &[(String, String)]) -> HashSet<&str> {
    let of =
        |name: &'static str| form.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str());
    let only: HashSet<&str> = of("only").collect();
    if only.is_empty() { of("user").collect() } else { only }
}

/// The form of a revocation.
#[derive(Debug, Deserialize)]
pub struct RevokeForm {
    reason: String,
}

/// `POST /s/{token}/awards/{assertion_id}/revoke`.
///
/// # Errors
/// [`Failure::NotFound`] if it is not an award of this course, which is also how another tenant's award looks.
pub async fn revoke(
    instructor: Instructor,
    state: web::Data<AppState>,
    path: web::Path<(String, Uuid)>,
    form: web::Form<RevokeForm>,
) -> Result<HttpResponse, Failure> {
    let (_, assertion_id) = path.into_inner();
    let reason = form.reason.replace('\0', "");
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > LONGEST_REASON {
        return Err(Failure::BadRequest(
            "the reason for a revocation is missing or longer than 500 characters",
        ));
    }
    let course = open_course(&state, &instructor).await?;
    let is_told = state.config.mail.is_on();
    if !state.store.revoke_award(course.course_id, assertion_id, reason, is_told).await? {
        return Err(Failure::NotFound);
    }
    tracing::info!(course = %course.course_id, assertion = %assertion_id, "badge revoked");
    Ok(to(&instructor, "course?revoked=1"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn the_ticked_learners_are_chosen() {
        assert_eq!(
            chosen(&form(&[("user", "4"), ("user", "5"), ("user", "4"), ("other", "6")])),
            HashSet::from(["4", "5"])
        );
        assert!(chosen(&form(&[])).is_empty());
    }

    #[test]
    fn the_button_of_one_line_awards_that_one_only() {
        assert_eq!(chosen(&form(&[("user", "4"), ("only", "5")])), HashSet::from(["5"]));
    }
}
