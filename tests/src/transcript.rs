//! What a child process writes, line by line, for a test to wait for and to look at.

use std::io::{BufRead as _, BufReader, Read};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context as _;

/// The lines that a process wrote so far.
#[derive(Clone, Debug, Default)]
pub struct Transcript(Arc<(Mutex<Vec<String>>, Condvar)>);

impl Transcript {
    /// Takes down everything that comes out of the stream, until it ends.
    pub fn follow(&self, stream: impl Read + Send + 'static) {
        let own = self.clone();
        std::thread::spawn(move || {
            for line in BufReader::new(stream).lines().map_while(Result::ok) {
                let (lines, changed) = &*own.0;
                lines.lock().unwrap_or_else(PoisonError::into_inner).push(line);
                changed.notify_all();
            }
        });
    }

    /// All of it.
    #[must_use]
    pub fn text(&self) -> String {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner).join("\n")
    }

    /// Waits for a line that contains the words and gives what follows them.
    ///
    /// # Errors
    /// When it does not come in time; the error shows what came instead.
    pub fn wait_for(&self, words: &str, longest: Duration) -> anyhow::Result<String> {
        let (lines, changed) = &*self.0;
        let mut found = None;
        let lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = changed.wait_timeout_while(lines, longest, |lines| {
            found = lines.iter().find_map(|line| Some(line.split_once(words)?.1.to_owned()));
            found.is_none()
        });
        drop(waited);
        found.with_context(|| format!("no line with `{words}` within {longest:?}:\n{}", self.text()))
    }
}
