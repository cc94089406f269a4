//! What an instructor looks for in the list of learners, besides names: how it stands with their badge.

use openbadges::time::Timestamp;

use super::{
    expiry::Expiry,
    paging::never_had,
    roster::{AwardLine, LearnerLine},
};
use crate::store::queue::QueuedAward;

/// Whom the list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Filter {
    /// All.
    #[default]
    Everybody,
    /// Who never had it and may.
    Without,
    /// For whom the rule wants a person's approval.
    Approval,
    /// Who earns it by the rule.
    Qualifies,
    /// Who has a part of what the rule wants.
    Nearly,
    /// In whose way something is.
    Blocked,
    /// To whom it is being awarded, or renewed, so that it can be taken back for a moment.
    Queued,
    /// To whom it could not be awarded.
    GivenUp,
    /// Who has it, expired too.
    Awarded,
    /// Whose badge ends soon.
    Ending,
    /// Whose badge has ended.
    Ended,
    /// Whose badge has lost its reason.
    Review,
    /// Whose badge was taken back.
    Revoked,
}

impl Filter {
    /// In the order of the choice.
    pub const ALL: [Self; 13] = [
        Self::Everybody,
        Self::Without,
        Self::Approval,
        Self::Qualifies,
        Self::Nearly,
        Self::Blocked,
        Self::Queued,
        Self::GivenUp,
        Self::Awarded,
        Self::Ending,
        Self::Ended,
        Self::Review,
        Self::Revoked,
    ];

    /// Its name in addresses and texts; that of everybody is empty.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Everybody => "",
            Self::Without => "without",
            Self::Approval => "approval",
            Self::Qualifies => "qualifies",
            Self::Nearly => "nearly",
            Self::Blocked => "blocked",
            Self::Queued => "queued",
            Self::GivenUp => "given_up",
            Self::Awarded => "awarded",
            Self::Ending => "ending",
            Self::Ended => "ended",
            Self::Review => "review",
            Self::Revoked => "revoked",
        }
    }

    /// The one of that name; everybody if there is none.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self::ALL.into_iter().find(|filter| filter.as_str() == name).unwrap_or_default()
    }

    /// Whether only the rule can tell.
    #[must_use]
    pub fn asks_the_rule(self) -> bool {
        matches!(self, Self::Approval | Self::Qualifies | Self::Nearly | Self::Blocked)
    }

    /// Whether every line has to be explained first.
    #[must_use]
    pub fn needs_reasons(self) -> bool {
        self.asks_the_rule() || self == Self::Review
    }

    /// Whether the line is one that is looked for.
    #[must_use]
    pub fn fits(self, line: &LearnerLine, now: Timestamp) -> bool {
        let award = line.award.as_ref();
        let decided = |kind: &str| line.decision.as_ref().is_some_and(|decision| decision.kind == kind);
        match self {
            Self::Everybody => true,
            Self::Without => never_had(line) && line.queued.is_none(),
            Self::Approval => line.decision.as_ref().is_some_and(|decision| decision.awaits.is_some()),
            Self::Qualifies => decided("good"),
            Self::Nearly => decided("near"),
            Self::Blocked => decided("bad"),
            Self::Queued => line.queued == Some(QueuedAward::Waiting),
            Self::GivenUp => line.queued == Some(QueuedAward::GivenUp),
            Self::Awarded => award.is_some(),
            Self::Ending => end(award, now).is_some_and(|end| end.is_due() && !end.is_past()),
            Self::Ended => end(award, now).is_some_and(|end| end.is_past()),
            Self::Review => award.is_some_and(|award| award.review.is_some()),
            Self::Revoked => line.revoked_because.is_some(),
        }
    }
}

fn end(award: Option<&AwardLine>, now: Timestamp) -> Option<Expiry> {
    Expiry::of(award?.valid_until, now)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{course::reason::Explained, language::Language};

    fn line() -> LearnerLine {
        LearnerLine { user_id: "4".to_owned(), is_member: true, ..LearnerLine::default() }
    }

    fn holder(days: Option<i64>, is_reviewed: bool) -> LearnerLine {
        let award = AwardLine {
            assertion_id: Uuid::nil(),
            url: String::new(),
            awarded_at: Timestamp::from_unix_seconds(0),
            valid_until: days.map(|days| Timestamp::from_unix_seconds(days * 86_400)),
            why: Vec::new(),
            review: is_reviewed.then(|| explained("bad", None)),
        };
        LearnerLine { award: Some(award), ..line() }
    }

    fn explained(kind: &'static str, awaits: Option<&str>) -> Explained {
        let awaits = awaits.map(str::to_owned);
        Explained { kind, summary: String::new(), reasons: Vec::new(), awaits }
    }

    fn decided(kind: &'static str, awaits: Option<&str>) -> LearnerLine {
        LearnerLine { decision: Some(explained(kind, awaits)), ..line() }
    }

    #[test]
    fn each_state_is_found_by_its_filter_and_by_no_other() {
        use Filter::{
            Approval, Awarded, Blocked, Ended, Ending, GivenUp, Nearly, Qualifies, Queued, Review, Revoked,
            Without,
        };
        let now = Timestamp::from_unix_seconds(100 * 86_400);
        let queued = |queued| LearnerLine { queued: Some(queued), ..line() };
        let revoked = LearnerLine { revoked_because: Some("by mistake".to_owned()), ..line() };
        for (line, expected) in [
            (line(), &[Without][..]),
            (LearnerLine { is_member: false, ..line() }, &[]),
            (decided("good", None), &[Without, Qualifies]),
            (decided("near", None), &[Without, Nearly]),
            (decided("near", Some("assessor")), &[Without, Approval, Nearly]),
            (decided("bad", None), &[Without, Blocked]),
            (queued(QueuedAward::Waiting), &[Queued]),
            (queued(QueuedAward::GivenUp), &[GivenUp]),
            (holder(None, false), &[Awarded]),
            (holder(Some(1000), false), &[Awarded]),
            (holder(Some(150), false), &[Awarded, Ending]),
            (holder(Some(99), false), &[Awarded, Ended]),
            (holder(None, true), &[Awarded, Review]),
            (revoked, &[Revoked]),
        ] {
            let found: Vec<Filter> =
                Filter::ALL.into_iter().skip(1).filter(|filter| filter.fits(&line, now)).collect();
            assert_eq!(found, expected, "{line:?}");
            assert!(Filter::Everybody.fits(&line, now));
        }
    }

    #[test]
    fn every_filter_has_a_name_of_its_own_and_words_in_both_languages() {
        for filter in Filter::ALL {
            assert_eq!(Filter::named(filter.as_str()), filter);
        }
        assert_eq!(Filter::named("nonsense"), Filter::Everybody);
        for t in [Language::En, Language::Ja] {
            let words: std::collections::HashSet<_> = Filter::ALL
                .into_iter()
                .skip(1)
                .map(|filter| t.named("filter", filter.as_str()).unwrap())
                .collect();
            assert_eq!(words.len(), 12);
        }
    }
}
