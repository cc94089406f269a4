//! A list of bits, first entry first and most significant bit first, and its compressed text.
//!
//! <https://www.w3.org/TR/vc-bitstring-status-list/#bitstring-encoding>

use std::io::{Read, Write};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use flate2::{Compression, read::GzDecoder, write::GzEncoder};

use super::StatusError;

/// Fewest entries of a list, so that nobody can tell badges apart by their list: 16 KiB of bits.
pub const MIN_ENTRIES: usize = 131_072;
/// Most entries of a list that is read: 2 MiB of bits. A longer one is refused before it is unpacked.
pub const MAX_ENTRIES: usize = 16_777_216;
/// Most characters of the compressed text of a list that is read.
const MAX_ENCODED_CHARS: usize = 3 * 1024 * 1024;

/// The bits of a status list.
///
/// Indexes count from zero. A new list has [`MIN_ENTRIES`] entries, none set. The same type keeps book of which
/// indexes have been given out ([`Bitstring::random_clear_index`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bitstring {
    bytes: Vec<u8>,
}

impl Default for Bitstring {
    fn default() -> Self {
        Self { bytes: vec![0; MIN_ENTRIES / 8] }
    }
}

impl Bitstring {
    /// A list with at least so many entries, rounded up to whole bytes, none set.
    ///
    /// # Errors
    /// [`StatusError::Length`] below [`MIN_ENTRIES`] and above [`MAX_ENTRIES`].
    pub fn with_entries(entries: usize) -> Result<Self, StatusError> {
        if !(MIN_ENTRIES..=MAX_ENTRIES).contains(&entries) {
            return Err(StatusError::Length(entries));
        }
        Ok(Self { bytes: vec![0; entries.div_ceil(8)] })
    }

    /// The list with these bits, as a database keeps them: entry 0 is the left-most bit of the first byte.
    ///
    /// # Errors
    /// [`StatusError::Length`] below [`MIN_ENTRIES`] and above [`MAX_ENTRIES`].
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, StatusError> {
        let entries = bytes.len() * 8;
        if !(MIN_ENTRIES..=MAX_ENTRIES).contains(&entries) {
            return Err(StatusError::Length(entries));
        }
        Ok(Self { bytes })
    }

    /// How many entries of one bit there are.
    #[must_use]
    pub fn entries(&self) -> usize {
        self.bytes.len() * 8
    }

    /// Whether the bit of an entry is set.
    ///
    /// # Errors
    /// [`StatusError::Range`] beyond the last entry.
    pub fn is_set(&self, index: usize) -> Result<bool, StatusError> {
        let byte = self.bytes.get(index / 8).ok_or(StatusError::Range(index))?;
        Ok(byte & mask(index) != 0)
    }

    /// The number in an entry of several bits, most significant bit first.
    ///
    /// `bits` is the list's `statusSize`, 1 to 32.
    ///
    /// # Errors
    /// [`StatusError::Range`] beyond the last entry, [`StatusError::Malformed`] for another size.
    pub fn value(&self, index: usize, bits: usize) -> Result<u32, StatusError> {
        if !(1..=32).contains(&bits) {
            return Err(StatusError::Malformed {
                property: "/statusSize",
                expected: "a number from 1 to 32",
            });
        }
        let first = index.checked_mul(bits).ok_or(StatusError::Range(index))?;
        (first..first.saturating_add(bits)).try_fold(0, |value: u32, at| {
            let bit = self.is_set(at).ok().ok_or(StatusError::Range(index))?;
            Ok((value << 1) | u32::from(bit))
        })
    }

    /// Sets or clears the bit of an entry.
    ///
    /// Whether a set bit may be cleared again is a matter of its purpose: suspensions end, revocations do not.
    ///
    /// # Errors
    /// [`StatusError::Range`] beyond the last entry.
    pub fn set(&mut self, index: usize, is_set: bool) -> Result<(), StatusError> {
        let byte = self.bytes.get_mut(index / 8).ok_or(StatusError::Range(index))?;
        if is_set {
            *byte |= mask(index);
        } else {
            *byte &= !mask(index);
        }
        Ok(())
    }

    /// An index whose bit is clear, every one as likely as another; `None` when all are set.
    ///
    /// `random_below(n)` has to return a number from 0 to n - 1. Random indexes keep the order of awards secret
    /// (<https://www.w3.org/TR/vc-bitstring-status-list/#index-allocation>).
    pub fn random_clear_index(&self, mut random_below: impl FnMut(usize) -> usize) -> Option<usize> {
        let clear = self.entries() - self.bytes.iter().map(|byte| count_ones(*byte)).sum::<usize>();
        if clear == 0 {
            return None;
        }
        let mut to_skip = random_below(clear).min(clear - 1);
        for (position, byte) in self.bytes.iter().enumerate() {
            let clear_here = 8 - count_ones(*byte);
            if to_skip < clear_here {
                let first = position * 8;
                return (first..first + 8).filter(|index| byte & mask(*index) == 0).nth(to_skip);
            }
            to_skip -= clear_here;
        }
        None
    }

    /// The compressed text, `u` and base64url; the same bits always give the same text.
    #[must_use]
    pub fn encode(&self) -> String {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        // Writing to memory does not fail.
        let compressed = encoder.write_all(&self.bytes).and_then(|()| encoder.finish()).unwrap_or_default();
        format!("u{}", URL_SAFE_NO_PAD.encode(compressed))
    }

    /// Reads a compressed text; at most [`MAX_ENTRIES`] are unpacked.
    ///
    /// # Errors
    /// [`StatusError::Encoding`] when it is none, [`StatusError::Length`] when it has too few or too many entries.
    pub fn decode(encoded: &str) -> Result<Self, StatusError> {
        if encoded.len() > MAX_ENCODED_CHARS {
            return Err(StatusError::Encoding);
        }
        let base64url = encoded.strip_prefix('u').ok_or(StatusError::Encoding)?;
        let compressed = URL_SAFE_NO_PAD.decode(base64url).ok().ok_or(StatusError::Encoding)?;
        let most_bytes = u64::try_from(MAX_ENTRIES / 8).unwrap_or(u64::MAX);
        let mut bytes = Vec::new();
        let unpacked = GzDecoder::new(compressed.as_slice()).take(most_bytes + 1).read_to_end(&mut bytes);
        unpacked.ok().ok_or(StatusError::Encoding)?;
        Self::from_bytes(bytes)
    }
}

/// Entry 0 is the left-most bit of its byte.
fn mask(index: usize) -> u8 {
    0b1000_0000 >> (index % 8)
}

fn count_ones(byte: u8) -> usize {
    usize::try_from(byte.count_ones()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `encodedList` of the specification's example: 131,072 entries, none set.
    const PUBLISHED_EMPTY: &str = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA";

    fn gzipped(bytes: &[u8]) -> String {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        format!("u{}", URL_SAFE_NO_PAD.encode(encoder.finish().unwrap()))
    }

    #[test]
    fn the_published_empty_list_is_read() {
        assert_eq!(Bitstring::decode(PUBLISHED_EMPTY), Ok(Bitstring::default()));
    }

    #[test]
    fn entry_zero_is_the_left_most_bit() {
        let mut list = Bitstring::default();
        list.set(0, true).unwrap();
        list.set(9, true).unwrap();
        assert_eq!(list.bytes[..2], [0b1000_0000, 0b0100_0000]);
        list.set(0, false).unwrap();
        assert_eq!(list.bytes[0], 0);
    }

    #[test]
    fn entries_of_several_bits_are_read_most_significant_bit_first() {
        let mut list = Bitstring::default();
        list.set(4, true).unwrap();
        list.set(7, true).unwrap();
        assert_eq!(list.value(1, 4), Ok(0b1001));
        assert_eq!(list.value(2, 2), Ok(0b10));
        assert_eq!(list.value(MIN_ENTRIES / 4, 4), Err(StatusError::Range(MIN_ENTRIES / 4)));
        assert_eq!(list.value(usize::MAX, 2), Err(StatusError::Range(usize::MAX)));
        assert!(matches!(list.value(0, 33), Err(StatusError::Malformed { .. })));
    }

    #[test]
    fn an_entry_beyond_the_list_is_an_error() {
        let mut list = Bitstring::default();
        assert_eq!(list.is_set(MIN_ENTRIES), Err(StatusError::Range(MIN_ENTRIES)));
        assert_eq!(list.set(MIN_ENTRIES, true).unwrap_err().kind(), "RANGE_ERROR");
    }

    #[test]
    fn a_list_that_is_too_short_or_too_long_is_refused() {
        assert_eq!(Bitstring::decode(&gzipped(&[0; 100])), Err(StatusError::Length(800)));
        assert_eq!(Bitstring::with_entries(800), Err(StatusError::Length(800)));
        let bomb = gzipped(&vec![0; 64 * 1024 * 1024]);
        assert!(bomb.len() < 100_000, "the bomb is small when packed");
        let error = Bitstring::decode(&bomb).unwrap_err();
        assert_eq!(error, StatusError::Length(MAX_ENTRIES + 8));
        assert_eq!(error.kind(), "STATUS_LIST_LENGTH_ERROR");
    }

    #[test]
    fn what_is_no_compressed_list_is_refused() {
        let truncated = PUBLISHED_EMPTY.get(..40).unwrap();
        for text in ["", "u", "H4sIAAAAAAAAA", "u!!!!", "uAAAA", "z111", truncated] {
            assert_eq!(Bitstring::decode(text), Err(StatusError::Encoding), "{text}");
        }
    }

    #[test]
    fn a_clear_index_is_found_until_none_is_left() {
        let mut list = Bitstring { bytes: vec![0b1111_1101, 0xff, 0b0111_1111] };
        assert_eq!(list.random_clear_index(|_| 0), Some(6));
        assert_eq!(list.random_clear_index(|below| below - 1), Some(16));
        list.set(6, true).unwrap();
        list.set(16, true).unwrap();
        assert_eq!(list.random_clear_index(|_| 0), None);
    }

    proptest::proptest! {
        #[test]
        fn packing_and_unpacking_are_inverse(set in proptest::collection::vec(0..MIN_ENTRIES, 0..50)) {
            let mut list = Bitstring::default();
            for index in &set {
                list.set(*index, true).unwrap();
            }
            let read = Bitstring::decode(&list.encode()).unwrap();
            proptest::prop_assert_eq!(&read, &list);
            for index in set {
                proptest::prop_assert_eq!(read.is_set(index), Ok(true));
            }
        }

        #[test]
        fn a_random_index_is_always_clear(bytes: [u8; 16], random: usize) {
            let list = Bitstring { bytes: bytes.to_vec() };
            if let Some(index) = list.random_clear_index(|below| random % below) {
                proptest::prop_assert_eq!(list.is_set(index), Ok(false));
            }
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "u[A-Za-z0-9_-]{0,80}") {
            let _outcome = Bitstring::decode(&text);
        }
    }
}
