//! What verification says: one outcome, and the result of each check.

use std::borrow::Cow;
use std::fmt;

use crate::time::Timestamp;

/// Declares an enum whose variants have stable names in `snake_case`.
macro_rules! named {
    ($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name { $($(#[$variant_meta])* $variant,)* }

        impl $name {
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable name in `snake_case`, for programs.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(self.as_str())
            }
        }
    };
}

named! {
    /// The answer about a credential.
    Outcome {
        /// Every check passed.
        Valid = "valid",
        /// The issuer has revoked it.
        Revoked = "revoked",
        /// The issuer has suspended it for a while.
        Suspended = "suspended",
        /// Its validity has ended.
        Expired = "expired",
        /// Its validity has not begun.
        NotYetValid = "not_yet_valid",
        /// There is no proof, or a proof does not fit the document and the key.
        ProofInvalid = "proof_invalid",
        /// There are proofs, none of a kind that this library can check.
        ProofUnsupported = "proof_unsupported",
        /// The key is not published where the proof says, or not for this use.
        KeyUnknown = "key_unknown",
        /// The key belongs to someone else than the issuer.
        IssuerMismatch = "issuer_mismatch",
        /// It is not a credential of Open Badges.
        Malformed = "malformed",
        /// The answer depends on documents that were not at hand.
        NeedsDocuments = "needs_documents",
        /// The document with its status is at hand and cannot be relied on.
        StatusUnknown = "status_unknown",
        /// A credential that vouches for it does not hold.
        EndorsementInvalid = "endorsement_invalid",
    }
}

named! {
    /// A check, in the order in which they are made.
    CheckName {
        /// The text is bounded JSON without repeated keys.
        DocumentReadable = "document_readable",
        /// The contexts are those of Open Badges, in their order.
        Contexts = "contexts",
        /// The types are those of a credential with an achievement or an endorsement.
        Types = "types",
        /// Every mandatory property is there and of its kind.
        MandatoryProperties = "mandatory_properties",
        /// There is a proof of a known suite.
        ProofPresent = "proof_present",
        /// The proof was made for assertions and has not expired.
        ProofPurpose = "proof_purpose",
        /// The key that the proof names is known.
        VerificationMethod = "verification_method",
        /// The key's owner lists it for assertions.
        AssertionMethod = "assertion_method",
        /// The key's owner is the issuer.
        IssuerControlsKey = "issuer_controls_key",
        /// The signature fits the document and the key, and every term is defined.
        Signature = "signature",
        /// A newer form of it, if the issuer offers one, was judged instead.
        Refresh = "refresh",
        /// The issuer has not revoked or suspended it.
        Status = "status",
        /// Its validity has begun.
        ValidFrom = "valid_from",
        /// Its validity has not ended.
        ValidUntil = "valid_until",
        /// The credentials that vouch for it hold.
        Endorsements = "endorsements",
    }
}

named! {
    /// How a check ended.
    CheckResult {
        /// It holds.
        Passed = "passed",
        /// It does not hold.
        Failed = "failed",
        /// It does not apply, or an earlier check had to hold first.
        Skipped = "skipped",
        /// It needs documents that were not at hand.
        Unknown = "unknown",
    }
}

/// One check and how it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Which check.
    pub name: CheckName,
    /// How it ended.
    pub result: CheckResult,
    /// One sentence for people: what was found, where (a JSON pointer), and what was expected. Of a check that passed it may
    /// be empty if nobody wants to read it ([`verify_briefly`](super::verify_briefly)).
    pub detail: Cow<'static, str>,
}

/// The bit of a published list that a credential points to.
///
/// <https://www.w3.org/TR/vc-bitstring-status-list/#bitstringstatuslistentry>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusEntry {
    /// `statusListCredential`: where the list is published.
    pub list: String,
    /// `statusListIndex`: which bit, counted from zero.
    pub index: usize,
    /// `statusPurpose`: what it means if it is set.
    pub purpose: String,
}

/// What verification says about a credential at a point in time.
///
/// The identifiers and dates are what the document claims; they are worth as much as `outcome` says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Verdict {
    /// The answer.
    pub outcome: Outcome,
    /// Every check in order, each once.
    pub checks: Vec<Check>,
    /// URLs of documents that were looked for in vain, each once.
    pub missing: Vec<String>,
    /// URI of the credential.
    pub credential_id: Option<String>,
    /// URI of the issuer.
    pub issuer_id: Option<String>,
    /// URI of the achievement.
    pub achievement_id: Option<String>,
    /// URI of the recipient.
    pub subject_id: Option<String>,
    /// The recipient is named in words that anybody reads: by an address, or an identity that is not hashed.
    pub names_subject_plainly: bool,
    /// Start of validity.
    pub valid_from: Option<Timestamp>,
    /// End of validity.
    pub valid_until: Option<Timestamp>,
    /// Its entry in a status list; of several, the first. None for other kinds of status and for a malformed one.
    pub status: Option<StatusEntry>,
    /// How many entries its status has, of whatever kind. Open Badges allow one.
    pub status_entries: usize,
    /// The key, by the name that the proof gives it.
    pub verification_method: Option<String>,
    /// When the proof says that it was made; a token does not say.
    pub signed_at: Option<Timestamp>,
}

impl Verdict {
    /// The check with that name.
    #[must_use]
    pub fn check(&self, name: CheckName) -> Option<&Check> {
        self.checks.iter().find(|check| check.name == name)
    }
}
