//! Multiples of a point made beforehand: with them, a number times the point is a sum of 32 or 43 of them.
//!
//! To double a point 253 times is four fifths of the work of an Ed25519 verification. The multiples of the base point are made
//! once; those of a key when it has been used a few times, because an issuer signs many badges with one. What is computed
//! is the same point, so that remembering changes no answer. Public numbers only: it takes more or less time for each.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::OnceLock;

use curve25519_dalek::constants::ED25519_BASEPOINT_POINT;
use curve25519_dalek::traits::Identity;
use curve25519_dalek::{EdwardsPoint, Scalar};

/// Bits of a digit of a number that a key is multiplied by: 215 KiB for each key.
const KEY_BITS: u32 = 6;
/// The same for the base point: 640 KiB once for all threads.
const BASE_BITS: u32 = 8;
/// Bits of a number below the order of the base point.
const NUMBER_BITS: u32 = 253;

/// For each digit of a number the multiples of the point that it may stand for.
pub(super) struct Multiples {
    digit_bits: u32,
    points: Vec<EdwardsPoint>,
}

impl Multiples {
    fn of(point: EdwardsPoint, digit_bits: u32) -> Self {
        let mut points = Vec::new();
        let mut unit = point;
        for _ in 0..NUMBER_BITS.div_ceil(digit_bits) {
            let mut multiple = EdwardsPoint::identity();
            // Digits may be negative, so that half of the multiples are enough.
            for _ in 0..largest_digit(digit_bits) {
                multiple += &unit;
                points.push(multiple);
            }
            unit = multiple + multiple;
        }
        Self { digit_bits, points }
    }

    /// Those of the base point.
    pub(super) fn of_base_point() -> &'static Self {
        static OF_BASE_POINT: OnceLock<Multiples> = OnceLock::new();
        OF_BASE_POINT.get_or_init(|| Self::of(ED25519_BASEPOINT_POINT, BASE_BITS))
    }

    /// The sum, and a number times the point.
    pub(super) fn add(&self, sum: EdwardsPoint, number: &Scalar) -> EdwardsPoint {
        let of_digit = self.points.chunks_exact(usize::from(largest_digit(self.digit_bits).unsigned_abs()));
        of_digit.zip(digits(number, self.digit_bits)).fold(sum, |sum, (multiples, digit)| {
            let place = usize::from(digit.unsigned_abs()).checked_sub(1);
            match place.and_then(|place| multiples.get(place)) {
                Some(multiple) if digit > 0 => sum + multiple,
                Some(multiple) => sum - multiple,
                None => sum,
            }
        })
    }
}

fn largest_digit(digit_bits: u32) -> i16 {
    1 << (digit_bits - 1)
}

/// A number as digits, the lowest first: from the negative of the largest digit, which itself is positive alone.
fn digits(number: &Scalar, digit_bits: u32) -> impl Iterator<Item = i16> {
    let (words, _) = number.as_bytes().as_chunks::<8>();
    let words: [u64; 4] = std::array::from_fn(|at| words.get(at).map_or(0, |word| u64::from_le_bytes(*word)));
    let word = move |at: u32| usize::try_from(at).ok().and_then(|at| words.get(at)).copied().unwrap_or(0);
    let largest = largest_digit(digit_bits);
    let mut carry = 0;
    (0..NUMBER_BITS.div_ceil(digit_bits)).map(move |digit| {
        let (at, bit) = (digit * digit_bits / 64, digit * digit_bits % 64);
        let bits = (word(at) >> bit) | word(at + 1).checked_shl(64 - bit).unwrap_or(0);
        let value = i16::try_from(bits & ((1 << digit_bits) - 1)).unwrap_or_default() + carry;
        carry = i16::from(value > largest);
        value - carry * 2 * largest
    })
}

/// Keys whose multiples are kept: 8 take less than two mebibytes in each thread that verifies.
const PLACES: usize = 8;
/// So often a key is used before its multiples are made, which takes as long as six verifications.
const USES_BEFORE: u8 = 6;
/// A key that is not used any more yields its place to another after as many uses of that one.
const MOST_USES: u8 = 32;

struct Busy {
    key: [u8; 32],
    uses: u8,
    multiples: Option<Rc<Multiples>>,
}

thread_local! {
    static BUSY: RefCell<Vec<Option<Busy>>> = const { RefCell::new(Vec::new()) };
}

/// The multiples of a key that is used often.
pub(super) fn of_busy_key(key: &[u8; 32], point: impl FnOnce() -> EdwardsPoint) -> Option<Rc<Multiples>> {
    BUSY.with_borrow_mut(|places| {
        places.resize_with(PLACES, || None);
        let place = places.get_mut(usize::from(key.iter().fold(0_u8, |sum, byte| sum ^ byte)) % PLACES)?;
        match place {
            Some(busy) if busy.key == *key => {
                busy.uses = busy.uses.saturating_add(1).min(MOST_USES);
                if busy.multiples.is_none() && busy.uses > USES_BEFORE {
                    busy.multiples = Some(Rc::new(Multiples::of(point(), KEY_BITS)));
                }
                busy.multiples.clone()
            }
            Some(Busy { uses: uses @ 1.., .. }) => {
                *uses -= 1;
                None
            }
            _ => {
                *place = Some(Busy { key: *key, uses: 1, multiples: None });
                None
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use curve25519_dalek::constants::EIGHT_TORSION;

    fn number(bytes: [u8; 32]) -> Scalar {
        Scalar::from_bytes_mod_order(bytes)
    }

    #[test]
    fn the_smallest_and_the_largest_numbers_have_digits() {
        for number in [Scalar::ZERO, Scalar::ONE, -Scalar::ONE, Scalar::from(32_u8), Scalar::from(33_u8)] {
            for digit_bits in [KEY_BITS, BASE_BITS] {
                let digits: Vec<i16> = digits(&number, digit_bits).collect();
                let largest = largest_digit(digit_bits);
                assert!(digits.iter().all(|digit| (1 - largest..=largest).contains(digit)), "{digits:?}");
                let sum = digits.iter().rev().fold(Scalar::ZERO, |sum, digit| {
                    let size = Scalar::from(digit.unsigned_abs());
                    sum * Scalar::from(1_u16 << digit_bits) + if *digit < 0 { -size } else { size }
                });
                assert_eq!(sum, number);
            }
        }
    }

    #[test]
    fn a_key_gets_its_multiples_when_it_is_used_often_and_keeps_its_place_for_a_while() {
        let ask = |key: u8| of_busy_key(&[key; 32], || ED25519_BASEPOINT_POINT).is_some();
        // An even number of equal bytes leads to one place.
        let answers: Vec<bool> = (0..10).map(|_| ask(1)).collect();
        assert_eq!(answers, [false, false, false, false, false, false, true, true, true, true]);
        assert!(!ask(2));
        assert!(ask(1), "one use of another does not drive it out");
        assert!((0..40).any(|_| ask(2)), "many do");
        assert!(!ask(1));
    }

    proptest::proptest! {
        #[test]
        fn a_sum_of_multiples_is_the_product(of_point: [u8; 32], by: [u8; 32], part in 0_usize..8) {
            let point = EdwardsPoint::mul_base(&number(of_point)) + EIGHT_TORSION[part];
            let product = Multiples::of(point, KEY_BITS).add(EdwardsPoint::identity(), &number(by));
            // Small parts count as often as the number says, which is not modulo their order.
            proptest::prop_assert_eq!(product, point * number(by));
            let of_base = Multiples::of_base_point().add(point, &number(by));
            proptest::prop_assert_eq!(of_base, point + EdwardsPoint::mul_base(&number(by)));
        }
    }
}
