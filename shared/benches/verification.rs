//! What a verification costs, in units of the one signature check that nobody can avoid.
//!
//! The candidates take turns and processor time is measured, so that a busy machine slows all of them alike; each figure
//! is the median over the rounds of the ratio to the raw check in the same round. Written to `verification.json` in cargo's folder for such files.

use cpu_time::ThreadTime;
use ed25519_dalek::{Signer as _, SigningKey, Verifier as _};
use openbadges::jsonld::{Arena, Document, Json, canonical_hash};
use openbadges::model::AchievementCredential;
use openbadges::proof::{eddsa_jcs, eddsa_rdfc};
use openbadges::time::Timestamp;
use openbadges::verify::{NoDocuments, Outcome, verify};
use openbadges::{json, key};
use serde_json::{Map, Value, json};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use std::alloc::System;
use std::hint::black_box;
use std::io::Write as _;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const ROUNDS: usize = 61;
const CALLS: u32 = 40;

/// One thing that is measured.
struct Candidate<'a> {
    name: String,
    run: Box<dyn Fn() + 'a>,
}

impl<'a> Candidate<'a> {
    fn new<T>(name: impl Into<String>, run: impl Fn() -> T + 'a) -> Self {
        Self { name: name.into(), run: Box::new(move || drop(black_box(run()))) }
    }

    fn nanoseconds(&self) -> f64 {
        let start = ThreadTime::now();
        for _ in 0..CALLS {
            (self.run)();
        }
        start.elapsed().as_secs_f64() * 1e9 / f64::from(CALLS)
    }

    fn allocations(&self) -> usize {
        let region = Region::new(ALLOCATOR);
        (self.run)();
        region.change().allocations + region.change().reallocations
    }
}

/// A badge signed by both suites, as texts.
struct Badge {
    name: &'static str,
    rdfc: String,
    jcs: String,
}

impl Badge {
    fn sign(name: &'static str, unsigned: &str) -> anyhow::Result<Self> {
        let key = key::SigningKey::from_seed(&[7; 32]);
        let did = key::did::did_key(&key.verifying_key());
        let method = format!("{did}#{}", key.verifying_key().to_multikey());
        let mut document: Value = serde_json::from_str(unsigned)?;
        if let Some(members) = document.as_object_mut() {
            members.shift_remove("proof");
            members.shift_remove("credentialStatus");
        }
        if let Some(id) = document.pointer_mut("/issuer/id") {
            *id = Value::from(did);
        }
        let credential: AchievementCredential = serde_json::from_value(document.clone())?;
        let created = Timestamp::from_unix_seconds(1_795_452_511);
        Ok(Self {
            name,
            rdfc: eddsa_rdfc::sign(&credential, &key, &method, created)?,
            jcs: serde_json::to_string(&eddsa_jcs::add_proof(document, &key, &method, created)?)?,
        })
    }

    fn candidates(&self) -> Vec<Candidate<'_>> {
        let Self { name, rdfc, jcs } = self;
        let at = Timestamp::from_unix_seconds(1_795_452_600);
        vec![
            Candidate::new(format!("{name}: text to tree"), move || Json::parse(rdfc, &Arena::new()).is_ok()),
            Candidate::new(format!("{name}: text to Value"), move || json::parse(rdfc)),
            Candidate::new(format!("{name}: canonical hash of the document"), move || {
                let arena = Arena::new();
                let tree = Json::parse(rdfc, &arena).unwrap_or(Json::Null);
                canonical_hash(&Document::new(tree).without(&["proof"]), &|_| None, &arena)
            }),
            Candidate::new(format!("{name}: verify eddsa-rdfc-2022"), move || {
                assert_eq!(verify(rdfc, &NoDocuments, at).outcome, Outcome::Valid);
            }),
            Candidate::new(format!("{name}: verify eddsa-jcs-2022"), move || {
                assert_eq!(verify(jcs, &NoDocuments, at).outcome, Outcome::Valid);
            }),
        ]
    }
}

fn main() -> anyhow::Result<()> {
    let signing = SigningKey::from_bytes(&[7; 32]);
    let (verifying, message) = (signing.verifying_key(), [42; 64]);
    let signature = signing.sign(&message);
    let badges = [
        Badge::sign("minimal", include_str!("../tests/badges/minimal.json"))?,
        Badge::sign("full", include_str!("../tests/badges/full.json"))?,
    ];
    let mut candidates = vec![Candidate::new("raw ed25519 check", || verifying.verify(&message, &signature))];
    // `cargo bench --bench verification -- "full: verify"` measures what has this in its name.
    let wanted = std::env::args().skip(1).find(|argument| !argument.starts_with('-')).unwrap_or_default();
    candidates.extend(badges.iter().flat_map(Badge::candidates).filter(|each| each.name.contains(&wanted)));
    report(&candidates)
}

fn report(candidates: &[Candidate<'_>]) -> anyhow::Result<()> {
    let rounds: Vec<Vec<f64>> =
        (0..ROUNDS).map(|_| candidates.iter().map(Candidate::nanoseconds).collect()).collect();
    let mut out = std::io::stdout().lock();
    writeln!(out, "{:<48}{:>10}{:>10}{:>12}{:>13}", "", "ns", "raws", "of raw rate", "allocations")?;
    let mut figures = Map::new();
    for (at, candidate) in candidates.iter().enumerate() {
        let nanoseconds = median(rounds.iter().filter_map(|round| round.get(at).copied()));
        let raws = median(rounds.iter().filter_map(|round| Some(round.get(at)? / round.first()?)));
        let allocations = candidate.allocations();
        let Candidate { name, .. } = candidate;
        writeln!(out, "{name:<48}{nanoseconds:>10.0}{raws:>10.2}{:>12.2}{allocations:>13}", 1.0 / raws)?;
        let figure = json!({
            "nanoseconds": nanoseconds, "raws": raws, "of_raw_rate": 1.0 / raws, "allocations": allocations
        });
        figures.insert(name.clone(), figure);
    }
    let path = concat!(env!("CARGO_TARGET_TMPDIR"), "/verification.json");
    std::fs::write(path, serde_json::to_string_pretty(&Value::Object(figures))?)?;
    Ok(())
}

fn median(figures: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = figures.collect();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}
