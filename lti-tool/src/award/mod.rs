//! Awarding: from "this learner has done it" to a stored, signed credential. Exactly once, whatever is pressed twice.
//!
//! For each learner one transaction: register the recipient, sign, store. The database verifies what it stores. The badge is defined
//! once for all of them. How a credential looks stands in [`credential`].

pub mod credential;
pub mod engine;
pub mod grade;

use openbadges::{
    model::BitstringStatusListEntry,
    proof::{SignError, eddsa_rdfc},
};

use self::credential::{Holder, Issued, issued};
use crate::{
    clock::uuid_from,
    course::{badge::definition, reading::ReadingError},
    credential::status_list,
    lti::membership::Learner,
    session::Instructor,
    state::AppState,
    store::{
        StoreError,
        award::{Beginning, NewAward},
        course::CourseRow,
        queue::AskedAgain,
    },
};

/// Why an award fails; nothing was stored of the one that failed.
#[derive(Debug, thiserror::Error)]
pub enum AwardError {
    /// The roster cannot be had, so that nobody can tell who is in the course.
    #[error("the course's roster cannot be had")]
    Roster(#[from] ReadingError),
    /// The credential cannot be signed.
    #[error("the credential cannot be signed")]
    Sign(#[from] SignError),
    /// The badge cannot be written as JSON.
    #[error("the badge cannot be written")]
    Write(#[from] serde_json::Error),
    /// The signer was stopped.
    #[error("the signer was stopped")]
    Stopped,
    /// The database.
    #[error("the award cannot be stored")]
    Store(#[from] StoreError),
}

impl AwardError {
    /// Whether it is the database that is away, so that trying another award makes no sense.
    #[must_use]
    pub fn is_outage(&self) -> bool {
        matches!(self, Self::Store(StoreError::Unavailable(_)))
    }

    /// A word for the queue's record; a cause may hold personal data, so that none is repeated.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Roster(_) => "roster",
            Self::Sign(_) => "sign",
            Self::Write(_) => "write",
            Self::Stopped => "stopped",
            Self::Store(_) => "store",
        }
    }
}

/// What came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AwardCount {
    /// Learners who have the badge now and had it not before.
    pub awarded: usize,
    /// Learners who had it already.
    pub kept: usize,
    /// Learners whose award was queued already.
    pub queued: AskedAgain,
}

/// How it stands with one learner after an award.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Awarded,
    Kept,
    Queued,
}

/// Awards the badge of the course to `learners`, who are on its roster.
///
/// Whose award is queued keeps the time at which it begins, so that it can be taken back until then; if it failed, it is tried again.
///
/// # Errors
/// [`AwardError`]; those awarded before the failure keep their badge.
pub async fn award_all(
    state: &AppState,
    instructor: &Instructor,
    course: &CourseRow,
    learners: &[Learner],
) -> Result<AwardCount, AwardError> {
    let profile = state.issuer_profile();
    let (achievement, definition) = definition(course, &state.public_url, &profile)?;
    let achievement_id = state.store.define_achievement(&profile.id, &definition).await?;
    let platform = &instructor.session().platform;
    let platform = format!("{}#{}", platform.issuer, platform.client_id);
    let status_lists = state.address(status_list::PATH);
    let mut count = AwardCount::default();
    let mut queued = Vec::new();
    for learner in learners {
        let new = NewAward {
            course_id: course.course_id,
            achievement_id,
            issuer_did: &profile.id,
            status_lists: &status_lists,
            platform: &platform,
            user_id: &learner.user_id,
            display_name: learner.name.as_deref(),
            email: learner.email.as_deref(),
            awarded_by: instructor.user_id(),
        };
        let at = state.clock.now();
        let issued = Issued {
            credential_id: state.address(&format!("/credentials/{}", uuid_from(&*state.chance))),
            issuer: profile.clone(),
            achievement: achievement.clone(),
            salt: crate::secret::draw(&*state.chance),
            at,
            valid_until: course.valid_until(at),
        };
        match award_one(state, new, issued).await? {
            Standing::Awarded => count.awarded += 1,
            Standing::Kept => count.kept += 1,
            Standing::Queued => queued.push(learner.user_id.as_str()),
        }
    }
    if !queued.is_empty() {
        count.queued = state.store.ask_again(course.course_id, &queued).await?;
    }
    Ok(count)
}

async fn award_one(state: &AppState, new: NewAward<'_>, issue: Issued) -> Result<Standing, AwardError> {
    let open = match state.store.begin_award(new).await? {
        Beginning::Open(open) => open,
        Beginning::Held => return Ok(Standing::Kept),
        Beginning::Queued => return Ok(Standing::Queued),
    };
    let (credential_id, at) = (issue.credential_id.clone(), issue.at);
    let provenance = credential::provenance(&new, &open.occasion());
    let status =
        BitstringStatusListEntry::new(&open.status_list_url, open.status_index, status_list::REVOCATION);
    let unsigned = issued(issue, open.recipient_id, status, Holder::of(&new));
    let keyring = state.keyring.current();
    // Canonicalisation takes milliseconds: not on the threads that answer others.
    let signing = tokio::task::spawn_blocking(move || {
        eddsa_rdfc::sign(&unsigned, &keyring.issuer.signing_key, &keyring.issuer.verification_method, at)
    });
    let signed = signing.await.map_err(|_error: tokio::task::JoinError| AwardError::Stopped)??;
    let is_told = state.config.mail.is_on();
    let stored = open.store(&signed, &credential_id, &provenance, is_told).await?;
    Ok(if stored.is_some() { Standing::Awarded } else { Standing::Kept })
}
