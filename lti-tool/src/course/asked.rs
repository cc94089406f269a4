//! What came of a press of a button that awards: kept in the address of the page that follows, and said there.

use serde::Deserialize;
use url::form_urlencoded::Serializer;

use crate::{award::AwardCount, language::Language, store::queue::AskedAgain};

/// What came of asking for awards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Asked {
    /// Badges that were awarded at once.
    awarded: Option<usize>,
    /// Awards that were queued.
    queued: Option<usize>,
    /// Learners who had the badge already.
    #[serde(default)]
    kept: usize,
    /// Learners whose award was queued before, and keeps its time.
    #[serde(default)]
    waiting: usize,
    /// Learners whose award was queued before and had failed.
    #[serde(default)]
    retried: usize,
}

impl Asked {
    /// After awards that were made at once.
    #[must_use]
    pub fn at_once(count: AwardCount) -> Self {
        let AskedAgain { waiting, retried } = count.queued;
        Self { awarded: Some(count.awarded), queued: None, kept: count.kept, waiting, retried }
    }

    /// After `asked` awards were to be queued, of which `queued` were new and `again` were queued before.
    #[must_use]
    pub fn in_queue(asked: usize, queued: usize, again: AskedAgain) -> Self {
        let AskedAgain { waiting, retried } = again;
        let kept = asked.saturating_sub(queued).saturating_sub(waiting).saturating_sub(retried);
        Self { awarded: None, queued: Some(queued), kept, waiting, retried }
    }

    /// It as the query of an address.
    #[must_use]
    pub fn query(&self) -> String {
        let numbers = [
            ("awarded", self.awarded),
            ("queued", self.queued),
            ("kept", Some(self.kept)),
            ("waiting", Some(self.waiting).filter(|count| *count > 0)),
            ("retried", Some(self.retried).filter(|count| *count > 0)),
        ];
        let mut query = Serializer::new(String::new());
        for (name, number) in numbers {
            if let Some(number) = number {
                query.append_pair(name, &number.to_string());
            }
        }
        query.finish()
    }

    /// It in words; `None` if nothing was asked for.
    #[must_use]
    pub fn sentence(&self, t: Language) -> Option<String> {
        let kept = ("kept", self.kept);
        let mut sentences = vec![match (self.awarded, self.queued) {
            (Some(awarded), _) => t.with_numbers("done-awarded", ("awarded", awarded), kept),
            (None, Some(queued)) => t.with_numbers("recipients-queued", ("queued", queued), kept),
            (None, None) => return None,
        }];
        if self.waiting > 0 {
            sentences.push(t.with_number("done-waiting", "count", self.waiting));
        }
        if self.retried > 0 {
            sentences.push(t.with_number("done-retried", "count", self.retried));
        }
        Some(sentences.iter().map(|sentence| sentence.trim()).collect::<Vec<_>>().join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_of_a_press_is_said_and_kept_in_the_address() {
        let again = AskedAgain { waiting: 2, retried: 1 };
        let asked = Asked::at_once(AwardCount { awarded: 0, kept: 1, queued: again });
        assert_eq!(asked.query(), "awarded=0&kept=1&waiting=2&retried=1");
        assert_eq!(
            asked.sentence(Language::En).as_deref(),
            Some(
                "Nobody new was awarded. One learner had it already. 2 learners are being awarded already: that begins when it was going to, and \
                 can be cancelled until then. One award that had failed is being tried again."
            )
        );
        let asked = Asked::in_queue(34, 30, again);
        assert_eq!(asked.query(), "queued=30&kept=1&waiting=2&retried=1");
        assert!(
            asked
                .sentence(Language::Ja)
                .is_some_and(|sentence| sentence.contains("30個のバッジを授与しています"))
        );
        assert_eq!(Asked::in_queue(1, 0, again).kept, 0);
        assert_eq!(Asked::default().sentence(Language::En), None);
    }
}
