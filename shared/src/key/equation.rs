//! The equation that an Ed25519 signature has to satisfy, alone or many at once.
//!
//! `[S]B = R + [k]A`, compared in the one canonical form of the points, and neither `A` nor `R` of small order:
//! <https://www.rfc-editor.org/rfc/rfc8032#section-5.1.7>. The section has a factor 8 on both sides and allows to leave it
//! out. It is left out here, as by nearly all who verify badges, so that what is valid here is valid elsewhere: a holder of
//! the private key can make signatures that hold with the factor alone ("Taming the Many `EdDSA`s",
//! <https://eprint.iacr.org/2020/1244>). [`all_hold`] says why many at once still get the same answer.

use std::collections::{HashMap, HashSet};

use curve25519_dalek::constants::ED25519_BASEPOINT_POINT;
use curve25519_dalek::edwards::CompressedEdwardsY;
use curve25519_dalek::traits::{Identity, IsIdentity, VartimeMultiscalarMul};
use curve25519_dalek::{EdwardsPoint, Scalar};
use sha2::{Digest, Sha512};

use super::VerifyingKey;
use super::multiples::{self, Multiples};

/// From so many on, it is worth while to check different keys' signatures together.
const MANY: usize = 256;
/// With more signatures per key than this, each alone is cheaper: see [`multiples`].
const FEW_OF_A_KEY: usize = 8;

/// What is left to check of a signature: well-formed numbers, of which nobody knows yet whether they fit.
///
/// Small, and it holds neither the message nor the document: many can wait for [`which_hold`].
#[derive(Clone, Debug)]
#[must_use = "a signature holds only if its equation does"]
pub struct SignatureEquation {
    /// The key as it is written, and as a point: `A`.
    key: VerifyingKey,
    /// The signature's first half: `R`, as it is written.
    commitment: [u8; 32],
    /// The signature's second half: `S`.
    response: Scalar,
    /// SHA-512 of `R`, `A` and the message, modulo the order of the base point: `k`.
    challenge: Scalar,
}

impl SignatureEquation {
    /// Reads a signature of a message; `None` if `S` is not below the order of the base point.
    ///
    /// The key is canonical and not of small order: [`VerifyingKey::from_bytes`] takes no other.
    #[must_use]
    pub fn new(key: &VerifyingKey, message: &[u8], signature: &[u8; 64]) -> Option<Self> {
        let (commitment, response) = signature.split_first_chunk::<32>()?;
        let response = Scalar::from_canonical_bytes(*response.first_chunk()?).into_option()?;
        let hash = Sha512::new().chain_update(commitment).chain_update(key.as_bytes()).chain_update(message);
        Some(Self {
            key: key.clone(),
            commitment: *commitment,
            response,
            challenge: Scalar::from_bytes_mod_order_wide(&hash.finalize().into()),
        })
    }

    /// Whether it holds: `R` is `[S]B - [k]A`, and not of small order.
    #[must_use]
    pub fn holds(&self) -> bool {
        let expected = self.expected();
        self.is_met_by(&expected, expected.compress())
    }

    /// `[S]B - [k]A`.
    fn expected(&self) -> EdwardsPoint {
        let minus_key = || -self.key.point();
        let Self { challenge, response, .. } = self;
        if let Some(of_key) = multiples::of_busy_key(self.key.as_bytes(), minus_key) {
            Multiples::of_base_point().add(of_key.add(EdwardsPoint::identity(), challenge), response)
        } else {
            EdwardsPoint::vartime_double_scalar_mul_basepoint(challenge, &minus_key(), response)
        }
    }

    /// Whether `R` is that point, here also as it is written.
    fn is_met_by(&self, expected: &EdwardsPoint, written: CompressedEdwardsY) -> bool {
        written.as_bytes() == &self.commitment && !expected.is_small_order()
    }
}

/// Which of the equations hold, each at the place of its equation.
///
/// Many of different keys all at once if they do; else each by itself. The answer is that of [`SignatureEquation::holds`].
#[must_use]
pub fn which_hold(equations: &[SignatureEquation]) -> Vec<bool> {
    if equations.len() >= MANY {
        let keys: HashSet<&[u8; 32]> = equations.iter().map(|each| each.key.as_bytes()).collect();
        if equations.len() <= keys.len() * FEW_OF_A_KEY && all_hold(equations) {
            return vec![true; equations.len()];
        }
    }
    let expected: Vec<EdwardsPoint> = equations.iter().map(SignatureEquation::expected).collect();
    // To write a point takes an inversion, a tenth of the whole: here one for all of them.
    let written = EdwardsPoint::compress_batch_alloc(&expected);
    let answers = equations.iter().zip(&expected).zip(written);
    answers.map(|((equation, expected), written)| equation.is_met_by(expected, written)).collect()
}

/// True only if all of them hold, at a fraction of the cost of asking each; false says nothing.
///
/// Let `D = [S]B - R - [k]A` for each equation, which holds if `D = 0` and `R` is not of small order.
/// - The sum of all `[z]D`, each with a random number `z` of 128 bits of its own, is computed at once, and 8 times it
///   compared with zero. If any `[8]D` is not zero, then it is of prime order, and one value of its `z` at most makes the sum
///   zero, whatever the others are: 1 in 2¹²⁸.
/// - So every `D` is of small order, and it is zero if `A` and `R` have no part of small order. That is asked of sums of
///   randomly chosen points: one such part shows in every second sum, and there are [`SUMS`] of them.
///
/// The numbers come from a hash of all equations, so nobody chooses a signature after them.
#[must_use]
pub fn all_hold(equations: &[SignatureEquation]) -> bool {
    let Some(commitments) = equations.iter().map(|each| point(&each.commitment)).collect::<Option<Vec<_>>>()
    else {
        return false;
    };
    let seed = seed_of(equations);
    let numbers: Vec<Scalar> = random_bytes(seed, b"sum", equations.len()).map(small_number).collect();
    let base: Scalar = equations.iter().zip(&numbers).map(|(each, number)| each.response * number).sum();
    let mut keys: HashMap<&[u8; 32], (EdwardsPoint, Scalar)> = HashMap::new();
    for (each, number) in equations.iter().zip(&numbers) {
        let (_, sum) = keys.entry(each.key.as_bytes()).or_insert((each.key.point(), Scalar::ZERO));
        *sum += each.challenge * number;
    }
    let (key_points, key_numbers): (Vec<EdwardsPoint>, Vec<Scalar>) = keys.into_values().unzip();
    let mut points = [commitments, key_points].concat();
    // Of small order without a part of small order is zero alone.
    let has_small_parts = points.iter().any(EdwardsPoint::is_identity) || !lack_small_parts(&points, seed);
    points.push(ED25519_BASEPOINT_POINT);
    let numbers = numbers.iter().copied().chain(key_numbers).chain([-base]);
    !has_small_parts && EdwardsPoint::vartime_multiscalar_mul(numbers, points).mul_by_cofactor().is_identity()
}

/// Sums that are made at once: 64 places for the points, one for each choice of sums that a point is part of.
const SUMS_AT_ONCE: usize = 6;
/// Sums of which each misses a part of small order with a chance of one in two at most.
const SUMS: usize = 66;

/// Whether the points are multiples of the base point, with a chance of 1 in 2⁶⁶ that one is not.
fn lack_small_parts(points: &[EdwardsPoint], seed: [u8; 64]) -> bool {
    let mut choices = random_bytes(seed, b"choices", points.len());
    let choices: Vec<[u8; 16]> = choices.by_ref().collect();
    (0..SUMS / SUMS_AT_ONCE).all(|turn| {
        let mut places = [EdwardsPoint::identity(); 1 << SUMS_AT_ONCE];
        for (point, choice) in points.iter().zip(&choices) {
            let choice = choice.get(turn).map_or(0, |byte| usize::from(byte % (1 << SUMS_AT_ONCE)));
            if let Some(place) = places.get_mut(choice) {
                *place += point;
            }
        }
        sums_of(&mut places).iter().all(is_multiple_of_base_point)
    })
}

/// For each bit of a place's number the sum of the places that have it.
fn sums_of(places: &mut [EdwardsPoint; 1 << SUMS_AT_ONCE]) -> [EdwardsPoint; SUMS_AT_ONCE] {
    let mut rest = places.as_mut_slice();
    std::array::from_fn(|_| {
        let half = rest.len() / 2;
        let (without, with) = std::mem::take(&mut rest).split_at_mut(half);
        let sum = with.iter().sum();
        without.iter_mut().zip(with.iter()).for_each(|(without, with)| *without += with);
        rest = without;
        sum
    })
}

/// Whether the order of the base point, as a number, times the point is zero.
fn is_multiple_of_base_point(point: &EdwardsPoint) -> bool {
    let one_less = -Scalar::ONE;
    let almost = EdwardsPoint::vartime_double_scalar_mul_basepoint(&one_less, point, &Scalar::ZERO);
    (almost + point).is_identity()
}

/// A hash of all equations: `k` covers `R`, key and message.
fn seed_of(equations: &[SignatureEquation]) -> [u8; 64] {
    let mut transcript = Sha512::new_with_prefix(b"openbadges batch of Ed25519 equations");
    for each in equations {
        transcript.update(each.challenge.as_bytes());
        transcript.update(each.response.as_bytes());
    }
    transcript.finalize().into()
}

/// So many times 16 bytes, made from the seed for this purpose.
fn random_bytes(seed: [u8; 64], purpose: &'static [u8], count: usize) -> impl Iterator<Item = [u8; 16]> {
    let block = move |number: u64| -> [u8; 64] {
        Sha512::new()
            .chain_update(seed)
            .chain_update(purpose)
            .chain_update(number.to_le_bytes())
            .finalize()
            .into()
    };
    (0..).map(block).flat_map(|block| block.as_chunks::<16>().0.to_vec()).take(count)
}

fn small_number(bytes: [u8; 16]) -> Scalar {
    Scalar::from(u128::from_le_bytes(bytes))
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
