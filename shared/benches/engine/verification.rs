//! Verification in each format, and its steps alone.

use crate::badges::{self, Badge};
use crate::turns::Candidate;
use openbadges::jsonld::{Arena, Document, Json, canonical_hash};
use openbadges::verify::{Documents, Outcome, verify, verify_briefly};
use std::collections::HashMap;

/// The least that is good enough for what is canonicalised as RDF.
const RDFC: f64 = 0.40;
/// The least that is good enough for every other format.
const OTHERS: f64 = 0.70;

pub(crate) fn candidates(badge: &Badge) -> Vec<Candidate<'_>> {
    let Badge { name, rdfc, jcs, eddsa_token, rsa_token, p256_token, site, .. } = badge;
    let named = |rest: &str| format!("{name} {rest}");
    let signing_input = eddsa_token.rsplit_once('.').map_or("", |(input, _)| input).as_bytes().to_vec();
    let [raw_eddsa, raw_rsa, raw_p256] =
        ["EdDSA", "RS256", "ES256"].map(|algorithm| named(&format!("raw {algorithm}")));
    vec![
        Candidate::raw(&raw_eddsa, badges::raw_ed25519(signing_input)),
        Candidate::raw(&raw_rsa, badges::raw_token(rsa_token)),
        Candidate::raw(&raw_p256, badges::raw_token(p256_token)),
        Candidate::new(named("text to tree"), "raw ed25519", move || {
            Json::parse(rdfc, &Arena::new()).is_ok()
        }),
        Candidate::new(named("canonicalisation alone, with the hash"), "raw ed25519", move || {
            let arena = Arena::new();
            let tree = Json::parse(rdfc, &arena).unwrap_or(Json::Null);
            canonical_hash(&Document::new(tree).without(&["proof"]), &|_| None, &arena)
        }),
        verified(&named("eddsa-rdfc-2022"), "raw ed25519", rdfc, site).at_least(RDFC),
        verified(&named("eddsa-jcs-2022"), "raw ed25519", jcs, site).at_least(OTHERS),
        verified(&named("VC-JWT EdDSA"), &raw_eddsa, eddsa_token, site).at_least(OTHERS),
        verified(&named("VC-JWT RS256"), &raw_rsa, rsa_token, site).at_least(OTHERS),
        verified(&named("VC-JWT ES256"), &raw_p256, p256_token, site).at_least(OTHERS),
        briefly(&named("eddsa-rdfc-2022"), "raw ed25519", rdfc, site),
        briefly(&named("VC-JWT RS256"), &raw_rsa, rsa_token, site),
    ]
}

/// An assertion of Open Badges 2.0 with its documents.
pub(crate) fn older((token, documents): &(String, HashMap<String, String>)) -> [Candidate<'_>; 2] {
    let raw = "2.0 raw RS256";
    [Candidate::raw(raw, badges::raw_token(token)), verified("2.0 signed RS256", raw, token, documents)]
}

/// The same without sentences about checks that passed, as SQL asks.
fn briefly<'a>(name: &str, unit: &str, credential: &'a str, documents: &'a dyn Documents) -> Candidate<'a> {
    Candidate::new(format!("{name}: verify briefly"), unit, move || {
        let verdict = verify_briefly(credential, documents, badges::verified_at());
        assert_eq!(verdict.outcome, Outcome::Valid, "{:?}", verdict.checks);
    })
}

/// Verifies, and ends the run if that fails: a wrong answer is not quick.
fn verified<'a>(name: &str, unit: &str, credential: &'a str, documents: &'a dyn Documents) -> Candidate<'a> {
    Candidate::new(format!("{name}: verify"), unit, move || {
        let verdict = verify(credential, documents, badges::verified_at());
        assert_eq!(verdict.outcome, Outcome::Valid, "{:?}", verdict.checks);
    })
}
