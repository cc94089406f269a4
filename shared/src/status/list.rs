//! The credential that carries a status list, unsigned, and reading one.
//!
//! <https://www.w3.org/TR/vc-bitstring-status-list/#bitstringstatuslistcredential>. It is signed like any document,
//! by [`crate::proof::eddsa_rdfc::add_proof`], with the key that signs the badges.

use serde_json::{Value, json};

use super::{Bitstring, MIN_ENTRIES, StatusError};
use crate::model::BitstringStatusListEntry;
use crate::time::Timestamp;

/// The credential that publishes a list under its URL.
///
/// `valid_until` tells readers how long a copy may be kept; the list is signed anew before.
#[must_use]
pub fn list_credential(
    url: &str,
    issuer: &str,
    status_purpose: &str,
    list: &Bitstring,
    valid_from: Timestamp,
    valid_until: Option<Timestamp>,
) -> Value {
    let mut credential = json!({
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": valid_from,
        "validUntil": valid_until,
        "credentialSubject": {
            "id": format!("{url}#list"),
            "type": "BitstringStatusList",
            "statusPurpose": status_purpose,
            "encodedList": list.encode(),
        },
    });
    crate::json::prune(&mut credential);
    credential
}

/// A list with what it is for, read from a credential that has been verified.
#[derive(Clone, Debug)]
pub struct StatusList {
    purposes: Vec<String>,
    bits: Bitstring,
}

impl StatusList {
    /// Reads the list of a credential.
    ///
    /// # Errors
    /// [`StatusError`] when a property is missing or the list cannot be unpacked.
    pub fn from_verified_credential(credential: &Value) -> Result<Self, StatusError> {
        let is_list = |kind: &Value| kind == "BitstringStatusListCredential";
        let types = credential.get("type");
        if !types.is_some_and(|types| {
            is_list(types) || types.as_array().is_some_and(|types| types.iter().any(is_list))
        }) {
            return Err(StatusError::Malformed {
                property: "/type",
                expected: "`BitstringStatusListCredential`",
            });
        }
        let purposes = match credential.pointer("/credentialSubject/statusPurpose") {
            Some(Value::Array(purposes)) => {
                purposes.iter().filter_map(Value::as_str).map(str::to_owned).collect()
            }
            Some(Value::String(purpose)) => vec![purpose.clone()],
            _ => {
                return Err(StatusError::Malformed {
                    property: "/credentialSubject/statusPurpose",
                    expected: "a text",
                });
            }
        };
        let encoded = credential.pointer("/credentialSubject/encodedList").and_then(Value::as_str);
        let encoded = encoded.ok_or(StatusError::Malformed {
            property: "/credentialSubject/encodedList",
            expected: "a text",
        })?;
        Ok(Self { purposes, bits: Bitstring::decode(encoded)? })
    }

    /// The status of an entry: 0 for a bit that is not set.
    ///
    /// # Errors
    /// [`StatusError::Purpose`] when the list is for another purpose, [`StatusError::Range`] beyond its end, and
    /// [`StatusError::Malformed`] when the index is no number.
    pub fn status(&self, entry: &BitstringStatusListEntry) -> Result<u32, StatusError> {
        let messages = entry.other.get("statusMessage").and_then(Value::as_array).map_or(0, Vec::len);
        let size = match entry.other.get("statusSize") {
            None => Size::OneBit,
            Some(bits) => Size::Bits { bits: bits.as_u64().unwrap_or_default(), messages },
        };
        self.status_at(&entry.status_purpose, &entry.status_list_index, size)
    }

    /// The same for the parts of an entry.
    pub(crate) fn status_at(&self, purpose: &str, index: &str, size: Size) -> Result<u32, StatusError> {
        if !self.purposes.iter().any(|found| found == purpose) {
            return Err(StatusError::Purpose {
                expected: purpose.to_owned(),
                found: self.purposes.join(", "),
            });
        }
        let malformed =
            StatusError::Malformed { property: "statusListIndex", expected: "decimal digits in a text" };
        let is_digits = index.bytes().all(|byte| byte.is_ascii_digit());
        let index = index.parse().ok().filter(|_| is_digits).ok_or(malformed)?;
        let size = size.in_bits()?;
        let entries = self.bits.entries() / size;
        // A list of wide entries hides no badge among others if it has as few of them as it has bits.
        if entries < MIN_ENTRIES {
            return Err(StatusError::Length(entries));
        }
        self.bits.value(index, size)
    }
}

/// What an entry says of its width; one of several bits has a message for each value that they can have.
///
/// <https://www.w3.org/TR/vc-bitstring-status-list/#bitstringstatuslistentry>
#[derive(Clone, Copy, Debug)]
pub(crate) enum Size {
    /// Nothing, so it is one bit.
    OneBit,
    /// So many, with so many messages; a number that is none counts as no bits.
    Bits {
        /// `statusSize`.
        bits: u64,
        /// Messages in `statusMessage`.
        messages: usize,
    },
}

impl Size {
    fn in_bits(self) -> Result<usize, StatusError> {
        let Self::Bits { bits, messages } = self else { return Ok(1) };
        if !(1..=32).contains(&bits) {
            return Err(StatusError::Malformed { property: "statusSize", expected: "a number from 1 to 32" });
        }
        if bits > 1 && u64::try_from(messages) != Ok(1 << bits) {
            return Err(StatusError::Malformed {
                property: "statusMessage",
                expected: "a list with a message for each of the values that statusSize allows",
            });
        }
        Ok(usize::try_from(bits).unwrap_or(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(purpose: &str) -> StatusList {
        let mut bits = Bitstring::default();
        bits.set(5, true).unwrap();
        let from = Timestamp::from_unix_seconds(0);
        let credential = list_credential("https://h/list", "did:web:h", purpose, &bits, from, None);
        StatusList::from_verified_credential(&credential).unwrap()
    }

    fn entry(index: &str) -> BitstringStatusListEntry {
        let mut entry = BitstringStatusListEntry::new("https://h/list", 5, "revocation");
        index.clone_into(&mut entry.status_list_index);
        entry
    }

    #[test]
    fn a_set_bit_is_read_from_the_credential() {
        assert_eq!(list("revocation").status(&entry("5")), Ok(1));
        assert_eq!(list("revocation").status(&entry("4")), Ok(0));
    }

    #[test]
    fn another_purpose_is_refused() {
        let error = list("suspension").status(&entry("5")).unwrap_err();
        assert_eq!(error.to_string(), "status list is for `suspension`, expected `revocation`");
        assert_eq!(error.kind(), "STATUS_VERIFICATION_ERROR");
    }

    #[test]
    fn an_index_that_is_no_number_or_out_of_range_is_refused() {
        for index in ["", "-1", "+5", "5.0", "five", "99999999999999999999999"] {
            assert_eq!(
                list("revocation").status(&entry(index)).unwrap_err().kind(),
                "MALFORMED_VALUE_ERROR",
                "{index}"
            );
        }
        assert_eq!(list("revocation").status(&entry("131072")), Err(StatusError::Range(131_072)));
    }

    /// An entry of two bits, with so many messages.
    fn wide(messages: usize) -> BitstringStatusListEntry {
        let mut entry = entry("1");
        let message = |value| json!({"status": format!("{value:#x}"), "message": "…"});
        entry.other.insert("statusSize".to_owned(), json!(2));
        entry.other.insert("statusMessage".to_owned(), (0..messages).map(message).collect());
        entry
    }

    #[test]
    fn an_entry_of_several_bits_needs_a_message_for_each_value() {
        assert_eq!(wide(3).other["statusMessage"][2], json!({"status": "0x2", "message": "…"}));
        let error = list("revocation").status(&wide(3)).unwrap_err();
        assert_eq!(
            (error.kind(), error.to_string()),
            (
                "MALFORMED_VALUE_ERROR",
                "statusMessage is missing or not a list with a message for each of the values that statusSize allows"
                    .to_owned()
            )
        );
    }

    #[test]
    fn a_list_is_as_long_as_its_entries_are_many() {
        let error = list("revocation").status(&wide(4)).unwrap_err();
        assert_eq!(error, StatusError::Length(MIN_ENTRIES / 2));
        assert_eq!(error.kind(), "STATUS_LIST_LENGTH_ERROR");
        let mut bits = Bitstring::with_entries(2 * MIN_ENTRIES).unwrap();
        bits.set(2, true).unwrap();
        let list = StatusList { purposes: vec!["revocation".to_owned()], bits };
        assert_eq!(list.status(&wide(4)), Ok(0b10));
    }

    #[test]
    fn a_credential_without_a_list_is_refused() {
        for credential in [
            json!({}),
            json!({"type": "BitstringStatusListCredential", "credentialSubject": {"encodedList": "u"}}),
            json!({"type": ["BitstringStatusListCredential"], "credentialSubject": {"statusPurpose": "revocation"}}),
        ] {
            let error = StatusList::from_verified_credential(&credential).unwrap_err();
            assert_eq!(error.kind(), "MALFORMED_VALUE_ERROR");
        }
    }
}
