//! A verdict up to one signature, so that the signatures of many credentials can be checked together.
//!
//! Checking many Ed25519 equations at once costs a fraction of checking them one by one; everything else about a
//! credential has to be done for each. Left open is the signature of the credential itself, if it is Ed25519: the
//! ones inside (endorsements, status lists, newer forms) and those of RSA and P-256 are checked at once.

use super::report::Report;
use super::verdict::Verdict;
use super::{Documents, briefly, judge, verify_briefly};
use crate::proof::SignatureCheck;
use crate::time::Timestamp;

/// A credential of which everything has been checked that can be checked without others.
#[derive(Clone, Debug)]
#[must_use]
pub enum Prepared {
    /// Nothing is open: this is what [`verify_briefly`] says.
    Settled(Box<Verdict>),
    /// One signature is open.
    Pending(Box<Pending>),
}

/// A verdict that hangs on one signature.
#[derive(Clone, Debug)]
#[must_use]
pub struct Pending {
    check: SignatureCheck,
    verdict: Verdict,
}

/// Judges a credential as [`verify_briefly`] does, and leaves its signature open where that can be.
///
/// Open signatures of many credentials are checked by [`crate::key::which_hold`], whose answers are those of
/// [`SignatureCheck::holds`].
pub fn prepare(unverified: &str, documents: &dyn Documents, at: Timestamp) -> Prepared {
    let mut signatures = Signatures::LeftOpen;
    let report: Report = judge(unverified, briefly(documents, at), &mut signatures);
    match signatures {
        Signatures::Open(check) => {
            Prepared::Pending(Box::new(Pending { check: *check, verdict: report.into_verdict() }))
        }
        Signatures::CheckedAtOnce | Signatures::LeftOpen => {
            Prepared::Settled(Box::new(report.into_verdict()))
        }
        Signatures::Doubtful => Prepared::Settled(Box::new(verify_briefly(unverified, documents, at))),
    }
}

impl Prepared {
    /// The verdict, with the open signature checked by itself: the same as [`verify_briefly`] of the same arguments.
    pub fn settle(self, unverified: &str, documents: &dyn Documents, at: Timestamp) -> Verdict {
        match self {
            Self::Settled(verdict) => *verdict,
            Self::Pending(pending) if pending.check.holds() => pending.accept(),
            Self::Pending(_) => verify_briefly(unverified, documents, at),
        }
    }
}

impl Pending {
    /// The signature that is open.
    #[must_use]
    pub fn check(&self) -> &SignatureCheck {
        &self.check
    }

    /// The verdict, for a signature that was found to hold.
    ///
    /// If it does not hold, [`verify_briefly`] says why, and whether another proof of the same credential does.
    pub fn accept(self) -> Verdict {
        self.verdict
    }
}

/// What becomes of the signature of a credential.
pub(super) enum Signatures {
    /// It is checked where it is met.
    CheckedAtOnce,
    /// It is to be left open; none was met yet.
    LeftOpen,
    /// It is open, and all else depends on it.
    Open(Box<SignatureCheck>),
    /// It is open, and something else is wrong: only with its answer can be told what to say.
    Doubtful,
}

impl Signatures {
    /// Whether the equation holds, or is taken to.
    pub(super) fn accept(&mut self, check: SignatureCheck) -> bool {
        if matches!(self, Self::CheckedAtOnce) {
            return check.holds();
        }
        *self = Self::Open(Box::new(check));
        true
    }

    /// Notes whether all checks up to the signature have passed.
    pub(super) fn conclude(&mut self, is_clean: bool) {
        if !is_clean && matches!(self, Self::Open(_)) {
            *self = Self::Doubtful;
        }
    }
}
