//! How the tool learns that somebody has completed something: one folder for each source, the same file names in each.
//!
//! | Source | Its signal means |
//! |---|---|
//! | [`roster`] | the platform lets the learner open a restricted link (NRPS, `rlid`) |
//! | [`line_item`] | the grade book shows these points in our own column (AGS results) |
//! | [`moodle`] | Moodle's record says that the course, or an activity, is complete (web services) |
//! | [`canvas`] | Canvas's record says that every requirement of the course's modules is done (REST) |
//! | [`canvas_events`] | Canvas told the same, or a grade, or what was handed in, the moment it happened (Live Events) |
//! | [`csv`] | a person who may award says so, in a list: who has completed, or single facts such as attendance |
//! | [`records`] | another course of the platform is complete, or the issuer has an examination or a population on record |
//! | [`held`] | the learner holds a badge of another course |
//! | [`gate`] | the same, asked for the moment the learner comes through that link |
//!
//! A source reads ([`CompletionSource::read`]) and says who was looked at, what is true of them and what stands in its way; [`poll`] asks
//! it when it is due and keeps the answer; [`decide`] applies the rule to what is kept. Nothing here awards: that is [`crate::award::engine`].

pub mod canvas;
pub mod canvas_events;
pub mod csv;
pub mod decide;
pub mod gate;
pub mod held;
pub mod line_item;
#[cfg(test)]
mod mock;
pub mod moodle;
pub mod poll;
pub mod records;
pub mod roster;

use openbadges::completion::{Obstacle, Source};
use url::Url;

use self::{canvas::CanvasError, moodle::MoodleError};
use crate::{
    lti::membership::Learner,
    platform::{
        ags::GradeError,
        nrps::{Roster, RosterError, read_roster},
        service::ServiceError,
    },
    state::AppState,
    store::{
        StoreError,
        completion::{DueSource, SeenFact},
    },
};

/// What a source says at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// The learners of the course now; nobody else is awarded.
    pub learners: Vec<Learner>,
    /// Of whom the source can tell: what it said of them before and does not say now is withdrawn.
    pub looked_at: Vec<String>,
    /// What is true of them.
    pub facts: Vec<SeenFact>,
    /// Why it cannot tell.
    pub obstacle: Option<Obstacle>,
    /// Whether there are more learners than were read; of the others nothing is said.
    pub is_cut: bool,
}

/// Why a source gave no reading.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Something has to be set up first.
    #[error("the source is not set up")]
    NotConfigured,
    /// The platform does not know the link in this course.
    #[error("the link that the source names is not in the course")]
    LinkIsGone,
    /// The roster cannot be had.
    #[error("the course's roster cannot be had")]
    Roster(#[from] RosterError),
    /// The grade book.
    #[error("the grade book gives no answer")]
    Grade(#[from] GradeError),
    /// Moodle.
    #[error("Moodle's web services give no answer")]
    Moodle(#[from] MoodleError),
    /// Canvas.
    #[error("Canvas's API gives no answer")]
    Canvas(#[from] CanvasError),
    /// The database.
    #[error("what the source needs cannot be read")]
    Store(#[from] StoreError),
}

impl ReadError {
    /// What people are told.
    #[must_use]
    pub fn obstacle(&self) -> Obstacle {
        match self {
            Self::NotConfigured => Obstacle::NotConfigured,
            Self::LinkIsGone => Obstacle::LinkIsGone,
            Self::Moodle(error) => moodle::obstacle(error).unwrap_or(Obstacle::NoAnswer),
            Self::Canvas(error) => canvas::obstacle(error).unwrap_or(Obstacle::NoAnswer),
            _ => match self.service() {
                Some(ServiceError::Refused { status: 401 | 403, .. } | ServiceError::Token(_)) => {
                    Obstacle::NotAllowed
                }
                _ => Obstacle::NoAnswer,
            },
        }
    }

    /// How long the platform wants us to wait, if it says so.
    #[must_use]
    pub fn retry_after_seconds(&self) -> Option<u32> {
        match (self, self.service()) {
            (
                Self::Moodle(MoodleError::Busy { retry_after_seconds, .. })
                | Self::Canvas(CanvasError::Busy { retry_after_seconds, .. }),
                _,
            )
            | (_, Some(ServiceError::Busy { retry_after_seconds, .. })) => *retry_after_seconds,
            _ => None,
        }
    }

    fn service(&self) -> Option<&ServiceError> {
        match self {
            Self::Roster(RosterError::Service { source, .. }) | Self::Grade(GradeError::Service(source)) => {
                Some(source)
            }
            _ => None,
        }
    }
}

/// The learners of the course now; with `link`, those who may open it.
async fn learners(state: &AppState, due: &DueSource, link: Option<&str>) -> Result<Roster, ReadError> {
    let url: Url =
        due.memberships_url.as_deref().and_then(|url| url.parse().ok()).ok_or(ReadError::NotConfigured)?;
    let limit = usize::try_from(state.config.outbound.max_members).unwrap_or(usize::MAX);
    Ok(read_roster(state.services(&due.platform), &url, link, limit).await?)
}

/// Whether somebody ever came through this link of the course.
async fn is_known_link(state: &AppState, due: &DueSource, link: &str) -> Result<bool, StoreError> {
    let links = state.store.list_course_links(due.course.course_id).await?;
    Ok(links.iter().any(|known| known.resource_link_id == link))
}

/// A place where completions come from.
pub trait CompletionSource {
    /// Its name.
    const SOURCE: Source;
    /// Text that says what its signal means.
    const MEANING: &'static str;
    /// Text that says what is needed to use it: rights and configuration.
    const NEEDS: &'static str;

    /// Asks it about a course.
    ///
    /// # Errors
    /// [`ReadError`] if there is no reading; what it said before stays as it is.
    fn read(state: &AppState, due: &DueSource) -> impl Future<Output = Result<Reading, ReadError>> + Send;
}

/// The texts that say what the signal of a source means and what it needs; badges held need nothing.
#[must_use]
pub fn texts(source: Source) -> (&'static str, &'static str) {
    fn of<S: CompletionSource>() -> (&'static str, &'static str) {
        (S::MEANING, S::NEEDS)
    }
    match source {
        Source::RestrictedLink => of::<gate::Gate>(),
        Source::Awards => of::<held::HeldBadges>(),
        Source::LineItem => of::<line_item::OwnColumn>(),
        Source::Records => of::<records::Records>(),
        Source::Csv => of::<csv::facts::Lists>(),
        Source::Moodle => of::<moodle::Moodle>(),
        Source::Canvas => of::<canvas::Canvas>(),
        Source::CanvasEvents => of::<canvas_events::CanvasEvents>(),
        // Nobody is asked for what an instructor says.
        Source::Roster | Source::Instructor => of::<roster::Roster>(),
    }
}

/// Asks the source that is due.
///
/// # Errors
/// [`ReadError`] of the source.
pub async fn read(state: &AppState, due: &DueSource) -> Result<Reading, ReadError> {
    match due.source {
        Source::Roster => roster::Roster::read(state, due).await,
        Source::RestrictedLink => gate::Gate::read(state, due).await,
        Source::Awards => held::HeldBadges::read(state, due).await,
        Source::LineItem => line_item::OwnColumn::read(state, due).await,
        Source::Records => records::Records::read(state, due).await,
        Source::Csv => csv::facts::Lists::read(state, due).await,
        Source::Moodle => moodle::Moodle::read(state, due).await,
        Source::Canvas => canvas::Canvas::read(state, due).await,
        Source::CanvasEvents => canvas_events::CanvasEvents::read(state, due).await,
        Source::Instructor => Err(ReadError::NotConfigured),
    }
}
