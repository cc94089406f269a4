//! `[completion]`: how completions are looked for, and how the queue of awards works.

use serde::Deserialize;

use super::{ConfigError, ensure};

/// `[completion]`.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompletionConfig {
    /// Between two questions to one course's source; 0 asks nobody.
    pub poll_seconds: u32,
    /// Tasks that award from the queue.
    pub workers: u32,
    /// How often an award is tried before a person has to look.
    pub attempts: i32,
    /// So long awards that an instructor queues can be taken back before they begin.
    pub undo_seconds: u32,
}

impl CompletionConfig {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        ensure(self.poll_seconds <= 86_400, "completion.poll_seconds", "at most 86400 (one day)")?;
        ensure(self.workers <= 16, "completion.workers", "at most 16")?;
        ensure((1..=50).contains(&self.attempts), "completion.attempts", "from 1 to 50")?;
        ensure(self.undo_seconds <= 3600, "completion.undo_seconds", "at most 3600 (one hour)")
    }
}
