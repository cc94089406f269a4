//! The loops that verification is measured against: one signature check after the other, key and hash at hand.
//!
//! `raw_rate SECONDS` prints `{"ed25519": …, "rs256": …}`: nanoseconds of processor time per check, measured for SECONDS each.

use std::error::Error;
use std::hint::black_box;
use std::io::{Write as _, stdout};
use std::time::Duration;

use cpu_time::ThreadTime;
use ed25519_dalek::{Signer as _, SigningKey, Verifier as _};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, crypto};
use serde_json::json;

const RSA: &str = include_str!("../tests/it/keys/rsa-2048.pem");
const RSA_PUBLIC: &str = include_str!("../tests/it/keys/rsa-2048.pub.pem");
/// The clock is asked after so many checks.
const CHECKS: u32 = 20;

fn main() -> Result<(), Box<dyn Error>> {
    let seconds = std::env::args().nth(1).ok_or("usage: raw_rate SECONDS")?.parse()?;
    let duration = Duration::from_secs_f64(seconds);

    let signing = SigningKey::from_bytes(&[7; 32]);
    let (verifying, message) = (signing.verifying_key(), [42; 64]);
    let signature = signing.sign(&message);
    let ed25519 = nanoseconds(duration, || verifying.verify(black_box(&message), &signature).is_ok());

    let message = [42; 4000];
    let signature = crypto::sign(&message, &EncodingKey::from_rsa_pem(RSA.as_bytes())?, Algorithm::RS256)?;
    let verifying = DecodingKey::from_rsa_pem(RSA_PUBLIC.as_bytes())?;
    let rs256 = nanoseconds(duration, || {
        crypto::verify(&signature, black_box(&message), &verifying, Algorithm::RS256).unwrap_or(false)
    });
    Ok(writeln!(stdout(), "{}", json!({"ed25519": ed25519, "rs256": rs256}))?)
}

/// Processor time of one check.
fn nanoseconds(duration: Duration, check: impl Fn() -> bool) -> f64 {
    let start = ThreadTime::now();
    let mut rounds: u32 = 0;
    while start.elapsed() < duration {
        for _ in 0..CHECKS {
            assert!(check(), "the signature is right");
        }
        rounds += 1;
    }
    start.elapsed().as_secs_f64() * 1e9 / f64::from(rounds * CHECKS)
}
