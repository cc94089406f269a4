//! The groups of a course.
//!
//! Specification: <https://www.imsglobal.org/spec/lti-gs/v1p0#context-groups-service>. A next page is followed on the same origin only.

use std::collections::HashSet;

use url::Url;

use super::service::{ServiceClient, ServiceError};
use crate::lti::{
    group::{Group, GroupContainerWire},
    link_header::{LinkError, next_page},
    scope,
};

/// More groups than any course has; what comes after them is left out.
const MOST_GROUPS: usize = 500;

/// Why there are no groups.
#[derive(Debug, thiserror::Error)]
pub enum GroupError {
    /// The service gives nothing.
    #[error("the groups of the course cannot be had")]
    Service(#[from] ServiceError),
    /// The answer is something else.
    #[error("the platform's answer is no list of groups")]
    NotGroups(#[source] serde_json::Error),
    /// The list cannot be followed.
    #[error("the list of groups cannot be read to its end")]
    Link(#[from] LinkError),
    /// The list leads in a circle.
    #[error("the list of groups does not end")]
    Endless,
}

/// The groups at `url`, the claim's `context_groups_url`, in the platform's order.
///
/// # Errors
/// [`GroupError`]; a part is never returned as the whole.
pub async fn list_groups(client: ServiceClient<'_>, url: &Url) -> Result<Vec<Group>, GroupError> {
    let (mut groups, mut seen) = (Vec::new(), HashSet::new());
    let mut next = Some(url.clone());
    while let Some(url) = next {
        if !seen.insert(url.clone()) {
            return Err(GroupError::Endless);
        }
        let answer = client.fetch(&url, scope::GROUP_READONLY, scope::GROUP_CONTAINER).await?;
        let page: GroupContainerWire = serde_json::from_str(&answer.body).map_err(GroupError::NotGroups)?;
        groups.extend(page.into_groups());
        groups.truncate(MOST_GROUPS);
        next =
            next_page(&url, answer.links.iter().map(String::as_str))?.filter(|_| groups.len() < MOST_GROUPS);
    }
    Ok(groups)
}
