//! What is on record elsewhere: completions of the tool's other courses on the same platform, examinations and populations in the database.
//!
//! The database adds them to every record ([`crate::store::Store::list_records`]); this source only says who is in the course, so that the rule is
//! applied to them. Another course is named by the platform's id of it or by ours, and is known to be complete as its own sources say. A pass of an
//! examination (`badges.record_examination_pass`) counts as checked once a second person has approved it. Who is on record under another
//! identity counts with it after they have said so (`badges.link_identities`).

use openbadges::completion::Source;

use super::{CompletionSource, ReadError, Reading, learners};
use crate::{state::AppState, store::completion::DueSource};

/// The source.
#[derive(Clone, Copy, Debug)]
pub struct Records;

impl CompletionSource for Records {
    const SOURCE: Source = Source::Records;
    const MEANING: &'static str = "source-records-meaning";
    const NEEDS: &'static str = "source-records-needs";

    async fn read(state: &AppState, due: &DueSource) -> Result<Reading, ReadError> {
        let roster = learners(state, due, None).await?;
        Ok(Reading { learners: roster.learners, is_cut: roster.is_cut, ..Reading::default() })
    }
}
