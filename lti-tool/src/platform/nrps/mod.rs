//! The roster of a course, page by page.
//!
//! Specification: <https://www.imsglobal.org/spec/lti-nrps/v2p0/#membership-container>. The exact media type is asked for; the role filter
//! is added again to every page; a next page is followed on the same origin only; at most `outbound.max_members` are read. A token that is
//! refused is renewed once.

use url::Url;

use super::{
    Platform,
    token::{AccessTokens, TokenError},
};
use crate::{
    lti::{
        link_header::{LinkError, next_page, with_parameter},
        membership::{Learner, MembershipContainerWire},
        scope,
    },
    outbound::{Answer, Outbound, OutboundError},
};

/// More pages than any course needs; ends a platform that links in a circle.
const MAX_PAGES: usize = 500;

/// Why there is no roster.
#[derive(Debug, thiserror::Error)]
pub enum RosterError {
    /// No access token.
    #[error("no access token for the roster")]
    Token(#[from] TokenError),
    /// The service cannot be reached.
    #[error("the roster cannot be fetched")]
    Unreachable(#[from] OutboundError),
    /// The platform refuses.
    #[error("the platform answers {0} instead of the roster")]
    Status(u16),
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
}

/// Learners of a course.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roster {
    /// In the platform's order, each once.
    pub learners: Vec<Learner>,
    /// Whether the limit cut the list.
    pub is_cut: bool,
}

/// Reads the learners at `memberships_url`.
///
/// # Errors
/// [`RosterError`]; half a roster is never returned as a whole one.
pub async fn read_roster(
    outbound: &Outbound,
    tokens: &AccessTokens,
    platform: &Platform,
    memberships_url: &Url,
    max_members: usize,
) -> Result<Roster, RosterError> {
    let mut roster = Roster::default();
    let mut seen = std::collections::HashSet::new();
    let mut url = with_parameter(memberships_url, "role", "Learner");
    for page in 1..=MAX_PAGES {
        let answer = fetch_page(outbound, tokens, platform, &url).await?;
        let container: MembershipContainerWire =
            serde_json::from_str(&answer.body).map_err(|source| RosterError::NotARoster { page, source })?;
        roster.learners.extend(container.learners().filter(|learner| seen.insert(learner.user_id.clone())));
        if roster.learners.len() >= max_members {
            roster.is_cut = roster.learners.len() > max_members || !answer.links.is_empty();
            roster.learners.truncate(max_members);
            return Ok(roster);
        }
        match next_page(&url, answer.links.iter().map(String::as_str))? {
            Some(next) => url = with_parameter(&next, "role", "Learner"),
            None => return Ok(roster),
        }
    }
    roster.is_cut = true;
    Ok(roster)
}

async fn fetch_page(
    outbound: &Outbound,
    tokens: &AccessTokens,
    platform: &Platform,
    url: &Url,
) -> Result<Answer, RosterError> {
    for is_last_try in [false, true] {
        let token = tokens.find(platform, scope::MEMBERSHIP_READONLY).await?;
        let answer = outbound.fetch(url, scope::MEMBERSHIP_CONTAINER, Some(&token)).await?;
        match answer.status {
            200 => return Ok(answer),
            401 if !is_last_try => tokens.forget(platform, scope::MEMBERSHIP_READONLY).await,
            status => return Err(RosterError::Status(status)),
        }
    }
    Err(RosterError::Status(401))
}

#[cfg(test)]
mod tests;
