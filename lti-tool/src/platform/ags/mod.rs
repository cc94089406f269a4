//! The grade book: line items, scores, results.
//!
//! Specification: <https://www.imsglobal.org/spec/lti-ags/v2p0>. Each request has the exact media type that its resource has; `/scores` and
//! `/results` stand before the query string (Moodle's line items have one); results are never asked for in pages, because Moodle then
//! answers with an error page, but a link to a next page is followed.

use reqwest::Method;
use serde_json::Value;
use url::Url;

use super::service::{Message, ServiceClient, ServiceError};
use crate::{
    lti::{
        grade::{LearnerResult, LineItem, NewLineItem, Score},
        link_header::{LinkError, next_page, with_parameter},
        scope,
    },
    outbound::Answer,
};

/// More pages than any grade book needs.
const MAX_PAGES: usize = 500;

/// Why the grade book gives nothing or takes nothing.
#[derive(Debug, thiserror::Error)]
pub enum GradeError {
    /// The service gives nothing.
    #[error("the grade book cannot be asked")]
    Service(#[from] ServiceError),
    /// The answer is something else.
    #[error("the platform's answer is not of the grade book")]
    NotAGrade(#[source] serde_json::Error),
    /// An address that is none.
    #[error("the platform's line item has no usable address")]
    NoAddress,
    /// The list cannot be followed.
    #[error("the grade book's list cannot be read to its end")]
    Link(#[from] LinkError),
    /// The list does not end.
    #[error("the grade book's list does not end")]
    Endless,
    /// Canvas deletes a line item that came with an assignment only together with it.
    #[error("the line item belongs to an assignment and cannot be deleted alone")]
    Coupled,
}

/// Why a score was not taken.
#[derive(Debug, thiserror::Error)]
pub enum ScoreError {
    /// The grade book has a score of the same moment or a later one: Moodle says 409, Canvas 400.
    #[error("the grade book has a newer score")]
    Stale,
    /// This person has no grades: no student (Canvas says 422), or not in the course (Moodle says 400).
    #[error("the platform does not grade this person")]
    Ungradable,
    /// The line item is not there any more.
    #[error("the line item is gone")]
    NoLineItem,
    /// The service does not answer.
    #[error("the score cannot be written")]
    Service(#[from] ServiceError),
}

/// Which line items are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LineItemFilter<'a> {
    /// Only those that we named so.
    pub resource_id: Option<&'a str>,
    /// Only those with this word.
    pub tag: Option<&'a str>,
    /// Only those of this link.
    pub resource_link_id: Option<&'a str>,
}

/// Our line items at `line_items_url`, the claim's `lineitems`.
///
/// # Errors
/// [`GradeError`]; a part is never returned as the whole.
pub async fn list_line_items(
    client: ServiceClient<'_>,
    line_items_url: &Url,
    filter: LineItemFilter<'_>,
) -> Result<Vec<LineItem>, GradeError> {
    let filters = [
        ("resource_id", filter.resource_id),
        ("tag", filter.tag),
        ("resource_link_id", filter.resource_link_id),
    ];
    let mut url = line_items_url.clone();
    for (name, value) in filters {
        if let Some(value) = value {
            url = with_parameter(&url, name, value);
        }
    }
    let mut items = Vec::new();
    for (page, value) in read_list(client, url, scope::LINE_ITEM, scope::LINE_ITEM_CONTAINER).await? {
        items.extend(LineItem::read(&value, &page).map_err(GradeError::NotAGrade)?);
    }
    Ok(items)
}

/// One of our line items; `None` if it is gone.
///
/// # Errors
/// [`GradeError`].
pub async fn find_line_item(client: ServiceClient<'_>, url: &Url) -> Result<Option<LineItem>, GradeError> {
    match client.fetch(url, scope::LINE_ITEM, scope::LINE_ITEM_MEDIA_TYPE).await {
        Ok(answer) => read_line_item(&answer, url).map(Some),
        Err(ServiceError::Refused { status: 404, .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Makes a line item at `line_items_url`.
///
/// # Errors
/// [`GradeError`].
pub async fn insert_line_item(
    client: ServiceClient<'_>,
    line_items_url: &Url,
    new: &NewLineItem<'_>,
) -> Result<LineItem, GradeError> {
    write_line_item(client, line_items_url, &Method::POST, new).await
}

/// Changes a line item.
///
/// # Errors
/// [`GradeError`].
pub async fn update_line_item(
    client: ServiceClient<'_>,
    url: &Url,
    new: &NewLineItem<'_>,
) -> Result<LineItem, GradeError> {
    write_line_item(client, url, &Method::PUT, new).await
}

async fn write_line_item(
    client: ServiceClient<'_>,
    url: &Url,
    method: &Method,
    new: &NewLineItem<'_>,
) -> Result<LineItem, GradeError> {
    let body = serde_json::to_string(new).map_err(GradeError::NotAGrade)?;
    let message = Message {
        method,
        scope: scope::LINE_ITEM,
        accept: Some(scope::LINE_ITEM_MEDIA_TYPE),
        body: Some((scope::LINE_ITEM_MEDIA_TYPE, &body)),
    };
    read_line_item(&client.send(url, &message).await?, url)
}

/// Deletes a line item; one that is gone already counts as deleted.
///
/// # Errors
/// [`GradeError::Coupled`] if only the whole assignment can be deleted.
pub async fn delete_line_item(client: ServiceClient<'_>, url: &Url) -> Result<(), GradeError> {
    let accept = Some(scope::LINE_ITEM_MEDIA_TYPE);
    let message = Message { method: &Method::DELETE, scope: scope::LINE_ITEM, accept, body: None };
    match client.send(url, &message).await {
        Ok(_) | Err(ServiceError::Refused { status: 404, .. }) => Ok(()),
        // The token was renewed and refused again: it is not the token.
        Err(ServiceError::Refused { status: 401, .. }) => Err(GradeError::Coupled),
        Err(error) => Err(error.into()),
    }
}

/// Writes one learner's score into the line item.
///
/// # Errors
/// [`ScoreError`].
pub async fn publish_score(
    client: ServiceClient<'_>,
    line_item_url: &Url,
    score: &Score<'_>,
) -> Result<(), ScoreError> {
    let body = score.to_json().to_string();
    // The answer is of no use to us, and Moodle's is empty; without an `Accept` the client would send `*/*`, which Moodle refuses elsewhere.
    let message = Message {
        method: &Method::POST,
        scope: scope::SCORE,
        accept: Some(scope::SCORE_MEDIA_TYPE),
        body: Some((scope::SCORE_MEDIA_TYPE, &body)),
    };
    match client.send(&below(line_item_url, "scores"), &message).await {
        Ok(_) => Ok(()),
        Err(error) => Err(score_error(error)),
    }
}

fn score_error(error: ServiceError) -> ScoreError {
    let ServiceError::Refused { status, reason, body } = &error else { return error.into() };
    match status {
        409 => ScoreError::Stale,
        // Canvas names the timestamp in the body.
        400 if body.mentions("timestamp") => ScoreError::Stale,
        422 => ScoreError::Ungradable,
        // Moodle says so in the status line and quotes the score behind it; the body is an empty list.
        400 if reason.starts_with("Incorrect score received") => ScoreError::Ungradable,
        404 => ScoreError::NoLineItem,
        _ => error.into(),
    }
}

/// The results of the line item, of one learner if `user_id` is given.
///
/// # Errors
/// [`GradeError`]; a part is never returned as the whole.
pub async fn list_results(
    client: ServiceClient<'_>,
    line_item_url: &Url,
    user_id: Option<&str>,
) -> Result<Vec<LearnerResult>, GradeError> {
    let mut url = below(line_item_url, "results");
    if let Some(user_id) = user_id {
        url = with_parameter(&url, "user_id", user_id);
    }
    let values = read_list(client, url, scope::RESULT_READONLY, scope::RESULT_CONTAINER).await?;
    let results = values.iter().map(|(_, value)| LearnerResult::read(value).map_err(GradeError::NotAGrade));
    results.filter_map(Result::transpose).collect()
}

/// Every entry of a list with the page that it stood on.
async fn read_list(
    client: ServiceClient<'_>,
    url: Url,
    scope: &'static str,
    media_type: &str,
) -> Result<Vec<(Url, Value)>, GradeError> {
    let mut entries = Vec::new();
    let mut next = Some(url);
    for _ in 0..MAX_PAGES {
        let Some(url) = next else { return Ok(entries) };
        let answer = client.fetch(&url, scope, media_type).await?;
        let page: Vec<Value> = serde_json::from_str(&answer.body).map_err(GradeError::NotAGrade)?;
        next = next_page(&url, answer.links.iter().map(String::as_str))?;
        if next.as_ref() == Some(&url) {
            return Err(GradeError::Endless);
        }
        entries.extend(page.into_iter().map(|entry| (url.clone(), entry)));
    }
    Err(GradeError::Endless)
}

fn read_line_item(answer: &Answer, url: &Url) -> Result<LineItem, GradeError> {
    let value: Value = serde_json::from_str(&answer.body).map_err(GradeError::NotAGrade)?;
    LineItem::read(&value, url).map_err(GradeError::NotAGrade)?.ok_or(GradeError::NoAddress)
}

/// The service below a line item: its name goes before the query string.
fn below(line_item_url: &Url, service: &str) -> Url {
    let mut url = line_item_url.clone();
    url.set_path(&format!("{}/{service}", line_item_url.path().trim_end_matches('/')));
    url
}

#[cfg(test)]
mod tests;
