//! Who is in the course, who has the badge, and who had it and left.

use std::{collections::HashMap, time::Duration};

use actix_web::web::Data;
use openbadges::time::Timestamp;
use uuid::Uuid;

use super::{
    reading::{Reading, ReadingError, read, wait},
    reason::Explained,
};
use crate::{
    clock::later,
    lti::membership::Learner,
    platform::nrps::Roster,
    session::Session,
    state::AppState,
    store::{StoreError, award::AwardRow, queue::QueuedAward, roster::RosterRow},
};

/// A page waits this long for the platform before it shows how far the reading is.
const PAGE_PATIENCE: Duration = Duration::from_secs(2);
/// An award waits longer: it must know who is in the course.
const AWARD_PATIENCE: Duration = Duration::from_secs(20);
/// A list of more learners is not read again for each award.
const LARGE: i32 = 1000;
/// For so long a large list is good enough to award from.
const FRESH_SECONDS: i64 = 600;

/// What the platform says about the members of the course.
#[derive(Debug)]
pub enum CourseRoster {
    /// The learners.
    Known(Roster),
    /// It is being read still.
    Reading {
        /// How many learners there are so far.
        count: usize,
    },
    /// The platform does not offer the service to us.
    NotOffered,
    /// It did not answer as it should.
    Failed(ReadingError),
}

/// What the roster is wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To show it, as it is at this moment.
    Page,
    /// To show it when the reading that was begun before is done.
    WaitingPage,
    /// To award somebody on it.
    Award,
}

/// Asks the platform, or waits for whoever asks already.
///
/// # Errors
/// [`StoreError`]; what is wrong with the platform is in the answer.
pub async fn roster_of(
    state: &Data<AppState>,
    session: &Session,
    course_id: Uuid,
    purpose: Purpose,
) -> Result<CourseRoster, StoreError> {
    let Some(url) = &session.memberships_url else { return Ok(CourseRoster::NotOffered) };
    let known = state.store.find_roster(course_id).await?;
    let patience = if purpose == Purpose::Award { AWARD_PATIENCE } else { PAGE_PATIENCE };
    let read = match (&known, purpose) {
        (Some(roster), Purpose::Award) if is_fresh(roster, state.clock.now()) => Ok(known),
        (Some(_), Purpose::WaitingPage) => wait(state, course_id, patience).await,
        _ => {
            let reading = Reading {
                course_id,
                platform: session.platform.clone(),
                url: url.clone(),
                groups_url: session.groups_url.clone(),
            };
            read(state, reading, patience).await
        }
    };
    match read {
        Ok(Some(roster)) => {
            let learners = state.store.list_members(course_id).await?;
            Ok(CourseRoster::Known(Roster { learners, is_cut: roster.is_cut }))
        }
        Ok(None) => {
            let roster = state.store.find_roster(course_id).await?;
            let count = roster.and_then(|roster| usize::try_from(roster.read_count).ok());
            Ok(CourseRoster::Reading { count: count.unwrap_or(0) })
        }
        Err(ReadingError::Store(error)) => Err(error),
        Err(error) => Ok(CourseRoster::Failed(error)),
    }
}

/// Whether the list is so long and so new that an award may rely on it.
fn is_fresh(roster: &RosterRow, now: Timestamp) -> bool {
    let is_new = roster.whole_at.is_some_and(|whole| now < later(whole, FRESH_SECONDS));
    is_new && roster.has_ended && roster.read_count > LARGE
}

/// One line of the instructor's list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LearnerLine {
    /// The learner's id at the platform.
    pub user_id: String,
    /// Their name, or else the local part of their address, or nothing.
    pub name: Option<String>,
    /// Their address, if told.
    pub email: Option<String>,
    /// The ids of their groups.
    pub groups: Vec<String>,
    /// The badge that counts.
    pub award: Option<AwardLine>,
    /// Why the last one was taken back, if none counts.
    pub revoked_because: Option<String>,
    /// An award to be made, a renewal too; filled in by who knows.
    pub queued: Option<QueuedAward>,
    /// Whether they are on the roster still.
    pub is_member: bool,
    /// What the rule says, if there is one and no badge counts.
    pub decision: Option<Explained>,
}

/// A badge in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwardLine {
    /// For the button that revokes.
    pub assertion_id: Uuid,
    /// The address that the credential carries.
    pub url: String,
    /// When.
    pub awarded_at: Timestamp,
    /// When it ends, if ever.
    pub valid_until: Option<Timestamp>,
    /// Why, in sentences; filled in by who knows.
    pub why: Vec<String>,
    /// What speaks against it now, for a person to judge.
    pub review: Option<Explained>,
}

/// The learners in the platform's order, then those with a badge who are not on the roster any more.
///
/// `awards` has the newest first; `is_complete` says whether `learners` is the whole roster, so that absence means something.
#[must_use]
pub fn lines(learners: &[Learner], awards: &[AwardRow], is_complete: bool) -> Vec<LearnerLine> {
    let mut by_user: HashMap<&str, Vec<&AwardRow>> = HashMap::new();
    for award in awards {
        by_user.entry(&award.user_id).or_default().push(award);
    }
    let mut lines: Vec<LearnerLine> = Vec::with_capacity(learners.len());
    for learner in learners {
        let awards = by_user.remove(learner.user_id.as_str()).unwrap_or_default();
        let line = line(&learner.user_id, learner.name.clone(), learner.email.clone(), &awards, true);
        lines.push(LearnerLine { groups: learner.groups.clone(), ..line });
    }
    for award in awards {
        if let Some(awards) = by_user.remove(award.user_id.as_str()) {
            lines.push(line(&award.user_id, award.display_name.clone(), None, &awards, !is_complete));
        }
    }
    lines
}

fn line(
    user_id: &str,
    name: Option<String>,
    email: Option<String>,
    awards: &[&AwardRow],
    is_member: bool,
) -> LearnerLine {
    let valid = awards.iter().find(|award| award.revocation_reason.is_none() && !award.is_superseded);
    let award = valid.map(|award| AwardLine {
        assertion_id: award.assertion_id,
        url: award.credential_id.clone(),
        awarded_at: award.awarded_at,
        valid_until: award.valid_until,
        why: Vec::new(),
        review: None,
    });
    let revoked_because =
        if award.is_none() { awards.first().and_then(|award| award.revocation_reason.clone()) } else { None };
    let name = name.or_else(|| {
        email.as_deref().and_then(|email| email.split_once('@')).map(|(local, _)| local.to_owned())
    });
    LearnerLine {
        user_id: user_id.to_owned(),
        name,
        email,
        award,
        revoked_because,
        is_member,
        ..LearnerLine::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn learner(user_id: &str, name: Option<&str>) -> Learner {
        Learner {
            user_id: user_id.to_owned(),
            name: name.map(str::to_owned),
            email: Some(format!("{user_id}@example.test")),
            groups: Vec::new(),
        }
    }

    fn award(user_id: &str, revoked: Option<&str>) -> AwardRow {
        AwardRow {
            assertion_id: Uuid::nil(),
            credential_id: format!("https://badges.example.org/credentials/{user_id}"),
            user_id: user_id.to_owned(),
            display_name: Some(format!("Name of {user_id}")),
            awarded_at: Timestamp::from_unix_seconds(0),
            valid_until: None,
            is_superseded: false,
            revocation_reason: revoked.map(str::to_owned),
            course_title: "Course".to_owned(),
            course_id: Uuid::nil(),
        }
    }

    #[test]
    fn each_learner_has_a_line_in_the_platform_s_order_and_a_name() {
        let lines = lines(&[learner("b", Some("Bea")), learner("a", None)], &[award("a", None)], true);
        assert_eq!(lines.iter().map(|line| line.name.as_deref().unwrap()).collect::<Vec<_>>(), ["Bea", "a"]);
        assert!(lines[0].award.is_none() && lines[1].award.is_some());
    }

    #[test]
    fn a_revoked_award_does_not_count_but_a_later_one_does() {
        let once = lines(&[learner("a", None)], &[award("a", Some("by mistake"))], true);
        assert_eq!((once[0].award.clone(), once[0].revoked_because.as_deref()), (None, Some("by mistake")));
        let again = lines(&[learner("a", None)], &[award("a", None), award("a", Some("by mistake"))], true);
        assert!(again[0].award.is_some() && again[0].revoked_because.is_none() && again.len() == 1);
    }

    #[test]
    fn a_renewed_badge_does_not_come_back_when_its_renewal_is_revoked() {
        let older = AwardRow { is_superseded: true, ..award("a", None) };
        let once = lines(&[learner("a", None)], &[award("a", Some("by mistake")), older], true);
        assert_eq!((once[0].award.clone(), once[0].revoked_because.as_deref()), (None, Some("by mistake")));
    }

    #[test]
    fn who_left_the_course_keeps_the_badge_and_a_line() {
        let lines = lines(&[learner("a", None)], &[award("b", None)], true);
        assert_eq!(
            (lines[1].user_id.as_str(), lines[1].name.as_deref(), lines[1].is_member),
            ("b", Some("Name of b"), false)
        );
    }

    #[test]
    fn only_a_large_and_new_list_is_not_read_again_for_an_award() {
        let roster = |read_count, whole_at: Option<i64>| RosterRow {
            reading: 1,
            read_count,
            has_ended: true,
            has_failed: false,
            is_cut: false,
            whole_at: whole_at.map(Timestamp::from_unix_seconds),
            differences_url: None,
        };
        let now = Timestamp::from_unix_seconds(1000);
        assert!(is_fresh(&roster(1001, Some(500)), now));
        assert!(!is_fresh(&roster(1000, Some(500)), now));
        assert!(!is_fresh(&roster(1001, Some(400)), now));
        assert!(!is_fresh(&roster(1001, None), now));
        assert!(!is_fresh(&RosterRow { has_ended: false, ..roster(1001, Some(500)) }, now));
    }

    #[test]
    fn without_the_whole_roster_nobody_is_said_to_have_left() {
        assert!(lines(&[], &[award("b", None)], false)[0].is_member);
    }
}
