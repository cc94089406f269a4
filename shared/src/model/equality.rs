//! Whether two credentials are forms of the same one, and which is newer.
//!
//! <https://www.imsglobal.org/spec/ob/v3p0/#equality-and-comparison-of-credentials>

use super::AchievementCredential;

impl AchievementCredential {
    /// Whether both are forms of one credential: the same issuer and the same id.
    ///
    /// Ids are compared after percent-decoding and without spaces around them.
    #[must_use]
    pub fn is_same_as(&self, other: &Self) -> bool {
        comparable(self.issuer.id()) == comparable(other.issuer.id())
            && comparable(&self.id) == comparable(&other.id)
    }

    /// Whether this form takes the place of the other: the same credential, issued anew later.
    #[must_use]
    pub fn replaces(&self, other: &Self) -> bool {
        self.is_same_as(other) && self.valid_from.timestamp() > other.valid_from.timestamp()
    }
}

/// A URI as it is compared.
fn comparable(uri: &str) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(uri.len());
    let mut rest = uri.trim().as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let (byte, tail) = escaped(rest).unwrap_or((*first, tail));
        decoded.push(byte);
        rest = tail;
    }
    decoded
}

/// The byte that `%41` stands for, and what follows it.
fn escaped(text: &[u8]) -> Option<(u8, &[u8])> {
    let ([b'%', high, low], rest) = text.split_first_chunk::<3>()? else { return None };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let byte = digit(*high)? * 16 + digit(*low)?;
    Some((u8::try_from(byte).ok()?, rest))
}

#[cfg(test)]
mod tests {
    use crate::model::{Achievement, AchievementSubject, Criteria, DateTimeZ, Profile};
    use crate::time::Timestamp;

    use super::*;

    fn credential(id: &str, issuer: &str, from: i64) -> AchievementCredential {
        let achievement = Achievement::new("urn:a", "A", "A", Criteria::narrative("A"));
        let from = DateTimeZ::from(Timestamp::from_unix_seconds(from));
        AchievementCredential::new(
            id,
            Profile::new(issuer, "I").into(),
            from,
            AchievementSubject::new(achievement),
        )
    }

    #[test]
    fn escapes_and_spaces_make_no_difference() {
        let one = credential("https://h/credentials/caf%C3%A9%2F1", "did:web:h%3A8443", 0);
        let other = credential(" https://h/credentials/caf\u{e9}/1 ", "did:web:h:8443", 5);
        assert!(one.is_same_as(&other));
        assert!(other.replaces(&one) && !one.replaces(&other) && !one.replaces(&one));
    }

    #[test]
    fn another_id_or_issuer_makes_another_credential() {
        let one = credential("urn:1", "did:web:h", 0);
        assert!(!one.is_same_as(&credential("urn:2", "did:web:h", 0)));
        assert!(!credential("urn:1", "did:web:i", 9).replaces(&one));
        assert!(!one.is_same_as(&credential("urn:1", "did:web:h%", 0)), "a lone percent sign stays");
    }
}
