//! Passes of national examinations: recorded with their evidence, counted once another person approves them.
//!
//! Learners record their own from a course ([`own`]); programme owners and administrators record, approve and refuse ([`office`]). A badge of
//! somebody else's that is to prove a pass is verified by the database like any other ([`form`]); one that does not verify proves nothing.

pub mod form;
pub mod office;
pub mod own;

use crate::{admin::shown_name, language::Language, store::examination::PassRow};

/// Path of the pages of those who approve.
pub const PATH: &str = "/people/examinations";

/// A pass as pages show it.
#[derive(Clone, Debug)]
pub(crate) struct Shown {
    pub(crate) row: PassRow,
    /// Whether the person who looks may decide about it.
    pub(crate) is_decidable: bool,
}

impl Shown {
    /// Whether the person who looks may approve it: never on the strength of a badge that was given to somebody else.
    pub(crate) fn can_be_approved(&self) -> bool {
        self.is_decidable && self.row.is_own_badge != Some(false)
    }

    /// When it was passed.
    pub(crate) fn passed(&self, t: Language) -> String {
        t.with("pass-passed", "date", &day(t, &self.row.passed_on))
    }

    /// What it rests on, one sentence each.
    pub(crate) fn evidence(&self, t: Language) -> Vec<String> {
        let number =
            self.row.certificate_number.as_deref().map(|number| t.with("pass-number", "number", number));
        let seen = self.row.evidence.as_deref().map(|text| t.with("pass-seen", "evidence", text));
        let badge = self
            .row
            .badge
            .as_ref()
            .map(|(name, issuer)| t.with_texts("pass-badge", ("name", name), ("issuer", issuer)));
        let own = self.row.badge.as_ref().map(|_| match self.row.is_own_badge {
            Some(true) => t.text("pass-badge-own"),
            Some(false) => t.text("pass-badge-other"),
            None => t.text("pass-badge-unknown"),
        });
        let issuer = self.row.badge.as_ref().map(|_| {
            t.text(match (self.row.is_known_issuer, self.is_decidable) {
                (true, _) => "pass-issuer-known",
                (false, true) => "pass-issuer-to-check",
                (false, false) => "pass-issuer-unknown",
            })
        });
        [number, seen, badge, issuer, own].into_iter().flatten().collect()
    }

    /// What became of it: the kind of chip and its text.
    pub(crate) fn state(&self, t: Language) -> (&'static str, String) {
        match self.row.is_approved {
            None => ("", t.text("pass-waits")),
            Some(true) => ("good", t.text("pass-approved")),
            Some(false) => ("bad", t.text("pass-refused")),
        }
    }

    /// Who recorded it and who decided.
    pub(crate) fn trail(&self, t: Language) -> String {
        let recorded = t.with_texts(
            "pass-recorded",
            ("date", &t.date(&self.row.recorded_at)),
            ("by", &who(t, &self.row.recorded_by)),
        );
        match &self.row.decided_by {
            Some(by) => format!("{recorded} {}", t.with("pass-decided", "by", &who(t, by))),
            None => recorded,
        }
    }
}

/// Learners are not named in the trail: the pass says whose it is.
fn who(t: Language, actor: &str) -> String {
    if actor.starts_with(own::LEARNER) { t.text("pass-learner") } else { shown_name(t, actor) }
}

/// A day as people write it.
pub(crate) fn day(t: Language, day: &str) -> String {
    format!("{day}T00:00:00Z").parse().map_or_else(|_| day.to_owned(), |moment| t.date(&moment))
}
