//! What verification says, in words for people: one sentence, and one that says what to make of it.

use crate::store::credential::CheckRow;

/// Words for an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words {
    /// How the page shows it.
    pub tone: Tone,
    /// The key of the sentence.
    pub sentence: &'static str,
    /// The key of the sentence that explains it.
    pub meaning: &'static str,
}

/// Whether to believe it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Yes.
    Good,
    /// Nobody can tell from here.
    Open,
    /// No.
    Bad,
}

impl Tone {
    /// The class of the style sheet.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Open => "open",
            Self::Bad => "bad",
        }
    }

    /// Whether it is to be believed.
    #[must_use]
    pub fn is_good(self) -> bool {
        self == Self::Good
    }
}

/// The words for an outcome of `badges.verify`; some depend on which check decided.
#[must_use]
pub fn words(outcome: &str, checks: &[CheckRow]) -> Words {
    let is =
        |name: &str, result: &str| checks.iter().any(|check| check.name == name && check.result == result);
    let (tone, sentence, meaning) = match outcome {
        "valid" if is("issuer_known", "passed") => (Tone::Good, "verdict-valid", "verdict-valid-meaning"),
        "valid" => (Tone::Good, "verdict-stranger", "verdict-stranger-meaning"),
        "revoked" => (Tone::Bad, "verdict-revoked", "verdict-revoked-meaning"),
        "suspended" => (Tone::Bad, "verdict-suspended", "verdict-suspended-meaning"),
        "expired" => (Tone::Bad, "verdict-expired", "verdict-expired-meaning"),
        "not_yet_valid" => (Tone::Bad, "verdict-early", "verdict-early-meaning"),
        "proof_invalid" if is("proof_present", "failed") => {
            (Tone::Bad, "verdict-unsigned", "verdict-unsigned-meaning")
        }
        "proof_invalid" => (Tone::Bad, "verdict-altered", "verdict-altered-meaning"),
        "key_unknown" | "key_not_valid_when_signed" => (Tone::Bad, "verdict-key", "verdict-key-meaning"),
        "issuer_mismatch" => (Tone::Bad, "verdict-mismatch", "verdict-mismatch-meaning"),
        "malformed" => (Tone::Bad, "verdict-malformed", "verdict-malformed-meaning"),
        "endorsement_invalid" => (Tone::Bad, "verdict-endorsement", "verdict-endorsement-meaning"),
        "proof_unsupported" => (Tone::Open, "verdict-unsupported", "verdict-unsupported-meaning"),
        "needs_documents" => (Tone::Open, "verdict-documents", "verdict-documents-meaning"),
        "status_unknown" => (Tone::Open, "verdict-status", "verdict-status-meaning"),
        _ => (Tone::Open, "verdict-other", "verdict-other-meaning"),
    };
    Words { tone, sentence, meaning }
}

#[cfg(test)]
mod tests {
    use openbadges::verify::Outcome;

    use super::*;
    use crate::language::Language;

    #[test]
    fn every_outcome_has_words_of_its_own_in_both_languages() {
        let mut seen = std::collections::HashSet::new();
        for outcome in
            Outcome::ALL.iter().map(|outcome| outcome.as_str()).chain(["key_not_valid_when_signed"])
        {
            let words = words(outcome, &[]);
            assert_ne!(words.sentence, "verdict-other", "{outcome}");
            assert!(seen.insert(words.sentence) || outcome == "key_not_valid_when_signed", "{outcome}");
            for t in [Language::En, Language::Ja] {
                assert_ne!(t.text(words.sentence), words.sentence);
                assert_ne!(t.text(words.meaning), words.meaning);
            }
        }
    }

    #[test]
    fn only_a_valid_badge_is_good_and_an_unknown_issuer_is_said() {
        let known = CheckRow { name: "issuer_known".to_owned(), result: "passed".to_owned(), detail: None };
        assert_eq!(words("valid", &[known]).sentence, "verdict-valid");
        assert_eq!(words("valid", &[]).sentence, "verdict-stranger");
        for outcome in Outcome::ALL.iter().filter(|outcome| **outcome != Outcome::Valid) {
            assert!(!words(outcome.as_str(), &[]).tone.is_good(), "{outcome}");
        }
        assert_eq!(words("tomorrow", &[]).tone, Tone::Open);
    }

    #[test]
    fn a_badge_without_a_signature_is_not_called_altered() {
        let absent = CheckRow { name: "proof_present".to_owned(), result: "failed".to_owned(), detail: None };
        assert_eq!(words("proof_invalid", &[absent]).sentence, "verdict-unsigned");
        assert_eq!(words("proof_invalid", &[]).sentence, "verdict-altered");
    }
}
