//! Reading the roster of a course: one reading at a time for all replicas, page by page into the database, watched by whoever waits.
//!
//! Memory is bounded by one page of the platform. Where the platform keeps differences
//! (<https://www.imsglobal.org/spec/lti-nrps/v2p0/#membership-differences>), only they are read after the first time. A reading that fails
//! leaves no half list behind: the next one begins anew.

use std::{sync::Arc, time::Duration};

use actix_web::web::Data;
use url::Url;
use uuid::Uuid;

use crate::{
    lti::membership::{Member, MemberStatus},
    platform::{
        Platform,
        groups::list_groups,
        nrps::{MemberFilter, MemberPages, RosterError},
    },
    state::AppState,
    store::{StoreError, roster::RosterRow},
};

/// Between two looks at a reading that somebody else does.
const LOOK: Duration = Duration::from_millis(100);

/// Why a roster is not there.
#[derive(Debug, thiserror::Error)]
pub enum ReadingError {
    /// The platform.
    #[error(transparent)]
    Roster(#[from] RosterError),
    /// The database.
    #[error("the roster cannot be stored")]
    Store(#[from] StoreError),
    /// Another request read it, and its log says why it failed.
    #[error("another request could not read the roster")]
    Elsewhere,
    /// The replica stops.
    #[error("the reading was stopped")]
    Stopped,
}

/// Which course is read, and where its list is.
#[derive(Clone, Debug)]
pub struct Reading {
    /// Our id of the course.
    pub course_id: Uuid,
    /// Its platform.
    pub platform: Arc<Platform>,
    /// The claim's `context_memberships_url`.
    pub url: Url,
    /// The claim's `context_groups_url`, if the platform tells the groups of the course.
    pub groups_url: Option<Url>,
}

/// Reads the roster anew, or joins whoever reads it, and waits at most for `patience`; `None` if it is not read by then. The reading goes
/// on.
///
/// # Errors
/// [`ReadingError`] if it was read and failed.
pub async fn read(
    state: &Data<AppState>,
    reading: Reading,
    patience: Duration,
) -> Result<Option<RosterRow>, ReadingError> {
    let course_id = reading.course_id;
    if let Some(begun) = state.store.begin_reading(course_id, state.clock.now()).await? {
        let task = tokio::spawn(run(state.clone(), reading, begun));
        let Ok(ended) = tokio::time::timeout(patience, task).await else { return Ok(None) };
        ended.map_err(|_error: tokio::task::JoinError| ReadingError::Stopped)??;
        return Ok(state.store.find_roster(course_id).await?);
    }
    wait(state, course_id, patience).await
}

/// Waits for a reading of somebody else.
///
/// # Errors
/// [`ReadingError::Elsewhere`] if it failed.
pub async fn wait(
    state: &AppState,
    course_id: Uuid,
    patience: Duration,
) -> Result<Option<RosterRow>, ReadingError> {
    let watched = async {
        loop {
            let roster = state.store.find_roster(course_id).await?;
            match roster {
                Some(roster) if roster.has_failed => return Err(ReadingError::Elsewhere),
                Some(roster) if roster.has_ended => return Ok(Some(roster)),
                _ => tokio::time::sleep(LOOK).await,
            }
        }
    };
    tokio::time::timeout(patience, watched).await.unwrap_or(Ok(None))
}

async fn run(state: Data<AppState>, reading: Reading, begun: RosterRow) -> Result<(), ReadingError> {
    let number = begun.reading;
    if let Some(url) = &reading.groups_url {
        read_groups(&state, &reading, url).await?;
    }
    let changes = begun.differences_url.as_deref().and_then(|url| Url::parse(url).ok());
    let read = match changes {
        Some(url) => match read_pages(&state, &reading, &begun, &url, false).await {
            // The platform does not know that list any more.
            Err(ReadingError::Roster(error)) => {
                tracing::info!(reason = %error, "differences cannot be read; the whole roster is");
                read_pages(&state, &reading, &begun, &reading.url, true).await
            }
            read => read,
        },
        None => read_pages(&state, &reading, &begun, &reading.url, true).await,
    };
    if read.is_err() {
        state.store.fail_reading(reading.course_id, number, state.clock.now()).await?;
    }
    read
}

/// Reads the groups of the course. Without them the list of learners is as good as ever, so that a platform that does not tell them is only noted.
async fn read_groups(state: &AppState, reading: &Reading, url: &Url) -> Result<(), StoreError> {
    match list_groups(state.services(&reading.platform), url).await {
        Ok(groups) => state.store.replace_groups(reading.course_id, &groups).await,
        Err(error) => {
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            tracing::info!(reason = %error, cause, platform = reading.platform.issuer, "groups cannot be read");
            Ok(())
        }
    }
}

/// Reads every page of the list at `url` into the database; `is_whole` says whether it is the list or its differences.
async fn read_pages(
    state: &AppState,
    reading: &Reading,
    begun: &RosterRow,
    url: &Url,
    is_whole: bool,
) -> Result<(), ReadingError> {
    let limit = usize::try_from(state.config.outbound.max_members).unwrap_or(usize::MAX);
    // Who has left may have no role any more, so that differences are read unfiltered.
    let filter = if is_whole { MemberFilter::LEARNERS } else { MemberFilter::default() };
    let mut pages = MemberPages::new(state.services(&reading.platform), url, filter);
    let mut ended = RosterRow { differences_url: None, ..begun.clone() };
    let mut count = 0;
    while let Some(page) = pages.next().await? {
        let (mut learners, mut gone) = (Vec::with_capacity(page.members.len()), Vec::new());
        for member in once_each(page.members) {
            if !is_whole && (member.status != MemberStatus::Active || !member.is_learner) {
                gone.push(member.user_id);
            } else if let Some(learner) = member.into_learner() {
                learners.push(learner);
            }
        }
        ended.is_cut =
            count + learners.len() > limit || (count + learners.len() == limit && pages.has_more());
        learners.truncate(limit - count);
        count += learners.len();
        ended.differences_url = page.differences.map(String::from);
        let now = state.clock.now();
        if !state.store.insert_members(reading.course_id, begun.reading, &learners, &gone, now).await? {
            return Err(ReadingError::Elsewhere);
        }
        if ended.is_cut {
            ended.differences_url = None;
            break;
        }
    }
    state.store.finish_reading(reading.course_id, &ended, is_whole, state.clock.now()).await?;
    Ok(())
}

/// The last word of a page about each person.
fn once_each(members: Vec<Member>) -> Vec<Member> {
    let mut seen = std::collections::HashSet::new();
    let mut kept: Vec<Member> =
        members.into_iter().rev().filter(|member| seen.insert(member.user_id.clone())).collect();
    kept.reverse();
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_about_a_person_counts() {
        let member = |id: &str, name: &str| Member {
            user_id: id.to_owned(),
            status: MemberStatus::Active,
            is_learner: true,
            name: Some(name.to_owned()),
            email: None,
            groups: Vec::new(),
        };
        let kept = once_each(vec![member("1", "old"), member("2", "other"), member("1", "new")]);
        let names: Vec<_> = kept.iter().map(|member| member.name.as_deref().unwrap()).collect();
        assert_eq!(names, ["other", "new"]);
    }
}
