//! The equation that an Ed25519 signature has to satisfy, alone or many at once.
//!
//! `[8][S]B = [8]R + [8][k]A`: <https://www.rfc-editor.org/rfc/rfc8032#section-5.1.7>, step 3, and FIPS 186-5, section
//! 7.8.2. RFC 8032 allows to leave the factor 8 out. It stays here, because with it one check and many at once agree:
//! "Taming the Many `EdDSA`s", <https://eprint.iacr.org/2020/1244>, algorithm 2, whose steps these are. [`all_hold`] says why.

use std::collections::HashMap;

use curve25519_dalek::constants::ED25519_BASEPOINT_POINT;
use curve25519_dalek::edwards::CompressedEdwardsY;
use curve25519_dalek::traits::{IsIdentity, VartimeMultiscalarMul};
use curve25519_dalek::{EdwardsPoint, Scalar};
use sha2::{Digest, Sha512};

use super::VerifyingKey;

/// What is left to check of a signature: well-formed numbers, of which nobody knows yet whether they fit.
///
/// Small, and it holds neither the message nor the document: many can wait for [`which_hold`].
#[derive(Clone, Debug)]
#[must_use = "a signature holds only if its equation does"]
pub struct SignatureEquation {
    /// The key as it is written, and as a point: `A`.
    key: VerifyingKey,
    /// The signature's first half: `R`.
    commitment: EdwardsPoint,
    /// The signature's second half: `S`.
    response: Scalar,
    /// SHA-512 of `R`, `A` and the message, modulo the order of the base point: `k`.
    challenge: Scalar,
}

impl SignatureEquation {
    /// Reads a signature of a message; `None` if it is no signature at all.
    ///
    /// `S` has to be below the order of the base point, and `R` a point of the curve in its one canonical form. The key
    /// is canonical and not of small order: [`VerifyingKey::from_bytes`] takes no other.
    #[must_use]
    pub fn new(key: &VerifyingKey, message: &[u8], signature: &[u8; 64]) -> Option<Self> {
        let (commitment, response) = signature.split_first_chunk::<32>()?;
        let response = Scalar::from_canonical_bytes(*response.first_chunk()?).into_option()?;
        let hash = Sha512::new().chain_update(commitment).chain_update(key.as_bytes()).chain_update(message);
        Some(Self {
            key: key.clone(),
            commitment: point(commitment)?,
            response,
            challenge: Scalar::from_bytes_mod_order_wide(&hash.finalize().into()),
        })
    }

    /// Whether it holds.
    #[must_use]
    pub fn holds(&self) -> bool {
        let minus_key = -self.key.point();
        let expected =
            EdwardsPoint::vartime_double_scalar_mul_basepoint(&self.challenge, &minus_key, &self.response);
        (expected - self.commitment).mul_by_cofactor().is_identity()
    }
}

/// Which of the equations hold, each at the place of its equation.
///
/// All at once if they do; one by one if they do not. The answer is that of [`SignatureEquation::holds`].
#[must_use]
pub fn which_hold(equations: &[SignatureEquation]) -> Vec<bool> {
    if equations.len() > 1 && all_hold(equations) {
        return vec![true; equations.len()];
    }
    equations.iter().map(SignatureEquation::holds).collect()
}

/// Whether all of them hold, at a fraction of the cost of asking each; the more and the fewer keys, the smaller.
///
/// Let `D = [S]B - R - [k]A` for each equation, which holds if `[8]D = 0`. The sum of all `[z]D`, each with a random
/// number `z` of 128 bits of its own, is computed at once, and 8 times it compared with zero.
/// - If all hold, so does the sum: `[8][z]D = [z][8]D = 0`, and taking numbers modulo the order of the base point changes
///   each term by a point whose order divides 8, which the factor 8 removes.
/// - If one does not, its `[8]D` is of prime order, and whatever the others are, one value of its `z` at most makes the
///   sum zero: 1 in 2¹²⁸. The numbers come from a hash of all equations, so nobody chooses a signature after them.
///
/// Without the factor 8 neither would be true of keys and signatures with a part of small order, which an issuer can
/// make on purpose: the sum could hold though single equations do not, with a chance of one in eight or better.
#[must_use]
pub fn all_hold(equations: &[SignatureEquation]) -> bool {
    let numbers = random_numbers(equations);
    let base: Scalar = equations.iter().zip(&numbers).map(|(each, number)| each.response * number).sum();
    let mut keys: HashMap<&[u8; 32], (EdwardsPoint, Scalar)> = HashMap::new();
    for (each, number) in equations.iter().zip(&numbers) {
        let (_, sum) = keys.entry(each.key.as_bytes()).or_insert((each.key.point(), Scalar::ZERO));
        *sum += each.challenge * number;
    }
    let (key_points, key_numbers): (Vec<EdwardsPoint>, Vec<Scalar>) = keys.into_values().unzip();
    let points =
        equations.iter().map(|each| each.commitment).chain(key_points).chain([ED25519_BASEPOINT_POINT]);
    let numbers = numbers.iter().copied().chain(key_numbers).chain([-base]);
    EdwardsPoint::vartime_multiscalar_mul(numbers, points).mul_by_cofactor().is_identity()
}

/// A number of 128 bits for each equation, from a hash of all of them: `k` covers `R`, key and message.
fn random_numbers(equations: &[SignatureEquation]) -> Vec<Scalar> {
    let mut transcript = Sha512::new_with_prefix(b"openbadges batch of Ed25519 equations");
    for each in equations {
        transcript.update(each.challenge.as_bytes());
        transcript.update(each.response.as_bytes());
    }
    let seed = transcript.finalize();
    let blocks =
        (0_u64..).map(|block| Sha512::new().chain_update(seed).chain_update(block.to_le_bytes()).finalize());
    let bytes: Vec<u8> = blocks.take(equations.len().div_ceil(4)).flatten().collect();
    let (numbers, _rest) = bytes.as_chunks::<16>();
    numbers.iter().take(equations.len()).map(|number| Scalar::from(u128::from_le_bytes(*number))).collect()
}

/// The point with that encoding, if it is the canonical one.
fn point(bytes: &[u8; 32]) -> Option<EdwardsPoint> {
    if is_canonical(bytes) { CompressedEdwardsY(*bytes).decompress() } else { None }
}

/// Whether an encoding is the only one of its point: a `y` below 2²⁵⁵ - 19, and no sign where `x` is zero.
///
/// <https://www.rfc-editor.org/rfc/rfc8032#section-5.1.3>
pub(super) fn is_canonical(bytes: &[u8; 32]) -> bool {
    let [first, middle @ .., last] = bytes;
    let has_sign = last & 0x80 != 0;
    let all = |value: u8| middle.iter().all(|byte| *byte == value);
    match (last & 0x7f, first) {
        (0x7f, 0xed..) if all(0xff) => false,
        (0x7f, 0xec) if all(0xff) => !has_sign,
        (0, 1) if all(0) => !has_sign,
        _ => true,
    }
}
