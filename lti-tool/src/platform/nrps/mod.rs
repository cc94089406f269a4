//! The members of a course, page by page.
//!
//! Specification: <https://www.imsglobal.org/spec/lti-nrps/v2p0/#membership-container>. The exact media type is asked for; the filters are
//! added again to every page, because Moodle's links drop the role; a next page is followed on the same origin only. [`MemberPages`] holds
//! one page at a time; [`read_roster`] collects the learners of a whole course up to a limit.

use std::collections::HashSet;

use url::Url;

use super::service::{ServiceClient, ServiceError};
use crate::lti::{
    link_header::{LinkError, differences, next_page, with_parameter},
    membership::{Learner, Member, MembershipContainerWire},
    scope,
};

/// More pages than any course needs; ends a platform that links in a circle.
const MAX_PAGES: usize = 2_000;

/// Why there is no roster.
#[derive(Debug, thiserror::Error)]
pub enum RosterError {
    /// The service gives nothing.
    #[error("page {page} of the roster cannot be had")]
    Service {
        /// Counted from one.
        page: usize,
        /// Why.
        source: ServiceError,
    },
    /// The answer is something else.
    #[error("page {page} of the platform's answer is not a membership container")]
    NotARoster {
        /// Counted from one.
        page: usize,
        /// Where it goes wrong.
        source: serde_json::Error,
    },
    /// The list cannot be followed.
    #[error("the roster cannot be read to its end")]
    Link(#[from] LinkError),
    /// The list leads in a circle, or has more pages than any course needs.
    #[error("the roster does not end")]
    Endless,
}

impl RosterError {
    /// Whether the platform says that there is no such list: a link that was deleted, or a course. Canvas says 400 of a link that it does not know.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Service { source: ServiceError::Refused { status: 400 | 404 | 410, .. }, .. })
    }
}

/// Which members are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MemberFilter<'a> {
    /// Only with this role, by its short name (<https://www.imsglobal.org/spec/lti-nrps/v2p0/#role-query-parameter>).
    pub role: Option<&'a str>,
    /// Only those who may open this resource link (<https://www.imsglobal.org/spec/lti-nrps/v2p0/#resource-link-membership-service>).
    /// Moodle applies the link's restrictions at once; a platform may also list everybody.
    pub resource_link_id: Option<&'a str>,
}

impl MemberFilter<'_> {
    /// The learners of the course.
    pub const LEARNERS: Self = Self { role: Some("Learner"), resource_link_id: None };

    fn apply(self, url: &Url) -> Url {
        let mut url = url.clone();
        for (name, value) in [("rlid", self.resource_link_id), ("role", self.role)] {
            if let Some(value) = value {
                url = with_parameter(&url, name, value);
            }
        }
        url
    }
}

/// One page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemberPage {
    /// In the platform's order.
    pub members: Vec<Member>,
    /// On the last page: where the changes since this list will be, if the platform keeps them.
    pub differences: Option<Url>,
}

/// The pages of one list; only one is in memory at a time.
#[derive(Debug)]
pub struct MemberPages<'a> {
    client: ServiceClient<'a>,
    filter: MemberFilter<'a>,
    next: Option<Url>,
    seen: HashSet<Url>,
    page: usize,
}

impl<'a> MemberPages<'a> {
    /// The list at `url`, which is a `context_memberships_url` or a differences URL.
    #[must_use]
    pub fn new(client: ServiceClient<'a>, url: &Url, filter: MemberFilter<'a>) -> Self {
        Self { client, filter, next: Some(filter.apply(url)), seen: HashSet::new(), page: 0 }
    }

    /// The next page; `None` after the last.
    ///
    /// # Errors
    /// [`RosterError`]; what was read before is a part and not the whole.
    pub async fn next(&mut self) -> Result<Option<MemberPage>, RosterError> {
        let Some(url) = self.next.take() else { return Ok(None) };
        self.page += 1;
        let page = self.page;
        if page > MAX_PAGES || !self.seen.insert(url.clone()) {
            return Err(RosterError::Endless);
        }
        let answer = self
            .client
            .fetch(&url, scope::MEMBERSHIP_READONLY, scope::MEMBERSHIP_CONTAINER)
            .await
            .map_err(|source| RosterError::Service { page, source })?;
        let container: MembershipContainerWire =
            serde_json::from_str(&answer.body).map_err(|source| RosterError::NotARoster { page, source })?;
        let links = || answer.links.iter().map(String::as_str);
        let next = next_page(&url, links())?.map(|next| self.filter.apply(&next));
        self.next = next;
        Ok(Some(MemberPage {
            members: container.into_members().collect(),
            differences: differences(&url, links())?,
        }))
    }

    /// Whether there is another page.
    #[must_use]
    pub fn has_more(&self) -> bool {
        self.next.is_some()
    }
}

/// Learners of a course.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roster {
    /// In the platform's order, each once.
    pub learners: Vec<Learner>,
    /// Whether the limit cut the list.
    pub is_cut: bool,
}

/// Reads the active learners at `memberships_url`, at most `max_members`; with `resource_link_id`, only those who may open that link.
///
/// # Errors
/// [`RosterError`]; half a roster is never returned as a whole one.
pub async fn read_roster(
    client: ServiceClient<'_>,
    memberships_url: &Url,
    resource_link_id: Option<&str>,
    max_members: usize,
) -> Result<Roster, RosterError> {
    let mut roster = Roster::default();
    let mut seen = HashSet::new();
    let filter = MemberFilter { resource_link_id, ..MemberFilter::LEARNERS };
    let mut pages = MemberPages::new(client, memberships_url, filter);
    while let Some(page) = pages.next().await? {
        let learners = page.members.into_iter().filter_map(Member::into_learner);
        roster.learners.extend(learners.filter(|learner| seen.insert(learner.user_id.clone())));
        if roster.learners.len() >= max_members {
            roster.is_cut = roster.learners.len() > max_members || pages.has_more();
            roster.learners.truncate(max_members);
            break;
        }
    }
    Ok(roster)
}

#[cfg(test)]
mod tests;
