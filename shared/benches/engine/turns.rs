//! Candidates that take turns, so that a busy machine slows all of them alike.

use crate::peers::Peer;
use cpu_time::ThreadTime;
use stats_alloc::Region;
use std::hint::black_box;

/// Rounds of a run; each gives one ratio.
const ROUNDS: usize = 61;
/// Calls of a candidate in one turn.
const CALLS: u32 = 40;

/// One thing that is measured.
pub(crate) struct Candidate<'a> {
    name: String,
    /// What it is compared with; none for what others are compared with.
    unit: Option<String>,
    target: Option<f64>,
    work: Work<'a>,
}

/// Who does it.
enum Work<'a> {
    Ours(Box<dyn Fn() + 'a>),
    Theirs(Peer),
}

impl<'a> Candidate<'a> {
    pub(crate) fn new<T>(name: impl Into<String>, unit: &str, run: impl Fn() -> T + 'a) -> Self {
        let unit = Some(unit.to_owned());
        Self { unit, ..Self::raw(name, run) }
    }

    /// What others are compared with.
    pub(crate) fn raw<T>(name: impl Into<String>, run: impl Fn() -> T + 'a) -> Self {
        let run = move || drop(black_box(run()));
        Self { name: name.into(), unit: None, target: None, work: Work::Ours(Box::new(run)) }
    }

    /// What others are compared with, and another program does.
    pub(crate) fn of_peer(name: impl Into<String>, peer: Peer) -> Self {
        Self { name: name.into(), unit: None, target: None, work: Work::Theirs(peer) }
    }

    /// The least rate that is good enough (issue 3, point 11).
    pub(crate) fn at_least(self, target: f64) -> Self {
        Self { target: Some(target), ..self }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn unit(&self) -> Option<&str> {
        self.unit.as_deref()
    }

    pub(crate) fn target(&self) -> Option<f64> {
        self.target
    }

    /// Processor time of one call in one turn.
    fn nanoseconds(&self) -> f64 {
        let run = match &self.work {
            Work::Ours(run) => run,
            Work::Theirs(peer) => return peer.nanoseconds(),
        };
        let start = ThreadTime::now();
        for _ in 0..CALLS {
            run();
        }
        start.elapsed().as_secs_f64() * 1e9 / f64::from(CALLS)
    }

    /// How often one call asks for memory, if it is ours.
    pub(crate) fn allocations(&self) -> Option<usize> {
        let Work::Ours(run) = &self.work else { return None };
        let region = Region::new(crate::ALLOCATOR);
        run();
        let change = region.change();
        Some(change.allocations + change.reallocations)
    }
}

/// What every candidate cost in every round.
pub(crate) struct Measured {
    names: Vec<String>,
    rounds: Vec<Vec<f64>>,
}

impl Measured {
    /// Lets the candidates take turns; the first round warms up and does not count.
    pub(crate) fn in_turns(candidates: &[Candidate<'_>]) -> Self {
        let round = |_| candidates.iter().map(Candidate::nanoseconds).collect();
        let rounds = (0..=ROUNDS).map(round).skip(1).collect();
        Self { names: candidates.iter().map(|candidate| candidate.name.clone()).collect(), rounds }
    }

    /// Whether it took part.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.names.iter().any(|found| found == name)
    }

    fn of<'m>(&'m self, name: &str) -> impl Iterator<Item = f64> + 'm {
        let at = self.names.iter().position(|found| found == name).unwrap_or(usize::MAX);
        self.rounds.iter().filter_map(move |round| round.get(at).copied())
    }

    /// The median cost of one call.
    pub(crate) fn nanoseconds(&self, name: &str) -> f64 {
        median(self.of(name))
    }

    /// How often `name` runs while `unit` runs once, each round compared with itself.
    pub(crate) fn rate(&self, name: &str, unit: &str) -> f64 {
        median(self.of(name).zip(self.of(unit)).map(|(cost, unit)| unit / cost))
    }
}

fn median(figures: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = figures.collect();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}
