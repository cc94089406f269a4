//! The public keys that were read last: an issuer signs many badges with one key.
//!
//! To read a key takes a square root in the field, a tenth of a whole verification. What a text means never changes,
//! so that remembering it changes no answer. Each thread remembers a few, about 16 KiB; keys that are used in turns may
//! drive each other out, which costs time alone.

use std::cell::RefCell;

use super::{KeyError, VerifyingKey};

/// Places for keys; which one a key gets, its text decides.
const PLACES: usize = 64;
/// Length of every Ed25519 Multikey; other texts are not remembered.
const LENGTH: usize = 48;

struct Recent {
    multikey: [u8; LENGTH],
    key: VerifyingKey,
}

thread_local! {
    static RECENT: RefCell<Vec<Option<Recent>>> = const { RefCell::new(Vec::new()) };
}

/// The key that the text means, remembered or read now.
pub(super) fn find_or_read(
    multikey: &str,
    read: impl FnOnce(&str) -> Result<VerifyingKey, KeyError>,
) -> Result<VerifyingKey, KeyError> {
    let Ok(text) = <[u8; LENGTH]>::try_from(multikey.as_bytes()) else { return read(multikey) };
    let place = place_of(&text);
    let found = RECENT.with_borrow(|recent| {
        let found = recent.get(place)?.as_ref()?;
        (found.multikey == text).then(|| found.key.clone())
    });
    if let Some(key) = found {
        return Ok(key);
    }
    let key = read(multikey)?;
    RECENT.with_borrow_mut(|recent| {
        recent.resize_with(PLACES, || None);
        if let Some(place) = recent.get_mut(place) {
            *place = Some(Recent { multikey: text, key: key.clone() });
        }
    });
    Ok(key)
}

/// The end of the text, which is as good as random.
fn place_of(text: &[u8; LENGTH]) -> usize {
    let end = text.iter().rev().take(4).fold(0, |sum, byte| sum * 31 + usize::from(*byte));
    end % PLACES
}

#[cfg(test)]
mod tests {
    use super::super::SigningKey;
    use super::*;

    #[test]
    fn every_key_is_its_own_however_many_share_a_place() {
        let keys: Vec<VerifyingKey> =
            (0..=255).map(|seed| SigningKey::from_seed(&[seed; 32]).verifying_key()).collect();
        for key in keys.iter().chain(keys.iter().rev()) {
            assert_eq!(VerifyingKey::from_multikey(&key.to_multikey()).as_ref(), Ok(key));
        }
    }

    #[test]
    fn a_key_is_read_once() {
        let multikey = SigningKey::from_seed(&[3; 32]).verifying_key().to_multikey();
        let key = VerifyingKey::from_multikey(&multikey).unwrap();
        assert_eq!(find_or_read(&multikey, |_| unreachable!("it is remembered")), Ok(key));
    }

    #[test]
    fn what_is_no_key_is_not_remembered() {
        let text = "z".repeat(LENGTH);
        for _ in 0..2 {
            assert!(VerifyingKey::from_multikey(&text).is_err());
        }
    }
}
