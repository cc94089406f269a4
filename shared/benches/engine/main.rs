//! What one credential costs, in units of the one signature check that nobody can avoid: `make bench-engine`.
//!
//! How figures come about is told in `tests/bench/README.md`. `cargo bench --bench engine -- "full eddsa"` measures
//! what has these words in its name, prints it and leaves the report alone.

mod badges;
mod figures;
mod turns;

use badges::Badge;
use figures::Figures;
use openbadges::jsonld::{Arena, Document, Json, canonical_hash};
use openbadges::verify::{NoDocuments, Outcome, verify};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use std::alloc::System;
use turns::{Candidate, Measured};

/// Counts allocations.
#[global_allocator]
pub(crate) static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// What every ratio is formed with.
const RAW: &str = "raw ed25519 loop";

fn main() -> anyhow::Result<()> {
    let wanted = std::env::args().skip(1).find(|argument| !argument.starts_with('-')).unwrap_or_default();
    let badges = [
        Badge::sign("minimal", include_str!("../../tests/badges/minimal.json"))?,
        Badge::sign("full", include_str!("../../tests/badges/full.json"))?,
    ];
    let raw = badges::raw_ed25519();
    let mut candidates = vec![Candidate::new(RAW, raw)];
    candidates.extend(badges.iter().flat_map(candidates_of).filter(|each| each.name().contains(&wanted)));

    let measured = Measured::in_turns(&candidates);
    let mut figures = Figures::default();
    figures.add(RAW, measured.nanoseconds(RAW), "ns", None);
    for candidate in candidates.iter().skip(1) {
        let name = candidate.name();
        figures.add(name, measured.rate(name, RAW), "of the raw rate", targets(name));
        figures.note(
            name,
            format!("{:.0} ns, {} allocations", measured.nanoseconds(name), candidate.allocations()),
        );
    }
    figures.finish(wanted.is_empty())
}

/// The least that is good enough (issue 3, point 11).
fn targets(name: &str) -> Option<f64> {
    match name {
        "full eddsa-rdfc-2022: verify" => Some(0.40),
        "full eddsa-jcs-2022: verify" => Some(0.70),
        _ => None,
    }
}

fn candidates_of(badge: &Badge) -> Vec<Candidate<'_>> {
    let Badge { name, rdfc, jcs } = badge;
    vec![
        Candidate::new(format!("{name}: text to tree"), move || Json::parse(rdfc, &Arena::new()).is_ok()),
        Candidate::new(format!("{name}: canonicalise and hash the document"), move || {
            let arena = Arena::new();
            let tree = Json::parse(rdfc, &arena).unwrap_or(Json::Null);
            canonical_hash(&Document::new(tree).without(&["proof"]), &|_| None, &arena)
        }),
        Candidate::new(format!("{name} eddsa-rdfc-2022: verify"), move || accept(rdfc)),
        Candidate::new(format!("{name} eddsa-jcs-2022: verify"), move || accept(jcs)),
    ]
}

/// Verifies, and ends the run if that fails: a wrong answer is not quick.
fn accept(credential: &str) {
    assert_eq!(verify(credential, &NoDocuments, badges::verified_at()).outcome, Outcome::Valid);
}
