//! Outages on demand: an endpoint that fails after so many good answers.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, UNIX_EPOCH};

use actix_web::http::header::HttpDate;

use super::clock::unix_seconds;
use super::state::Endpoint;

/// What an endpoint answers instead of its work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The HTTP status.
    pub status: u16,
    /// The body, as text.
    pub body: String,
    /// How long the answer takes, in milliseconds.
    pub pause_millis: u64,
    /// For how long the tool is asked to wait.
    pub retry_after: Option<RetryAfter>,
}

/// The two ways of asking to wait (<https://www.rfc-editor.org/rfc/rfc9110#field.retry-after>).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryAfter {
    /// So many seconds.
    Seconds(u32),
    /// Until a date so many seconds ahead.
    Date(u32),
}

impl RetryAfter {
    /// The header's value.
    pub(crate) fn value(self) -> String {
        match self {
            Self::Seconds(seconds) => seconds.to_string(),
            Self::Date(seconds) => {
                let until = u64::try_from(unix_seconds()).unwrap_or_default() + u64::from(seconds);
                HttpDate::from(UNIX_EPOCH + Duration::from_secs(until)).to_string()
            }
        }
    }
}

impl Fault {
    /// A bare status.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self { status, body: String::new(), pause_millis: 0, retry_after: None }
    }

    /// Status 200 with a body that is not what the tool expects.
    #[must_use]
    pub fn nonsense(body: &str) -> Self {
        Self { body: body.to_owned(), ..Self::status(200) }
    }

    /// Too many requests, and how long to wait.
    #[must_use]
    pub fn busy(retry_after: RetryAfter) -> Self {
        Self { retry_after: Some(retry_after), ..Self::status(429) }
    }

    /// No answer for a minute, which is longer than any tool should wait.
    #[must_use]
    pub fn silence() -> Self {
        Self { pause_millis: 60_000, ..Self::status(503) }
    }
}

/// The faults that are still to come, in order of the calls.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    planned: HashMap<Endpoint, VecDeque<Option<Fault>>>,
}

impl Faults {
    /// After `good` calls, the endpoint fails `times` times.
    pub(crate) fn plan(&mut self, endpoint: Endpoint, good: usize, times: usize, fault: &Fault) {
        let queue = self.planned.entry(endpoint).or_default();
        queue.extend(std::iter::repeat_n(None, good));
        queue.extend(std::iter::repeat_n(Some(fault.clone()), times));
    }

    /// Nothing is planned for the endpoint any more.
    pub(crate) fn forget(&mut self, endpoint: Endpoint) {
        self.planned.remove(&endpoint);
    }

    /// The fault for this call, if one is planned.
    pub(crate) fn next(&mut self, endpoint: Endpoint) -> Option<Fault> {
        self.planned.get_mut(&endpoint).and_then(VecDeque::pop_front).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_comes_after_the_good_calls_and_passes() {
        let mut faults = Faults::default();
        faults.plan(Endpoint::Token, 1, 1, &Fault::status(500));
        assert_eq!(faults.next(Endpoint::Token), None);
        assert_eq!(faults.next(Endpoint::KeySet), None);
        assert_eq!(faults.next(Endpoint::Token), Some(Fault::status(500)));
        assert_eq!(faults.next(Endpoint::Token), None);
    }
}
