//! Issuing in each format, beside the raw signatures.

use crate::badges::{self, Badge};
use crate::turns::Candidate;
use openbadges::proof::{eddsa_jcs, eddsa_rdfc, jwt};

pub(crate) fn candidates(badges: &[Badge]) -> Vec<Candidate<'_>> {
    let message = [42; 64];
    let key = badges::key();
    let mut candidates = vec![Candidate::raw("raw ed25519 signing", move || key.sign(&message))];
    candidates.extend(badges.iter().flat_map(of_badge));
    candidates
}

fn of_badge(badge: &Badge) -> Vec<Candidate<'_>> {
    let Badge { name, credential, .. } = badge;
    let (_, method) = badges::names();
    let (key, rsa, p256) = (badges::key(), badges::rsa(), badges::p256());
    let (at, unit) = (badges::signed_at(), "raw ed25519 signing");
    let (jcs_key, jcs_method) = (key.clone(), method.clone());
    vec![
        Candidate::new(format!("{name} eddsa-rdfc-2022: issue"), unit, move || {
            eddsa_rdfc::sign(credential, &key, &method, at).expect("signed before")
        }),
        Candidate::new(format!("{name} eddsa-jcs-2022: issue"), unit, move || {
            let document = serde_json::to_value(credential).expect("written before");
            let signed = eddsa_jcs::add_proof(document, &jcs_key, &jcs_method, at).expect("signed before");
            serde_json::to_string(&signed).expect("written before")
        }),
        Candidate::new(format!("{name} VC-JWT RS256: issue"), unit, move || {
            jwt::sign(credential, &rsa, "https://badges.example/keys/rsa").expect("signed before")
        }),
        Candidate::new(format!("{name} VC-JWT ES256: issue"), unit, move || {
            jwt::sign(credential, &p256, "https://badges.example/keys/p256").expect("signed before")
        }),
    ]
}
