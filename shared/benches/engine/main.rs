//! What one credential costs, in units of the one signature check that nobody can avoid: `make bench-engine`.
//!
//! How figures come about is told in `tests/bench/README.md`. `cargo bench --bench engine -- "full eddsa"` measures
//! what has these words in its name, prints it and leaves the report alone.
#![expect(clippy::expect_used, reason = "a badge that cannot be signed ends the run")]

mod badges;
mod figures;
mod issuing;
mod peers;
mod turns;
mod verification;

use badges::Badge;
use figures::Figures;
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use std::alloc::System;
use turns::{Candidate, Measured};

/// Counts allocations.
#[global_allocator]
pub(crate) static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() -> anyhow::Result<()> {
    let wanted = std::env::args().skip(1).find(|argument| !argument.starts_with('-')).unwrap_or_default();
    let badges = [
        Badge::sign("minimal", include_str!("../../tests/badges/minimal.json"))?,
        Badge::sign("full", include_str!("../../tests/badges/full.json"))?,
    ];
    let older = badges::open_badges_2()?;
    let mut candidates = vec![Candidate::raw("raw ed25519", badges::raw_ed25519(vec![42; 64]))];
    candidates.extend(badges.iter().flat_map(verification::candidates));
    candidates.extend(verification::older(&older));
    candidates.extend(issuing::candidates(&badges));
    candidates.extend(peers::candidates(&badges, &wanted)?);
    let units: Vec<String> = (candidates.iter())
        .filter(|candidate| candidate.name().contains(&wanted))
        .filter_map(|candidate| candidate.unit().map(str::to_owned))
        .collect();
    candidates.retain(|each| each.name().contains(&wanted) || units.iter().any(|unit| unit == each.name()));

    let measured = Measured::in_turns(&candidates);
    let mut figures = Figures::default();
    for candidate in &candidates {
        let (name, nanoseconds) = (candidate.name(), measured.nanoseconds(candidate.name()));
        let Some(unit) = candidate.unit() else {
            figures.add(name, nanoseconds, "ns", None);
            continue;
        };
        let rate = measured.rate(name, unit);
        figures.add(name, rate, "of the raw rate", candidate.target());
        let allocations = candidate.allocations().unwrap_or_default();
        figures.note(name, format!("{nanoseconds:.0} ns, {allocations} allocations; {unit}"));
    }
    peers::compare(&measured, &mut figures);
    figures.finish(wanted.is_empty())
}
