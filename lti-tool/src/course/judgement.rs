//! What only a person decides: approving where the rule wants it, and keeping a badge whose reason is gone.

use actix_web::{HttpResponse, http::header, web};
use openbadges::completion::Fact;
use serde::Deserialize;
use uuid::Uuid;

use super::open_course;
use crate::{completion::decide::queue_awards, error::Failure, session::Instructor, state::AppState};

/// The longest name of a role.
const LONGEST_ROLE: usize = 100;

/// The form of an approval.
#[derive(Debug, Deserialize)]
pub struct ApprovalForm {
    user: String,
    role: String,
    evidence: Option<String>,
}

/// `POST /s/{token}/approvals`: the instructor approves in the role that the rule names; who qualifies by that is awarded.
///
/// # Errors
/// [`Failure::NotFound`] for somebody who is not in the course.
pub async fn approve(
    instructor: Instructor,
    state: web::Data<AppState>,
    form: web::Form<ApprovalForm>,
) -> Result<HttpResponse, Failure> {
    let course = open_course(&state, &instructor).await?;
    let role = form.role.trim();
    if role.is_empty() || role.chars().count() > LONGEST_ROLE || role.contains('\0') {
        return Err(Failure::BadRequest("the role of an approval is missing or longer than 100 characters"));
    }
    let members = state.store.list_members(course.course_id).await?;
    let learner =
        members.into_iter().find(|learner| learner.user_id == form.user).ok_or(Failure::NotFound)?;
    let fact = Fact::Approval {
        role: role.to_owned(),
        by: instructor.user_id().to_owned(),
        evidence: form.evidence.is_some(),
    };
    let (course_id, now) = (course.course_id, state.clock.now());
    state.store.insert_judgement(course_id, &learner.user_id, &fact, now).await?;
    let queued = queue_awards(&state, course_id, &instructor.session().platform, &[learner], now).await?;
    tracing::info!(course = %course_id, queued, "a learner is approved");
    Ok(back(&instructor))
}

/// `POST /s/{token}/awards/{assertion_id}/keep`: the badge stays although its reason is gone.
///
/// # Errors
/// [`Failure::NotFound`] if it is not an award of this course.
pub async fn keep(
    instructor: Instructor,
    state: web::Data<AppState>,
    path: web::Path<(String, Uuid)>,
) -> Result<HttpResponse, Failure> {
    let (_, assertion_id) = path.into_inner();
    let course = open_course(&state, &instructor).await?;
    let (author, now) = (instructor.user_id(), state.clock.now());
    if !state.store.keep_award(course.course_id, assertion_id, author, now).await? {
        return Err(Failure::NotFound);
    }
    tracing::info!(course = %course.course_id, assertion = %assertion_id, "badge kept");
    Ok(back(&instructor))
}

fn back(instructor: &Instructor) -> HttpResponse {
    let location = instructor.session().path("course");
    HttpResponse::SeeOther().insert_header((header::LOCATION, location)).finish()
}
