//! Candidates that take turns, so that a busy machine slows all of them alike.

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
    run: Box<dyn Fn() + 'a>,
}

impl<'a> Candidate<'a> {
    pub(crate) fn new<T>(name: impl Into<String>, run: impl Fn() -> T + 'a) -> Self {
        Self { name: name.into(), run: Box::new(move || drop(black_box(run()))) }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Processor time of one call in one turn.
    fn nanoseconds(&self) -> f64 {
        let start = ThreadTime::now();
        for _ in 0..CALLS {
            (self.run)();
        }
        start.elapsed().as_secs_f64() * 1e9 / f64::from(CALLS)
    }

    /// How often one call asks for memory.
    pub(crate) fn allocations(&self) -> usize {
        let region = Region::new(crate::ALLOCATOR);
        (self.run)();
        let change = region.change();
        change.allocations + change.reallocations
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
