//! A column in the platform's grade book, where the badge has none: made on the instructor's word, and found again instead of made twice.
//!
//! Specification: <https://www.imsglobal.org/spec/lti-ags/v2p0#line-item-service>. Most columns come with a link that was placed with one. Ours is known by
//! its tag, which those have too, so that the column of a link that nobody has opened yet, or of the course that this one was copied from, is taken
//! and no second one made. It belongs to no link: a Canvas ties columns to links of assignments only. No column is ever deleted.

use actix_web::{HttpResponse, http::header, web};
use url::Url;

use super::open_course;
use crate::{
    error::Failure,
    lti::grade::{COLUMN_MAXIMUM, COLUMN_TAG, LineItem, NewLineItem},
    platform::{
        ags::{GradeError, LineItemFilter, insert_line_item, list_line_items},
        service::ServiceClient,
    },
    session::{Instructor, Session},
    state::AppState,
    store::{StoreError, course::CourseRow},
};

/// Where the button leads, if one is shown: the platform lets us make a column and the badge has none.
///
/// # Errors
/// [`StoreError`].
pub(super) async fn path(
    state: &AppState,
    session: &Session,
    course: &CourseRow,
) -> Result<Option<String>, StoreError> {
    if session.line_items_url.is_none() || session.resource_link_id.is_none() {
        return Ok(None);
    }
    let has_column = state.store.has_column(course.course_id).await?;
    Ok((!has_column).then(|| session.path("column")))
}

/// `POST /s/{token}/column`.
///
/// # Errors
/// [`Failure`] as a page; a grade book that refuses is a notice on the course's page.
pub async fn add(instructor: Instructor, state: web::Data<AppState>) -> Result<HttpResponse, Failure> {
    let session = instructor.session();
    let course = open_course(&state, &instructor).await?;
    let (Some(url), Some(link)) = (&session.line_items_url, &session.resource_link_id) else {
        return Ok(to_course(session, ""));
    };
    let is_ours = path(&state, session, &course).await?.is_some()
        && state.store.begin_column(course.course_id, state.clock.now()).await?;
    if !is_ours {
        return Ok(to_course(session, ""));
    }
    let label = course.texts.name().text(session.language).to_owned();
    let made = find_or_insert(state.services(&session.platform), url, &course, &label).await;
    let column = made.as_ref().ok().map(|item| item.url.as_str());
    state.store.end_column(instructor.course(), link, column).await?;
    Ok(match made {
        Ok(_) => {
            tracing::info!(course = %course.course_id, "the badge has a column in the grade book");
            to_course(session, "?reading=1&column=1")
        }
        Err(error) => {
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            tracing::warn!(reason = %error, cause, platform = session.platform.issuer, "a column was not made");
            to_course(session, "?reading=1&column=0")
        }
    })
}

fn to_course(session: &Session, query: &str) -> HttpResponse {
    let location = session.path(&format!("course{query}"));
    HttpResponse::SeeOther().insert_header((header::LOCATION, location)).finish()
}

/// The column with our tag, the course's own before any other, or a new one.
async fn find_or_insert(
    client: ServiceClient<'_>,
    url: &Url,
    course: &CourseRow,
    label: &str,
) -> Result<LineItem, GradeError> {
    let own = course.course_id.to_string();
    let filter = LineItemFilter { tag: Some(COLUMN_TAG), ..LineItemFilter::default() };
    let known = list_line_items(client, url, filter).await?;
    // A platform may pass over the filter.
    let mut known: Vec<LineItem> =
        known.into_iter().filter(|item| item.tag.as_deref() == Some(COLUMN_TAG)).collect();
    known.sort_by_key(|item| item.resource_id.as_deref() != Some(own.as_str()));
    if let Some(item) = known.into_iter().next() {
        return Ok(item);
    }
    let new = NewLineItem {
        label,
        score_maximum: COLUMN_MAXIMUM.into(),
        resource_id: Some(&own),
        tag: Some(COLUMN_TAG),
        resource_link_id: None,
    };
    insert_line_item(client, url, &new).await
}
