//! Whether a document shows every limit that was signed.
//!
//! A proof over RDF covers statements, not the JSON that makes them: whoever holds a credential can write its end of
//! validity under an alias of their own context, and the signature still fits. So the limits are looked for among the
//! signed statements (<https://www.w3.org/TR/vc-data-integrity/#validating-contexts>).

use super::report::Refusal;
use super::unverified::Unverified;
use super::verdict::Outcome;
use crate::jsonld::Json;

/// The properties that limit when and whether a credential holds: where they stand, and how they are signed.
const LIMITS: [(&str, &str); 5] = [
    ("/validFrom", "<https://www.w3.org/2018/credentials#validFrom>"),
    ("/validUntil", "<https://www.w3.org/2018/credentials#validUntil>"),
    ("/issuanceDate", "<https://www.w3.org/2018/credentials#issuanceDate>"),
    ("/expirationDate", "<https://www.w3.org/2018/credentials#expirationDate>"),
    ("/credentialStatus", "<https://www.w3.org/2018/credentials#credentialStatus>"),
];
/// The property of a proof that limits when it holds.
const PROOF_EXPIRATION: &str = "<https://w3id.org/security#expiration>";

/// Counts the limits among the statements about a credential, as they go by.
pub(super) struct SignedLimits<'a> {
    /// Whom the statements have to be about; none means everybody.
    subject: Option<&'a str>,
    counts: [usize; LIMITS.len()],
}

impl<'a> SignedLimits<'a> {
    pub(super) fn of(credential: &Unverified<'a>) -> Self {
        Self { subject: credential.text_at("/id"), counts: [0; LIMITS.len()] }
    }

    /// Looks at one canonical statement.
    pub(super) fn see(&mut self, statement: &[u8]) {
        let after_subject = match self.subject {
            Some(id) => statement
                .strip_prefix(b"<")
                .and_then(|rest| rest.strip_prefix(id.as_bytes()))
                .and_then(|rest| rest.strip_prefix(b"> ")),
            None => after_space(statement),
        };
        let Some(rest) = after_subject else { return };
        for (count, (_, predicate)) in self.counts.iter_mut().zip(&LIMITS) {
            *count += usize::from(begins_with_word(rest, predicate));
        }
    }

    /// Every limit that was signed stands under its own name in the document.
    pub(super) fn are_shown(&self, credential: &Unverified<'_>) -> Result<(), Refusal> {
        for (signed, (pointer, _)) in self.counts.iter().zip(&LIMITS) {
            let shown = match credential.at(pointer) {
                None | Some(Json::Null) => 0,
                Some(Json::Array(values)) => values.len(),
                Some(_) => 1,
            };
            if *signed != shown {
                let detail =
                    format!("{pointer} was signed {signed} times, the document shows it {shown} times");
                return Err(Refusal::new(Outcome::Malformed, detail));
            }
        }
        Ok(())
    }
}

/// Whether a canonical statement says when a proof ends.
pub(super) fn is_expiration(statement: &[u8]) -> bool {
    after_space(statement).is_some_and(|rest| begins_with_word(rest, PROOF_EXPIRATION))
}

/// What follows the first word: names of nodes and properties have no spaces inside.
fn after_space(statement: &[u8]) -> Option<&[u8]> {
    let space = statement.iter().position(|byte| *byte == b' ')?;
    statement.get(space + 1..)
}

fn begins_with_word(text: &[u8], word: &str) -> bool {
    text.strip_prefix(word.as_bytes()).is_some_and(|rest| rest.starts_with(b" "))
}
