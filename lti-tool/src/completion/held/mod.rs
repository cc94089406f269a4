//! Badges that the learners hold: a pathway, where one badge asks for others.
//!
//! The facts are the tool's own awards in the other courses of the same tenant, which the database adds to every record; this source only
//! says who is in the course, so that the rule is applied to them. A badge's code is the id of its course, the end of its public address.

use openbadges::completion::Source;

use super::{CompletionSource, ReadError, Reading, learners};
use crate::{state::AppState, store::completion::DueSource};

/// The source.
#[derive(Clone, Copy, Debug)]
pub struct HeldBadges;

impl CompletionSource for HeldBadges {
    const SOURCE: Source = Source::Awards;
    const MEANING: &'static str = "source-awards-meaning";
    const NEEDS: &'static str = "source-awards-needs";

    async fn read(state: &AppState, due: &DueSource) -> Result<Reading, ReadError> {
        let roster = learners(state, due, None).await?;
        Ok(Reading { learners: roster.learners, is_cut: roster.is_cut, ..Reading::default() })
    }
}
